"""Finds the coached session that was broken off, if it can still be gone on with."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from spinesense.model.errors import FileError

if TYPE_CHECKING:
    from spinesense.store.history.sessions import SessionLine

LONGEST = timedelta(hours=3)
"""After some hours the muscles are cold and the day is another: one begins anew."""
ATTEMPT_S = 60.0
"""Calibration alone takes some twenty seconds: in a minute no set is done."""
_MOST = 400


def is_attempt(line: "SessionLine") -> bool:
    """Whether a session was left within a minute, with nothing done."""
    return not line.finished and not line.sets and line.duration_s < ATTEMPT_S


def interrupted_recording() -> Path | None:
    """The newest session that was left before its end or broken off, by its recording.

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
    from spinesense.runner.keeping.keepers import LEFT
    from spinesense.store.history.sessions import History, file_name
    from spinesense.store.places import history_path, recordings_folder
    from spinesense.store.recordings.recording import is_being_recorded

    folder, now = recordings_folder(), local_now()
    enter_missing(folder, history_path())
    with History.open(history_path()) as history:
        lines = history.sessions(limit=_MOST)
    done: set[str] = set()
    attempts: list[Path] = []
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
                return path
            attempts.append(path)
    return attempts[0] if attempts else None


def required_recording() -> Path:
    """The session to go on with.

    Raises
    ------
    FileError
        When there is none.
    """
    found = interrupted_recording()
    if found is None:
        raise FileError(
            "no session was broken off in the last three hours",
            remedy="begin one with: spinesense coach",
        )
    return found
