"""Streams of each device, of published bytes where there are any."""

import json
import struct
from dataclasses import dataclass

import numpy as np

from spinesense.model.packets import Packet
from spinesense.sensors.devices import (
    arduino,
    dot,
    metamotion,
    movesense,
    open_format,
    phyphox,
    samples,
    sensorlogger,
    thingy,
    upright,
    witmotion,
)
from spinesense.sensors.devices.polar import decoder


@dataclass(frozen=True)
class Stream:
    """Packets of one device, in order, and how many samples they hold."""

    profile: str
    packets: tuple[tuple[str, bytes], ...]
    """Channel and payload."""
    samples: int
    spacing_s: float = 0.08
    """Between the arrivals of two packets."""
    tail: int = 1
    """Packets at the end that others need to be decided."""

    def arrived(self) -> list[Packet]:
        return [
            Packet(row * self.spacing_s, channel, payload)
            for row, (channel, payload) in enumerate(self.packets)
        ]


# One notification of a WT901BLE67 at 100 Hz (RGu0/WT901, MIT).
WITMOTION = bytes.fromhex(
    "55612706bc0179065500e7fec4fa3e00eaff000055613806c7016b0698ff79fe74fb3e00eaff0000"
    "55618006cc017f06b2feb8fe0dfc3e00eaff000055618206ad018c0696fe58ff65fc3e00eaff0000"
)

# A body of /Meas/IMU6/52 (sensein/movesense-py, tests/fixtures/validation/fixture.json).
MOVESENSE_IMU6 = bytes.fromhex(
    "aca1020094b578bf399b8840cdb20d4155ff7cbf6a60884092c70c4182627cbfa2e988405da00c418bf871bf71248940"
    "c38c0c4148e17abf713daabf3333b3bec3f568bf713daabf3e0ad7beae4721bff628bcbf3e0ad7beae4721bf3333b3bf"
    "3e0ad7be"
)


def movesense_message(clock_ms: int) -> bytes:
    return b"\x02\x63" + struct.pack("<I", clock_ms) + MOVESENSE_IMU6[4:]


# Vectors of polarofficial/polar-ble-sdk: AccDataTest.kt and GyrDataTest.kt.
POLAR_ACC_RAW = bytes.fromhex("02009435770000000001F7FFFFFFE703F8FFFEFFE503")
POLAR_ACC_DELTA = bytes.fromhex("02650000000000000081F1FF1400F00306017B0F08")
POLAR_GYRO_DELTA = bytes.fromhex("05FFFFFFFFFFFFFF7F80EAFF08000D000301DF00")
POLAR_GYRO_FLOAT = bytes.fromhex(
    "050094357700000000810000803F000020410000A0411C010000A001000008CDCCEC0D"
)
POLAR_STARTED_GYRO = bytes.fromhex("f0020500000501") + struct.pack("<f", 0.5)
POLAR_STARTED_ACC = bytes.fromhex("f002020000")


def polar_at(frame: bytes, last_ns: int) -> bytes:
    """The same frame with another time of its last sample."""
    return frame[:1] + last_ns.to_bytes(8, "little") + frame[9:]


