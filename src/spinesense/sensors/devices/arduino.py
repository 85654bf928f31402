"""Boards that speak one of the layouts that are passed around for the Arduino Nano 33 BLE Sense.

There is no standard; these three are common (sources: arduino/ArduinoAI, BLESense-test-dashboard;
the much copied sketch of service 13012F00; the Nordic UART service):

=========  =====================================================================================
channel    a notification is
=========  =====================================================================================
acc, gyr   three float32 each, in g and °/s, on two characteristics
six        six float32, acceleration in g and angular rate in °/s; or several such samples
text       a piece of lines of six numbers, the same units, with commas between; a seventh number
           before them, a time in whatever unit, is not used
=========  =====================================================================================

None has a clock or a counter. A sketch that sends the open packet format is the better choice.
"""

from collections.abc import Sequence
from typing import Final

import numpy as np

from spinesense.model.packets import BadPacket, Packet
from spinesense.model.samples import Decoded, Floats, ImuBlock, Ints
from spinesense.model.units import STANDARD_GRAVITY_MPS2
from spinesense.sensors.decoding.join_by_order import InStep
from spinesense.sensors.decoding.rows import doubles

ACC: Final = "acc"
GYR: Final = "gyr"
SIX: Final = "six"
TEXT: Final = "text"

_AXES_BYTES = 12
_SIX_BYTES = 24
_LONGEST_LINE = 200
"""Characters; seven numbers with all their digits are half as long."""
_LONE = {
    True: "acceleration samples without angular rate",
    False: "angular rate samples without acceleration",
}


class ArduinoDecoder:
    """Decoder of one stream in any of the layouts."""

    def __init__(self) -> None:
        self._samples = 0
        self._in_step = InStep()
        self._line = b""
        """The beginning of a line of text."""

    def decode(self, packets: Sequence[Packet]) -> Decoded:
        """Samples of these packets; see `spinesense.sensors.source.Decoder`."""
        bad: list[tuple[int, str]] = []
        rows: list[tuple[Ints, Floats]] = []
        apart: list[int] = []
        for row, packet in enumerate(packets):
            if packet.channel in (ACC, GYR) and len(packet.payload) == _AXES_BYTES:
                apart.append(row)
            elif packet.channel == TEXT:
                rows.append(self._of_text(row, packet.payload, bad))
            elif packet.channel == SIX and packet.payload and not len(packet.payload) % _SIX_BYTES:
                values = _floats(packet.payload).reshape(-1, 6)
                rows.append((np.full(len(values), row), values))
            else:
                bad.append((row, f"{len(packet.payload)} bytes are no samples"))
        if apart:
            rows.append(self._of_two(packets, apart, bad))
        block = self._block(packets, rows)
        named = tuple(BadPacket(packets[row].arrival_s, reason) for row, reason in sorted(bad))
        return Decoded(block, named)

    def _of_text(self, row: int, payload: bytes, bad: list[tuple[int, str]]) -> tuple[Ints, Floats]:
        """Samples of the lines that this piece ends."""
        *lines, self._line = (self._line + payload).replace(b"\r", b"\n").split(b"\n")
        samples = []
        for line in lines:
            numbers = _numbers(line)
            if numbers:
                samples.append(numbers)
            elif line.strip():
                bad.append((row, "a line that is not six or seven numbers"))
        if len(self._line) > _LONGEST_LINE:
            self._line = b""
            bad.append((row, "text without an end of line"))
        return np.full(len(samples), row), np.array(samples, dtype=np.float64).reshape(-1, 6)

    def _of_two(
        self, packets: Sequence[Packet], apart: list[int], bad: list[tuple[int, str]]
    ) -> tuple[Ints, Floats]:
        """Samples of which acceleration and angular rate came in a notification each."""
        is_acc = [packets[row].channel == ACC for row in apart]
        values = _floats(b"".join(packets[row].payload for row in apart)).reshape(-1, 3)
        of_acc = np.array(is_acc)
        ones = np.ones(len(apart), dtype=np.int64)
        joined = self._in_step.join(values[of_acc], values[~of_acc], ones, is_acc)
        bad.extend((apart[row], f"{count} {_LONE[left]}") for row, left, count in joined.lone)
        return np.array(apart)[joined.packet], np.hstack([joined.left, joined.right])

    def _block(self, packets: Sequence[Packet], rows: list[tuple[Ints, Floats]]) -> ImuBlock | None:
        packet = np.concatenate([each for each, _ in rows]) if rows else np.empty(0, np.int64)
        if not len(packet):
            return None
        order = np.argsort(packet, kind="stable")
        values = np.concatenate([each for _, each in rows])[order]
        arrivals_s = np.array([each.arrival_s for each in packets])
        first = self._samples
        self._samples += len(order)
        return ImuBlock(
            arrival_s=arrivals_s[packet[order]],
            acc_mps2=values[:, :3] * STANDARD_GRAVITY_MPS2,
            gyr_radps=np.radians(values[:, 3:]),
            index=np.arange(first, self._samples),
            counted=False,
        )


def _floats(data: bytes) -> Floats:
    return doubles(np.frombuffer(data, dtype="<f4"))


def _numbers(line: bytes) -> list[float] | None:
    """The last six of six or seven numbers; None when the line is something else."""
    fields = line.split(b",")
    if len(fields) not in (6, 7):
        return None
    try:
        return [float(field) for field in fields[-6:]]
    except ValueError:
        return None
