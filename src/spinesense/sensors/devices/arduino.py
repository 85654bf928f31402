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
The rate is that of the sketch and cannot be asked for, so it is measured before the stream counts
as started.
"""

from collections.abc import Sequence
from typing import Final

import numpy as np

from spinesense.model.errors import SensorError
from spinesense.model.packets import BadPacket, DeviceProfile, Packet
from spinesense.model.samples import Decoded, Floats, ImuBlock, Ints
from spinesense.model.units import STANDARD_GRAVITY_MPS2
from spinesense.sensors.decoding.join_by_order import JoinByOrder
from spinesense.sensors.decoding.rows import doubles
from spinesense.sensors.device import Advertisement, Gatt

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
        self._in_step = JoinByOrder()
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


DASHBOARD: Final = "6fbe1da7-{}-44de-92c4-bb6e04fb0212"
SKETCH: Final = "13012f{}-f8c3-4f4a-a8f4-15cd926da146"
UART: Final = "6e40000{}-b5a3-f393-e0a9-e50e24dcca9e"

MEASURED_S: Final = 3.0
"""Long enough to know a rate of 50 Hz and more to 2 %, though notifications come in bursts."""
_FEWEST_SAMPLES = 30


class ArduinoDevice:
    """Finds and starts a board that advertises the service of one layout.

    Parameters
    ----------
    label
        Name for people.
    service_uuid
        By which it is known.
    characteristics
        (UUID, channel) of what notifies; the first carries the acceleration.
    """

    profile = "arduino"

    def __init__(self, label: str, service_uuid: str, *characteristics: tuple[str, str]) -> None:
        self.label = label
        self._service_uuid = service_uuid
        self._characteristics = characteristics

    def recognises(self, seen: Advertisement) -> bool:
        """By its service."""
        return self._service_uuid in seen.service_uuids

    async def start(self, gatt: Gatt, rate_hz: float) -> DeviceProfile:
        """Enable notifications, see that they are samples, and measure their rate."""
        for uuid, channel in self._characteristics:
            await gatt.subscribe(uuid, channel)
        channel = self._characteristics[0][1]
        return DeviceProfile(self.profile, self.label, await self._measured_hz(gatt, channel))

    async def stop(self, gatt: Gatt) -> None:
        """Nothing to do: the stream ends with the connection."""

    async def battery_percent(self, gatt: Gatt) -> int | None:
        """None: these layouts tell no battery level."""
        return None

    async def _measured_hz(self, gatt: Gatt, channel: str) -> float:
        """Samples a second over some seconds.

        Raises
        ------
        SensorError
            When most of what comes is something else than samples, or too little comes.
        """
        import asyncio  # late: reading a recording needs this module, and no loop

        loop = asyncio.get_running_loop()
        samples, strange, first_s, last_s = 0, 0, 0.0, 0.0
        begin_s = loop.time()
        decoder = ArduinoDecoder()
        while last_s - begin_s < MEASURED_S:
            payload = await gatt.answer(channel)
            last_s = loop.time()
            first_s = first_s or last_s
            # Where they come apart, the acceleration tells the rate of both.
            channels = (ACC, GYR) if channel == ACC else (channel,)
            decoded = decoder.decode([Packet(0.0, each, payload) for each in channels])
            strange += bool(decoded.bad)
            if last_s > first_s and decoded.block is not None:
                samples += len(decoded.block)
        if samples < _FEWEST_SAMPLES or strange > samples:
            raise SensorError(
                f"it sends no samples of a known layout ({samples} in {MEASURED_S:.0f} s)",
                where=self.label,
                remedy="load a sketch that sends the open packet format (see firmware_notes)",
            )
        return round(samples / (last_s - first_s), 1)


DASHBOARD_DEVICE: Final = ArduinoDevice(
    "Arduino BLESense dashboard",
    DASHBOARD.format("0000"),
    (DASHBOARD.format("3001"), ACC),
    (DASHBOARD.format("3002"), GYR),
)
SKETCH_DEVICE: Final = ArduinoDevice(
    "Arduino sketch (six floats)", SKETCH.format("00"), (SKETCH.format("01"), SIX)
)
UART_DEVICE: Final = ArduinoDevice(
    "Board with text lines (Nordic UART)", UART.format("1"), (UART.format("3"), TEXT)
)
