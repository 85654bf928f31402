"""A person at a desk: shifts, fidgets, and hands that work."""

import math
from dataclasses import dataclass
from typing import Final

from spinesense.model.movement import StartPosture
from spinesense.sensors.simulated.performance import Performance
from spinesense.sensors.simulated.trajectory import Channel

_FURTHEST_RAD: Final = math.radians(10)
"""Nobody slides out of the chair: the seated pelvis stays within some 10° of its mean."""
_REACH_EVERY_S: Final = (10.0, 60.0)
"""For the mouse, a cup, paper."""
_TURN_EVERY_S: Final = (20.0, 120.0)
_TURNED_S: Final = (2.0, 60.0)
"""A glance, or reading on a second screen."""


@dataclass(frozen=True, slots=True)
class Desk:
    """Sit at a desk, with the shifts and fidgets of office workers over a week.

    Their numbers: Davidson & Callaghan 2025, Applied Ergonomics 122:104374. A shift is a step of
    more than 5°, a fidget comes back to about the same position (Dunk & Callaghan 2010, Work 35:3).
    """

    duration_s: float
    shifts_per_15min: float = 9
    fidgets_per_15min: float = 13
    shift_deg: tuple[float, float] = (5.0, 10.0)
    """The smallest and the largest shift."""
    lean_deg: float = 0.0
    """How far the person usually leans forward of the pose of sitting."""
    works: bool = False
    """Types, reaches out and turns the head, all of which come back; and the heart shows."""


def sit_at_desk(performance: Performance, desk: Desk) -> None:
    """Sit and work: settle in another inclination now and then, and fidget in between."""
    performance.take(StartPosture.SITTING)
    rng, begin_s = performance.rng, performance.at_s
    lean_rad = math.radians(desk.lean_deg)
    if desk.lean_deg:
        performance.bring(Channel.FLEXION, lean_rad, begin_s, 2.0)
    shifts = round(desk.shifts_per_15min * desk.duration_s / 900)
    fidgets = round(desk.fidgets_per_15min * desk.duration_s / 900)
    kinds = rng.permutation([True] * shifts + [False] * fidgets)
    slot_s = desk.duration_s / max(len(kinds), 1)
    for slot, is_shift in enumerate(kinds):
        time_s = begin_s + (slot + rng.uniform(0.2, 0.6)) * slot_s
        if is_shift:
            _shift(performance, time_s, desk.shift_deg, lean_rad)
        else:
            _fidget(performance, time_s)
    if desk.works:
        _work(performance, begin_s, begin_s + desk.duration_s)
    performance.wait(desk.duration_s)


def _shift(
    performance: Performance, time_s: float, size_deg: tuple[float, float], lean_rad: float
) -> None:
    """Settle within 2 s in another inclination."""
    rng = performance.rng
    away_rad = performance.target(Channel.FLEXION) - lean_rad
    change_rad = math.radians(rng.uniform(*size_deg)) * rng.choice((-1, 1))
    if abs(away_rad + change_rad) > _FURTHEST_RAD:
        change_rad = -change_rad
    duration_s = rng.uniform(1.0, 2.0)
    performance.move(Channel.FLEXION, change_rad, time_s, duration_s)
    lateral_rad = math.radians(rng.uniform(-3, 3))
    performance.bring(Channel.LATERAL, lateral_rad, time_s, duration_s)
    performance.truth.shifts_s.append(time_s)


def _fidget(performance: Performance, time_s: float) -> None:
    """Move a little and come back at once."""
    for channel in (Channel.FLEXION, Channel.LATERAL):
        size_rad = math.radians(performance.rng.uniform(-4, 4))
        performance.move(channel, size_rad, time_s, 0.6)
        performance.move(channel, -size_rad, time_s + 0.6, 0.6)


def _work(performance: Performance, begin_s: float, end_s: float) -> None:
    """Type from begin to end, and reach and turn in between."""
    rng = performance.rng
    performance.move(Channel.WORK, 1.0, begin_s, 1.0)
    performance.move(Channel.WORK, -1.0, end_s - 1.0, 1.0)
    time_s = begin_s + rng.uniform(*_REACH_EVERY_S)
    while time_s < end_s - 5.0:
        _reach(performance, time_s)
        time_s += rng.uniform(*_REACH_EVERY_S)
    time_s = begin_s + rng.uniform(*_TURN_EVERY_S)
    while time_s < end_s - _TURNED_S[1]:
        time_s = _turn(performance, time_s) + rng.uniform(*_TURN_EVERY_S)


def _reach(performance: Performance, time_s: float) -> None:
    """Reach out for something in reach: the arm does most of it, and the trunk comes along.

    It is over within 4 s, the longest fidget there is (Duarte & Zatsiorsky 1999, Motor Control 3).
    """
    rng = performance.rng
    out_s, stay_s, back_s = rng.uniform((0.5, 0.2, 0.5), (1.0, 1.8, 1.0))
    for channel, low_deg, high_deg in ((Channel.FLEXION, 1, 6), (Channel.LATERAL, -4, 4)):
        size_rad = math.radians(rng.uniform(low_deg, high_deg))
        performance.move(channel, size_rad, time_s, out_s)
        performance.move(channel, -size_rad, time_s + out_s + stay_s, back_s)


def _turn(performance: Performance, time_s: float) -> float:
    """Turn the head aside and back, of which a few degrees reach the pelvis; gives the end."""
    rng = performance.rng
    angle_rad = math.radians(rng.uniform(1, 5)) * rng.choice((-1, 1))
    back_s = time_s + rng.uniform(*_TURNED_S)
    performance.move(Channel.ROTATION, angle_rad, time_s, 0.7)
    performance.move(Channel.ROTATION, -angle_rad, back_s, 0.7)
    return float(back_s + 0.7)
