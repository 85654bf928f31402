"""How long a position was held."""

import math
from collections.abc import Callable

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from tests.motion.synthetic import Body, known, movement, readings, run

from spinesense.model.events import HoldBegan, HoldEnded, HoldPaused, Repetition
from spinesense.model.movement import Axis, Pattern, StartPosture
from spinesense.motion.pipeline import Pipeline
from spinesense.motion.repetitions.holds import plateaus
from spinesense.motion.repetitions.onsets import extrapolated_arrival_s, log_dimensionless_jerk

DEG = math.radians(1.0)
TICK_S = 0.04


def trapezoid(
    ramp_s: float, hold_s: float, size_rad: float, shift_s: float = 0.0
) -> tuple[list[float], list[float]]:
    """Rest, a raised-cosine ramp, a plateau, the ramp back, rest; the first ramp starts at 1 s."""
    count = round((2.0 + 2.0 * ramp_s + hold_s) / TICK_S)
    times = [place * TICK_S + shift_s for place in range(count)]
    values = []
    for time_s in times:
        ahead = (time_s - 1.0) / ramp_s
        behind = (1.0 + 2.0 * ramp_s + hold_s - time_s) / ramp_s
        share = min(1.0, max(0.0, min(ahead, behind)))
        values.append(size_rad * (0.5 - 0.5 * math.cos(math.pi * share)))
    return times, values


@given(st.lists(st.floats(0.02, 0.7), min_size=1, max_size=12))
@example([0.07, 0.32, 0.28, 0.06])
def test_an_excursion_of_few_ticks_has_a_level(values: list[float]) -> None:
    times = [place * TICK_S for place in range(len(values))]
    for stretch in plateaus(times, values):
        assert 0.0 < stretch.level_rad <= max(values) + 1e-12
        assert stretch.start_s <= stretch.end_s


@given(st.floats(0.5, 6.0), st.floats(0.0, 30.0), st.floats(3.0, 60.0), st.floats(0.0, TICK_S))
def test_a_plateau_between_soft_ramps_is_timed_within_its_ramps(
    ramp_s: float, hold_s: float, size_deg: float, shift_s: float
) -> None:
    found = plateaus(*trapezoid(ramp_s, hold_s, size_deg * DEG, shift_s))
    assert len(found) == 1
    assert found[0].held_s == pytest.approx(hold_s, abs=0.1 + 0.08 * ramp_s)
    assert found[0].level_rad == pytest.approx(size_deg * DEG, rel=0.02)


def half_cosine(share: float) -> float:
    return 0.5 - 0.5 * math.cos(math.pi * share)


def minimum_jerk(share: float) -> float:
    return 10.0 * share**3 - 15.0 * share**4 + 6.0 * share**5


@given(
    st.sampled_from([half_cosine, minimum_jerk]),
    st.floats(0.8, 16.0),
    st.floats(0.0, TICK_S),
    st.sampled_from([(0.08, 0.3), (0.2, 0.65), (0.28, 0.65)]),
)
def test_the_end_of_a_ramp_is_found_from_two_crossings(
    shape: Callable[[float], float], ramp_s: float, shift_s: float, levels: tuple[float, float]
) -> None:
    times = [place * TICK_S + shift_s for place in range(int(ramp_s / TICK_S))]
    depths = [1.0 - shape(time_s / ramp_s) for time_s in times]
    found_s = extrapolated_arrival_s(times, depths, *levels)
    assert found_s == pytest.approx(ramp_s, abs=0.05 + 0.05 * ramp_s)


def test_a_row_that_never_comes_near_has_no_end() -> None:
    assert extrapolated_arrival_s([0.0, 1.0], [1.0, 0.9], 0.1, 0.5) is None


def test_a_raised_cosine_is_as_smooth_as_theory_says() -> None:
    for ramp_s in (2.0, 4.0, 8.0):
        count = round(ramp_s / TICK_S) + 1
        row = [0.5 - 0.5 * math.cos(math.pi * place / (count - 1)) for place in range(count)]
        expected = -math.log(math.pi**4 / 2.0)
        assert log_dimensionless_jerk(row, TICK_S) == pytest.approx(expected, abs=0.3)


