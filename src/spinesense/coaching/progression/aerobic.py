"""Aerobic minutes of a week: walking that the sensor saw, and what was entered by hand."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Annotated

import msgspec

KINDS = {
    "walk": "Walking",
    "swim": "Swimming",
    "water_walk": "Walking in water",
    "cycle": "Cycling",
    "row": "Rowing",
    "dance": "Dancing",
    "other": "Other",
}
"""What can be entered by hand, and what it is called."""


class AerobicLimits(msgspec.Struct, frozen=True, kw_only=True):
    """What counts as endurance: ``[aerobic]`` of the settings."""

    minutes_a_week: Annotated[float, msgspec.Meta(ge=1.0, le=2000.0)] = 150.0
    """The least that the World Health Organization advises for adults (2020 guidelines)."""
    shortest_min: Annotated[float, msgspec.Meta(ge=1.0, le=120.0)] = 10.0
    """A bout that is shorter does not count: it takes minutes until heart and breath have
    followed, and this is what was prescribed."""
    pause_s: Annotated[float, msgspec.Meta(ge=0.0, le=600.0)] = 120.0
    """A bout goes on after a pause of up to two minutes, such as a red light: the allowance with
    which bouts of ten minutes are counted from sensors (Troiano et al. 2008, doi
    10.1249/mss.0b013e31815a51b3). The pause itself is not counted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bout:
    """One stretch of endurance, or a part of one."""

    began: datetime
    """With an offset: its date is the person's."""
    minutes: float
    """Moved, without pauses."""
    kind: str = "walk"
    id: int = 0
    """Its number in the history, where it was entered by hand."""
    seen: bool = False
    """Seen by the sensor; otherwise entered by hand."""

    @property
    def ended(self) -> datetime:
        """When it was over, if there was no pause in it."""
        return self.began + timedelta(minutes=self.minutes)


@dataclass(frozen=True, slots=True, kw_only=True)
class Week:
    """The aerobic minutes of the seven days from a Monday on."""

    monday: date
    minutes: float
    """In bouts that are long enough."""
    goal_min: float
    bouts: int
    short_min: float
    """In bouts that are too short to count."""


def joined(bouts: Iterable[Bout], limits: AerobicLimits) -> tuple[Bout, ...]:
    """Bouts in the order of time, with walking that was seen joined across short pauses."""
    whole: list[Bout] = []
    ends: list[datetime] = []
    for bout in sorted(bouts, key=lambda one: one.began):
        if whole and bout.seen and whole[-1].seen:
            pause_s = (bout.began - ends[-1]).total_seconds()
            if pause_s <= limits.pause_s:
                before = whole.pop()
                ended = max(ends.pop(), bout.ended)
                whole.append(
                    Bout(began=before.began, minutes=before.minutes + bout.minutes, seen=True)
                )
                ends.append(ended)
                continue
        whole.append(bout)
        ends.append(bout.ended)
    return tuple(whole)


def week_of(bouts: Sequence[Bout], day: date, limits: AerobicLimits) -> Week:
    """The week (from Monday) that holds a day."""
    monday = day - timedelta(days=day.weekday())
    inside = [
        bout
        for bout in joined(bouts, limits)
        if monday <= bout.began.date() < monday + timedelta(days=7)
    ]
    counted = [bout for bout in inside if bout.minutes >= limits.shortest_min]
    return Week(
        monday=monday,
        minutes=sum(bout.minutes for bout in counted),
        goal_min=limits.minutes_a_week,
        bouts=len(counted),
        short_min=sum(bout.minutes for bout in inside if bout.minutes < limits.shortest_min),
    )


def week_words(week: Week) -> str:
    """A week in one line."""
    parts = [f"{week.minutes:.0f} of {week.goal_min:.0f} aerobic minutes"]
    if week.minutes >= week.goal_min:
        parts.append("goal reached")
    if week.short_min >= 1.0:
        parts.append(f"{week.short_min:.0f} more in bouts too short to count")
    return ", ".join(parts)
