import math
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.motion.exact import same
from tests.motion.tick_streams import Person, rotation, with_gap

from spinesense.model.calibration import Calibration, CalibrationMethod
from spinesense.model.events import Bend
from spinesense.model.samples import Floats
from spinesense.motion.posture.bends import BendParams, Bends
from spinesense.motion.posture.stage import PostureStage
from spinesense.motion.ticks import Ticks


def feed(bends: Bends, stage: PostureStage, ticks: Ticks, up: Floats) -> list[Bend]:
    return bends.feed(ticks.time_s, ticks.up_sensor, stage.feed(ticks, up))


def bowed(bow_deg: float) -> Calibration:
    quat = (1.0, 0.0, 0.0, 0.0)
    return Calibration(quat, CalibrationMethod.STAND_AND_BOW, math.radians(bow_deg), 0.02, 0.01)


def bends_of(person: Person, bow_deg: float = 60.0) -> list[Bend]:
    bends, stage = Bends(bowed(bow_deg)), PostureStage()
    return feed(bends, stage, *person.ticks()) + bends.finish()


@settings(max_examples=25, deadline=None)
@given(depth_deg=st.floats(25.0, 60.0), seconds=st.floats(0.8, 3.0), held_s=st.floats(0.0, 20.0))
def test_a_bend_has_its_depth_length_speed_and_hold(
    depth_deg: float, seconds: float, held_s: float
) -> None:
    person = Person().stay(4).go(seconds, flexion_deg=depth_deg).stay(held_s)
    (bend,) = bends_of(person.go(seconds, flexion_deg=0.0).stay(6))
    assert bend.depth_rad == pytest.approx(math.radians(depth_deg), abs=0.01)
    assert bend.share == pytest.approx(depth_deg / 60.0, abs=0.01)
    assert held_s < bend.end_s - bend.start_s < held_s + 2.0 * seconds
    assert held_s - 0.1 < bend.held_s < held_s + seconds
    fastest = math.pi / 2.0 * math.radians(depth_deg) / seconds
    assert bend.fastest_radps == pytest.approx(fastest, rel=0.1)
    assert bend.time_s - bend.end_s == pytest.approx(3.0, abs=0.1)


def test_deep_and_held() -> None:
    person = Person().stay(4).go(1, flexion_deg=50.0).go(1, flexion_deg=0.0).stay(4)
    deep, held = bends_of(person.go(1, flexion_deg=25.0).stay(8).go(1, flexion_deg=0.0).stay(4))
    assert (deep.deep, deep.held) == (True, False)
    assert (held.deep, held.held) == (False, True)


@pytest.mark.parametrize(
    "person",
    [
        Person().stay(4).sit_down().stay(6).stand_up().stay(6),
        Person().stay(4).walk(40).stay(6),
        Person().stay(4).lie_down().stay(6),
        Person().stay(4).go(2, flexion_deg=-40.0).go(2, flexion_deg=0.0).stay(6),
        Person().stay(4).go(2, flexion_deg=18.0).go(2, flexion_deg=0.0).stay(6),
        Person().stay(4).go(4, flexion_deg=90.0, height_m=-0.4).stay(20),
    ],
    ids=["a seat", "a walk", "lying down", "backward", "a nod", "hands and knees"],
)
def test_what_is_no_bend(person: Person) -> None:
    assert bends_of(person) == []


def upright_known(person: Person, mounting: Floats | None = None) -> list[Bend]:
    """Without a calibration."""
    bends, stage = Bends(), PostureStage()
    ticks, _ = person.ticks(mounting)
    told = stage.feed(ticks, None)
    return bends.feed(ticks.time_s, ticks.up_sensor, told) + bends.finish()


@settings(max_examples=10, deadline=None)
@given(seed=st.integers(0, 1000))
def test_without_a_calibration_a_walk_shows_what_is_upright(seed: int) -> None:
    person = Person().stay(4).go(1, flexion_deg=45.0).go(1, flexion_deg=0.0).stay(6)
    person.walk(30).stay(4).go(1, flexion_deg=45.0).go(1, flexion_deg=0.0).stay(6)
    (bend,) = upright_known(person, rotation(seed))
    assert bend.start_s > 30.0
    assert bend.depth_rad == pytest.approx(math.radians(45.0), abs=0.02)


