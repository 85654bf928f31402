"""What a Bluetooth connection needs of a radio; ``ble.py`` is the one that computers have."""

from collections.abc import AsyncGenerator, Callable
from typing import Protocol

from spinesense.model.errors import SensorError
from spinesense.sensors.device import Advertisement


class RadioError(SensorError):
    """The radio itself cannot be used: there is none, it is off, or it may not be used."""


class ServicesError(SensorError):
    """A device has not the characteristic that its kind has: another device, or a stale cache."""


class Connection(Protocol):
    """One connection to one device. Every method raises `SensorError` when it fails."""

    async def read(self, uuid: str) -> bytes:
        """Value of a characteristic."""
        ...

    async def write(self, uuid: str, payload: bytes, *, response: bool) -> None:
        """Write a characteristic."""
        ...

    async def notify(self, uuid: str, heard: Callable[[bytes], None]) -> None:
        """Call ``heard`` with every notification or indication of a characteristic."""
        ...

    async def close(self) -> None:
        """Disconnect and free what the connection holds, also when it is lost; never raises."""
        ...


class Radio(Protocol):
    """Hears and connects devices."""

    @property
    def simulated(self) -> bool:
        """Whether there is no air between this radio and its devices."""
        ...

    def scan(self) -> AsyncGenerator[Advertisement]:
        """Advertisements as they are heard, without end; close it before connecting.

        Raises
        ------
        SensorError
            When the radio cannot scan.
        """
        ...

    async def connect(self, address: str, lost: Callable[[], None]) -> Connection:
        """Connect to a device heard by the newest scan; ``lost`` is called once if it goes away.

        Raises
        ------
        SensorError
            When the device does not answer or the radio cannot be used.
        """
        ...

    async def forget(self, address: str) -> None:
        """Let the system forget what it believes to know of a device; never raises."""
        ...

    async def close(self) -> None:
        """Let go of the radio; closing twice is harmless."""
        ...
