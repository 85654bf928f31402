"""Quaternions in rows: scalar first, Hamilton."""

import numpy as np

from spinesense.model.samples import Floats


def about(axis: int, angle_rad: Floats) -> Floats:
    """(n, 4) rotations by ``angle_rad`` (n,) about x (0), y (1) or z (2)."""
    quat = np.zeros((len(angle_rad), 4))
    half_rad = angle_rad / 2
    quat[:, 0] = np.cos(half_rad)
    quat[:, 1 + axis] = np.sin(half_rad)
    return quat


def product(left: Floats, right: Floats) -> Floats:
    """(n, 4) rotations that first turn by ``right``, then by ``left``."""
    a, b, c, d = left.T
    e, f, g, h = right.T
    return np.column_stack(
        [
            a * e - b * f - c * g - d * h,
            a * f + b * e + c * h - d * g,
            a * g - b * h + c * e + d * f,
            a * h + b * g - c * f + d * e,
        ]
    )


def conjugate(quat: Floats) -> Floats:
    """(n, 4) inverse rotations."""
    inverse: Floats = quat * np.array([1.0, -1.0, -1.0, -1.0])
    return inverse


def rotate(quat: Floats, vector: Floats) -> Floats:
    """(n, 3) vectors turned by the rotations; ``vector`` is (n, 3) or (3,)."""
    axis = quat[:, 1:]
    twice = 2 * np.cross(axis, vector)
    turned: Floats = vector + quat[:, :1] * twice + np.cross(axis, twice)
    return turned


def rotation_vector(quat: Floats) -> Floats:
    """(n, 3) axis times angle in radians, for rotations of less than half a turn."""
    axis = quat[:, 1:]
    sine = np.sqrt((axis * axis).sum(axis=1, keepdims=True))
    angle_rad = 2 * np.arctan2(sine, quat[:, :1])
    tiny = sine < 1e-12
    return axis * np.where(tiny, 2.0, angle_rad / np.where(tiny, 1.0, sine))


def matrix(quat: tuple[float, float, float, float]) -> Floats:
    """(3, 3) rotation matrix of one quaternion."""
    rows = rotate(np.repeat([quat], 3, axis=0), np.eye(3))
    return rows.T


def random_quaternion(rng: np.random.Generator) -> tuple[float, float, float, float]:
    """One of all orientations, evenly (Shoemake 1992, in Graphics Gems III)."""
    w, x, y, z = rng.normal(size=4)
    norm = float(np.sqrt(w * w + x * x + y * y + z * z))
    return float(w) / norm, float(x) / norm, float(y) / norm, float(z) / norm
