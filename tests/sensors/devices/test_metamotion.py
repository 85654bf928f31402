"""MetaMotion: vectors of the vendor's SDK, both chips, and starting them."""

import numpy as np
import pytest
from tests.sensors.gatt import Notification, Talking
from tests.sensors.streams import METAMOTION_ACC, METAMOTION_BMI160, METAMOTION_GYRO

from spinesense.model.errors import SensorError
from spinesense.model.packets import BadPacket, Packet
from spinesense.model.samples import Decoded
from spinesense.sensors.device import Advertisement
from spinesense.sensors.devices import decoder_for
from spinesense.sensors.devices.metamotion import (
    CHANNEL,
    COMMAND_UUID,
    NOTIFY_UUID,
    SERVICE_UUID,
    MetamotionDevice,
)

DEVICE = MetamotionDevice()


def decode(*payloads: bytes) -> Decoded:
    packets = [Packet(0.01 * row, CHANNEL, payload) for row, payload in enumerate(payloads)]
    return decoder_for("metamotion").decode(packets)


def both(*payloads: bytes) -> tuple[list[list[float]], list[list[float]]]:
    """Acceleration in g and angular rate in °/s."""
    block = decode(*payloads).block
    assert block is not None
    acc, gyr = block.acc_mps2 / 9.80665, np.degrees(block.gyr_radps)
    return acc.round(3).tolist(), gyr.round(3).tolist()


def test_packed_readings() -> None:
    acc, gyr = both(*METAMOTION_BMI160, METAMOTION_ACC, METAMOTION_GYRO)
    assert acc[0] == [-4.539, 0.833, -0.131]
    assert gyr == [[262.409, 499.497, -499.512]] * 3


def test_single_readings_at_other_ranges() -> None:
    ranges = (b"\x03\x80\x01\x00", b"\x03\x83\x28\x05", b"\x13\x83\x28\x02")
    acc, gyr = both(*ranges, bytes.fromhex("030416c494a22ad0"), bytes.fromhex("13053e43ff7f0080"))
    assert acc == [[-1.872, -2.919, -1.495]]
    assert gyr == [[262.409, 499.497, -499.512]]


def test_the_same_code_is_another_range_on_the_other_chip() -> None:
    gyro = bytes.fromhex("1305") + METAMOTION_GYRO[2:]
    config = b"\x03\x83\xa8\x03", b"\x13\x83\x28\x02"
    small, _ = both(b"\x03\x80\x01\x01", *config, METAMOTION_ACC, METAMOTION_GYRO)
    large, _ = both(b"\x03\x80\x04\x00", *config, b"\x03\x05" + METAMOTION_ACC[2:], gyro)
    assert np.array(large) == pytest.approx(np.array(small) * 8, abs=0.005)


@pytest.mark.parametrize(
    ("payload", "reason"),
    [
        (METAMOTION_ACC, "readings whose range has not been told"),
        (b"\x03\x83\x28\x08", "acceleration range 8 is not known"),
        (b"\x13\x83\x28\x05", "gyro range 5 is not known"),
        (b"\x03\x99\x28\x05", "register 0x99 of module 0x03 is not known"),
        (b"\x07\x01", "2 bytes that are neither readings nor an answer"),
    ],
)
def test_what_is_not_understood_is_named(payload: bytes, reason: str) -> None:
    assert decode(payload).bad == (BadPacket(0.0, reason),)


def test_a_lost_notification_costs_three_samples_and_is_named() -> None:
    stream = [METAMOTION_ACC, METAMOTION_GYRO] * 20
    del stream[5]
    decoded = decode(*METAMOTION_BMI160, *stream)
    assert [bad.reason for bad in decoded.bad] == ["3 acceleration samples without angular rate"]
    assert decoded.block is not None
    assert len(decoded.block) == 57


def test_the_battery_level_of_the_sdk() -> None:
    assert decode(bytes.fromhex("118c633410")).battery_percent == 99


def test_it_is_known_by_its_service_or_factory_name() -> None:
    assert DEVICE.recognises(Advertisement("AA", "hip", -50, (SERVICE_UUID,)))
    assert DEVICE.recognises(Advertisement("AA", "MetaWear", -50))
    assert not DEVICE.recognises(Advertisement("AA", "hip", -50))


def board(chip: int, revision: int) -> Talking:
    """Answers like a board: what was configured is what is read back."""
    configured: dict[int, bytes] = {}

    def answers(uuid: str, payload: bytes) -> list[Notification]:
        module, register = payload[:2]
        if register == 0x03:
            configured[module] = payload[2:]
        replies = {
            0x80: bytes([chip, revision]),
            0x83: configured.get(module, b""),
            0xCC: bytes.fromhex("633410"),
        }
        known = uuid == COMMAND_UUID and register in replies
        return [(NOTIFY_UUID, payload[:2] + replies[register])] if known else []

    return Talking(answers=answers)


@pytest.mark.parametrize(
    ("chip", "revision", "expected"),
    [
        (1, 1, "0380 03032808 13032802 0383 1383 03020100 13020100 031c01 130701 030101 130101"),
        (1, 0, "0380 03032808 13032802 0383 1383 03020100 13020100 030401 130501 030101 130101"),
        (4, 0, "0380 0303a802 13032802 0383 1383 03020100 13020100 030501 130501 030101 130101"),
    ],
)
async def test_each_chip_is_started_in_its_way(chip: int, revision: int, expected: str) -> None:
    gatt = board(chip, revision)
    profile = await DEVICE.start(gatt, 90.0)
    assert [payload for _, payload in gatt.written] == expected.split()
    assert profile.nominal_rate_hz == 100.0
    assert await DEVICE.battery_percent(gatt) == 99
    await DEVICE.stop(gatt)
    assert gatt.done[-4:] == ["write 030100", "write 03020001", "write 130100", "write 13020001"]


async def test_another_chip_is_refused() -> None:
    with pytest.raises(SensorError, match="no accelerometer that is known here; use a MetaMotion"):
        await DEVICE.start(board(3, 1), 100.0)
