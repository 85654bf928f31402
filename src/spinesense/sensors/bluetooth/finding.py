"""Which of the devices that a radio hears is meant."""

import asyncio
import re
from collections.abc import Sequence
from contextlib import aclosing
from dataclasses import dataclass, replace
from typing import Final

from spinesense.model.errors import SensorError
from spinesense.sensors.bluetooth.radio import Radio
from spinesense.sensors.device import Advertisement, Device

SEARCH_S: Final = 15.0
"""Sensors advertise at least every 2 s; one that is being switched on takes some seconds more."""

GATHER_S: Final = 4.0
"""After the first match, others are listened for so long: a name may be that of two sensors."""

ADDRESS = re.compile(
    r"(?:[0-9a-f]{2}:){5}[0-9a-f]{2}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE
)
"""A Bluetooth address, or the identifier that stands in for it on macOS."""


@dataclass(frozen=True, slots=True)
class Heard:
    """A device that was heard; ``device`` is None when no module knows its kind."""

    seen: Advertisement
    device: Device | None

    @property
    def title(self) -> str:
        """Name for people."""
        return self.seen.name or (self.device.label if self.device else "") or self.seen.address


@dataclass(frozen=True, slots=True)
class Known:
    """A sensor that was heard and can be used."""

    title: str
    """Name for people."""
    address: str
    device: Device


class Sightings:
    """What a scan has heard so far. A device tells its name and its services in several pieces."""

    def __init__(self, devices: Sequence[Device]) -> None:
        self._devices = devices
        self._heard: dict[str, Advertisement] = {}

    def add(self, seen: Advertisement) -> Heard:
        """Take an advertisement; gives all that is known of its device."""
        before = self._heard.get(seen.address, seen)
        merged = replace(
            seen,
            name=seen.name or before.name,
            service_uuids=tuple(dict.fromkeys((*before.service_uuids, *seen.service_uuids))),
            company_ids=tuple(dict.fromkeys((*before.company_ids, *seen.company_ids))),
        )
        self._heard[seen.address] = merged
        return self._found(merged)

    def all(self) -> list[Heard]:
        """Every device, in the order in which they were heard first."""
        return [self._found(seen) for seen in self._heard.values()]

    def _found(self, seen: Advertisement) -> Heard:
        known = (device for device in self._devices if device.recognises(seen))
        return Heard(seen, next(known, None))


class Namesakes:
    """Sensors of the name and kind of one that is lost, heard at other addresses.

    Parameters
    ----------
    lost
        The sensor that is looked for.
    devices
        The kinds of sensors that are known.
    taken
        Addresses of sensors that are in use.
    """

    def __init__(self, lost: Known, devices: Sequence[Device], taken: Sequence[str]) -> None:
        self._lost = lost
        self._taken = taken
        self._sightings = Sightings(devices)
        self._addresses: list[str] = []

    def add(self, seen: Advertisement) -> int:
        """Take an advertisement; tells which namesake it shows for the first time, from 1, or 0."""
        heard = self._sightings.add(seen)
        if (
            heard.device is not self._lost.device
            or heard.seen.name != self._lost.title
            or seen.address in (self._lost.address, *self._taken, *self._addresses)
        ):
            return 0
        self._addresses.append(seen.address)
        return len(self._addresses)

    @property
    def only(self) -> Known | None:
        """The one namesake that was heard; None when there is none or more than one."""
        if len(self._addresses) != 1:
            return None
        return replace(self._lost, address=self._addresses[0])

    @property
    def what_to_do(self) -> str:
        """What the person can do, as the end of a sentence."""
        if not self._addresses:
            return "switch it on or bring it near"
        named = " and ".join(self._addresses)
        return (
            f"others of its name are near, at {named}; switch it on, or start again "
            f"with one of them, as in --sensor ble:{self._addresses[0]}"
        )


async def find(radio: Radio, wanted: str, devices: Sequence[Device], *, name: str = "") -> Known:
    """Listen until the one device that is wanted is heard.

    Parameters
    ----------
    wanted
        An address, a name or the beginning of one (in any case), or empty for the only sensor
        around.
    name
        What the sensor at the wanted address was called: when it is not heard, the only one of this
        name is taken. A board may take another address at each start.

    Raises
    ------
    SensorError
        When there is none, more than one, or one that no device module knows.
    """
    by_address = bool(ADDRESS.fullmatch(wanted))
    sightings = Sightings(devices)
    clock = asyncio.get_running_loop().time
    end_s = clock() + SEARCH_S
    gathered = False
    try:
        async with aclosing(radio.scan()) as scan, asyncio.timeout_at(end_s) as deadline:
            async for seen in scan:
                heard = sightings.add(seen)
                if not _matches(heard, wanted):
                    continue
                if by_address and heard.device:
                    return Known(heard.title, seen.address, heard.device)
                if not gathered:
                    gathered = True
                    deadline.reschedule(min(end_s, clock() + GATHER_S))
    except TimeoutError:
        pass
    everything = sightings.all()
    if by_address and name and not any(_matches(heard, wanted) for heard in everything):
        called = [one for one in everything if one.seen.name == name and one.device]
        return _only(called, name if called else wanted)
    return _only(everything, wanted)


def _matches(heard: Heard, wanted: str) -> bool:
    if not wanted:
        return heard.device is not None
    beginning = heard.seen.name[: len(wanted)]
    return wanted.casefold() in (heard.seen.address.casefold(), beginning.casefold())


def _only(everything: Sequence[Heard], wanted: str) -> Known:
    """The one device that is wanted, or the sentence that says why there is not one."""
    matching = [heard for heard in everything if _matches(heard, wanted)]
    exact = [heard for heard in matching if heard.seen.name.casefold() == wanted.casefold()]
    known = [
        Known(heard.title, heard.seen.address, heard.device)
        for heard in exact or matching
        if heard.device
    ]
    where = f"ble:{wanted}" if wanted else "ble"
    if len(known) == 1:
        return known[0]
    if known:
        named = ", ".join(f"{one.title} at {one.address}" for one in known)
        raise SensorError(
            f"{len(known)} sensors match ({named})",
            where=where,
            remedy=f"name one by its address, as in --sensor ble:{known[0].address}, "
            "or choose it with 'spinesense scan'",
        )
    if matching:
        raise SensorError(
            f"{matching[0].title} is no sensor that spinesense knows",
            where=where,
            remedy="choose one that 'spinesense scan' lists",
        )
    raise SensorError(
        f"no such sensor was heard within {SEARCH_S:.0f} s",
        where=where,
        remedy="switch it on, bring it near, and end its connection to any phone or other program",
    )
