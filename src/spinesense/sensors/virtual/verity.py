"""A Polar Verity Sense: settings are negotiated, frames come late, full and compressed.

Commands and frames are those of the Polar BLE SDK's ``technical_documentation``: acceleration and
angular rate have streams of their own, each frame carries the time of its last sample, and the
samples after the first are differences packed bit by bit, lowest bit first.
"""

import struct
from typing import Final

import numpy as np
from numpy.typing import NDArray

from spinesense.model.samples import Floats, Ints
from spinesense.model.units import STANDARD_GRAVITY_MPS2
from spinesense.sensors.device import BATTERY_LEVEL_UUID
from spinesense.sensors.virtual.firmware import BATTERY_SERVICE, Can, Notification, Service

SERVICE_UUID: Final = "fb005c80-02e7-f387-1cad-8acd2d8df0c8"
CONTROL_UUID: Final = "fb005c81-02e7-f387-1cad-8acd2d8df0c8"
DATA_UUID: Final = "fb005c82-02e7-f387-1cad-8acd2d8df0c8"

_SETTINGS, _START, _STOP = 1, 2, 3
_ACC, _GYRO, _SDK_MODE = 2, 5, 9
_RATE, _RESOLUTION, _RANGE, _CHANNELS, _FACTOR = 0, 1, 2, 4, 5
_OK, _INVALID_OPERATION, _INVALID_TYPE, _INVALID_PARAMETER, _ALREADY = 0, 1, 2, 5, 6
_WIDTHS = {_RATE: 2, _RESOLUTION: 2, _RANGE: 2, _CHANNELS: 1, _FACTOR: 4}
_RATES_HZ = (52,)
_SDK_RATES_HZ = (26, 52, 104, 208, 416)
_OFFERED = {_ACC: (8,), _GYRO: (2000,)}
_GYRO_DPS = 2000 / 32768
_FRAME_SAMPLES = 36
"""As many as a notification of 227 bytes holds when a person moves: 0.7 s at 52 Hz."""
_EPOCH_S = 800_000_000.0
"""Seconds from 2000 to a day in 2025: its clock has been set once."""


