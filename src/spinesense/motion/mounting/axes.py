"""Rotations and axes from directions.

Rows of the rotation from sensor to trunk are the trunk's axes as seen in the sensor frame.
"""

import math

import numpy as np

from spinesense.model.calibration import Quaternion
from spinesense.model.samples import Floats


def quaternion_from_axes(first: int, a: Floats, second: int, b: Floats) -> Quaternion:
    """Rotation from sensor to trunk for two trunk axes seen in the sensor frame.

    Parameters
    ----------
    first, second
        Which trunk axes they are (0 x, 1 y, 2 z).
    a, b
        Unit vectors (3,). ``a`` is kept; of ``b`` the part across it is used, which must not be
        nearly zero.
    """
    rows = np.zeros((3, 3))
    rows[first] = a
    # b - (b · a) a, of length 1.
    across = b - (b[0] * a[0] + b[1] * a[1] + b[2] * a[2]) * a
    rows[second] = across / math.sqrt(float(across @ across))
    third = 3 - first - second
    # x = y × z, y = z × x or z = x × y.
    rows[third] = np.cross(rows[(third + 1) % 3], rows[(third + 2) % 3])
    return _quaternion_of(rows)


def _quaternion_of(rotation: Floats) -> Quaternion:
    """Quaternion with a positive scalar of a rotation matrix.

    The eigenvector of Bar-Itzhack (2000, J Guidance 23:1085) is exact for every rotation and needs
    no case distinction.
    """
    # Three times its symmetric 4×4 matrix, with the scalar first; only the upper half is read.
    r = rotation
    symmetric = np.array(
        [
            [r[0, 0] + r[1, 1] + r[2, 2], r[2, 1] - r[1, 2], r[0, 2] - r[2, 0], r[1, 0] - r[0, 1]],
            [0.0, r[0, 0] - r[1, 1] - r[2, 2], r[0, 1] + r[1, 0], r[0, 2] + r[2, 0]],
            [0.0, 0.0, r[1, 1] - r[0, 0] - r[2, 2], r[1, 2] + r[2, 1]],
            [0.0, 0.0, 0.0, r[2, 2] - r[0, 0] - r[1, 1]],
        ]
    )
    # The eigenvector of the largest eigenvalue, which is the last.
    w, x, y, z = np.linalg.eigh(symmetric, UPLO="U")[1][:, -1].tolist()
    return (w, x, y, z) if w >= 0.0 else (-w, -x, -y, -z)


def principal_axis(moment: Floats) -> tuple[Floats, float]:
    """The axis about which most of the turning went, and how far it scattered.

    Parameters
    ----------
    moment
        (3, 3) sum of outer products of the angular rate with itself.

    Returns
    -------
    axis, scatter
        Unit vector (3,) of either sign; angle in radians whose tangent is the ratio of turning
        across the axis to turning about it (root mean squares).
    """
    values, vectors = np.linalg.eigh(moment)
    small, middle, large = (max(0.0, value) for value in values.tolist())
    # The eigenvalues are sums of squares: about the axis the largest, across it both others.
    return vectors[:, 2], math.atan2(math.sqrt(small + middle), math.sqrt(large))
