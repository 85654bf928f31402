"""What counts as a repetition, and what does not."""

import math
from collections.abc import Callable

import pytest
from tests.motion.synthetic import Body, known, movement, readings, run

from spinesense.model.events import MotionEvent, Repetition
from spinesense.model.movement import Axis, Movement, Pattern, Side, StartPosture
from spinesense.motion.pipeline import Pipeline

DEG = math.radians(1.0)


def watched(
    watched_movement: Movement,
    perform: Callable[[Body], object],
    *,
    breathing_deg: float = 0.4,
    rest_s: float = 10.0,
) -> tuple[Body, list[MotionEvent]]:
    """Rest in the start posture, perform, rest; the events of the watched movement."""
    body = Body().begin(watched_movement.start_posture).still(rest_s)
    from_s = body.now_s
    perform(body)
    body.still(2.0).breathe(breathing_deg * DEG)
    return body, run(Pipeline(100.0, known()), readings(body), watched_movement, from_s)


def repetitions(events: list[MotionEvent]) -> list[Repetition]:
    return [event for event in events if isinstance(event, Repetition)]


CASES = [
    (Axis.FLEXION, StartPosture.SUPINE, -12.0),
    (Axis.FLEXION, StartPosture.HANDS_AND_KNEES, -18.0),
    (Axis.FLEXION, StartPosture.STANDING, -20.0),
    (Axis.FLEXION, StartPosture.STANDING, 60.0),
    (Axis.FLEXION, StartPosture.SITTING, 35.0),
    (Axis.LATERAL, StartPosture.SITTING, 6.0),
    (Axis.LATERAL, StartPosture.SIDE_LYING, 8.0),
    (Axis.LATERAL, StartPosture.SUPINE, 15.0),
    (Axis.ROTATION, StartPosture.SITTING, 25.0),
    (Axis.ROTATION, StartPosture.HANDS_AND_KNEES, -6.0),
    (Axis.ROTATION, StartPosture.SUPINE, 10.0),
]


@pytest.mark.parametrize(("axis", "posture", "size_deg"), CASES)
def test_every_axis_counts_in_every_posture(
    axis: Axis, posture: StartPosture, size_deg: float
) -> None:
    pattern = Pattern.POSITIVE if size_deg > 0.0 else Pattern.NEGATIVE
    sought = movement(
        axis, pattern, posture, smallest_deg=abs(size_deg) / 2.5, expected_deg=abs(size_deg)
    )
    body, events = watched(sought, lambda body: body.repeat(axis, size_deg * DEG, times=4))
    found = repetitions(events)
    assert [repetition.number for repetition in found] == [1, 2, 3, 4]
    side = Side.POSITIVE if size_deg > 0.0 else Side.NEGATIVE
    for repetition, truth in zip(found, body.performed, strict=True):
        assert repetition.side is side
        assert repetition.range_rad == pytest.approx(truth.range_rad, abs=1.0 * DEG)
        assert repetition.start_s == pytest.approx(truth.start_s, abs=0.4)
        assert repetition.end_s == pytest.approx(truth.end_s, abs=0.5)
        assert 0.0 < repetition.range_sd_rad < 3.0 * DEG


@pytest.mark.parametrize(
    "frequency_hz", [pytest.param(0.03, marks=pytest.mark.slow), 0.06, 0.12, 0.25, 0.5, 1.0]
)
@pytest.mark.parametrize("rest_s", [0.0, 1.5])
def test_any_tempo_counts(frequency_hz: float, rest_s: float) -> None:
    sought = movement(Axis.FLEXION, Pattern.POSITIVE)
    body, events = watched(
        sought,
        lambda body: body.repeat(
            Axis.FLEXION, 15.0 * DEG, ramp_s=0.5 / frequency_hz, rest_s=rest_s, times=3
        ),
        breathing_deg=0.0,
        rest_s=30.0,
    )
    found = repetitions(events)
    assert len(found) == 3
    for repetition, truth in zip(found, body.performed, strict=True):
        assert repetition.range_rad == pytest.approx(truth.range_rad, abs=1.0 * DEG)
        assert repetition.time_s <= truth.end_s + 0.3


