"""Messages of the Sensor Logger app."""

import json
import random

import numpy as np
import pytest
from tests.sensors.streams import PUSH_BEGIN_NS, push_message

from spinesense.model.packets import Packet
from spinesense.model.samples import Decoded, ImuBlock
from spinesense.sensors.devices import decoder_for
from spinesense.sensors.devices.sensorlogger import CHANNEL


def decode(*payloads: bytes, spacing_s: float = 0.1) -> Decoded:
    packets = [Packet(spacing_s * row, CHANNEL, payload) for row, payload in enumerate(payloads)]
    return decoder_for("sensorlogger").decode(packets)


def block_of(decoded: Decoded) -> ImuBlock:
    assert decoded.block is not None
    return decoded.block


def reasons(decoded: Decoded) -> list[str]:
    return [bad.reason for bad in decoded.bad]


def test_gravity_is_added_and_the_gyroscope_joined() -> None:
    decoded = decode(*(push_message(number) for number in range(5)))
    block = block_of(decoded)
    assert not decoded.bad
    assert len(block) == 49
    np.testing.assert_allclose(block.acc_mps2, [[0.11, 0.18, 9.83]] * 49)
    np.testing.assert_allclose(block.gyr_radps, [[0.001, 0.002, -0.003]] * 49)
    assert block.device_time_s is not None
    assert np.diff(block.device_time_s) == pytest.approx(0.01, abs=1e-6)


def test_total_acceleration_is_taken_as_it_is() -> None:
    message = json.loads(push_message(0))
    for reading in message["payload"]:
        if reading["name"] == "gravity":
            reading["name"] = "totalacceleration"
    block = block_of(decode(json.dumps(message).encode(), push_message(1)))
    np.testing.assert_allclose(block.acc_mps2[:9], [[0.1, 0.2, 9.8]] * 9)


def test_messages_that_overtake_each_other_are_put_in_order() -> None:
    messages = [push_message(number) for number in range(20)]
    shuffled = list(messages)
    chance = random.Random(5)
    for start in range(0, 20, 4):
        part = shuffled[start : start + 4]
        chance.shuffle(part)
        shuffled[start : start + 4] = part
    in_order, mixed = decode(*messages), decode(*shuffled)
    assert not mixed.bad
    assert np.array_equal(block_of(mixed).acc_mps2, block_of(in_order).acc_mps2)
    one, other = block_of(mixed).device_time_s, block_of(in_order).device_time_s
    assert one is not None
    assert other is not None
    # Zero is the first reading that came; everything else is the same.
    np.testing.assert_allclose(one - one[0], other - other[0], atol=1e-9)


def test_a_message_that_never_comes_is_waited_for_and_named() -> None:
    messages = [push_message(number) for number in range(40)]
    decoded = decode(*messages[:5], *messages[6:])
    assert reasons(decoded)[0] == "1 messages from 5 on are missing"
    block = block_of(decoded)
    assert block.device_time_s is not None
    assert sorted(np.diff(block.device_time_s))[-1] == pytest.approx(0.11, abs=1e-3)
    # The 20 that were held for 2 s come at once.
    assert np.unique(block.arrival_s, return_counts=True)[1].max() > 150


def test_a_message_sent_twice_counts_once() -> None:
    decoded = decode(push_message(0), push_message(1), push_message(1), push_message(2))
    assert reasons(decoded) == ["message 1 came twice or too late"]
    assert len(block_of(decoded)) == 29


def test_a_new_recording_on_the_phone_goes_on() -> None:
    later = [push_message(number, session="t") for number in range(3)]
    decoded = decode(push_message(400), push_message(401), *later)
    assert len(block_of(decoded)) >= 19
    assert "came twice" not in " ".join(reasons(decoded))


def test_without_gravity_it_says_what_to_switch_on() -> None:
    decoded = decode(*(push_message(number, gravity=False) for number in range(3)))
    assert decoded.block is None
    assert reasons(decoded)[0] == "acceleration without gravity: switch on Gravity, too"


def test_without_a_gyroscope_there_are_accelerations() -> None:
    block = block_of(decode(*(push_message(number, gyroscope=False) for number in range(3))))
    assert np.isnan(block.gyr_radps).all()
    assert len(block) >= 29


@pytest.mark.parametrize(
    ("payload", "reason"),
    [
        (b"hello", "no message of Sensor Logger"),
        (b"{}", "no message of Sensor Logger"),
        (b'{"messageId": -1, "payload": []}', "no message of Sensor Logger"),
        (b'{"messageId": 0, "payload": [{"name": "gyroscope", "time": 1e30}]}', "no message"),
        (
            b'{"messageId":0,"payload":[{"name":"gravity","time":%d,"values":{"x":1}}]}'
            % PUSH_BEGIN_NS,
            "gravity without x, y and z",
        ),
    ],
)
def test_what_is_no_message_is_named(payload: bytes, reason: str) -> None:
    (told,) = reasons(decode(payload))
    assert told.startswith(reason)


@pytest.mark.parametrize("profile", ["sensorlogger", "phyphox"])
def test_json_that_is_nested_too_deeply_is_a_bad_packet(profile: str) -> None:
    payload = b'{"z":' + b"[" * 100_000 + b"]" * 100_000 + b"}"
    found = decoder_for(profile).decode([Packet(0.0, CHANNEL, payload)])
    assert len(found.bad) == 1
