"""What a person does on their feet all day besides walking: chores, bends, squats. Simulated."""

import math

from spinesense.model.movement import StartPosture
from spinesense.sensors.simulated.performance import Performance
from spinesense.sensors.simulated.rocking import Rocking
from spinesense.sensors.simulated.trajectory import Channel
from spinesense.sensors.simulated.truth import Bent

_BACK_S = 0.6
"""Between a movement and the next."""
_SHUFFLE = 0.35
"""Turning on the spot takes steps that lift the trunk by a third of a walker's."""


def chores(performance: Performance, duration_s: float) -> None:
    """Work in one place on one's feet, with something new to do every few seconds.

    Of ten things five are reaches, two shifts of weight, two turns on the spot of 60 to 180° in two
    to four steps, and one is a bend.
    """
    rng = performance.rng
    performance.take(StartPosture.STANDING)
    end_s = performance.at_s + duration_s
    while performance.at_s < end_s:
        match int(rng.integers(10)):
            case 0:
                depth_rad = math.radians(rng.uniform(28.0, 65.0))
                bend(performance, depth_rad, rng.uniform(0.8, 1.8), rng.choice((0.0, 1.0, 6.0)))
            case 1 | 2:
                _turn_on_the_spot(performance)
            case 3 | 4:
                _shift_weight(performance)
            case _:
                _reach(performance)
        performance.wait(rng.uniform(0.5, 6.0))


def bend(performance: Performance, depth_rad: float, way_s: float, held_s: float) -> None:
    """Bend forward, stay and come back; the hips go back and a little down with it."""
    begin_s = performance.at_s
    for sign, start_s in ((1.0, begin_s), (-1.0, begin_s + way_s + held_s)):
        performance.move(Channel.FLEXION, sign * depth_rad, start_s, way_s)
        performance.move(Channel.HEIGHT, -sign * 0.05 * depth_rad, start_s, way_s)
    end_s = begin_s + 2 * way_s + held_s
    seated = performance.posture is StartPosture.SITTING
    performance.truth.bends.append(Bent(begin_s, end_s, depth_rad, held_s, seated))
    performance.wait(end_s - begin_s + _BACK_S)


def squat(performance: Performance, depth_m: float, way_s: float) -> None:
    """Go down in the knees and come up."""
    performance.take(StartPosture.STANDING)
    lean_rad = math.radians(15.0)
    for sign, start_s in ((1.0, performance.at_s), (-1.0, performance.at_s + way_s)):
        performance.move(Channel.HEIGHT, -sign * depth_m, start_s, way_s)
        performance.move(Channel.FLEXION, sign * lean_rad, start_s, way_s)
    performance.wait(2 * way_s + _BACK_S)


def rock(performance: Performance, rocking: Rocking, duration_s: float) -> None:
    """Go to and fro, each time a little different."""
    performance.take(rocking.posture)
    end_s = performance.at_s + duration_s
    sign, before = 1.0, 0.0
    while performance.at_s < end_s:
        half_s = 0.5 / rocking.hz * performance.about_one()
        share = sign * performance.about_one()
        for channel, size in rocking.sizes.items():
            performance.move(channel, (share - before) * size, performance.at_s, half_s)
        sign, before = -sign, share
        performance.wait(half_s)
    for channel, size in rocking.sizes.items():
        performance.move(channel, -before * size, performance.at_s, 0.5 / rocking.hz)
    performance.wait(_BACK_S)


def _reach(performance: Performance) -> None:
    """Lean towards something by less than a bend, and come back."""
    rng = performance.rng
    way_s, stay_s = rng.uniform(0.6, 1.2), rng.uniform(0.2, 2.0)
    begin_s = performance.at_s
    for channel, most_deg in (
        (Channel.FLEXION, 15.0),
        (Channel.LATERAL, 8.0),
        (Channel.ROTATION, 20.0),
    ):
        least_deg = 0.0 if channel is Channel.FLEXION else -most_deg
        size_rad = math.radians(rng.uniform(least_deg, most_deg))
        performance.move(channel, size_rad, begin_s, way_s)
        performance.move(channel, -size_rad, begin_s + way_s + stay_s, way_s)
    performance.wait(2 * way_s + stay_s)


def _shift_weight(performance: Performance) -> None:
    """Stand on the other leg: the pelvis drops on the free side."""
    rng = performance.rng
    duration_s = rng.uniform(0.8, 1.5)
    drop_rad = math.radians(rng.uniform(2.0, 6.0)) * rng.choice((-1, 1))
    performance.bring(Channel.LATERAL, drop_rad, performance.at_s, duration_s)
    performance.wait(duration_s)


def _turn_on_the_spot(performance: Performance) -> None:
    """Turn round in two to four small steps, and no further."""
    rng = performance.rng
    duration_s = rng.uniform(1.2, 2.2)
    angle_rad = math.radians(rng.uniform(60.0, 180.0)) * rng.choice((-1, 1))
    begin_s = performance.at_s
    performance.move(Channel.HEADING, angle_rad, begin_s, duration_s)
    performance.move(Channel.WALK, _SHUFFLE, begin_s, 0.3)
    performance.move(Channel.WALK, -_SHUFFLE, begin_s + duration_s - 0.3, 0.3)
    performance.wait(duration_s)
