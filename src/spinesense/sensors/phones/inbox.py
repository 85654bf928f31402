"""What a phone sends, in the order in which it arrives."""

import asyncio
from collections.abc import AsyncGenerator

import numpy as np

from spinesense.model.errors import SensorError
from spinesense.model.packets import DeviceProfile, Intent, Item, Packet
from spinesense.model.samples import Floats
from spinesense.sensors.bluetooth.sleep_clock import slept_s
from spinesense.sensors.devices import decoder_for

_MEASURED_S = 1.0
"""Of the phone's own time: a hundred samples tell its rate to a percent."""


class Inbox:
    """Stamps what arrives, keeps it until it is asked for, and finds out what the phone sends.

    Belongs to the event loop in which it is made.

    Parameters
    ----------
    profile
        Name of the decoder.
    name
        What to call the phone.
    """

    def __init__(self, profile: str, name: str) -> None:
        self._profile, self._name = profile, name
        self._decoder = decoder_for(profile)
        self._times_s: list[Floats] = []
        self._items: asyncio.Queue[Item | None] = asyncio.Queue()
        self._loop = asyncio.get_running_loop()
        self._begun_s: float | None = None
        self._measured: asyncio.Future[DeviceProfile] = self._loop.create_future()
        self.trouble = ""
        """What is wrong with the packets so far; empty when nothing is."""

    def now_s(self) -> float:
        """Seconds since the first packet, those included in which the machine slept."""
        now_s = self._loop.time() + slept_s()
        if self._begun_s is None:
            self._begun_s = now_s
        return now_s - self._begun_s

    def put(self, channel: str, payload: bytes) -> None:
        """Take what arrived now."""
        packet = Packet(self.now_s(), channel, payload)
        self._items.put_nowait(packet)
        if not self._measured.done():
            self._measure(packet)

    def say(self, intent: Intent) -> None:
        """Let the stream tell what happened to the connection."""
        self._items.put_nowait(intent)

    def end(self) -> None:
        """End the stream."""
        self._items.put_nowait(None)

    async def profile(self) -> DeviceProfile:
        """What the phone sends, as soon as a second of samples has come."""
        return await self._measured

    async def items(self) -> AsyncGenerator[Item]:
        """What arrived and arrives, until the end."""
        while (item := await self._items.get()) is not None:
            yield item

    def _measure(self, packet: Packet) -> None:
        decoded = self._decoder.decode([packet])
        if decoded.bad:
            self.trouble = decoded.bad[0].reason
        if decoded.block is None or decoded.block.device_time_s is None:
            return
        self.trouble = ""
        self._times_s.append(decoded.block.device_time_s)
        steps_s = np.diff(np.concatenate(self._times_s))
        if steps_s.sum() < _MEASURED_S:
            return
        # The median: a phone may begin with a hole, and the steps of its clock are uneven.
        usual_s = float(np.median(steps_s))
        even_s = steps_s[np.abs(steps_s - usual_s) < usual_s / 2].mean()
        has_gyro = not np.isnan(decoded.block.gyr_radps[-1]).any()
        self._measured.set_result(
            DeviceProfile(self._profile, self._name, round(1.0 / float(even_s), 1), has_gyro)
        )


class PhoneSource:
    """What all phones have in common as sources; see `spinesense.sensors.source.Connectable`."""

    def __init__(self) -> None:
        self._inbox: Inbox | None = None
        self._profile: DeviceProfile | None = None

    @property
    def profile(self) -> DeviceProfile:
        """What the phone sends.

        Raises
        ------
        SensorError
            Before ``open`` has succeeded.
        """
        if self._profile is None:
            raise SensorError("no phone is connected yet", remedy="open the source first")
        return self._profile

    async def items(self) -> AsyncGenerator[Item]:
        """Packets as they arrive, and word of a phone that answers no more."""
        if self._inbox is not None:
            async for item in self._inbox.items():
                yield item
