"""Two Bluetooth sensors on one back as one source, with one clock for the arrivals of both."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing

import msgspec

from spinesense.model.errors import SensorError
from spinesense.model.packets import DeviceProfile, Item, Packet, as_upper
from spinesense.sensors.bluetooth.source import BluetoothSource
from spinesense.sensors.cancelling import cancelled


class PairedSource:
    """Fits `spinesense.sensors.source.Connectable`; ``open`` it before anything else.

    All counts by the lower sensor. When the upper one is lost, the stream goes on without it until
    it is back.

    Parameters
    ----------
    lower, upper
        The sensors over S2 and over T12; closed together with this source.
    """

    def __init__(self, lower: BluetoothSource, upper: BluetoothSource) -> None:
        self.lower = lower
        self.upper = upper
        lower.others, upper.others = (upper,), (lower,)
        self._items: asyncio.Queue[Item | None] = asyncio.Queue()

    @property
    def profile(self) -> DeviceProfile:
        """The lower sensor."""
        return self.lower.profile

    @property
    def upper_profile(self) -> DeviceProfile:
        """The upper sensor."""
        return self.upper.profile

    @property
    def status(self) -> str:
        """What is going on with the connections, in one sentence; empty when all is well."""
        return self.lower.status or self.upper.status

    async def open(self) -> None:
        """Find, connect and start the lower sensor and then the upper one.

        Raises
        ------
        SensorError
            When one cannot be found, connected or started, or both are the same.
        """
        await self.lower.open()
        await self.upper.open()
        if self.lower.known.address == self.upper.known.address:
            raise SensorError(
                "both names are of the same sensor",
                where=self.lower.known.title,
                remedy="give --sensor and --upper two addresses from spinesense scan",
            )

    async def items(self) -> AsyncGenerator[Item]:
        """Items of both as they come; arrivals count from the first packet of either."""
        lower_s, upper_s = self.lower.begun_s(), self.upper.begun_s()
        begun_s = min(lower_s, upper_s)
        tasks = [
            asyncio.create_task(self._pass_lower(lower_s - begun_s)),
            asyncio.create_task(self._pass_upper(upper_s - begun_s)),
        ]
        for task in tasks:
            task.add_done_callback(lambda _: self._items.put_nowait(None))
        try:
            while (item := await self._items.get()) is not None:
                yield item
            for task in tasks:
                if task.done():
                    task.result()  # raises what has ended it
        finally:
            await cancelled(*tasks)

    async def close(self) -> None:
        """Stop and let go of both."""
        await self.lower.close()
        await self.upper.close()

    async def _pass_lower(self, later_s: float) -> None:
        async with aclosing(self.lower.items()) as items:
            async for item in items:
                later = msgspec.structs.replace(item, arrival_s=item.arrival_s + later_s)
                self._items.put_nowait(later)

    async def _pass_upper(self, later_s: float) -> None:
        """Pass packets on. That the sensor is lost shows in their absence."""
        async with aclosing(self.upper.items()) as items:
            async for item in items:
                if isinstance(item, Packet):
                    later = msgspec.structs.replace(item, arrival_s=item.arrival_s + later_s)
                    self._items.put_nowait(as_upper(later))
