import copy
import math
from itertools import pairwise

import numpy as np
import pytest
from benchmarks.postures import score_folder
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.motion.exact import same
from tests.motion.tick_streams import Person, rotation, with_gap
from tests.paths import SHARED

from spinesense.model.events import (
    LyingSide,
    MotionEvent,
    Posture,
    PostureChanged,
    PostureShift,
    TransitionKind,
    TransitionMade,
    WalkingBout,
)
from spinesense.model.samples import Floats
from spinesense.motion.posture.hindsight.refine import refine_postures
from spinesense.motion.posture.stage import PostureStage
from spinesense.motion.ticks import EMPTY_TICKS, Ticks
from spinesense.motion.walking.upright import axis_from_walking

REAL = SHARED / "data/postures"


def events_of(ticks: Ticks, up: Floats | None) -> list[MotionEvent]:
    stage = PostureStage()
    return stage.feed(ticks, up) + stage.finish()


def postures_of(events: list[MotionEvent]) -> list[Posture]:
    changes = [event for event in events if isinstance(event, PostureChanged)]
    return [each.posture for each in changes if each.posture is not Posture.TRANSITION]


def kinds_of(events: list[MotionEvent]) -> list[TransitionKind]:
    return [event.kind for event in events if isinstance(event, TransitionMade)]


def a_day() -> Person:
    """Everything once."""
    person = Person().stay(5).walk(20).stay(4).sit_down().stay(8)
    person.go(1, flexion_deg=-10.0).stay(8).stand_up().stay(4).sit_down().stay(4)
    person.go(3, flexion_deg=-90.0).stay(6).go(1.5, lateral_deg=80.0).stay(4)
    person.go(1.5, lateral_deg=0.0).stay(3).go(3, flexion_deg=-20.0).stay(4).stand_up().stay(2)
    return person.walk(12).stay(6)


DAY, DAY_UP = a_day().ticks()


def test_a_day_with_a_calibrated_sensor() -> None:
    events = events_of(DAY, DAY_UP)
    standing, walking = Posture.STANDING, Posture.WALKING
    sitting, lying = Posture.SITTING, Posture.LYING
    assert postures_of(events) == [
        *(standing, walking, standing, sitting, standing, sitting),
        *(lying, lying, lying, sitting, standing, walking, standing),
    ]
    assert kinds_of(events) == [
        TransitionKind.STAND_TO_SIT,
        TransitionKind.SIT_TO_STAND,
        TransitionKind.STAND_TO_SIT,
        TransitionKind.SIT_TO_LIE,
        TransitionKind.LIE_TO_SIT,
        TransitionKind.SIT_TO_STAND,
    ]
    sides = [event.lying_side for event in events if isinstance(event, PostureChanged)]
    assert [side for side in sides if side] == [
        LyingSide.SUPINE,
        LyingSide.RIGHT,
        LyingSide.SUPINE,
    ]
    assert sum(isinstance(event, PostureShift) for event in events) == 1
    assert [bout.steps for bout in events if isinstance(bout, WalkingBout)] == [20, 12]


@settings(max_examples=25, deadline=None)
@given(
    cuts=st.lists(st.integers(0, len(DAY)), max_size=12),
    gap_s=st.sampled_from([0.0, 0.4, 30.0]),
    calibrated=st.booleans(),
)
def test_cut_anywhere(cuts: list[int], gap_s: float, calibrated: bool) -> None:
    ticks = with_gap(DAY, 27.3, gap_s) if gap_s else DAY
    whole, parts = PostureStage(), PostureStage()
    expected = whole.feed(ticks, DAY_UP if calibrated else None)
    bounds = [0, *sorted(cuts), len(ticks)]
    found: list[MotionEvent] = []
    for start, stop in pairwise(bounds):
        up = DAY_UP[start:stop] if calibrated else None
        found += parts.feed(ticks.rows(start, stop), up)
    assert found == expected
    assert same(parts.state, whole.state)
    assert parts.finish() == whole.finish()


