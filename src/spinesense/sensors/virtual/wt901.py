"""A WitMotion WT901BLE: ten samples a second until it is unlocked and told otherwise.

Commands, rates and the frame are those of RGu0/WT901 (MIT), ``docs/protocol.md``. Settings that
were not saved are gone when it is switched off; while it saves, its registers read 0.
"""

import math
import struct
from typing import Final

import numpy as np

from spinesense.model.samples import Floats
from spinesense.model.units import STANDARD_GRAVITY_MPS2
from spinesense.sensors.virtual.firmware import Can, Notification, Service

SERVICE_UUID: Final = "0000ffe5-0000-1000-8000-00805f9a34fb"
NOTIFY_UUID: Final = "0000ffe4-0000-1000-8000-00805f9a34fb"
WRITE_UUID: Final = "0000ffe9-0000-1000-8000-00805f9a34fb"

_RATES_HZ = {0x06: 10.0, 0x07: 20.0, 0x08: 50.0, 0x09: 100.0, 0x0B: 200.0}
_FACTORY_HZ = 10.0
_UNLOCKED_S = 10.0
_SAVING_S = 0.3
_BATTERY_REGISTER = 0x64
_BATTERY_VOLT_HUNDREDTHS = 390
_FASTEST_SINGLE_HZ = 20.0
"""Up to here each frame has a notification of its own; faster, four share one."""


class Wt901:
    """Fits `spinesense.sensors.virtual.firmware.Firmware`."""

    name = "WT901BLE67"
    services = (
        Service(
            SERVICE_UUID,
            (
                (NOTIFY_UUID, Can.NOTIFY),
                (WRITE_UUID, Can.WRITE | Can.WRITE_WITHOUT_RESPONSE),
            ),
        ),
    )
    advertised_uuids = ()

    def __init__(self) -> None:
        self._saved_hz = _FACTORY_HZ
        self.power_on()

    def power_on(self) -> None:
        """Take up the saved rate."""
        self._set_hz = self._saved_hz
        self._unlocked_until_s = self._busy_until_s = -math.inf
        self._wanted = False

    def disconnected(self) -> None:
        """Stop streaming; settings stay until it is switched off."""
        self._wanted = False

    @property
    def rate_hz(self) -> float:
        """As set."""
        return self._set_hz if self._wanted else 0.0

    @property
    def batch(self) -> int:
        """Frames in a notification."""
        return 1 if self._set_hz <= _FASTEST_SINGLE_HZ else 4

    def read(self, uuid: str) -> bytes:
        """Nothing can be read; registers are asked for by command."""
        return b""

    def subscribe(self, uuid: str, wanted: bool) -> None:
        """Stream or not."""
        self._wanted = wanted

    def write(self, uuid: str, payload: bytes, time_s: float) -> list[Notification]:
        """Obey a command of five bytes."""
        if uuid != WRITE_UUID or len(payload) != 5 or payload[:2] != b"\xff\xaa":
            return []
        register, value = payload[2], int.from_bytes(payload[3:], "little")
        if register == 0x27:
            return [(NOTIFY_UUID, self._reply(value, time_s))]
        if register == 0x69:
            self._unlocked_until_s = time_s + _UNLOCKED_S if value == 0xB588 else -math.inf
        elif time_s > self._unlocked_until_s:
            return []
        elif register == 0x03:
            self._set_hz = _RATES_HZ.get(value, self._set_hz)
        elif register == 0x00:
            self._saved_hz = self._set_hz
            self._busy_until_s = time_s + _SAVING_S
        return []

    def pack(self, time_s: float, acc_mps2: Floats, gyr_radps: Floats) -> list[Notification]:
        """Frames, one after another."""
        counts = np.zeros((len(acc_mps2), 9), dtype="<i2")
        counts[:, :3] = _counts(acc_mps2, 16 * STANDARD_GRAVITY_MPS2)
        counts[:, 3:6] = _counts(gyr_radps, math.radians(2000))
        return [(NOTIFY_UUID, b"".join(b"\x55\x61" + row.tobytes() for row in counts))]

    def _reply(self, register: int, time_s: float) -> bytes:
        values = [0] * 8
        if register == _BATTERY_REGISTER and time_s > self._busy_until_s:
            values[0] = _BATTERY_VOLT_HUNDREDTHS
        return struct.pack("<BBH8h", 0x55, 0x71, register, *values)


def _counts(values: Floats, full_scale: float) -> Floats:
    return np.clip(np.rint(values * (32768 / full_scale)), -32768, 32767)
