"""A running session: one source, recorded first and understood second."""

import asyncio
import math
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import replace
from typing import Protocol

from spinesense.model.errors import SpinesenseError
from spinesense.model.events import Event
from spinesense.model.packets import BATTERY_CHANNEL, Action, Intent, Item, Packet, is_upper
from spinesense.model.run import Run
from spinesense.model.snapshot import CoachView, Link, Phase, Snapshot
from spinesense.runner.engine import Engine
from spinesense.sensors.source import Source

SILENCE_S = 2.0
"""Without a packet for so long the sensor counts as lost. Bluetooth's own supervision timeout is
2 to 20 s, and bursts of healthy sensors come up to 0.25 s apart."""

LAST_WORDS_S = 4.0
"""A closing sentence takes about so long to say."""

LOOK_S = 0.25
"""While nothing arrives, the state of the connection is looked at so often."""

PUBLISH_S = 1 / 20
"""Usual pace of the snapshots in host time, whatever the pace of the data."""


class Recorder(Protocol):
    """Where the items are kept before anyone thinks about them."""

    def append(self, item: Item) -> None:
        """Keep one item; it is safe when this returns."""

    def note(self, event: Event) -> None:
        """Keep one event as it was told."""

    def close(self) -> None:
        """Finish the recording."""


class LiveRun(Run):
    """Takes the items of one source through recorder and engine until the source ends.

    Parameters
    ----------
    source, engine
        Where the packets come from and what understands them.
    recorder
        Keeps the items; None records nothing.
    hear
        Called with the coach's picture after every packet: a simulated person follows it.
    listeners
        Called with the news of each item, in order.
    after
        Called after every item.
    at_end
        Called once when the source has ended, after the recording is finished.
    stop_after_s
        End after so much data; by default the run goes on until the source or the session ends.
    status
        Tells what is going on with the connection, in one sentence; empty when all is well.
    unrecorded
        Tells why nothing is recorded any more, in one sentence; empty while all is.
    from_s
        Arrival from which this run goes on, when the engine has taken items before.
    first
        What is said before the first packet.
    picture_s
        Pace of the snapshots in host time.
    """

    def __init__(
        self,
        source: Source,
        engine: Engine,
        *,
        recorder: Recorder | None = None,
        hear: Callable[[CoachView], None] | None = None,
        listeners: Sequence[Callable[[Sequence[Event]], None]] = (),
        after: Callable[[], None] | None = None,
        at_end: Callable[[], None] | None = None,
        stop_after_s: float = math.inf,
        status: Callable[[], str] = lambda: "",
        unrecorded: Callable[[], str] = lambda: "",
        from_s: float = 0.0,
        first: Sequence[Intent] = (),
        picture_s: float = PUBLISH_S,
    ) -> None:
        self._source = source
        self._engine = engine
        self._recorder = recorder
        self._hear = hear
        self._listeners = tuple(listeners)
        self._after = after
        self._at_end = at_end
        self._stop_after_s = stop_after_s
        self._status = status
        self._unrecorded = unrecorded
        self._first = tuple(first)
        self._picture_s = picture_s
        self._last_arrival_s = from_s
        self._last_packet_s = from_s
        self._lost = False
        self._done_s = math.inf
        self._ended = self._over = False
        self._heard_s = 0.0
        self._next_picture_s = 0.0
        self._shown_status = ""
        self._publish: Callable[[Snapshot], None] = lambda _: None

    async def run(self, publish: Callable[[Snapshot], None]) -> None:
        """Run until the source ends or is closed; snapshots go to ``publish``.

        Raises
        ------
        SpinesenseError
            When the source cannot start or the recording cannot be written.
        """
        self._publish = publish
        for intent in self._first:
            self._take(intent)
        self._show()
        items = aiter(self._source.items())
        coming = asyncio.ensure_future(anext(items))
        try:
            while not self._ended:
                done, _ = await asyncio.wait({coming}, timeout=LOOK_S)
                if not done:
                    self._look()
                    continue
                try:
                    item = coming.result()
                except StopAsyncIteration:
                    break
                coming = asyncio.ensure_future(anext(items))
                self._take_from_source(item)
                if self._is_over():
                    await self._source.close()
                if self._loop_s() >= self._next_picture_s:
                    self._show()
        except SpinesenseError as problem:
            self._take(Intent(self._last_arrival_s, Action.BREAK_OFF, str(problem)))
            raise
        finally:
            coming.cancel()
            try:
                self._end()
            finally:
                await asyncio.wait({coming})
                await self._source.close()

    @property
    def last_arrival_s(self) -> float:
        """Arrival of the last item."""
        return float(self._last_arrival_s)  # a simulated sensor counts in numpy's numbers

    def say(self, action: Action, value: str = "") -> None:
        """Say something to the session, at the data's own time; after its end it goes nowhere."""
        if self._over:
            return
        self._take(Intent(self._last_arrival_s, action, value))
        self._show()

    async def close(self) -> None:
        """Ask the source to end; ``run`` then returns."""
        await self._source.close()

    def _is_over(self) -> bool:
        """Whether the session has been over long enough for its last words to be said."""
        if self._last_arrival_s >= self._stop_after_s:
            return True
        if self._engine.coach_view().phase is not Phase.DONE:
            return False
        self._done_s = min(self._done_s, self._last_arrival_s)
        return self._last_arrival_s - self._done_s >= LAST_WORDS_S

    def _look(self) -> None:
        """Nothing has arrived for a moment: see whether the sensor is lost or the session over."""
        if self._loop_s() - self._heard_s >= SILENCE_S:
            self._notice_silence()
            self._ended = self._engine.coach_view().phase is Phase.DONE
        if self._status() != self._shown_status:
            self._show()

    def _show(self) -> None:
        """Publish the present picture; trouble with the connection comes before other messages."""
        picture = replace(self._engine.snapshot(), unrecorded=self._unrecorded())
        self._shown_status = self._status()
        if self._shown_status:
            sensor = replace(picture.sensor, message=self._shown_status)
            picture = replace(picture, sensor=sensor)
        self._next_picture_s = self._loop_s() + self._picture_s
        self._publish(picture)

    def _loop_s(self) -> float:
        return asyncio.get_running_loop().time()

    def _take_from_source(self, item: Item) -> None:
        if is_upper(item):
            if item.arrival_s - self._last_packet_s > SILENCE_S:
                self._notice_silence()
            self._take(item)
            return
        self._heard_s = self._loop_s()
        if isinstance(item, Intent) and item.action is Action.SENSOR_LOST:
            if not self._lost:
                self._lost = True
                self._take(item)
                self._show()
            return
        if isinstance(item, Packet) and item.channel != BATTERY_CHANNEL:
            if item.arrival_s - self._last_packet_s > SILENCE_S:
                self._notice_silence()
            if self._lost:
                self._lost = False
                self._take(Intent(item.arrival_s, Action.SENSOR_BACK))
            self._last_packet_s = item.arrival_s
        self._take(item)

    def _notice_silence(self) -> None:
        """Note the loss once, at the data time at which it became one."""
        if self._lost or self._engine.link is not Link.STREAMING:
            return
        self._lost = True
        self._take(
            Intent(
                self._last_packet_s + SILENCE_S,
                Action.SENSOR_LOST,
                f"Nothing from {self._engine.profile.name} for {SILENCE_S:.0f} s; "
                "come closer or check its battery.",
            )
        )
        self._show()

    def _take(self, item: Item) -> None:
        self._last_arrival_s = max(self._last_arrival_s, item.arrival_s)
        if self._recorder:
            self._recorder.append(item)
        self._tell(self._engine.feed(item))
        if self._hear:
            self._hear(self._engine.coach_view())
        if self._after:
            self._after()

    def _tell(self, events: tuple[Event, ...]) -> None:
        if not events:
            return
        if self._recorder:
            for event in events:
                self._recorder.note(event)
        for listener in self._listeners:
            listener(events)

    def _end(self) -> None:
        """Conclude, finish the recording, show the end: each even if one before it failed."""
        self._over = True
        with ExitStack() as ending:
            ending.callback(self._show)
            if self._at_end:
                ending.callback(self._at_end)
            if self._recorder:
                ending.callback(self._recorder.close)
            self._tell(self._engine.finish())