def test_too_few_samples_have_no_smoothness() -> None:
    assert math.isnan(log_dimensionless_jerk([0.0, 1.0, 2.0], TICK_S))


@settings(max_examples=15, deadline=None)
@given(
    ramp_s=st.floats(0.6, 2.2),
    hold_s=st.floats(1.5, 8.0),
    size_deg=st.floats(8.0, 40.0),
    breathing_deg=st.floats(0.0, 0.1),
    seed=st.integers(0, 99),
)
def test_a_timed_hold_is_right_to_three_tenths(
    ramp_s: float, hold_s: float, size_deg: float, breathing_deg: float, seed: int
) -> None:
    body = Body().begin(StartPosture.SUPINE).still(15.0)
    from_s = body.now_s
    body.repeat(Axis.FLEXION, -size_deg * DEG, ramp_s=ramp_s, hold_s=hold_s, times=2)
    body.breathe(breathing_deg * DEG)
    sought = movement(
        Axis.FLEXION, Pattern.NEGATIVE, StartPosture.SUPINE, smallest_deg=3.0, hold_s=hold_s
    )
    events = run(Pipeline(100.0, known()), readings(body, seed=seed), sought, from_s)
    ended = [event for event in events if isinstance(event, HoldEnded)]
    counted = [event for event in events if isinstance(event, Repetition)]
    assert len(ended) == len(counted) == 2
    for hold, repetition, truth in zip(ended, counted, body.performed, strict=True):
        assert repetition.hold_s == pytest.approx(round(hold_s, 2), abs=0.3)
        assert hold.held_s == pytest.approx(repetition.hold_s, abs=0.05)
        assert hold.time_s <= repetition.time_s
        assert hold.start_s == pytest.approx(truth.start_s + ramp_s, abs=0.5)
    began = [event for event in events if isinstance(event, HoldBegan)]
    for hold_began, truth in zip(began, body.performed, strict=True):
        assert hold_began.time_s <= truth.start_s + ramp_s + 0.3


def test_dropping_pauses_the_hold_and_only_the_held_time_counts() -> None:
    body = Body().begin(StartPosture.SUPINE).still(15.0)
    from_s = body.now_s
    body.go(Axis.FLEXION, -30.0 * DEG, 1.5).still(4.0)
    body.go(Axis.FLEXION, 14.0 * DEG, 0.8).still(1.0).go(Axis.FLEXION, -14.0 * DEG, 0.8)
    body.still(3.0).go(Axis.FLEXION, 30.0 * DEG, 1.5).still(2.0)
    sought = movement(
        Axis.FLEXION, Pattern.NEGATIVE, StartPosture.SUPINE, smallest_deg=10.0, hold_s=7.0
    )
    events = run(Pipeline(100.0, known()), readings(body), sought, from_s)
    kinds = [
        type(event) for event in events if isinstance(event, HoldBegan | HoldPaused | HoldEnded)
    ]
    assert kinds == [HoldBegan, HoldPaused, HoldPaused, HoldEnded]
    counted = [event for event in events if isinstance(event, Repetition)]
    assert [repetition.hold_s for repetition in counted] == [pytest.approx(7.0, abs=0.3)]


def test_a_movement_without_a_hold_tells_of_none() -> None:
    body = Body().begin(StartPosture.SUPINE).still(10.0)
    from_s = body.now_s
    body.repeat(Axis.FLEXION, -20.0 * DEG, times=2)
    sought = movement(Axis.FLEXION, Pattern.NEGATIVE, StartPosture.SUPINE)
    events = run(Pipeline(100.0, known()), readings(body), sought, from_s)
    assert not any(isinstance(event, HoldBegan | HoldPaused | HoldEnded) for event in events)
    counted = [event for event in events if isinstance(event, Repetition)]
    assert [repetition.hold_s for repetition in counted] == pytest.approx([0.0, 0.0], abs=0.2)
