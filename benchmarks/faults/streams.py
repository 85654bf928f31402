"""Sensors of which a part dies while packets go on: it is to be said within 5 s, and only then."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import takewhile
from random import Random

from tests.sensors.living import (
    DEVICES,
    Pack,
    packets,
    standing,
    told,
    trickling,
    turning,
    without,
)

from benchmarks.faults.table import Row, Run
from spinesense.model.events import SignalFault
from spinesense.model.packets import Packet
from spinesense.sensors.bluetooth.duplicates import Doubled
from spinesense.sensors.devices import decoder_for

SAID_WITHIN_S = 5.0
LIVING_S = 12.0
_EARLIEST_S, _LATEST_S = 4.0, 15.0
_NEVER_S = 1e9
_HALVES = ("dashboard", "metamotion")
"""Devices that send acceleration and rotation in packets of their own."""
_PHONES = ("sensorlogger", "phyphox")
_CLOCKS = ("open", "sensorlogger", "phyphox")
"""Devices whose clock is known."""

_DEAD = (SignalFault.DEAD, SignalFault.WRONG_RATE)
"""What may be said of a stream that died; the second of one that only trickles."""

Said = list[tuple[float, SignalFault]]
"""When each fault was said, and which."""


@dataclass(frozen=True, slots=True)
class Listeners:
    """What is asked: the program's own, or one with a fault that must be found."""

    said: Callable[[str, Iterable[Packet]], Said] = lambda profile, stream: told(profile, stream)[0]
    copies: Callable[[], Doubled] = Doubled


Die = Callable[[Pack, float, Random], Iterator[Packet]]
"""What a sensor sends that dies at this time."""


def _silent(half: str) -> Die:
    return lambda pack, died_s, _: packets(pack, died_s, "silent", half)


def _repeats(half: str) -> Die:
    return lambda pack, died_s, _: packets(pack, died_s, "last", half)


def _trickles(pack: Pack, died_s: float, chance: Random) -> Iterator[Packet]:
    return trickling(pack, died_s, chance.choice((0.1, 0.5, 1.0, 2.0)))


DEATHS: tuple[tuple[str, tuple[str, ...], Die], ...] = (
    ("no acceleration any more", _HALVES, _silent("acc")),
    ("no rotation any more", _HALVES, _silent("gyr")),
    (
        "no acceleration of a phone any more",
        _PHONES,
        lambda pack, died_s, _: without("acc", pack, died_s),
    ),
    (
        "no rotation of a phone any more",
        _PHONES,
        lambda pack, died_s, _: without("gyr", pack, died_s),
    ),
    ("the same acceleration", tuple(DEVICES), _repeats("acc")),
    ("the same rotation", tuple(DEVICES), _repeats("gyr")),
    ("the same readings", tuple(DEVICES), _repeats("both")),
    (
        "an acceleration of nothing",
        tuple(DEVICES),
        lambda pack, died_s, _: packets(pack, died_s, "zeros", "acc"),
    ),
    (
        "no rotation in a turn",
        tuple(DEVICES),
        lambda pack, died_s, _: packets(turning(pack), died_s, "zeros", "gyr"),
    ),
    (
        "a clock that stands",
        _CLOCKS,
        lambda pack, died_s, _: packets(standing(pack, died_s), _NEVER_S, "last", "acc"),
    ),
    ("a trickle", tuple(DEVICES), _trickles),
)


def ask(run: Run, by: Listeners = Listeners()) -> Iterator[Row]:
    """One row for each kind of death, one for living sensors, and one for copies."""
    times = run.several(1, 20)
    for name, devices, die in DEATHS:
        row = Row(f"a stream with {name}")
        for device in devices * times:
            row.tried += 1
            died_s = run.chance.uniform(_EARLIEST_S, _LATEST_S)
            try_death(device, die(DEVICES[device][1], died_s, run.chance), died_s, row, by)
        yield row
    living, copied = Row("a stream that lives, with pauses"), Row("a stream of copies")
    for device in tuple(DEVICES) * times:
        living.tried += 1
        try_life(device, run.chance.uniform(0.0, 20.0), living, by)
        copied.tried += 1
        try_copies(device, run.chance.choice((2, 3, 4)), copied, by)
    yield from (living, copied)


def try_death(
    device: str, stream: Iterator[Packet], died_s: float, row: Row, by: Listeners
) -> None:
    """Hear what is said of one sensor that dies, and when."""
    latest_s = died_s + SAID_WITHIN_S
    heard = takewhile(lambda packet: packet.arrival_s <= latest_s, stream)
    said = by.said(DEVICES[device][0], heard)
    named = f"{device}, which died at {died_s:.2f} s"
    if early := [(at_s, fault.value) for at_s, fault in said if at_s <= died_s and fault in _DEAD]:
        row.untrue.append(f"{named}: said before: {early}")
    if not any(fault in _DEAD and at_s > died_s for at_s, fault in said):
        row.untrue.append(f"{named}: nothing was said within {SAID_WITHIN_S:.0f} s")


def try_life(device: str, pause_s: float, row: Row, by: Listeners) -> None:
    """Hear what is said of a sensor that is out of reach for a while."""
    profile, pack = DEVICES[device]
    half_s = LIVING_S / 2
    stream = [
        Packet(each.arrival_s + pause_s * (each.arrival_s > half_s), each.channel, each.payload)
        for each in _living(pack)
    ]
    for at_s, fault in by.said(profile, stream):
        if fault is SignalFault.DEAD:
            row.untrue.append(f"{device}, which paused for {pause_s:.1f} s: dead at {at_s:.1f} s")


def try_copies(device: str, times: int, row: Row, by: Listeners) -> None:
    """Deliver each packet several times, and count what is passed on."""
    profile, pack = DEVICES[device]
    stream, filter_ = list(_living(pack)), by.copies()
    passed = [kept for each in stream for _ in range(times) for kept in filter_.take(each)]
    named = f"{device}, {times} times each"
    wanted, found = _samples(profile, stream), _samples(profile, passed)
    if found > wanted:
        row.doubled.append(f"{named}: {found} samples of {wanted}")
    if found < wanted:
        row.lost.append(f"{named}: {found} samples of {wanted}")
    if not filter_.message:
        row.untrue.append(f"{named}: nothing was said")


def _living(pack: Pack) -> Iterator[Packet]:
    return takewhile(
        lambda packet: packet.arrival_s <= LIVING_S, packets(pack, _NEVER_S, "last", "acc")
    )


def _samples(profile: str, stream: list[Packet]) -> int:
    block = decoder_for(profile).decode(stream).block
    return 0 if block is None else len(block)
