"""What a search for sensors has found, for a face to show."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class HeardSensor:
    """One sensor that is being heard."""

    address: str
    name: str
    kind: str
    """What it is, such as ``WitMotion WT901BLE``."""
    rssi_dbm: float
    """Strength of its signal, averaged over some seconds."""


@dataclass(frozen=True, slots=True)
class SearchView:
    """One frozen picture of a search."""

    sensors: tuple[HeardSensor, ...] = ()
    """In the order in which they were heard first, so that lines keep their places."""
    others: int = 0
    """Devices around that are no sensors spinesense knows."""
    chosen: str = ""
    """Address of the sensor in use; empty for the simulated one."""
