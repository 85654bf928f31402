"""The open packet format: page, bytes, counters and clocks."""

import json
import re
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.paths import ROOT

from spinesense.model.errors import SensorError
from spinesense.model.packets import Packet
from spinesense.model.samples import Decoded, ImuBlock, concatenate
from spinesense.sensors.devices import decoder_for
from spinesense.sensors.devices.open_format import (
    ACC_RANGES_G,
    CHANNEL,
    DATA_UUID,
    GYR_RANGES_DPS,
    SERVICE_UUID,
    encode,
    samples_that_fit,
)

PAGE = (ROOT / "firmware_notes/packet-format.md").read_text("utf-8")
_BLOCK = re.search(r"```json\n(.*?)```", PAGE, re.DOTALL)
assert _BLOCK
VECTORS: dict[str, list[dict[str, Any]]] = json.loads(_BLOCK[1])
ZERO = np.zeros((1, 3))


def decode(payloads: list[bytes], arrival_s: list[float] | None = None) -> Decoded:
    times_s = arrival_s or [0.05 * row for row in range(len(payloads))]
    packets = [Packet(t, CHANNEL, p) for t, p in zip(times_s, payloads, strict=True)]
    return decoder_for("open").decode(packets)


def block_of(decoded: Decoded) -> ImuBlock:
    assert decoded.block is not None
    return decoded.block


def clock_s(block: ImuBlock) -> np.ndarray[Any, np.dtype[np.float64]]:
    assert block.device_time_s is not None
    return block.device_time_s


def sample(number: int, clock_us: int, period_us: int = 10_000) -> bytes:
    return encode(number, clock_us, ZERO, ZERO, period_us=period_us)


@pytest.mark.parametrize("vector", VECTORS["good"], ids=lambda vector: vector["hex"][:8])
def test_page_and_decoder_agree_on_good_packets(vector: dict[str, Any]) -> None:
    decoded = decode([bytes.fromhex(vector["hex"])])
    assert not decoded.bad
    assert decoded.battery_percent == vector["battery_percent"]
    if not vector["index"]:
        assert decoded.block is None
        return
    block = block_of(decoded)
    assert block.counted
    assert block.index.tolist() == vector["index"]
    assert (clock_s(block) * 1e6).round().tolist() == vector["clock_us"]
    np.testing.assert_allclose(block.acc_mps2, vector["acc_mps2"], atol=6e-7)
    np.testing.assert_allclose(block.gyr_radps, vector["gyr_radps"], atol=6e-7)


@pytest.mark.parametrize("vector", VECTORS["bad"], ids=lambda vector: vector["reason"])
def test_page_and_decoder_agree_on_bad_packets(vector: dict[str, Any]) -> None:
    decoded = decode([bytes.fromhex(vector["hex"])], [3.0])
    assert decoded.block is None
    assert [(bad.arrival_s, bad.reason) for bad in decoded.bad] == [(3.0, vector["reason"])]


def test_page_names_the_uuids_of_the_code() -> None:
    assert SERVICE_UUID in PAGE
    assert DATA_UUID in PAGE


@pytest.mark.parametrize(
    ("mtu", "samples"), [(22, 0), (23, 1), (26, 1), (27, 1), (185, 14), (247, 19)]
)
def test_what_is_said_to_fit_fits(mtu: int, samples: int) -> None:
    assert samples_that_fit(mtu) == samples
    if samples:
        described = mtu >= 27
        rows = np.zeros((samples, 3))
        payload = encode(0, 0, rows, rows, period_us=10_000 if described else None)
        assert len(payload) <= mtu - 3


@given(
    st.sampled_from(ACC_RANGES_G),
    st.sampled_from(GYR_RANGES_DPS),
    st.lists(st.tuples(*[st.floats(-0.999, 0.999)] * 6), min_size=1, max_size=19),
)
def test_round_trip_within_half_a_count(
    acc_range_g: int, gyr_range_dps: int, rows: list[tuple[float, ...]]
) -> None:
    full_acc, full_gyr = acc_range_g * 9.80665, np.radians(gyr_range_dps)
    acc, gyr = np.array(rows)[:, :3] * full_acc, np.array(rows)[:, 3:] * full_gyr
    payload = encode(
        5, 6, acc, gyr, acc_range_g=acc_range_g, gyr_range_dps=gyr_range_dps, period_us=10_000
    )
    block = block_of(decode([payload]))
    assert np.abs(block.acc_mps2 - acc).max() <= full_acc / 32768 * 0.501
    assert np.abs(block.gyr_radps - gyr).max() <= full_gyr / 32768 * 0.501


def test_readings_beyond_the_range_stay_at_its_ends() -> None:
    far = np.array([[1e3, -1e3, 0.0]])
    block = block_of(decode([encode(0, 0, far, far, acc_range_g=2, period_us=10_000)]))
    np.testing.assert_allclose(block.acc_mps2, [[2 * 9.80665 * 32767 / 32768, -2 * 9.80665, 0.0]])
    np.testing.assert_allclose(
        block.gyr_radps, [[np.radians(500) * 32767 / 32768, -np.radians(500), 0.0]]
    )


@given(st.binary(max_size=260))
def test_any_bytes_give_samples_or_a_reason(payload: bytes) -> None:
    decoded = decode([payload], [1.0])
    samples = len(decoded.block) if decoded.block else 0
    status = not samples and not decoded.bad
    assert (samples > 0) + len(decoded.bad) + status == 1
    if status:
        assert len(payload) == 12


