"""Finds the coached session that was broken off, if it can still be gone on with."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from spinesense.model.errors import FileError

if TYPE_CHECKING:
    from spinesense.model.events import SetDone
    from spinesense.store.history.sessions import SessionLine

LONGEST = timedelta(hours=3)
"""After some hours the muscles are cold and the day is another: one begins again."""
ATTEMPT_S = 60.0
"""Calibration alone takes some twenty seconds: in a minute no set is done."""
_MOST = 400


def is_attempt(line: "SessionLine") -> bool:
    """Whether a session was left within a minute, with nothing done; pain is never nothing."""
    undone = not line.finished and not line.sets and line.pain_stop is None
    return undone and line.duration_s < ATTEMPT_S


@dataclass(frozen=True, slots=True)
class Interrupted:
    """A session that can be gone on with."""

    path: Path
    """Its recording."""
    title: str
    """Which one it is: its routine, and when it began."""
    where: str
    """Where it stopped."""

    @property
    def words(self) -> str:
        """Which one it is, and where it stopped."""
        return f"{self.title}, {self.where}"


def interrupted_session() -> Interrupted | None:
    """The newest session that was left before its end or broken off.

    Not offered is one that was stopped, that went on, whose recording lacks its end, that runs in
    another window, that ended too long ago, or whose routine was finished since. One of which
    something was done goes before mere attempts. Sessions that the history does not have are
    entered first.

    Raises
    ------
    FileError
        When the data folder or the history cannot be read.
    """
    from spinesense.app.person import local_now
    from spinesense.runner.keeping.entering import enter_missing
    from spinesense.store.history.sessions import History, file_name
    from spinesense.store.places import history_path, recordings_folder

    folder, now = recordings_folder(), local_now()
    enter_missing(folder, history_path())
    with History.open(history_path()) as history:
        lines = history.sessions(limit=_MOST)
        found = _newest(lines, folder, now)
        if found is None:
            return None
        done = history.session(found.id).sets
    return Interrupted(folder / file_name(found.recording), _title(found), _where(done))


def _newest(lines: "Sequence[SessionLine]", folder: Path, now: datetime) -> "SessionLine | None":
    """That of ``interrupted_session`` among sessions, the newest of which comes first."""
    from spinesense.runner.keeping.keepers import LEFT
    from spinesense.store.history.sessions import file_name
    from spinesense.store.recordings.recording import is_being_recorded

    done: set[str] = set()
    attempts: list[SessionLine] = []
    for line in lines:
        path = folder / file_name(line.recording)
        ended = datetime.fromisoformat(line.started_at) + timedelta(seconds=line.duration_s)
        if line.finished:
            done.add(line.routine)
        elif (
            line.reason.startswith(LEFT)
            and line.routine not in done
            and not line.unrecorded
            and now - ended < LONGEST
            and path.is_file()
            and not is_being_recorded(path)
        ):
            if not is_attempt(line):
                return line
            attempts.append(line)
    return attempts[0] if attempts else None


def _title(line: "SessionLine") -> str:
    routine = line.routine.replace("_", " ")
    began = datetime.fromisoformat(line.started_at)
    return f"{routine[:1].upper()}{routine[1:]}, {began:%a %d %b %H:%M}"


def _where(done: "Sequence[SetDone]") -> str:
    """After which set a session stopped."""
    if not done:
        return "before its first set was done"
    last = done[-1]
    side = f" {last.side}" if last.side else ""
    return f"after set {last.set_number} of {last.exercise.replace('_', ' ')}{side}"


def required_session() -> Interrupted:
    """The session to go on with.

    Raises
    ------
    FileError
        When there is none.
    """
    found = interrupted_session()
    if found is None:
        raise FileError(
            "no session was broken off in the last three hours",
            remedy="begin one with: spinesense coach",
        )
    return found
