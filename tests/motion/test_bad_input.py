"""Bad input to the signal core: never an exception of numpy, never a wrong angle without a word."""

import contextlib
import math
from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.motion.exact import same
from tests.motion.synthetic import QUATERNIONS, Body, known, movement, pieces, readings

from spinesense.model.calibration import Quaternion
from spinesense.model.errors import CalibrationError, SensorError
from spinesense.model.events import GapFound, MotionEvent, Repetition, SignalFault, SignalSuspect
from spinesense.model.movement import Axis, StartPosture
from spinesense.model.packets import Packet
from spinesense.model.samples import Floats, ImuBlock
from spinesense.motion import gravity_direction
from spinesense.motion.mounting.inferred import infer
from spinesense.motion.mounting.stand_and_bow import search
from spinesense.motion.pipeline import Pipeline
from spinesense.motion.posture.hindsight.refine import refine_postures
from spinesense.motion.signal.gyro_consistency import (
    AXES_DIFFER,
    GYRO_LOUD,
    GYRO_MUTE,
    Plausibility,
)
from spinesense.motion.ticks import Ticks, concatenate
from spinesense.sensors.devices import decoder_for
from spinesense.sensors.simulated.script import ExerciseSet, KeepStill, StandAndBow, Walk
from spinesense.sensors.simulated.source import SimulatedSource

DEG = math.radians(1.0)
CROOKED: Quaternion = (0.5, -0.5, 0.5, 0.5)
BOWS_DONE_S = 11.0
"""End of the second bow of the body below."""

Spoil = Callable[[Floats, Floats], tuple[Floats, Floats]]


def bowing(rate_hz: float = 100.0) -> Body:
    """Stands, bows twice, stands, lies down and lifts the pelvis twice."""
    body = Body(rate_hz=rate_hz).stand_and_bow().still(1.0).take(StartPosture.SUPINE).still(3.0)
    return body.repeat(Axis.FLEXION, -25.0 * DEG, times=2)


def spoilt(spoil: Spoil, *, rate_hz: float = 100.0, quat: Quaternion = CROOKED) -> ImuBlock:
    block = readings(bowing(rate_hz), quat_sensor_to_trunk=quat)
    acc, gyr = spoil(block.acc_mps2, block.gyr_radps)
    return replace(block, acc_mps2=acc, gyr_radps=gyr)


def through(block: ImuBlock, rate_hz: float = 100.0) -> tuple[list[MotionEvent], Ticks]:
    """Everything the core does with a recording, in five packets a second."""
    pipeline = Pipeline(rate_hz, known(CROOKED))
    pipeline.calibrate()
    pipeline.watch(movement())
    rows = max(1, round(rate_hz / 5.0))
    steps = [pipeline.feed(block.rows(row, row + rows)) for row in range(0, len(block), rows)]
    steps.append(pipeline.finish())
    ticks = concatenate([step.ticks for step in steps])
    assert np.isfinite(ticks.up_sensor).all()
    for step in steps:
        assert np.isfinite(step.angles.flexion_rad).all()
    pipeline.readings()
    search(ticks, pipeline.tick_s)
    refine_postures(ticks, None, tick_rate_hz=1.0 / pipeline.tick_s)
    with contextlib.suppress(CalibrationError):
        infer(ticks)
    return [event for step in steps for event in step.events], ticks


def faults(events: Sequence[MotionEvent]) -> list[SignalFault]:
    return [event.fault for event in events if isinstance(event, SignalSuspect)]


def every(period: int, value: float) -> Spoil:
    """Put a value in place of every so many rows of acceleration."""

    def spoil(acc: Floats, gyr: Floats) -> tuple[Floats, Floats]:
        rows = (np.arange(len(acc)) % period == 0)[:, None]
        return np.where(rows, value, acc), gyr

    return spoil


