"""A watch of days: each has its recording, and nothing is lost where one passes to the next."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from pathlib import Path
from threading import Event as Flag

import pytest

from spinesense.coaching.sitting.rule import SittingMonitor
from spinesense.model.errors import FileError
from spinesense.model.events import Event
from spinesense.model.packets import Action, DeviceProfile, Intent, Item, Packet
from spinesense.model.recording import RecordingInfo
from spinesense.model.snapshot import Link, Snapshot
from spinesense.runner.daily import Carried, DailyRun, Day
from spinesense.runner.engine import Engine
from spinesense.runner.keeping.disk_guard import RESERVE_BYTES, DiskGuardedRecorder
from spinesense.runner.live import LiveRun
from spinesense.sensors.simulated.script import Desk, Script, StandAndBow
from spinesense.sensors.simulated.source import SimulatedSource
from spinesense.sensors.source import Source
from spinesense.store.recordings.read import Recording, read_recording
from spinesense.store.recordings.recording import RecordingWriter, finish_interrupted

EVENING = datetime.fromisoformat("2026-11-25T23:58:00+01:00")
MIDNIGHT_S = 120.0
HOUR_S = 3600.0


def lived(seed: int, *script: object, from_s: float = 0.0) -> list[Item]:
    """What a person's sensor sends, the first of it at ``from_s``."""
    plan: Script = script  # type: ignore[assignment]
    source = SimulatedSource(seed, script=plan, packet_s=0.19)
    items: list[Item] = []
    while not source.ended:
        items += [item for item in source.step() if isinstance(item, Packet)]
    return [Packet(item.arrival_s + from_s, "imu", item.payload) for item in items]  # type: ignore[union-attr]


class Wall:
    """A source of items, and the clock on the wall while they come."""

    def __init__(
        self, items: Sequence[Item], set_by: Sequence[tuple[float, float]] = (), pace: float = 1.0
    ) -> None:
        self._items, self._set_by, self._pace = items, set_by, pace
        self._time_s = 0.0
        self.profile = DeviceProfile("open", "model spine", 100.0, simulated=True)

    def now(self) -> datetime:
        set_s = sum(by_s for at_s, by_s in self._set_by if self._time_s >= at_s)
        return EVENING + timedelta(seconds=self._pace * self._time_s + set_s)

    async def items(self) -> AsyncIterator[Item]:
        for item in self._items:
            self._time_s = item.arrival_s
            yield item

    async def close(self) -> None:
        pass


class Watch:
    """A watch that records into a folder."""

    def __init__(self, wall: Wall, folder: Path, free_bytes: int = RESERVE_BYTES) -> None:
        self.wall, self.folder, self.free_bytes = wall, folder, free_bytes
        self.told: list[list[tuple[str, float]]] = []
        self.shown: list[Snapshot] = []
        self.at_end: list[FileError | None] = []
        """What goes wrong at the end of each day."""

    def run(self) -> list[Recording]:
        daily = self.daily = DailyRun(self.wall, self.begin, self.wall.now)
        asyncio.run(daily.run(self.shown.append))
        return [read_recording(path) for path in sorted(self.folder.glob("*.mcap"))]

    def begin(self, day: Source, carried: Carried) -> Day:
        info = RecordingInfo(
            device=day.profile,
            started_at=self.wall.now().isoformat(),
            calibration=carried.calibration,
        )
        path = self.folder / f"{len(self.told)}.mcap"
        told: list[tuple[str, float]] = []
        self.told.append(told)

        def listen(events: Sequence[Event]) -> None:
            told.extend((type(event).__name__, event.time_s) for event in events)

        recorder = DiskGuardedRecorder(RecordingWriter.create(path, info), lambda: self.free_bytes)
        engine = Engine(day.profile, sitting=SittingMonitor(), calibration=carried.calibration)
        run = LiveRun(
            day,
            engine,
            recorder=recorder,
            listeners=[listen],
            first=[Intent(0.0, action, value) for action, value in carried.said],
            status=lambda: recorder.problem or self.daily.trouble,
            at_end=self.end,
        )
        return Day(run, engine, recorder)

    def end(self) -> None:
        problem = self.at_end.pop(0) if self.at_end else None
        if problem:
            raise problem


def packets(recordings: Sequence[Recording]) -> list[bytes]:
    return [
        bytes(item.payload)
        for recording in recordings
        for item in recording.items
        if isinstance(item, Packet)
    ]


def again(recording: Recording) -> list[tuple[str, float]]:
    """What a replay of it tells."""
    engine = Engine(
        recording.info.device, sitting=SittingMonitor(), calibration=recording.info.calibration
    )
    events = [event for item in recording.items for event in engine.feed(item)]
    events += engine.finish()
    return [(type(event).__name__, event.time_s) for event in events]