def test_a_continuous_movement_counts_without_any_rest_before_it() -> None:
    body = Body().begin(StartPosture.STANDING)
    body.repeat(Axis.FLEXION, 20.0 * DEG, ramp_s=1.0, rest_s=0.0, times=12).still(2.0)
    sought = movement(Axis.FLEXION, Pattern.POSITIVE)
    events = run(Pipeline(100.0, known()), readings(body), sought, 0.0)
    # The first four seconds go into finding the start posture.
    assert 9 <= len(repetitions(events)) <= 12


def test_both_ways_are_one_repetition() -> None:
    sought = movement(Axis.FLEXION, Pattern.BOTH, StartPosture.HANDS_AND_KNEES, smallest_deg=5.0)

    def cat(body: Body) -> None:
        for _ in range(3):
            body.repeat(Axis.FLEXION, -15.0 * DEG, ramp_s=2.0, hold_s=2.0, rest_s=0.0)
            body.repeat(Axis.FLEXION, 10.0 * DEG, ramp_s=2.0, hold_s=3.0, rest_s=0.0)

    _, events = watched(sought, cat)
    found = repetitions(events)
    assert [repetition.side for repetition in found] == [Side.BOTH] * 3
    for repetition in found:
        assert repetition.range_rad == pytest.approx(25.0 * DEG, abs=2.0 * DEG)
        assert repetition.hold_s == pytest.approx(2.0, abs=0.4)


def test_moving_from_peak_to_peak_without_a_rest_between_counts_too() -> None:
    sought = movement(Axis.FLEXION, Pattern.BOTH, StartPosture.HANDS_AND_KNEES, smallest_deg=5.0)

    def cat(body: Body) -> None:
        body.go(Axis.FLEXION, -15.0 * DEG, 2.0)
        for _ in range(3):
            body.still(2.0).go(Axis.FLEXION, 27.0 * DEG, 3.0)
            body.still(2.0).go(Axis.FLEXION, -27.0 * DEG, 3.0)
        body.go(Axis.FLEXION, 15.0 * DEG, 2.0)

    _, events = watched(sought, cat)
    assert len(repetitions(events)) == 3


def test_one_way_of_two_is_no_repetition() -> None:
    sought = movement(Axis.FLEXION, Pattern.BOTH, StartPosture.HANDS_AND_KNEES, smallest_deg=5.0)
    _, events = watched(sought, lambda body: body.repeat(Axis.FLEXION, -15.0 * DEG, times=4))
    assert repetitions(events) == []


def test_alternating_sides_are_told_apart() -> None:
    sought = movement(Axis.ROTATION, Pattern.EITHER, StartPosture.HANDS_AND_KNEES, smallest_deg=2.5)

    def bird_dog(body: Body) -> None:
        for size in (6.0, -6.0, 6.0, -6.0):
            body.repeat(Axis.ROTATION, size * DEG, hold_s=3.0, ramp_s=1.2)

    _, events = watched(sought, bird_dog)
    sides = [repetition.side for repetition in repetitions(events)]
    assert sides == [Side.POSITIVE, Side.NEGATIVE, Side.POSITIVE, Side.NEGATIVE]


def test_wobble_is_none() -> None:
    sought = movement(Axis.FLEXION, Pattern.POSITIVE, smallest_deg=4.0)
    _, events = watched(
        sought, lambda body: body.repeat(Axis.FLEXION, 2.8 * DEG, ramp_s=0.6, times=8)
    )
    assert repetitions(events) == []


def test_the_wrong_direction_is_none() -> None:
    sought = movement(Axis.FLEXION, Pattern.NEGATIVE)
    _, events = watched(sought, lambda body: body.repeat(Axis.FLEXION, 20.0 * DEG, times=3))
    assert repetitions(events) == []


def test_another_axis_is_none_but_shows_as_off_axis() -> None:
    sought = movement(Axis.FLEXION, Pattern.POSITIVE)
    _, events = watched(sought, lambda body: body.repeat(Axis.LATERAL, 20.0 * DEG, times=3))
    assert repetitions(events) == []

    def slanted(body: Body) -> None:
        body.ramp((20.0 * DEG, 8.0 * DEG, 0.0), 1.5).ramp((-20.0 * DEG, -8.0 * DEG, 0.0), 1.5)

    _, events = watched(sought, slanted)
    assert repetitions(events)[0].off_axis_rad == pytest.approx(8.0 * DEG, abs=1.0 * DEG)


