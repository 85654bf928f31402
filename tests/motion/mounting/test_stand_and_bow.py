"""The stand-and-bow, and the guess without one."""

import math
from collections import deque

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.motion.synthetic import QUATERNIONS, Body, movement, readings
from tests.motion.tick_streams import Person, rotation

from spinesense.model.calibration import CalibrationMethod, Quaternion
from spinesense.model.errors import CalibrationError
from spinesense.model.events import (
    CalibrationFound,
    CalibrationRefused,
    MotionEvent,
    Posture,
    PostureChanged,
    SignalSuspect,
)
from spinesense.model.movement import Axis, Movement, Pattern, StartPosture
from spinesense.model.snapshot import CalibrationStep
from spinesense.motion.maths.quaternion import conjugate, matrix, multiply
from spinesense.motion.mounting.axes import quaternion_from_axes
from spinesense.motion.mounting.inferred import infer
from spinesense.motion.mounting.sensor_moved import SensorMovedCheck
from spinesense.motion.mounting.stand_and_bow import MOVED, NO_BOW, ONE_BOW, SMALL, TURNED, search
from spinesense.motion.pipeline import Pipeline
from spinesense.motion.ticks import EMPTY_TICKS, Ticks
from spinesense.motion.trunk.angles import TrunkSample

DEG = math.radians(1.0)
CROOKED: Quaternion = (0.5, -0.5, 0.5, 0.5)


def calibrated(body: Body, quat: Quaternion = CROOKED, seed: int = 0) -> list[MotionEvent]:
    pipeline = Pipeline(100.0)
    pipeline.calibrate()
    return list(pipeline.feed(readings(body, quat_sensor_to_trunk=quat, seed=seed)).events)


def ticks_of(body: Body, quat: Quaternion = CROOKED) -> Ticks:
    return Pipeline(100.0).feed(readings(body, quat_sensor_to_trunk=quat)).ticks


def off_rad(a: Quaternion, b: Quaternion) -> float:
    """Angle between two rotations."""
    return 2.0 * math.acos(min(1.0, abs(multiply(a, conjugate(b))[0])))


@settings(max_examples=20, deadline=None)
@given(QUATERNIONS, st.floats(15.0, 70.0), st.integers(0, 99))
def test_any_mounting_is_found(quat: Quaternion, bow_deg: float, seed: int) -> None:
    events = calibrated(Body().stand_and_bow(bow_deg * DEG), quat, seed)
    found = [event for event in events if isinstance(event, CalibrationFound)]
    assert len(found) == 1
    calibration = found[0].calibration
    assert off_rad(calibration.quat_sensor_to_trunk, quat) < 3.0 * DEG
    assert calibration.method is CalibrationMethod.STAND_AND_BOW
    assert calibration.bow_rad == pytest.approx(bow_deg * DEG, abs=2.0 * DEG)
    assert calibration.axis_scatter_rad < 3.0 * DEG
    assert calibration.stillness_rad < 1.5 * DEG


def refusals(body: Body) -> list[str]:
    return [event.reason for event in calibrated(body) if isinstance(event, CalibrationRefused)]


def test_small_bows_are_refused() -> None:
    assert refusals(Body().stand_and_bow(8.0 * DEG).still(1.0)) == [SMALL]


def test_one_bow_is_refused_after_a_while() -> None:
    body = Body().still(4.0).go(Axis.FLEXION, 40.0 * DEG, 1.5).go(Axis.FLEXION, -40.0 * DEG, 1.5)
    assert refusals(body.still(30.0)) == [ONE_BOW]


def test_no_bow_is_refused_after_a_while() -> None:
    assert refusals(Body().still(34.0)) == [NO_BOW]


def test_moving_while_standing_is_refused_after_a_while() -> None:
    body = Body()
    for _ in range(16):
        body.go(Axis.LATERAL, 10.0 * DEG, 1.0).go(Axis.LATERAL, -10.0 * DEG, 1.0)
    assert refusals(body) == [MOVED]


def test_turning_while_bowing_is_refused() -> None:
    body = Body().still(4.0)
    for side in (1.0, -1.0):
        out = (30.0 * DEG, side * 14.0 * DEG, 0.0)
        body.ramp(out, 1.5).ramp((-out[0], -out[1], 0.0), 1.5).still(0.5)
    assert refusals(body) == [TURNED]


def test_after_a_refusal_it_starts_again() -> None:
    body = Body().stand_and_bow(8.0 * DEG).still(4.0).stand_and_bow(40.0 * DEG)
    events = calibrated(body)
    kinds = [type(e) for e in events if isinstance(e, CalibrationFound | CalibrationRefused)]
    assert kinds == [CalibrationRefused, CalibrationFound]


