"""Going down and up: heights from the vertical acceleration, and the repetitions made of them."""

import math
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.motion.exact import same

from spinesense.coaching.exercises.catalogue import load_catalogue
from spinesense.model.events import MotionEvent, Repetition
from spinesense.model.movement import StartPosture
from spinesense.model.packets import Packet
from spinesense.model.samples import ImuBlock
from spinesense.motion.pipeline import Pipeline
from spinesense.motion.repetitions.vertical import VerticalDisplacement
from spinesense.sensors.devices import decoder_for
from spinesense.sensors.simulated.script import ExerciseSet, KeepStill, StandAndBow
from spinesense.sensors.simulated.source import SimulatedSource

GRAVITY_MPS2 = 9.81
STEP_S = 0.04


def climbed(rise_m: float, seconds: float, *, offset_mps2: float = 0.1) -> VerticalDisplacement:
    """Rest, one smooth movement, rest; the sensor shows gravity with an error."""
    rest_rows, rows = round(2.0 / STEP_S), round(seconds / STEP_S)
    share = (np.arange(rows) + 0.5) / rows
    # Second derivative of the smoothest way from 0 to 1, as the simulated body goes.
    moving = rise_m / seconds**2 * (60 * share - 180 * share**2 + 120 * share**3)
    vertical = np.concatenate([np.zeros(rest_rows), moving, np.zeros(rest_rows)])
    heights = VerticalDisplacement()
    for row, value in enumerate(vertical):
        heights.step(row * STEP_S, GRAVITY_MPS2 + offset_mps2 + float(value), STEP_S)
    return heights


@given(
    st.floats(0.08, 0.4).flatmap(lambda m: st.sampled_from([m, -m])),
    st.floats(1.5, 2.5),
    st.floats(-0.3, 0.3),
)
def test_the_height_is_that_of_the_movement_whatever_the_sensor_takes_for_gravity(
    rise_m: float, seconds: float, offset_mps2: float
) -> None:
    heights = climbed(rise_m, seconds, offset_mps2=offset_mps2)
    assert heights.height_m == pytest.approx(rise_m, abs=0.02)
    assert heights.quiet
    assert heights.speed_mps == 0.0


def test_a_person_at_rest_stays_where_they_are() -> None:
    rng = np.random.default_rng(1)
    heights = VerticalDisplacement()
    for row in range(5000):
        breath = 0.01 * math.sin(2 * math.pi * 0.25 * row * STEP_S)
        noisy = GRAVITY_MPS2 + breath + float(rng.normal(0.0, 0.01))
        heights.step(row * STEP_S, noisy, STEP_S)
        assert abs(heights.height_m) < 0.03


def test_without_a_quiet_moment_nothing_is_known() -> None:
    heights = VerticalDisplacement()
    assert not heights.known(0.0)
    for row in range(200):
        heights.step(row * STEP_S, GRAVITY_MPS2 + (row % 20) * 0.1, STEP_S)
    assert not heights.known(8.0)
    assert heights.height_m == 0.0


@pytest.fixture(scope="module")
def slides() -> tuple[ImuBlock, float]:
    """Samples of three slides of a simulated person, and when the first began."""
    script = (
        StandAndBow(),
        KeepStill(StartPosture.STANDING, 3.0),
        ExerciseSet("wall_sit", 3, 5.0),
        KeepStill(StartPosture.STANDING, 3.0),
    )
    source = SimulatedSource(5, script=script, speed=0)
    packets: list[Packet] = []
    while not source.ended:
        packets += [item for item in source.step() if isinstance(item, Packet)]
    block = decoder_for(source.profile.profile).decode(packets).block
    assert block is not None
    return block, source.person.performed[0].start_s


def watched(block: ImuBlock, begun_s: float, cuts: list[int]) -> tuple[list[MotionEvent], Pipeline]:
    pipeline = Pipeline(100.0)
    pipeline.calibrate()
    first = int(np.searchsorted(block.arrival_s, begun_s - 1.5))
    bounds = sorted({0, first, *cuts, len(block)})
    events: list[MotionEvent] = []
    for start, stop in pairwise(bounds):
        if start == first:
            pipeline.watch(load_catalogue()["wall_sit"].watch_for(5.0))
        events += pipeline.feed(block.rows(start, stop)).events
    return [*events, *pipeline.finish().events], pipeline


def test_slides_are_counted_with_their_height_and_hold(slides: tuple[ImuBlock, float]) -> None:
    events, pipeline = watched(*slides, cuts=[])
    found = [one for one in events if isinstance(one, Repetition)]
    assert [one.number for one in found] == [1, 2, 3]
    for one in found:
        assert one.rise_m == pytest.approx(0.25, abs=0.06)
        assert math.isnan(one.range_rad)
        assert one.hold_s == pytest.approx(5.0, abs=0.6)
    assert pipeline.readings().carrying_rad is None


@settings(max_examples=5, deadline=None)
@given(cuts=st.lists(st.integers(1, 4000), max_size=12))
def test_however_the_samples_are_cut_the_slides_are_equal(
    slides: tuple[ImuBlock, float], cuts: list[int]
) -> None:
    block, begun_s = slides
    whole, at_once = watched(block, begun_s, [])
    parts, in_parts = watched(block, begun_s, [cut for cut in cuts if cut < len(block)])
    assert repr(parts) == repr(whole)
    assert same(in_parts.state, at_once.state)
