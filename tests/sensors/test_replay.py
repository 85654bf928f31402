"""Recordings as a source: pace, pause, speed and seek."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from spinesense.model.errors import SensorError
from spinesense.model.packets import Action, DeviceProfile, Intent, Item, Packet
from spinesense.sensors.replay import ReplaySource

PROFILE = DeviceProfile("open", "belt", 100.0)
ITEMS: list[Item] = [Packet(0.1 * row, "imu", bytes([row])) for row in range(100)]
ITEMS.insert(50, Intent(5.0, Action.PAIN, "3"))


class Clock:
    """A loop time that passes only when told, for a loop that would otherwise wait."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._loop = asyncio.get_running_loop()
        self._real = self._loop.time
        self._extra_s = 0.0
        monkeypatch.setattr(self._loop, "time", lambda: self._real() + self._extra_s)

    async def pass_s(self, duration_s: float) -> None:
        self._extra_s += duration_s
        for _ in range(20):
            await asyncio.sleep(0)


class Listener:
    """Takes what comes, as fast as it comes."""

    def __init__(self, source: ReplaySource) -> None:
        self.heard: list[Item] = []
        self.task = asyncio.ensure_future(self._listen(source.items()))

    async def _listen(self, items: AsyncIterator[Item]) -> None:
        async for item in items:
            self.heard.append(item)


async def test_unpaced_replay_gives_every_item() -> None:
    source = ReplaySource(ITEMS, PROFILE, speed=0)
    assert [item async for item in source.items()] == ITEMS
    assert source.position_s == source.length_s == pytest.approx(9.9)
    assert source.profile is PROFILE


async def test_an_empty_recording_ends_at_once() -> None:
    source = ReplaySource([], PROFILE)
    assert [item async for item in source.items()] == []
    assert source.length_s == source.position_s == 0.0


async def test_items_come_at_their_times_times_the_speed(monkeypatch: pytest.MonkeyPatch) -> None:
    source = ReplaySource(ITEMS, PROFILE, speed=2)
    listener = Listener(source)
    clock = Clock(monkeypatch)
    await clock.pass_s(0.0)
    assert 1 <= len(listener.heard) < 30
    for _ in range(60):
        await clock.pass_s(0.05)
    assert source.position_s >= 5.9
    source.set_speed(1000)
    await clock.pass_s(1.0)
    await asyncio.wait_for(listener.task, 5)
    assert listener.heard == ITEMS


async def test_a_paused_replay_stands_still_and_goes_on_from_there() -> None:
    source = ReplaySource(ITEMS, PROFILE, speed=50, paused=True)
    listener = Listener(source)
    await asyncio.sleep(0.05)
    # Only what lies at the very position is there.
    assert [item.arrival_s for item in listener.heard] == [0.0]
    source.pause(False)
    await asyncio.wait_for(listener.task, 5)
    assert listener.heard == ITEMS
    assert not source.paused


async def test_a_pause_does_not_run_on_when_the_replay_lags(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    source = ReplaySource(ITEMS, PROFILE, speed=1)
    items = source.items()
    await anext(items)
    clock = Clock(monkeypatch)
    await anext(items)
    await clock.pass_s(5.0)
    source.pause(True)
    third = asyncio.ensure_future(anext(items))
    await clock.pass_s(5.0)
    assert not third.done()
    source.pause(False)
    assert (await third).arrival_s == pytest.approx(0.2)
    # By the clock the replay should stand at 5 s; it goes on from where it was heard.
    fourth = asyncio.ensure_future(anext(items))
    await clock.pass_s(0.0)
    assert not fourth.done()
    await clock.pass_s(0.2)
    assert (await fourth).arrival_s == pytest.approx(0.3)


async def test_seeking_ahead_gives_everything_up_to_there_at_once() -> None:
    source = ReplaySource(ITEMS, PROFILE, paused=True)
    listener = Listener(source)
    await asyncio.sleep(0)
    assert source.seek(6.05)
    await asyncio.sleep(0.05)
    assert listener.heard == [item for item in ITEMS if item.arrival_s <= 6.05]
    assert source.position_s == 6.05
    assert not source.needs_restart
    await source.close()
    await asyncio.wait_for(listener.task, 5)


async def test_seeking_back_asks_to_begin_anew() -> None:
    source = ReplaySource(ITEMS, PROFILE, paused=True)
    listener = Listener(source)
    await asyncio.sleep(0)
    source.seek(8.0)
    await asyncio.sleep(0.05)
    assert not source.seek(2.05)
    await asyncio.wait_for(listener.task, 5)
    assert source.needs_restart
    again = Listener(source)
    await asyncio.sleep(0.05)
    assert not source.needs_restart
    assert again.heard == [item for item in ITEMS if item.arrival_s <= 2.05]
    await source.close()
    await asyncio.wait_for(again.task, 5)


async def test_seeking_stays_within_the_recording() -> None:
    source = ReplaySource(ITEMS, PROFILE, paused=True)
    assert source.seek(1e9)
    assert source.position_s == source.length_s
    assert not source.seek(-5)
    assert source.position_s == 0.0


@pytest.mark.parametrize("speed", [-1.0, float("nan"), float("inf")])
def test_an_impossible_speed_is_refused(speed: float) -> None:
    with pytest.raises(SensorError, match="a replay cannot run at speed"):
        ReplaySource(ITEMS, PROFILE, speed=speed)
    with pytest.raises(SensorError, match="a replay cannot run at speed"):
        ReplaySource(ITEMS, PROFILE).set_speed(speed)
