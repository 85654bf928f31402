import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.motion.tick_streams import Person, rotation

from spinesense.model.events import TransitionKind, TransitionMade
from spinesense.model.units import STANDARD_GRAVITY_MPS2
from spinesense.motion.posture.hindsight.refine import refine_postures
from spinesense.motion.posture.sit_stand.acc_offset import AccOffset, estimated_offset
from spinesense.motion.ticks import Ticks

OFFSETS = st.tuples(*[st.floats(-0.5, 0.5)] * 3)


@given(offset=OFFSETS, level=st.floats(-0.3, 0.3), seed=st.integers(0, 10**6))
def test_what_a_sensor_shows_too_much_at_rest_is_found(
    offset: tuple[float, float, float], level: float, seed: int
) -> None:
    up = np.repeat(rotation(seed), 50, axis=0)
    acc = up * (STANDARD_GRAVITY_MPS2 + level) + np.array(offset)
    rests = [(0, 50), (50, 100), (100, 150)]
    sizes = np.linalg.norm(acc, axis=1)
    shown = estimated_offset(acc, rests).along(acc / sizes[:, None])
    assert np.abs(shown - (sizes - STANDARD_GRAVITY_MPS2)).max() < 0.03


def test_an_axis_that_never_pointed_up_is_left_alone() -> None:
    acc = np.tile([0.3, 0.3, STANDARD_GRAVITY_MPS2 + 0.3], (100, 1))
    found = estimated_offset(acc, [(0, 100)])
    assert abs(found.along(np.array([[1.0, 0.0, 0.0]]))[0] - found.level_mps2) < 0.02


def test_no_rest_and_a_dead_sensor_tell_nothing() -> None:
    assert estimated_offset(np.zeros((50, 3)), []) == AccOffset()
    assert estimated_offset(np.zeros((50, 3)), [(0, 50)]) == AccOffset()


@settings(max_examples=10, deadline=None)
@given(signs=st.tuples(*[st.sampled_from([-0.4, 0.4])] * 3), seed=st.integers(0, 10**6))
def test_an_offset_of_40_mg_moves_nobody(signs: tuple[float, float, float], seed: int) -> None:
    person = Person().sway(20, 0.025).walk(24).sway(10, 0.025).lie_down().stay(20)
    person.go(3.0, flexion_deg=0.0, height_m=0.0).sway(20, 0.025).sit_down().sway(20, 0.004)
    clean, _ = person.ticks(rotation(seed), seed)
    acc = clean.acc_sensor_mps2 + np.array(signs)
    up = acc / np.linalg.norm(acc, axis=1)[:, None]
    resting = np.abs(np.linalg.norm(clean.acc_sensor_mps2, axis=1) - STANDARD_GRAVITY_MPS2) < 0.1
    up = np.where(resting[:, None], up, clean.up_sensor)
    ticks = Ticks(clean.time_s, clean.segment, up, acc, clean.gyr_sensor_radps)
    kinds = [e.kind for e in refine_postures(ticks, None) if isinstance(e, TransitionMade)]
    assert kinds == [
        TransitionKind.STAND_TO_LIE,
        TransitionKind.LIE_TO_STAND,
        TransitionKind.STAND_TO_SIT,
    ]
