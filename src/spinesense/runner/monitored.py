"""The sitting monitor as other processes meet it: the one that runs, and those that look on."""

import asyncio
import math
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace

from spinesense.model.errors import FileError, SpinesenseError
from spinesense.model.packets import Action
from spinesense.model.run import Run
from spinesense.model.snapshot import Link, SensorView, Snapshot

TELL_S = 1.0
"""Clocks in minutes need no more; a bar asks once in some seconds."""
AGAIN_S = 3.0
"""What has not changed, as while the sensor is away, is told again: whoever tells nothing hangs."""
LOOK_S = 0.5


class MonitoredRun(Run):
    """A run whose newest picture is told to other processes, too.

    Parameters
    ----------
    run
        The monitor.
    tell
        Takes a picture for others, about once in a second.
    release
        Called once when the run is over, however it ended.
    """

    def __init__(
        self, run: Run, tell: Callable[[Snapshot], None], release: Callable[[], None]
    ) -> None:
        self._run, self._tell, self._release = run, tell, release
        self._runs, self._released = False, False
        self._newest: Snapshot | None = None
        self._told_s = -math.inf

    async def run(self, publish: Callable[[Snapshot], None]) -> None:
        """Run, and tell."""
        loop = asyncio.get_running_loop()

        def both(snapshot: Snapshot) -> None:
            publish(snapshot)
            self._newest = snapshot
            if loop.time() >= self._told_s + TELL_S:
                self._tell_newest()

        self._runs = True
        telling = asyncio.create_task(self._tell_again())
        try:
            await self._run.run(both)
        finally:
            telling.cancel()
            self._let_go()

    def say(self, action: Action, value: str = "") -> None:
        """Say something to the session."""
        self._run.say(action, value)

    async def close(self) -> None:
        """End the run; while it finishes its recording, it is still the one that monitors."""
        try:
            await self._run.close()
        finally:
            if not self._runs:
                self._let_go()

    async def _tell_again(self) -> None:
        while True:
            await asyncio.sleep(AGAIN_S)
            if asyncio.get_running_loop().time() >= self._told_s + AGAIN_S:
                self._tell_newest()

    def _tell_newest(self) -> None:
        """Tell; where nothing can be written others see no news, and the watch goes on."""
        self._told_s = asyncio.get_running_loop().time()
        if self._newest is not None and not self._released:
            with suppress(FileError):
                self._tell(self._newest)

    def _let_go(self) -> None:
        if not self._released:
            self._released = True
            self._release()


class AttachedRun(Run):
    """Looks on at a monitor that runs in another process, and asks it for what is said here.

    Parameters
    ----------
    told
        The newest picture of that monitor; None when it has ended.
    ask
        Asks something of it.
    """

    def __init__(
        self, told: Callable[[], Snapshot | None], ask: Callable[[Action, str], None]
    ) -> None:
        self._told, self._ask = told, ask
        self._closing = asyncio.Event()

    async def run(self, publish: Callable[[Snapshot], None]) -> None:
        """Show the monitor until it ends or ``close`` is called; its end is said.

        Raises
        ------
        SpinesenseError
            When the other monitor has ended, or cannot be read.
        """
        publish(Snapshot(sensor=SensorView(link=Link.CONNECTING)))
        while not self._closing.is_set():
            snapshot = await asyncio.to_thread(self._told)
            if snapshot is None:
                raise SpinesenseError(
                    "the sitting monitor of the other process has ended",
                    remedy="start one with: spinesense sit",
                )
            publish(replace(snapshot, sensor=replace(snapshot.sensor, elsewhere=True)))
            try:
                await asyncio.wait_for(self._closing.wait(), LOOK_S)
            except TimeoutError:
                continue

    def say(self, action: Action, value: str = "") -> None:
        """Ask it of the monitor, which goes on when this look at it ends."""
        if action is not Action.BREAK_OFF:
            self._ask(action, value)

    async def close(self) -> None:
        """Stop looking; the monitor goes on."""
        self._closing.set()