@pytest.mark.parametrize("round_deg", [-70.0, -30.0, 30.0, 70.0])
def test_a_belt_that_has_slid_round_the_waist_shows_the_same_bends(round_deg: float) -> None:
    """The calibration is that of before."""
    person = Person().stay(4).go(1, flexion_deg=45.0).go(1, flexion_deg=0.0).stay(6)
    cos, sin = math.cos(math.radians(round_deg)), math.sin(math.radians(round_deg))
    turned = np.array([[cos, sin, 0.0], [-sin, cos, 0.0], [0.0, 0.0, 1.0]])
    ticks, _ = person.ticks(turned)
    bends, stage = Bends(bowed(60.0)), PostureStage()
    (bend,) = feed(bends, stage, ticks, ticks.up_sensor) + bends.finish()
    assert bend.depth_rad == pytest.approx(math.radians(45.0), abs=0.02)


def test_a_belt_that_has_tipped_is_corrected_by_the_next_walk() -> None:
    """The calibration is that of before the upper edge came 25° forward."""
    person = Person().stay(4).walk(30).stay(4).go(1, flexion_deg=45.0).go(1, flexion_deg=0.0)
    cos, sin = math.cos(math.radians(25.0)), math.sin(math.radians(25.0))
    tipped = np.array([[cos, 0.0, -sin], [0.0, 1.0, 0.0], [sin, 0.0, cos]])
    ticks, up = person.stay(6).ticks(tipped)
    bends, stage = Bends(bowed(60.0)), PostureStage()
    (bend,) = feed(bends, stage, ticks, up) + bends.finish()
    assert bend.depth_rad == pytest.approx(math.radians(45.0), abs=0.02)


def test_tying_shoes_on_a_seat_is_told_as_such() -> None:
    person = Person().stay(4).sit_down().stay(8).go(1.5, flexion_deg=55.0).stay(3)
    (bend,) = bends_of(person.go(1.5, flexion_deg=-20.0).stay(8))
    assert bend.seated
    assert upright_known(person) == []


def test_the_own_range_grows_with_what_the_person_shows() -> None:
    person = Person().stay(4)
    for depth in (30.0, 60.0, 30.0):
        person.go(1, flexion_deg=depth).go(1, flexion_deg=0.0).stay(4)
    shares = [bend.share for bend in bends_of(person, bow_deg=20.0)]
    assert shares == pytest.approx([0.75, 1.0, 0.5], abs=0.02)
    assert BendParams().least_own_rad == pytest.approx(math.radians(40.0))


@settings(max_examples=20, deadline=None)
@given(cuts=st.lists(st.integers(0, 1500), max_size=10), gap_s=st.sampled_from([0.0, 1.0]))
def test_cut_anywhere(cuts: list[int], gap_s: float) -> None:
    person = Person().stay(4).sit_down().stay(4).go(2, flexion_deg=30.0).stay(5)
    person.go(2, flexion_deg=-20.0).stay(4).stand_up().stay(3)
    person.go(1, flexion_deg=45.0).go(1, flexion_deg=0.0).stay(6)
    ticks, up = person.ticks()
    ticks = with_gap(ticks, 13.0, gap_s) if gap_s else ticks
    whole, stage = Bends(bowed(57.0)), PostureStage()
    expected = feed(whole, stage, ticks, up)
    parts, stage = Bends(bowed(57.0)), PostureStage()
    found: list[Bend] = []
    for start, stop in pairwise([0, *sorted(min(cut, len(ticks)) for cut in cuts), len(ticks)]):
        found += feed(parts, stage, ticks.rows(start, stop), up[start:stop])
    assert found == expected
    assert same(parts.state, whole.state)
    assert len(expected) == (1 if gap_s else 2)
