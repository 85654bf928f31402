"""A recording played back through the same engine, with pause, speed and seek."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import replace

from spinesense.model.events import Event
from spinesense.model.packets import Action
from spinesense.model.snapshot import PlaybackView, Snapshot
from spinesense.runner.engine import Engine
from spinesense.sensors.replay import ReplaySource

PUBLISH_S = 1 / 20
SPEEDS = (0.25, 32.0)
"""Slowest and fastest pace a person can make use of on a screen."""


class PlaybackRun:
    """Replays one recording, as often as the person goes back in it.

    Parameters
    ----------
    make_engine
        Makes an engine that has seen nothing yet: going back starts from the beginning, since
        what follows from a packet depends on all before it.
    source
        The recording.
    title
        Name of the file, to show.
    damage
        One sentence when only the beginning of the file could be read; else empty.
    remarks
        What a table lost or was mended by when it was read, a sentence each.
    """

    def __init__(
        self,
        make_engine: Callable[[], Engine],
        source: ReplaySource,
        *,
        title: str,
        damage: str = "",
        remarks: Sequence[str] = (),
        listeners: Sequence[Callable[[Sequence[Event]], None]] = (),
    ) -> None:
        self._make_engine = make_engine
        self._engine = make_engine()
        self._source = source
        self._title = title
        self.damage = damage
        self.remarks = tuple(remarks)
        self._listeners = tuple(listeners)
        self._publish: Callable[[Snapshot], None] = lambda _: None
        self._closed = False
        self._wanted = asyncio.Event()

    async def run(self, publish: Callable[[Snapshot], None]) -> None:
        """Replay until closed; at the end the last picture stays, and seeking back goes on."""
        self._publish = publish
        while not self._closed:
            await self._play_through()
            if self._closed:
                break
            if not self._source.needs_restart:
                self._tell(self._engine.finish())
                self._show()
                self._wanted.clear()
                await self._wanted.wait()
            self._engine = self._make_engine()

    async def run_once(self, publish: Callable[[Snapshot], None]) -> None:
        """Replay from beginning to end and return."""
        self._publish = publish
        await self._play_through()
        self._tell(self._engine.finish())
        self._show()

    def say(self, action: Action, value: str = "") -> None:
        """Do nothing: what was said then is in the recording."""

    def pause(self, paused: bool) -> None:
        """Hold the replay, or let it go on."""
        self._source.pause(paused)
        self._show()

    def set_speed(self, speed: float) -> None:
        """Set how many seconds of the recording pass in one second."""
        self._source.set_speed(min(max(speed, SPEEDS[0]), SPEEDS[1]))
        self._show()

    def seek(self, position_s: float) -> None:
        """Go to a position of the recording."""
        if not self._source.seek(position_s):
            self._wanted.set()
        # Shown before the replay is there, so that a second press goes on from this one.
        self._show(min(max(position_s, 0.0), self._source.length_s))

    async def close(self) -> None:
        """End the replay."""
        self._closed = True
        self._wanted.set()
        await self._source.close()

    async def _play_through(self) -> None:
        loop = asyncio.get_running_loop()
        next_picture_s = loop.time()
        async for item in self._source.items():
            self._tell(self._engine.feed(item))
            if loop.time() >= next_picture_s:
                self._show()
                next_picture_s = loop.time() + PUBLISH_S

    def _tell(self, events: Sequence[Event]) -> None:
        if events:
            for listener in self._listeners:
                listener(events)

    def _show(self, sought_s: float | None = None) -> None:
        picture = self._engine.snapshot()
        sensor = picture.sensor
        said = self.damage or " ".join(self.remarks)
        if said and not sensor.message:
            sensor = replace(sensor, message=said)
        playback = PlaybackView(
            position_s=self._source.position_s if sought_s is None else sought_s,
            length_s=self._source.length_s,
            speed=self._source.speed,
            paused=self._source.paused,
            file=self._title,
        )
        self._publish(replace(picture, sensor=sensor, playback=playback))
