import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.motion.tick_streams import TICK_S, Person

from spinesense.model.events import PostureShift
from spinesense.motion.maths.vectors import angle_between, towards
from spinesense.motion.posture.shifts import PosturalShifts, StillnessParams
from spinesense.motion.posture.stage import PostureStage


def shifts_of(person: Person) -> list[PostureShift]:
    ticks, up = person.ticks()
    stage = PosturalShifts(StillnessParams())
    found = []
    for time_s, (x, y, z) in zip(ticks.time_s.tolist(), up.tolist(), strict=True):
        found.append(stage.tick(time_s, (x, y, z), TICK_S))
    return [each for each in found if each is not None]


@pytest.mark.parametrize("change", [{"flexion_deg": -12.0}, {"lateral_deg": 6.0}])
def test_settling_in_another_inclination_is_a_shift(change: dict[str, float]) -> None:
    person = Person().go(2, flexion_deg=-20.0).stay(20)
    shift_s = person.time_s + 1.5
    (shift,) = shifts_of(person.go(1.5, **change).stay(20))
    assert 0.0 < shift.time_s - shift_s < 4.0
    assert shift.size_rad == pytest.approx(
        math.radians(8 if "flexion_deg" in change else 6), rel=0.1
    )


def test_a_fidget_comes_back_and_is_none() -> None:
    person = Person().stay(10)
    for _ in range(5):
        person.go(0.5, flexion_deg=10.0).go(0.5, flexion_deg=0.0).stay(8)
    assert shifts_of(person) == []


def test_a_slow_slump_is_none() -> None:
    assert shifts_of(Person().stay(10).go(900, flexion_deg=-15.0).stay(10)) == []


@settings(max_examples=20, deadline=None)
@given(st.lists(st.floats(-12.0, 12.0), min_size=1, max_size=8))
def test_every_large_change_counts_once_and_no_small_one(places_deg: list[float]) -> None:
    person = Person().stay(8)
    changes, now_deg = [], 0.0
    for place_deg in places_deg:
        if abs(place_deg - now_deg) < 5.0:
            continue
        person.go(1.0, flexion_deg=place_deg).stay(8)
        changes.append(abs(place_deg - now_deg))
        now_deg = place_deg
    assert len(shifts_of(person)) == len(changes)


def test_still_needs_half_a_second_of_rest() -> None:
    ticks, up = Person().stay(2).go(2, flexion_deg=40.0).stay(2).ticks()
    stage = PostureStage()
    still = []
    for place in range(len(ticks)):
        stage.feed(ticks.rows(place, place + 1), up[place : place + 1])
        still.append(stage.still)
    assert all(still[20:45])
    assert not any(still[60:100])
    assert all(still[115:])


def test_towards_ends_where_it_should() -> None:
    start, end = (0.0, 0.0, 1.0), (0.0, 0.6, 0.8)
    assert angle_between(towards(start, end, 0.0), start) == 0.0
    assert angle_between(towards(start, end, 1.0), end) < 1e-12
