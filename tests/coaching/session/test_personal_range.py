"""What is usual for a person, and what follows for targets and thresholds."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.coaching.person import CATALOGUE, repetition

from spinesense.coaching.exercises.schema import Exercise, Measure
from spinesense.coaching.session.personal_range import (
    KNOWN_FROM,
    LENIENT_SHARE,
    PersonalRange,
    target_rad,
    threshold_rad,
)

REPEATED = [one for one in CATALOGUE.values() if one.dose.repetitions[0] and one.target]


def own_of(
    exercise: Exercise, range_deg: float, astray_deg: float = 2.0, times: int = 5
) -> PersonalRange:
    own = PersonalRange()
    for number in range(times):
        made = repetition(
            number,
            10.0 * number,
            range_deg=range_deg * exercise.excursions,
            off_axis_deg=astray_deg,
        )
        own.learn(exercise, made)
    return own


def degrees(pair: tuple[float, float] | None) -> tuple[float, float]:
    assert pair is not None
    return math.degrees(pair[0]), math.degrees(pair[1])


def test_until_a_person_is_known_the_catalogue_holds() -> None:
    bridge = CATALOGUE["bridge"]
    few = own_of(bridge, 12.0, times=KNOWN_FROM - 1)
    assert degrees(target_rad(bridge, few)) == pytest.approx((20.0, 45.0))


def test_the_target_is_a_share_of_the_own_range() -> None:
    bridge = CATALOGUE["bridge"]
    assert degrees(target_rad(bridge, own_of(bridge, 20.0))) == pytest.approx((14.0, 23.0))
    assert degrees(target_rad(bridge, own_of(bridge, 44.0))) == pytest.approx((30.8, 45.0))


def test_less_is_better_stays_so() -> None:
    raised = CATALOGUE["single_leg_raise"]
    assert degrees(target_rad(raised, own_of(raised, 4.0))) == pytest.approx((0.0, 6.0))


def test_walking_has_no_target() -> None:
    assert target_rad(CATALOGUE["walk"], PersonalRange()) is None


@given(st.sampled_from(REPEATED), st.floats(1.0, 90.0), st.floats(0.0, 60.0))
def test_targets_and_thresholds_stay_within_what_the_exercise_is(
    exercise: Exercise, range_deg: float, astray_deg: float
) -> None:
    own = own_of(exercise, range_deg, astray_deg)
    low, high = degrees(target_rad(exercise, own))
    assert exercise.target is not None
    assert 0.0 <= low < high <= exercise.target.high_deg + 1e-9
    for fault in exercise.faults:
        limit = math.degrees(threshold_rad(exercise, fault, own))
        if fault.measure is Measure.RANGE:
            assert fault.threshold_deg is not None
            assert high - 1e-9 <= limit <= fault.threshold_deg
        if fault.measure is Measure.OFF_AXIS:
            assert fault.threshold_deg is not None
            assert fault.threshold_deg <= limit <= LENIENT_SHARE * fault.threshold_deg + 1e-9


def test_a_stiff_person_is_stopped_sooner_and_a_crooked_one_later() -> None:
    bend, tilt = CATALOGUE["forward_bend"], CATALOGUE["pelvic_tilt"]
    deep = next(one for one in bend.faults if one.id == "too_deep")
    twist = next(one for one in tilt.faults if one.id == "pelvis_twists")
    stiff = threshold_rad(bend, deep, own_of(bend, 24.0))
    assert math.degrees(stiff) == pytest.approx(24.0 / 0.7)
    crooked = threshold_rad(tilt, twist, own_of(tilt, 10.0, astray_deg=5.0))
    assert math.degrees(crooked) == pytest.approx(11.0)
