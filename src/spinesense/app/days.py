"""Days and weeks as they are shown, read from what is kept."""

from datetime import date, timedelta

from spinesense.app.person import load_settings
from spinesense.coaching.day.summary import day_view as view_of
from spinesense.coaching.day.summary import walking_goal_min
from spinesense.model.day import DayView
from spinesense.store.history.days import Days
from spinesense.store.places import history_path

WEEK_DAYS = 7


def day_view(day: date, *, simulated: bool = False, as_heard: bool = False) -> DayView:
    """Return one day, refined where it was; an empty one where nothing was kept.

    Raises
    ------
    SpinesenseError
        When the history or the settings cannot be read.
    """
    return _views(day, 1, simulated=simulated, as_heard=as_heard)[0]


def week_view(day: date, *, simulated: bool = False, as_heard: bool = False) -> tuple[DayView, ...]:
    """Return the seven days, from Monday on, of the week that holds a day; raises as ``day_view``.

    It is the week in which aerobic minutes are counted, too.
    """
    return _views(monday_of(day), WEEK_DAYS, simulated=simulated, as_heard=as_heard)


def monday_of(day: date) -> date:
    """Return the Monday of the week that holds a day."""
    return day - timedelta(days=day.weekday())


def newest_day(*, simulated: bool = False) -> date | None:
    """Return the newest day of which something was kept; None without any."""
    with Days.open(history_path()) as days:
        return days.newest(simulated=simulated)


def _views(first: date, count: int, *, simulated: bool, as_heard: bool) -> tuple[DayView, ...]:
    shown = [first + timedelta(days=number) for number in range(count)]
    last = shown[-1]
    goal_min = walking_goal_min(load_settings().aerobic)
    with Days.open(history_path()) as days:
        minutes = days.minutes(first, last, simulated=simulated, as_heard=as_heard)
        prompts = days.prompts(first, last, simulated=simulated, as_heard=as_heard)
        pain = days.pain(first, last, simulated=simulated)
    return tuple(
        view_of(
            day,
            minutes,
            prompts=prompts,
            pain=pain,
            goal_min=goal_min,
            simulated=simulated,
        )
        for day in shown
    )
