"""How the sensor sits on the trunk, inferred from a recording without a stand-and-bow."""

import math

import numpy as np

from spinesense.model.calibration import Calibration, CalibrationMethod
from spinesense.model.errors import CalibrationError
from spinesense.model.movement import Axis, Movement, Pattern, StartPosture
from spinesense.model.samples import Floats
from spinesense.motion.mounting.axes import principal_axis, quaternion_from_axes
from spinesense.motion.ticks import Ticks
from spinesense.motion.walking.upright import axis_from_walking

STILL_RADPS = math.radians(3.0)
"""Slower ticks belong to the start posture: breathing turns the trunk at 1.6 °/s."""
NEAR_START_RAD = math.radians(30.0)
"""Ticks further than this from the start posture are of another posture."""
FEWEST_TICKS = 25
UP_AXIS = {
    StartPosture.STANDING: (2, 1.0),
    StartPosture.SITTING: (2, 1.0),
    StartPosture.SUPINE: (0, 1.0),
    StartPosture.HANDS_AND_KNEES: (0, -1.0),
    StartPosture.SIDE_LYING: (1, 1.0),
}
"""Trunk axis that points up, and its sign. Lying on the right side is taken for side-lying, since
gravity alone cannot tell the sides apart."""
AXIS_OF = {Axis.LATERAL: 0, Axis.FLEXION: 1, Axis.ROTATION: 2}


def infer(ticks: Ticks, movement: Movement | None = None) -> Calibration:
    """The best guess without a stand-and-bow.

    The mean direction of gravity in the start posture gives one axis, the principal axis of the
    movement across it another. Its sign is the one that makes a one-sided movement go the way
    it should; a two-sided one has no such way, and left and right may be exchanged. When nobody
    says what was done, gravity while walking is taken before that of stillness: people walk
    upright, but keep still while lying, too.

    Parameters
    ----------
    ticks
        The movement and the rest between its repetitions.
    movement
        What was done; None for upright movement in the sagittal plane, mostly forward.

    Raises
    ------
    CalibrationError
        When there is too little to infer from.
    """
    posture = StartPosture.STANDING if movement is None else movement.start_posture
    axis = Axis.FLEXION if movement is None else movement.axis
    up, spread = (_walking_direction(ticks) if movement is None else None) or _start_direction(
        ticks
    )
    up_axis, up_sign = UP_AXIS[posture]
    carrying = AXIS_OF.get(axis, 1)
    # Only where the trunk is within a right angle of the start posture is n an axis of its
    # movement.
    near = ticks.up_sensor @ up > 0.0
    turning, scatter = _turning_across(ticks.gyr_sensor_radps[near], up)
    if carrying == up_axis or axis is Axis.STILLNESS:
        # Gravity gives the carrying axis itself, or nothing moves: any direction will do.
        carrying = (up_axis + 1) % 3
        scatter = math.pi / 2.0
    else:
        turning = turning * _sense(ticks.up_sensor[near], up, turning, movement)
    # ū is kept as it is; of n the part across it.
    quat = quaternion_from_axes(up_axis, up_sign * up, carrying, turning)
    return Calibration(quat, CalibrationMethod.INFERRED, 0.0, scatter, spread)


def _walking_direction(ticks: Ticks) -> tuple[Floats, float] | None:
    """Up (3,) while walking, and how far the upright trunk spreads about it; None without a walk.

    Sitting and bending count in the spread: nothing tells them from a pelvis that tilts in walking.
    """
    if len(ticks) < FEWEST_TICKS:
        return None
    tick_s = float(np.median(np.diff(ticks.time_s)))
    axis = axis_from_walking(ticks, tick_rate_hz=1.0 / tick_s)
    if axis is None:
        return None
    up = np.array(axis)
    cosines = ticks.up_sensor @ up
    # The rms angle from ū, of the ticks close to it.
    misses = np.arccos(np.clip(cosines[cosines > math.cos(NEAR_START_RAD)], -1.0, 1.0))
    return up, math.sqrt(float((misses**2).mean()))


def _start_direction(ticks: Ticks) -> tuple[Floats, float]:
    """Mean up (3,) of the still ticks, and its spread; outliers are left out in three looks."""
    rates = np.sqrt((ticks.gyr_sensor_radps**2).sum(axis=1))
    still = ticks.up_sensor[rates < STILL_RADPS]
    if len(still) < FEWEST_TICKS:
        still = ticks.up_sensor
    if len(still) < FEWEST_TICKS:
        raise CalibrationError(
            "there is less than a second of data to find the mounting from",
            remedy="stand and bow twice at the start, or use a longer recording",
        )
    # ū: first the median of up in stillness, then three times the mean of what is close to the
    # last.
    up = _unit(np.median(still, axis=0))
    cosine = math.cos(NEAR_START_RAD)
    near = still
    for _ in range(3):
        close = still[still @ up > cosine]
        near = close if len(close) else still
        up = _unit(near.mean(axis=0))
    misses = np.arccos(np.clip(near @ up, -1.0, 1.0))
    return up, math.sqrt(float((misses**2).mean()))


def _turning_across(rates: Floats, up: Floats) -> tuple[Floats, float]:
    """Principal axis of turning across the vertical, and its scatter."""
    # w less its part about ū, w - (w · ū) ū, and M = Σ w wᵀ of that.
    across = rates - (rates @ up)[:, None] * up
    moment = across.T @ across
    if float(np.trace(moment)) <= 0.0:
        other = np.array([1.0, 0.0, 0.0]) if abs(up[0]) < 0.9 else np.array([0.0, 1.0, 0.0])
        return _unit(np.cross(up, other)), math.pi / 2.0
    return principal_axis(moment)


def _sense(ups: Floats, up: Floats, axis: Floats, movement: Movement | None) -> float:
    """The sign of the axis about which the movement goes its way.

    Where people go one way, that is it. Where they go both ways, the first excursion is the one
    that they were asked for.

    Turning the trunk by a positive angle about an axis moves up, as the sensor sees it, by a
    negative angle about it.
    """
    # The tilt about n: -u · (n × ū) is its sine. Squared with its sign, large excursions weigh
    # most.
    tipping = -(ups @ np.cross(axis, up))
    lean = float((tipping * tipping * np.sign(tipping)).sum())
    wanted = -1.0 if movement is not None and movement.pattern is Pattern.NEGATIVE else 1.0
    if movement is not None and movement.pattern in (Pattern.POSITIVE, Pattern.NEGATIVE):
        # Half of the smallest range is an excursion.
        out = np.flatnonzero(np.abs(tipping) > math.sin(0.5 * movement.smallest_range))
        sides = tipping[out]
        if len(out) and sides.min() < 0.0 < sides.max():
            lean = float(sides[0])
    return wanted if lean >= 0.0 else -wanted


def _unit(vector: Floats) -> Floats:
    length = math.sqrt(float(vector @ vector))
    if length < 1e-6:
        raise CalibrationError(
            "the direction of gravity is not clear in this recording",
            remedy="stand and bow twice at the start",
        )
    return np.asarray(vector / length)
