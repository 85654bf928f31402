"""Frames of the Polar Measurement Data (PMD) service, and the replies of its control point.

Source: ``technical_documentation/online_measurement.pdf`` of polarofficial/polar-ble-sdk, and the
vectors of its tests. A data frame is the kind of measurement, the time of its *last* sample
(uint64, ns), the frame type (bit 7: compressed), and samples of three axes. A compressed frame
begins with one sample; blocks follow, each a width in bits, a number of samples, and their
differences from the sample before, packed from the lowest bit on. Everything is little-endian.
"""

import math
import struct
from dataclasses import dataclass
from typing import Final

import numpy as np

from spinesense.model.samples import Floats, Ints
from spinesense.model.units import STANDARD_GRAVITY_MPS2

ACC: Final = 2
GYRO: Final = 5

GET_SETTINGS: Final = 0x01
START: Final = 0x02
STOP: Final = 0x03
RESPONSE: Final = 0xF0
ALREADY_STREAMING: Final = 6
IN_CHARGER: Final = 13

RATE: Final = 0
RESOLUTION: Final = 1
RANGE: Final = 2
CHANNELS: Final = 4
FACTOR: Final = 5
_SETTING_BYTES = {RATE: 2, RESOLUTION: 2, RANGE: 2, 3: 4, CHANNELS: 1, FACTOR: 4}

_HEAD_BYTES = 10
_COMPRESSED = 0x80
_WIDEST_BITS = 32
_REPLY_HEAD_BYTES = 5
_RAW_WIDTHS = {0x00: 1, 0x01: 2, 0x02: 3}
"""Bytes of a value in the uncompressed accelerometer frames, all of them in mg."""


class FrameError(ValueError):
    """Bytes that are no frame; the text says why."""


@dataclass(frozen=True, slots=True, eq=False)
class Frame:
    """One data frame."""

    kind: int
    """``ACC`` or ``GYRO``."""
    last_ns: int
    """Device time of the last sample."""
    values: Floats
    """(n, 3) in m/s² or rad/s, n > 0."""


@dataclass(frozen=True, slots=True)
class ControlReply:
    """What the control point answers to a command."""

    command: int
    kind: int
    error: int
    settings: dict[int, tuple[int, ...]]
    """Possible values of each setting; the factor is the bits of a float32."""

    @property
    def factor(self) -> float | None:
        """By which the values of compressed frames are multiplied; None when it is not told."""
        bits = self.settings.get(FACTOR)
        return float(np.array(bits[0], np.uint32).view(np.float32)) if bits else None


def parse_reply(payload: bytes) -> ControlReply:
    """Read a reply of the control point.

    Raises
    ------
    FrameError
        When it is none.
    """
    if len(payload) < _REPLY_HEAD_BYTES - 1 or payload[0] != RESPONSE:
        raise FrameError(f"{len(payload)} bytes are no reply of the control point")
    _, command, kind, error = payload[:4]
    has_settings = error in (0, ALREADY_STREAMING) and command in (GET_SETTINGS, START)
    return ControlReply(
        command, kind, error, _settings(payload[_REPLY_HEAD_BYTES:]) if has_settings else {}
    )


def _settings(data: bytes) -> dict[int, tuple[int, ...]]:
    """Read ``setting, how many, values`` over and over."""
    found: dict[int, tuple[int, ...]] = {}
    at = 0
    while at < len(data):
        width = _SETTING_BYTES.get(data[at])
        end = at + 2 + data[at + 1] * width if width and at + 1 < len(data) else len(data) + 1
        if width is None or end > len(data):
            raise FrameError("settings that are cut short or not known")
        found[data[at]] = tuple(
            int.from_bytes(data[place : place + width], "little")
            for place in range(at + 2, end, width)
        )
        at = end
    return {setting: values for setting, values in found.items() if values}


def parse_frame(payload: bytes, factors: dict[int, float]) -> Frame:
    """Read a data frame; ``factors`` are what the replies to the start commands told.

    Raises
    ------
    FrameError
        When it is cut short, or of a kind or type that is not known.
    """
    if len(payload) < _HEAD_BYTES:
        raise FrameError(f"{len(payload)} bytes are too few for a frame")
    kind, last_ns, frame_type = struct.unpack("<BQB", payload[:_HEAD_BYTES])
    kind &= 0x3F
    content = payload[_HEAD_BYTES:]
    factor = factors.get(kind, 1.0)
    if kind == ACC and frame_type in _RAW_WIDTHS:
        values, unit = _raw(content, _RAW_WIDTHS[frame_type]), STANDARD_GRAVITY_MPS2 / 1000
    elif kind == ACC and frame_type == _COMPRESSED:
        values, unit = _deltas(content, "<i2"), factor * STANDARD_GRAVITY_MPS2
    elif kind == ACC and frame_type == _COMPRESSED | 1:
        values, unit = _deltas(content, "<i2"), factor * STANDARD_GRAVITY_MPS2 / 1000
    elif kind == GYRO and frame_type == _COMPRESSED:
        values, unit = _deltas(content, "<i2"), factor * math.radians(1)
    elif kind == GYRO and frame_type == _COMPRESSED | 1:
        values, unit = _floats(_deltas(content, "<i4")), factor * math.radians(1)
    else:
        raise FrameError(f"measurement {kind} in frame type {frame_type:#04x} is not known")
    return Frame(kind, last_ns, values * unit)


def _floats(bits: Floats) -> Floats:
    """The float32 numbers with these bits. One that is no number makes the whole frame bad."""
    values = (bits.astype(np.int64) & 0xFFFFFFFF).astype(np.uint32).view(np.float32)
    if not np.isfinite(values).all():
        raise FrameError("a value that is not a number")
    return values.astype(np.float64)


def _raw(content: bytes, width: int) -> Floats:
    if not content or len(content) % (3 * width):
        raise FrameError(f"{len(content)} bytes are no samples of three axes")
    octets = np.frombuffer(content, dtype=np.uint8).reshape(-1, 3, width).astype(np.int64)
    values = (octets << (8 * np.arange(width))).sum(axis=2)
    sign = 1 << (8 * width - 1)
    return np.asarray((values ^ sign) - sign, dtype=np.float64)


def _deltas(content: bytes, reference_type: str) -> Floats:
    """(n, 3) values of a compressed frame."""
    reference = np.dtype(reference_type)
    at = 3 * reference.itemsize
    if len(content) < at:
        raise FrameError("a compressed frame without its first sample")
    steps = [np.frombuffer(content[:at], dtype=reference).astype(np.int64)[None]]
    while at < len(content):
        width, count = content[at], content[at + 1] if at + 1 < len(content) else 0
        end = at + 2 + (3 * width * count + 7) // 8
        if not count or width > _WIDEST_BITS or end > len(content):
            raise FrameError("a compressed frame that is cut short")
        steps.append(_unpacked(content[at + 2 : end], width, count))
        at = end
    return np.cumsum(np.concatenate(steps), axis=0).astype(np.float64)


def _unpacked(packed: bytes, width: int, count: int) -> Ints:
    """(count, 3) signed numbers of so many bits, lowest bit first."""
    bits = np.unpackbits(np.frombuffer(packed, dtype=np.uint8), bitorder="little")
    weights = 1 << np.arange(width, dtype=np.int64)
    weights[-1:] *= -1
    return np.asarray(bits[: 3 * count * width].reshape(count, 3, width) @ weights, dtype=np.int64)
