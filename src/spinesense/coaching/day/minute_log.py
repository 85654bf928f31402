"""The day minute by minute: what the signal core finds, put on the clock on the wall.

Time is data: the clock is known from the beginning of the recording and from what was said of it
since (``Action.CLOCK``), and between that the data's own time carries on.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, timezone

from spinesense.model.day import NOTHING_COUNTED, Counts, Minute
from spinesense.model.events import (
    GapFound,
    MotionEvent,
    Posture,
    PostureChanged,
    WornChanged,
)
from spinesense.model.intent_values import clock_of
from spinesense.model.packets import Action, Intent
from spinesense.model.readings import Readings
from spinesense.model.snapshot import PostureView

AT_HAND_S = 600.0
"""For so long a minute can still be told otherwise. That a sensor is not worn is known after five
minutes, a change of posture after seconds."""
SAME_CLOCK_S = 2.0
"""The clock is told in whole seconds, and up to one late: a smaller difference is no other time."""

EVEN = 0.5
"""At this confidence standing is as likely as not: nothing was seen that speaks for it."""

_SECONDS = 60
_UNWATCHED, _LYING, _SITTING, _STANDING, _WALKING, _UNKNOWN, _NOT_WORN = range(7)
_STAYS = {
    Posture.LYING: _LYING,
    Posture.SITTING: _SITTING,
    Posture.STANDING: _STANDING,
    Posture.WALKING: _WALKING,
}
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class WallClock:
    """How the data's time stands to the clock on the wall, from ``from_s`` on."""

    from_s: float
    ahead_s: float
    """Seconds since 1970 by the clock on the wall, less the data's time."""
    offset: timedelta
    """Of the clock on the wall from UTC."""


@dataclass(slots=True)
class OpenMinute:
    """One minute that may still be told otherwise."""

    seconds: bytearray = field(default_factory=lambda: bytearray(_SECONDS))
    """What each second was at its beginning, so that none is counted twice."""
    counts: Counts = NOTHING_COUNTED
    until_s: float = 0.0
    """Data time up to which it was told of."""
    news: bool = True
    """Whether it changed since it was last taken."""

    def paint(self, part: slice, stay: int) -> None:
        """Tell of seconds for the first time, or of those that the clock shows again."""
        self.seconds[part] = bytes([stay]) * (part.stop - part.start)

    def repaint(self, part: slice, stay: int) -> None:
        """Tell otherwise of those seconds that were watched."""
        old = self.seconds[part]
        new = bytes(stay if second else _UNWATCHED for second in old)
        if new != old:
            self.seconds[part], self.news = new, True


Key = tuple[int, timedelta]
"""Minutes since 1970 by the clock on the wall, and its offset: when the clock is put back, an hour
comes twice and each time is one of its own."""


@dataclass(slots=True)
class MinuteLogState:
    """Everything that later minutes depend on."""

    clocks: list[WallClock]
    time_s: float = 0.0
    """Data time up to which the day is told."""
    running: bool = False
    """Whether time passed since then is of the day: not before the first moment, nor in a break."""
    stay: int = _UNKNOWN
    sat: bool = False
    """Whether the sitting monitor takes the person to sit, where the posture says nothing."""
    worn: bool = True
    total: Counts = NOTHING_COUNTED
    open: dict[Key, OpenMinute] = field(default_factory=dict)
    closed: dict[Key, Minute] = field(default_factory=dict)
    """Changed since they were last taken, and out of reach now."""
    looked_s: float = 0.0
    """When it was last looked for minutes to close."""


