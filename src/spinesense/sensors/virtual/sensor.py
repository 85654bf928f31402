"""Runs a software sensor: its clock, its buffer, and the luck of its radio."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import numpy as np

from spinesense.sensors.virtual.firmware import Firmware, Notification
from spinesense.sensors.virtual.wearer import Wearer

Send = Callable[[str, bytes], Awaitable[None]]
"""Brings the value of a characteristic to whoever has subscribed to it."""


@dataclass(frozen=True, slots=True)
class Luck:
    """How good the radio is. The usual link stalls now and then and loses nothing.

    On real hosts notifications come 0.5-240 ms apart (recording of a WT901BLE at 100 Hz).
    """

    lost_fraction: float = 0.0
    stall_chance: float = 0.05
    longest_stall_s: float = 0.2


class VirtualSensor:
    """One sensor that is switched on.

    Parameters
    ----------
    firmware, wearer
        What it is and who wears it.
    seed
        Fixes the luck of the radio.
    watch
        Told of each notification that is handed to the radio and not lost there.
    """

    def __init__(
        self,
        firmware: Firmware,
        wearer: Wearer,
        *,
        seed: int = 1,
        luck: Luck | None = None,
        watch: Callable[[Notification], None] = lambda _: None,
    ) -> None:
        self.firmware = firmware
        self.wearer = wearer
        self._watch = watch
        self._luck = luck or Luck()
        self._rng = np.random.default_rng(seed)
        self._changed = asyncio.Event()
        self._begun_s = asyncio.get_running_loop().time()

    def time_s(self) -> float:
        """Its clock, seconds since it was made."""
        return asyncio.get_running_loop().time() - self._begun_s

    def power_on(self) -> None:
        """Switch it off and on."""
        self.firmware.power_on()
        self._changed.set()

    def disconnected(self) -> None:
        """The peer is gone."""
        self.firmware.disconnected()
        self._changed.set()

    def subscribe(self, uuid: str, wanted: bool) -> None:
        """The peer wants notifications of a characteristic, or no more."""
        self.firmware.subscribe(uuid, wanted)
        self._changed.set()

    def write(self, uuid: str, payload: bytes) -> list[Notification]:
        """The peer writes; gives what it is answered."""
        replies = self.firmware.write(uuid, payload, self.time_s())
        for reply in replies:
            self._watch(reply)
        self._changed.set()
        return replies

    async def run(self, send: Send) -> None:
        """Sample and send for ever."""
        while True:
            self._changed.clear()
            rate_hz = self.firmware.rate_hz
            if rate_hz:
                await self._stream(rate_hz, send)
            else:
                await self._changed.wait()

    async def _stream(self, rate_hz: float, send: Send) -> None:
        """Send batch after batch, each when its last sample is taken, until something changes."""
        batch = self.firmware.batch
        begin_s = self.time_s()
        true_rate_hz = self.wearer.begin(rate_hz, begin_s)
        taken = 0
        while not self._changed.is_set():
            due_s = begin_s + (taken + batch) / true_rate_hz
            if self._rng.random() < self._luck.stall_chance:
                due_s += self._luck.longest_stall_s * self._rng.random()
            if await self._changes_before(due_s):
                return
            notifications = self.firmware.pack(
                begin_s + taken / rate_hz, *self.wearer.sample(batch)
            )
            taken += batch
            for notification in notifications:
                if self._rng.random() >= self._luck.lost_fraction:
                    self._watch(notification)
                    await send(*notification)

    async def _changes_before(self, due_s: float) -> bool:
        wait_s = due_s - self.time_s()
        if wait_s <= 0:
            await asyncio.sleep(0)
            return self._changed.is_set()
        try:
            async with asyncio.timeout(wait_s):
                await self._changed.wait()
        except TimeoutError:
            return False
        return True
