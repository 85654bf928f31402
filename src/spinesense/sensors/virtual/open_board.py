"""A home-made board of the open format: streams when subscribed to, always at the same rate."""

from spinesense.model.samples import Floats
from spinesense.sensors.devices.open_format import DATA_UUID, SERVICE_UUID, encode
from spinesense.sensors.virtual.firmware import Can, Notification, Service


class OpenBoard:
    """Fits `spinesense.sensors.virtual.firmware.Firmware`."""

    name = "Virtual Spine"
    services = (Service(SERVICE_UUID, ((DATA_UUID, Can.NOTIFY),)),)
    advertised_uuids = (SERVICE_UUID,)
    batch = 5
    """50 ms, as the format's page recommends."""

    def __init__(self, rate_hz: float = 100.0) -> None:
        self._rate_hz = rate_hz
        self._wanted = False
        self._number = 0

    @property
    def rate_hz(self) -> float:
        """Of its own choice."""
        return self._rate_hz if self._wanted else 0.0

    def power_on(self) -> None:
        """Count from 0 again."""
        self._number = 0
        self._wanted = False

    def disconnected(self) -> None:
        """Sleep until somebody subscribes again."""
        self._wanted = False

    def read(self, uuid: str) -> bytes:
        """Nothing can be read."""
        return b""

    def subscribe(self, uuid: str, wanted: bool) -> None:
        """Stream or sleep."""
        self._wanted = wanted

    def write(self, uuid: str, payload: bytes, time_s: float) -> list[Notification]:
        """Nothing can be written."""
        return []

    def pack(self, time_s: float, acc_mps2: Floats, gyr_radps: Floats) -> list[Notification]:
        """One packet."""
        number, self._number = self._number, self._number + len(acc_mps2)
        payload = encode(
            number,
            round(time_s * 1e6),
            acc_mps2,
            gyr_radps,
            period_us=round(1e6 / self._rate_hz),
            battery_percent=88,
        )
        return [(DATA_UUID, payload)]
