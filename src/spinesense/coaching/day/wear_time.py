"""How much of a day must have been worn before its figures are taken for the day's.

What was not worn was not seen: counts and minutes are then the least that happened, and neither
a goal that was missed nor a mean over days can be read from them.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from spinesense.model.day import DayView

ENOUGH_MIN = 240.0
"""Half of a working day of eight hours. Studies of whole days ask for ten hours of wear (Troiano
and others 2008); a watch at the desk sees the working day, and less than half of it is a part."""
TOO_LITTLE_MIN = 15.0
"""Below a quarter of an hour there is nothing to say but how little it was."""


def is_enough(view: DayView) -> bool:
    """Whether the figures of a day may be taken for the day's."""
    return view.worn_min >= ENOUGH_MIN


def is_too_little(view: DayView) -> bool:
    """Whether even figures of the time worn would mean nothing."""
    return view.worn_min < TOO_LITTLE_MIN


@dataclass(frozen=True, slots=True, kw_only=True)
class MeanDay:
    """The mean of the days that were worn long enough."""

    days: int
    """How many there were, at least one."""
    worn_min: float
    span_min: float
    sitting_min: float
    longest_sitting_min: float
    shifts_per_h: float | None
    """Of all their shifts over all their sitting; None for less than a quarter of an hour of it."""
    walking_min: float
    steps: float
    bends: float


def mean_day(views: Sequence[DayView]) -> MeanDay | None:
    """The mean over days with enough coverage; None when there is none."""
    days = [view for view in views if is_enough(view)]
    if not days:
        return None

    def mean(of: Callable[[DayView], float]) -> float:
        return sum(of(view) for view in days) / len(days)

    sitting_min = mean(lambda view: view.sitting_min)
    told = sitting_min * len(days) >= TOO_LITTLE_MIN
    return MeanDay(
        days=len(days),
        worn_min=mean(lambda view: view.worn_min),
        span_min=mean(lambda view: view.span_min),
        sitting_min=sitting_min,
        longest_sitting_min=mean(lambda view: view.longest_sitting_min),
        shifts_per_h=60.0 * mean(lambda view: view.counts.shifts) / sitting_min if told else None,
        walking_min=mean(lambda view: view.walking_min),
        steps=mean(lambda view: view.counts.steps),
        bends=mean(lambda view: view.counts.bends),
    )
