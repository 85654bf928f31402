"""Ways to sit down, to sit and to get up, as people with a sore back do them. Simulated."""

import math
from dataclasses import dataclass

from spinesense.model.movement import StartPosture
from spinesense.sensors.simulated.performance import Performance
from spinesense.sensors.simulated.trajectory import Channel

_STANDING_M = 0.95
_BACK_M = 0.25
"""From the standing hips to those on the seat."""
_SEATED_SWAY = 0.3


@dataclass(frozen=True, slots=True)
class WayDown:
    """How somebody gets to a seat and off it."""

    way_s: float = 2.4
    """A sore back takes up to 5 s."""
    lean_rad: float = math.radians(35)
    """Forward in mid-way."""
    pause_s: float = 0.0
    """Half-way, on the hands: two steps."""
    aside_rad: float = 0.0
    """Towards the arm that bears the weight; the trunk turns a little with it."""
    turn_rad: float = 0.0
    """Turned round in front of the seat."""


@dataclass(frozen=True, slots=True)
class Seat:
    """A seat, and how it is sat on."""

    height_m: float = 0.55
    """Of the hips."""
    pitch_rad: float = math.radians(-12)
    reclines_rad: float = 0.0
    """Further back for most of the time, and up again before leaving."""
    slides_rad: float = 0.0
    """Slumping further by this, slowly, and a little down and forward with it."""


@dataclass(frozen=True, slots=True)
class Sit:
    """Sit down in some way, sit, and stand up in the same way."""

    duration_s: float
    seat: Seat = Seat()
    way: WayDown = WayDown()
    walks_off: bool = False
    """Begins to walk while still straightening up."""


def sit(performance: Performance, asked: Sit) -> None:
    """Plan a sit from standing to standing."""
    performance.take(StartPosture.STANDING)
    _turn(performance, asked.way)
    _go(performance, asked.seat, asked.way, down=True)
    remain(performance, asked)
    rise(performance, asked)


def remain(performance: Performance, asked: Sit) -> None:
    """Sit, for most of the time reclined or sinking into the seat."""
    seat, end_s = asked.seat, performance.at_s + asked.duration_s
    performance.wait(0.15 * asked.duration_s)
    if seat.reclines_rad:
        performance.move(Channel.PITCH, -seat.reclines_rad, performance.at_s, 3.0)
        performance.move(Channel.PITCH, seat.reclines_rad, end_s - 0.15 * asked.duration_s, 2.0)
    if seat.slides_rad:
        sinks_s = 0.6 * asked.duration_s
        performance.move(Channel.PITCH, -seat.slides_rad, performance.at_s, sinks_s)
        performance.move(Channel.HEIGHT, -0.04, performance.at_s, sinks_s)
    _fidget(performance, performance.at_s, end_s - 5.0)
    performance.wait(end_s - performance.at_s)


def rise(performance: Performance, asked: Sit) -> None:
    """Stand up from the seat."""
    _go(performance, asked.seat, asked.way, down=False)
    if asked.walks_off:
        performance.at_s -= 0.3 * asked.way.way_s


def begin_on(performance: Performance, asked: Sit) -> None:
    """Be on the seat from the start, and get up later."""
    performance.begin_in(StartPosture.SITTING, _pose(asked.seat))
    remain(performance, asked)
    rise(performance, asked)


def _pose(seat: Seat) -> dict[Channel, float]:
    return {
        Channel.PITCH: seat.pitch_rad,
        Channel.HEIGHT: seat.height_m,
        Channel.FORWARD: -_BACK_M,
        Channel.SWAY: _SEATED_SWAY,
    }


def _go(performance: Performance, seat: Seat, way: WayDown, *, down: bool) -> None:
    """Down to the seat or up from it, in one movement or in two with a pause on the hands."""
    standing = {Channel.PITCH: 0.0, Channel.HEIGHT: _STANDING_M}
    standing |= {Channel.FORWARD: 0.0, Channel.SWAY: 1.0}
    goal = _pose(seat) if down else standing
    half_s = 0.5 * way.way_s
    begin_s, aside_rad = performance.at_s, way.aside_rad
    turned_s = begin_s + (half_s if down else 0.45 * way.way_s)
    for channel, value in goal.items():
        change = value - performance.target(channel)
        if way.pause_s:
            performance.move(channel, 0.5 * change, begin_s, half_s)
            performance.move(channel, 0.5 * change, begin_s + half_s + way.pause_s, half_s)
        else:
            performance.move(channel, change, begin_s, way.way_s)
    end_s = begin_s + way.way_s + way.pause_s
    back_s = turned_s + way.pause_s
    for channel, size_rad in (
        (Channel.FLEXION, way.lean_rad),
        (Channel.LATERAL, aside_rad),
        (Channel.ROTATION, 0.7 * aside_rad),
    ):
        performance.move(channel, size_rad, begin_s, turned_s - begin_s)
        performance.move(channel, -size_rad, back_s, end_s - back_s)
    performance.arrive(StartPosture.SITTING if down else StartPosture.STANDING, end_s)


def _turn(performance: Performance, way: WayDown) -> None:
    if way.turn_rad:
        performance.move(Channel.HEADING, way.turn_rad, performance.at_s, 1.6)
        performance.move(Channel.WALK, 0.35, performance.at_s, 0.3)
        performance.move(Channel.WALK, -0.35, performance.at_s + 1.3, 0.3)
        performance.wait(1.6 + performance.rng.uniform(0.1, 2.0))


def _fidget(performance: Performance, begin_s: float, end_s: float) -> None:
    """Shift and reach now and then, by some degrees."""
    rng, time_s = performance.rng, begin_s + 5.0
    while time_s < end_s:
        for channel in (Channel.FLEXION, Channel.LATERAL, Channel.ROTATION):
            size_rad = math.radians(rng.uniform(-5, 5))
            way_s = rng.uniform(0.5, 1.5)
            stays = rng.uniform(0.0, 3.0)
            performance.move(channel, size_rad, time_s, way_s)
            performance.move(channel, -size_rad, time_s + way_s + stays, way_s)
        time_s += rng.uniform(10.0, 60.0)
