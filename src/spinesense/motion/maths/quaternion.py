"""Quaternions by component: scalar first, Hamilton, unit.

A quaternion is four components and a vector three; each component is a float or an array, and
all arrays have one shape. Only elementwise ``+ - * /`` and roots are used, so a result never
depends on how many rows are computed at once, and floats and arrays give the same bits.
"""

import math
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from spinesense.model.samples import Floats

Singles = NDArray[np.float32]
Array = TypeVar("Array", Floats, Singles)
Number = TypeVar("Number", float, Floats, Singles)
Quat = tuple[Number, Number, Number, Number]
Vec = tuple[Number, Number, Number]

IDENTITY = (1.0, 0.0, 0.0, 0.0)
ROOT_2 = math.sqrt(2.0)

_SERIES_LIMIT_RAD2 = 0.25
"""Largest squared half angle for which the series below are exact to 3e-11."""


def multiply(p: Quat[Number], q: Quat[Number]) -> Quat[Number]:
    """The product p ⊗ q: the rotation q followed, in the same frame, by p."""
    # (p_w q_w - p·q, p_w q + q_w p + p × q).
    pw, px, py, pz = p
    qw, qx, qy, qz = q
    return (
        pw * qw - px * qx - py * qy - pz * qz,
        pw * qx + px * qw + py * qz - pz * qy,
        pw * qy - px * qz + py * qw + pz * qx,
        pw * qz + px * qy - py * qx + pz * qw,
    )


def right_factors(q: Quat[Array]) -> Array:
    """The matrix (4, 4, ...) of a product with q on the right, p ⊗ q = Σ pₖ (eₖ ⊗ q).

    The first axis is k, for eₖ = 1, i, j, k; the second is the component of eₖ ⊗ q. Products of
    many rotations with one factor each take fewer calls with it.
    """
    factors = np.empty((4, 4, *q[0].shape), dtype=q[0].dtype)
    for column, part in enumerate(q):
        factors[0, column] = part
    fill_right_factors(factors)
    return factors


def fill_right_factors(factors: Array) -> None:
    """Fill in the last three rows of right factors (4, 4, ...), given the first, which is q."""
    w, x, y, z = factors[0]
    for row, column, part in ((1, 1, w), (2, 2, w), (3, 3, w), (1, 3, y), (2, 1, z), (3, 2, x)):
        factors[row, column] = part
    for row, column, part in ((1, 0, x), (2, 3, x), (2, 0, y), (3, 1, y), (3, 0, z), (1, 2, z)):
        np.negative(part, out=factors[row, column])


def matrices(q: Quat[Array]) -> Array:
    """Rotation matrices (3, 3, ...) of unit quaternions.

    They pay where many vectors are turned and summed up, since that is one call then.
    """
    w, x, y, z = q
    return matrices_of_scaled((ROOT_2 * w, ROOT_2 * x, ROOT_2 * y, ROOT_2 * z))


def matrices_of_scaled(q: Quat[Array]) -> Array:
    """Rotation matrices (3, 3, ...) of quaternions of length √2: no product has to be doubled."""
    out = np.empty((3, 3, *q[0].shape), dtype=q[0].dtype)
    w, vector = q[0], q[1:]
    product, other = np.empty_like(w), np.empty_like(w)
    # With x, y, z and w scaled by √2: R_ij = x_i x_j - w x_k, R_ji = x_i x_j + w x_k, R_ii = w² +
    # x_i² - 1.
    for i, j, k in ((0, 1, 2), (1, 2, 0), (2, 0, 1)):
        np.multiply(vector[i], vector[j], out=product)
        np.multiply(w, vector[k], out=other)
        np.subtract(product, other, out=out[i, j])
        np.add(product, other, out=out[j, i])
    np.multiply(w, w, out=other)
    other -= 1.0
    for axis, part in enumerate(vector):
        np.multiply(part, part, out=product)
        np.add(product, other, out=out[axis, axis])
    return out


def components(columns: Array) -> Quat[Array]:
    """The rows of a (4, ...) array."""
    return columns[0], columns[1], columns[2], columns[3]


def conjugate(q: Quat[Number]) -> Quat[Number]:
    """The inverse rotation."""
    return (q[0], -q[1], -q[2], -q[3])


def rotate(q: Quat[Number], v: Vec[Number]) -> Vec[Number]:
    """The vector turned by q: q v q*."""
    w, x, y, z = q
    vx, vy, vz = v
    # t = 2 (x, y, z) × v, and the turned vector is v + w t + (x, y, z) × t.
    tx, ty, tz = y * vz - z * vy, z * vx - x * vz, x * vy - y * vx
    tx, ty, tz = tx + tx, ty + ty, tz + tz
    return (
        vx + w * tx + (y * tz - z * ty),
        vy + w * ty + (z * tx - x * tz),
        vz + w * tz + (x * ty - y * tx),
    )


def normalised(q: Quat[float]) -> Quat[float]:
    """The unit quaternion in the direction of q, which must not be zero."""
    scale = 1.0 / math.sqrt(q[0] * q[0] + q[1] * q[1] + q[2] * q[2] + q[3] * q[3])
    return (q[0] * scale, q[1] * scale, q[2] * scale, q[3] * scale)


def exponential(x: Array, y: Array, z: Array) -> Quat[Array]:
    """Rotation by the vector (x, y, z), given as *half* its angle in radians, about its direction.

    Sine and cosine are series, because those of numpy may give other bits at the end of an array
    than in its middle; the rare large angle is computed one at a time.
    """
    # h², the square of the half angle; cos h, and sin h / h, up to h¹⁰ and h⁸.
    square = x * x + y * y + z * z
    cosine = 1.0 + square * (
        -1.0 / 2
        + square * (1.0 / 24 + square * (-1.0 / 720 + square * (1.0 / 40320 - square / 3628800)))
    )
    sine = 1.0 + square * (
        -1.0 / 6 + square * (1.0 / 120 + square * (-1.0 / 5040 + square / 362880))
    )
    large = square > _SERIES_LIMIT_RAD2
    if large.any():
        halves = [math.sqrt(value) for value in square[large].tolist()]
        cosine[large] = [math.cos(half) for half in halves]
        sine[large] = [math.sin(half) / half for half in halves]
    return cosine, sine * x, sine * y, sine * z


def unit(v: Vec[Floats]) -> Vec[Floats]:
    """Vectors of length one in the same direction; a vector of length zero points up along z."""
    x, y, z = v
    length = np.sqrt(x * x + y * y + z * z)
    none = length < 1e-9
    scale = 1.0 / np.where(none, 1.0, length)
    return x * scale, y * scale, np.where(none, 1.0, z * scale)


def matrix(q: Quat[float]) -> Floats:
    """The (3, 3) rotation matrix of q: ``matrix(q) @ v`` is ``rotate(q, v)``."""
    # Its columns are the turned axes.
    columns = [rotate(q, unit) for unit in ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0))]
    return np.array(columns).T
