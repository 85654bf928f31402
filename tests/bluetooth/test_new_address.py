"""A sensor that comes back under another address is taken if it can only be that one."""

import asyncio

import pytest
from tests.bluetooth.band import address, band, listening, until
from tests.bluetooth.fast_loop import run_fast

from spinesense.model.errors import SensorError
from spinesense.sensors.bluetooth.pair import PairedSource
from spinesense.sensors.bluetooth.source import BluetoothSource
from spinesense.sensors.virtual.central import central_on
from spinesense.sensors.virtual.open_board import OpenBoard
from spinesense.sensors.virtual.wt901 import Wt901


def test_the_only_one_of_its_name_is_taken_and_its_address_said() -> None:
    async def main() -> None:
        async with band() as air:
            first = await air.add(OpenBoard())
            source = air.source("")
            async with listening(source) as listener:
                await until(lambda: len(listener.packets) > 20)
                await first.vanish()
                await until(lambda: bool(listener.said))
                before = len(listener.packets)
                await air.add(OpenBoard())
                await until(lambda: len(listener.packets) > before + 20)
                assert source.known.address == address(1)
                assert address(1) in source.status
                await until(lambda: source.status == "")
                assert len(listener.said) == 1

    run_fast(8.0, main())


def test_its_own_address_is_taken_though_another_of_its_name_is_near() -> None:
    async def main() -> None:
        async with band() as air:
            first = await air.add(OpenBoard())
            source = air.source(address(0))
            async with listening(source) as listener:
                await until(lambda: len(listener.packets) > 20)
                await air.add(OpenBoard())
                await first.vanish()
                await until(lambda: bool(listener.said))
                await first.come_back()
                before = len(listener.packets)
                await until(lambda: len(listener.packets) > before + 20)
                assert source.known.address == address(0)

    run_fast(8.0, main())


def test_two_of_its_name_are_named_and_neither_is_taken() -> None:
    async def main() -> None:
        async with band() as air:
            first = await air.add(OpenBoard())
            source = air.source(address(0))
            async with listening(source) as listener:
                await until(lambda: len(listener.packets) > 20)
                await first.vanish()
                await until(lambda: bool(listener.said))
                before = len(listener.packets)
                await air.add(OpenBoard())
                await air.add(OpenBoard())
                await until(lambda: address(1) in source.status and address(2) in source.status)
                assert len(listener.packets) == before
                await first.come_back()
                await until(lambda: len(listener.packets) > before + 20)
                assert source.known.address == address(0)

    run_fast(8.0, main())


def test_another_kind_or_name_is_left_alone() -> None:
    async def main() -> None:
        async with band() as air:
            first = await air.add(OpenBoard())
            source = air.source("")
            async with listening(source) as listener:
                await until(lambda: len(listener.packets) > 20)
                await first.vanish()
                await until(lambda: bool(listener.said))
                before = len(listener.packets)
                await air.add(Wt901())
                await asyncio.sleep(30.0)
                assert len(listener.packets) == before
                assert source.known.address == address(0)
                assert "cannot be heard" in source.status

    run_fast(20.0, main())


@pytest.mark.parametrize("lost", [0, 1])
def test_of_two_sensors_of_one_name_neither_is_taken_for_the_other(lost: int) -> None:
    async def main() -> None:
        async with band() as air:
            both = [await air.add(OpenBoard()), await air.add(OpenBoard())]
            central = central_on(air.air)
            pair = PairedSource(
                *(BluetoothSource(air.radio(central), address(each)) for each in range(2))
            )
            sources = (pair.lower, pair.upper)
            async with listening(pair) as listener:
                await until(lambda: len(listener.packets) > 40)
                for sensor in both:
                    await sensor.vanish()
                await asyncio.sleep(1.0)
                await both[1 - lost].come_back()
                await asyncio.sleep(30.0)
                assert sources[lost].known.address == address(lost)
                assert "cannot be heard" in sources[lost].status

    run_fast(4.0, main())


def test_a_remembered_sensor_is_found_at_its_new_address() -> None:
    async def main() -> None:
        async with band() as air:
            await air.add(OpenBoard())
            source = BluetoothSource(air.radio(), address(7), name=OpenBoard().name)
            async with listening(source) as listener:
                await until(lambda: len(listener.packets) > 20)
                assert source.known.address == address(0)
                assert address(0) in source.status

    run_fast(8.0, main())


@pytest.mark.parametrize(
    ("name", "count", "words"), [("Virtual Spine", 2, "2 sensors match"), ("Other", 1, address(7))]
)
def test_a_remembered_sensor_that_may_be_another_is_not_taken(
    name: str, count: int, words: str
) -> None:
    async def main() -> None:
        async with band() as air:
            for _ in range(count):
                await air.add(OpenBoard())
            source = BluetoothSource(air.radio(), address(7), name=name)
            with pytest.raises(SensorError, match=words):
                await source.open()
            await source.close()

    run_fast(20.0, main())
