"""Movesense sensors with the GATT SensorData protocol: acceleration and gyro in one message.

Source: movesense.com/docs/esw/gatt_sensordata_protocol, and what sensein/movesense-py and
EvanKat/movesense_bleak (MIT) do with it. A message is a code, a reference that the host chose, and:

=====  =====================================================================================
code   then
=====  =====================================================================================
0x01   status (uint16, as in HTTP): the reply to a command
0x02   time in ms of the first sample (uint32), all accelerations, all angular rates (float32)
0x03   what was too long for the message before
=====  =====================================================================================

Everything is little-endian. A message holds 1/13 s of samples, so their number is a power of two. A
notification of any other length is a part: the sensor's MTU of some 160 bytes cuts 104 Hz in two.
"""

import struct
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from spinesense.model.errors import SensorError
from spinesense.model.packets import BadPacket, DeviceProfile, Packet
from spinesense.model.samples import Decoded, Floats, ImuBlock, Ints
from spinesense.sensors.decoding.clock import SensorClock, Unwrapping
from spinesense.sensors.decoding.rows import doubles, gathered, rows_of
from spinesense.sensors.device import BLUETOOTH_BASE, Advertisement, Gatt, read_battery

_BASE = "{}-7185-4d5d-b431-630e7050e8f0"
SERVICE_UUID: Final = _BASE.format("34802252")
WRITE_UUID: Final = _BASE.format("34800001")
NOTIFY_UUID: Final = _BASE.format("34800002")
ADVERTISED_UUID: Final = BLUETOOTH_BASE.format(0xFDF3)
CHANNEL: Final = "data"

SUBSCRIBE: Final = 1
UNSUBSCRIBE: Final = 2
REFERENCE: Final = 99
"""Any number but 0 will do; it comes back with the data."""
RATES_HZ: Final = (26, 52, 104, 208)

_REPLY = 1
_DATA = 2
_CONTINUATION = 3
_REPLY_BYTES = 4
_HEAD_BYTES = 2
_CLOCK_BYTES = 4
_AXES_BYTES = 12
_SAMPLE_BYTES = 2 * _AXES_BYTES
_MESSAGES_PER_S = 13
_COUNTS = {_CLOCK_BYTES + _SAMPLE_BYTES * count: count for count in (2, 4, 8, 16, 32)}
"""Samples in a message by the length of its body."""
_LARGEST_OFF = 0.05
"""Chips are off their nominal rate by some per cent; a step beyond that is a lost message."""


class MovesenseDecoder:
    """Decoder of one Movesense subscription to ``/Meas/IMU6``."""

    def __init__(self) -> None:
        self._samples = 0
        self._begun: _Message | None = None
        """A message that goes on in the next notification."""
        self._clock = Unwrapping(SensorClock(ticks_per_s=1000, wrap=1 << 32))
        self._previous: tuple[int, int] | None = None
        """Clock (ms) and number of samples of the message before."""
        self._stretch = 1.0
        """Measured spacing of the samples over the nominal one."""

    def decode(self, packets: Sequence[Packet]) -> Decoded:
        """Samples of these packets; see `spinesense.sensors.source.Decoder`."""
        messages: list[_Message] = []
        bad: list[BadPacket] = []
        for packet in packets:
            self._take(packet, messages, bad)
        return Decoded(self._block(messages) if messages else None, tuple(bad))

    def _take(self, packet: Packet, whole: "list[_Message]", bad: list[BadPacket]) -> None:
        """Put messages together; a whole one goes to ``whole``."""
        payload, begun = packet.payload, self._begun
        code = payload[0] if len(payload) >= _HEAD_BYTES else None
        if code == _DATA:
            if begun:
                bad.append(BadPacket(begun.arrival_s, "a message without its continuation"))
            message = _Message(packet.arrival_s, payload[1], payload[_HEAD_BYTES:])
        elif code == _CONTINUATION and begun and begun.reference == payload[1]:
            body = begun.body + payload[_HEAD_BYTES:]
            message = _Message(packet.arrival_s, begun.reference, body)
        else:
            reason = _fault(payload)
            if reason:
                bad.append(BadPacket(packet.arrival_s, reason))
            return
        self._begun = None
        if len(message.body) in _COUNTS:
            whole.append(message)
        elif len(message.body) < max(_COUNTS):
            self._begun = message
        else:
            length = len(message.body)
            bad.append(BadPacket(packet.arrival_s, f"a message of {length} bytes is too long"))

    def _block(self, messages: "list[_Message]") -> ImuBlock:
        counts = np.array([_COUNTS[len(message.body)] for message in messages])
        arrival_s = np.array([message.arrival_s for message in messages])
        data = np.frombuffer(b"".join(message.body for message in messages), dtype=np.uint8)
        lengths = _CLOCK_BYTES + _SAMPLE_BYTES * counts
        start = np.cumsum(lengths) - lengths
        raw_ms = gathered(data, start, _CLOCK_BYTES).view("<u4")[:, 0].astype(np.int64)
        clock_ms = self._clock.ticks(raw_ms, arrival_s)
        message, within = rows_of(counts)
        acc = start[message] + _CLOCK_BYTES + _AXES_BYTES * within
        first = self._samples
        self._samples += len(message)
        spacing_ms = self._spacing_ms(clock_ms, counts)
        return ImuBlock(
            arrival_s=arrival_s[message],
            acc_mps2=_axes(data, acc),
            gyr_radps=np.radians(_axes(data, acc + _AXES_BYTES * counts[message])),
            index=np.arange(first, self._samples),
            counted=False,
            device_time_s=(clock_ms[message] + spacing_ms[message] * within) / 1000,
        )

    def _spacing_ms(self, clock_ms: Ints, counts: Ints) -> Floats:
        """Spacing of the samples in each message, from its distance to the one before."""
        before_ms, before = self._previous or (int(clock_ms[0]), int(counts[0]))
        self._previous = int(clock_ms[-1]), int(counts[-1])
        steps_ms = np.diff(clock_ms, prepend=before_ms)
        nominal_ms = 1000 / (_MESSAGES_PER_S * counts)
        stretch = steps_ms / np.concatenate([[before], counts[:-1]]) / nominal_ms
        known = np.concatenate([[self._stretch], stretch])
        good = np.concatenate([[True], np.abs(stretch - 1) <= _LARGEST_OFF])
        newest = np.maximum.accumulate(np.where(good, np.arange(len(known)), 0))
        self._stretch = float(known[newest[-1]])
        return np.asarray(nominal_ms * known[newest[1:]], dtype=np.float64)


