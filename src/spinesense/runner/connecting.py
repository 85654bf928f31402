"""A session whose sensor has to be found first: the recording begins when it streams."""

import asyncio
from collections.abc import Callable

from spinesense.model.packets import Action
from spinesense.model.run import Run
from spinesense.model.snapshot import Link, SensorView, Snapshot
from spinesense.runner.live import LOOK_S
from spinesense.sensors.cancelling import cancelled
from spinesense.sensors.source import Connectable


class ConnectingRun(Run):
    """Opens a source, and then runs the session that it is for.

    Until then snapshots tell how the search is going, and what is said to the session goes nowhere.

    Parameters
    ----------
    source
        Closed together with the run.
    build
        Makes the session of the opened source; called in a thread, since it imports and opens much.
    """

    def __init__(self, source: Connectable, build: Callable[[], Run]) -> None:
        self._source = source
        self._build = build
        self._live: Run | None = None
        self._closing = asyncio.Event()

    async def run(self, publish: Callable[[Snapshot], None]) -> None:
        """Connect, and run until the source ends or ``close`` is called.

        Raises
        ------
        SpinesenseError
            When the sensor cannot be found or started, or the recording cannot be written.
        """
        try:
            if not await self._open(publish):
                return
            self._live = await asyncio.to_thread(self._build)
            if self._closing.is_set():
                await self._live.close()
            await self._live.run(publish)
        finally:
            await self._source.close()

    def say(self, action: Action, value: str = "") -> None:
        """Say something to the session."""
        if self._live:
            self._live.say(action, value)

    async def close(self) -> None:
        """End the search or the session; ``run`` then returns."""
        self._closing.set()
        if self._live:
            await self._live.close()

    async def _open(self, publish: Callable[[Snapshot], None]) -> bool:
        """Open the source and show how that is going; False when closed before it is done."""
        opening = asyncio.ensure_future(self._source.open())
        closing = asyncio.ensure_future(self._closing.wait())
        try:
            while not (opening.done() or closing.done()):
                sensor = SensorView(link=Link.CONNECTING, message=self._source.status)
                publish(Snapshot(sensor=sensor))
                await asyncio.wait(
                    {opening, closing}, timeout=LOOK_S, return_when=asyncio.FIRST_COMPLETED
                )
            if opening.done():
                opening.result()
            return not closing.done()
        finally:
            await cancelled(opening, closing)