def test_what_is_shown_follows_the_steps() -> None:
    pipeline = Pipeline(100.0)
    assert pipeline.readings().calibration_view.step is CalibrationStep.NONE
    pipeline.calibrate()
    block = readings(Body().stand_and_bow())
    shown = []
    for row in range(0, len(block), 25):
        pipeline.feed(block.rows(row, row + 25))
        view = pipeline.readings().calibration_view
        assert 0.0 <= view.progress <= 1.0
        assert view.message
        shown.append((view.step, view.bows))
    assert list(dict.fromkeys(shown)) == [
        (CalibrationStep.STAND, 0),
        (CalibrationStep.BOW, 0),
        (CalibrationStep.BOW, 1),
        (CalibrationStep.DONE, 2),
    ]


def test_a_stand_and_bow_is_found_in_a_recording() -> None:
    body = Body().still(2.0).go(Axis.LATERAL, 15.0 * DEG, 1.0).go(Axis.LATERAL, -15.0 * DEG, 1.0)
    body.stand_and_bow().take(StartPosture.SUPINE).still(5.0)
    found = search(ticks_of(body), 0.04)
    assert found is not None
    assert off_rad(found.calibration.quat_sensor_to_trunk, CROOKED) < 3.0 * DEG


def test_none_is_found_where_there_is_none() -> None:
    assert search(ticks_of(Body().begin(StartPosture.SUPINE).still(20.0)), 0.04) is None
    assert search(EMPTY_TICKS, 0.04) is None


ONE_SIDED = [
    movement(Axis.FLEXION, Pattern.NEGATIVE, StartPosture.SUPINE),
    movement(Axis.FLEXION, Pattern.POSITIVE, StartPosture.STANDING),
    movement(Axis.FLEXION, Pattern.NEGATIVE, StartPosture.HANDS_AND_KNEES),
    movement(Axis.LATERAL, Pattern.POSITIVE, StartPosture.STANDING),
    movement(Axis.ROTATION, Pattern.POSITIVE, StartPosture.HANDS_AND_KNEES),
]


@pytest.mark.parametrize("watched", ONE_SIDED)
def test_the_mounting_is_inferred_from_a_one_sided_movement(watched: Movement) -> None:
    to_ticks = -1.0 if watched.pattern is Pattern.NEGATIVE else 1.0
    body = Body().begin(watched.start_posture).still(4.0)
    body.repeat(watched.axis, to_ticks * 15.0 * DEG, times=4, rest_s=2.0)
    calibration = infer(ticks_of(body), watched)
    assert calibration.method is CalibrationMethod.INFERRED
    assert off_rad(calibration.quat_sensor_to_trunk, CROOKED) < 5.0 * DEG
    assert calibration.axis_scatter_rad < 10.0 * DEG


def test_without_movement_the_guess_says_that_left_is_unknown() -> None:
    calibration = infer(ticks_of(Body().still(5.0)), None)
    up = matrix(calibration.quat_sensor_to_trunk) @ matrix(CROOKED).T @ [0.0, 0.0, 1.0]
    assert up == pytest.approx([0.0, 0.0, 1.0], abs=0.02)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_up_is_inferred_from_walking_though_lying_lasts_longer(seed: int) -> None:
    turn = rotation(seed)
    person = Person().stay(5.0).walk(20).stay(3.0).lie_down().stay(120.0)
    calibration = infer(person.ticks(turn, seed)[0])
    up = matrix(calibration.quat_sensor_to_trunk)[2]
    assert math.acos(min(1.0, float(up @ (turn @ [0.0, 0.0, 1.0])))) < 3.0 * DEG
    assert calibration.method is CalibrationMethod.INFERRED


def test_nothing_cannot_be_inferred_from() -> None:
    with pytest.raises(CalibrationError, match="less than a second"):
        infer(EMPTY_TICKS, None)


@given(QUATERNIONS)
def test_two_axes_give_back_the_rotation(quat: Quaternion) -> None:
    rows = matrix(quat)
    for first, second in ((2, 1), (0, 1), (1, 0), (2, 0), (0, 2)):
        found = quaternion_from_axes(first, rows[first], second, rows[second])
        assert off_rad(found, quat) < 1e-6


def walking_ticks(tilt_deg: float) -> list[TrunkSample]:
    up = (-math.sin(tilt_deg * DEG), 0.0, math.cos(tilt_deg * DEG))
    return [TrunkSample(place * 0.04, up, 0.0, 0.5) for place in range(500)]


@pytest.mark.parametrize(("tilt_deg", "times"), [(0.0, 0), (12.0, 0), (-35.0, 1), (60.0, 1)])
def test_a_sensor_that_turned_is_noticed_once_while_walking(tilt_deg: float, times: int) -> None:
    check = SensorMovedCheck()
    changes = deque([PostureChanged(1.0, 0.0, Posture.WALKING, 0.9)])
    told = [event for place in walking_ticks(tilt_deg) for event in check.step(place, changes)]
    assert [type(event) for event in told] == [SignalSuspect] * times


def test_a_bent_trunk_that_does_not_walk_is_no_shift() -> None:
    check = SensorMovedCheck()
    changes = deque([PostureChanged(1.0, 0.0, Posture.SITTING, 0.9)])
    assert not any(check.step(place, changes) for place in walking_ticks(60.0))
