"""The minutes of a monitor: kept while it runs, whatever the history does meanwhile."""

import asyncio
import resource
import sqlite3
from collections.abc import Callable
from dataclasses import fields
from datetime import date, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from tests.runner.test_one_pipeline import Kept

from spinesense.coaching.day.minute_log import MinuteLog
from spinesense.coaching.sitting.rule import SittingMonitor
from spinesense.model.day import Minute
from spinesense.model.events import Posture, SittingAlert, WalkSuggested
from spinesense.model.movement import StartPosture
from spinesense.model.packets import Action, DeviceProfile, Intent, Packet
from spinesense.model.readings import Readings
from spinesense.model.recording import RecordingInfo
from spinesense.model.snapshot import PostureView
from spinesense.runner.engine import Engine
from spinesense.runner.keeping.minutes import MinuteKeeper
from spinesense.runner.live import LiveRun
from spinesense.sensors.devices import decoder_for
from spinesense.sensors.devices.samples import encode
from spinesense.sensors.simulated.script import Desk, KeepStill, Script, Walk
from spinesense.sensors.simulated.source import SimulatedSource
from spinesense.store.history.days import Days

BEGAN = "2026-03-03T23:58:30+01:00"
FIRST, SECOND = date(2026, 3, 3), date(2026, 3, 4)
REAL = DeviceProfile("open", "a sensor", 100.0)
DESK: Script = (
    KeepStill(StartPosture.STANDING, 5.0),
    Desk(100.0, shifts_per_15min=90),
    Walk(30.0),
    Desk(60.0),
)


def keeper(path: Path, profile: DeviceProfile = REAL, recording: str = "a.mcap") -> MinuteKeeper:
    return MinuteKeeper(RecordingInfo(device=profile, started_at=BEGAN), recording, path)


def kept(path: Path, *, simulated: bool = False) -> tuple[Minute, ...]:
    with Days.open(path) as days:
        return days.minutes(FIRST, SECOND, simulated=simulated)


def watched_s(minutes: tuple[Minute, ...]) -> float:
    names = [field.name for field in fields(Minute) if field.name.endswith("_s")]
    return sum(float(getattr(one, name)) for one in minutes for name in names)


def sit(one: MinuteKeeper, from_s: int, until_s: int) -> None:
    for second in range(from_s, until_s):
        now = Readings(time_s=float(second), posture=Posture.SITTING)
        one.minutes.feed(now, (), PostureView(posture=Posture.SITTING))
        one.look()


def test_a_run_keeps_what_the_monitor_shows_and_a_replay_tells_the_same(tmp_path: Path) -> None:
    source, recorder = SimulatedSource(2, speed=0, script=DESK, packet_s=0.25), Kept()
    day = keeper(tmp_path / "h.sqlite3", source.profile)
    engine = Engine(source.profile, sitting=SittingMonitor(), minutes=day.minutes)
    seen: list[float] = []

    def look() -> None:
        day.look()
        seen.append(engine.readings.time_s)

    run = LiveRun(
        source, engine, recorder=recorder, listeners=[day.take], after=look, at_end=day.finish
    )
    asyncio.run(run.run(lambda _: None))
    rows = kept(tmp_path / "h.sqlite3", simulated=True)
    assert [row.at[8:16] for row in rows] == [
        "03T23:58", "03T23:59", "04T00:00", "04T00:01",
    ]  # fmt: skip
    shown = engine.snapshot().posture
    assert sum(row.counts.shifts for row in rows) == shown.counts.shifts > 0
    assert sum(row.counts.stand_ups for row in rows) == shown.counts.stand_ups == 1
    assert sum(row.counts.steps for row in rows) == shown.counts.steps > 30
    assert abs(watched_s(rows) - seen[-1]) <= 1.0
    assert abs(sum(row.sitting_s for row in rows) - shown.sat_s) <= 15.0

    again = MinuteLog(datetime.fromisoformat(BEGAN))
    replay = Engine(source.profile, sitting=SittingMonitor(), minutes=again)
    for item in recorder.items:
        replay.feed(item)
    replay.finish()
    assert again.drain() == rows


