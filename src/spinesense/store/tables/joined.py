"""Acceleration and angular rate that were read apart, as one table."""

import numpy as np

from spinesense.model.errors import FileError
from spinesense.store.tables.app_exports import SensorStreams
from spinesense.store.tables.csv_dialect import SampleTable

BRIDGED_PERIODS = 2.5
"""Between rates that are further apart than so many periods, one at least is missing."""
ENOUGH = 0.5
"""Share of the acceleration that must have an angular rate for the gyroscope to be used."""


def joined(streams: SensorStreams, where: str) -> SampleTable:
    """Each acceleration with the angular rate of its time, between the two readings around it.

    What was left out is in the remarks of the table.

    Raises
    ------
    FileError
        When the two were never recorded at the same time.
    """
    time_s, gyr_s = streams.acc_time_s, streams.gyr_time_s
    if not len(gyr_s):
        return SampleTable(time_s, streams.acc_mps2, None, streams.remarks)
    steps_s = np.diff(gyr_s)
    period_s = float(np.median(steps_s)) if len(steps_s) else 0.0
    after = np.searchsorted(gyr_s, time_s)
    left, right = np.maximum(after - 1, 0), np.minimum(after, len(gyr_s) - 1)
    between = (after > 0) & (after < len(gyr_s))
    known = between & (gyr_s[right] - gyr_s[left] <= BRIDGED_PERIODS * period_s)
    # Half a period beyond an end, or beside a hole, the nearest still holds.
    nearest_s = np.minimum(np.abs(gyr_s[left] - time_s), np.abs(gyr_s[right] - time_s))
    known |= nearest_s <= period_s / 2
    if not known.any():
        what = "acceleration and angular rate were never recorded at the same time"
        raise FileError(what, where=where, remedy="record both sensors together")
    lost = int((~known).sum())
    if known.mean() < ENOUGH:
        remark = (
            f"{lost} of {len(time_s)} samples without gyro: "
            "the gyroscope was left out, and the acceleration is used alone."
        )
        return SampleTable(time_s, streams.acc_mps2, None, (*streams.remarks, remark))
    wanted_s = time_s[known]
    rates = [np.interp(wanted_s, gyr_s, streams.gyr_radps[:, axis]) for axis in range(3)]
    remarks = streams.remarks
    if lost:
        remarks = (*remarks, f"{lost} of {len(time_s)} samples without gyro were left out.")
    return SampleTable(wanted_s, streams.acc_mps2[known], np.column_stack(rates), remarks)
