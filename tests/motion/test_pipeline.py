"""The whole core on a simulated trunk: events, invariance to cuts and to mounting, gaps."""

import copy
import math
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.motion.exact import same
from tests.motion.synthetic import (
    QUATERNIONS,
    Body,
    known,
    movement,
    pieces,
    readings,
    run,
    without,
)

from spinesense.model.calibration import Quaternion
from spinesense.model.events import (
    CalibrationFound,
    GapFound,
    HoldEnded,
    HoldPaused,
    MotionEvent,
    Repetition,
)
from spinesense.model.movement import Axis, Pattern, StartPosture
from spinesense.model.samples import Floats, ImuBlock
from spinesense.model.snapshot import CalibrationStep
from spinesense.motion.pipeline import Pipeline

DEG = math.radians(1.0)


def repetitions(events: list[MotionEvent]) -> list[Repetition]:
    return [event for event in events if isinstance(event, Repetition)]


def coached_set() -> tuple[Body, float]:
    """Stand and bow, lie down, three bridges with a hold."""
    body = Body().stand_and_bow().take(StartPosture.SUPINE).still(3.0)
    from_s = body.now_s
    body.repeat(Axis.FLEXION, -25.0 * DEG, hold_s=3.0, times=3)
    return body, from_s


BRIDGE = movement(
    Axis.FLEXION, Pattern.NEGATIVE, StartPosture.SUPINE, smallest_deg=10.0, hold_s=3.0
)


@settings(max_examples=12, deadline=None)
@given(QUATERNIONS, st.integers(0, 1000))
def test_any_mounting_gives_the_performed_set(quat: Quaternion, seed: int) -> None:
    body, from_s = coached_set()
    pipeline = Pipeline(100.0)
    pipeline.calibrate()
    block = readings(body, quat_sensor_to_trunk=quat, seed=seed)
    events = run(pipeline, block, BRIDGE, from_s)
    assert any(isinstance(event, CalibrationFound) for event in events)
    found = repetitions(events)
    assert [repetition.number for repetition in found] == [1, 2, 3]
    for repetition, truth in zip(found, body.performed, strict=True):
        assert repetition.range_rad == pytest.approx(truth.range_rad, abs=1.0 * DEG)
        assert repetition.hold_s == pytest.approx(truth.hold_s, abs=0.3)
        assert repetition.start_s == pytest.approx(truth.start_s, abs=0.25)
        assert repetition.end_s == pytest.approx(truth.end_s, abs=0.25)
        assert repetition.start_s < repetition.peak_s < repetition.end_s <= repetition.time_s
        assert repetition.time_s <= truth.end_s + 0.3


def _driven(
    block: ImuBlock, cuts: list[int], talk: dict[int, Callable[[Pipeline], None]]
) -> tuple[Pipeline, list[MotionEvent], list[object]]:
    """Feed the block cut at ``cuts``; say each thing at its row, whatever the cuts."""
    pipeline = Pipeline(100.0)
    events: list[MotionEvent] = []
    columns: list[object] = []
    row = 0
    for piece in pieces(block, [*cuts, *talk]):
        if row in talk:
            talk[row](pipeline)
        step = pipeline.feed(piece)
        events += step.events
        columns += [step.ticks, step.angles]
        row += len(piece)
    step = pipeline.finish()
    return pipeline, [*events, *step.events], [*columns, step.ticks, step.angles]


@pytest.fixture(scope="module")
def session() -> tuple[ImuBlock, dict[int, Callable[[Pipeline], None]]]:
    """A coached set with a gap, two watched movements and a loss of the sensor."""
    body, from_s = coached_set()
    body.take(StartPosture.STANDING).still(2.0)
    second_s = body.now_s
    body.repeat(Axis.LATERAL, 12.0 * DEG, times=2, ramp_s=1.0)
    block = without(readings(body, seed=4), from_s + 11.0, from_s + 12.5)
    time_s = block.device_time_s
    assert time_s is not None
    bend = movement(Axis.LATERAL, Pattern.EITHER, StartPosture.STANDING, hold_s=1.0)
    talk: dict[int, Callable[[Pipeline], None]] = {
        3: lambda pipeline: pipeline.calibrate(),
        int(np.searchsorted(time_s, from_s)): lambda pipeline: pipeline.watch(BRIDGE),
        int(np.searchsorted(time_s, second_s)): lambda pipeline: pipeline.watch(bend),
        int(np.searchsorted(time_s, second_s + 4.0)): lambda pipeline: pipeline.interrupt(),
    }
    return block, talk


