"""The model person: postures, signs, smoothness, and what an ideal sensor on it reads."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from spinesense.model.movement import Side, StartPosture
from spinesense.model.samples import Floats
from spinesense.model.units import STANDARD_GRAVITY_MPS2
from spinesense.sensors.simulated import rotations
from spinesense.sensors.simulated.exercises import EXERCISES, Repeating
from spinesense.sensors.simulated.imu import PERFECT, Imu, ImuErrors
from spinesense.sensors.simulated.performance import Performance
from spinesense.sensors.simulated.script import (
    Desk,
    ExerciseSet,
    KeepStill,
    Segment,
    StandAndBow,
    Walk,
    act,
)

UP = np.array([0.0, 0.0, 1.0])
IDENTITY = (1.0, 0.0, 0.0, 0.0)
FORWARD, LEFT, SPINE = 0, 1, 2


def planned(*segments: Segment, seed: int = 1) -> Performance:
    performance = Performance(np.random.default_rng(seed))
    for segment in segments:
        act(performance, segment)
    return performance


def up_trunk(performance: Performance, *times_s: float) -> Floats:
    """Up in the trunk frame at ascending times."""
    quat, _ = performance.body.pose(np.array(times_s))
    return rotations.rotate(rotations.conjugate(quat), UP)


def sampled(
    performance: Performance, errors: ImuErrors = PERFECT, mounting: tuple[float, ...] = IDENTITY
) -> tuple[Floats, Floats, Floats]:
    w, x, y, z = mounting
    imu = Imu(performance.body, 100.0, (w, x, y, z), np.random.default_rng(2), errors)
    return imu.sample(int(performance.at_s * 100))


def turn_between(quat: Floats) -> Floats:
    """(n-1,) angle in radians from each orientation to the next."""
    step = rotations.product(rotations.conjugate(quat[:-1]), quat[1:])
    angle_rad: Floats = np.linalg.norm(rotations.rotation_vector(step), axis=1)
    return angle_rad


@pytest.mark.parametrize(
    ("posture", "up"),
    [
        (StartPosture.STANDING, (0, 0, 1)),
        (StartPosture.SITTING, (math.sin(math.radians(12)), 0, math.cos(math.radians(12)))),
        (StartPosture.SUPINE, (1, 0, 0)),
        (StartPosture.HANDS_AND_KNEES, (-1, 0, 0)),
        (StartPosture.SIDE_LYING, (0, 1, 0)),
    ],
)
def test_postures_point_up_as_the_frame_says(
    posture: StartPosture, up: tuple[float, float, float]
) -> None:
    performance = planned(KeepStill(posture, 5.0))
    seen = up_trunk(performance, performance.at_s - 2)[0]
    assert math.degrees(math.acos(min(1.0, float(seen @ up)))) < 2.0


@pytest.mark.parametrize(
    ("exercise", "axis", "sign"),
    [
        ("bridge", SPINE, -1),
        ("pelvic_tilt", SPINE, -1),
        ("partial_crunch", SPINE, -1),
        ("knees_to_chest", SPINE, -1),
        ("childs_pose", SPINE, 1),
        ("standing_extension", FORWARD, 1),
        ("forward_bend", FORWARD, -1),
        ("wall_sit", FORWARD, 1),
        ("bird_dog", LEFT, 1),
        ("single_leg_raise", LEFT, -1),
        ("ball_march", LEFT, 1),
        ("side_leg_raise", SPINE, -1),
    ],
)
def test_gravity_shows_the_direction_of_each_exercise(exercise: str, axis: int, sign: int) -> None:
    performance = planned(ExerciseSet(exercise, 1, 2.0))
    (rep,) = performance.truth.performed
    before, peak = up_trunk(performance, rep.start_s, rep.peak_s)
    moved_rad = math.asin(peak[axis]) - math.asin(before[axis])
    assert moved_rad * sign == pytest.approx(rep.range_rad, abs=math.radians(1.8))


def test_cat_stretch_rounds_backward_then_sags_forward() -> None:
    performance = planned(ExerciseSet("cat_stretch", 1, 5.0))
    (rep,) = performance.truth.performed
    rounded, sagging = up_trunk(performance, rep.peak_s, rep.returns_s - 1.0)
    assert rounded[SPINE] > math.sin(math.radians(14))
    assert sagging[SPINE] < -math.sin(math.radians(9))
    assert rep.side is Side.BOTH
    assert rep.hold_s == 5.0


def test_turning_to_the_left_is_positive() -> None:
    performance = planned(ExerciseSet("seated_twist", 1, 10.0, "left"))
    (rep,) = performance.truth.performed
    quat, _ = performance.body.pose(np.array([rep.start_s, rep.peak_s]))
    forward = rotations.rotate(quat, np.array([1.0, 0.0, 0.0]))
    assert forward[1, 1] - forward[0, 1] > math.sin(math.radians(20))
    assert rep.side is Side.POSITIVE


def test_sides_alternate_from_the_one_named() -> None:
    performance = planned(ExerciseSet("bird_dog", 4, 4.0, "right"))
    signs = [rep.side for rep in performance.truth.performed]
    assert signs == [Side.NEGATIVE, Side.POSITIVE] * 2


def test_lying_side_is_the_one_that_does_not_work() -> None:
    performance = planned(ExerciseSet("side_leg_raise", 1, 0.0, "right"))
    (rep,) = performance.truth.performed
    assert up_trunk(performance, rep.start_s)[0, LEFT] < -0.99


@pytest.mark.parametrize("exercise", sorted(EXERCISES))
def test_every_exercise_can_be_performed_and_is_smooth(exercise: str) -> None:
    performance = planned(ExerciseSet(exercise, 2, 6.0), KeepStill(StartPosture.STANDING, 1.0))
    done = {Repeating.REPEATED: 2, Repeating.RHYTHM: 1, Repeating.WALK: 0}[EXERCISES[exercise].kind]
    assert len(performance.truth.performed) == done
    _, acc, gyr = sampled(performance)
    # A change of posture is the roughest that is done here; a jump would give hundreds of m/s².
    assert np.abs(np.linalg.norm(acc, axis=1) - STANDARD_GRAVITY_MPS2).max() < 12.0
    assert np.abs(np.diff(acc, axis=0)).max() < 3.0
    assert np.abs(gyr).max() < math.radians(200)


def test_truth_tells_what_the_trunk_did() -> None:
    performance = planned(ExerciseSet("standing_extension", 4, 5.0))
    for rep in performance.truth.performed:
        quat, _ = performance.body.pose(np.arange(rep.start_s, rep.end_s, 0.01))
        up = rotations.rotate(rotations.conjugate(quat), UP)
        flexion = np.arctan2(-up[:, FORWARD], up[:, SPINE])
        assert np.ptp(flexion) == pytest.approx(rep.range_rad, abs=math.radians(2))
        near_peak = np.count_nonzero(flexion < flexion.min() + math.radians(2.2)) / 100
        assert near_peak == pytest.approx(rep.hold_s, abs=1.5)


FLAWS = [(name, fault) for name, model in EXERCISES.items() for fault in model.flaws]


@pytest.mark.parametrize(("exercise", "fault"), FLAWS)
def test_a_fault_differs_from_good_form_and_is_kept_as_truth(exercise: str, fault: str) -> None:
    flawed = planned(ExerciseSet(exercise, 2, 4.0, fault=fault))
    good = planned(ExerciseSet(exercise, 2, 4.0))
    times = 1 if EXERCISES[exercise].kind is Repeating.RHYTHM else 2
    assert [rep.fault for rep in flawed.truth.performed] == [fault] * times
    assert [rep.fault for rep in good.truth.performed] == [""] * times
    flaw = EXERCISES[exercise].flaws[fault]
    first, same = flawed.truth.performed[0], good.truth.performed[0]
    assert (first.range_rad > 1.3 * same.range_rad) == (abs(flaw.scale) > 1)
    shorter = first.end_s - first.start_s < same.end_s - same.start_s - 0.5
    assert shorter == (flaw.pace < 1 or flaw.ways < 2)
    time_s = np.arange(first.start_s, first.end_s, 0.05)
    quat, _ = flawed.body.pose(time_s)
    usual, _ = good.body.pose(time_s)
    away = rotations.product(rotations.conjugate(usual), quat)
    assert np.linalg.norm(rotations.rotation_vector(away), axis=1).max() > math.radians(1.4)
    # Even a slip is a movement of a body: the roughest, a pelvis thrown up in half a second.
    _, acc, _ = sampled(flawed)
    assert np.abs(np.diff(acc, axis=0)).max() < 3.0


def test_faults_come_as_often_as_asked_for() -> None:
    performance = Performance(np.random.default_rng(3))
    performance.perform("bridge", 60, 0.0, fault="hips_uneven", fault_share=0.5)
    shown = [rep.fault for rep in performance.truth.performed]
    assert 20 < shown.count("hips_uneven") < 40
    assert shown.count("hips_uneven") + shown.count("") == 60


def test_arm_circles_broken_off_lasted_until_then() -> None:
    performance = planned(ExerciseSet("arm_circles", 1, 30.0))
    (whole,) = performance.truth.performed
    performance.interrupt(whole.start_s + 12.0)
    (part,) = performance.truth.performed
    assert whole.hold_s == pytest.approx(30.0, abs=2.5)
    assert part.hold_s == pytest.approx(12.0)


def test_at_rest_an_ideal_sensor_reads_gravity_and_next_to_no_rotation() -> None:
    _, acc, gyr = sampled(planned(KeepStill(StartPosture.SUPINE, 30.0)))
    still = slice(800, None)
    assert np.abs(np.linalg.norm(acc[still], axis=1) - STANDARD_GRAVITY_MPS2).max() < 0.02
    assert np.abs(gyr[still]).max() < math.radians(1.5)


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 1000))
def test_the_gyro_integrates_to_the_orientation(seed: int) -> None:
    performance = planned(StandAndBow(), ExerciseSet("bridge", 2, 2.0), Walk(4.0), seed=seed)
    time_s, _, gyr = sampled(performance)
    again = planned(StandAndBow(), ExerciseSet("bridge", 2, 2.0), Walk(4.0), seed=seed)
    quat, _ = again.body.pose(np.concatenate([[0.0], time_s]))
    angle_rad = np.linalg.norm(gyr, axis=1) / 100
    assert np.allclose(turn_between(quat), angle_rad, atol=1e-9)
    walked = quat[:1]
    for rate in gyr:
        size = float(np.linalg.norm(rate)) / 100
        axis = rate / max(float(np.linalg.norm(rate)), 1e-12)
        step = np.array([[math.cos(size / 2), *(axis * math.sin(size / 2))]])
        walked = rotations.product(walked, step)
    assert turn_between(np.vstack([walked, quat[-1:]]))[0] < 1e-6


def test_gyro_and_accelerometer_tell_of_the_same_slow_movement() -> None:
    time_s, acc, gyr = sampled(planned(ExerciseSet("pelvic_tilt", 3)))
    up = acc / np.linalg.norm(acc, axis=1, keepdims=True)
    begin = np.searchsorted(time_s, 6.0)
    carried = up[begin]
    worst_rad = 0.0
    for row in range(begin + 1, len(up)):
        carried = carried - np.cross(gyr[row], carried) / 100
        carried /= np.linalg.norm(carried)
        worst_rad = max(worst_rad, float(np.arccos(np.clip(carried @ up[row], -1, 1))))
    # What is left is the acceleration of the movement itself.
    assert worst_rad < math.radians(2.0)


quaternions = st.tuples(*[st.floats(-1, 1)] * 4).filter(lambda q: sum(c * c for c in q) > 0.1)


@settings(max_examples=20, deadline=None)
@given(quaternions)
def test_any_mounting_only_turns_the_readings(raw: tuple[float, ...]) -> None:
    norm = math.sqrt(sum(c * c for c in raw))
    w, x, y, z = (c / norm for c in raw)
    _, acc, gyr = sampled(planned(StandAndBow()))
    _, acc_sensor, gyr_sensor = sampled(planned(StandAndBow()), mounting=(w, x, y, z))
    to_trunk = np.repeat([[w, x, y, z]], len(acc), axis=0)
    np.testing.assert_allclose(rotations.rotate(to_trunk, acc_sensor), acc, atol=1e-9)
    np.testing.assert_allclose(rotations.rotate(to_trunk, gyr_sensor), gyr, atol=1e-9)


def test_errors_have_the_size_that_is_asked_for() -> None:
    errors = ImuErrors(0.0, 0.0, math.radians(0.1), 0.02, 0.0, 0.0)
    _, acc, gyr = sampled(planned(KeepStill(StartPosture.SUPINE, 60.0)))
    _, noisy_acc, noisy_gyr = sampled(planned(KeepStill(StartPosture.SUPINE, 60.0)), errors)
    assert (noisy_acc - acc).std() == pytest.approx(0.02, rel=0.05)
    assert (noisy_gyr - gyr).std() == pytest.approx(math.radians(0.1), rel=0.05)


def test_walking_shows_its_steps() -> None:
    performance = planned(Walk(60.0))
    _, acc, _ = sampled(performance)
    (walk,) = performance.truth.walks
    bout = acc[int(walk.start_s * 100) : int(walk.end_s * 100), 2]
    spectrum = np.abs(np.fft.rfft(bout - bout.mean()))
    peak_hz = np.argmax(spectrum) * 100 / len(bout)
    assert peak_hz == pytest.approx(walk.steps / (walk.end_s - walk.start_s), abs=0.05)
    assert 1.7 < peak_hz < 1.9
    assert 1.0 < bout.std() < 4.0


def test_a_quarter_of_an_hour_at_the_desk() -> None:
    performance = planned(Desk(900.0))
    assert len(performance.truth.shifts_s) == 9
    up = up_trunk(performance, *np.arange(10.0, performance.at_s, 1.0))
    flexion_deg = np.degrees(np.arctan2(-up[:, FORWARD], up[:, SPINE]))
    assert flexion_deg.mean() == pytest.approx(-12, abs=8)
    assert 2 < flexion_deg.std() < 8
    assert not planned(Desk(900.0, shifts_per_15min=0)).truth.shifts_s


def test_spans_follow_each_other_in_the_order_of_the_script() -> None:
    performance = planned(
        KeepStill(StartPosture.STANDING, 3), Desk(20), KeepStill(StartPosture.SUPINE, 10)
    )
    spans = performance.truth.spans
    assert [span.posture for span in spans] == [
        StartPosture.STANDING,
        StartPosture.SITTING,
        StartPosture.SUPINE,
    ]
    assert spans[0].end_s == pytest.approx(3.0)
    assert spans[1].start_s - spans[0].end_s == pytest.approx(2.4)
    assert spans[2].end_s == performance.at_s


@settings(max_examples=25, deadline=None)
@given(st.floats(1.0, 60.0), st.integers(0, 50))
def test_an_interruption_at_any_moment_is_smooth_and_leads_back(at_s: float, seed: int) -> None:
    segments = (ExerciseSet("bridge", 2, 3.0), Walk(10.0), ExerciseSet("bird_dog", 2, 4.0))
    performance = planned(*segments, seed=seed)
    performance.interrupt(at_s)
    performance.wait(6.0)
    assert all(rep.end_s <= performance.at_s for rep in performance.truth.performed)
    _, acc, _ = sampled(performance)
    assert np.abs(np.diff(acc, axis=0)).max() < 4.0
    assert np.abs(np.diff(acc[-150:], axis=0)).max() < 0.1


def test_work_at_the_desk_comes_back_and_shifts_are_as_large_as_asked_for() -> None:
    works = planned(Desk(1800.0, shifts_per_15min=0, fidgets_per_15min=0, works=True))
    times = np.arange(10.0, works.at_s, 0.2)
    quat, _ = works.body.pose(times)
    lean_deg = np.degrees(2 * np.arcsin(quat[:, 2] / np.hypot(quat[:, 0], quat[:, 2])))
    usual_deg = float(np.median(lean_deg))
    away = np.abs(lean_deg - usual_deg) > 1.5
    assert 20 < np.count_nonzero(np.diff(away.astype(int)) > 0) < 180
    longest = max(len(run) for run in "".join("x" if one else " " for one in away).split())
    assert 0.2 * longest <= 4.0
    leans = planned(Desk(1800.0, shift_deg=(5.0, 5.5), lean_deg=5.0))
    settled = leans.body.pose(np.array(leans.truth.shifts_s) - 0.5)[0]
    settled_deg = np.degrees(2 * np.arcsin(settled[:, 2] / np.hypot(settled[:, 0], settled[:, 2])))
    steps_deg = np.abs(np.diff(settled_deg))
    assert np.all((steps_deg > 3.5) & (steps_deg < 7.0))
