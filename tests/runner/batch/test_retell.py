"""The minutes of a real recording re-analysed, against what an analysis says of it."""

import asyncio
from dataclasses import fields, replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from spinesense.coaching.sitting.rule import SittingMonitor
from spinesense.model.day import Minute, Prompt
from spinesense.model.errors import FileError
from spinesense.model.events import Posture, SittingAlert
from spinesense.model.movement import StartPosture
from spinesense.model.packets import Action, Intent, Item
from spinesense.model.recording import RecordingInfo
from spinesense.runner.batch.analysis import analyse
from spinesense.runner.batch.retell import reanalyse_day
from spinesense.runner.engine import Engine
from spinesense.runner.live import LiveRun
from spinesense.sensors.simulated.script import Desk, KeepStill, Script, Walk
from spinesense.sensors.simulated.source import SimulatedSource
from spinesense.store.recordings.read import read_recording
from spinesense.store.recordings.recording import RecordingWriter

BEGAN = "2026-03-03T23:58:30+01:00"
DAY: Script = (
    KeepStill(StartPosture.STANDING, 20.0),
    Walk(60.0),
    Desk(100.0, shifts_per_15min=90),
    Walk(40.0),
    KeepStill(StartPosture.STANDING, 20.0),
)


@pytest.fixture(scope="module")
def recording(tmp_path_factory: pytest.TempPathFactory) -> Path:
    source = SimulatedSource(2, speed=0, script=DAY, packet_s=0.25)
    path = tmp_path_factory.mktemp("recordings") / "day.mcap"
    writer = RecordingWriter.create(path, RecordingInfo(device=source.profile, started_at=BEGAN))
    run = LiveRun(source, Engine(source.profile, sitting=SittingMonitor()), recorder=writer)
    asyncio.run(run.run(lambda _: None))
    return path


def test_whoever_sits_down_once_and_never_walks_is_told_as_sitting(tmp_path: Path) -> None:
    """No walk tells where upright is, and the first seconds may be those of putting it on."""
    desk: Script = (KeepStill(StartPosture.STANDING, 5.0), Desk(300.0))
    source = SimulatedSource(1, speed=0, script=desk, packet_s=0.25)
    path = tmp_path / "desk.mcap"
    with RecordingWriter.create(path, RecordingInfo(device=source.profile, started_at=BEGAN)) as to:
        while not source.ended:
            for item in source.step():
                to.append(item)
    minutes = reanalyse_day(path).minutes
    assert sum(one.sitting_s for one in minutes) > 0.95 * 300.0
    postures = analyse(path).postures
    assert {span.posture for span in postures if span.end_s > 10.0} == {Posture.SITTING}


def again(path: Path, recording: Path, items: list[Item], *, simulated: bool = True) -> Path:
    """The same recording with other items."""
    info = read_recording(recording).info
    info = replace(info, device=replace(info.device, simulated=simulated))
    with RecordingWriter.create(path, info) as writer:
        for item in items:
            writer.append(item)
        if simulated:
            writer.note(SittingAlert(100.0, "Shift."))
    return path


def watched_s(minutes: tuple[Minute, ...]) -> float:
    names = [field.name for field in fields(Minute) if field.name.endswith("_s")]
    return sum(float(getattr(one, name)) for one in minutes for name in names)


def test_minutes_are_those_of_the_analysis(recording: Path) -> None:
    told, found = reanalyse_day(recording), analyse(recording)
    assert [one.at[8:16] for one in told.minutes] == [
        "03T23:58", "03T23:59", "04T00:00", "04T00:01", "04T00:02",
    ]  # fmt: skip
    assert abs(watched_s(told.minutes) - found.duration_s) <= 2.0
    for posture in (Posture.SITTING, Posture.STANDING, Posture.WALKING, Posture.LYING):
        spans = [one for one in found.postures if one.posture is posture]
        ours_s = sum(getattr(one, f"{posture.value}_s") for one in told.minutes)
        theirs_s = sum(one.end_s - one.start_s for one in spans)
        assert abs(ours_s - theirs_s) <= 1.0 + len(spans)
    assert sum(one.walking_s for one in told.minutes) > 60.0
    steps = sum(one.counts.steps for one in told.minutes)
    assert abs(steps - sum(bout.steps for bout in found.walking_bouts)) <= len(found.walking_bouts)
    assert told.info.device.simulated


def test_nothing_is_told_of_a_gap_however_long(recording: Path, tmp_path: Path) -> None:
    items = read_recording(recording).items
    late = [
        Intent(item.arrival_s, item.action, item.value) if isinstance(item, Intent) else item
        for item in items
        if not 50.0 < item.arrival_s < 150.0
    ]
    told = reanalyse_day(again(tmp_path / "gap.mcap", recording, late))
    whole = reanalyse_day(recording)
    assert abs(watched_s(whole.minutes) - 100.0 - watched_s(told.minutes)) <= 3.0


def test_the_clock_is_heard_and_prompts_stay_as_they_were_given(
    recording: Path, tmp_path: Path
) -> None:
    items = list(read_recording(recording).items)
    at = next(place for place, item in enumerate(items) if item.arrival_s > 90.0)
    hour_later = datetime.fromisoformat(BEGAN) + timedelta(hours=1, seconds=items[at].arrival_s)
    said = Intent(items[at].arrival_s, Action.CLOCK, hour_later.isoformat(timespec="seconds"))
    items.insert(at, said)
    told = reanalyse_day(again(tmp_path / "real.mcap", recording, items, simulated=False))
    assert [one.at[11:16] for one in told.minutes] == [
        "23:58", "23:59", "00:00", "01:00", "01:01", "01:02",
    ]  # fmt: skip
    simulated = reanalyse_day(again(tmp_path / "simulated.mcap", recording, items))
    assert simulated.minutes == reanalyse_day(recording).minutes
    assert simulated.prompts == (Prompt("2026-03-04T00:00:10+01:00", "still", 1, "Shift."),)


def test_a_recording_without_samples_is_named(recording: Path, tmp_path: Path) -> None:
    with pytest.raises(FileError, match="no samples"):
        reanalyse_day(again(tmp_path / "empty.mcap", recording, []))
