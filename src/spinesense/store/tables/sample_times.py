"""When the samples of a table were taken, where its times say something else.

Many programs write down when a notification came, a clock that ticks coarsely, or rows that were
sent twice. Such times are laid out by the count of the rows; what cannot be is refused.
"""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from spinesense.model.errors import FileError
from spinesense.model.samples import Floats

LARGEST_TIME_S = 1e12
"""Thirty thousand years: beyond it a number is no time."""
LONGEST_HOLE_S = 7 * 86_400.0
"""A sensor does not pause for a week and go on in the same table: one of the times is wrong."""
LONGEST_BURST_S = 0.5
"""Notifications come up to 0.25 s apart, one that was lost makes it two."""
COARSEST_CLOCK_S = 1.1
"""Clocks that show whole seconds give all rows of a second one time."""
ON_GRID = 0.25
"""Share of a period that a step may differ from a whole number of periods."""
MOSTLY = 0.9
SMOOTHED_S = 10.0
"""Over so long the count is held against the times: a quartz hardly changes meanwhile."""
FEW_ROWS = 20
"""So few cannot show that their times are not their own."""


@dataclass(frozen=True, slots=True)
class Tidied:
    """Rows in the order of their times."""

    time_s: Floats
    """(n,) strictly increasing."""
    rows: NDArray[np.int64]
    """(n,) which rows of the table these are."""
    remarks: tuple[str, ...] = ()
    """What was mended or left out, a sentence each."""


def tidied(time_s: Floats, values: Floats, where: str) -> Tidied:
    """Order rows, drop copies, and lay out times that are no times of samples.

    Parameters
    ----------
    time_s, values
        (n,) times as they stand in the table and (n, k) readings.

    Raises
    ------
    FileError
        When a time is impossible or the clock was set back.
    """
    remarks = []
    whole = np.isfinite(time_s) & np.isfinite(values).all(axis=1)
    rows = np.flatnonzero(whole)
    if len(rows) < len(time_s):
        lost = len(time_s) - len(rows)
        remarks.append(f"{lost} of {len(time_s)} rows hold no number and were left out.")
    time_s = time_s[rows]
    if len(time_s) and np.abs(time_s).max() > LARGEST_TIME_S:
        what = f"{np.abs(time_s).max():.4g} s is no time"
        raise FileError(what, where=where, remedy="correct the column of the times")
    order = np.argsort(time_s, kind="stable")
    late = int((time_s < np.maximum.accumulate(time_s)).sum()) if len(time_s) else 0
    if late:
        _refuse_set_back(time_s, time_s[order], where)
        remarks.append(f"{late} of {len(time_s)} rows were out of order and were sorted.")
    time_s, rows = time_s[order], rows[order]
    copies = _copies(time_s, values[rows])
    if copies.any():
        remarks.append(f"{int(copies.sum())} of {len(time_s)} rows came twice and were left out.")
        time_s, rows = time_s[~copies], rows[~copies]
    _refuse_far_apart(time_s, where)
    if _are_sample_times(time_s):
        return Tidied(time_s, rows, tuple(remarks))
    laid, rate_hz = _laid_out(time_s, where)
    remarks.append(
        "The times of the table are not those of the samples (they come in bursts, twice or "
        f"unevenly): the samples were laid out by their count, at {rate_hz:.2f} Hz."
    )
    return Tidied(laid, rows, tuple(remarks))


def _refuse_set_back(time_s: Floats, ordered_s: Floats, where: str) -> None:
    """Tell a clock that was set back from rows that only came late: those fill a hole."""
    newest_s = np.maximum.accumulate(time_s)
    falls = np.flatnonzero((np.diff(time_s) < 0) & (np.diff(newest_s) == 0)) + 1
    low_s, high_s = time_s[falls], newest_s[falls - 1]
    inside = np.searchsorted(ordered_s, high_s, side="right") - np.searchsorted(ordered_s, low_s)
    usual_s = float(np.median(np.abs(np.diff(time_s))))
    expected = (high_s - low_s) / usual_s if usual_s else np.zeros(len(falls))
    wrong = np.flatnonzero((high_s - low_s > 1.0) | (inside > 1.5 * expected + 3))
    if len(wrong):
        row = int(falls[wrong[0]])
        what = (
            f"the time runs backwards at sample {row + 1}, "
            f"from {newest_s[row - 1]:.10g} to {time_s[row]:.10g} s"
        )
        remedy = "part the file there: these are two recordings, or the clock was set"
        raise FileError(what, where=where, remedy=remedy)


