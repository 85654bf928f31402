import math
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.motion.exact import same

from spinesense.model.events import GapFound, SignalFault, SignalSuspect
from spinesense.model.samples import Floats, ImuBlock
from spinesense.motion.signal.timed_block import TimedBlock
from spinesense.motion.signal.timeline import Timed, Timeline

GRAVITY_MPS2 = 9.81


def readings(count: int, seed: int = 0) -> tuple[Floats, Floats]:
    rng = np.random.default_rng(seed)
    acc = rng.normal(0.0, 0.05, (count, 3)) + np.array([0.0, 0.0, GRAVITY_MPS2])
    return acc, rng.normal(0.0, 0.01, (count, 3))


def stream(
    taken_s: Floats, arrival_s: Floats, *, counted: bool = False, clock_s: Floats | None = None
) -> ImuBlock:
    acc, gyr = readings(len(taken_s))
    return ImuBlock(arrival_s, acc, gyr, np.arange(len(taken_s)), counted, clock_s)


def bursts(
    seconds: float, rate_hz: float, seed: int = 1, longest_s: float = 0.25
) -> tuple[Floats, Floats]:
    """True sampling times, and arrivals in bursts 0.5 ms to ``longest_s`` apart."""
    rng = np.random.default_rng(seed)
    taken_s = np.arange(round(seconds * rate_hz)) / rate_hz
    notified_s = np.cumsum(rng.uniform(0.0005, longest_s, round(seconds * 20 / longest_s)))
    notified_s = np.append(notified_s, seconds + longest_s)
    return taken_s, notified_s[np.searchsorted(notified_s, taken_s)]


def run(timeline: Timeline, blocks: list[ImuBlock]) -> Timed:
    parts = [timeline.feed(block) for block in blocks]
    parts.append(timeline.finish())
    return Timed(
        tuple(block for part in parts for block in part.blocks),
        tuple(event for part in parts for event in part.events),
    )


def times(timed: Timed) -> Floats:
    return np.concatenate([block.time_s for block in timed.blocks])


def gaps(timed: Timed) -> list[GapFound]:
    return [event for event in timed.events if isinstance(event, GapFound)]


def faults(timed: Timed) -> list[SignalFault]:
    return [event.fault for event in timed.events if isinstance(event, SignalSuspect)]


def merged(timed: Timed) -> list[TimedBlock]:
    """Blocks of one segment joined."""
    joined: list[TimedBlock] = []
    for block in timed.blocks:
        if joined and joined[-1].segment == block.segment:
            joined[-1] = joined[-1].followed_by(block)
        else:
            joined.append(block)
    return joined


def cut(block: ImuBlock, places: list[int]) -> list[ImuBlock]:
    bounds = [0, *sorted(place % (len(block) + 1) for place in places), len(block)]
    return [block.rows(a, b) for a, b in pairwise(bounds)]


@pytest.mark.parametrize("rate_hz", [12.5, 50.0, 100.0, 1000.0])
@pytest.mark.parametrize("skew", [0.007, -0.007, 0.03])
@pytest.mark.parametrize("has_clock", [False, True])
def test_sample_times_are_right_to_5_ms_after_10_s_of_bursts(
    rate_hz: float, skew: float, has_clock: bool
) -> None:
    taken_s, arrival_s = bursts(40.0, rate_hz * (1.0 + skew))
    clock_s = 1000.0 + taken_s * (1.0 + skew) if has_clock else None
    timeline = Timeline(rate_hz)
    timed = run(timeline, [stream(taken_s, arrival_s, clock_s=clock_s)])
    error_s = times(timed) - taken_s
    assert math.sqrt(float(np.mean(error_s[taken_s > 10.0] ** 2))) < 0.005
    assert timeline.rate_hz == pytest.approx(rate_hz * (1.0 + skew), rel=1e-3)
    assert not timed.events
    steps_s = np.diff(times(timed))
    assert (np.abs(steps_s * rate_hz - 1.0) < 0.1).all()


def test_times_of_an_imported_file_pass_through_unchanged() -> None:
    clock_s = 17.3 + np.arange(5000) / 99.7
    timed = run(Timeline(100.0), [stream(clock_s, clock_s, clock_s=clock_s)])
    assert (times(timed) == clock_s).all()
    assert not timed.events


def test_the_period_is_that_of_the_measured_rate() -> None:
    taken_s, arrival_s = bursts(40.0, 99.26)
    timed = run(Timeline(100.0), [stream(taken_s, arrival_s)])
    assert merged(timed)[0].period_s[-1] == pytest.approx(1.0 / 99.26, rel=1e-3)


def test_late_packets_are_put_in_order_and_repeated_ones_dropped() -> None:
    block = stream(np.arange(400) / 100.0, np.repeat(np.arange(40), 10) / 10.0, counted=True)
    order = [*range(100), *range(110, 120), *range(100, 110), *range(115, 118), *range(120, 400)]
    shuffled = taken(block, order)
    arrival_s = np.maximum.accumulate(shuffled.arrival_s)
    timeline = Timeline(100.0)
    timed = run(timeline, [replace(shuffled, arrival_s=arrival_s)])
    assert len(timed.blocks) == 1
    assert (timed.blocks[0].acc_mps2 == block.acc_mps2).all()
    assert timeline.duplicate_samples == 3
    assert timeline.lost_samples == 0
    assert not timed.events


