"""A connection as device modules see it: characteristics become channels, replies are waited for.

Radio callbacks end here. They stamp the packet, hand it on and return: whatever takes time happens
elsewhere.
"""

import asyncio
from collections import deque
from collections.abc import Callable
from typing import Final

from spinesense.model.errors import SensorError
from spinesense.model.packets import Packet
from spinesense.sensors.bluetooth.radio import Connection

ANSWER_S: Final = 4.0
"""Sensors answer within two connection intervals, 0.1 s; one that is storing a setting is busy for
0.5 s (WitMotion). The rest is for a weak link."""

_REMEMBERED = 256
"""Notifications kept for `Channels.answer`: a second and more at any rate."""


class Channels:
    """Fits `spinesense.sensors.device.Gatt`.

    Parameters
    ----------
    connection
        An open connection; whoever opened it closes it.
    deliver
        Takes each packet.
    now_s
        The time of arrival.
    """

    def __init__(
        self,
        connection: Connection,
        deliver: Callable[[Packet], None],
        now_s: Callable[[], float],
    ) -> None:
        self._connection = connection
        self._deliver = deliver
        self._now_s = now_s
        self._heard: deque[Packet] = deque(maxlen=_REMEMBERED)
        self._came = asyncio.Event()
        self._closed = False

    async def read(self, uuid: str) -> bytes:
        """Value of a characteristic."""
        return await self._connection.read(uuid)

    async def write(self, uuid: str, payload: bytes, *, response: bool) -> None:
        """Write a characteristic; what came before is no answer to it."""
        self._heard.clear()
        await self._connection.write(uuid, payload, response=response)

    async def subscribe(self, uuid: str, channel: str) -> None:
        """Turn the notifications of a characteristic into packets of a channel."""

        def hear(payload: bytes) -> None:
            if not self._closed:
                packet = Packet(self._now_s(), channel, payload)
                self._deliver(packet)
                self._heard.append(packet)
                self._came.set()

        await self._connection.notify(uuid, hear)

    async def answer(self, channel: str, starts_with: bytes = b"") -> bytes:
        """The first notification on a channel since the newest write that starts like this."""
        try:
            async with asyncio.timeout(ANSWER_S):
                while True:
                    for packet in self._heard:
                        if packet.channel == channel and packet.payload.startswith(starts_with):
                            self._heard.remove(packet)
                            return packet.payload
                    self._came.clear()
                    await self._came.wait()
        except TimeoutError:
            raise SensorError(
                f"the sensor gave no answer within {ANSWER_S:.0f} s",
                remedy="come closer, or switch it off and on",
            ) from None

    async def pause(self, seconds: float) -> None:
        """Let time pass."""
        await asyncio.sleep(seconds)

    def close(self) -> None:
        """Deliver nothing more, whatever a late callback brings."""
        self._closed = True
