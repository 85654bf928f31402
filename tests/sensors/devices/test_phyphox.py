"""Replies of phyphox."""

import json

import numpy as np
import pytest
from tests.sensors.streams import phyphox_reply

from spinesense.model.packets import Packet
from spinesense.model.samples import Decoded
from spinesense.sensors.devices import decoder_for
from spinesense.sensors.devices.phyphox import (
    ACCELEROMETER,
    CONFIG_CHANNEL,
    GET_CHANNEL,
    buffers_in,
)

CONFIG = json.dumps(
    {
        "title": "Back",
        "inputs": [
            {
                "source": "accelerometer",
                "outputs": [{"x": "a1"}, {"y": "a2"}, {"z": "a3"}, {"t": "at"}],
            },
            {"source": "gyroscope", "outputs": [{"x": "g1"}, {"y": "g2"}, {"t": "gt"}]},
        ],
    }
).encode()


def decode(*packets: tuple[str, bytes]) -> Decoded:
    timed = [Packet(0.1 * row, *each) for row, each in enumerate(packets)]
    return decoder_for("phyphox").decode(timed)


def test_replies_are_joined_by_their_times() -> None:
    decoded = decode(*((GET_CHANNEL, phyphox_reply(first)) for first in (0, 10, 20)))
    assert not decoded.bad
    block = decoded.block
    assert block is not None
    assert len(block) == 29
    np.testing.assert_allclose(block.acc_mps2, [[0.1, 0.2, 9.8]] * 29)
    np.testing.assert_allclose(block.gyr_radps, [[0.001, 0.002, -0.003]] * 29)
    assert block.device_time_s is not None
    assert np.diff(block.device_time_s) == pytest.approx(0.01, abs=1e-6)


def test_what_a_reply_repeats_counts_once() -> None:
    decoded = decode(*((GET_CHANNEL, phyphox_reply(first)) for first in (0, 5, 10)))
    assert decoded.block is not None
    assert len(decoded.block) == 19
    assert [bad.reason for bad in decoded.bad] == [
        "5 accelerometer samples came twice",
        "5 gyroscope samples came twice",
    ] * 2


def test_an_experiment_that_is_cleared_goes_on() -> None:
    replies = [phyphox_reply(first) for first in range(500, 900, 10)]
    again = [phyphox_reply(first, session="b") for first in (0, 10, 20)]
    decoded = decode(*((GET_CHANNEL, each) for each in (*replies, *again)))
    block = decoded.block
    assert block is not None
    assert len(block) >= 427
    assert block.device_time_s is not None
    assert (np.diff(block.device_time_s) > 0).all()


def test_the_names_of_the_buffers_are_those_of_the_experiment() -> None:
    assert buffers_in(CONFIG) == {ACCELEROMETER: ("at", "a1", "a2", "a3")}
    renamed = phyphox_reply(0)
    for old, new in (("acc_time", "at"), ("accX", "a1"), ("accY", "a2"), ("accZ", "a3")):
        renamed = renamed.replace(old.encode(), new.encode())
    decoded = decode((CONFIG_CHANNEL, CONFIG), (GET_CHANNEL, renamed))
    assert decoded.block is not None
    assert np.isnan(decoded.block.gyr_radps).all()
    assert len(decoded.block) == 10


@pytest.mark.parametrize(
    ("payload", "reason"),
    [
        (b"<html>", "no reply of phyphox"),
        (b'{"buffer": []}', "no reply of phyphox"),
        (b'{"buffer":{"acc_time":{"buffer":[1,2]}}}', "accelerometer buffers of different len"),
        (
            json.dumps(
                {
                    "buffer": {
                        name: {"buffer": [None]} for name in ("acc_time", "accX", "accY", "accZ")
                    }
                }
            ).encode(),
            "accelerometer times that are no times",
        ),
    ],
)
def test_what_is_no_reply_is_named(payload: bytes, reason: str) -> None:
    (bad,) = decode((GET_CHANNEL, payload)).bad
    assert bad.reason.startswith(reason)