def _refuse_far_apart(time_s: Floats, where: str) -> None:
    steps_s = np.diff(time_s)
    far = np.flatnonzero(steps_s > LONGEST_HOLE_S)
    if len(far):
        row = int(far[0])
        what = (
            f"sample {row + 2} comes {steps_s[row] / 86_400:.4g} days after the one before it, "
            f"at {time_s[row + 1]:.10g} s"
        )
        raise FileError(what, where=where, remedy="remove the rows whose time is wrong")


def _copies(time_s: Floats, values: Floats) -> NDArray[np.bool_]:
    """Rows that repeat the one before them; none where other rows share a time as well."""
    copies = np.zeros(len(time_s), dtype=np.bool_)
    tied = np.diff(time_s) == 0
    same = tied & (values[1:] == values[:-1]).all(axis=1)
    if np.array_equal(tied, same):
        copies[1:] = same
    return copies


def _are_sample_times(time_s: Floats) -> bool:
    """Whether nearly all steps are whole periods, and no rows come in bursts."""
    steps_s = np.diff(time_s)
    if not len(steps_s):
        return True
    if (steps_s == 0).any():
        return False
    period_s = float(np.median(steps_s))
    if len(time_s) <= FEW_ROWS or _in_bursts(steps_s):
        return len(time_s) <= FEW_ROWS
    periods = steps_s / period_s
    near = (np.abs(periods - np.rint(periods)) < ON_GRID) & (periods > 1 - ON_GRID)
    return bool(near.mean() >= MOSTLY)


def _in_bursts(steps_s: Floats) -> bool:
    """Whether rows come close together, again and again with hardly any time between."""
    near = steps_s[steps_s <= LONGEST_BURST_S]
    if len(near) < MOSTLY * len(steps_s):
        return False
    return bool(np.median(near) < near.mean() / 4)


def _laid_out(time_s: Floats, where: str) -> tuple[Floats, float]:
    """Times by the count of the rows between holes, and the rate in Hz.

    Raises
    ------
    FileError
        When the count does not fit the times.
    """
    steps_s = np.diff(time_s)
    tied = bool((steps_s == 0).any())
    usual_s = steps_s[steps_s <= (COARSEST_CLOCK_S if tied else LONGEST_BURST_S)]
    if not len(usual_s) or usual_s.sum() <= 0:
        what = "the times of the samples stand still"
        raise FileError(what, where=where, remedy="export the recording with a time in each line")
    longest_s = 1.5 * float(np.percentile(usual_s, 99.5)) if len(usual_s) > 1 else usual_s[0]
    holes = np.flatnonzero(steps_s > longest_s) + 1
    stretches = list(pairwise([0, *holes.tolist(), len(time_s)]))
    period_s = _slope(time_s, stretches) or float(usual_s.mean())
    laid = np.empty(len(time_s))
    for start, stop in stretches:
        count_s = period_s * np.arange(stop - start)
        laid[start:stop] = count_s + _smoothed(time_s[start:stop] - count_s, period_s)
    if (np.diff(laid) <= 0).any():
        what = "the times are those of arrival and too uneven to lay the samples out by their count"
        raise FileError(
            what, where=where, remedy="export the recording with the sensor's own times"
        )
    return laid - laid[0] + time_s[0], 1.0 / period_s


def _slope(time_s: Floats, stretches: list[tuple[int, int]]) -> float:
    """Seconds from row to row: one line through each stretch, all of the same slope."""
    above = below = 0.0
    for start, stop in stretches:
        count = np.arange(stop - start) - (stop - start - 1) / 2
        above += float(count @ (time_s[start:stop] - time_s[start]))
        below += float(count @ count)
    return above / below if below else 0.0


def _smoothed(apart_s: Floats, period_s: float) -> Floats:
    """What the times differ from the count, without what is shorter than some seconds."""
    width = max(2, round(SMOOTHED_S / period_s))
    parts = max(1, len(apart_s) // width)
    bounds = np.linspace(0, len(apart_s), parts + 1).astype(np.int64)
    means = np.add.reduceat(apart_s, bounds[:-1]) / np.diff(bounds)
    middles = (bounds[1:] + bounds[:-1] - 1) / 2
    return np.asarray(np.interp(np.arange(len(apart_s)), middles, means))
