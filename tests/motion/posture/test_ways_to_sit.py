"""Sitting with hindsight, over ways to sit down and get up as people with a sore back do them."""

import math

import numpy as np
import pytest
from benchmarks.agreement import WAYS, Day, blocks, contradictions, day
from benchmarks.agreement import by_second as told_by_second

from spinesense.motion.core import analyse, mounting_in, recorded
from spinesense.sensors.simulated.desk import Desk
from spinesense.sensors.simulated.performance import Performance
from spinesense.sensors.simulated.script import StandAndBow, Walk, act
from spinesense.sensors.simulated.seats import Seat, Sit, WayDown, sit

RATE_HZ = 25.0


def share_right(person: Performance, seed: int) -> float:
    """Share of the seconds told rightly with hindsight as sitting or not."""
    seen = recorded(blocks(person, [], seed, RATE_HZ, gyro=True), RATE_HZ)
    found = analyse(seen, mounting_in(seen, guess=False), daily=False)
    told = told_by_second(list(found.shown), int(seen.ticks.time_s[-1]))
    right = []
    for span in person.truth.spans:
        seconds = told[math.ceil(span.start_s) : math.floor(span.end_s)]
        right += ((seconds == "sitting") == (span.posture.value == "sitting")).tolist()
    return float(np.mean(right))


@pytest.mark.parametrize("seed", [1, 2])
def test_a_calm_moment_in_mid_rise_is_no_rest(seed: int) -> None:
    person = Performance(np.random.default_rng(seed))
    for segment in (StandAndBow(), Walk(30), *(Desk(150.0, works=True), Walk(30)) * 3):
        act(person, segment)
    assert share_right(person, seed) > 0.98


@pytest.mark.parametrize(
    "way",
    [
        WayDown(way_s=3.0, lean_rad=math.radians(20)),
        WayDown(way_s=4.0, lean_rad=math.radians(30)),
        WayDown(way_s=3.0, lean_rad=math.radians(35), pause_s=1.5),
        WayDown(way_s=3.5, lean_rad=math.radians(25), aside_rad=math.radians(10)),
    ],
)
def test_slow_and_leaning_ways_are_seen_with_hindsight(way: WayDown) -> None:
    person = Performance(np.random.default_rng(3))
    act(person, StandAndBow())
    for walks_off in (False, True, False):
        act(person, Walk(25))
        sit(person, Sit(120.0, Seat(), way, walks_off))
        person.wait(15.0)
    assert share_right(person, 3) > 0.97


def test_sitting_up_in_a_recliner_is_no_rising() -> None:
    person = Performance(np.random.default_rng(4))
    act(person, StandAndBow())
    for back_deg in (30, 40):
        act(person, Walk(25))
        sit(person, Sit(150.0, Seat(reclines_rad=math.radians(back_deg))))
    assert share_right(person, 4) > 0.97


@pytest.mark.slow
def test_hindsight_is_the_better_of_the_two() -> None:
    days: list[Day] = [
        day((WAYS[seed % len(WAYS)], seed), 20.0, RATE_HZ, gyro=True) for seed in range(40)
    ]
    odd = [each for one in days for each in contradictions(one)]
    lost = sum(seconds for seconds, live, later in odd if live > later)
    won = sum(seconds for seconds, live, later in odd if later > live)
    assert won > 10 * lost