def taken(block: ImuBlock, rows: list[int]) -> ImuBlock:
    clock = None if block.device_time_s is None else block.device_time_s[rows]
    return ImuBlock(
        block.arrival_s[rows],
        block.acc_mps2[rows],
        block.gyr_radps[rows],
        block.index[rows],
        block.counted,
        clock,
    )


@pytest.mark.parametrize("has_clock", [False, True])
def test_a_short_hole_is_told_and_its_time_goes_to_the_sample_after_it(has_clock: bool) -> None:
    time_s = np.arange(1000) / 100.0
    block = stream(time_s, time_s, counted=not has_clock, clock_s=time_s if has_clock else None)
    timed = run(Timeline(100.0), [taken(block, [*range(500), *range(503, 1000)])])
    (gap,) = gaps(timed)
    assert (gap.start_s, gap.end_s) == pytest.approx((4.99, 5.03), abs=0.002)
    (part,) = merged(timed)
    assert part.period_s[500] == pytest.approx(0.04, abs=1e-3)
    assert np.delete(part.period_s, 500) == pytest.approx(0.01, abs=1e-4)


@pytest.mark.parametrize("has_clock", [False, True])
def test_lost_samples_are_a_gap_and_nothing_is_put_in_their_place(has_clock: bool) -> None:
    time_s = np.arange(1000) / 100.0
    block = stream(time_s, time_s, counted=not has_clock, clock_s=time_s if has_clock else None)
    rows = [*range(500), *range(530, 1000)]
    timeline = Timeline(100.0)
    timed = run(timeline, [taken(block, rows)])
    assert timeline.lost_samples == 30
    (gap,) = gaps(timed)
    assert (gap.start_s, gap.end_s) == pytest.approx((4.99, 5.3), abs=0.002)
    assert gap.time_s == gap.end_s
    assert [len(part) for part in merged(timed)] == [500, 470]
    assert [part.segment for part in merged(timed)] == [0, 1]


def test_a_whole_feed_out_of_order_is_put_in_order() -> None:
    block = stream(np.arange(200) / 100.0, np.arange(200) / 100.0, counted=True)
    timeline = Timeline(100.0)
    parts = [block.rows(0, 100), taken(block, [*range(101, 106), 100]), block.rows(106, 200)]
    timed = run(timeline, parts)
    (joined,) = merged(timed)
    assert (joined.acc_mps2 == block.acc_mps2).all()
    assert not timed.events


def test_a_late_packet_is_waited_for_a_quarter_of_a_second() -> None:
    time_s = np.arange(300) / 100.0
    block = stream(time_s, time_s, counted=True)
    timeline = Timeline(100.0)
    before = timeline.feed(taken(block, [*range(100), *range(101, 126)]))
    assert sum(len(part) for part in before.blocks) == 100
    after = timeline.feed(block.rows(127, 130))
    assert sum(len(part) for part in after.blocks) >= 25
    assert timeline.lost_samples > 0


def test_a_silence_is_a_gap_for_a_sensor_without_count_or_clock() -> None:
    taken_s, arrival_s = bursts(20.0, 100.0)
    timed = run(Timeline(100.0), [stream(taken_s, arrival_s + np.where(taken_s > 10.0, 5.0, 0.0))])
    (gap,) = gaps(timed)
    assert gap.end_s - gap.start_s == pytest.approx(5.0, abs=0.6)
    assert (np.diff(times(timed)) > 0).all()


@pytest.mark.parametrize("counted", [False, True])
def test_a_clock_that_starts_anew_begins_a_segment(counted: bool) -> None:
    taken_s = np.arange(2000) / 100.0
    clock_s = np.where(taken_s < 10.0, taken_s + 5000.0, taken_s - 10.0)
    block = stream(taken_s, taken_s + 0.02, counted=counted, clock_s=clock_s)
    if counted:
        block = replace(block, index=np.where(taken_s < 10.0, block.index, block.index - 1000))
    timed = run(Timeline(100.0), [block])
    assert len(gaps(timed)) == 1
    assert [len(part) for part in merged(timed)] == [1000, 1000]
    assert (np.diff(times(timed)) > 0).all()
    assert np.abs(times(timed) - taken_s - 0.02).max() < 0.02


def test_readings_that_are_no_numbers_are_left_out_and_told_once() -> None:
    time_s = np.arange(500) / 100.0
    block = stream(time_s, time_s, counted=True)
    block.acc_mps2[100, 1] = 1e300
    block.gyr_radps[200, 2] = math.inf
    block.gyr_radps[300] = math.nan
    timed = run(Timeline(100.0), [block])
    assert faults(timed) == [SignalFault.NOT_A_NUMBER]
    assert len(gaps(timed)) == 3
    assert len(times(timed)) == 497


