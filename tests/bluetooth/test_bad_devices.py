"""Devices that are not what they seem, or that send anything at all."""

import asyncio

import numpy as np
import pytest
from tests.bluetooth.band import band, listening, until
from tests.bluetooth.fast_loop import run_fast

from spinesense.model.errors import SensorError
from spinesense.model.events import Event, PacketRejected
from spinesense.model.samples import Floats
from spinesense.model.snapshot import EMPTY, Link
from spinesense.runner.engine import Engine
from spinesense.runner.live import LiveRun
from spinesense.sensors.bluetooth.radio import ServicesError
from spinesense.sensors.devices.open_format import DATA_UUID
from spinesense.sensors.virtual.firmware import Firmware, Notification, Service
from spinesense.sensors.virtual.movesense import NOTIFY_UUID as MOVESENSE_UUID
from spinesense.sensors.virtual.movesense import Movesense
from spinesense.sensors.virtual.open_board import OpenBoard
from spinesense.sensors.virtual.verity import DATA_UUID as POLAR_UUID
from spinesense.sensors.virtual.verity import VeritySense
from spinesense.sensors.virtual.wt901 import NOTIFY_UUID as WITMOTION_UUID
from spinesense.sensors.virtual.wt901 import SERVICE_UUID, Wt901


class Empty(Wt901):
    """Called like a sensor, without what a sensor has."""

    services = (Service(SERVICE_UUID, ()),)


class Slow(Wt901):
    """Takes the command for 100 Hz and goes on at 12."""

    @property
    def rate_hz(self) -> float:
        return 12.0 if self._wanted else 0.0

    batch = 1


class Mute(Movesense):
    """Never answers."""

    def write(self, uuid: str, payload: bytes, time_s: float) -> list[Notification]:
        return []


class Talking(OpenBoard):
    """Sends nothing but noise, of any length."""

    def pack(self, time_s: float, acc_mps2: Floats, gyr_radps: Floats) -> list[Notification]:
        return [(DATA_UUID, noise())]


RNG = np.random.default_rng(5)


def noise() -> bytes:
    return bytes(RNG.integers(0, 256, RNG.integers(0, 240), dtype=np.uint8))


def refused(firmware: Firmware) -> SensorError:
    async def main() -> None:
        async with band() as air:
            await air.add(firmware)
            await air.source().open()

    with pytest.raises(SensorError) as caught:
        run_fast(20.0, main())
    return caught.value


def test_a_device_that_lacks_what_its_kind_has_is_told_so() -> None:
    error = refused(Empty())
    assert isinstance(error, ServicesError)
    assert "not the kind of sensor that it seemed" in str(error)


def test_a_device_that_never_answers_is_told_so() -> None:
    assert "gave no answer" in str(refused(Mute()))


def test_a_device_that_sends_noise_only_is_told_so() -> None:
    assert "sends nothing that can be read" in str(refused(Talking()))


KINDS: list[tuple[type[Firmware], str]] = [
    (OpenBoard, DATA_UUID),
    (Wt901, WITMOTION_UUID),
    (Movesense, MOVESENSE_UUID),
    (VeritySense, POLAR_UUID),
]


@pytest.mark.parametrize(("kind", "uuid"), KINDS, ids=[kind.__name__ for kind, _ in KINDS])
def test_any_bytes_on_the_characteristic_are_counted_and_survived(
    kind: type[Firmware], uuid: str
) -> None:
    events: list[Event] = []
    pictures = [EMPTY]

    async def main() -> None:
        async with band() as air:
            sensor = await air.add(kind())
            source = air.source()
            await source.open()
            run = LiveRun(source, Engine(source.profile), listeners=[events.extend])
            running = asyncio.create_task(run.run(pictures.append))
            await until(lambda: pictures[-1].sensor.samples > 50)
            for _ in range(100):
                await sensor.send(uuid, noise())
            before = pictures[-1].sensor.samples
            await until(lambda: pictures[-1].sensor.samples > before + 100)
            assert pictures[-1].sensor.link is Link.STREAMING
            assert pictures[-1].sensor.bad_packets > 20
            await run.close()
            await running

    run_fast(4.0, main())
    assert any(isinstance(event, PacketRejected) for event in events)


def test_a_sensor_that_claims_100_hz_and_sends_12_is_told_so() -> None:
    pictures = [EMPTY]

    async def main() -> None:
        async with band() as air:
            await air.add(Slow())
            source = air.source()
            await source.open()
            run = LiveRun(source, Engine(source.profile))
            running = asyncio.create_task(run.run(pictures.append))
            await until(lambda: bool(pictures[-1].sensor.message))
            await run.close()
            await running

    run_fast(8.0, main())
    told = [picture.sensor.message for picture in pictures if picture.sensor.message]
    assert "WT901BLE67 sends 12 samples a second instead of 100" in told[0]


def test_a_sensor_is_stopped_when_the_session_ends() -> None:
    async def main() -> float:
        async with band() as air:
            await air.add(VeritySense())
            async with listening(air.source()) as listener:
                await until(lambda: len(listener.packets) > 3)
                assert air.sensors[0].firmware.rate_hz
            return air.sensors[0].firmware.rate_hz

    assert run_fast(8.0, main()) == 0.0


class Hesitant(Movesense):
    """Is busy when it is asked for the first time."""

    asked = 0

    def write(self, uuid: str, payload: bytes, time_s: float) -> list[Notification]:
        self.asked += 1
        if self.asked == 1:
            return [(MOVESENSE_UUID, b"\x01" + payload[1:2] + b"\xf7\x01")]
        return super().write(uuid, payload, time_s)


def test_what_came_of_a_start_that_failed_is_no_part_of_the_stream() -> None:
    async def main() -> list[bytes]:
        async with band() as air:
            await air.add(Hesitant())
            async with listening(air.source()) as listener:
                await until(lambda: len(listener.packets) > 5)
                return listener.payloads("data")

    replies = [payload for payload in run_fast(8.0, main()) if payload[0] == 1]
    assert [reply[2:] for reply in replies] == [b"\xc8\x00"]
