"""Whichever channel of whichever device dies, it is said within 5 s; a living one is left alone."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.sensors.living import DEVICES, packets, standing, told, trickling, turning, without

from spinesense.model.events import SignalFault
from spinesense.model.packets import Packet
from spinesense.model.samples import Floats, ImuBlock
from spinesense.sensors.decoding.alive import DEAD_S, Alive


@pytest.mark.parametrize("device", DEVICES)
def test_nothing_is_said_of_a_living_sensor(device: str) -> None:
    profile, pack = DEVICES[device]
    assert told(profile, packets(pack, 1e9, "silent", "acc"))[0] == []


@pytest.mark.parametrize("half", ["acc", "gyr"])
@pytest.mark.parametrize("device", ["dashboard", "metamotion"])
@given(died_s=st.floats(2.0, 20.0))
@settings(max_examples=5, deadline=None)
def test_a_silent_half_is_said_within_5_s(device: str, half: str, died_s: float) -> None:
    profile, pack = DEVICES[device]
    said, engine = told(profile, packets(pack, died_s, "silent", half))
    assert said[0][1] is SignalFault.DEAD
    assert died_s < said[0][0] <= died_s + 5.0
    assert "one of its streams has stopped" in engine.snapshot().sensor.message


@pytest.mark.parametrize(
    ("half", "death"), [("acc", "last"), ("acc", "zeros"), ("gyr", "last"), ("both", "last")]
)
@pytest.mark.parametrize("device", DEVICES)
def test_frozen_readings_are_said_within_5_s(device: str, half: str, death: str) -> None:
    profile, pack = DEVICES[device]
    said, engine = told(profile, packets(pack, 9.3, death, half))
    when = [arrival_s for arrival_s, fault in said if fault is SignalFault.DEAD]
    assert when
    assert 9.3 < when[0] <= 9.3 + 5.0
    assert "repeats the same" in engine.snapshot().sensor.message


def test_a_stream_that_lives_again_is_shown_as_well() -> None:
    profile, pack = DEVICES["witmotion"]
    dead = list(packets(pack, 5.0, "last", "both"))
    alive = list(packets(pack, 1e9, "last", "both"))
    half = len(dead) // 2
    said, engine = told(profile, iter([*dead[:half], *alive[half:]]))
    assert SignalFault.DEAD in [fault for _, fault in said]
    assert "Belt repeats" not in engine.snapshot().sensor.message


def test_a_gyroscope_with_a_dead_band_at_rest_is_no_fault() -> None:
    profile, pack = DEVICES["witmotion"]
    said, _ = told(profile, packets(pack, 5.0, "zeros", "gyr"))
    assert SignalFault.DEAD not in [fault for _, fault in said]


def test_a_gyroscope_that_says_nothing_of_a_turn_is_said() -> None:
    profile, pack = DEVICES["witmotion"]

    living, _ = told(profile, packets(turning(pack), 1e9, "zeros", "gyr"))
    assert SignalFault.DEAD not in [fault for _, fault in living]
    dying, _ = told(profile, packets(turning(pack), 9.3, "zeros", "gyr"))
    when = [arrival_s for arrival_s, fault in dying if fault is SignalFault.DEAD]
    assert when
    assert 9.3 < when[0] <= 9.3 + 5.0


@pytest.mark.parametrize(
    ("device", "apart_s"),
    [*(("witmotion", apart_s) for apart_s in (0.1, 0.5, 1.0, 2.0, 3.0)), ("dashboard", 2.0)],
)
def test_a_stream_of_few_samples_is_said_within_5_s(device: str, apart_s: float) -> None:
    profile, pack = DEVICES[device]
    said, engine = told(profile, trickling(pack, 10.0, apart_s))
    # A tenth of the samples is that of a setting which has failed; less is no stream any more.
    assert said[0][1] is (SignalFault.WRONG_RATE if apart_s < 0.2 else SignalFault.DEAD)
    assert 10.0 < said[0][0] <= 10.0 + max(5.0, 2 * apart_s)
    assert "samples a second instead of 100" in engine.snapshot().sensor.message


@pytest.mark.parametrize(
    ("device", "pause_s"),
    [*(("witmotion", pause_s) for pause_s in (0.9, 1.5, 3.0, 20.0)), ("dashboard", 3.0)],
)
def test_a_pause_of_the_link_is_no_death(device: str, pause_s: float) -> None:
    profile, pack = DEVICES[device]
    stream = [
        Packet(
            packet.arrival_s + pause_s * (packet.arrival_s > 10.0), packet.channel, packet.payload
        )
        for packet in packets(pack, 1e9, "last", "acc")
    ]
    assert SignalFault.DEAD not in [fault for _, fault in told(profile, iter(stream))[0]]


def test_a_clock_that_stands_still_is_said_within_5_s() -> None:
    profile, pack = DEVICES["open"]

    said, _ = told(profile, packets(standing(pack, 10.0), 1e9, "last", "acc"))
    assert said[0][1] is SignalFault.DEAD
    assert 10.0 < said[0][0] <= 15.0


@pytest.mark.parametrize("half", ["acc", "gyr"])
@pytest.mark.parametrize("device", ["sensorlogger", "phyphox"])
def test_a_sensor_of_a_phone_that_stops_is_said_within_5_s(device: str, half: str) -> None:
    profile, pack = DEVICES[device]
    said, engine = told(profile, without(half, pack, 9.3))
    assert said[0][1] is SignalFault.DEAD
    assert 9.3 < said[0][0] <= 9.3 + 5.0
    assert "one of its streams has stopped" in engine.snapshot().sensor.message


def test_a_stream_that_stops_with_a_repetition_has_stopped() -> None:
    alive, row, arrival_s = Alive(100.0), np.linspace(0.1, 0.6, 6), 0.0
    while not alive.fault:
        arrival_s += 0.05
        row = row if arrival_s > 2.0 else row + 0.01
        alive.feed(arrival_s, repeated(row, arrival_s) if arrival_s < 2.2 else None)
    assert arrival_s <= 2.2 + DEAD_S
    assert "one of its streams has stopped" in alive.fault


def repeated(row: Floats, arrival_s: float) -> ImuBlock:
    rows = np.tile(row, (5, 1))
    index = np.arange(5) + round(100.0 * arrival_s)
    return ImuBlock(np.full(5, arrival_s), rows[:, :3], rows[:, 3:], index, counted=True)
