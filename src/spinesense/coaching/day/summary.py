"""A day as it is shown, from its minutes."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from spinesense.coaching.progression.aerobic import AerobicLimits
from spinesense.model.day import (
    NOTHING_COUNTED,
    DayView,
    Minute,
    PainMark,
    Prompt,
    Stay,
    Stretch,
)

ON_FEET_S = 50.0
"""So much of a minute on the feet ends a sitting bout even where stand-ups are not counted, as in a
coached session: it is more than the 20 s that make a stand-up (``SittingLimits.stand_up_s``)."""
LEAST_SITTING_S = 900.0
"""Office workers shift 9 times in 15 minutes: in less sitting a rate per hour says little."""

_SECONDS = {
    Stay.LYING: "lying_s",
    Stay.SITTING: "sitting_s",
    Stay.STANDING: "standing_s",
    Stay.WALKING: "walking_s",
    Stay.UNKNOWN: "unknown_s",
    Stay.NOT_WORN: "not_worn_s",
}
_FULL_S = 60.0


def walking_goal_min(limits: AerobicLimits) -> float:
    """Minutes of walking that are the goal of a day: a seventh of the aerobic goal of the week.

    So seven days that reach it reach the goal of the week, and the person is given one goal, not
    two. With the usual 150 min it is 21 min, two of the walks that are advised every few hours.
    """
    return limits.minutes_a_week / 7.0


def day_view(
    day: date,
    rows: Sequence[Minute],
    *,
    prompts: Iterable[Prompt] = (),
    pain: Iterable[tuple[datetime, int]] = (),
    goal_min: float = 0.0,
    simulated: bool = False,
) -> DayView:
    """One day, ready to be shown.

    Parameters
    ----------
    day
        By the clock on the wall; rows, prompts and pain of other days are left out.
    rows
        Ascending; several rows of one minute in the order in which their watches began.
    prompts, pain
        What the sitting monitor said, and pain scores with their moments.
    goal_min
        Minutes of walking that are the goal; 0 for none.
    simulated
        Whose day it is.
    """
    minutes = list(_merged(row for row in rows if row.at[:10] == day.isoformat()))
    by_place = _on_the_wall(minutes)
    total = _sum(minutes)
    watched_s = _watched_s(total)
    return DayView(
        date=day.isoformat(),
        simulated=simulated,
        ribbon=tuple(_ribbon(by_place)),
        sitting_bouts=tuple(_bouts(by_place)),
        span_min=_span_min(minutes),
        watched_min=watched_s / 60.0,
        worn_min=(watched_s - total.not_worn_s) / 60.0,
        lying_min=total.lying_s / 60.0,
        sitting_min=total.sitting_s / 60.0,
        standing_min=total.standing_s / 60.0,
        walking_min=total.walking_s / 60.0,
        walking_goal_min=goal_min,
        counts=total.counts,
        shifts_per_h=(
            3600.0 * total.counts.shifts / total.sitting_s
            if total.sitting_s >= LEAST_SITTING_S
            else None
        ),
        alerts=sum(one.level == 1 and one.at[:10] == day.isoformat() for one in prompts),
        pain=tuple(
            PainMark(at.hour * 60 + at.minute, score) for at, score in pain if at.date() == day
        ),
    )


def stay_of(minute: Minute) -> Stay | None:
    """What most of a minute was; None when nothing of it was watched."""
    stay = max(_SECONDS, key=lambda one: _seconds(minute, one))
    return stay if _seconds(minute, stay) > 0.0 else None


def _seconds(minute: Minute, stay: Stay) -> float:
    seconds: float = getattr(minute, _SECONDS[stay])
    return seconds


def _watched_s(minute: Minute) -> float:
    return sum(_seconds(minute, stay) for stay in _SECONDS)


def _merged(rows: Iterable[Minute]) -> Iterator[Minute]:
    """One row a minute.

    Two watches of parts of a minute, as when the monitor was started again, add up. What does not
    fit into one minute together are two tellings of the same time (a second sensor, or a clock that
    was set back): the watch that began last counts.
    """
    last: Minute | None = None
    for row in rows:
        if not _watched_s(row):
            continue
        if last is None or last.at != row.at:
            if last is not None:
                yield last
            last = row
        elif _watched_s(last) + _watched_s(row) <= _FULL_S:
            last = _sum((last, row))
        else:
            last = row
    if last is not None:
        yield last


def _sum(minutes: Sequence[Minute]) -> Minute:
    return Minute(
        at=minutes[0].at if minutes else "",
        counts=sum((one.counts for one in minutes), NOTHING_COUNTED),
        **{name: sum(getattr(one, name) for one in minutes) for name in _SECONDS.values()},
    )


def _place(minute: Minute) -> int:
    """Its number in the day."""
    return int(minute.at[11:13]) * 60 + int(minute.at[14:16])


def _span_min(minutes: Sequence[Minute]) -> float:
    """From the first watched minute to the last, both with them, in time that really passed."""
    if not minutes:
        return 0.0
    moments = [datetime.fromisoformat(one.at) for one in (minutes[0], minutes[-1])]
    return (moments[1] - moments[0]).total_seconds() / 60.0 + 1.0


def _on_the_wall(minutes: Sequence[Minute]) -> dict[int, Minute]:
    """Minutes by their number in the day.

    The hour that comes twice when the clock is put back has its place once: there both are one.
    """
    found: dict[int, Minute] = {}
    for minute in minutes:
        place = _place(minute)
        found[place] = _sum((found[place], minute)) if place in found else minute
    return dict(sorted(found.items()))


def _ribbon(minutes: dict[int, Minute]) -> Iterator[Stretch]:
    begin = end = 0
    now: Stay | None = None
    for place, minute in minutes.items():
        stay = stay_of(minute)
        if stay is now and place == end:
            end += 1
            continue
        if now is not None:
            yield Stretch(begin, end, now)
        begin, end, now = place, place + 1, stay
    if now is not None:
        yield Stretch(begin, end, now)


@dataclass(slots=True)
class _Bout:
    """Sitting under way: from its first minute up to the last that was sat."""

    begin: int
    end: int


def _bouts(minutes: dict[int, Minute]) -> Iterator[Stretch]:
    """Sitting from sitting down to a real stand-up.

    Some upright seconds do not end it, as they do not reset the clock of the monitor. Lying down
    does, and so does a sensor that is taken off or a minute that nobody watched: whoever comes back
    may have stood up, and no sitting is claimed that was not seen.
    """
    bout: _Bout | None = None
    before = -1
    for place, minute in minutes.items():
        stay = stay_of(minute)
        sat = stay is Stay.SITTING
        away = stay in (Stay.LYING, Stay.NOT_WORN) or place != before + 1
        if bout is not None and away:
            yield Stretch(bout.begin, bout.end, Stay.SITTING)
            bout = None
        before = place
        if sat:
            bout = bout or _Bout(place, place)
            bout.end = place + 1
        if bout is not None and _stood_up(minute):
            yield Stretch(bout.begin, bout.end, Stay.SITTING)
            bout = None
    if bout is not None:
        yield Stretch(bout.begin, bout.end, Stay.SITTING)


def _stood_up(minute: Minute) -> bool:
    return minute.counts.stand_ups > 0 or minute.standing_s + minute.walking_s >= ON_FEET_S