@settings(max_examples=15, deadline=None)
@given(st.lists(st.integers(0, 10_000), max_size=40))
def test_no_cut_changes_events_angles_or_state(
    session: tuple[ImuBlock, dict[int, Callable[[Pipeline], None]]], cuts: list[int]
) -> None:
    block, talk = session
    whole, whole_events, _ = _driven(block, [], talk)
    cut, cut_events, _ = _driven(block, cuts, talk)
    assert cut_events == whole_events
    assert same(cut.state, whole.state)
    assert cut.readings() == whole.readings()


def test_sample_by_sample_is_the_same_as_at_once(
    session: tuple[ImuBlock, dict[int, Callable[[Pipeline], None]]],
) -> None:
    block, talk = session
    whole, whole_events, whole_columns = _driven(block, [], talk)
    cut, cut_events, cut_columns = _driven(block, list(range(0, len(block), 1)), talk)
    assert cut_events == whole_events
    assert same(cut.state, whole.state)
    for name in ("time_s", "up_sensor"):
        assert np.array_equal(_joined(whole_columns[0::2], name), _joined(cut_columns[0::2], name))
    for name in ("flexion_rad", "lateral_rad", "rotation_rad", "rotation_sd_rad"):
        assert np.array_equal(_joined(whole_columns[1::2], name), _joined(cut_columns[1::2], name))


def _joined(parts: list[object], name: str) -> Floats:
    return np.concatenate([getattr(part, name) for part in parts])


def test_a_copied_state_goes_on_alike(
    session: tuple[ImuBlock, dict[int, Callable[[Pipeline], None]]],
) -> None:
    block, _ = session
    pipeline = Pipeline(100.0, known())
    pipeline.watch(BRIDGE)
    pipeline.feed(block.rows(0, 1777))
    other = Pipeline(100.0)
    other.state = copy.deepcopy(pipeline.state)
    rest = block.rows(1777, len(block))
    assert other.feed(rest).events == pipeline.feed(rest).events
    assert same(other.state, pipeline.state)


def test_a_gap_inside_a_repetition_drops_it_and_only_it() -> None:
    body = Body().stand_and_bow().take(StartPosture.SUPINE).still(3.0)
    from_s = body.now_s
    body.repeat(Axis.FLEXION, -25.0 * DEG, hold_s=3.0, times=4)
    second = body.performed[1]
    block = without(readings(body), second.start_s + 2.5, second.start_s + 3.5)
    pipeline = Pipeline(100.0)
    pipeline.calibrate()
    events = run(pipeline, block, BRIDGE, from_s)
    assert sum(isinstance(event, GapFound) for event in events) == 1
    found = repetitions(events)
    assert [repetition.number for repetition in found] == [1, 2, 3]
    for repetition, place in zip(found, (0, 2, 3), strict=True):
        assert repetition.start_s == pytest.approx(body.performed[place].start_s, abs=0.4)
        assert repetition.range_rad == pytest.approx(25.0 * DEG, abs=1.5 * DEG)


def test_a_lost_sensor_drops_what_is_under_way() -> None:
    body, from_s = coached_set()
    block = readings(body)
    middle = int((body.performed[1].start_s + 3.0) * 100)
    pipeline = Pipeline(100.0, known())
    events = list(pipeline.feed(block.rows(0, int(from_s * 100))).events)
    pipeline.watch(BRIDGE)
    events += pipeline.feed(block.rows(int(from_s * 100), middle)).events
    pipeline.interrupt()
    events += pipeline.feed(block.rows(middle, len(block))).events
    assert len(repetitions(events)) == 2


def test_without_a_calibration_nothing_is_measured_and_nothing_fails() -> None:
    body, from_s = coached_set()
    pipeline = Pipeline(100.0)
    events = run(pipeline, readings(body), BRIDGE, from_s)
    assert repetitions(events) == []
    now = pipeline.readings()
    assert now.flexion_rad is None
    assert now.carrying_rad is None
    assert now.held_posture is None
    assert now.calibration_view.step is CalibrationStep.NONE


