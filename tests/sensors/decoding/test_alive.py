"""Whichever channel of whichever device dies, it is said within 5 s; a living one is left alone."""

import json
import struct
from collections.abc import Callable, Iterator

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from spinesense.model.events import SignalFault, SignalSuspect
from spinesense.model.packets import DeviceProfile, Packet
from spinesense.model.samples import Floats
from spinesense.runner.engine import Engine
from spinesense.sensors.devices import arduino, metamotion, open_format, phyphox, sensorlogger

SECONDS = 30
RATE_HZ = 100
ROWS = 4
"""In a packet."""

Pack = Callable[[int, Floats, Floats], list[tuple[str, bytes]]]
"""Number of the first sample, acceleration (m/s²) and angular rate (rad/s) in; packets out."""


def dashboard(_: int, acc: Floats, gyr: Floats) -> list[tuple[str, bytes]]:
    packets = []
    for a, w in zip(acc / 9.80665, np.degrees(gyr), strict=True):
        packets.append((arduino.ACC, struct.pack("<3f", *a)))
        packets.append((arduino.GYR, struct.pack("<3f", *w)))
    return packets


def metawear(number: int, acc: Floats, gyr: Floats) -> list[tuple[str, bytes]]:
    preamble = (b"\x03\x80\x01\x01", b"\x03\x83\x28\x08", b"\x13\x83\x28\x02") if not number else ()
    packets = [(metamotion.CHANNEL, payload) for payload in preamble]
    counts = np.rint(acc / 9.80665 * 4096), np.rint(np.degrees(gyr) * 65.6)
    for a, w in zip(*counts, strict=True):
        packets.append((metamotion.CHANNEL, b"\x03\x04" + a.astype("<i2").tobytes()))
        packets.append((metamotion.CHANNEL, b"\x13\x05" + w.astype("<i2").tobytes()))
    return packets


def of_open(number: int, acc: Floats, gyr: Floats) -> list[tuple[str, bytes]]:
    payload = open_format.encode(number, number * 10_000, acc, gyr, period_us=10_000)
    return [(open_format.CHANNEL, payload)]


def witmotion(_: int, acc: Floats, gyr: Floats) -> list[tuple[str, bytes]]:
    table = np.rint(np.hstack([acc / 9.80665 * 2048, np.degrees(gyr) * 16.384, gyr * 0.0]))
    frames = (b"\x55\x61" + row.tobytes() for row in table.astype("<i2"))
    return [("ffe4", b"".join(frames))]


