"""What kind of sensor a recording is from, since not all of them can tell the same."""

from enum import StrEnum

SLOW_HZ = 40.0
"""Sensors set to 50 Hz or more give two samples a tick; below, a tick is a single one."""


class SensorGrade(StrEnum):
    """How much can be asked of a sensor, best first."""

    FULL = "full"
    SLOW = "slow"
    NO_GYROSCOPE = "no_gyroscope"


GRADE_NOTES = {
    SensorGrade.FULL: "",
    SensorGrade.SLOW: (
        "This is a slow sensor, a lower grade: postures and steps are told as well, but quick "
        "movements and the ends of holds less exactly."
    ),
    SensorGrade.NO_GYROSCOPE: (
        "This sensor has no gyroscope, a lower grade: angles are coarse in movement, sitting and "
        "standing are told by the tilt alone, slow walks are missed, and bad roads may count as "
        "steps."
    ),
}
"""A sentence for the person; empty where there is nothing to say."""


def grade_of(rate_hz: float, *, has_gyro: bool) -> SensorGrade:
    """The grade of a sensor."""
    if not has_gyro:
        return SensorGrade.NO_GYROSCOPE
    return SensorGrade.SLOW if rate_hz < SLOW_HZ else SensorGrade.FULL