def test_readings_show_the_moment() -> None:
    body = Body().stand_and_bow().take(StartPosture.SUPINE).still(3.0)
    from_s = body.now_s
    body.go(Axis.FLEXION, -25.0 * DEG, 1.5).still(2.0)
    pipeline = Pipeline(100.0, known())
    block = readings(body)
    pipeline.feed(block.rows(0, int(from_s * 100)))
    assert pipeline.readings().held_posture is StartPosture.SUPINE
    pipeline.watch(BRIDGE)
    pipeline.feed(block.rows(int(from_s * 100), len(block)))
    now = pipeline.readings()
    assert now.holding
    assert now.hold_s == pytest.approx(2.0, abs=0.3)
    assert now.carrying_rad == pytest.approx(25.0 * DEG, abs=1.0 * DEG)
    assert now.flexion_rad == pytest.approx(-25.0 * DEG, abs=1.0 * DEG)
    assert now.calibration_view.step is CalibrationStep.DONE
    assert now.rate_hz == pytest.approx(100.0, rel=0.01)


def test_watching_again_counts_from_one() -> None:
    body, _ = coached_set()
    block = readings(body)
    pipeline = Pipeline(100.0, known())
    pipeline.watch(BRIDGE)
    events = list(pipeline.feed(block).events)
    assert [repetition.number for repetition in repetitions(events)] == [1, 2, 3]
    again = Body()
    again.rows = [body.place[None]]
    again.still(2.0).repeat(Axis.FLEXION, -25.0 * DEG, times=1)
    more = readings(again)
    assert more.device_time_s is not None
    later_s = 1.0 + float(block.arrival_s[-1])
    pipeline.watch(BRIDGE)
    events = list(
        pipeline.feed(
            ImuBlock(
                more.arrival_s + later_s,
                more.acc_mps2,
                more.gyr_radps,
                more.index + len(block) + 100,
                True,
                more.device_time_s + later_s,
            )
        ).events
    )
    assert [repetition.number for repetition in repetitions(events)] == [1]


def test_a_still_hold_counts_only_the_start_posture() -> None:
    watched = movement(
        Axis.STILLNESS, Pattern.EITHER, StartPosture.SUPINE, smallest_deg=8.0, hold_s=20.0
    )
    body = Body().take(StartPosture.SUPINE).still(4.0)
    from_s = body.now_s
    body.still(10.0).go(Axis.FLEXION, 15.0 * DEG, 1.0).still(2.0).go(Axis.FLEXION, -15.0 * DEG, 1.0)
    body.still(8.0)
    pipeline = Pipeline(100.0, known())
    events = run(pipeline, readings(body), watched, from_s)
    assert sum(isinstance(event, HoldPaused) for event in events) == 1
    ended = [event for event in events if isinstance(event, HoldEnded)]
    # Crossing 8° of 15° takes half of either ramp, which still counts as held.
    assert [round(event.held_s) for event in ended] == [19]
    assert repetitions(events) == []


@pytest.mark.parametrize("rate_hz", [12.5, 50.0, 1000.0])
@pytest.mark.parametrize("gyro", [True, False])
def test_any_rate_and_no_gyroscope(rate_hz: float, gyro: bool) -> None:
    body = Body(rate_hz=rate_hz).stand_and_bow().take(StartPosture.SUPINE).still(4.0)
    from_s = body.now_s
    body.repeat(Axis.FLEXION, -20.0 * DEG, hold_s=3.0, times=2)
    block = readings(body)
    if not gyro:
        block.gyr_radps[:] = math.nan
    pipeline = Pipeline(rate_hz)
    pipeline.calibrate()
    found = repetitions(run(pipeline, block, BRIDGE, from_s))
    assert [repetition.range_rad for repetition in found] == pytest.approx(
        [20.0 * DEG] * 2, abs=1.0 * DEG
    )


def test_nothing_gives_nothing() -> None:
    pipeline = Pipeline(100.0, known())
    nothing = readings(Body()).rows(0, 0)
    step = pipeline.feed(nothing)
    assert step.events == ()
    assert len(step.ticks) == len(step.angles) == 0
    assert pipeline.finish().events == ()
    assert pipeline.readings().flexion_rad is None
