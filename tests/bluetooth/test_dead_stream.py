"""One of two streams dies or freezes while the connection stays: it is said and connected again."""

import asyncio

import pytest
from tests.bluetooth.band import band, listening, until
from tests.bluetooth.fast_loop import run_fast

from spinesense.model.packets import Action
from spinesense.model.samples import Floats
from spinesense.sensors.virtual.firmware import Firmware, Notification
from spinesense.sensors.virtual.verity import VeritySense
from spinesense.sensors.virtual.wt901 import Wt901

KINDS = {2: "acceleration", 5: "rotation"}
"""The first byte of a Polar frame."""


class Halved(VeritySense):
    """Sends one kind of frame no more from a moment on, until it is connected again."""

    dead: int | None = None

    def pack(self, time_s: float, acc_mps2: Floats, gyr_radps: Floats) -> list[Notification]:
        frames = super().pack(time_s, acc_mps2, gyr_radps)
        return [(uuid, frame) for uuid, frame in frames if frame[0] != self.dead]

    def disconnected(self) -> None:
        super().disconnected()
        self.dead = None


class Frozen(Wt901):
    """Sends the same reading from a moment on, until it is connected again."""

    frozen = False

    def pack(self, time_s: float, acc_mps2: Floats, gyr_radps: Floats) -> list[Notification]:
        if self.frozen:
            acc_mps2, gyr_radps = acc_mps2 * 0.0 + [0.3, 0.1, 9.8], gyr_radps * 0.0
        return super().pack(time_s, acc_mps2, gyr_radps)

    def disconnected(self) -> None:
        super().disconnected()
        self.frozen = False


async def dies(firmware: Firmware, name: str, value: object, words: str) -> None:
    async with band() as air:
        await air.add(firmware)
        source = air.source()
        async with listening(source) as listener:
            await until(lambda: len(listener.packets) > 40)
            assert not listener.said
            setattr(firmware, name, value)
            died_s = listener.packets[-1].arrival_s
            await until(lambda: bool(listener.said))
            (lost,) = listener.said
            assert lost.action is Action.SENSOR_LOST
            assert words in lost.value
            assert lost.arrival_s - died_s < 5.0
            before = len(listener.packets)
            await until(lambda: len(listener.packets) > before + 40)
            await asyncio.sleep(6.0)
            assert source.status == ""
            assert len(listener.said) == 1


@pytest.mark.parametrize("kind", KINDS, ids=KINDS.values())
def test_a_polar_that_sends_one_kind_only_is_connected_anew(kind: int) -> None:
    run_fast(4.0, dies(Halved(), "dead", kind, "one of its streams has stopped"))


def test_a_sensor_that_repeats_itself_is_connected_anew() -> None:
    run_fast(4.0, dies(Frozen(), "frozen", True, "repeats the same acceleration"))


def test_closing_ends_at_any_moment_of_connecting_anew() -> None:
    async def main(steps: int) -> None:
        async with band() as air:
            firmware = Halved()
            await air.add(firmware)
            source = air.source()
            async with listening(source) as listener:
                await until(lambda: len(listener.packets) > 4)
                firmware.dead = 2
                await until(lambda: bool(listener.said), every_s=0.0)
                for _ in range(steps):
                    await asyncio.sleep(0)
                async with asyncio.timeout(20.0):
                    await source.close()

    for steps in range(8):
        run_fast(20.0, main(steps))
