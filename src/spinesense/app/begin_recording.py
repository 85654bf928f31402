"""Begins the recording of a run, or lets the run go on without one where the disk is full."""

import errno
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from spinesense.app.sensors import AnySource, upper_profile
from spinesense.model.calibration import Calibration
from spinesense.model.errors import FileError
from spinesense.model.packets import DeviceProfile
from spinesense.model.recording import RecordingInfo
from spinesense.runner.keeping.disk_guard import NEARLY_FULL, SparingRecorder
from spinesense.runner.keeping.entering import enter_missing
from spinesense.runner.keeping.minutes import MinuteKeeper
from spinesense.store.files import free_bytes, hold_room
from spinesense.store.places import data_folder, history_path, new_recording_path, recordings_folder
from spinesense.store.recordings.recording import RecordingWriter, finish_interrupted

_FULL = (errno.ENOSPC, errno.EDQUOT)
HISTORY_BYTES = 2_000_000
"""Held for what the history needs at the end of a run, whoever fills the disk meanwhile: some 100
kB for an hour of exercises, and as much again for its journal."""


@dataclass(frozen=True, slots=True)
class NewRecording:
    """A recording that has begun."""

    path: Path
    info: RecordingInfo
    writer: RecordingWriter

    def minutes(self) -> MinuteKeeper:
        """What keeps the minutes of it; see `MinuteKeeper`."""
        return MinuteKeeper(self.info, self.path.name, history_path())


@dataclass(frozen=True, slots=True)
class Guarded:
    """A recording that leaves the disk some room; it may end before the run does."""

    path: Path | None
    """None where it could not begin: the run goes on without it."""
    info: RecordingInfo
    recorder: SparingRecorder
    give_back: Callable[[], None]
    """Lets go of the room that was held for the history: to be called before it is written."""

    def minutes(self, in_place_of: tuple[str, ...] = ()) -> MinuteKeeper:
        """What keeps the minutes of it; see `MinuteKeeper`."""
        name = self.path.name if self.path else ""
        return MinuteKeeper(self.info, name, history_path(), in_place_of=in_place_of)


def head_of(
    source: AnySource,
    *,
    started_at: str = "",
    routine: str = "",
    settings: str = "",
    upper: DeviceProfile | None = None,
    calibration: Calibration | None = None,
    continues: str = "",
    demo: bool = False,
) -> RecordingInfo:
    """The head of a recording of this source; ``started_at`` is by default now."""
    return RecordingInfo(
        device=source.profile,
        upper=upper or upper_profile(source),
        started_at=started_at or _now(),
        routine=routine,
        calibration=calibration,
        settings=settings,
        continues=continues,
        demo=demo,
    )


def new_recording(info: RecordingInfo, label: str, path: Path | None = None) -> NewRecording:
    """Begin a recording at ``path``, by default a new file in the person's data folder.

    Recordings that a crash left open are finished first, and sessions that the history does not
    have are entered from theirs.

    Raises
    ------
    FileError
        When the recording cannot be written.
    """
    finish_interrupted(recordings_folder())
    with suppress(FileError):  # the next start tries again
        enter_missing(recordings_folder(), history_path())
    while True:
        target = path or new_recording_path(_now(), label)
        try:
            return NewRecording(target, info, RecordingWriter.create(target, info))
        except FileError as problem:
            # Another program that starts in the same second may have taken the name meanwhile.
            if path or not isinstance(problem.__cause__, FileExistsError):
                raise


def guarded_recording(
    info: RecordingInfo,
    label: str,
    path: Path | None = None,
    *,
    reserve_bytes: int,
    activity: str,
) -> Guarded:
    """Begin a recording as ``new_recording`` does, or none where the disk is nearly full.

    Parameters
    ----------
    info, label, path
        As for ``new_recording``, which also tells what is raised.
    reserve_bytes
        Room that is left to others.
    activity
        What goes on without the recording, as a noun.
    """
    folder = path.parent if path else recordings_folder()

    def room() -> int:
        return free_bytes(folder)

    def guarded(kept: NewRecording | None, why: FileError = NEARLY_FULL) -> Guarded:
        recorder = SparingRecorder(
            kept.writer if kept else None,
            room,
            reserve_bytes=reserve_bytes,
            activity=activity,
            why=why,
        )
        give_back = hold_room(data_folder(), HISTORY_BYTES)
        return Guarded(kept.path if kept else None, info, recorder, give_back)

    if room() < reserve_bytes:
        return guarded(None)
    try:
        return guarded(new_recording(info, label, path))
    except FileError as problem:
        cause = problem.__cause__
        if not (isinstance(cause, OSError) and cause.errno in _FULL):
            raise
        return guarded(None, problem)


def _now() -> str:
    return datetime.now(UTC).astimezone().isoformat(timespec="seconds")
