"""Trunk angles against the angles that the model trunk was given."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.motion.synthetic import QUATERNIONS, Body, known, movement, readings, trunk_to_earth

from spinesense.model.calibration import Quaternion, Vector
from spinesense.model.movement import Axis, Pattern, StartPosture
from spinesense.model.samples import Floats
from spinesense.motion.maths.vectors import angle_between, wrapped
from spinesense.motion.pipeline import Pipeline
from spinesense.motion.trunk.angles import (
    Angles,
    Regime,
    TrunkSample,
    absolute,
    next_regime,
    reference_at,
    relative,
)

DEG = math.radians(1.0)


def up_of(flexion: float, lateral: float, rotation: float) -> Vector:
    x, y, z = trunk_to_earth(np.array([[flexion, lateral, rotation]]))[0, 2].tolist()
    return (x, y, z)


@given(st.floats(-170.0, 170.0), st.floats(-60.0, 60.0))
def test_upright_gravity_gives_flexion_and_lateral(flexion: float, lateral: float) -> None:
    bend, tilt = flexion * DEG, lateral * DEG
    up = (-math.sin(bend) * math.cos(tilt), math.sin(tilt), math.cos(bend) * math.cos(tilt))
    angles = absolute(Regime.UPRIGHT, 1.0, up, 0.3)
    assert angles == pytest.approx((flexion * DEG, lateral * DEG, 0.3), abs=1e-9)


@given(st.sampled_from([-1.0, 1.0]), st.floats(-60.0, 60.0), st.floats(-80.0, 80.0))
def test_lying_gravity_gives_flexion_or_rotation(side: float, tilt: float, rotation: float) -> None:
    lying = -side * math.pi / 2.0
    tilted = absolute(Regime.ALONG_X, side, up_of(lying + tilt * DEG, 0.0, 0.0), 0.0)
    assert wrapped(tilted[0] - lying) == pytest.approx(tilt * DEG, abs=1e-9)
    turned = absolute(Regime.ALONG_X, side, up_of(lying, 0.0, rotation * DEG), 0.0)
    assert turned[2] == pytest.approx(rotation * DEG, abs=1e-9)


@given(st.sampled_from([-1.0, 1.0]), st.floats(-60.0, 60.0))
def test_side_lying_gravity_gives_lateral(side: float, lateral: float) -> None:
    up = up_of(0.0, side * math.pi / 2.0 + lateral * DEG, 0.0)
    assert absolute(Regime.ALONG_Y, side, up, 0.0)[1] == pytest.approx(lateral * DEG, abs=1e-9)


def test_side_lying_flexion_is_the_turn_about_the_vertical() -> None:
    left_up, right_up = (0.0, 1.0, 0.0), (0.0, -1.0, 0.0)
    assert absolute(Regime.ALONG_Y, 1.0, left_up, 0.2)[0] == pytest.approx(0.2)
    assert absolute(Regime.ALONG_Y, -1.0, right_up, 0.2)[0] == pytest.approx(-0.2)


def test_no_jump_at_half_a_turn() -> None:
    reference = reference_at(
        Regime.ALONG_X, TrunkSample(0.0, up_of(-170.0 * DEG, 0.0, 0.0), 0.0, 0.0)
    )
    beyond = TrunkSample(1.0, up_of(-190.0 * DEG, 0.0, 0.0), 0.0, 0.0)
    assert relative(beyond, reference)[0] == pytest.approx(-20.0 * DEG)


def test_a_trunk_between_two_regimes_keeps_its_own() -> None:
    halfway = up_of(-46.0 * DEG, 0.0, 0.0)
    assert next_regime(Regime.UPRIGHT, halfway, 0.15) is Regime.UPRIGHT
    assert next_regime(Regime.ALONG_X, halfway, 0.15) is Regime.ALONG_X
    assert next_regime(Regime.UPRIGHT, up_of(-80.0 * DEG, 0.0, 0.0), 0.15) is Regime.ALONG_X


def test_the_angle_between_equal_vectors_is_nothing() -> None:
    assert angle_between((0.0, 0.6, 0.8), (0.0, 0.6, 0.8)) == 0.0
    assert angle_between((0.0, 0.0, 1.0), (0.0, 0.0, -1.0)) == pytest.approx(math.pi)


def measured(body: Body, quat: Quaternion, posture: StartPosture | None = None) -> Angles:
    pipeline = Pipeline(100.0, known(quat))
    if posture is not None:
        pipeline.watch(movement(Axis.FLEXION, Pattern.BOTH, posture))
    return pipeline.feed(readings(body, quat_sensor_to_trunk=quat)).angles


def truth_at(body: Body, angles: Angles) -> Floats:
    return np.asarray(body.angles()[np.rint(angles.time_s * 100.0).astype(int)])


@settings(max_examples=10, deadline=None)
@given(QUATERNIONS)
def test_remounting_leaves_trunk_angles_unchanged(quat: Quaternion) -> None:
    body = Body().still(10.0).repeat(Axis.FLEXION, 40.0 * DEG, hold_s=1.0, times=2)
    body.repeat(Axis.LATERAL, -20.0 * DEG).repeat(Axis.ROTATION, 30.0 * DEG)
    angles = measured(body, quat)
    late = angles.time_s > 9.0
    truth = truth_at(body, angles)
    for column, name in enumerate(("flexion_rad", "lateral_rad", "rotation_rad")):
        error = (getattr(angles, name) - truth[:, column])[late]
        if name == "rotation_rad":
            error = error - error[0]
        assert math.sqrt(float((error**2).mean())) < 1.0 * DEG


@pytest.mark.parametrize("posture", [p for p in StartPosture if p is not StartPosture.SIDE_LYING])
def test_angles_start_from_the_start_posture(posture: StartPosture) -> None:
    body = Body().begin(posture).still(15.0).repeat(Axis.FLEXION, -15.0 * DEG, times=2)
    body.repeat(Axis.LATERAL, 8.0 * DEG).repeat(Axis.ROTATION, 10.0 * DEG)
    angles = measured(body, (0.1, 0.7, -0.1, 0.7), posture)
    truth = truth_at(body, angles) - body.angles()[0]
    late = angles.time_s > 14.0
    for column, name in enumerate(("flexion_rad", "lateral_rad", "rotation_rad")):
        error = (getattr(angles, name) - truth[:, column])[late]
        assert math.sqrt(float((error**2).mean())) < 1.5 * DEG


def test_the_uncertainty_of_rotation_grows_upright_and_not_lying() -> None:
    upright = measured(Body().still(20.0), (1.0, 0.0, 0.0, 0.0)).rotation_sd_rad
    assert (np.diff(upright) > 0.0).all()
    lying = measured(Body().begin(StartPosture.SUPINE).still(20.0), (1.0, 0.0, 0.0, 0.0))
    assert np.ptp(lying.rotation_sd_rad[-100:]) == 0.0


def test_getting_up_from_lying_ends_near_neutral() -> None:
    body = Body().still(3.0).take(StartPosture.SUPINE).still(3.0)
    body.repeat(Axis.FLEXION, -120.0 * DEG, ramp_s=3.0).take(StartPosture.STANDING).still(3.0)
    flexion = measured(body, (1.0, 0.0, 0.0, 0.0)).flexion_rad
    assert np.abs(np.diff(flexion)).max() < 10.0 * DEG
    assert flexion.min() == pytest.approx(-210.0 * DEG, abs=3.0 * DEG)
    assert flexion[-1] == pytest.approx(0.0, abs=2.0 * DEG)
