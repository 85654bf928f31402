"""Every virtual sensor over real ATT traffic: connected, started, heard in full and in order."""

import asyncio
from collections.abc import Callable, Iterable

import pytest
from tests.bluetooth.band import Listener, band, listening, until
from tests.bluetooth.fast_loop import run_fast

from spinesense.model.packets import BATTERY_CHANNEL
from spinesense.sensors.virtual.firmware import Firmware
from spinesense.sensors.virtual.movesense import Movesense
from spinesense.sensors.virtual.open_board import OpenBoard
from spinesense.sensors.virtual.verity import VeritySense
from spinesense.sensors.virtual.wt901 import Wt901

KINDS: dict[str, tuple[Callable[[], Firmware], float]] = {
    "open": (OpenBoard, 100.0),
    "witmotion": (Wt901, 100.0),
    "movesense": (Movesense, 104.0),
    "polar": (VeritySense, 52.0),
}
STREAMED_S = 5.0
SPEED = 2.0


@pytest.mark.parametrize("kind", KINDS)
def test_all_notifications_arrive_once_and_in_order(kind: str) -> None:
    run_fast(SPEED, stream(kind))


async def stream(kind: str) -> None:
    made, rate_hz = KINDS[kind]
    async with band() as air:
        await air.add(made())
        source = air.source()
        async with listening(source) as listener:
            assert (source.profile.profile, source.profile.nominal_rate_hz) == (kind, rate_hz)
            assert source.profile.simulated
            await asyncio.sleep(STREAMED_S)
            sent = by_name(air.sent[0])
            assert sum(map(len, sent)) >= 0.8 * STREAMED_S * rate_hz / air.sensors[0].firmware.batch
            await until(lambda: all(map(begins, heard(listener), sent)))


def heard(listener: Listener) -> list[list[bytes]]:
    packets = [(packet.channel, packet.payload) for packet in listener.packets]
    return by_name(packet for packet in packets if packet[0] != BATTERY_CHANNEL)


def by_name(notifications: Iterable[tuple[str, bytes]]) -> list[list[bytes]]:
    """The payloads of each characteristic or channel, that of the first one first."""
    found: dict[str, list[bytes]] = {}
    for name, payload in notifications:
        found.setdefault(name, []).append(payload)
    return sorted(found.values())


def begins(whole: list[bytes], beginning: list[bytes]) -> bool:
    return whole[: len(beginning)] == beginning
