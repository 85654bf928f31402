"""Notifications that come twice each: a fault that bleak has after reconnections on some Linux.

Where packets carry a counter or a clock, the timeline drops copies anyway. Where they carry none
(WitMotion), a copy would count as another sample, and that one packet equals the one before it is
no proof: a sensor at rest may repeat itself. So the first packets of a connection are judged
together; the fault is there from the first packet or not at all.
"""

from typing import Final

from spinesense.model.packets import Packet

JUDGED: Final = 8
"""Packets held back until it is known. Six readings, each with noise as large as a count, repeat
together in fewer than one frame of twenty: that all four pairs of eight packets are equal comes by
chance less often than once in a hundred thousand connections."""


class Doubled:
    """Leaves out the copies of one connection's packets, if it has any."""

    def __init__(self) -> None:
        self._held: list[Packet] = []
        self._judged = False
        self._single = False
        """Whether the copy of the newest packet is still to come."""
        self._newest = b""
        self.copies = 0
        """Packets left out so far."""

    @property
    def message(self) -> str:
        """What is wrong, in one sentence; empty when nothing is."""
        if not self.copies:
            return ""
        return (
            "This computer delivers each notification twice; the copies are left out "
            "(switching Bluetooth off and on cures it)."
        )

    def take(self, packet: Packet) -> list[Packet]:
        """The packets to pass on now."""
        if not self._judged:
            self._held.append(packet)
            return self.judge() if len(self._held) == JUDGED else []
        if not self.copies:
            return [packet]
        self._single = not (self._single and packet.payload == self._newest)
        self._newest = packet.payload
        if self._single:
            return [packet]
        self.copies += 1
        return []

    def judge(self) -> list[Packet]:
        """Decide by what is held, and give it out; also for a connection that has ended early."""
        held, self._held = self._held, []
        self._judged = True
        pairs = list(zip(held[::2], held[1::2], strict=False))
        if len(held) < JUDGED or any(one.payload != two.payload for one, two in pairs):
            return held
        self.copies = len(pairs)
        return [one for one, _ in pairs]
