"""Notifications that come several times each: a fault of bleak after reconnections on some Linux.

Where packets carry a counter or a clock, the timeline drops copies anyway. Where they carry none
(WitMotion), a copy would count as another sample, and that one packet equals the one before it is
no proof: a sensor at rest may repeat itself. So the first packets of a connection are judged
together; the fault is there from the first packet or not at all.
"""

import math
from itertools import groupby
from typing import Final

from spinesense.model.packets import Packet

JUDGED: Final = 8
"""Packets held back until it is known. Six readings, each with noise as large as a count, repeat
together in fewer than one frame of twenty: that all four pairs of eight packets are equal comes by
chance less often than once in a hundred thousand connections."""

RUNS: Final = 4
"""Of equal packets, as many as the four pairs, before more than two of each are taken for copies: a
coarse sensor that rests repeats itself as well, but not each reading equally often."""


class Doubled:
    """Leaves out the copies of one connection's packets, however many of each there are."""

    def __init__(self) -> None:
        self._held: list[Packet] = []
        self._judged = False
        self._times = 1
        """How often each packet comes."""
        self._came = 0
        """How often the newest one has come."""
        self._newest = b""
        self.copies = 0
        """Packets left out so far."""

    @property
    def message(self) -> str:
        """What is wrong, in one sentence; empty when nothing is."""
        if not self.copies:
            return ""
        often = "twice" if self._times == 2 else f"{self._times} times"
        return (
            f"This computer delivers each notification {often}; the copies are left out "
            "(switching Bluetooth off and on cures it)."
        )

    def take(self, packet: Packet) -> list[Packet]:
        """The packets to pass on now."""
        if self._judged:
            return [packet] if self._is_first(packet.payload) else []
        self._held.append(packet)
        if len(self._held) < JUDGED:
            return []
        times = _times([held.payload for held in self._held])
        return self.judge() if times <= 2 or len(self._held) >= RUNS * times else []

    def judge(self) -> list[Packet]:
        """Decide by what is held, and give it out; also for a connection that has ended early."""
        held, self._held = self._held, []
        self._judged = True
        times = _times([packet.payload for packet in held])
        enough = JUDGED if times <= 2 else RUNS * times
        self._times = times if len(held) >= enough else 1
        return [packet for packet in held if self._is_first(packet.payload)]

    def _is_first(self, payload: bytes) -> bool:
        """Whether this packet is no copy."""
        if self._times > 1 and payload == self._newest and 0 < self._came < self._times:
            self._came += 1
            self.copies += 1
            return False
        self._newest, self._came = payload, 1
        return True


def _times(payloads: list[bytes]) -> int:
    """How often each of the first payloads of a connection comes.

    The largest number of which every whole run is a multiple; the last run may go on.
    """
    runs = [len(list(run)) for _, run in groupby(payloads)]
    if not runs:
        return 1
    if len(runs) == 1:
        return 2
    times = math.gcd(*runs[:-1])
    return times if runs[-1] <= times or not runs[-1] % times else math.gcd(times, runs[-1])