def one(column: int, value: float) -> Spoil:
    """Put a value in place of a single reading."""

    def spoil(acc: Floats, gyr: Floats) -> tuple[Floats, Floats]:
        readings = np.column_stack([acc, gyr])
        readings[len(acc) // 2, column] = value
        return readings[:, :3], readings[:, 3:]

    return spoil


TOLD: dict[str, tuple[Spoil, set[SignalFault]]] = {
    "nothing wrong": (lambda acc, gyr: (acc, gyr), set()),
    "all NaN": (lambda acc, gyr: (acc * math.nan, gyr), {SignalFault.NOT_A_NUMBER}),
    "some NaN": (every(97, math.nan), {SignalFault.NOT_A_NUMBER}),
    "some infinite": (every(50, math.inf), {SignalFault.NOT_A_NUMBER}),
    "some enormous": (every(50, 1e300), {SignalFault.NOT_A_NUMBER}),
    "one axis NaN": (
        lambda acc, gyr: (acc, gyr * [1.0, math.nan, 1.0]),
        {SignalFault.NOT_A_NUMBER},
    ),
    "no gyroscope": (lambda acc, gyr: (acc, gyr * math.nan), {SignalFault.NO_GYRO}),
    "zeros": (lambda acc, gyr: (acc * 0.0, gyr * 0.0), {SignalFault.STUCK}),
    "zero acceleration": (lambda acc, gyr: (acc * 0.0, gyr), {SignalFault.STUCK}),
    "constant": (lambda acc, gyr: (acc * 0.0 + acc[0], gyr * 0.0 + gyr[0]), {SignalFault.STUCK}),
    "g for m/s2": (lambda acc, gyr: (acc / 9.80665, gyr), {SignalFault.WRONG_UNITS}),
    "mg for m/s2": (lambda acc, gyr: (acc / 9.80665e-3, gyr), {SignalFault.IMPOSSIBLE}),
    "one acceleration of 1000 g": (one(0, 9806.65), {SignalFault.IMPOSSIBLE}),
    "one rate of 300 rad/s": (one(3, 300.0), {SignalFault.IMPOSSIBLE}),
    "m/s2 for g": (lambda acc, gyr: (acc * 9.80665, gyr), {SignalFault.WRONG_UNITS}),
    "dps for rad/s": (lambda acc, gyr: (acc, np.degrees(gyr)), {SignalFault.INCONSISTENT}),
    "rad/s for dps": (lambda acc, gyr: (acc, np.radians(gyr)), {SignalFault.INCONSISTENT}),
    "gyroscope at zero": (lambda acc, gyr: (acc, gyr * 0.0), {SignalFault.INCONSISTENT}),
    "gyroscope stuck": (lambda acc, gyr: (acc, gyr * 0.0 + 0.02), {SignalFault.STUCK}),
    "half the rate": (lambda acc, gyr: (acc, gyr * 0.5), {SignalFault.INCONSISTENT}),
    "twice the rate": (lambda acc, gyr: (acc, gyr * 2.0), {SignalFault.INCONSISTENT}),
    "accelerometer stuck": (lambda acc, gyr: (acc * 0.0 + acc[0], gyr), {SignalFault.STUCK}),
    "gyroscope axes swapped": (
        lambda acc, gyr: (acc, gyr[:, [2, 0, 1]]),
        {SignalFault.INCONSISTENT},
    ),
    "left-handed axes": (
        lambda acc, gyr: (acc[:, [1, 0, 2]], gyr[:, [1, 0, 2]]),
        {SignalFault.INCONSISTENT},
    ),
    "gyroscope reversed": (lambda acc, gyr: (acc, -gyr), {SignalFault.INCONSISTENT}),
}
"""What is done to the readings, and what has to be said by the end of the second bow."""


@pytest.mark.parametrize("name", TOLD)
def test_each_fault_is_told_by_the_end_of_two_bows(name: str) -> None:
    spoil, expected = TOLD[name]
    events, _ = through(spoilt(spoil))
    assert sorted(faults(events)) == sorted(expected)
    for event in events:
        if isinstance(event, SignalSuspect) and event.fault is SignalFault.INCONSISTENT:
            assert event.time_s <= BOWS_DONE_S
        if isinstance(event, SignalSuspect) and event.fault is SignalFault.WRONG_UNITS:
            assert event.time_s <= 4.0


@pytest.mark.parametrize(
    ("factor", "words"),
    [
        (0.0, GYRO_MUTE),
        (math.pi / 180.0, GYRO_MUTE),
        (180.0 / math.pi, GYRO_LOUD),
        (-1.0, AXES_DIFFER),
    ],
)
def test_the_words_say_which_kind_it_is(factor: float, words: str) -> None:
    events, _ = through(spoilt(lambda acc, gyr: (acc, gyr * factor)))
    assert [e.message for e in events if isinstance(e, SignalSuspect)] == [words]


@settings(max_examples=10, deadline=None)
@given(QUATERNIONS, st.permutations([0, 1, 2]), st.tuples(*[st.sampled_from([-1.0, 0.0, 1.0])] * 3))
def test_a_gyroscope_that_bends_the_bows_is_told(
    quat: Quaternion, order: list[int], signs: tuple[float, ...]
) -> None:
    """Whatever is done to its axes: either the fault is told or up stays right."""
    wrong = spoilt(lambda acc, gyr: (acc, gyr[:, order] * signs), quat=quat)
    right = spoilt(lambda acc, gyr: (acc, gyr), quat=quat)
    events, _ = through(wrong)
    if SignalFault.INCONSISTENT in faults(events):
        return
    seen, true = (Pipeline(100.0).feed(block).ticks.up_sensor for block in (wrong, right))
    off = np.arccos(np.clip((seen * true).sum(axis=1), -1.0, 1.0))
    assert off[: round(BOWS_DONE_S * 25)].max() < 15.0 * DEG


@pytest.mark.parametrize("rate_hz", [8.0, 12.5, 60.0, 1000.0])
def test_any_rate_is_followed_and_checked(rate_hz: float) -> None:
    events, ticks = through(spoilt(lambda acc, gyr: (acc, gyr), rate_hz=rate_hz), rate_hz)
    assert faults(events) == []
    assert ticks.time_s[-1] == pytest.approx(bowing(rate_hz).now_s, abs=0.2)
    events, _ = through(spoilt(lambda acc, gyr: (acc, -gyr), rate_hz=rate_hz), rate_hz)
    assert faults(events) == [SignalFault.INCONSISTENT]


@pytest.mark.parametrize("rate_hz", [0.0, 0.1, -100.0, 1e6, math.nan, math.inf])
def test_a_rate_that_cannot_be_followed_is_refused(rate_hz: float) -> None:
    with pytest.raises(SensorError, match="cannot be followed"):
        Pipeline(rate_hz)


@pytest.mark.parametrize("count", [0, 1, 2, 3, 4, 5, 60])
def test_a_few_samples_give_no_angle_that_is_not_there(count: int) -> None:
    events, ticks = through(readings(Body().still(2.0)).rows(0, count))
    assert len(ticks) == count // 4
    assert not any(isinstance(event, Repetition) for event in events)
    assert faults(events) == []


def test_nothing_but_gaps_gives_gaps() -> None:
    block = readings(Body().still(5.0))
    clock = np.arange(len(block), dtype=np.float64)
    sparse = replace(block, arrival_s=clock, index=block.index * 100, device_time_s=clock)
    events, ticks = through(sparse)
    assert len(ticks) == 0
    assert sum(isinstance(event, GapFound) for event in events) == len(block) - 1


@pytest.mark.parametrize("value", [-1e5, 1e-300, 0.0])
def test_the_batch_filter_gives_directions_of_any_numbers(value: float) -> None:
    block = spoilt(every(3, value))
    up = gravity_direction(block.acc_mps2, block.gyr_radps, 100.0)
    assert np.sqrt((up**2).sum(axis=1)) == pytest.approx(1.0, abs=1e-3)


@pytest.mark.parametrize("value", [math.nan, math.inf, 1e300])
def test_the_batch_filter_names_what_is_no_number(value: float) -> None:
    block = spoilt(every(50, value))
    with pytest.raises(SensorError, match="not a number"):
        gravity_direction(block.acc_mps2, block.gyr_radps, 100.0)


SCRIPT = (
    StandAndBow(),
    Walk(12.0),
    ExerciseSet("bridge", 2, 1.0),
    ExerciseSet("cat_stretch", 1, 1.0),
    ExerciseSet("bird_dog", 1, 1.0, "left"),
    ExerciseSet("standing_extension", 1, 1.0),
    KeepStill(StartPosture.SITTING, 5.0),
    Walk(8.0),
)


def simulated(seed: int) -> ImuBlock:
    source = SimulatedSource(seed, speed=0, script=SCRIPT)
    packets: list[Packet] = []
    while not source.ended:
        packets += [item for item in source.step() if isinstance(item, Packet)]
    block = decoder_for(source.profile.profile).decode(packets).block
    assert block is not None
    return block


@pytest.mark.parametrize("seed", range(2))
def test_true_movement_is_no_fault(seed: int) -> None:
    block = simulated(seed)
    assert faults(through(block)[0]) == []
    without = replace(block, gyr_radps=block.gyr_radps * math.nan)
    assert faults(through(without)[0]) == [SignalFault.NO_GYRO]
    reversed_ = through(replace(block, gyr_radps=-block.gyr_radps))[0]
    assert faults(reversed_) == [SignalFault.INCONSISTENT]


@settings(max_examples=10, deadline=None)
@given(st.lists(st.integers(0, 10_000), max_size=6), st.booleans())
def test_the_comparison_does_not_depend_on_cuts(cuts: list[int], hole: bool) -> None:
    block = spoilt(lambda acc, gyr: (acc, gyr * 0.4))
    assert block.device_time_s is not None
    if hole:
        keep = (block.device_time_s < 5.0) | (block.device_time_s > 6.0)
        rows = np.flatnonzero(keep)
        block = ImuBlock(
            block.arrival_s[rows],
            block.acc_mps2[rows],
            block.gyr_radps[rows],
            block.index[rows],
            True,
            block.device_time_s[rows],
        )
    ticks = Pipeline(100.0).feed(block).ticks
    whole, cut = Plausibility(0.04), Plausibility(0.04)
    events = whole.feed(ticks)
    edges = [0, *sorted(place % (len(ticks) + 1) for place in cuts), len(ticks)]
    parts = [cut.feed(ticks.rows(a, b)) for a, b in pairwise(edges)]
    assert [event for part in parts for event in part] == events
    assert same(whole.state, cut.state)
    assert len(events) == 1


def test_the_whole_core_does_not_depend_on_cuts_when_it_tells() -> None:
    block = spoilt(lambda acc, gyr: (acc, -gyr))
    whole, cut = Pipeline(100.0, known()), Pipeline(100.0, known())
    events = [*whole.feed(block).events, *whole.finish().events]
    parts = [cut.feed(part).events for part in pieces(block, [3, 450, 777, 1501])]
    assert [event for part in [*parts, cut.finish().events] for event in part] == events
    assert same(whole.state, cut.state)
    assert faults(events) == [SignalFault.INCONSISTENT]
