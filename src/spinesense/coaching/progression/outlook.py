"""What the next step is, and what it waits for, in words."""

from spinesense.coaching.progression.progression import (
    EVERY_DAY,
    days_a_week,
    days_missing,
    missing_sessions,
    next_step,
)
from spinesense.coaching.progression.training_log import Course
from spinesense.model.care import Variable


def outlook(course: Course) -> str:
    """How often, what comes next and what it waits for, in one sentence."""
    days = days_a_week(course)
    often = "every day; " if days == EVERY_DAY else f"on {days} days a week; "
    return (often if course.strengthens else "") + _coming(course)


def _coming(course: Course) -> str:
    step = next_step(course)
    if step is None:
        return "every dose is at the most that is usual, and stays there."
    what = step.reason.split(", because")[0].removeprefix("You may ")
    waits = []
    if missing := missing_sessions(course):
        sessions = "one more session" if missing == 1 else f"{missing} more sessions"
        waits.append(f"{sessions} in a row without more pain")
    if step.variable is Variable.DAYS and (short := days_missing(course)):
        days = "one more day" if short == 1 else f"{short} more days"
        waits.append(f"{days} of exercise within a week ({days_a_week(course)} in all)")
    after = f", after {' and '.join(waits)}" if waits else ", at the next session"
    return f"next: {what}{after}."