def test_a_state_can_be_taken_out_and_put_back() -> None:
    first, second = PostureStage(), PostureStage()
    first.feed(DAY.rows(0, 900), DAY_UP[:900])
    second.state = copy.deepcopy(first.state)
    rest = DAY.rows(900, len(DAY))
    assert second.feed(rest, DAY_UP[900:]) == first.feed(rest, DAY_UP[900:])
    assert same(second.state, first.state)


def test_a_posture_is_told_within_three_seconds_of_its_beginning() -> None:
    changes = [event for event in events_of(DAY, DAY_UP) if isinstance(event, PostureChanged)]
    slow = [
        each
        for each in changes
        if each.posture in (Posture.LYING, Posture.SITTING, Posture.STANDING)
        and each.time_s - each.start_s > 3.0
    ]
    assert slow == []
    starts = [each.start_s for each in changes]
    assert starts == sorted(starts)


def test_no_ticks_change_nothing() -> None:
    stage = PostureStage()
    before = copy.deepcopy(stage.state)
    assert stage.feed(EMPTY_TICKS, None) == []
    assert stage.feed(EMPTY_TICKS, np.empty((0, 3))) == []
    assert same(stage.state, before)
    assert stage.posture is Posture.UNKNOWN


@settings(max_examples=20, deadline=None)
@given(tilt_deg=st.floats(-35.0, -14.0), still_s=st.floats(3.0, 40.0), seed=st.integers(0, 10**6))
def test_sitting_down_and_standing_up(tilt_deg: float, still_s: float, seed: int) -> None:
    person = Person().stay(4).sit_down(tilt_deg).stay(still_s).stand_up().stay(4)
    ticks, up = person.ticks(rotation(seed), seed)
    for calibrated in (up, None):
        events = events_of(ticks, calibrated)
        down, rise = (event for event in events if isinstance(event, TransitionMade))
        assert (down.kind, rise.kind) == ("stand_to_sit", "sit_to_stand")
        assert down.start_s == pytest.approx(4.0, abs=0.6)
        assert down.end_s == pytest.approx(6.0, abs=0.6)
        assert rise.end_s == pytest.approx(person.time_s - 4.0, abs=0.6)


@pytest.mark.parametrize("seconds", [0.8, 1.2, 1.6])
def test_a_squat_and_a_bow_leave_the_person_standing(seconds: float) -> None:
    person = Person().stay(4).go(seconds, flexion_deg=30.0, height_m=-0.4)
    person.go(seconds, flexion_deg=0.0, height_m=0.0).stay(4)
    person.go(seconds, flexion_deg=60.0).go(seconds, flexion_deg=0.0).stay(4)
    assert postures_of(events_of(*person.ticks())) == [Posture.STANDING]


def test_a_slouch_while_standing_is_no_sitting() -> None:
    person = Person().stay(4).go(20, flexion_deg=-14.0).stay(20)
    assert postures_of(events_of(*person.ticks())) == [Posture.STANDING]


def test_hands_and_knees_count_as_prone() -> None:
    person = Person().stay(4).go(4, flexion_deg=90.0, height_m=-0.4).stay(6)
    last = [event for event in events_of(*person.ticks()) if isinstance(event, PostureChanged)][-1]
    assert (last.posture, last.lying_side) == (Posture.LYING, LyingSide.PRONE)


def test_bridges_on_the_floor_are_no_steps() -> None:
    person = Person().stay(4).lie_down().stay(4)
    for _ in range(15):
        person.go(0.3, height_m=-0.3).go(0.3, height_m=-0.4)
    events = events_of(*person.stay(4).ticks())
    assert not any(isinstance(event, WalkingBout) for event in events)
    assert postures_of(events) == [Posture.STANDING, Posture.LYING]


def test_a_short_gap_keeps_the_posture_and_a_long_one_does_not() -> None:
    ticks, up = Person().stay(4).sit_down().stay(20).ticks()
    short = postures_of(events_of(with_gap(ticks, 12.0, 0.5), up))
    long = postures_of(events_of(with_gap(ticks, 12.0, 60.0), up))
    assert short == [Posture.STANDING, Posture.SITTING]
    assert long == [Posture.STANDING, Posture.SITTING, Posture.UNKNOWN, Posture.SITTING]


