"""Virtual sensors demand what real ones demand, and their bytes decode to what was measured."""

import math
from collections.abc import Callable

import numpy as np
import pytest

from spinesense.model.packets import Packet
from spinesense.model.samples import Floats
from spinesense.sensors.devices import decoder_for
from spinesense.sensors.devices.open_format import DATA_UUID
from spinesense.sensors.virtual.firmware import Firmware
from spinesense.sensors.virtual.movesense import NOTIFY_UUID as MOVESENSE_UUID
from spinesense.sensors.virtual.movesense import WRITE_UUID as MOVESENSE_WRITE_UUID
from spinesense.sensors.virtual.movesense import Movesense
from spinesense.sensors.virtual.open_board import OpenBoard
from spinesense.sensors.virtual.verity import CONTROL_UUID, VeritySense, compressed
from spinesense.sensors.virtual.verity import DATA_UUID as POLAR_UUID
from spinesense.sensors.virtual.wt901 import NOTIFY_UUID, WRITE_UUID, Wt901

UNLOCK = bytes.fromhex("ffaa6988b5")
SET_100_HZ = bytes.fromhex("ffaa030900")
SAVE = bytes.fromhex("ffaa000000")
READ_BATTERY = bytes.fromhex("ffaa276400")


def wt901() -> Wt901:
    sensor = Wt901()
    sensor.subscribe(NOTIFY_UUID, wanted=True)
    return sensor


def test_a_wt901_sends_ten_a_second_until_it_is_unlocked_and_set() -> None:
    sensor = wt901()
    assert (sensor.rate_hz, sensor.batch) == (10.0, 1)
    sensor.write(WRITE_UUID, SET_100_HZ, 0.0)
    assert sensor.rate_hz == 10.0
    sensor.write(WRITE_UUID, UNLOCK, 1.0)
    sensor.write(WRITE_UUID, SET_100_HZ, 1.1)
    assert (sensor.rate_hz, sensor.batch) == (100.0, 4)


def test_a_wt901_locks_again_and_forgets_what_was_not_saved() -> None:
    sensor = wt901()
    sensor.write(WRITE_UUID, UNLOCK, 0.0)
    sensor.write(WRITE_UUID, SET_100_HZ, 20.0)
    assert sensor.rate_hz == 10.0
    for saved, rate_hz in ((False, 10.0), (True, 100.0)):
        sensor.write(WRITE_UUID, UNLOCK, 30.0)
        sensor.write(WRITE_UUID, SET_100_HZ, 30.1)
        if saved:
            sensor.write(WRITE_UUID, SAVE, 30.2)
        sensor.power_on()
        assert sensor.rate_hz == 0.0
        sensor.subscribe(NOTIFY_UUID, wanted=True)
        assert sensor.rate_hz == rate_hz


def test_a_wt901_that_saves_reads_zero_meanwhile() -> None:
    sensor = wt901()
    sensor.write(WRITE_UUID, UNLOCK, 0.0)
    sensor.write(WRITE_UUID, SAVE, 0.1)
    levels = []
    for time_s in (0.2, 0.5):
        ((_, reply),) = sensor.write(WRITE_UUID, READ_BATTERY, time_s)
        decoded = decoder_for("witmotion").decode([Packet(0.0, "ffe4", reply)])
        levels.append(decoded.battery_percent)
    assert levels == [None, 75]


def test_a_movesense_refuses_paths_and_rates_that_it_has_not() -> None:
    sensor = Movesense()
    sensor.subscribe(MOVESENSE_UUID, wanted=True)
    for path in (b"/Meas/IMU6/100", b"/Meas/Temp/52", b"IMU6", b""):
        ((_, reply),) = sensor.write(MOVESENSE_WRITE_UUID, b"\x01\x63" + path, 0.0)
        assert reply == b"\x01\x63\x94\x01"
        assert sensor.rate_hz == 0.0
    ((_, reply),) = sensor.write(MOVESENSE_WRITE_UUID, b"\x01\x63/Meas/IMU6/104", 0.0)
    assert reply == b"\x01\x63\xc8\x00"
    assert (sensor.rate_hz, sensor.batch) == (104.0, 8)


