"""A day in plain words: durations, how much of it was seen, and what it came to."""

from datetime import date

from spinesense.coaching.day.wear_time import ENOUGH_MIN, MeanDay, is_enough, is_too_little
from spinesense.model.day import DayView, Stay, Stretch
from spinesense.tui.words import counted

NONE = "–"
"""Stands where nothing is known."""
HOW_TO_WATCH = (
    "The sitting watch draws the day here, minute by minute:\n"
    "S on the home screen, or spinesense sit."
)


def duration(length_min: float) -> str:
    """Write minutes, such as ``6 h 12 min``, ``9 h`` or ``12 min``."""
    hours, minutes = divmod(round(length_min), 60)
    if not hours:
        return f"{minutes} min"
    return f"{hours} h {minutes} min" if minutes else f"{hours} h"


def brief(length_min: float) -> str:
    """Write minutes as in a table, such as ``6:12``."""
    hours, minutes = divmod(round(length_min), 60)
    return f"{hours}:{minutes:02}"


def number(count: float) -> str:
    """Write a whole number with thin groups of three digits, such as ``6 240``."""
    return f"{round(count):,}".replace(",", " ")


def times(count: int) -> str:
    """Write how often, such as ``once`` or ``9 times``."""
    return {0: "never", 1: "once", 2: "twice"}.get(count, f"{count} times")


def full_date(day: str) -> str:
    """Write a date, such as ``Tuesday 24 November 2026``."""
    then = date.fromisoformat(day)
    return f"{then:%A} {then.day} {then:%B} {then.year}"


def brief_date(day: str) -> str:
    """Write a date in six characters, such as ``Tue 24``."""
    then = date.fromisoformat(day)
    return f"{then:%a} {then.day:>2}"


def week_of(views: tuple[DayView, ...]) -> str:
    """Write from when to when, such as ``23 to 29 November 2026``."""
    first, last = (date.fromisoformat(view.date) for view in (views[0], views[-1]))
    begin = str(first.day)
    if (first.year, first.month) != (last.year, last.month):
        begin += f" {first:%B}"
    if first.year != last.year:
        begin += f" {first.year}"
    return f"{begin} to {last.day} {last:%B} {last.year}"


def coverage(view: DayView) -> str:
    """Write how much was seen, such as ``Worn 6 h 12 min of 9 h, from 8:04 to 17:04``."""
    first, last = view.ribbon[0].start_min, view.ribbon[-1].end_min
    worn, span = duration(view.worn_min), duration(view.span_min)
    seen = f"all of {span}" if worn == span else f"{worn} of {span}"
    return f"Worn {seen}, from {brief(first)} to {brief(last)}"


def caveat(view: DayView, *, today: bool) -> str:
    """What must be known before the figures are read; empty when they stand for the day."""
    if is_enough(view):
        return ""
    so_far = " so far" if today else ""
    if is_too_little(view):
        return f"That is too little{so_far} for figures."
    return f"Under {duration(ENOUGH_MIN)}{so_far}: the day may have held more than was seen."


def empty(*, today: bool) -> str:
    """What a page without anything says."""
    day = "today yet" if today else "on this day"
    return f"Nothing was watched {day}.\n\n{HOW_TO_WATCH}"


def empty_week() -> str:
    """What a week without anything says."""
    return f"Nothing was watched in this week.\n\n{HOW_TO_WATCH}"


def total(view: DayView, stay: Stay) -> str:
    """Write how long something was done on a day."""
    told = {
        Stay.LYING: view.lying_min,
        Stay.SITTING: view.sitting_min,
        Stay.STANDING: view.standing_min,
        Stay.WALKING: view.walking_min,
    }
    rest = {
        Stay.NOT_WORN: view.watched_min - view.worn_min,
        Stay.UNKNOWN: view.worn_min - sum(told.values()),
    }
    return duration(max(0.0, (told | rest)[stay]))


def longest_since(view: DayView) -> str:
    """Write when the longest sitting began, such as ``from 10:17``; empty without any."""
    longest = max(view.sitting_bouts, key=_length_min, default=None)
    return f"from {brief(longest.start_min)}" if longest is not None else ""


def shifts_per_h(shifts: float | None) -> str:
    """Write the shifts in an hour of sitting, or that there was too little of it."""
    return NONE if shifts is None else f"{shifts:.0f}"


def walking(view: DayView) -> str:
    """Write the minutes walked, against the goal where that is fair."""
    if not view.walking_goal_min:
        return duration(view.walking_min)
    if not judges_walking(view):
        return f"{view.walking_min:.0f} min seen"
    return f"{view.walking_min:.0f} of {view.walking_goal_min:.0f} min"


def judges_walking(view: DayView) -> bool:
    """Whether walking can be held against the goal: enough was seen, or it is reached already."""
    return view.walking_goal_min > 0 and (
        is_enough(view) or view.walking_min >= view.walking_goal_min
    )


def bends(view: DayView) -> tuple[str, str]:
    """Write the bends, such as ``23, 4 deep, 2 held``, and the same in brief."""
    brief_words = f"{view.counts.bends}, {view.counts.deep_bends} deep"
    return f"{brief_words}, {view.counts.held_bends} held", brief_words


def pain(view: DayView) -> str:
    """Write the pain scores of a day, such as ``3 to 5``."""
    scores = {mark.score for mark in view.pain}
    return " to ".join(str(score) for score in sorted({min(scores), max(scores)})) if scores else ""


WEEK_HEAD = {
    "Worn": 14,
    "Sat": 5,
    "On end": 6,
    "Shifts": 6,
    "Walked": 6,
    "Pain": 4,
    "Steps": 6,
    "Bends": 5,
}
"""The columns of the week's table and their widths; a narrow page leaves out the last ones."""


def day_cells(view: DayView) -> dict[str, str]:
    """One day as the cells of the week's table."""
    goal = f"/{view.walking_goal_min:.0f}" if judges_walking(view) else ""
    return {
        "Worn": f"{brief(view.worn_min)} of {brief(view.span_min)}",
        "Sat": brief(view.sitting_min),
        "On end": brief(view.longest_sitting_min),
        "Shifts": _an_hour(view.shifts_per_h),
        "Walked": f"{view.walking_min:.0f}{goal}",
        "Pain": pain(view).replace(" to ", "-") or NONE,
        "Steps": number(view.counts.steps),
        "Bends": str(view.counts.bends),
    }


def mean_cells(mean: MeanDay) -> dict[str, str]:
    """The mean as the cells of the week's table; pain has none, since scores are no minutes."""
    return {
        "Worn": f"{brief(mean.worn_min)} of {brief(mean.span_min)}",
        "Sat": brief(mean.sitting_min),
        "On end": brief(mean.longest_sitting_min),
        "Shifts": _an_hour(mean.shifts_per_h),
        "Walked": f"{mean.walking_min:.0f}",
        "Pain": "",
        "Steps": number(mean.steps),
        "Bends": f"{mean.bends:.0f}",
    }


def mean_note(mean: MeanDay | None) -> str:
    """Write which days the mean is of, and in what the columns count."""
    enough = duration(ENOUGH_MIN)
    units = "Walked: minutes/goal."
    if mean is None:
        return f"* worn under {enough}: no day for a mean.  {units}"
    return f"* worn under {enough}: not in the mean of {counted(mean.days, 'day')}.  {units}"


def _an_hour(shifts: float | None) -> str:
    return NONE if shifts is None else f"{shifts:.0f}/h"


def _length_min(stretch: Stretch) -> int:
    return stretch.end_min - stretch.start_min
