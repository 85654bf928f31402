"""What a device module says about its sensor beyond its bytes: how to find, start and stop it.

Knows no radio. A device talks to its sensor through `Gatt`, whatever carries that.
"""

from dataclasses import dataclass
from typing import Final, Protocol, runtime_checkable

from spinesense.model.packets import DeviceProfile

BLUETOOTH_BASE: Final = "0000{:04x}-0000-1000-8000-00805f9b34fb"
"""The 128-bit form of a 16-bit UUID that the Bluetooth SIG assigned."""

BATTERY_LEVEL_UUID: Final = BLUETOOTH_BASE.format(0x2A19)
"""Characteristic of the standard battery service (0x180F): one byte, per cent."""


@dataclass(frozen=True, slots=True)
class Advertisement:
    """What a scan heard of one device."""

    address: str
    """How this host addresses it; on macOS an identifier that only this host knows."""
    name: str
    """The advertised name; empty when there is none."""
    rssi_dbm: int
    """Strength of the signal."""
    service_uuids: tuple[str, ...] = ()
    """Advertised services, 128 bits long and in lower case."""
    company_ids: tuple[int, ...] = ()
    """Whose manufacturer data came with it, as the Bluetooth SIG numbers companies."""


class Gatt(Protocol):
    """A connected device. Every method raises `SensorError` when the device does not do it."""

    async def read(self, uuid: str) -> bytes:
        """Value of a characteristic."""
        ...

    async def write(self, uuid: str, payload: bytes, *, response: bool) -> None:
        """Write a characteristic; with ``response`` the device says that it took it."""
        ...

    async def subscribe(self, uuid: str, channel: str) -> None:
        """Let the notifications or indications of a characteristic come.

        Each becomes a `Packet` of this channel, in the order of arrival, and is recorded.
        """
        ...

    async def answer(self, channel: str, starts_with: bytes = b"") -> bytes:
        """The first notification on a channel since the newest write that starts like this.

        One that came before the call counts, too; none is given twice.

        Raises
        ------
        SensorError
            When none comes within a few seconds.
        """
        ...

    async def pause(self, seconds: float) -> None:
        """Let time pass, for devices that need it between writes."""
        ...


class Device(Protocol):
    """One kind of sensor. Keeps no state: one object serves every sensor of its kind."""

    @property
    def profile(self) -> str:
        """Name of its decoder, such as ``witmotion``."""
        ...

    @property
    def label(self) -> str:
        """Name for people, such as ``WitMotion WT901BLE``."""
        ...

    def recognises(self, seen: Advertisement) -> bool:
        """Whether this advertisement is that of such a sensor."""
        ...

    async def start(self, gatt: Gatt, rate_hz: float) -> DeviceProfile:
        """Start streaming at the rate nearest to this one; tells what it will send.

        The name in the profile is the device's label; the connection puts the advertised name in
        its place.

        Raises
        ------
        SensorError
            When the device is another than it seemed, or does not start.
        """
        ...

    async def stop(self, gatt: Gatt) -> None:
        """End the stream, so that the sensor may sleep."""
        ...

    async def battery_percent(self, gatt: Gatt) -> int | None:
        """Ask for the battery level; None when the device has none, or sends it by itself."""
        ...


@runtime_checkable
class Haptic(Protocol):
    """What a device with a motor can do besides."""

    async def buzz(self, gatt: Gatt) -> None:
        """Vibrate once, and leave the person's settings as they were."""
        ...


async def read_battery(gatt: Gatt, uuid: str = BATTERY_LEVEL_UUID) -> int | None:
    """The per cent in the first byte of a characteristic; None when that is no percentage."""
    value = await gatt.read(uuid)
    return value[0] if value and value[0] <= 100 else None
