"""Upright GO 2: angles for posture, and its motor. No captured payload is public."""

import math

import numpy as np
import pytest
from tests.sensors.gatt import Talking

from spinesense.model.packets import BadPacket, DeviceProfile, Packet
from spinesense.runner.engine import Engine
from spinesense.sensors.device import Advertisement
from spinesense.sensors.devices import decoder_for
from spinesense.sensors.devices.upright import (
    ANGLE_UUID,
    CHANNEL,
    POWER_UUID,
    VIBRATION_SETTINGS_UUID,
    VIBRATION_UUID,
    UprightDevice,
)

DEVICE = UprightDevice()
SETTINGS = bytes.fromhex("023200042302640012160113062c01")


def angle(tenths_deg: int) -> bytes:
    return tenths_deg.to_bytes(2, "little", signed=True) + bytes(4)


def test_an_angle_is_a_direction_of_gravity_in_the_plane_of_bending() -> None:
    packets = [Packet(row / 15, CHANNEL, angle(each)) for row, each in enumerate([0, 300, -900])]
    block = decoder_for("upright").decode(packets).block
    assert block is not None
    up = block.acc_mps2 / 9.80665
    half, root = 0.5, math.sqrt(0.75)
    expected = np.array([[0.0, 0.0, 1.0], [-half, 0.0, root], [1.0, 0.0, 0.0]])
    np.testing.assert_allclose(up, expected, atol=1e-12)
    assert np.isnan(block.gyr_radps).all()


@pytest.mark.parametrize(
    ("payload", "reason"),
    [(b"\x01", "1 bytes are no angle"), (angle(1801), "an angle of 180.1 degrees")],
)
def test_what_is_no_angle_is_named(payload: bytes, reason: str) -> None:
    decoded = decoder_for("upright").decode([Packet(0.0, CHANNEL, payload)])
    assert decoded.bad == (BadPacket(0.0, reason),)


def test_the_signal_core_can_follow_a_slouch() -> None:
    engine = Engine(DeviceProfile("upright", "UprightGO2", 15.0, has_gyro=False))
    for row in range(15 * 20):
        tenths = 350 if row < 150 else 550
        engine.feed(Packet(row / 15, CHANNEL, angle(tenths)))
    assert engine.readings.rate_hz == pytest.approx(15.0, rel=0.02)
    assert engine.snapshot().sensor.bad_packets == 0


def test_it_is_known_by_its_name() -> None:
    assert DEVICE.recognises(Advertisement("AA", "UprightGO2", -50))
    assert not DEVICE.recognises(Advertisement("AA", "UprightGo2DFU", -50))


@pytest.mark.parametrize(
    ("level", "percent"), [(0, None), (1, 0), (2, 5), (3, 10), (7, 50), (12, 100), (13, 100)]
)
async def test_its_battery_tells_levels(level: int, percent: int | None) -> None:
    gatt = Talking({POWER_UUID: bytes([level, 0, 0, 0, 0])})
    assert await DEVICE.battery_percent(gatt) == percent


async def test_starting_changes_no_setting() -> None:
    gatt = Talking()
    profile = await DEVICE.start(gatt, 100.0)
    assert gatt.done == ["subscribe angle"]
    assert ANGLE_UUID.startswith("0000bac4")
    assert (profile.nominal_rate_hz, profile.has_gyro) == (15.0, False)


async def test_a_buzz_shows_the_persons_pattern_and_leaves_everything_as_it_was() -> None:
    gatt = Talking({VIBRATION_SETTINGS_UUID: SETTINGS, VIBRATION_UUID: b"\x01\x01"})
    await DEVICE.buzz(gatt)
    shown = SETTINGS[:3] + b"\x84" + SETTINGS[4:]
    assert gatt.written == [
        (VIBRATION_UUID, "0000"),
        (VIBRATION_SETTINGS_UUID, shown.hex()),
        (VIBRATION_SETTINGS_UUID, SETTINGS.hex()),
        (VIBRATION_UUID, "0101"),
    ]
    assert "pause 1.5" in gatt.done