class MinuteLog:
    """Tells each minute of the stream, to the second.

    A second is told once: what is seen again, because the clock was set back, takes the place of
    what was there. Nothing is told of a gap. However the stream is cut, and whenever the minutes
    are taken, they are equal in the end.

    Parameters
    ----------
    began
        The clock on the wall at data time 0, with its offset.
    simulated
        What is simulated has a pace of its own, of which the clock on the wall knows nothing.
    """

    def __init__(self, began: datetime, *, simulated: bool = False) -> None:
        self._simulated = simulated
        self.state = MinuteLogState([_clock(0.0, began)])

    def wall(self, time_s: float) -> datetime:
        """The clock on the wall at a moment of the data, as far as it is remembered."""
        clocks = self.state.clocks
        clock = next((one for one in reversed(clocks) if one.from_s <= time_s), clocks[0])
        moment = _EPOCH + timedelta(seconds=time_s + clock.ahead_s)
        return moment.replace(tzinfo=timezone(clock.offset))

    def say(self, intent: Intent) -> None:
        """``CLOCK`` tells the time by the clock on the wall; before ``CONTINUE`` was a break."""
        if intent.action is Action.CONTINUE:
            self.state.running = False
        elif intent.action is Action.CLOCK and not self._simulated:
            now = clock_of(intent.value)
            if now is not None and now.utcoffset() is not None:
                self._set_clock(_clock(intent.arrival_s, now))

    def feed(self, readings: Readings, events: Sequence[MotionEvent], seen: PostureView) -> None:
        """Take the newest readings, what was found since the last call, and what was counted.

        Where sitting and standing cannot be told apart, it is sitting where the monitor counts it
        as such (``SittingMonitor``), and otherwise unknown.
        """
        state, now_s = self.state, readings.time_s
        if now_s > state.time_s:
            state.sat = seen.sits
            before_s, state.time_s = state.time_s, now_s
            if state.running:
                self._pass(before_s, now_s, events)
            state.running = True
        for event in events:
            if isinstance(event, PostureChanged):
                state.stay = self._stay(event.posture, event.confidence)
                if state.worn:
                    self._correct(event, now_s, state.stay)
            elif isinstance(event, WornChanged):
                state.worn = event.worn
                self._correct(event, now_s, state.stay if event.worn else _NOT_WORN)
            elif isinstance(event, GapFound):
                self._correct(event, event.end_s, _UNWATCHED)
        state.stay = self._stay(readings.posture, readings.posture_confidence)
        self._count(now_s, seen)
        if now_s - state.looked_s >= _SECONDS:
            state.looked_s = now_s
            self._close(now_s - AT_HAND_S)

    def drain(self) -> tuple[Minute, ...]:
        """The minutes that are new or other than when they were last taken, oldest first."""
        state = self.state
        found = dict(state.closed)
        for key, minute in state.open.items():
            if minute.news:
                minute.news = False
                found[key] = _told(key, minute)
        state.closed = {}
        return tuple(found[key] for key in sorted(found, key=_moment))

    def _stay(self, posture: Posture, confidence: float) -> int:
        unsure = posture is Posture.STANDING and confidence <= EVEN
        if unsure or posture is Posture.UNKNOWN:
            return _SITTING if self.state.sat else _UNKNOWN
        return _STAYS.get(posture, _UNKNOWN)

    def _set_clock(self, clock: WallClock) -> None:
        state = self.state
        before = state.clocks[-1]
        ahead_s = clock.ahead_s - before.ahead_s
        if clock.offset == before.offset and abs(ahead_s) <= SAME_CLOCK_S:
            return
        if (clock.ahead_s - clock.offset.total_seconds()) < (
            before.ahead_s - before.offset.total_seconds()
        ):
            # What the clock will show again is re-analysed, but for the minute that is running.
            again = (math.floor((clock.from_s + clock.ahead_s) / _SECONDS), clock.offset)
            for key in list(state.open):
                late = state.open[key].until_s < clock.from_s - AT_HAND_S
                if late or _moment(key) > _moment(again):
                    self._close_one(key)
            state.clocks = []
        state.clocks.append(clock)

    def _pass(self, from_s: float, to_s: float, events: Sequence[MotionEvent]) -> None:
        """Let time pass, but for the gaps that were found in it."""
        stay = self.state.stay if self.state.worn else _NOT_WORN
        for event in events:
            if isinstance(event, GapFound) and event.end_s > from_s:
                self._paint(from_s, min(event.start_s, to_s), stay)
                from_s = event.end_s
        self._paint(from_s, to_s, stay)

    def _correct(
        self, event: PostureChanged | WornChanged | GapFound, until_s: float, stay: int
    ) -> None:
        """Tell otherwise what was watched since an event began, as far as it is still at hand."""
        from_s = max(event.start_s, event.time_s - AT_HAND_S)
        self._paint(from_s, until_s, stay, anew=True)

    def _paint(self, from_s: float, to_s: float, stay: int, *, anew: bool = False) -> None:
        """Tell of the seconds that began in this time; ``again``, only of watched ones."""
        clocks = self.state.clocks
        for place, clock in enumerate(clocks):
            begin_s = max(from_s, clock.from_s)
            end_s = to_s if clock is clocks[-1] else min(to_s, clocks[place + 1].from_s)
            second = math.ceil(begin_s + clock.ahead_s)
            last = math.ceil(end_s + clock.ahead_s)
            while second < last:
                key = (second // _SECONDS, clock.offset)
                stop = min(last, (key[0] + 1) * _SECONDS)
                part = slice(second % _SECONDS, stop - key[0] * _SECONDS)
                if not anew:
                    self._opened(key, stop - clock.ahead_s).paint(part, stay)
                elif key in self.state.open:
                    self.state.open[key].repaint(part, stay)
                second = stop

    def _opened(self, key: Key, until_s: float) -> OpenMinute:
        minute = self.state.open.get(key)
        if minute is None:
            minute = self.state.open[key] = OpenMinute()
        minute.until_s, minute.news = max(minute.until_s, until_s), True
        return minute

    def _count(self, now_s: float, seen: PostureView) -> None:
        """Give what was counted since the last call to the minute that is running."""
        total, before = seen.counts, self.state.total
        if total == before:
            return
        self.state.total = total
        clock = self.state.clocks[-1]
        second = math.floor(now_s + clock.ahead_s)
        minute = self._opened((second // _SECONDS, clock.offset), now_s)
        minute.counts += total.since(before)

    def _close(self, until_s: float) -> None:
        """Close the minutes that were last told of before ``until_s``, and forget their clocks."""
        state = self.state
        for key in [key for key, one in state.open.items() if one.until_s < until_s]:
            self._close_one(key)
        while len(state.clocks) > 1 and state.clocks[1].from_s < until_s:
            del state.clocks[0]

    def _close_one(self, key: Key) -> None:
        minute = self.state.open.pop(key)
        if minute.news:
            self.state.closed[key] = _told(key, minute)


def _clock(from_s: float, now: datetime) -> WallClock:
    offset = now.utcoffset() or timedelta()
    return WallClock(from_s, (now.replace(tzinfo=UTC) - _EPOCH).total_seconds() - from_s, offset)


def _moment(key: Key) -> float:
    """Seconds since 1970 in UTC."""
    return key[0] * _SECONDS - key[1].total_seconds()


def _told(key: Key, minute: OpenMinute) -> Minute:
    number, offset = key
    at = (_EPOCH + timedelta(minutes=number)).replace(tzinfo=timezone(offset))
    seconds = minute.seconds
    return Minute(
        at=at.isoformat(timespec="minutes"),
        lying_s=float(seconds.count(_LYING)),
        sitting_s=float(seconds.count(_SITTING)),
        standing_s=float(seconds.count(_STANDING)),
        walking_s=float(seconds.count(_WALKING)),
        unknown_s=float(seconds.count(_UNKNOWN)),
        not_worn_s=float(seconds.count(_NOT_WORN)),
        counts=minute.counts,
    )