def test_a_verity_takes_the_settings_that_it_offers_only() -> None:
    sensor = VeritySense()
    sensor.subscribe(POLAR_UUID, wanted=True)
    wrong = bytes.fromhex("0202000164000101100002010800040103")
    ((_, reply),) = sensor.write(CONTROL_UUID, wrong, 0.0)
    assert reply[3] != 0
    assert sensor.rate_hz == 0.0
    right = bytes.fromhex("0202000134000101100002010800040103")
    ((_, reply),) = sensor.write(CONTROL_UUID, right, 0.0)
    assert reply[:4] == b"\xf0\x02\x02\x00"
    assert sensor.rate_hz == 52.0
    ((_, reply),) = sensor.write(CONTROL_UUID, right, 0.0)
    assert reply[3] == 6


@pytest.mark.parametrize("width", [1, 3, 9, 14])
def test_differences_are_packed_lowest_bit_first(width: int) -> None:
    rng = np.random.default_rng(width)
    steps = rng.integers(-(1 << width >> 1), 1 << width >> 1, size=(20, 3))
    samples = np.cumsum(np.vstack([[[5, -3, 900]], steps]), axis=0)
    body = compressed(samples)
    bits, count = body[6], body[7]
    packed = int.from_bytes(body[8:], "little")
    values = [packed >> (row * bits) & ((1 << bits) - 1) for row in range(3 * count)]
    signed = [value - (value >> (bits - 1) << bits) for value in values]
    assert np.array_equal(np.reshape(signed, (-1, 3)), steps)


def started(make: Callable[[], Firmware]) -> Firmware:
    """A sensor that streams acceleration and rate."""
    sensor = make()
    for uuid in (DATA_UUID, NOTIFY_UUID, MOVESENSE_UUID, POLAR_UUID):
        sensor.subscribe(uuid, wanted=True)
    for uuid, command in (
        (WRITE_UUID, UNLOCK),
        (WRITE_UUID, SET_100_HZ),
        (MOVESENSE_WRITE_UUID, b"\x01\x63/Meas/IMU6/104"),
        (CONTROL_UUID, bytes.fromhex("0202000134000101100002010800040103")),
        (CONTROL_UUID, bytes.fromhex("020500013400010110000201d007040103")),
    ):
        sensor.write(uuid, command, 0.0)
    return sensor


KINDS: dict[str, tuple[Callable[[], Firmware], str]] = {
    "open": (OpenBoard, "imu"),
    "witmotion": (Wt901, "ffe4"),
    "movesense": (Movesense, "notify"),
}


@pytest.mark.parametrize("kind", KINDS)
def test_what_it_sends_decodes_to_what_it_measured(kind: str) -> None:
    make, channel = KINDS[kind]
    sensor = started(make)
    rng = np.random.default_rng(2)
    packets: list[Packet] = []
    acc, gyr = [], []
    for row in range(20):
        acc.append(rng.uniform(-15, 15, (sensor.batch, 3)))
        gyr.append(rng.uniform(-3, 3, (sensor.batch, 3)))
        time_s = row * sensor.batch / sensor.rate_hz
        told = sensor.pack(time_s, acc[-1], gyr[-1])
        packets += [Packet(time_s, channel, payload) for _, payload in told]
    block = decoder_for(kind).decode(packets).block
    assert block is not None
    assert_near(block.acc_mps2, np.vstack(acc), 16 * 9.80665 / 32768)
    assert_near(block.gyr_radps, np.vstack(gyr), math.radians(2000) / 32768)


def assert_near(found: Floats, sent: Floats, step: float) -> None:
    assert found.shape == sent.shape
    assert float(np.abs(found - sent).max()) <= 0.51 * step


@pytest.mark.parametrize("make", [OpenBoard, Wt901, Movesense, VeritySense])
def test_a_sensor_that_nobody_subscribes_to_is_silent(make: Callable[[], Firmware]) -> None:
    assert make().rate_hz == 0.0