def test_a_calibration_may_come_in_the_middle() -> None:
    stage = PostureStage()
    ticks, up = Person().stay(6).sit_down().stay(6).stand_up().stay(4).ticks(rotation(3))
    events = stage.feed(ticks.rows(0, 100), None) + stage.feed(
        ticks.rows(100, len(ticks)), up[100:]
    )
    assert postures_of(events) == [Posture.STANDING, Posture.SITTING, Posture.STANDING]
    assert stage.confidence > 0.7


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 10**6))
def test_walking_tells_how_the_sensor_is_mounted(seed: int) -> None:
    person = Person().go(0.04, flexion_deg=-90.0).stay(10).go(3, flexion_deg=0.0).stay(4)
    mounting = rotation(seed)
    ticks, _ = person.walk(20).stay(5).ticks(mounting)
    axis = axis_from_walking(ticks)
    assert axis is not None
    assert math.acos(min(1.0, float(mounting @ [0.0, 0.0, 1.0] @ np.array(axis)))) < 0.02
    postures = postures_of(refine_postures(ticks, None))
    assert postures[0] is Posture.LYING
    assert postures[-2:] == [Posture.WALKING, Posture.STANDING]


def test_no_walking_gives_no_axis() -> None:
    ticks, _ = Person().stay(10).ticks()
    assert axis_from_walking(ticks) is None
    assert axis_from_walking(EMPTY_TICKS) is None


@settings(max_examples=15, deadline=None)
@given(tilt_deg=st.floats(-35.0, -14.0), seed=st.integers(0, 10**6), calibrated=st.booleans())
def test_hindsight_knows_a_seat_from_the_way_out_of_it(
    tilt_deg: float, seed: int, calibrated: bool
) -> None:
    """Whoever sits when the recording begins is known to have sat once they stand up."""
    person = Person().go(0.04, flexion_deg=tilt_deg, height_m=-0.35).stay(20).stand_up().stay(6)
    person.walk(20).stay(4).sit_down(tilt_deg).stay(12).stand_up().stay(4)
    ticks, up = person.ticks(rotation(seed), seed)
    events = refine_postures(ticks, up if calibrated else None)
    sitting, standing, walking = Posture.SITTING, Posture.STANDING, Posture.WALKING
    assert postures_of(events) == [sitting, standing, walking, standing, sitting, standing]
    assert kinds_of(events) == [
        TransitionKind.SIT_TO_STAND,
        TransitionKind.STAND_TO_SIT,
        TransitionKind.SIT_TO_STAND,
    ]


def test_hindsight_learns_how_this_person_sits() -> None:
    """An upright seat at 6° is told from a stand by how the person sat and stood before."""
    person = Person().stay(4).walk(20).stay(12)
    for _ in range(3):
        person.sit_down(-9.0).stay(20).stand_up().stay(20)
    ticks, up = with_gap_in(person.go(3.0, flexion_deg=-9.0).stay(20))
    last = [event for event in refine_postures(ticks, up) if isinstance(event, PostureChanged)][-1]
    assert last.posture is Posture.SITTING


def with_gap_in(person: Person) -> tuple[Ticks, Floats]:
    """Ticks with a gap of ten minutes in place of the last movement."""
    ticks, up = person.ticks()
    return with_gap(ticks, person.time_s - 20.0, 600.0), up


def test_hindsight_joins_a_way_that_passed_a_seat() -> None:
    person = Person().stay(4).lie_down().stay(8).go(3.0, flexion_deg=-20.0).stay(1.5)
    ticks, up = person.stand_up().stay(8).ticks()
    events = refine_postures(ticks, up)
    assert kinds_of(events)[-1] is TransitionKind.LIE_TO_STAND
    assert postures_of(events)[-2:] == [Posture.LYING, Posture.STANDING]


def test_hindsight_tells_no_transition_into_what_was_cut_short() -> None:
    ticks, up = Person().stay(20).sit_down().stay(1.5).ticks()
    assert kinds_of(refine_postures(ticks, up)) == []


def test_hindsight_knows_nothing_across_a_long_gap() -> None:
    ticks, up = Person().stay(4).sit_down().stay(20).ticks()
    long = postures_of(refine_postures(with_gap(ticks, 12.0, 60.0), up))
    assert long == [Posture.STANDING, Posture.SITTING, Posture.UNKNOWN, Posture.SITTING]
    short = postures_of(refine_postures(with_gap(ticks, 12.0, 0.5), up))
    assert short == [Posture.STANDING, Posture.SITTING]


