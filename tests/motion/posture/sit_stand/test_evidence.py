import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.motion.tick_streams import Person, rotation, with_gap

from spinesense.model.events import MotionEvent, Posture, PostureChanged
from spinesense.motion.posture.hindsight.refine import refine_postures
from spinesense.motion.posture.sit_stand.evidence import (
    SwayParams,
    sway_log_odds,
    sway_logs,
    sway_window,
)
from spinesense.motion.posture.stage import PostureStage

SITTER_RADPS, STANDER_RADPS = 0.004, 0.025


def last_posture(events: list[MotionEvent]) -> Posture:
    return [event for event in events if isinstance(event, PostureChanged)][-1].posture


@given(seen_s=st.floats(0.5, 3600.0), more=st.floats(1.0, 10.0))
def test_who_sways_more_is_rather_standing_and_a_swivel_chair_bounds_it(
    seen_s: float, more: float
) -> None:
    params = SwayParams()
    still = sway_log_odds(math.log(params.sitting_radps), seen_s, params)
    swaying = sway_log_odds(math.log(params.standing_radps * more), seen_s, params)
    assert still > 0.0 > swaying > math.log(params.swivel_share)


def test_what_sways_less_than_anybody_and_what_was_not_seen_says_nothing() -> None:
    params = SwayParams()
    assert sway_log_odds(math.log(0.0005), 60.0, params) == 0.0
    assert sway_log_odds(math.log(0.005), 0.0, params) == 0.0


def test_a_longer_look_says_more() -> None:
    params = SwayParams()
    odds = [sway_log_odds(math.log(0.005), seen_s, params) for seen_s in (1.0, 5.0, 20.0, 60.0)]
    assert odds == sorted(odds)
    assert odds[0] < odds[-1]


def test_a_constant_rate_is_no_sway() -> None:
    changes = sway_window(25.0).feed(np.full(100, 0.3))
    assert sway_logs(changes).max() == pytest.approx(math.log(1e-4))


@settings(max_examples=10, deadline=None)
@given(seed=st.integers(0, 10**6), stands=st.booleans())
def test_the_same_tilt_after_a_gap_is_a_seat_or_a_stand_by_its_sway(
    seed: int, stands: bool
) -> None:
    """Nobody saw how the person came there."""
    person = Person().sway(10, STANDER_RADPS).walk(24).sway(10, STANDER_RADPS)
    gap_s = person.time_s
    person.go(0.4, flexion_deg=-13.0).sway(30, STANDER_RADPS if stands else SITTER_RADPS)
    ticks, up = person.ticks(rotation(seed), seed)
    expected = Posture.STANDING if stands else Posture.SITTING
    ticks = with_gap(ticks, gap_s, 600.0)
    for up_trunk in (up, None):
        assert last_posture(refine_postures(ticks, up_trunk)) is expected
    stage = PostureStage()
    assert last_posture(stage.feed(ticks, up) + stage.finish()) is expected
