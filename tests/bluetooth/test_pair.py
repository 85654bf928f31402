"""Two virtual sensors at once over real ATT traffic: one stream, and one lost is not both lost."""

import asyncio

import pytest
from tests.bluetooth.band import Band, Listener, address, band, until
from tests.bluetooth.fast_loop import run_fast

from spinesense.model.errors import SensorError
from spinesense.model.packets import BATTERY_CHANNEL, is_upper
from spinesense.model.snapshot import Link
from spinesense.runner.engine import Engine
from spinesense.sensors.bluetooth.pair import PairedSource
from spinesense.sensors.bluetooth.source import BluetoothSource
from spinesense.sensors.virtual.central import central_on
from spinesense.sensors.virtual.open_board import OpenBoard

SPEED = 2.0
STREAMED_S = 5.0


def paired(air: Band, upper: int = 1) -> PairedSource:
    computer = central_on(air.air)
    lower, other = (BluetoothSource(air.radio(computer), address(number)) for number in (0, upper))
    return PairedSource(lower, other)


def test_both_streams_arrive_whole_and_in_order() -> None:
    run_fast(SPEED, both_streams())


async def both_streams() -> None:
    async with band() as air:
        await air.add(OpenBoard())
        await air.add(OpenBoard(), seed=2)
        source = paired(air)
        await source.open()
        listener = Listener(source)
        await asyncio.sleep(STREAMED_S)
        sent = [[payload for _, payload in kept] for kept in air.sent]
        assert min(map(len, sent)) >= 50
        await until(lambda: all(map(begins, heard(listener), sent)))
        await listener.end()
    engine = Engine(source.profile, upper=source.upper_profile)
    for item in listener.items:
        engine.feed(item)
    shown = engine.snapshot()
    assert shown.upper is not None
    assert shown.sensor.rate_hz == pytest.approx(100.0, rel=0.02)
    assert shown.upper.rate_hz == pytest.approx(100.0, rel=0.02)
    assert shown.sensor.lost_samples == shown.upper.lost_samples == 0
    assert shown.upper.samples == pytest.approx(shown.sensor.samples, rel=0.25)


def test_the_session_goes_on_without_the_upper_sensor_until_it_is_back() -> None:
    run_fast(SPEED, upper_away())


async def upper_away() -> None:
    async with band() as air:
        await air.add(OpenBoard())
        upper = await air.add(OpenBoard(), seed=2)
        source = paired(air)
        await source.open()
        listener, engine = Listener(source), Engine(source.profile, upper=source.upper_profile)
        fed = 0

        def upper_link() -> Link | None:
            nonlocal fed
            while fed < len(listener.items):
                engine.feed(listener.items[fed])
                fed += 1
            shown = engine.snapshot()
            assert shown.sensor.link in (Link.CONNECTING, Link.STREAMING)
            return shown.upper.link if shown.upper else None

        await until(lambda: upper_link() is Link.STREAMING)
        await upper.vanish()
        await until(lambda: upper_link() is Link.LOST)
        await upper.come_back()
        await until(lambda: upper_link() is Link.STREAMING)
        assert not listener.said
        await listener.end()


def test_one_sensor_is_not_two() -> None:
    run_fast(SPEED, same_sensor())


async def same_sensor() -> None:
    async with band() as air:
        await air.add(OpenBoard())
        source = paired(air, upper=0)
        try:
            with pytest.raises(SensorError):
                await source.open()
        finally:
            await source.close()


def heard(listener: Listener) -> list[list[bytes]]:
    """The payloads of the lower and of the upper sensor."""
    streams: tuple[list[bytes], list[bytes]] = ([], [])
    for packet in listener.packets:
        if not packet.channel.endswith(BATTERY_CHANNEL):
            streams[is_upper(packet)].append(packet.payload)
    return list(streams)


def begins(whole: list[bytes], beginning: list[bytes]) -> bool:
    return whole[: len(beginning)] == beginning
