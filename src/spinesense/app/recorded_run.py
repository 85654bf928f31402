"""A run with its recording, which it outlives where the disk gets full."""

import errno
import math
from collections.abc import Callable, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from spinesense.app.sensors import AnySource, status_of, upper_profile
from spinesense.model.calibration import Calibration
from spinesense.model.errors import FileError
from spinesense.model.events import Event
from spinesense.model.packets import DeviceProfile, Intent
from spinesense.model.recording import RecordingInfo
from spinesense.runner.engine import Engine
from spinesense.runner.keeping.disk_guard import NEARLY_FULL, DiskGuardedRecorder
from spinesense.runner.keeping.entering import enter_missing
from spinesense.runner.keeping.keepers import WalkKeeper
from spinesense.runner.keeping.minutes import MinuteKeeper
from spinesense.runner.live import PUBLISH_S, LiveRun
from spinesense.sensors.simulated.source import SimulatedSource
from spinesense.sensors.source import Source
from spinesense.store.files import free_bytes, hold_room
from spinesense.store.places import data_folder, history_path, new_recording_path, recordings_folder
from spinesense.store.recordings.recording import RecordingWriter, finish_interrupted

Listener = Callable[[Sequence[Event]], None]
"""Called with the news of each item."""
Step = Callable[[], None]

_FULL = (errno.ENOSPC, errno.EDQUOT)
HISTORY_BYTES = 2_000_000
"""Held for what the history needs at the end of a run, whoever fills the disk meanwhile: some 100
kB for an hour of exercises, and as much again for its journal."""


@dataclass(frozen=True, slots=True)
class NewRecording:
    """A recording that has begun."""

    path: Path
    info: RecordingInfo
    recorder: RecordingWriter

    problem = ""
    """It is written, or the run ends."""

    def minutes(self) -> MinuteKeeper:
        """What keeps the minutes of it; see `MinuteKeeper`."""
        return MinuteKeeper(self.info, self.path.name, history_path())


@dataclass(frozen=True, slots=True)
class Guarded:
    """A recording that leaves the disk some room; it may end before the run does."""

    path: Path | None
    """None where it could not begin: the run goes on without it."""
    info: RecordingInfo
    recorder: DiskGuardedRecorder
    give_back: Callable[[], None]
    """Lets go of the room that was held for the history: to be called before it is written."""

    @property
    def problem(self) -> str:
        """Why nothing is recorded any more; empty while all is."""
        return self.recorder.problem

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
        recorder = DiskGuardedRecorder(
            kept.recorder if kept else None,
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


def recorded_run(
    source: AnySource,
    engine: Engine,
    kept: NewRecording | Guarded,
    minutes: MinuteKeeper | None,
    *,
    feed: Source | None = None,
    walks: WalkKeeper | None = None,
    listeners: Sequence[Listener] = (),
    after: Sequence[Step] = (),
    at_end: Sequence[Step] = (),
    let_go: Sequence[Step] = (),
    trouble: Callable[[], str] = lambda: "",
    first: Sequence[Intent] = (),
    from_s: float = 0.0,
    stop_after_s: float = math.inf,
    picture_s: float = PUBLISH_S,
) -> LiveRun:
    """Put a run together that is recorded, and whose walks and minutes are kept.

    Parameters
    ----------
    source, engine, kept
        The sensor, what understands it, and where its items go.
    minutes
        What keeps the day; None where this is no part of one.
    feed
        What the items come from, where that is not the sensor itself.
    walks
        What keeps the walks, where it knows some already.
    listeners, after
        What else is called with the news, and after every item.
    at_end, let_go
        What is called at the end, before and after walks and minutes are kept.
    trouble
        What else is wrong, in one sentence; empty when all is well.
    first, from_s, stop_after_s, picture_s
        As for `LiveRun`.
    """
    walks = walks or WalkKeeper(kept.info, history_path())
    keepers: list[WalkKeeper | MinuteKeeper] = [walks, *([minutes] if minutes else [])]
    status = status_of(source)
    each_item = [*([minutes.look] if minutes else []), *after]
    return LiveRun(
        feed or source,
        engine,
        recorder=kept.recorder,
        hear=source.hear if isinstance(source, SimulatedSource) else None,
        listeners=[*(keeper.take for keeper in keepers), *listeners],
        after=run_all(*each_item) if each_item else None,
        at_end=run_all(*at_end, *(keeper.finish for keeper in keepers), *let_go),
        status=lambda: status() or trouble() or (minutes.trouble if minutes else ""),
        unrecorded=lambda: kept.problem,
        first=first,
        from_s=from_s,
        stop_after_s=stop_after_s,
        picture_s=picture_s,
    )


def run_all(*steps: Step) -> Step:
    """What takes these steps one after the other, each even if one before it failed."""

    def take() -> None:
        with ExitStack() as left:
            for step in reversed(steps):
                left.callback(step)

    return take


def _now() -> str:
    return datetime.now(UTC).astimezone().isoformat(timespec="seconds")
