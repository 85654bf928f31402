"""Directions and angles in plain floats and in columns.

Sums are written out, so that they are added in the same order however the rows are cut.
"""

import math
from collections.abc import Iterator
from itertools import pairwise

import numpy as np

from spinesense.model.calibration import Vector
from spinesense.model.samples import Floats, Ints


def segments(segment: Ints) -> Iterator[tuple[int, int]]:
    """Start and stop of each stretch of ticks without a gap."""
    if not len(segment):
        return
    edges = np.flatnonzero(segment[1:] != segment[:-1]) + 1
    bounds = [0, *edges.tolist(), len(segment)]
    yield from pairwise(bounds)


def parts(segment: Ints, longest: int) -> Iterator[tuple[int, int]]:
    """Start and stop of parts of at most ``longest`` ticks, none of them across a gap."""
    for start, stop in segments(segment):
        bounds = [*range(start, stop, longest), stop]
        yield from pairwise(bounds)


def row_dot(a: Floats, b: Floats) -> Floats:
    """Row-wise dot product, always summed in the same order."""
    return a[:, 0] * b[:, 0] + a[:, 1] * b[:, 1] + a[:, 2] * b[:, 2]


def mean_direction(directions: list[Vector]) -> Vector:
    """Unit vector along the sum of unit vectors, added one by one."""
    x = y = z = 0.0
    for each in directions:
        x, y, z = x + each[0], y + each[1], z + each[2]
    length = math.sqrt(x * x + y * y + z * z)
    return (x / length, y / length, z / length)


def angles_to(up: Floats, direction: Vector | Floats) -> Floats:
    """Angles between unit vectors (m, 3) and one more, in radians, exact near 0 too."""
    # The chord between them is 2 sin(½ angle).
    x, y, z = (up - np.array(direction)).T
    return np.asarray(2.0 * np.arcsin(np.minimum(1.0, 0.5 * np.sqrt(x * x + y * y + z * z))))


def chord_square(angle_rad: float) -> float:
    """Square of the distance between two unit vectors that are this far apart."""
    # The same the other way.
    chord = 2.0 * math.sin(0.5 * angle_rad)
    return chord * chord


def towards(start: Vector, end: Vector, share: float) -> Vector:
    """Unit vector ``share`` of the way from one unit vector to another."""
    # Along the chord, then to length 1.
    x = start[0] + share * (end[0] - start[0])
    y = start[1] + share * (end[1] - start[1])
    z = start[2] + share * (end[2] - start[2])
    length = math.sqrt(x * x + y * y + z * z)
    return (x / length, y / length, z / length)


def wrapped(angle_rad: float) -> float:
    """The same direction between -π and π."""
    return math.remainder(angle_rad, 2.0 * math.pi)


def angle_between(a: Vector, b: Vector) -> float:
    """Angle between two unit vectors, exact for small ones too."""
    # |a × b| is the sine, a · b the cosine.
    x = a[1] * b[2] - a[2] * b[1]
    y = a[2] * b[0] - a[0] * b[2]
    z = a[0] * b[1] - a[1] * b[0]
    return math.atan2(math.sqrt(x * x + y * y + z * z), a[0] * b[0] + a[1] * b[1] + a[2] * b[2])