def test_nothing_but_no_numbers_is_told_at_the_end() -> None:
    time_s = np.arange(50) / 100.0
    block = replace(stream(time_s, time_s), acc_mps2=np.full((50, 3), math.nan))
    timed = run(Timeline(100.0), [block])
    assert faults(timed) == [SignalFault.NOT_A_NUMBER]
    assert not timed.blocks


def test_a_sensor_without_gyroscope_is_told_and_one_that_appears_begins_a_segment() -> None:
    time_s = np.arange(500) / 100.0
    block = stream(time_s, time_s)
    block.gyr_radps[:300] = math.nan
    timed = run(Timeline(100.0), [block])
    assert faults(timed) == [SignalFault.NO_GYRO]
    assert [len(part) for part in merged(timed)] == [300, 200]
    assert not gaps(timed)


def spoiled(fault: SignalFault) -> ImuBlock:
    time_s = np.arange(1000) / 100.0
    block = stream(time_s, time_s)
    if fault is SignalFault.STUCK:
        block.acc_mps2[300:600] = block.acc_mps2[300]
        block.gyr_radps[300:600] = block.gyr_radps[300]
    elif fault is SignalFault.SATURATED:
        block.gyr_radps[300:310, 1] = math.radians(250.0)
    else:
        block.acc_mps2[:] /= GRAVITY_MPS2
    return block


@pytest.mark.parametrize(
    "fault", [SignalFault.STUCK, SignalFault.SATURATED, SignalFault.WRONG_UNITS]
)
def test_faulty_readings_are_told_once(fault: SignalFault) -> None:
    assert faults(run(Timeline(100.0), [spoiled(fault)])) == [fault]


def test_a_coarse_accelerometer_lying_still_is_not_stuck() -> None:
    time_s = np.arange(500) / 12.5
    block = stream(time_s, time_s)
    acc = np.tile([0.0, 0.0, GRAVITY_MPS2], (500, 1))
    block = replace(block, acc_mps2=acc, gyr_radps=np.full((500, 3), math.nan))
    assert faults(run(Timeline(12.5), [block])) == [SignalFault.NO_GYRO]


def test_no_samples_give_nothing() -> None:
    empty = stream(np.empty(0), np.empty(0))
    timed = run(Timeline(100.0), [empty, empty])
    assert timed == Timed((), ())


def test_one_sample_gets_its_arrival() -> None:
    timed = run(Timeline(100.0), [stream(np.zeros(1), np.array([3.0]))])
    assert times(timed).tolist() == [3.0]


@st.composite
def rough_streams(draw: st.DrawFn) -> ImuBlock:
    """Bursts with losses, repetitions, late packets, silences, bad readings, a clock restart."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    rate_hz = draw(st.sampled_from([12.5, 99.26, 400.0]))
    counted, has_clock = draw(st.booleans()), draw(st.booleans())
    taken_s, arrival_s = bursts(8.0, rate_hz, seed=int(rng.integers(1 << 30)))
    block = stream(taken_s, arrival_s, counted=counted, clock_s=taken_s if has_clock else None)
    count = len(block)
    rows = np.flatnonzero(rng.random(count) > 0.003)
    order = np.argsort(rows + np.where(rng.random(len(rows)) < 0.01, 6.0, 0.0), kind="stable")
    rows = np.sort(np.append(rows, rng.integers(0, count, 5))) if not counted else rows[order]
    block = taken(block, rows.tolist())
    arrival_s = np.maximum.accumulate(block.arrival_s)
    if draw(st.booleans()):
        arrival_s = arrival_s + np.where(np.arange(len(rows)) > len(rows) // 2, 1.5, 0.0)
    block.acc_mps2[rng.integers(0, len(rows), 3)] = math.nan
    if draw(st.booleans()):
        block.gyr_radps[: len(rows) // 3] = math.nan
    if has_clock and draw(st.booleans()) and block.device_time_s is not None:
        block.device_time_s[len(rows) // 3 :] -= 2.0
    return replace(block, arrival_s=arrival_s)


@settings(max_examples=60, deadline=None)
@given(rough_streams(), st.lists(st.integers(0, 10_000), max_size=12))
def test_no_result_depends_on_the_cut(block: ImuBlock, places: list[int]) -> None:
    whole, pieces = Timeline(100.0), Timeline(100.0)
    once, often = run(whole, [block]), run(pieces, cut(block, places))
    assert same(merged(once), merged(often))
    assert once.events == often.events
    assert same(whole, pieces)
    assert (np.diff(times(once)) > 0).all()


def test_one_sample_at_a_time_gives_the_same() -> None:
    taken_s, arrival_s = bursts(5.0, 100.0)
    block = stream(taken_s, arrival_s, counted=True)
    whole, pieces = Timeline(100.0), Timeline(100.0)
    once, often = run(whole, [block]), run(pieces, cut(block, list(range(len(block)))))
    assert same(merged(once), merged(often))
    assert same(whole, pieces)
