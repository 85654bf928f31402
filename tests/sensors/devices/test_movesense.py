"""Movesense: real bytes, parts of messages, clocks, and the subscription."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.sensors.gatt import Notification, Talking
from tests.sensors.streams import movesense_message

from spinesense.model.errors import SensorError
from spinesense.model.packets import BadPacket, Packet
from spinesense.model.samples import Decoded, ImuBlock
from spinesense.sensors.device import BATTERY_LEVEL_UUID, Advertisement
from spinesense.sensors.devices import decoder_for
from spinesense.sensors.devices.movesense import (
    ADVERTISED_UUID,
    CHANNEL,
    NOTIFY_UUID,
    WRITE_UUID,
    MovesenseDevice,
)

DEVICE = MovesenseDevice()
REAL = movesense_message(172_460)


def decode(payloads: list[bytes], arrivals_s: list[float] | None = None) -> Decoded:
    times_s = arrivals_s or [0.077 * row for row in range(len(payloads))]
    packets = [Packet(t, CHANNEL, p) for t, p in zip(times_s, payloads, strict=True)]
    return decoder_for("movesense").decode(packets)


def block_of(decoded: Decoded) -> ImuBlock:
    assert decoded.block is not None
    return decoded.block


def clock_ms(decoded: Decoded) -> list[float]:
    clock_s = block_of(decoded).device_time_s
    assert clock_s is not None
    return np.round(clock_s * 1000, 3).tolist()  # type: ignore[no-any-return]


def test_a_real_message_holds_all_accelerations_and_then_all_rates() -> None:
    block = block_of(decode([REAL]))
    assert len(block) == 4
    assert block.acc_mps2[0].round(4).tolist() == [-0.9715, 4.2689, 8.8562]
    assert np.degrees(block.gyr_radps[0]).round(2).tolist() == [-0.98, -1.33, -0.35]
    # It lies still: a parser that takes the values in turns would find some 4 m/s² in places.
    np.testing.assert_allclose(np.linalg.norm(block.acc_mps2, axis=1), 9.85, atol=0.15)
    assert np.abs(np.degrees(block.gyr_radps)).max() < 2
    assert not block.counted


@given(st.integers(2, len(REAL) - 1).filter(lambda cut: cut != 6 + 2 * 24))
def test_a_message_in_two_parts_is_the_same_message(cut: int) -> None:
    parts = decode([REAL[:cut], b"\x03\x63" + REAL[cut:]], [0.0, 0.01])
    assert not parts.bad
    assert np.array_equal(block_of(parts).acc_mps2, block_of(decode([REAL])).acc_mps2)
    assert block_of(parts).arrival_s.tolist() == [0.01] * 4


def test_what_is_missing_of_a_message_is_named() -> None:
    decoded = decode([REAL[:60], REAL, b"\x03\x63" + REAL[60:], b"\x03\x07" + REAL[60:]])
    assert decoded.bad == (
        BadPacket(0.0, "a message without its continuation"),
        BadPacket(0.077 * 2, "a continuation without its message"),
        BadPacket(0.077 * 3, "a continuation without its message"),
    )
    assert len(block_of(decoded)) == 4


@pytest.mark.parametrize(
    ("payload", "reason"),
    [
        (b"", "0 bytes are too few for a message"),
        (b"\x07\x63\x00", "message code 7 is not known"),
        (b"\x01\x63\xc8", "a reply of 3 bytes"),
        (REAL + bytes(700), "a message of 800 bytes is too long"),
    ],
)
def test_what_is_no_message_is_named(payload: bytes, reason: str) -> None:
    assert decode([payload]).bad == (BadPacket(0.0, reason),)


def test_a_reply_is_no_news() -> None:
    decoded = decode([b"\x01\x63\xc8\x00"])
    assert (decoded.block, decoded.bad) == (None, ())


def test_samples_are_as_far_apart_as_the_messages_show() -> None:
    # 2 % slow: 52 Hz would be 76.9 ms for each message of four.
    times_ms = clock_ms(decode([movesense_message(1000 + 78 * row) for row in range(3)]))
    assert times_ms[4:] == [1078, 1097.5, 1117, 1136.5, 1156, 1175.5, 1195, 1214.5]
    assert times_ms[:4] == pytest.approx([1000, 1019.23, 1038.46, 1057.69], abs=0.01)


def test_a_lost_message_is_a_gap_and_does_not_stretch_the_samples() -> None:
    times_ms = clock_ms(decode([movesense_message(1000 + 77 * row) for row in (0, 1, 3)]))
    assert np.diff(times_ms[4:]).tolist() == pytest.approx([19.25] * 3 + [96.25] + [19.25] * 3)


def test_the_clock_wraps() -> None:
    decoded = decode([movesense_message(clock) for clock in (2**32 - 40, 37)])
    assert clock_ms(decoded)[::4] == [2**32 - 40, 2**32 + 37]


def test_a_restarted_sensor_goes_on_by_arrival_time() -> None:
    decoded = decode([movesense_message(clock) for clock in (9_000_000, 500)], [0.0, 30.0])
    assert clock_ms(decoded)[::4] == [9_000_000, 9_030_000]


def test_it_is_known_by_its_name_or_service() -> None:
    assert DEVICE.recognises(Advertisement("AA", "Movesense 204830000123", -50))
    assert DEVICE.recognises(Advertisement("AA", "", -50, (ADVERTISED_UUID,)))
    assert not DEVICE.recognises(Advertisement("AA", "My Movesense", -50))


def replying(status: int) -> Talking:
    def answers(uuid: str, payload: bytes) -> list[Notification]:
        reply = b"\x01" + payload[1:2] + status.to_bytes(2, "little")
        return [(NOTIFY_UUID, reply)] if uuid == WRITE_UUID else []

    return Talking({BATTERY_LEVEL_UUID: b"\x4d"}, answers)


async def test_it_is_subscribed_to_and_let_go() -> None:
    gatt = replying(200)
    profile = await DEVICE.start(gatt, 100.0)
    assert gatt.written == [(WRITE_UUID, (b"\x01\x63/Meas/IMU6/104").hex())]
    assert profile.nominal_rate_hz == 104.0
    assert await DEVICE.battery_percent(gatt) == 77
    await DEVICE.stop(gatt)
    assert gatt.written[-1] == (WRITE_UUID, "0263")


async def test_a_refusal_says_what_to_do() -> None:
    with pytest.raises(SensorError, match=r"answers 404 .*; bring its firmware up to date"):
        await DEVICE.start(replying(404), 52.0)