def test_a_night_parts_the_days_and_each_replays_as_it_was(tmp_path: Path) -> None:
    evening = lived(1, StandAndBow(), Desk(60.0))
    morning = lived(1, Desk(60.0), from_s=8 * HOUR_S)
    watch = Watch(Wall([Intent(0.0, Action.CALIBRATE), *evening, *morning]), tmp_path)
    first, second = watch.run()
    assert packets([first, second]) == [item.payload for item in (*evening, *morning)]  # type: ignore[union-attr]
    assert (first.damage, second.damage) == ("", "")
    begun = [datetime.fromisoformat(one.info.started_at) for one in (first, second)]
    assert (begun[1] - begun[0]).total_seconds() == pytest.approx(8 * HOUR_S, abs=1.0)
    assert second.items[0].arrival_s == 0.0
    for recording, told in zip((first, second), watch.told, strict=True):
        assert again(recording) == told
        assert [name for name, _ in recording.events] == [name for name, _ in told]
    assert second.info.calibration is not None
    clock = second.items[0]
    assert isinstance(clock, Intent)
    assert (clock.action, clock.value) == (Action.CLOCK, begun[1].isoformat(timespec="seconds"))
    assert [one.sensor.link for one in watch.shown].count(Link.ENDED) == 1


def test_whoever_works_past_midnight_does_it_on_the_day_before(tmp_path: Path) -> None:
    late = lived(2, Desk(2 * MIDNIGHT_S))
    pause_s = 2 * MIDNIGHT_S + 300.0
    later = lived(2, Desk(30.0), from_s=pause_s)
    first, second = Watch(Wall([*late, *later]), tmp_path).run()
    assert len(packets([first])) == len(late)
    assert datetime.fromisoformat(second.info.started_at) - EVENING >= timedelta(seconds=pause_s)


def test_at_four_a_day_ends_even_for_those_who_work(tmp_path: Path) -> None:
    worked = lived(3, Desk(60.0))
    first, second = Watch(Wall(worked, pace=300.0), tmp_path).run()
    begun = datetime.fromisoformat(second.info.started_at)
    assert (begun.hour, begun.minute) in ((4, 0), (4, 1))
    assert len(packets([first, second])) == len(worked)


def test_a_clock_that_is_set_back_over_midnight_begins_no_day_twice(tmp_path: Path) -> None:
    items = [
        *lived(4, Desk(30.0), from_s=0.0),
        *lived(4, Desk(30.0), from_s=MIDNIGHT_S + 60.0),
        *lived(4, Desk(30.0), from_s=MIDNIGHT_S + 200.0),
        *lived(4, Desk(30.0), from_s=MIDNIGHT_S + 600.0),
    ]
    wall = Wall(items, set_by=[(MIDNIGHT_S + 150.0, -300.0)])
    assert len(Watch(wall, tmp_path).run()) == 2


def test_a_clock_that_was_wrong_by_years_begins_a_day(tmp_path: Path) -> None:
    items = [*lived(5, Desk(20.0)), *lived(5, Desk(20.0), from_s=100.0)]
    for years in (-3, 3):
        wall = Wall(items, set_by=[(50.0, years * 365 * 24 * HOUR_S)])
        folder = tmp_path / str(years)
        folder.mkdir()
        assert len(Watch(wall, folder).run()) == 2


def test_what_cannot_be_entered_of_a_day_is_said_and_the_next_one_begins(tmp_path: Path) -> None:
    items = [*lived(7, Desk(20.0)), *lived(7, Desk(20.0), from_s=8 * HOUR_S)]
    watch = Watch(Wall(items), tmp_path)
    refused = FileError("is locked", where="history", remedy="end the other program")
    watch.at_end = [refused]
    recordings = watch.run()
    assert len(packets(recordings)) == len(items)
    assert len(recordings) == 2
    assert str(refused) in {one.sensor.message for one in watch.shown}
    watch = Watch(Wall(items), tmp_path / "last")
    watch.folder.mkdir()
    watch.at_end = [None, refused]
    with pytest.raises(FileError, match="is locked"):
        watch.run()
    assert len(list(watch.folder.glob("*.mcap"))) == 2


def test_a_full_disk_ends_the_recording_and_not_the_watch(tmp_path: Path) -> None:
    items = lived(6, Desk(400.0))
    watch = Watch(Wall(items), tmp_path, free_bytes=RESERVE_BYTES - 1)
    (recording,) = watch.run()
    assert recording.damage == ""
    assert 0 < len(packets([recording])) < len(items)
    last = watch.shown[-1]
    assert last.time_s == pytest.approx(400.0, abs=3.0)
    assert "disk is nearly full" in last.sensor.message
    assert finish_interrupted(tmp_path) == []


def test_who_ends_it_twice_finds_the_recording_finished(tmp_path: Path) -> None:
    watch = Watch(Wall(lived(3, Desk(20.0))), tmp_path)

    async def ended_twice() -> None:
        # A thread that has not begun is what a busy machine has.
        asyncio.get_running_loop().set_default_executor(busy)
        daily = watch.daily = DailyRun(watch.wall, watch.begin, watch.wall.now)
        running = asyncio.ensure_future(daily.run(watch.shown.append))
        while daily.engine is None:  # noqa: ASYNC110  # it tells nobody
            await asyncio.sleep(0.01)
        held.clear()
        busy.submit(held.wait)
        while daily.engine.snapshot().sensor.link is not Link.ENDED:  # noqa: ASYNC110  # the same
            await asyncio.sleep(0.01)
        await asyncio.sleep(0.05)
        running.cancel()
        with pytest.raises(asyncio.CancelledError):
            await running
        held.set()

    held = Flag()
    busy = ThreadPoolExecutor(1)
    asyncio.run(ended_twice())
    assert read_recording(tmp_path / "0.mcap").damage == ""
