"""Trunk angles from the direction of gravity and the turning about it.

Gravity shows two of the three angles of a trunk; the third, about the vertical, is integrated from
the angular rate. Which one that is depends on the posture:

=========  ====================  ==========================  =================================
regime     flexion (about y)     lateral (about x)           rotation (about z)
=========  ====================  ==========================  =================================
UPRIGHT    atan2(-ux, uz)        asin(uy)                    heading
ALONG_X    atan2(-ux, uz)        s heading, s = sign ux      atan2(-s uy, s ux)
ALONG_Y    s heading             atan2(-s uz, s uy)          asin(s ux), s = sign uy
=========  ====================  ==========================  =================================

where (ux, uy, uz) is up in the trunk frame and heading is the turn about up, to the left positive.
Upright this is a lateral tilt followed by flexion about the tilted y axis, so that lateral keeps
its meaning, the inclination of the trunk's y axis, in a deep bend too.
"""

import math
from dataclasses import dataclass
from enum import IntEnum
from typing import NamedTuple

import numpy as np

from spinesense.model.calibration import Calibration, Vector
from spinesense.model.movement import StartPosture
from spinesense.model.samples import Floats
from spinesense.motion.maths.quaternion import rotate
from spinesense.motion.maths.vectors import wrapped


class Regime(IntEnum):
    """The trunk axis that gravity lies closest to, which is the one it cannot see turning."""

    UPRIGHT = 2
    ALONG_X = 0
    ALONG_Y = 1


REGIME_OF_START = {
    StartPosture.STANDING: Regime.UPRIGHT,
    StartPosture.SITTING: Regime.UPRIGHT,
    StartPosture.SUPINE: Regime.ALONG_X,
    StartPosture.HANDS_AND_KNEES: Regime.ALONG_X,
    StartPosture.SIDE_LYING: Regime.ALONG_Y,
}


@dataclass(frozen=True, slots=True)
class AnglesParams:
    """Tunables of the trunk angles."""

    regime_margin: float = 0.15
    """The present regime is left when another component of up is larger by this much, so that a
    trunk halfway between two does not flicker."""
    bias_sd_radps: float = math.radians(0.05)
    """Gyroscope bias left after half a dozen looks at rest of 0.1 °/s each."""
    random_walk_rad_per_root_s: float = math.radians(0.01)
    """Angular random walk: noise density of the BMI270 (0.007 °/s/√Hz) with a margin."""
    gravity_sd_rad: float = math.radians(0.5)
    """Error of an inclination change within seconds: below the 0.7° rms of an inclination."""


@dataclass(frozen=True, slots=True, eq=False)
class Angles:
    """Trunk angles with one row a tick.

    From the start posture of the watched movement once it is known, otherwise from the calibrated
    neutral.
    """

    time_s: Floats
    flexion_rad: Floats
    lateral_rad: Floats
    rotation_rad: Floats
    rotation_sd_rad: Floats
    """One standard deviation; grows with time while rotation is integrated."""

    def __len__(self) -> int:
        return len(self.time_s)


class TrunkSample(NamedTuple):
    """Where the trunk is at one tick, before any angle is formed."""

    time_s: float
    up: Vector
    """Unit up in the trunk frame."""
    heading_rad: float
    """Integrated turn about up since the stretch of samples began."""
    rate_radps: float
    """Size of the angular rate."""
    vertical_mps2: float = 0.0
    """Specific force along up, gravity included."""


@dataclass(frozen=True, slots=True)
class Reference:
    """The posture from which angles are measured."""

    regime: Regime
    sign: float
    """Sign of the component of up that names the regime: -1 face down, or right side up."""
    place: TrunkSample
    angles: Vector
    """Flexion, lateral and rotation there, in radians."""


_NOTHING_LARGER = math.sqrt(0.5)
"""A component of a unit vector beyond this is the largest."""


def up_in_trunk(up_sensor: Floats, calibration: Calibration) -> Floats:
    """Turn (m, 3) directions from the sensor frame into the trunk frame, row by row."""
    columns = (up_sensor[:, 0], up_sensor[:, 1], up_sensor[:, 2])
    # The product of quaternions serves floats and arrays alike; its types know one at a time.
    quat = tuple(np.float64(part) for part in calibration.quat_sensor_to_trunk)
    return np.stack(rotate(quat, columns), axis=1)  # type: ignore[arg-type]


def absolute(regime: Regime, sign: float, up: Vector, heading_rad: float) -> Vector:
    """Flexion, lateral and rotation of the table above."""
    ux, uy, uz = up
    # The third row of the table, then the second, then the first.
    if regime is Regime.ALONG_Y:
        lateral = math.atan2(-sign * uz, sign * uy)
        return sign * heading_rad, lateral, _asin(sign * ux)
    flexion = math.atan2(-ux, uz)
    if regime is Regime.ALONG_X:
        return flexion, sign * heading_rad, math.atan2(-sign * uy, sign * ux)
    return flexion, _asin(uy), heading_rad


def reference_at(regime: Regime, place: TrunkSample) -> Reference:
    """Measure from this place in the given regime."""
    sign = math.copysign(1.0, place.up[regime])
    return Reference(regime, sign, place, absolute(regime, sign, place.up, place.heading_rad))


def relative(place: TrunkSample, reference: Reference) -> Vector:
    """Angles of a place from the reference, each within half a turn of it."""
    # Differences from the start posture, between -π and π.
    now = absolute(reference.regime, reference.sign, place.up, place.heading_rad)
    then = reference.angles
    return wrapped(now[0] - then[0]), wrapped(now[1] - then[1]), wrapped(now[2] - then[2])


def mean_place(places: list[TrunkSample]) -> TrunkSample:
    """The middle of some places; time is that of the last."""
    sums = [0.0, 0.0, 0.0, 0.0, 0.0]
    for place in places:
        for axis in range(3):
            sums[axis] += place.up[axis]
        sums[3] += place.heading_rad
        sums[4] += place.rate_radps
    size = math.sqrt(sums[0] * sums[0] + sums[1] * sums[1] + sums[2] * sums[2]) or 1.0
    # The mean direction: the sum, of length 1.
    up = (sums[0] / size, sums[1] / size, sums[2] / size)
    count = len(places)
    return TrunkSample(places[-1].time_s, up, sums[3] / count, sums[4] / count)


def rotation_sd(params: AnglesParams, regime: Regime, since_s: float) -> float:
    """Uncertainty of rotation some time after the reference was taken."""
    return heading_sd(params, since_s) if regime is Regime.UPRIGHT else params.gravity_sd_rad


def heading_sd(params: AnglesParams, since_s: float) -> float:
    """Uncertainty of an angle that has been integrated for this long."""
    # √((0.05 °/s t)² + (0.01 °/√s)² t).
    drift = params.bias_sd_radps * since_s
    walk = params.random_walk_rad_per_root_s
    return math.sqrt(drift * drift + walk * walk * max(since_s, 0.0))


def next_regime(present: Regime, up: Vector, margin: float) -> Regime:
    """The regime of an unwatched trunk: the present one until another is clearly closer."""
    # Beyond √½ no other component can be larger.
    if abs(up[present]) > _NOTHING_LARGER:
        return present
    best = max(Regime, key=lambda regime: abs(up[regime]))
    return best if abs(up[best]) > abs(up[present]) + margin else present


def _asin(value: float) -> float:
    return math.asin(min(1.0, max(-1.0, value)))
