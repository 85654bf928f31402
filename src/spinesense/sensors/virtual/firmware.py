"""What a software sensor is: characteristics, and what it does with what is written to them.

Knows no radio: whatever carries it reads, writes and subscribes for the peer, and sends what is
ready.
"""

import enum
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from spinesense.model.samples import Floats
from spinesense.sensors.device import BATTERY_LEVEL_UUID, BLUETOOTH_BASE


class Can(enum.Flag):
    """What a characteristic offers."""

    READ = enum.auto()
    WRITE = enum.auto()
    WRITE_WITHOUT_RESPONSE = enum.auto()
    NOTIFY = enum.auto()
    INDICATE = enum.auto()


@dataclass(frozen=True, slots=True)
class Service:
    """One service and its characteristics, by UUID."""

    uuid: str
    characteristics: tuple[tuple[str, Can], ...]


BATTERY_SERVICE = Service(BLUETOOTH_BASE.format(0x180F), ((BATTERY_LEVEL_UUID, Can.READ),))

Notification = tuple[str, bytes]
"""Characteristic and value."""


class Firmware(Protocol):
    """The program of one sensor."""

    @property
    def name(self) -> str:
        """Advertised."""
        ...

    @property
    def services(self) -> Sequence[Service]:
        """What can be discovered."""
        ...

    @property
    def advertised_uuids(self) -> Sequence[str]:
        """Services that stand in the advertisement; others show only after connecting."""
        ...

    @property
    def rate_hz(self) -> float:
        """Samples a second that are taken now; 0 while nobody wants any."""
        ...

    @property
    def batch(self) -> int:
        """Samples that are sent together."""
        ...

    def power_on(self) -> None:
        """Begin as after inserting the battery: only what was stored is remembered."""
        ...

    def disconnected(self) -> None:
        """Forget what belongs to a connection."""
        ...

    def read(self, uuid: str) -> bytes:
        """Value of a readable characteristic."""
        ...

    def subscribe(self, uuid: str, wanted: bool) -> None:
        """Take note of who wants notifications."""
        ...

    def write(self, uuid: str, payload: bytes, time_s: float) -> list[Notification]:
        """Obey, or ignore what makes no sense; gives the replies."""
        ...

    def pack(self, time_s: float, acc_mps2: Floats, gyr_radps: Floats) -> list[Notification]:
        """Notifications of one batch of samples; ``time_s`` is the device time of the first."""
        ...
