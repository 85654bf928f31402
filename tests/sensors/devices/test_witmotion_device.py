"""Finding, starting and asking a WitMotion sensor."""

import pytest
from tests.sensors.gatt import Notification, Talking

from spinesense.sensors.device import Advertisement
from spinesense.sensors.devices.witmotion import (
    NOTIFY_UUID,
    SERVICE_UUID,
    WRITE_UUID,
    WitmotionDevice,
)

DEVICE = WitmotionDevice()


@pytest.mark.parametrize("name", ["WT901BLE67", "WT901BLE68", "BWT901BLE5.0", "WT9011DCL-BT50"])
def test_it_is_known_by_its_name(name: str) -> None:
    assert DEVICE.recognises(Advertisement("AA", name, -50))


def test_it_is_known_by_its_service_and_not_by_the_base_of_the_bluetooth_sig() -> None:
    assert DEVICE.recognises(Advertisement("AA", "", -50, (SERVICE_UUID,)))
    sig = SERVICE_UUID.replace("9a34fb", "9b34fb")
    assert not DEVICE.recognises(Advertisement("AA", "belt", -50, (sig,)))


async def test_it_is_unlocked_and_given_time_before_the_rate_is_set() -> None:
    gatt = Talking()
    profile = await DEVICE.start(gatt, 100.0)
    assert gatt.done == [
        "subscribe ffe4",
        "write ffaa6988b5",
        "pause 0.1",
        "write ffaa030900",
        "pause 0.1",
    ]
    assert {uuid for uuid, _ in gatt.written} == {WRITE_UUID}
    assert (profile.profile, profile.nominal_rate_hz, profile.has_gyro) == (
        "witmotion",
        100.0,
        True,
    )


@pytest.mark.parametrize(
    ("wished_hz", "code", "rate_hz"), [(52.0, "08", 50.0), (90.0, "09", 100.0), (1e3, "0b", 200.0)]
)
async def test_the_nearest_rate_is_taken(wished_hz: float, code: str, rate_hz: float) -> None:
    gatt = Talking()
    profile = await DEVICE.start(gatt, wished_hz)
    assert gatt.written[-1] == (WRITE_UUID, f"ffaa03{code}00")
    assert profile.nominal_rate_hz == rate_hz


async def test_the_battery_is_asked_for() -> None:
    def answers(uuid: str, payload: bytes) -> list[Notification]:
        reply = bytes.fromhex("557164008601").ljust(20, b"\0")
        return [(NOTIFY_UUID, reply)] if payload.hex() == "ffaa276400" else []

    gatt = Talking(answers=answers)
    await DEVICE.start(gatt, 100.0)
    assert await DEVICE.battery_percent(gatt) == 75


async def test_a_battery_that_is_not_told_is_unknown() -> None:
    gatt = Talking()
    await DEVICE.start(gatt, 100.0)
    assert await DEVICE.battery_percent(gatt) is None
