"""Copies are left out where every notification comes twice, and nothing else ever is."""

from hypothesis import given
from hypothesis import strategies as st

from spinesense.model.packets import Packet
from spinesense.sensors.bluetooth.duplicates import JUDGED, Doubled

PAYLOADS = st.lists(st.binary(max_size=3), max_size=60)


def packets(payloads: list[bytes]) -> list[Packet]:
    return [Packet(0.01 * row, "ffe4", payload) for row, payload in enumerate(payloads)]


def passed(payloads: list[bytes]) -> list[bytes]:
    doubled = Doubled()
    out = [kept for packet in packets(payloads) for kept in doubled.take(packet)]
    return [packet.payload for packet in [*out, *doubled.judge()]]


@given(PAYLOADS)
def test_of_two_of_each_one_is_passed_on(payloads: list[bytes]) -> None:
    payloads = [b"first", *payloads]  # else all might come four times, or each twice from a sensor
    twice = [payload for payload in payloads for _ in range(2)]
    if len(twice) >= JUDGED:
        assert passed(twice) == payloads
    else:
        assert passed(twice) == twice


@given(PAYLOADS)
def test_a_stream_that_is_not_doubled_is_passed_on_whole(payloads: list[bytes]) -> None:
    assert passed([b"first", *payloads]) == [b"first", *payloads]


def test_a_sensor_that_repeats_itself_later_loses_nothing() -> None:
    alive = [bytes([row]) for row in range(JUDGED)]
    assert passed(alive + [b"still"] * 50) == alive + [b"still"] * 50


def test_one_notification_of_a_doubled_stream_that_comes_once_is_kept() -> None:
    start = [bytes([row // 2]) for row in range(JUDGED)]
    assert passed([*start, b"a", b"b", b"b", b"c"])[-3:] == [b"a", b"b", b"c"]


def test_it_is_said() -> None:
    doubled = Doubled()
    for packet in packets([b"x"] * JUDGED):
        doubled.take(packet)
    assert "twice" in doubled.message
    assert Doubled().message == ""