def test_out_without_back_is_none() -> None:
    sought = movement(Axis.FLEXION, Pattern.POSITIVE)
    _, events = watched(sought, lambda body: body.go(Axis.FLEXION, 20.0 * DEG, 1.5).still(4.0))
    assert repetitions(events) == []


def test_pulsing_near_the_peak_is_one_repetition() -> None:
    def pulses(body: Body) -> None:
        body.go(Axis.FLEXION, 20.0 * DEG, 1.5)
        for _ in range(4):
            body.go(Axis.FLEXION, -8.0 * DEG, 0.6).go(Axis.FLEXION, 8.0 * DEG, 0.6)
        body.go(Axis.FLEXION, -20.0 * DEG, 1.5)

    _, events = watched(movement(Axis.FLEXION, Pattern.POSITIVE), pulses)
    assert len(repetitions(events)) == 1


def test_much_smaller_than_ones_own_range_is_none() -> None:
    def perform(body: Body) -> None:
        body.repeat(Axis.FLEXION, 30.0 * DEG, times=3)
        body.repeat(Axis.FLEXION, 9.0 * DEG, times=2)
        body.repeat(Axis.FLEXION, 25.0 * DEG)

    _, events = watched(movement(Axis.FLEXION, Pattern.POSITIVE), perform)
    ranges = [repetition.range_rad for repetition in repetitions(events)]
    assert ranges == pytest.approx([30.0 * DEG] * 3 + [25.0 * DEG], abs=1.0 * DEG)


def test_sitting_up_is_another_posture_and_no_repetition() -> None:
    sought = movement(Axis.FLEXION, Pattern.POSITIVE, StartPosture.SUPINE, expected_deg=10.0)

    def perform(body: Body) -> None:
        body.repeat(Axis.FLEXION, 12.0 * DEG, times=2)
        body.take(StartPosture.SITTING).still(3.0).take(StartPosture.SUPINE).still(2.0)
        body.repeat(Axis.FLEXION, 12.0 * DEG, times=2)

    _, events = watched(sought, perform)
    assert [repetition.number for repetition in repetitions(events)] == [1, 2, 3, 4]


def test_coming_back_not_quite_to_the_start_still_counts() -> None:
    def perform(body: Body) -> None:
        for _ in range(4):
            body.go(Axis.FLEXION, 15.0 * DEG, 1.5).go(Axis.FLEXION, -12.0 * DEG, 1.5).still(2.0)

    _, events = watched(movement(Axis.FLEXION, Pattern.POSITIVE), perform)
    assert len(repetitions(events)) == 4


def test_smoothness_tells_a_jerky_movement() -> None:
    sought = movement(Axis.FLEXION, Pattern.POSITIVE)

    def jerky(body: Body) -> None:
        for part in (0.3, 0.4, 0.3):
            body.go(Axis.FLEXION, part * 20.0 * DEG, 0.5).still(0.1)
        for part in (0.3, 0.4, 0.3):
            body.go(Axis.FLEXION, -part * 20.0 * DEG, 0.5).still(0.1)

    _, smooth_events = watched(sought, lambda body: body.repeat(Axis.FLEXION, 20.0 * DEG))
    _, jerky_events = watched(sought, jerky)
    smooth, rough = repetitions(smooth_events)[0], repetitions(jerky_events)[0]
    assert smooth.smoothness > rough.smoothness + 1.0
    assert -6.0 < smooth.smoothness < -3.0


def test_good_repetitions_after_exaggerated_ones_are_counted() -> None:
    sought = movement(
        Axis.FLEXION, Pattern.NEGATIVE, StartPosture.SUPINE, smallest_deg=4.0, expected_deg=12.0
    )

    def exaggerate_then_correct(body: Body) -> None:
        body.repeat(Axis.FLEXION, -28.0 * DEG, times=3)
        body.repeat(Axis.FLEXION, -10.0 * DEG, times=3)

    _, events = watched(sought, exaggerate_then_correct)
    assert len(repetitions(events)) == 6
