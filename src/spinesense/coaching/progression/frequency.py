"""What earlier days mean for today: enough for a day, rest days, the question of the next day.

Dates and times are data: whoever calls says what day it is.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Annotated

import msgspec

from spinesense.coaching.pain_limits import Light, PainLimits
from spinesense.model.care import NextDay
from spinesense.model.events import PainMoment, PainReported

DAY = timedelta(days=1)


class DayLimits(msgspec.Struct, frozen=True, kw_only=True):
    """How often, and when to rest: ``[days]`` of the settings."""

    sessions_a_day: Annotated[int, msgspec.Meta(ge=1, le=10)] = 2
    """At most twice a day: tissue that was loaded needs hours to settle. Sessions that strengthen
    count; walks and stretches in the day do not."""
    rest_days: Annotated[int, msgspec.Meta(ge=0, le=14)] = 1
    """Days of rest after a flare-up."""
    ask_after_h: Annotated[float, msgspec.Meta(ge=1.0, le=48.0)] = 12.0
    """The question about the day after comes on the next day, and not before a night has passed."""
    ask_until_h: Annotated[float, msgspec.Meta(ge=1.0, le=240.0)] = 72.0
    """After three days nobody knows how the day after a session was."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PastSession:
    """What the rules need to know of one session."""

    id: int
    began: datetime
    """With an offset: its date is the person's."""
    routine: str
    done: tuple[str, ...]
    """Ids of the exercises of which a set was done."""
    strengthens: bool
    """Whether one of these strengthens."""
    complete: bool
    """It was finished, and nothing was skipped."""
    pain: tuple[PainReported, ...] = ()
    next_day: NextDay | None = None
    next_day_on: date | None = None
    """When the question of the next day was answered."""

    def score(self, moment: PainMoment) -> int | None:
        """The last score of this moment, or None."""
        scores = [report.score for report in self.pain if report.moment is moment]
        return scores[-1] if scores else None

    @property
    def day(self) -> date:
        """The person's date at its beginning."""
        return self.began.date()

    @property
    def rise(self) -> int | None:
        """Pain after it minus pain before it; None where one of them is not known."""
        before, after = self.score(PainMoment.BEFORE), self.score(PainMoment.AFTER)
        return None if before is None or after is None else after - before

    def raised(self, limits: PainLimits) -> tuple[str, ...]:
        """Exercises during which pain rose, from the last score given outside of each."""
        found: list[str] = []
        outside: int | None = None
        last: PainReported | None = None
        for report in self.pain:
            if last is not None and last.exercise != report.exercise:
                outside = last.score
            last = report
            rose = outside is not None and report.score - outside >= limits.worse_by
            if report.moment is PainMoment.DURING and rose and report.exercise not in found:
                found.append(report.exercise)
        return tuple(found)

    def flared(self, limits: PainLimits) -> bool:
        """Whether it was too much: worse a day later, clearly more pain after, or a red light."""
        exercised = [report for report in self.pain if report.moment is not PainMoment.BEFORE]
        red = any(limits.light(report.score) is Light.STOP for report in exercised)
        rose = self.rise is not None and self.rise >= limits.worse_by
        return bool(self.done) and (self.next_day is NextDay.WORSE or red or rose)

    def went_well(self, limits: PainLimits) -> bool:
        """Whether it speaks for a step up: complete, nothing made easier, and no more pain."""
        easy = all(limits.light(report.score) is Light.GO_ON for report in self.pain)
        calm = self.rise is not None and self.rise <= 0 and not self.raised(limits)
        return self.complete and easy and calm and self.next_day is not NextDay.WORSE


def to_ask_about(
    past: Sequence[PastSession], now: datetime, limits: DayLimits
) -> PastSession | None:
    """The session whose day after is to be asked about, if any: the newest that was exercised.

    Parameters
    ----------
    past
        Oldest first.
    """
    done = [session for session in past if session.done]
    if not done or done[-1].next_day is not None:
        return None
    newest, gone = done[-1], now - done[-1].began
    in_time = timedelta(hours=limits.ask_after_h) <= gone <= timedelta(hours=limits.ask_until_h)
    return newest if in_time and now.date() > newest.day else None


def date_words(day: date) -> str:
    """A day by its name and date, such as ``Friday, 06 March``."""
    return f"{day:%A, %d %B}"


@dataclass(frozen=True, slots=True)
class Rest:
    """Days of rest after a flare-up."""

    last: date
    """The last of them."""
    session: PastSession
    """The one that was too much."""


def newest_rest(past: Sequence[PastSession], pain: PainLimits, limits: DayLimits) -> Rest | None:
    """The rest after a flare-up that lasts longest; None when there was none.

    The day on which somebody says that it got worse is a day of rest; after pain in a session, the
    day that follows is.
    """
    rests: list[Rest] = []
    for session in past:
        if not session.flared(pain) or limits.rest_days == 0:
            continue
        told_on = session.next_day_on if session.next_day is NextDay.WORSE else None
        before = session.day if told_on is None else told_on - DAY
        rests.append(Rest(before + timedelta(days=limits.rest_days), session))
    return max(rests, key=lambda rest: (rest.last, rest.session.began), default=None)


def closed_today(
    past: Sequence[PastSession],
    now: datetime,
    pain: PainLimits,
    limits: DayLimits,
    *,
    strengthens: bool,
) -> str:
    """Why there should be no session now, in words for the person; empty when there may be one.

    Parameters
    ----------
    strengthens
        Whether the session in question strengthens. One that does not is closed by a rest day only.
    """
    rest = newest_rest(past, pain, limits)
    if rest is not None and now.date() <= rest.last:
        when = "tomorrow" if rest.last == now.date() else f"on {date_words(rest.last + DAY)}"
        return (
            f"Your back was worse after the session on {date_words(rest.session.day)}, so this is "
            "a day of rest. Walk a little, change position often, and come back "
            f"{when}: we begin with less."
        )
    today = [one for one in past if one.day == now.date() and one.strengthens]
    if strengthens and len(today) >= limits.sessions_a_day:
        times = {1: "once", 2: "twice"}.get(limits.sessions_a_day, f"{limits.sessions_a_day} times")
        return (
            f"You have exercised {times} today, and that is enough: muscles and joints need hours "
            "to settle. Come back tomorrow; a walk is always fine."
        )
    return ""
