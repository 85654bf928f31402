"""How the sensor sits on the person."""

from dataclasses import dataclass
from enum import StrEnum

Quaternion = tuple[float, float, float, float]
"""Scalar first, Hamilton."""
Vector = tuple[float, float, float]


class CalibrationMethod(StrEnum):
    """Where a calibration comes from, best first."""

    STAND_AND_BOW = "stand_and_bow"
    INFERRED = "inferred"
    """From the start posture and the principal axis of movement, without a stand-and-bow."""


@dataclass(frozen=True, slots=True)
class Calibration:
    """Rotation from the sensor frame to the trunk frame (x forward, y left, z up the spine)."""

    quat_sensor_to_trunk: Quaternion
    method: CalibrationMethod
    bow_rad: float
    """Size of the bows it was found from; 0 when inferred."""
    axis_scatter_rad: float
    """Spread of the axis of rotation during the bows: the uncertainty of "left"."""
    stillness_rad: float
    """Spread of the direction of gravity while standing: the uncertainty of "up"."""
