"""Virtual sensors on an air of their own, and the radio of a computer that hears them."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from spinesense.model.packets import Intent, Item, Packet
from spinesense.sensors.bluetooth.bleak_radio import BleRadio
from spinesense.sensors.bluetooth.pair import PairedSource
from spinesense.sensors.bluetooth.source import BluetoothSource
from spinesense.sensors.source import Source
from spinesense.sensors.virtual.air import Air
from spinesense.sensors.virtual.backend import backends
from spinesense.sensors.virtual.central import Central, central_on
from spinesense.sensors.virtual.firmware import Firmware, Notification
from spinesense.sensors.virtual.peripheral import Peripheral
from spinesense.sensors.virtual.sensor import Luck, VirtualSensor
from spinesense.sensors.virtual.wearer import AT_DESK, Wearer


@dataclass
class Band:
    """One air with everything on it."""

    air: Air = field(default_factory=Air)
    peripherals: list[Peripheral] = field(default_factory=list)
    sensors: list[VirtualSensor] = field(default_factory=list)
    sent: list[list[Notification]] = field(default_factory=list)
    handed: list[bytes] = field(default_factory=list)
    radios: list[BleRadio] = field(default_factory=list)

    async def add(
        self,
        firmware: Firmware,
        wearer: Wearer | None = None,
        *,
        seed: int = 1,
        luck: Luck | None = None,
        watch: Callable[[Notification], None] | None = None,
    ) -> Peripheral:
        """Switch on a sensor; what it sends is kept in ``sent``."""
        wearer = wearer or Wearer(seed, AT_DESK)
        kept: list[Notification] = []
        self.sent.append(kept)
        sensor = VirtualSensor(firmware, wearer, seed=seed, luck=luck, watch=watch or kept.append)
        peripheral = Peripheral(self.air, sensor, address(len(self.sensors)))
        self.sensors.append(sensor)
        self.peripherals.append(peripheral)
        await peripheral.start()
        return peripheral

    def radio(self, central: Central | None = None) -> BleRadio:
        """A computer, by default another; what its radio hands to bleak is kept in ``handed``."""
        central = central or central_on(self.air)
        scanner, client = backends(central)
        handed = self.handed

        class Keeping(client):  # type: ignore[misc,valid-type]
            async def start_notify(self, characteristic: Any, callback: Any, **more: Any) -> None:
                def keep(value: bytearray) -> None:
                    handed.append(bytes(value))
                    callback(value)

                await super().start_notify(characteristic, keep, **more)

        radio = BleRadio((scanner, Keeping), central.close)
        self.radios.append(radio)
        return radio

    def source(self, wanted: str | None = None) -> BluetoothSource:
        """A computer that wants this sensor, by default the first one by its address."""
        return BluetoothSource(self.radio(), address(0) if wanted is None else wanted)


def address(number: int) -> str:
    """The address of the sensor that was added as this number."""
    return f"C0:11:22:33:44:{number:02X}"


@asynccontextmanager
async def band() -> AsyncIterator[Band]:
    """A band, taken down at the end."""
    made = Band()
    try:
        yield made
    finally:
        for radio in made.radios:
            await radio.close()
        for peripheral in made.peripherals:
            await peripheral.close()


async def until(holds: Callable[[], bool], patience_s: float = 60.0, every_s: float = 0.01) -> None:
    """Let the loop work until something holds."""
    async with asyncio.timeout(patience_s):
        while not holds():  # noqa: ASYNC110  # whatever it is, no event tells it
            await asyncio.sleep(every_s)


class Listener:
    """Takes the items of a source while they come."""

    def __init__(self, source: Source) -> None:
        self.items: list[Item] = []
        self._source = source
        self._task = asyncio.create_task(self._listen())

    async def _listen(self) -> None:
        async for item in self._source.items():
            self.items.append(item)

    @property
    def packets(self) -> list[Packet]:
        return [item for item in self.items if isinstance(item, Packet)]

    @property
    def said(self) -> list[Intent]:
        return [item for item in self.items if isinstance(item, Intent)]

    def payloads(self, *channels: str) -> list[bytes]:
        return [packet.payload for packet in self.packets if packet.channel in channels]

    async def end(self) -> None:
        await self._source.close()
        await self._task


@asynccontextmanager
async def listening(source: BluetoothSource | PairedSource) -> AsyncIterator[Listener]:
    """Connect and listen."""
    await source.open()
    listener = Listener(source)
    try:
        yield listener
    finally:
        await listener.end()
