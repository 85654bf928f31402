"""A Movesense sensor with the GATT SensorData protocol: paths are subscribed to by name.

Commands and packets are those of movesense.com/docs/esw/gatt_sensordata_protocol, with the byte
order that the fixture of sensein/movesense-py shows. A packet that is longer than a notification
comes in two.
"""

import struct
from typing import Final

import numpy as np

from spinesense.model.samples import Floats
from spinesense.sensors.device import BATTERY_LEVEL_UUID, BLUETOOTH_BASE
from spinesense.sensors.virtual.firmware import BATTERY_SERVICE, Can, Notification, Service

SERVICE_UUID: Final = "34802252-7185-4d5d-b431-630e7050e8f0"
WRITE_UUID: Final = "34800001-7185-4d5d-b431-630e7050e8f0"
NOTIFY_UUID: Final = "34800002-7185-4d5d-b431-630e7050e8f0"

_HELLO, _SUBSCRIBE, _UNSUBSCRIBE = 0, 1, 2
_RESPONSE, _DATA, _DATA_PART2 = 1, 2, 3
_OK, _NOT_FOUND = 200, 404
_RATES_HZ = (13, 26, 52, 104, 208)
_LONGEST_NOTIFICATION = 155
"""Its MTU is 158."""


class Movesense:
    """Fits `spinesense.sensors.virtual.firmware.Firmware`; one subscription at a time."""

    name = "Movesense 174630000192"
    services = (
        Service(
            SERVICE_UUID,
            (
                (WRITE_UUID, Can.WRITE | Can.WRITE_WITHOUT_RESPONSE),
                (NOTIFY_UUID, Can.NOTIFY),
            ),
        ),
        BATTERY_SERVICE,
    )
    advertised_uuids = (BLUETOOTH_BASE.format(0xFDF3),)

    def __init__(self) -> None:
        self.power_on()

    def power_on(self) -> None:
        """Nothing is stored."""
        self._wanted = False
        self._end_subscription()

    def disconnected(self) -> None:
        """Subscriptions end with the connection."""
        self.power_on()

    @property
    def rate_hz(self) -> float:
        """That of the path subscribed to."""
        return self._path_hz if self._wanted else 0.0

    @property
    def batch(self) -> int:
        """Some 77 ms: four samples at 52 Hz, eight at 104."""
        return max(1, round(self._path_hz / 13))

    def read(self, uuid: str) -> bytes:
        """The battery level."""
        return bytes([73]) if uuid == BATTERY_LEVEL_UUID else b""

    def subscribe(self, uuid: str, wanted: bool) -> None:
        """Whether replies and data can be sent at all."""
        self._wanted = wanted

    def write(self, uuid: str, payload: bytes, time_s: float) -> list[Notification]:
        """Obey a command: code, reference, path."""
        if uuid != WRITE_UUID or len(payload) < 2 or not payload[1]:
            return []
        code, reference = payload[0], payload[1]
        status = _NOT_FOUND
        if code == _HELLO:
            return [(NOTIFY_UUID, bytes([_RESPONSE, reference]) + b"\x01spinesense virtual\0")]
        if code == _SUBSCRIBE and self._subscribe(payload[2:].decode("ascii", "replace")):
            self._reference, status = reference, _OK
        elif code == _UNSUBSCRIBE and reference == self._reference:
            self._end_subscription()
            status = _OK
        return [(NOTIFY_UUID, struct.pack("<BBH", _RESPONSE, reference, status))]

    def pack(self, time_s: float, acc_mps2: Floats, gyr_radps: Floats) -> list[Notification]:
        """The time, all accelerations, all rates; in two notifications if need be."""
        columns = {"Acc": [acc_mps2], "Gyro": [np.degrees(gyr_radps)]}
        wanted = columns.get(self._kind) or [acc_mps2, np.degrees(gyr_radps)]
        body = struct.pack("<I", round(time_s * 1e3) % (1 << 32)) + b"".join(
            part.astype("<f4").tobytes() for part in wanted
        )
        room = _LONGEST_NOTIFICATION - 2
        parts = [body[start : start + room] for start in range(0, len(body), room)]
        return [
            (NOTIFY_UUID, bytes([_DATA if row == 0 else _DATA_PART2, self._reference]) + part)
            for row, part in enumerate(parts)
        ]

    def _subscribe(self, path: str) -> bool:
        parts = path.strip("/").split("/")
        known = {str(rate): float(rate) for rate in _RATES_HZ}
        if len(parts) != 3 or parts[0] != "Meas" or parts[1] not in ("Acc", "Gyro", "IMU6"):
            return False
        if parts[2] not in known:
            return False
        self._kind, self._path_hz = parts[1], known[parts[2]]
        return True

    def _end_subscription(self) -> None:
        self._reference, self._kind, self._path_hz = 0, "", 0.0
