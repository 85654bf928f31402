"""WitMotion byte streams: real bytes, any split, lost bytes."""

import json
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.paths import SHARED
from tests.sensors.streams import WITMOTION as REAL

from spinesense.model.packets import BadPacket, Packet
from spinesense.model.samples import Decoded, concatenate
from spinesense.sensors.devices import decoder_for
from spinesense.sensors.devices.witmotion import CHANNEL

FIXTURES = SHARED / "data/fixtures/witmotion"
FRAMES = [REAL[start : start + 20] for start in range(0, 80, 20)]


def reply(register: int, value: int) -> bytes:
    return b"\x55\x71" + register.to_bytes(2, "little") + value.to_bytes(2, "little") + bytes(14)


def decode(*payloads: bytes) -> Decoded:
    packets = [Packet(0.1 * row, CHANNEL, payload) for row, payload in enumerate(payloads)]
    return decoder_for("witmotion").decode(packets)


def acc_g(decoded: Decoded) -> list[list[float]]:
    assert decoded.block is not None
    return (decoded.block.acc_mps2 / 9.80665).round(4).tolist()  # type: ignore[no-any-return]


def test_a_real_notification() -> None:
    decoded = decode(REAL)
    assert acc_g(decoded) == [
        [0.769, 0.2168, 0.8091],
        [0.7773, 0.2222, 0.8022],
        [0.8125, 0.2246, 0.812],
        [0.8135, 0.2095, 0.8184],
    ]
    block = decoded.block
    assert block is not None
    assert np.degrees(block.gyr_radps[0]).round(3).tolist() == [5.188, -17.151, -81.787]
    assert block.index.tolist() == [0, 1, 2, 3]
    assert not block.counted
    assert block.device_time_s is None
    assert not decoded.bad


@pytest.mark.skipif(not FIXTURES.exists(), reason="the shared recordings are not here")
def test_a_real_recording() -> None:
    lines = (FIXTURES / "wt901-100hz.jsonl").read_text("utf-8").splitlines()
    rows = [json.loads(line) for line in lines if '"hex"' in line]
    packets = [Packet(row["t"], CHANNEL, bytes.fromhex(row["hex"])) for row in rows]
    decoded = decoder_for("witmotion").decode(packets)
    assert len(packets) == 72
    assert decoded.block is not None
    assert len(decoded.block) == 288
    assert not decoded.bad
    # A sensor in the hand: gravity is most of what it feels.
    assert np.median(np.linalg.norm(decoded.block.acc_mps2, axis=1)) == pytest.approx(9.8, rel=0.15)


@pytest.mark.skipif(not FIXTURES.exists(), reason="the shared recordings are not here")
def test_real_single_frames() -> None:
    table = json.loads((FIXTURES / "wt901ble_frames.json").read_text("utf-8"))
    frames = [bytes(int(byte, 16) for byte in frame) for frame in table["data"]]
    decoded = decode(*frames)
    assert decoded.block is not None
    assert len(decoded.block) == len(frames) == 4
    np.testing.assert_allclose(np.linalg.norm(acc_g(decoded), axis=1), 1.0, atol=0.01)


@given(st.lists(st.integers(0, 400), max_size=12), st.integers(0, 60), st.integers(0, 30))
def test_any_split_into_notifications_gives_the_same(
    cuts: list[int], junk_at: int, junk_bytes: int
) -> None:
    junk = bytes(range(0x50, 0x50 + junk_bytes))
    stream = REAL + reply(0x64, 390) + REAL + REAL[:junk_at] + junk + REAL * 2
    edges = sorted({0, *(cut % len(stream) for cut in cuts), len(stream)})
    pieces = [stream[a:b] for a, b in pairwise(edges)]
    whole, split = decode(stream), decode(*pieces)
    assert acc_g(split) == acc_g(whole)
    assert (split.battery_percent, whole.battery_percent) == (75, 75)
    assert bool(split.bad) == bool(whole.bad)


@given(
    st.lists(
        st.one_of(
            st.sampled_from([*FRAMES, reply(0x64, 380), b"\x55", b"\x55\x61"]),
            st.binary(max_size=30),
        ),
        min_size=1,
        max_size=12,
    ),
    st.data(),
)
def test_grouping_of_packets_changes_nothing(payloads: list[bytes], data: st.DataObject) -> None:
    packets = [Packet(0.1 * row, CHANNEL, payload) for row, payload in enumerate(payloads)]
    whole = decoder_for("witmotion").decode(packets)
    cut = data.draw(st.integers(0, len(packets)))
    decoder = decoder_for("witmotion")
    parts = [decoder.decode(packets[:cut]), *(decoder.decode([p]) for p in packets[cut:])]
    assert whole.bad == tuple(bad for part in parts for bad in part.bad)
    blocks = [part.block for part in parts if part.block]
    assert (whole.block is None) == (not blocks)
    if whole.block:
        joined = concatenate(blocks)
        for name in ("arrival_s", "acc_mps2", "gyr_radps", "index"):
            assert np.array_equal(getattr(whole.block, name), getattr(joined, name)), name


@given(st.integers(1, 79))
def test_lost_bytes_cost_the_frames_they_belong_to_and_no_false_one(lost: int) -> None:
    decoded = decode(REAL, REAL[lost:], REAL, REAL)
    true = acc_g(decode(REAL))
    whole_frames = (80 - lost) // 20
    assert acc_g(decoded) == true + true[4 - whole_frames :] + true * 2
    assert bool(decoded.bad) == (lost % 20 != 0)


def test_bytes_of_something_else_are_reported_once_a_packet() -> None:
    decoded = decode(REAL, b"\x01" * 30, b"\x02" * 30, REAL)
    assert decoded.bad == (
        BadPacket(0.1, "bytes that belong to no frame"),
        BadPacket(0.2, "bytes that belong to no frame"),
    )
    assert len(acc_g(decoded)) == 8


def test_a_frame_arrives_with_its_last_byte() -> None:
    decoded = decode(REAL[:30], REAL[30:])
    assert decoded.block is not None
    assert decoded.block.arrival_s.tolist() == [0.0, 0.1, 0.1, 0.1]


@pytest.mark.parametrize(
    ("volt_hundredths", "percent"),
    [(420, 100), (396, 100), (395, 90), (368, 15), (340, 5), (339, 0)],
)
def test_battery_levels_of_the_vendor(volt_hundredths: int, percent: int) -> None:
    decoded = decode(reply(0x64, volt_hundredths))
    assert decoded.battery_percent == percent
    assert decoded.block is None


def test_other_replies_and_a_busy_register_say_nothing() -> None:
    decoded = decode(reply(0x40, 2500) + reply(0x64, 0) + REAL)
    assert decoded.battery_percent is None
    assert len(acc_g(decoded)) == 4