def pushed(number: int, acc: Floats, gyr: Floats) -> list[tuple[str, bytes]]:
    readings = []
    for row, (a, w) in enumerate(zip(acc.tolist(), gyr.tolist(), strict=True)):
        for name, axes in (("totalacceleration", a), ("gyroscope", w)):
            values = dict(zip("xyz", axes, strict=True))
            time = 1_698_501_144_000_000_000 + (number + row) * 10_000_000
            readings.append({"name": name, "time": time, "values": values})
    message = {"messageId": number // ROWS, "sessionId": "s", "payload": readings}
    return [(sensorlogger.CHANNEL, json.dumps(message).encode())]


def polled(number: int, acc: Floats, gyr: Floats) -> list[tuple[str, bytes]]:
    time_s = [(number + row) / RATE_HZ for row in range(len(acc))]
    buffers = {"acc_time": {"buffer": time_s}, "gyr_time": {"buffer": time_s}}
    for axis, name in enumerate("XYZ"):
        buffers["acc" + name] = {"buffer": acc[:, axis].tolist()}
        buffers["gyr" + name] = {"buffer": gyr[:, axis].tolist()}
    return [(phyphox.GET_CHANNEL, json.dumps({"buffer": buffers}).encode())]


DEVICES: dict[str, tuple[str, Pack]] = {
    "dashboard": ("arduino", dashboard),
    "metamotion": ("metamotion", metawear),
    "open": ("open", of_open),
    "witmotion": ("witmotion", witmotion),
    "sensorlogger": ("sensorlogger", pushed),
    "phyphox": ("phyphox", polled),
}


def of_half(channel: str, payload: bytes) -> str:
    """Which half of a dashboard's or MetaMotion's stream a packet carries."""
    if channel in (arduino.ACC, arduino.GYR):
        return channel
    return {0x03: "acc", 0x13: "gyr"}[payload[0]]


def packets(pack: Pack, died_s: float, death: str, half: str) -> Iterator[Packet]:
    """A worn sensor of which a half dies: silent, or with the last or only zero readings."""
    rng = np.random.default_rng(1)
    last = np.zeros((2, 3))
    for number in range(0, SECONDS * RATE_HZ, ROWS):
        time_s = (number + ROWS) / RATE_HZ
        acc = rng.normal((0.3, 0.1, 9.8), 0.03, (ROWS, 3))
        gyr = rng.normal((0.01, -0.02, 0.03), 0.01, (ROWS, 3))
        dead = time_s > died_s
        if dead and death != "silent":
            value = last * (death == "last")
            acc = acc * 0.0 + value[0] if half in ("acc", "both") else acc
            gyr = gyr * 0.0 + value[1] if half in ("gyr", "both") else gyr
        last = np.vstack([acc[-1], gyr[-1]])
        for channel, payload in pack(number, acc, gyr):
            silent = dead and death == "silent" and of_half(channel, payload) == half
            if not silent:
                yield Packet(time_s, channel, payload)


def told(profile: str, stream: Iterator[Packet]) -> tuple[list[tuple[float, SignalFault]], Engine]:
    """Arrival and fault of whatever is said."""
    engine = Engine(DeviceProfile(profile, "Belt", RATE_HZ))
    said = [
        (packet.arrival_s, event.fault)
        for packet in stream
        for event in engine.feed(packet)
        if isinstance(event, SignalSuspect)
    ]
    return said, engine


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

    def turning(number: int, acc: Floats, gyr: Floats) -> list[tuple[str, bytes]]:
        tilt_rad = 0.4 * np.sin(np.arange(number, number + len(acc)) / RATE_HZ)
        turned = acc + 9.8 * np.column_stack([np.sin(tilt_rad), tilt_rad * 0.0, tilt_rad * 0.0])
        return pack(number, turned, gyr)

    living, _ = told(profile, packets(turning, 1e9, "zeros", "gyr"))
    assert SignalFault.DEAD not in [fault for _, fault in living]
    dying, _ = told(profile, packets(turning, 9.3, "zeros", "gyr"))
    when = [arrival_s for arrival_s, fault in dying if fault is SignalFault.DEAD]
    assert when
    assert 9.3 < when[0] <= 9.3 + 5.0


@pytest.mark.parametrize("apart_s", [0.1, 0.5, 1.0, 2.0, 3.0])
def test_a_stream_of_few_samples_is_said_within_5_s(apart_s: float) -> None:
    profile, pack = DEVICES["witmotion"]
    rng = np.random.default_rng(2)
    living = [packet for packet in packets(pack, 1e9, "last", "acc") if packet.arrival_s < 10.0]
    few = []
    for number in range(int(20.0 / apart_s)):
        (row,) = pack(0, rng.normal((0, 0, 9.8), 0.03, (1, 3)), rng.normal(0.0, 0.01, (1, 3)))
        few.append(Packet(10.0 + apart_s * (number + 1), *row))
    said, engine = told(profile, iter([*living, *few]))
    # A tenth of the samples is that of a setting which has failed; less is no stream any more.
    assert said[0][1] is (SignalFault.WRONG_RATE if apart_s < 0.2 else SignalFault.DEAD)
    assert 10.0 < said[0][0] <= 10.0 + max(5.0, 2 * apart_s)
    assert "samples a second instead of 100" in engine.snapshot().sensor.message


@pytest.mark.parametrize("pause_s", [0.9, 1.5, 3.0, 20.0])
def test_a_pause_of_the_link_is_no_death(pause_s: float) -> None:
    profile, pack = DEVICES["witmotion"]
    stream = [
        Packet(
            packet.arrival_s + pause_s * (packet.arrival_s > 10.0), packet.channel, packet.payload
        )
        for packet in packets(pack, 1e9, "last", "acc")
    ]
    assert SignalFault.DEAD not in [fault for _, fault in told(profile, iter(stream))[0]]


def test_a_clock_that_stands_still_is_said_within_5_s() -> None:
    profile, pack = DEVICES["open"]

    def standing(number: int, acc: Floats, gyr: Floats) -> list[tuple[str, bytes]]:
        return pack(min(number, 1000), acc, gyr)

    said, _ = told(profile, packets(standing, 1e9, "last", "acc"))
    assert said[0][1] is SignalFault.DEAD
    assert 10.0 < said[0][0] <= 15.0


def without(half: str, pack: Pack, died_s: float) -> Iterator[Packet]:
    """What a phone sends of which one sensor stops, while the other goes on in the same message."""
    acc_names, gyr_names = ("totalacceleration", "acc"), ("gyroscope", "gyr")
    names = acc_names if half == "acc" else gyr_names
    for packet in packets(pack, 1e9, "last", "acc"):
        if packet.arrival_s <= died_s:
            yield packet
            continue
        message = json.loads(packet.payload)
        if "payload" in message:
            message["payload"] = [each for each in message["payload"] if each["name"] not in names]
        else:
            for name, buffer in message["buffer"].items():
                if name.startswith(names[1]):
                    buffer["buffer"] = []
        yield Packet(packet.arrival_s, packet.channel, json.dumps(message).encode())


@pytest.mark.parametrize("half", ["acc", "gyr"])
@pytest.mark.parametrize("device", ["sensorlogger", "phyphox"])
def test_a_sensor_of_a_phone_that_stops_is_said_within_5_s(device: str, half: str) -> None:
    profile, pack = DEVICES[device]
    said, engine = told(profile, without(half, pack, 9.3))
    assert said[0][1] is SignalFault.DEAD
    assert 9.3 < said[0][0] <= 9.3 + 5.0
    assert "one of its streams has stopped" in engine.snapshot().sensor.message