@dataclass(frozen=True, slots=True)
class _Message:
    """A message or the beginning of one."""

    arrival_s: float
    reference: int
    body: bytes


def _fault(payload: bytes) -> str:
    """What is wrong with a notification that is no data; nothing with a reply."""
    if len(payload) < _HEAD_BYTES:
        return f"{len(payload)} bytes are too few for a message"
    if payload[0] == _CONTINUATION:
        return "a continuation without its message"
    if payload[0] != _REPLY:
        return f"message code {payload[0]} is not known"
    return "" if len(payload) == _REPLY_BYTES else f"a reply of {len(payload)} bytes"


def _axes(data: np.ndarray[tuple[int], np.dtype[np.uint8]], start: Ints) -> Floats:
    return doubles(gathered(data, start, _AXES_BYTES).view("<f4"))


class MovesenseDevice:
    """Finds and starts a Movesense (HR+, HR2, MD, Flash) with the GATT SensorData firmware."""

    profile = "movesense"
    label = "Movesense"

    def recognises(self, seen: Advertisement) -> bool:
        """By its name, ``Movesense`` and a serial number, or by its service."""
        return seen.name.startswith("Movesense") or ADVERTISED_UUID in seen.service_uuids

    async def start(self, gatt: Gatt, rate_hz: float) -> DeviceProfile:
        """Subscribe to acceleration and gyro together."""
        nearest_hz = min(RATES_HZ, key=lambda each: abs(each - rate_hz))
        await gatt.subscribe(NOTIFY_UUID, CHANNEL)
        path = f"/Meas/IMU6/{nearest_hz}".encode()
        await gatt.write(WRITE_UUID, bytes([SUBSCRIBE, REFERENCE]) + path, response=True)
        reply = await gatt.answer(CHANNEL, bytes([_REPLY, REFERENCE]))
        status = struct.unpack("<H", reply[2:4])[0] if len(reply) == _REPLY_BYTES else 0
        if not 200 <= status < 300:
            raise SensorError(
                f"it answers {status} when asked for acceleration and gyro",
                where=self.label,
                remedy="bring its firmware up to date with the Movesense Showcase app",
            )
        return DeviceProfile(self.profile, self.label, float(nearest_hz))

    async def stop(self, gatt: Gatt) -> None:
        """End the subscription."""
        await gatt.write(WRITE_UUID, bytes([UNSUBSCRIBE, REFERENCE]), response=True)

    async def battery_percent(self, gatt: Gatt) -> int | None:
        """Read the battery service."""
        return await read_battery(gatt)
