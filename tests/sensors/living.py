"""What worn sensors of several kinds send, and what is said when a part of it dies."""

import json
import struct
from collections.abc import Callable, Iterable, Iterator

import numpy as np

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


def told(profile: str, stream: Iterable[Packet]) -> tuple[list[tuple[float, SignalFault]], Engine]:
    """Arrival and fault of whatever is said."""
    engine = Engine(DeviceProfile(profile, "Belt", RATE_HZ))
    said = [
        (packet.arrival_s, event.fault)
        for packet in stream
        for event in engine.feed(packet)
        if isinstance(event, SignalSuspect)
    ]
    return said, engine


def turning(pack: Pack) -> Pack:
    """The same sensor, tilted to and fro by 23°."""

    def turned(number: int, acc: Floats, gyr: Floats) -> list[tuple[str, bytes]]:
        tilt_rad = 0.4 * np.sin(np.arange(number, number + len(acc)) / RATE_HZ)
        more = 9.8 * np.column_stack([np.sin(tilt_rad), tilt_rad * 0.0, tilt_rad * 0.0])
        return pack(number, acc + more, gyr)

    return turned


def standing(pack: Pack, at_s: float) -> Pack:
    """The same sensor, whose count and clock stand still from a time on."""

    def stood(number: int, acc: Floats, gyr: Floats) -> list[tuple[str, bytes]]:
        return pack(min(number, round(at_s * RATE_HZ)), acc, gyr)

    return stood


def trickling(pack: Pack, died_s: float, apart_s: float) -> Iterator[Packet]:
    """A worn sensor that from a time on sends single samples, so far apart."""
    rng = np.random.default_rng(2)
    for packet in packets(pack, 1e9, "last", "acc"):
        if packet.arrival_s < died_s:
            yield packet
    for number in range(int(20.0 / apart_s)):
        acc, gyr = rng.normal((0, 0, 9.8), 0.03, (1, 3)), rng.normal(0.0, 0.01, (1, 3))
        for channel, payload in pack(int(died_s * RATE_HZ) + ROWS * number, acc, gyr):
            yield Packet(died_s + apart_s * (number + 1), channel, payload)


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
