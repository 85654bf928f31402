"""WitMotion WT901BLE and its relatives: a byte stream of 20-byte frames.

Source: the vendor's protocol as measured and described by RGu0/WT901 (MIT), ``docs/protocol.md``.
A data frame is ``55 61`` and nine little-endian int16: acceleration, angular rate, Euler angles;
a register reply is ``55 71``, the register (uint16), and values. There is no checksum, counter or
clock, and a notification holds any part of the stream: at 50 Hz and more, several frames.

Without a checksum ``55 61`` may also stand inside a frame. A frame that follows a frame is taken at
once; after bytes that belong to none, a frame is taken only when another one follows it.

The commands are also in the vendor's own WitBluetooth_BWT901BLE5_0. Settings are written to
registers after an unlock, with a pause between; they are not saved, so that switching off restores
what was there.
"""

import math
from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from spinesense.model.errors import SensorError
from spinesense.model.packets import BadPacket, DeviceProfile, Packet
from spinesense.model.samples import Decoded, ImuBlock, Ints
from spinesense.model.units import STANDARD_GRAVITY_MPS2
from spinesense.sensors.device import Advertisement, Gatt

CHANNEL: Final = "ffe4"
"""Short name of the notifying characteristic, as it stands in ``Packet.channel``."""

_FRAME_BYTES = 20
_DATA = 0x61
_REPLY = 0x71
_BATTERY_REGISTER = 0x64
_ACC_LSB_MPS2 = 16 * STANDARD_GRAVITY_MPS2 / 32768
_GYR_LSB_RADPS = math.radians(2000) / 32768
_RUN_FRAMES = 4096
"""Frames looked at in one step: bounds the work that one lost byte can cause."""

_BATTERY_LEVELS = (
    (396, 100),
    (393, 90),
    (387, 75),
    (382, 60),
    (379, 50),
    (377, 40),
    (373, 30),
    (370, 20),
    (368, 15),
    (350, 10),
    (340, 5),
)
"""Battery voltage (hundredths of a volt) and the percentage that it stands for (vendor's table)."""


class WitmotionDecoder:
    """Decoder of one WitMotion byte stream."""

    def __init__(self) -> None:
        self._samples = 0
        self._in_step = True
        """Whether the bytes before these ended with a frame."""
        self._rest: list[Packet] = []
        """Packets, cut to the bytes that are not decided yet."""
        self._rest_reported = False
        """Whether the first of them has been reported as bad."""

    def decode(self, packets: Sequence[Packet]) -> Decoded:
        """Samples of these packets; see `spinesense.sensors.source.Decoder`.

        A frame arrives with the packet that holds its last byte. A packet with bytes that belong to
        no frame is reported once.
        """
        pending = [*self._rest, *packets]
        data = np.frombuffer(b"".join(packet.payload for packet in pending), dtype=np.uint8)
        ends = np.cumsum([len(packet.payload) for packet in pending], dtype=np.int64)
        starts, skipped, decided = self._frames(data)
        bad = self._reports(pending, ends, skipped)
        frames = data[starts[:, None] + np.arange(_FRAME_BYTES)]
        last = np.searchsorted(ends, starts + _FRAME_BYTES - 1, side="right")
        arrival_s = np.array([packet.arrival_s for packet in pending])[last]
        self._keep(pending, ends, skipped, decided)
        is_data = frames[:, 1] == _DATA
        block = self._block(frames[is_data], arrival_s[is_data]) if is_data.any() else None
        return Decoded(block, bad, _newest_battery(frames[~is_data]))

    def _frames(self, data: NDArray[np.uint8]) -> tuple[Ints, list[tuple[int, int]], int]:
        """Starts of the frames, ranges of bytes that belong to none, and bytes decided on."""
        header = (data[:-1] == 0x55) & ((data[1:] == _DATA) | (data[1:] == _REPLY))
        whole = max(0, len(data) - _FRAME_BYTES + 1)
        headers = np.flatnonzero(header[:whole])
        runs: list[Ints] = []
        skipped: list[tuple[int, int]] = []
        at = 0
        while True:
            if self._in_step:
                run = _run_length(header[:whole], at)
                runs.append(at + _FRAME_BYTES * np.arange(run, dtype=np.int64))
                at += _FRAME_BYTES * run
                self._in_step = _may_begin_frame(data[at : at + 2])
            if self._in_step:
                break
            found, certain = _next_confirmed(data, header, headers, at)
            if found > at:
                skipped.append((at, found))
                at = found
            if not certain:
                break
            self._in_step = True
        return np.concatenate(runs) if runs else np.zeros(0, np.int64), skipped, at

    def _reports(
        self, pending: list[Packet], ends: Ints, skipped: list[tuple[int, int]]
    ) -> tuple[BadPacket, ...]:
        rows: list[int] = []
        for start, stop in skipped:
            first, last = np.searchsorted(ends, [start, stop - 1], side="right")
            rows.extend(range(max(int(first), rows[-1] + 1 if rows else 0), int(last) + 1))
        reason = "bytes that belong to no frame"
        return tuple(
            BadPacket(pending[row].arrival_s, reason)
            for row in rows
            if pending[row].payload and not (row == 0 and self._rest_reported)
        )

    def _keep(
        self, pending: list[Packet], ends: Ints, skipped: list[tuple[int, int]], decided: int
    ) -> None:
        row = int(np.searchsorted(ends, decided, side="right"))
        if row == len(pending):
            self._rest, self._rest_reported = [], False
            return
        begin = int(ends[row]) - len(pending[row].payload)
        last_skipped = max((stop for _, stop in skipped), default=-1)
        self._rest_reported = last_skipped > begin or (row == 0 and self._rest_reported)
        torn = pending[row]
        cut = Packet(torn.arrival_s, torn.channel, torn.payload[decided - begin :])
        self._rest = [cut, *pending[row + 1 :]]

    def _block(self, frames: NDArray[np.uint8], arrival_s: NDArray[np.float64]) -> ImuBlock:
        raw = frames[:, 2:14].copy().view("<i2").astype(np.float64)
        first = self._samples
        self._samples += len(frames)
        return ImuBlock(
            arrival_s=arrival_s,
            acc_mps2=raw[:, :3] * _ACC_LSB_MPS2,
            gyr_radps=raw[:, 3:] * _GYR_LSB_RADPS,
            index=np.arange(first, self._samples),
            counted=False,
        )