def test_what_is_simulated_has_a_pace_of_its_own(tmp_path: Path) -> None:
    def told(profile: DeviceProfile) -> MinuteLog:
        minutes = keeper(tmp_path / "h.sqlite3", profile).minutes
        engine = Engine(profile, sitting=SittingMonitor(), minutes=minutes)
        engine.feed(Intent(600.0, Action.CLOCK, "2026-03-03T23:59:30+01:00"))
        return minutes

    wall = datetime.fromisoformat(BEGAN)
    assert told(REAL).wall(600.0) == wall + timedelta(seconds=60)
    simulated = DeviceProfile("open", "a simulated one", 100.0, simulated=True)
    assert told(simulated).wall(600.0) == wall + timedelta(seconds=600)


def test_prompts_are_kept_with_their_time(tmp_path: Path) -> None:
    day = keeper(tmp_path / "h.sqlite3")
    sit(day, 0, 100)
    day.take([SittingAlert(95.0, "Shift.", level=2), WalkSuggested(96.0, "Walk.")])
    day.finish()
    with Days.open(tmp_path / "h.sqlite3") as days:
        first, second = days.prompts(FIRST, SECOND, simulated=False)
    assert (first.at, first.kind, first.level) == ("2026-03-04T00:00:05+01:00", "still", 2)
    assert (second.at, second.kind, second.level) == ("2026-03-04T00:00:06+01:00", "walk", 0)


def waits_and_is_kept(
    path: Path, trouble: Callable[[], object], relief: Callable[[], object]
) -> str:
    """What is said while the history cannot be written; nothing is lost by it."""
    day = keeper(path)
    sit(day, 0, 200)
    before = kept(path)
    assert watched_s(before) > 100.0
    assert day.trouble == ""
    trouble()
    try:
        sit(day, 200, 400)
        said = day.trouble
    finally:
        relief()
    assert kept(path) == before
    sit(day, 400, 500)
    assert day.trouble == ""
    day.finish()
    assert watched_s(kept(path)) == 498.0
    return said


def test_minutes_wait_while_the_history_is_locked(tmp_path: Path) -> None:
    path = tmp_path / "h.sqlite3"
    keeper(path).finish()
    with Days.open(path):
        pass
    other = sqlite3.connect(path, isolation_level=None)
    said = waits_and_is_kept(
        path, lambda: other.execute("BEGIN IMMEDIATE"), lambda: other.execute("ROLLBACK")
    )
    other.close()
    assert "wait to be kept" in said
    assert "another program keeps the history locked" in said


@pytest.mark.filterwarnings("default")
def test_minutes_wait_while_the_disk_is_full(tmp_path: Path) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    said = waits_and_is_kept(
        tmp_path / "h.sqlite3",
        lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (4096, hard)),
        lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard)),
    )
    assert "wait to be kept" in said
    assert "space" in said


def test_what_begins_with_another_recording_takes_its_place(tmp_path: Path) -> None:
    path = tmp_path / "h.sqlite3"
    first = keeper(path, recording="broken.mcap")
    sit(first, 0, 100)
    first.finish()
    info = RecordingInfo(device=REAL, started_at=BEGAN)
    whole = MinuteKeeper(info, "whole.mcap", path, in_place_of=("broken.mcap",))
    sit(whole, 0, 150)
    whole.finish()
    with Days.open(path) as days:
        assert [one.recording for one in days.watches()] == ["whole.mcap"]
    assert watched_s(kept(path)) == 148.0


@pytest.mark.parametrize("cuts", [(20, 40), pytest.param((3, 10, 25), marks=pytest.mark.slow)])
def test_however_samples_are_cut_into_packets_the_minutes_are_equal(cuts: tuple[int, ...]) -> None:
    async def packets() -> list[Packet]:
        source = SimulatedSource(2, speed=0, script=DESK, packet_s=0.25)
        return [item async for item in source.items() if isinstance(item, Packet)]

    block = decoder_for(REAL.profile).decode(asyncio.run(packets())).block
    assert block is not None
    time_s = np.arange(len(block)) / 100.0

    def told(rows: int) -> tuple[Minute, ...]:
        minutes = MinuteLog(datetime.fromisoformat(BEGAN))
        device = DeviceProfile("samples", "a table", 100.0)
        engine = Engine(device, sitting=SittingMonitor(), minutes=minutes)
        for packet in encode(time_s, block.acc_mps2, block.gyr_radps, rows_per_packet=rows):
            engine.feed(packet)
        engine.finish()
        return minutes.drain()

    first, *others = [told(rows) for rows in cuts]
    assert sum(one.counts.steps for one in first) > 30
    assert all(minutes == first for minutes in others)