def polar_frames(*frames: bytes, step_ns: int = 40_000_000) -> list[tuple[str, bytes]]:
    """Frames of one kind or of two in turns, one step apart for each kind."""
    kinds = len({frame[0] for frame in frames})
    begin_ns = 762_028_708_863_099_136
    return [
        (decoder.DATA_CHANNEL, polar_at(frame, begin_ns + step_ns * (row // kinds)))
        for row, frame in enumerate(frames)
    ]


def dot_reading(clock_us: int, *values: float, filled_to: int = 40) -> bytes:
    return struct.pack("<I6f", clock_us, *values).ljust(filled_to, b"\0")


# A Thingy:52 that lies still (IanHarvey/bluepy, issue 377).
THINGY = bytes.fromhex("f3ffbdff02fceaff0500f6ff000000000000")

# Vectors of mbientlab/MetaWear-SDK-Cpp, and the answers that tell its chip and ranges.
METAMOTION_BMI160 = (b"\x03\x80\x01\x01", b"\x03\x83\x28\x08", b"\x13\x83\x28\x02")
METAMOTION_ACC = bytes.fromhex("031c62b7530de9fd16d04d0e57028affa1050a01")
METAMOTION_GYRO = bytes.fromhex("13073e43ff7f00803e43ff7f00803e43ff7f0080")


def six_floats(*values: float) -> bytes:
    return struct.pack(f"<{len(values)}f", *values)


PUSH_BEGIN_NS = 1_698_501_144_401_773_000


def push_message(number: int, rows: int = 10, session: str = "s", **only: bool) -> bytes:
    """A message of Sensor Logger with 0.1 s of readings of a phone that lies still at 100 Hz.

    ``only`` leaves sensors out by name.
    """
    readings = []
    for row in range(rows):
        time_ns = PUSH_BEGIN_NS + 10_000_000 * (number * rows + row)
        for name, late_ns, axes in (
            ("accelerometer", 0, (0.01, -0.02, 0.03)),
            ("gravity", 0, (0.1, 0.2, 9.8)),
            ("gyroscope", 2_000_000, (0.001, 0.002, -0.003)),
        ):
            if only.get(name, True):
                values = dict(zip("xyz", axes, strict=True))
                readings.append({"name": name, "time": time_ns + late_ns, "values": values})
    readings.append({"name": "battery", "time": PUSH_BEGIN_NS, "values": {"batteryLevel": 0.5}})
    message = {"messageId": number, "sessionId": session, "deviceId": "d", "payload": readings}
    return json.dumps(message).encode()


def phyphox_reply(first: int, rows: int = 10, session: str = "a") -> bytes:
    """An answer of phyphox with so many samples at 100 Hz."""
    times_s = [(first + row) / 100 for row in range(rows)]
    columns = {
        "acc_time": times_s,
        "accX": [0.1] * rows,
        "accY": [0.2] * rows,
        "accZ": [9.8] * rows,
        "gyr_time": [time_s + 0.002 for time_s in times_s],
        "gyrX": [0.001] * rows,
        "gyrY": [0.002] * rows,
        "gyrZ": [-0.003] * rows,
    }
    buffers = {
        name: {"size": 0, "updateMode": "partial", "buffer": column}
        for name, column in columns.items()
    }
    status = {"session": session, "measuring": True, "timedRun": False, "countDown": 0}
    return json.dumps({"buffer": buffers, "status": status}).encode()


_OPEN = [
    open_format.encode(
        4 * row, 40_000 * row, np.full((4, 3), 2.0), np.ones((4, 3)), period_us=10_000
    )
    for row in range(3)
]
_TABLE = samples.encode(np.arange(6) / 50, np.full((6, 3), 2.0), np.ones((6, 3)), rows_per_packet=2)
_DOT = [dot_reading(4_294_950_000 + 16_667 * row, 0.1, 0.2, 9.8, 1, 2, 3) for row in range(2)]
_MOVESENSE = [movesense_message(172_460 + 77 * row) for row in range(3)]

STREAMS = (
    Stream("witmotion", ((witmotion.CHANNEL, WITMOTION[:40]),) * 4, 8),
    Stream(
        "movesense",
        tuple(
            (movesense.CHANNEL, payload)
            for payload in (
                b"\x01\x63\xc8\x00",
                _MOVESENSE[0],
                _MOVESENSE[1][:60],
                b"\x03\x63" + _MOVESENSE[1][60:],
                _MOVESENSE[2],
            )
        ),
        12,
    ),
    Stream(
        "polar",
        (
            (decoder.CONTROL_CHANNEL, POLAR_STARTED_ACC),
            *polar_frames(POLAR_ACC_RAW, POLAR_ACC_DELTA, POLAR_ACC_RAW),
        ),
        6,
        spacing_s=0.04,
    ),
    Stream(
        "polar",
        (
            (decoder.CONTROL_CHANNEL, POLAR_STARTED_GYRO),
            *polar_frames(
                POLAR_ACC_DELTA,
                POLAR_GYRO_DELTA,
                POLAR_ACC_RAW,
                POLAR_GYRO_FLOAT,
                POLAR_ACC_DELTA,
                POLAR_GYRO_DELTA,
                POLAR_ACC_DELTA,
                POLAR_GYRO_DELTA,
            ),
        ),
        7,
        spacing_s=0.02,
        tail=3,
    ),
    Stream("dot", ((dot.CHANNEL, _DOT[0]), (dot.CHANNEL, _DOT[1])), 2, spacing_s=0.0167),
    Stream("open", tuple((open_format.CHANNEL, payload) for payload in _OPEN), 12, spacing_s=0.04),
    Stream("thingy", ((thingy.CHANNEL, THINGY),) * 2, 2, spacing_s=0.01),
    Stream(
        "metamotion",
        tuple(
            (metamotion.CHANNEL, payload)
            for payload in (*METAMOTION_BMI160, *[METAMOTION_ACC, METAMOTION_GYRO] * 3)
        ),
        9,
        spacing_s=0.015,
        tail=2,
    ),
    Stream(
        "arduino",
        (
            (arduino.SIX, six_floats(0.1, 0.2, 0.97, 1, 2, 3)),
            (arduino.SIX, six_floats(0.1, 0.2, 0.97, 1, 2, 3, 0.1, 0.2, 0.98, 1, 2, 3)),
        ),
        3,
        spacing_s=0.01,
    ),
    Stream(
        "arduino",
        (
            (arduino.ACC, six_floats(0.1, 0.2, 0.97)),
            (arduino.GYR, six_floats(1, 2, 3)),
        )
        * 3,
        3,
        spacing_s=0.005,
        tail=2,
    ),
    Stream(
        "arduino",
        (
            (arduino.TEXT, b"0.1,0.2,0.97,1,2,3\r\n0.1,0."),
            (arduino.TEXT, b"2,0.97,1,2,3\r\n17,0.1,0.2,0.97,-1e1,2,3\n"),
            (arduino.TEXT, b"0.1,0.2,0.97,1,2,3\n"),
        ),
        4,
        spacing_s=0.01,
    ),
    Stream("upright", ((upright.CHANNEL, b"\x5e\x01\0\0\0\0"),) * 2, 2),
    Stream(
        "sensorlogger",
        tuple(
            (sensorlogger.CHANNEL, push_message(number, 3)) for number in (0, 2, 1, 3, 4, 5, 6, 7)
        ),
        23,
        spacing_s=1.0,
        tail=5,
    ),
    Stream(
        "phyphox",
        tuple((phyphox.GET_CHANNEL, phyphox_reply(first, 4)) for first in (0, 4, 8, 12)),
        15,
        spacing_s=0.04,
        tail=2,
    ),
    Stream("samples", tuple((each.channel, each.payload) for each in _TABLE), 6),
)