@given(st.data())
def test_cut_or_changed_packets_give_samples_or_a_reason(data: st.DataObject) -> None:
    rows = np.full((5, 3), 1.0)
    payload = bytearray(encode(9, 8, rows, rows, period_us=10_000, battery_percent=50))
    if data.draw(st.booleans()):
        decoded = decode([bytes(payload[: data.draw(st.integers(0, len(payload) - 1))])])
        assert decoded.bad
        assert decoded.block is None
    else:
        payload[data.draw(st.integers(0, len(payload) - 1))] = data.draw(st.integers(0, 255))
        decoded = decode([bytes(payload)])
        assert (decoded.block is None) == (len(decoded.bad) == 1)


@given(st.integers(0, 2**31), st.lists(st.integers(0, 6), min_size=1, max_size=30), st.data())
def test_grouping_of_packets_changes_nothing(
    start: int, kinds: list[int], data: st.DataObject
) -> None:
    payloads, number, clock_us = [], start, start
    for kind in kinds:
        rows = np.full((max(kind, 1), 3), float(kind))
        if kind == 0:
            payloads.append(b"\x1a")
        else:
            payloads.append(encode(number, clock_us, rows, rows, period_us=10_000))
        number, clock_us = number + 7 * kind, clock_us + 70_000 * kind
    packets = [Packet(0.05 * row, CHANNEL, payload) for row, payload in enumerate(payloads)]
    whole = decoder_for("open").decode(packets)
    cut = data.draw(st.integers(0, len(packets)))
    decoder = decoder_for("open")
    parts = [decoder.decode(packets[:cut]), *(decoder.decode([p]) for p in packets[cut:])]
    blocks = [part.block for part in parts if part.block]
    assert whole.bad == tuple(bad for part in parts for bad in part.bad)
    assert (whole.block is None) == (not blocks)
    if whole.block:
        joined = concatenate(blocks)
        for name in ("arrival_s", "acc_mps2", "gyr_radps", "index", "device_time_s"):
            assert np.array_equal(getattr(whole.block, name), getattr(joined, name)), name


def test_counter_and_clock_unwrap_over_hours() -> None:
    seconds = np.arange(0, 5 * 3600, 1)
    payloads = [sample(100 * int(s), 1_000_000 * int(s)) for s in seconds]
    block = block_of(decode(payloads, [float(s) * 1.007 for s in seconds]))
    assert np.array_equal(block.index, 100 * seconds)
    np.testing.assert_allclose(clock_s(block), seconds)


def test_a_silence_longer_than_the_wraps_is_bridged() -> None:
    # 3 hours: 16 turns of the counter and 2 of the clock unseen.
    payloads = [sample(0, 0), sample(3 * 360_000, 3 * 3_600_000_000)]
    block = block_of(decode(payloads, [0.0, 3 * 3600 + 0.2]))
    assert block.index.tolist() == [0, 3 * 360_000]
    assert clock_s(block).tolist() == [0.0, 3 * 3600.0]


def test_lost_packets_show_in_the_numbers_and_repeated_ones_keep_theirs() -> None:
    rows = np.zeros((5, 3))
    numbers = [0, 5, 5, 15, 10]
    payloads = [encode(n, n * 10_000, rows, rows, period_us=10_000) for n in numbers]
    block = block_of(decode(payloads))
    assert block.index.reshape(-1, 5)[:, 0].tolist() == numbers
    np.testing.assert_allclose(clock_s(block), block.index / 100)


def test_a_restarted_sensor_goes_on_by_arrival_time_and_shows_a_gap() -> None:
    payloads = [sample(50_000, 500_000_000), sample(50_001, 500_010_000), sample(3, 30_000)]
    block = block_of(decode(payloads, [1.0, 1.01, 9.01]))
    steps = np.diff(block.index)
    assert steps[0] == 1
    assert steps[1] == 800
    assert np.diff(clock_s(block)).tolist() == pytest.approx([0.01, 8.0])


def test_short_packets_take_the_period_of_the_last_description() -> None:
    status = encode(0, 0, np.zeros((0, 3)), np.zeros((0, 3)), period_us=20_000, battery_percent=9)
    short = [encode(n, n * 20_000, ZERO, ZERO) for n in (0, 1, 2 * 65_536)]
    decoded = decode([status, *short], [0.0, 0.0, 0.02, 2 * 65_536 * 0.02])
    assert decoded.battery_percent == 9
    assert block_of(decoded).index.tolist() == [0, 1, 2 * 65_536]


@pytest.mark.parametrize(
    "wrong",
    [
        {"acc_range_g": 3},
        {"gyr_range_dps": 300},
        {"period_us": 100},
        {"period_us": 10_000, "battery_percent": 101},
        {"rows": 64, "period_us": 10_000},
        {"rows": 2},
    ],
)
def test_what_has_no_place_in_the_format_is_refused(wrong: dict[str, int]) -> None:
    rows = np.zeros((wrong.pop("rows", 1), 3))
    with pytest.raises(SensorError, match="no place in the open packet format"):
        encode(0, 0, rows, rows, **wrong)


def test_an_unknown_device_is_named_with_the_known_ones() -> None:
    with pytest.raises(SensorError, match=r"no device is called 'toaster'; use one of .*open, "):
        decoder_for("toaster")
