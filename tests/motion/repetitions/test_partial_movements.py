"""What is no repetition is answered, with why."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.motion.repetitions.test_detector import DEG, repetitions, watched
from tests.motion.synthetic import Body, known, movement, readings, run

from spinesense.model.events import MotionEvent, PartialMovement, Repetition, Uncounted
from spinesense.model.movement import Axis, Pattern, StartPosture
from spinesense.motion.pipeline import Pipeline

BEND = movement(Axis.FLEXION, Pattern.POSITIVE)


def reasons(events: list[MotionEvent]) -> list[Uncounted]:
    return [event.why for event in events if isinstance(event, PartialMovement)]


def test_too_small_is_answered() -> None:
    small = 0.7 * BEND.smallest_range
    _, events = watched(BEND, lambda body: body.repeat(Axis.FLEXION, small, times=2))
    assert repetitions(events) == []
    assert reasons(events) == [Uncounted.TOO_SMALL] * 2
    partial = next(event for event in events if isinstance(event, PartialMovement))
    assert partial.range_rad == pytest.approx(small, abs=1.0 * DEG)


@pytest.mark.parametrize(("axis", "size_deg"), [(Axis.FLEXION, -20.0), (Axis.LATERAL, 20.0)])
def test_another_direction_is_answered(axis: Axis, size_deg: float) -> None:
    _, events = watched(BEND, lambda body: body.repeat(axis, size_deg * DEG, times=3))
    assert repetitions(events) == []
    assert reasons(events) == [Uncounted.OTHER_DIRECTION] * 3


def test_out_without_back_is_answered() -> None:
    _, events = watched(BEND, lambda body: body.go(Axis.FLEXION, 25.0 * DEG, 1.5))
    assert repetitions(events) == []
    pipeline = Pipeline(100.0, known())
    body = Body().begin(StartPosture.STANDING).still(5.0).go(Axis.FLEXION, 25.0 * DEG, 1.5)
    told = run(pipeline, readings(body), BEND, 2.0)
    assert Uncounted.NOT_BACK in reasons([*events, *told, *pipeline.finish().events])


def test_one_way_of_two_is_answered() -> None:
    cat = movement(Axis.FLEXION, Pattern.BOTH, StartPosture.HANDS_AND_KNEES, smallest_deg=5.0)
    _, events = watched(cat, lambda body: body.repeat(Axis.FLEXION, -15.0 * DEG, times=3))
    assert reasons(events) == [Uncounted.ONE_WAY] * 3


def test_a_bend_may_be_as_deep_as_bends_are() -> None:
    _, events = watched(BEND, lambda body: body.repeat(Axis.FLEXION, 105.0 * DEG, ramp_s=2.5))
    (found,) = repetitions(events)
    assert found.range_rad == pytest.approx(105.0 * DEG, abs=3.0 * DEG)


@pytest.mark.parametrize("size_deg", [20.0, 60.0])
@pytest.mark.parametrize("ramp_s", [0.7, 1.0, 2.0, 4.0])
def test_a_set_that_begins_at_once_is_counted_from_the_first(
    size_deg: float, ramp_s: float
) -> None:
    body = Body().begin(StartPosture.STANDING)
    body.repeat(Axis.FLEXION, size_deg * DEG, ramp_s=ramp_s, rest_s=0.0, times=5).still(2.0)
    events = run(Pipeline(100.0, known()), readings(body), BEND, 0.0)
    assert len(repetitions(events)) == 5


ONE = st.tuples(
    st.sampled_from([Axis.FLEXION, Axis.LATERAL]),
    st.sampled_from([-1.0, 1.0]),
    st.floats(14.0, 45.0),
    st.floats(0.8, 3.0),
    st.floats(1.0, 3.0),
)
"""Axis, side, size in degrees, length of each way and of the rest after it."""


@settings(max_examples=40, deadline=None)
@given(st.lists(ONE, min_size=1, max_size=6))
def test_every_excursion_is_answered_once(
    done: list[tuple[Axis, float, float, float, float]],
) -> None:
    def perform(body: Body) -> None:
        for axis, side, size_deg, ramp_s, rest_s in done:
            body.repeat(axis, side * size_deg * DEG, ramp_s=ramp_s, rest_s=rest_s)

    body, events = watched(BEND, perform, breathing_deg=0.0)
    spans = [
        (event.start_s, event.end_s)
        for event in events
        if isinstance(event, Repetition | PartialMovement)
    ]
    for truth in body.performed:
        peak_s = 0.5 * (truth.start_s + truth.end_s)
        answers = [span for span in spans if span[0] <= peak_s <= span[1]]
        assert len(answers) == 1, (truth, spans)
    assert len(spans) == len(body.performed)