def _run_length(header: NDArray[np.bool_], at: int) -> int:
    """Number of whole frames that follow each other from ``at`` on."""
    frames = 0
    while True:
        begin = at + frames * _FRAME_BYTES
        step = header[begin : begin + _RUN_FRAMES * _FRAME_BYTES : _FRAME_BYTES]
        if not step.all():
            return frames + int(step.argmin())
        frames += len(step)
        if len(step) < _RUN_FRAMES:
            return frames


def _may_begin_frame(head: NDArray[np.uint8]) -> bool:
    """Whether these first bytes, none, one or two of them, can be those of a frame."""
    return (len(head) < 1 or head[0] == 0x55) and (len(head) < 2 or head[1] in (_DATA, _REPLY))


def _next_confirmed(
    data: NDArray[np.uint8], header: NDArray[np.bool_], headers: Ints, at: int
) -> tuple[int, bool]:
    """First place from ``at`` on where a frame is followed by another, and whether that is certain.

    When it is not yet certain, the place is the first that later bytes may still confirm.
    """
    for row in range(int(np.searchsorted(headers, at)), len(headers)):
        start = int(headers[row])
        follower = data[start + _FRAME_BYTES : start + _FRAME_BYTES + 2]
        if len(follower) == 2 and header[start + _FRAME_BYTES]:
            return start, True
        if len(follower) < 2 and _may_begin_frame(follower):
            return start, False
    tail = max(at, len(data) - _FRAME_BYTES + 1)
    for start in range(tail, len(data)):
        if _may_begin_frame(data[start : start + 2]):
            return start, False
    return len(data), False


def battery_percent(reply: bytes) -> int | None:
    """What a reply with the battery register says; None while the sensor is busy.

    While it stores a setting the register reads 0, which says nothing.
    """
    volt_hundredths = int.from_bytes(reply[4:6], "little", signed=True)
    if volt_hundredths <= 0:
        return None
    return next((percent for least, percent in _BATTERY_LEVELS if volt_hundredths >= least), 0)


def _newest_battery(replies: NDArray[np.uint8]) -> int | None:
    """The newest battery level among register replies."""
    of_battery = replies[(replies[:, 2] == _BATTERY_REGISTER) & (replies[:, 3] == 0)]
    return battery_percent(of_battery[-1].tobytes()) if len(of_battery) else None


# Not the base of the Bluetooth SIG, which ends in 9b34fb.
_BASE = "{}-0000-1000-8000-00805f9a34fb"
SERVICE_UUID: Final = _BASE.format("0000ffe5")
NOTIFY_UUID: Final = _BASE.format("0000ffe4")
WRITE_UUID: Final = _BASE.format("0000ffe9")

UNLOCK: Final = bytes.fromhex("ffaa6988b5")
RATE_CODES: Final = {10: 0x06, 20: 0x07, 50: 0x08, 100: 0x09, 200: 0x0B}
"""Rate in Hz by its code. A "125 Hz" (0x0A) was measured as 99 Hz and is left out."""
READ_BATTERY: Final = bytes.fromhex("ffaa276400")
_BATTERY_REPLY = bytes.fromhex("55716400")
_BETWEEN_WRITES_S = 0.1
"""The sensor needs so long after an unlock and after a setting."""


def set_rate(rate_hz: int) -> bytes:
    """The command for one of the rates in ``RATE_CODES``."""
    return bytes([0xFF, 0xAA, 0x03, RATE_CODES[rate_hz], 0x00])


class WitmotionDevice:
    """Finds and starts a WT901BLE, BWT901BLE5.0, WT901BLECL or WT9011DCL."""

    profile = "witmotion"
    label = "WitMotion WT901BLE"

    def recognises(self, seen: Advertisement) -> bool:
        """By its service, or by a name like WT901BLE67: not all of them advertise the service."""
        return SERVICE_UUID in seen.service_uuids or seen.name.upper().startswith(("WT", "BWT"))

    async def start(self, gatt: Gatt, rate_hz: float) -> DeviceProfile:
        """Enable notifications, unlock, and set the rate, which is 10 Hz from the factory."""
        nearest_hz = min(RATE_CODES, key=lambda each: abs(each - rate_hz))
        await gatt.subscribe(NOTIFY_UUID, CHANNEL)
        for command in (UNLOCK, set_rate(nearest_hz)):
            await gatt.write(WRITE_UUID, command, response=False)
            await gatt.pause(_BETWEEN_WRITES_S)
        return DeviceProfile(self.profile, self.label, float(nearest_hz))

    async def stop(self, gatt: Gatt) -> None:
        """Nothing to do: the stream ends with the connection."""

    async def battery_percent(self, gatt: Gatt) -> int | None:
        """Ask for the battery register; None when the answer is hidden among data frames.

        The decoder finds it there, too.
        """
        await gatt.write(WRITE_UUID, READ_BATTERY, response=False)
        try:
            return battery_percent(await gatt.answer(CHANNEL, _BATTERY_REPLY))
        except SensorError:
            return None
