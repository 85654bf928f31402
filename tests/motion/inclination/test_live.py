import math
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.motion.exact import same

from spinesense.model.samples import Floats
from spinesense.motion.inclination.live import Orientation
from spinesense.motion.inclination.lowpass import LowPass, butterworth
from spinesense.motion.signal.timed_block import TimedBlock
from spinesense.motion.ticks import Ticks, concatenate, samples_per_tick

GRAVITY_MPS2 = 9.81


def turning(
    seconds: float,
    rate_hz: float,
    bias_dps: tuple[float, float, float] = (0.0, 0.0, 0.0),
    noisy: bool = True,
) -> tuple[TimedBlock, Floats]:
    """A sensor that pitches by 40° and rolls by 20° and its true up: the angular rate is the mean
    over each sample, the specific force that of a person who sways."""
    time_s = np.arange(1, round(seconds * rate_hz) + 1) / rate_hz
    pitch = math.radians(40.0) * np.sin(0.7 * time_s)
    roll = math.radians(20.0) * np.sin(0.31 * time_s)
    pitch_rate = math.radians(40.0) * 0.7 * np.cos(0.7 * (time_s - 0.5 / rate_hz))
    roll_rate = math.radians(20.0) * 0.31 * np.cos(0.31 * (time_s - 0.5 / rate_hz))
    middle = math.radians(20.0) * np.sin(0.31 * (time_s - 0.5 / rate_hz))
    gyr = np.stack([roll_rate, pitch_rate * np.cos(middle), -pitch_rate * np.sin(middle)], axis=1)
    up = np.stack(
        [-np.sin(pitch), np.cos(pitch) * np.sin(roll), np.cos(pitch) * np.cos(roll)], axis=1
    )
    rng = np.random.default_rng(0)
    sway = 0.5 * np.sin(9.0 * time_s)[:, None] if noisy else 0.0
    noise = rng.normal(0.0, 1.0, (2, len(time_s), 3)) * (1.0 if noisy else 0.0)
    acc = GRAVITY_MPS2 * up + sway + 0.05 * noise[0]
    gyr = gyr + 0.003 * noise[1] + np.radians(bias_dps)
    return TimedBlock(time_s, np.full(len(time_s), 1.0 / rate_hz), acc, gyr, 0), up


def errors_deg(up: Floats, truth: Floats) -> Floats:
    sines = np.linalg.norm(np.cross(up, truth), axis=1)
    return np.asarray(np.degrees(np.arctan2(sines, (up * truth).sum(axis=1))))


def feed(orientation: Orientation, block: TimedBlock, places: list[int]) -> Ticks:
    bounds = [0, *sorted(place % (len(block) + 1) for place in places), len(block)]
    return concatenate([orientation.feed(block.rows(a, b)) for a, b in pairwise(bounds)])


@pytest.mark.parametrize("rate_hz", [12.5, 50.0, 100.0, 1000.0])
def test_up_is_right_to_half_a_degree_while_turning(rate_hz: float) -> None:
    block, truth = turning(60.0, rate_hz)
    ticks = Orientation(rate_hz).feed(block)
    per = samples_per_tick(rate_hz)
    error = errors_deg(ticks.up_sensor, truth[per - 1 :: per][: len(ticks)])
    assert error[ticks.time_s > 5.0].max() < 1.0
    assert math.sqrt(float(np.mean(error[ticks.time_s > 5.0] ** 2))) < 0.5
    assert (ticks.time_s == block.time_s[per - 1 :: per][: len(ticks)]).all()


@pytest.mark.parametrize("bias_dps", [(0.6, -0.4, 0.5), (2.0, -1.5, 1.0)])
def test_the_bias_is_found_while_turning(bias_dps: tuple[float, float, float]) -> None:
    block, truth = turning(180.0, 100.0, bias_dps)
    orientation = Orientation(100.0)
    ticks = orientation.feed(block)
    seen_dps = np.degrees(orientation.bias.state.bias_radps)
    assert seen_dps[:2] == pytest.approx(bias_dps[:2], abs=0.15)
    error = errors_deg(ticks.up_sensor, truth[3::4])
    assert math.sqrt(float(np.mean(error[ticks.time_s > 60.0] ** 2))) < 0.5


def test_the_bias_is_found_at_rest_within_seconds() -> None:
    rng = np.random.default_rng(1)
    acc = rng.normal(0.0, 0.03, (1000, 3)) + np.array([0.0, 0.0, GRAVITY_MPS2])
    gyr = rng.normal(0.0, 0.003, (1000, 3)) + np.radians([2.0, -1.0, 0.5])
    block = TimedBlock(np.arange(1000) / 100.0, np.full(1000, 0.01), acc, gyr, 0)
    orientation = Orientation(100.0)
    ticks = orientation.feed(block)
    assert np.degrees(orientation.bias.state.bias_radps) == pytest.approx([2.0, -1.0, 0.5], abs=0.4)
    assert np.abs(np.degrees(ticks.gyr_sensor_radps[200:].mean(axis=0))).max() < 0.6


def test_the_frame_of_the_sensor_does_not_matter() -> None:
    block, _ = turning(30.0, 100.0)
    swapped = TimedBlock(
        block.time_s,
        block.period_s,
        block.acc_mps2[:, [1, 2, 0]],
        block.gyr_radps[:, [1, 2, 0]],
        0,
    )
    plain, turned = Orientation(100.0).feed(block), Orientation(100.0).feed(swapped)
    assert turned.up_sensor == pytest.approx(plain.up_sensor[:, [1, 2, 0]], abs=1e-9)