@settings(max_examples=20, deadline=None)
@given(hands_s=st.floats(1.0, 8.0), seed=st.integers(0, 10**6))
def test_hands_that_put_the_sensor_on_do_not_tell_which_way_is_up(
    hands_s: float, seed: int
) -> None:
    """Shaken like steps while lying in a hand, then worn: the person stands."""
    person = Person().go(0.04, flexion_deg=-90.0).stay(1.0).walk(round(1.8 * hands_s))
    person.go(2.0, flexion_deg=0.0).stay(20).lie_down().stay(10)
    events = events_of(person.ticks(rotation(seed), seed)[0], None)
    assert postures_of(events)[-2:] == [Posture.STANDING, Posture.LYING]


def test_without_a_gyroscope_walking_is_told_and_travel_is_not_believed() -> None:
    ticks, up = Person().stay(4).walk(30).stay(10).sit_down(-5.0).stay(20).ticks()
    coarse = Ticks(ticks.time_s, ticks.segment, ticks.up_sensor, ticks.acc_sensor_mps2, 0.0 * up)
    assert postures_of(refine_postures(ticks, up))[-1] is Posture.SITTING
    assert postures_of(refine_postures(coarse, up)) == [
        Posture.STANDING,
        Posture.WALKING,
        Posture.STANDING,
    ]


@settings(max_examples=10, deadline=None)
@given(turn_s=st.floats(0.2, 0.3), seed=st.integers(0, 10**6))
def test_a_sensor_that_a_hand_takes_off_does_not_lie_down(turn_s: float, seed: int) -> None:
    person = Person().stay(20).walk(24).stay(10)
    person.go(turn_s, flexion_deg=-90.0).go(turn_s, lateral_deg=40.0).stay(5)
    ticks, _ = person.ticks(rotation(seed), seed)
    for events in (events_of(ticks, None), refine_postures(ticks, None)):
        assert kinds_of(events) == []
    assert postures_of(refine_postures(ticks, None))[-1] is Posture.UNKNOWN


@settings(max_examples=10, deadline=None)
@given(seconds=st.floats(1.2, 4.0), seed=st.integers(0, 10**6))
def test_whoever_lies_down_in_a_hurry_lies(seconds: float, seed: int) -> None:
    person = Person().stay(20).walk(24).stay(10)
    person.go(seconds, flexion_deg=-90.0, height_m=-0.4).stay(10)
    ticks, _ = person.ticks(rotation(seed), seed)
    for events in (events_of(ticks, None), refine_postures(ticks, None)):
        assert kinds_of(events) == [TransitionKind.STAND_TO_LIE]


def test_a_lying_down_ends_when_the_trunk_has_settled() -> None:
    person = Person().stay(20).walk(24).stay(10)
    start_s = person.time_s
    person.go(2.0, flexion_deg=-75.0, height_m=-0.4).go(1.5, flexion_deg=-105.0)
    ticks, _ = person.stay(10).ticks()
    made = [e for e in refine_postures(ticks, None) if isinstance(e, TransitionMade)]
    assert [each.kind for each in made] == [TransitionKind.STAND_TO_LIE]
    assert made[0].start_s == pytest.approx(start_s, abs=0.6)
    assert made[0].end_s == pytest.approx(start_s + 3.5, abs=0.6)


@pytest.mark.skipif(not REAL.is_dir(), reason="real recordings are not at hand")
def test_real_postures_at_the_waist() -> None:
    score = score_folder(REAL)["with hindsight"]
    assert score.f1("lying") >= 0.99
    assert score.f1("walking") >= 0.98
    assert score.f1("sitting") >= 0.92
    assert score.f1("standing") >= 0.92
    kinds = ("sit_to_stand", "stand_to_sit")
    hits = sum(score.hits[kind] for kind in kinds)
    assert hits >= 0.93 * sum(score.labelled[kind] for kind in kinds)
    assert hits >= 0.97 * sum(score.found[kind] - score.elsewhere[kind] for kind in kinds)
