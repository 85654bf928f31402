"""A recording that ends before the disk is full, and says from when on it has nothing."""

from pathlib import Path

from spinesense.model.events import Cue, Priority
from spinesense.model.packets import Action, Intent
from spinesense.model.recording import RecordingInfo
from spinesense.runner.keeping.disk_guard import (
    LOOK_EVERY,
    NEARLY_FULL,
    SESSION_RESERVE_BYTES,
    DiskGuardedRecorder,
)
from spinesense.sensors.simulated.source import SimulatedSource
from spinesense.store.recordings.read import read_recording
from spinesense.store.recordings.recording import RecordingWriter

CUE = Cue(0.0, Priority.GUIDE, "Begin.")


def guarded(path: Path, free_bytes: int) -> DiskGuardedRecorder:
    info = RecordingInfo(device=SimulatedSource(1).profile, started_at="2026-03-02T08:00:00+01:00")
    return DiskGuardedRecorder(
        RecordingWriter.create(path, info),
        lambda: free_bytes,
        reserve_bytes=SESSION_RESERVE_BYTES,
        activity="coaching",
    )


def fill(recorder: DiskGuardedRecorder) -> None:
    """Some items a second, for a few looks at the disk."""
    for number in range(3 * LOOK_EVERY):
        recorder.append(Intent(0.05 * number, Action.MARK, str(number)))
        recorder.note(CUE)
    recorder.close()
    recorder.finish()


def test_it_ends_where_the_reserve_begins_and_the_rest_is_whole(tmp_path: Path) -> None:
    recorder = guarded(tmp_path / "a.mcap", SESSION_RESERVE_BYTES - 1)
    fill(recorder)
    recording = read_recording(tmp_path / "a.mcap")
    assert recording.damage == ""
    assert [item.arrival_s for item in recording.items] == [
        0.05 * number for number in range(LOOK_EVERY - 1)
    ]
    assert len(recording.events) == LOOK_EVERY - 1
    assert recorder.missing == "recorded until 0:59 only: the disk is nearly full"
    assert recorder.problem == (
        "Nothing is recorded any more, but coaching goes on: "
        "the disk is nearly full; free some space."
    )


def test_with_room_enough_all_is_kept_and_nothing_is_said(tmp_path: Path) -> None:
    recorder = guarded(tmp_path / "a.mcap", SESSION_RESERVE_BYTES)
    fill(recorder)
    assert len(read_recording(tmp_path / "a.mcap").items) == 3 * LOOK_EVERY
    assert (recorder.problem, recorder.missing) == ("", "")


def test_without_a_beginning_nothing_is_recorded_and_that_is_said() -> None:
    recorder = DiskGuardedRecorder(None, lambda: 0, activity="coaching", why=NEARLY_FULL)
    fill(recorder)
    assert recorder.missing == "not recorded: the disk is nearly full"
    assert recorder.problem.startswith("Nothing is recorded, but coaching goes on: ")
