"""A watch that goes on for days: each day is a run, a recording and a beginning of its own.

A day ends at its first quiet moment after midnight, so that whoever works late has that on the day
before: when the sensor is lost, not worn, or worn by somebody who lies; at the latest at four.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from threading import Lock
from typing import Protocol

import msgspec

from spinesense.model.calibration import Calibration
from spinesense.model.errors import FileError
from spinesense.model.events import Posture
from spinesense.model.intent_values import clock_value
from spinesense.model.packets import Action, DeviceProfile, Item, Packet
from spinesense.model.run import Run
from spinesense.model.snapshot import Link, Snapshot
from spinesense.runner.engine import Engine
from spinesense.runner.live import LiveRun
from spinesense.sensors.source import Source

LATEST_HOUR = 4
"""At four a day ends even for those who work: fewest are awake then."""
QUIET_GAP_S = 60.0
"""Without a packet for so long there is nothing to be torn apart."""

Said = tuple[Action, str]


@dataclass(frozen=True, slots=True)
class Carried:
    """What a day takes over from the one before."""

    calibration: Calibration | None = None
    said: tuple[Said, ...] = ()


class Finishing(Protocol):
    """What is left to do with a recording when its day is over."""

    def finish(self) -> None:
        """Finish it; may take a while and raise FileError."""


@dataclass(frozen=True, slots=True)
class Day:
    """One day, ready to run."""

    run: LiveRun
    engine: Engine
    recording: Finishing


Begin = Callable[[Source, Carried], Day]


class DailyRun(Run):
    """Runs day after day on one source, until that ends or ``close`` is called.

    Nothing is lost in between: the item with which a day begins is the one that follows the last of
    the day before, whose recording is finished while the new one is written.

    Parameters
    ----------
    source
        Stays open from day to day.
    begin
        Makes the next day; called in a thread, since it opens files.
    now
        The local time.
    first
        What the first day takes over.
    """

    def __init__(
        self,
        source: Source,
        begin: Begin,
        now: Callable[[], datetime],
        first: Carried | None = None,
    ) -> None:
        self._source, self._begin, self._now = source, begin, now
        self._first = first or Carried()
        self._day: Day | None = None
        self._date = now().date()
        self._arrival_s = 0.0
        self._finishing: set[asyncio.Task[None]] = set()
        self._one_at_a_time = Lock()
        self.trouble = ""
        """What went wrong with a day that is over, in one sentence."""

    @property
    def engine(self) -> Engine | None:
        """That of the present day; None before the first has begun."""
        return self._day.engine if self._day else None

    async def run(self, publish: Callable[[Snapshot], None]) -> None:
        """Run; snapshots go to ``publish``, and their times begin again with every day.

        Raises
        ------
        SpinesenseError
            When the source cannot start, or the last recording cannot be finished.
        """
        items = aiter(self._source.items())
        stretch = _Stretch(self._source.profile, items, (), 0.0)
        carried = self._first
        try:
            while True:
                stretch.until(self._ends_before)
                day = self._day = await asyncio.to_thread(self._begin, stretch, carried)
                await self._run_day(day, stretch, publish)
                if not stretch.is_over:
                    break
                carried = self._carried(day)
                self._finish(day)
                self._date = self._now().date()
                stretch = stretch.next(day.engine.preamble)
        except asyncio.CancelledError:
            # Whoever cancels may end the program before a thread has begun.
            if self._day is not None:
                self._finish_once_at_a_time(self._day)
            raise
        finally:
            if self._day is not None:
                self._finish(self._day, last=True)
            for task in tuple(self._finishing):
                await task
            await self._source.close()

    def say(self, action: Action, value: str = "") -> None:
        """Say something to the session; before the first day has begun it goes nowhere."""
        if self._day:
            self._day.run.say(action, value)

    async def close(self) -> None:
        """End the watch; ``run`` then returns."""
        await self._source.close()

    async def _run_day(
        self, day: Day, stretch: "_Stretch", publish: Callable[[Snapshot], None]
    ) -> None:
        def pass_on(snapshot: Snapshot) -> None:
            if not (stretch.is_over and snapshot.sensor.link is Link.ENDED):
                publish(snapshot)

        try:
            await day.run.run(pass_on)
        except FileError as problem:
            if not stretch.is_over:
                raise
            self.trouble = str(problem)

    def _ends_before(self, item: Item) -> bool:
        """Whether this item belongs to the next day."""
        before_s, self._arrival_s = self._arrival_s, item.arrival_s
        if not isinstance(item, Packet) or self._day is None:
            return False
        now = self._now()
        if not _is_another(now.date(), self._date):
            return False
        silent = item.arrival_s - before_s > QUIET_GAP_S
        return silent or now.hour >= LATEST_HOUR or _is_quiet(self._day.engine)

    def _carried(self, day: Day) -> Carried:
        now = (Action.CLOCK, clock_value(self._now()))
        return Carried(day.engine.readings.calibration, (now, *day.engine.carry_over()))

    def _finish(self, day: Day, *, last: bool = False) -> None:
        """Let the recording be finished in a thread."""
        finishing = asyncio.ensure_future(self._finished(day, last))
        self._finishing.add(finishing)
        if not last:
            finishing.add_done_callback(self._finishing.discard)

    async def _finished(self, day: Day, last: bool) -> None:
        try:
            await asyncio.to_thread(self._finish_once_at_a_time, day)
        except asyncio.CancelledError:
            self._finish_once_at_a_time(day)  # the thread may not have begun
            raise
        except FileError as problem:
            if last:
                raise
            self.trouble = str(problem)

    def _finish_once_at_a_time(self, day: Day) -> None:
        with self._one_at_a_time:
            day.recording.finish()


def _is_another(today: date, than: date) -> bool:
    """A clock that is set back over midnight begins no day; one that was wrong by days does."""
    return today > than or (than - today).days > 1


def _is_quiet(engine: Engine) -> bool:
    worn = engine.snapshot().posture.worn
    return engine.link is Link.LOST or not worn or engine.readings.posture is Posture.LYING


class _Stretch:
    """The items of one day, as a source of its own whose arrivals begin at 0."""

    def __init__(
        self,
        profile: DeviceProfile,
        items: AsyncIterator[Item],
        first: Sequence[Item],
        from_s: float,
    ) -> None:
        self._profile, self._items, self._first, self._from_s = profile, items, first, from_s
        self._ends_before: Callable[[Item], bool] = lambda _: False
        self._after: Item | None = None

    @property
    def profile(self) -> DeviceProfile:
        """That of the sensor."""
        return self._profile

    @property
    def is_over(self) -> bool:
        """Whether it ended because the next day has begun."""
        return self._after is not None

    def until(self, ends_before: Callable[[Item], bool]) -> None:
        """End before the first item for which this holds."""
        self._ends_before = ends_before

    def next(self, preamble: Sequence[Packet]) -> "_Stretch":
        """The day that follows; what its packets cannot be understood without goes first."""
        assert self._after is not None
        first = (*preamble, self._after)
        return _Stretch(self._profile, self._items, first, self._after.arrival_s)

    async def items(self) -> AsyncIterator[Item]:
        """The items up to the end of the day."""
        for item in self._first:
            yield self._from_here(item)
        async for item in self._items:
            if self._ends_before(item):
                self._after = item
                return
            yield self._from_here(item)

    async def close(self) -> None:
        """Do nothing: the source stays open for the next day."""

    def _from_here(self, item: Item) -> Item:
        if not self._from_s:
            return item
        return msgspec.structs.replace(item, arrival_s=max(0.0, item.arrival_s - self._from_s))
