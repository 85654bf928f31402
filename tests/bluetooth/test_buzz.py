"""A sensor with a motor: the strongest prompts of the sitting monitor are felt."""

import asyncio

import numpy as np
from tests.bluetooth.band import band, listening, until
from tests.bluetooth.fast_loop import run_fast

from spinesense.app.sitting_monitor import BY_THE_SENSOR, vibrating
from spinesense.model.events import SittingAlert
from spinesense.model.samples import Floats
from spinesense.sensors.device import BLUETOOTH_BASE
from spinesense.sensors.devices.upright import (
    ANGLE_UUID,
    POWER_UUID,
    VIBRATION_SETTINGS_UUID,
    VIBRATION_UUID,
)
from spinesense.sensors.virtual.firmware import Can, Notification, Service

SETTINGS = bytes.fromhex("023200042302640012160113062c01")
OFF = b"\x01\x01"


class VirtualUpright:
    """An Upright GO 2 as its device module takes it to be; it was compared with no real one."""

    name = "UprightGO2"
    services = (
        Service(BLUETOOTH_BASE.format(0xBAC0), ((ANGLE_UUID, Can.NOTIFY),)),
        Service(
            BLUETOOTH_BASE.format(0xBAB0),
            (
                (VIBRATION_SETTINGS_UUID, Can.READ | Can.WRITE),
                (VIBRATION_UUID, Can.READ | Can.WRITE),
            ),
        ),
        Service(BLUETOOTH_BASE.format(0xBAD0), ((POWER_UUID, Can.READ),)),
    )
    advertised_uuids = ()
    batch = 1

    def __init__(self) -> None:
        self.values = {VIBRATION_SETTINGS_UUID: SETTINGS, VIBRATION_UUID: OFF, POWER_UUID: b"\x07"}
        self.felt = 0
        self.power_on()

    def power_on(self) -> None:
        self._wanted = False

    def disconnected(self) -> None:
        self._wanted = False

    @property
    def rate_hz(self) -> float:
        return 15.0 if self._wanted else 0.0

    def read(self, uuid: str) -> bytes:
        return self.values[uuid]

    def subscribe(self, uuid: str, wanted: bool) -> None:
        self._wanted = wanted

    def write(self, uuid: str, payload: bytes, time_s: float) -> list[Notification]:
        self.values[uuid] = payload
        if uuid == VIBRATION_SETTINGS_UUID and payload[3] & 0x80:
            # Shown only while vibration is on.
            self.felt += self.values[VIBRATION_UUID] == b"\x00\x00"
        return []

    def pack(self, time_s: float, acc_mps2: Floats, gyr_radps: Floats) -> list[Notification]:
        tenths = round(float(np.degrees(np.arctan2(-acc_mps2[0, 0], acc_mps2[0, 2]))) * 10)
        return [(ANGLE_UUID, tenths.to_bytes(2, "little", signed=True) + bytes(4))]


def alert(level: int) -> SittingAlert:
    return SittingAlert(1.0, "Time to move.", level=level)


def test_the_strongest_prompt_is_felt_and_leaves_the_settings_alone() -> None:
    run_fast(4.0, felt())


async def felt() -> None:
    firmware = VirtualUpright()
    async with band() as air:
        await air.add(firmware)
        source = air.source()
        async with listening(source) as listener:
            assert (source.profile.profile, source.profile.has_gyro) == ("upright", False)
            prompt = vibrating(source)
            prompt([alert(BY_THE_SENSOR - 1)])
            await until(lambda: len(listener.packets) > 20)
            assert firmware.felt == 0
            prompt([alert(BY_THE_SENSOR)])
            prompt([alert(BY_THE_SENSOR)])
            await until(lambda: firmware.felt == 1)
            await asyncio.sleep(0.1)
        # Closed in the middle of it: the motor is off again, and nothing else has changed.
        assert firmware.felt == 1
        assert firmware.values == VirtualUpright().values
