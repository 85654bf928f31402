"""The angles of the trunk throughout a recording, and the flexion between two sensors."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from spinesense.model.calibration import Calibration, CalibrationMethod
from spinesense.model.samples import Floats
from spinesense.motion.core import Recorded, recorded
from spinesense.motion.mounting.stand_and_bow import search
from spinesense.motion.trunk.angles import Angles
from spinesense.motion.trunk.lumbar import LumbarColumns, clock_lag_s, flexion_between
from spinesense.motion.trunk.trunk import angle_columns
from spinesense.motion.upper_segment import LATER_S
from spinesense.runner.batch.open_file import Stored, samples_of, upper_of


@dataclass(frozen=True, slots=True)
class AngleColumns:
    """(m,) columns at about 25 Hz; angles in radians from the calibrated neutral."""

    time_s: Floats
    flexion_rad: Floats
    lateral_rad: Floats
    rotation_rad: Floats
    lumbar: LumbarColumns | None = None
    """Flexion between two sensors, with rows of its own; None without a second one."""
    clock_lag_s: float = math.nan
    """How much later the second sensor's clock shows the bows of the calibration."""


def columns_of(parts: Sequence[Angles]) -> AngleColumns:
    """Join columns; none gives empty ones."""
    parts = [*parts, angle_columns([])]
    return AngleColumns(
        np.concatenate([part.time_s for part in parts]),
        np.concatenate([part.flexion_rad for part in parts]),
        np.concatenate([part.lateral_rad for part in parts]),
        np.concatenate([part.rotation_rad for part in parts]),
    )


def with_lumbar(
    columns: AngleColumns, stored: Stored, path: Path, lower: Recorded, calibration: Calibration
) -> AngleColumns:
    """Add the flexion between two sensors, if both saw the same stand-and-bow."""
    upper = upper_of(stored)
    if (
        upper is None
        or not upper.items
        or calibration.method is not CalibrationMethod.STAND_AND_BOW
    ):
        return columns
    second = recorded(samples_of(upper, path), upper.profile.nominal_rate_hz)
    ours = search(lower.ticks, lower.tick_s)
    theirs = search(second.ticks, second.tick_s)
    if ours is None or theirs is None or abs(theirs.time_s - ours.time_s) > LATER_S:
        return columns
    return replace(
        columns,
        lumbar=flexion_between(lower.ticks, calibration, second.ticks, theirs.calibration),
        clock_lag_s=clock_lag_s(lower.ticks, second.ticks, theirs.time_s),
    )