def test_without_a_gyroscope_gravity_is_followed_coarsely_and_its_turning_told() -> None:
    block, truth = turning(60.0, 100.0, noisy=False)
    blind = TimedBlock(
        block.time_s, block.period_s, block.acc_mps2, np.full_like(block.gyr_radps, math.nan), 0
    )
    ticks = Orientation(100.0).feed(blind)
    assert errors_deg(ticks.up_sensor, truth[3::4]).max() < 20.0
    level = np.abs((ticks.gyr_sensor_radps * ticks.up_sensor).sum(axis=1)).max()
    assert level < 0.05
    seen = ticks.gyr_sensor_radps[100:, 1]
    assert float(np.corrcoef(seen, block.gyr_radps[403::4, 1])[0, 1]) > 0.9


def test_a_gap_starts_the_filter_afresh_and_keeps_the_bias() -> None:
    block, truth = turning(40.0, 100.0, (1.0, 0.0, 0.0), noisy=False)
    later = TimedBlock(
        block.time_s[2003:] + 10.0,
        block.period_s[2003:],
        block.acc_mps2[2003:],
        block.gyr_radps[2003:],
        1,
    )
    orientation = Orientation(100.0)
    before = orientation.feed(block.rows(0, 2002))
    known = orientation.bias.state.bias_radps.copy()
    after = orientation.feed(later)
    assert len(before) == 500
    assert len(after) == 499
    assert set(before.segment) == {0}
    assert set(after.segment) == {1}
    assert (after.acc_sensor_mps2[0] == later.acc_mps2[:4].mean(axis=0)).all()
    assert after.up_sensor[0] == pytest.approx(truth[2006], abs=0.02)
    assert np.linalg.norm(known) > 0
    assert (orientation.bias.state.bias_radps != 0).any()


def test_holes_of_a_lost_packet_are_bridged_to_a_degree() -> None:
    """One packet of twenty lost, each of 19 samples, while turning at up to 28 °/s."""
    block, truth = turning(120.0, 100.0)
    rng = np.random.default_rng(2)
    packets = np.arange(len(block)) // 19
    kept = ~np.isin(packets, rng.permutation(packets.max())[: packets.max() // 20] + 1)
    time_s = block.time_s[kept]
    holed = TimedBlock(
        time_s,
        np.diff(time_s, prepend=time_s[0] - 0.01),
        block.acc_mps2[kept],
        block.gyr_radps[kept],
        0,
    )
    ticks = Orientation(100.0).feed(holed)
    error = errors_deg(ticks.up_sensor, truth[kept][3::4])[ticks.time_s > 5.0]
    assert math.sqrt(float(np.mean(error**2))) < 1.0


def test_no_samples_give_no_ticks_and_free_fall_no_warning() -> None:
    block, _ = turning(1.0, 100.0)
    assert len(Orientation(100.0).feed(block.rows(0, 0))) == 0
    assert len(Orientation(100.0).feed(block.rows(0, 1))) == 0
    still = np.zeros((500, 3))
    ticks = Orientation(100.0).feed(
        TimedBlock(np.arange(500) / 100.0, np.full(500, 0.01), still, still, 0)
    )
    assert np.isfinite(ticks.up_sensor).all()


@settings(max_examples=25, deadline=None)
@given(
    st.sampled_from([12.5, 100.0, 285.7, 1000.0]),
    st.booleans(),
    st.lists(st.integers(0, 1 << 20), max_size=10),
    st.integers(1, 40),
)
def test_no_result_depends_on_the_cut(
    rate_hz: float, blind: bool, places: list[int], single: int
) -> None:
    block, _ = turning(16.0, rate_hz, (1.0, -2.0, 0.5))
    if blind:
        block.gyr_radps[:] = math.nan
    middle = len(block) // 3
    whole, pieces = Orientation(rate_hz), Orientation(rate_hz)
    once = concatenate([whole.feed(block.rows(0, middle)), whole.feed(_moved(block, middle))])
    often = concatenate(
        [
            feed(pieces, block.rows(0, middle), places),
            feed(pieces, _moved(block, middle), [*places, *range(single)]),
        ]
    )
    assert same(once, often)
    assert same(whole, pieces)


def _moved(block: TimedBlock, start: int) -> TimedBlock:
    """The samples from ``start`` on, as the next segment."""
    rest = block.rows(start, len(block))
    return TimedBlock(rest.time_s + 5.0, rest.period_s, rest.acc_mps2, rest.gyr_radps, 1)


def test_the_low_pass_has_no_error_at_rest_and_halves_power_at_its_cutoff() -> None:
    tau_s, step_s = 3.0, 0.04
    cutoff_hz = math.sqrt(2.0) / (2.0 * math.pi * tau_s)
    time_s = np.arange(20_000) * step_s
    tone = np.sin(2.0 * math.pi * cutoff_hz * time_s)
    level, wave, _ = LowPass(tau_s, step_s).feed((np.full(20_000, 2.0), tone, tone))
    assert level == pytest.approx(np.full(20_000, 2.0), abs=1e-9)
    assert wave[5000:].std() / tone[5000:].std() == pytest.approx(math.sqrt(0.5), rel=0.01)


def test_a_cutoff_beyond_the_rate_is_lowered() -> None:
    rule = butterworth(0.01, 0.08)
    assert rule.b0 + rule.b1 + rule.b2 == pytest.approx(1.0 + rule.a1 + rule.a2)