class VeritySense:
    """Fits `spinesense.sensors.virtual.firmware.Firmware`."""

    name = "Polar Sense B3F1A22D"
    services = (
        Service(
            SERVICE_UUID,
            ((CONTROL_UUID, Can.READ | Can.WRITE | Can.INDICATE), (DATA_UUID, Can.NOTIFY)),
        ),
        BATTERY_SERVICE,
    )
    advertised_uuids = ()
    batch = _FRAME_SAMPLES

    def __init__(self) -> None:
        self.power_on()

    def power_on(self) -> None:
        """Nothing is stored."""
        self._wanted: set[str] = set()
        self._streams: dict[int, int] = {}
        self._sdk_mode = False

    def disconnected(self) -> None:
        """Streams end with the connection."""
        self.power_on()

    @property
    def rate_hz(self) -> float:
        """That of the streams that run."""
        return float(max(self._streams.values(), default=0)) if DATA_UUID in self._wanted else 0.0

    def read(self, uuid: str) -> bytes:
        """The battery level, or what can be measured."""
        if uuid == BATTERY_LEVEL_UUID:
            return bytes([64])
        return bytes([0x0F, 1 << _ACC | 1 << _GYRO, 1 << (_SDK_MODE - 8)]) + bytes(14)

    def subscribe(self, uuid: str, wanted: bool) -> None:
        """Answers and data are subscribed to separately."""
        (self._wanted.add if wanted else self._wanted.discard)(uuid)

    def write(self, uuid: str, payload: bytes, time_s: float) -> list[Notification]:
        """Obey a command of the control point: code, measurement, settings."""
        if uuid != CONTROL_UUID or len(payload) < 2:
            return []
        code, kind = payload[0], payload[1]
        if kind not in (_ACC, _GYRO, _SDK_MODE):
            error, more = _INVALID_TYPE, b""
        elif code == _SETTINGS:
            error, more = _OK, self._settings(kind)
        elif code == _START:
            error, more = self._start(kind, payload[2:])
        elif code == _STOP:
            error, more = self._stop(kind)
        else:
            error, more = _INVALID_OPERATION, b""
        return [(CONTROL_UUID, bytes([0xF0, code, kind, error, 0]) + more)]

    def pack(self, time_s: float, acc_mps2: Floats, gyr_radps: Floats) -> list[Notification]:
        """A frame of each stream that runs."""
        last_s = _EPOCH_S + time_s + (len(acc_mps2) - 1) / self.rate_hz
        head = struct.pack("<Q", round(last_s * 1e9))
        frames = []
        if _ACC in self._streams:
            milli_g = np.rint(acc_mps2 * (1000 / STANDARD_GRAVITY_MPS2)).astype(np.int64)
            frames.append(bytes([_ACC]) + head + b"\x81" + compressed(milli_g))
        if _GYRO in self._streams:
            counts = np.rint(np.degrees(gyr_radps) / _GYRO_DPS).astype(np.int64)
            frames.append(bytes([_GYRO]) + head + b"\x80" + compressed(counts))
        return [(DATA_UUID, frame) for frame in frames]

    def _rates_hz(self) -> tuple[int, ...]:
        return _SDK_RATES_HZ if self._sdk_mode else _RATES_HZ

    def _settings(self, kind: int) -> bytes:
        if kind == _SDK_MODE:
            return b""
        offered = {_RATE: self._rates_hz(), _RESOLUTION: (16,), _RANGE: _OFFERED[kind]}
        parts = [
            bytes([setting, len(values)]) + struct.pack(f"<{len(values)}H", *values)
            for setting, values in offered.items()
        ]
        return b"".join(parts) + bytes([_CHANNELS, 1, 3])

    def _start(self, kind: int, settings: bytes) -> tuple[int, bytes]:
        if kind == _SDK_MODE:
            self._sdk_mode = True
            return _OK, b""
        if kind in self._streams:
            return _ALREADY, b""
        chosen = _read_settings(settings)
        if (
            chosen is None
            or chosen.get(_RATE) not in self._rates_hz()
            or chosen.get(_RANGE) not in _OFFERED[kind]
            or chosen.get(_CHANNELS, 3) != 3
        ):
            return _INVALID_PARAMETER, b""
        self._streams[kind] = chosen[_RATE]
        factor = _GYRO_DPS if kind == _GYRO else 1.0
        return _OK, bytes([_FACTOR, 1]) + struct.pack("<f", factor)

    def _stop(self, kind: int) -> tuple[int, bytes]:
        if kind == _SDK_MODE:
            self._sdk_mode = False
        elif self._streams.pop(kind, None) is None:
            return _INVALID_PARAMETER, b""
        return _OK, b""


def _read_settings(settings: bytes) -> dict[int, int] | None:
    """Setting and value of each; None when the bytes are not whole settings of one value each."""
    chosen: dict[int, int] = {}
    while settings:
        width = _WIDTHS.get(settings[0], 0)
        if not width or len(settings) < 2 + width or settings[1] != 1:
            return None
        chosen[settings[0]] = int.from_bytes(settings[2 : 2 + width], "little")
        settings = settings[2 + width :]
    return chosen


def compressed(samples: Ints) -> bytes:
    """Delta frame: the first sample as int16, then the differences in as few bits as they need."""
    first: bytes = np.clip(samples[0], -32768, 32767).astype("<i2").tobytes()
    deltas = np.diff(samples, axis=0)
    if not len(deltas):
        return first
    width = max(int(deltas.max()), -int(deltas.min()) - 1).bit_length() + 1
    bits: NDArray[np.uint8] = (deltas.reshape(-1, 1) >> np.arange(width) & 1).astype(np.uint8)
    body: bytes = np.packbits(bits.reshape(-1), bitorder="little").tobytes()
    return first + bytes([width, len(deltas)]) + body
