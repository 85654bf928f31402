"""Tables of samples as packets."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from spinesense.model.errors import SensorError
from spinesense.model.packets import Packet
from spinesense.motion.signal.timeline import Timeline
from spinesense.sensors.devices import decoder_for
from spinesense.sensors.devices.samples import CHANNEL, encode

RNG = np.random.default_rng(3)
TIME_S = 100.0 + np.arange(150) / 50
ACC = RNG.normal(size=(150, 3))
GYR = RNG.normal(size=(150, 3))


def test_a_table_comes_back_as_it_was() -> None:
    packets = encode(TIME_S, ACC, GYR)
    block = decoder_for("samples").decode(packets).block
    assert block is not None
    assert np.array_equal(block.acc_mps2, ACC)
    assert np.array_equal(block.gyr_radps, GYR)
    assert block.device_time_s is not None
    assert np.array_equal(block.device_time_s, TIME_S)
    assert block.index.tolist() == list(range(150))
    assert not block.counted


def test_packets_arrive_with_their_last_row_and_hold_a_quarter_of_a_second() -> None:
    packets = encode(TIME_S, ACC, GYR)
    rows = [len(packet.payload) // 56 for packet in packets]
    assert sum(rows) == len(TIME_S)
    assert set(rows[:-1]) == {12, 13}
    last = np.cumsum(rows) - 1
    assert [packet.arrival_s for packet in packets] == pytest.approx(list(TIME_S[last] - 100.0))


@pytest.mark.parametrize("rate_hz", [10, 25, 50, 100, 1000])
def test_samples_have_the_times_of_the_table_however_it_is_cut(rate_hz: int) -> None:
    time_s = 1.7e9 + np.arange(20 * rate_hz) / rate_hz
    acc = RNG.normal(size=(len(time_s), 3))
    packets = encode(time_s, acc, acc)
    assert max(len(packet.payload) // 56 for packet in packets) <= 64
    timeline = Timeline(rate_hz)
    block = decoder_for("samples").decode(packets).block
    assert block is not None
    timed = timeline.feed(block)
    found = np.concatenate([part.time_s for part in timed.blocks])
    np.testing.assert_allclose(found, time_s - time_s[0], atol=1e-6)
    assert timed.events == ()


def test_arrival_never_runs_backwards() -> None:
    packets = encode(np.array([0.0, 1.0, 0.5, 2.0]), ACC[:4])
    assert [packet.arrival_s for packet in packets] == [0.0, 1.0, 2.0]


def test_no_gyro_is_not_a_number() -> None:
    block = decoder_for("samples").decode(encode(TIME_S, ACC)).block
    assert block is not None
    assert np.isnan(block.gyr_radps).all()


def test_an_empty_table_has_no_packets() -> None:
    assert encode(np.zeros(0), np.zeros((0, 3))) == []


def test_live_and_batch_are_equal() -> None:
    packets = encode(TIME_S, ACC, GYR, rows_per_packet=7)
    whole = decoder_for("samples").decode(packets).block
    decoder = decoder_for("samples")
    parts = [decoder.decode([packet]).block for packet in packets]
    assert whole is not None
    joined = [part.index for part in parts if part is not None]
    assert np.array_equal(whole.index, np.concatenate(joined))


@given(st.binary(max_size=200))
def test_any_bytes_give_samples_or_a_reason(payload: bytes) -> None:
    decoded = decoder_for("samples").decode([Packet(1.0, CHANNEL, payload)])
    assert (decoded.block is None) == (len(decoded.bad) == 1)


@pytest.mark.parametrize("time_s", [np.nan, np.inf, -np.inf, 1e13, -1e300])
def test_a_time_that_cannot_be_is_a_reason(time_s: float) -> None:
    packet = Packet(1.0, CHANNEL, np.array([time_s, 0, 0, 9.8, 0, 0, 0], dtype="<f8").tobytes())
    assert decoder_for("samples").decode([packet]).bad[0].reason == "a sample has no time"


def test_columns_that_do_not_fit_are_refused() -> None:
    with pytest.raises(SensorError, match="a table of 150 samples has columns of shapes"):
        encode(TIME_S, ACC[:10])
    with pytest.raises(SensorError, match="sample 2 has no time"):
        encode(np.array([0.0, 1.0, np.nan]), ACC[:3])
