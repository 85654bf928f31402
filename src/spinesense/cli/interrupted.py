"""Finds the coached session that was broken off, if it can still be gone on with."""

import time
from pathlib import Path

from spinesense.model.errors import FileError

LONGEST_S = 3 * 3600.0
"""After some hours the muscles are cold and the day is another: one begins anew."""


def interrupted_recording() -> Path | None:
    """The newest coached recording, when its session was left before its end or broken off.

    A session that the history has as finished or stopped is not offered; nor is one that is too
    long ago. Recordings that a crash left open are finished first.

    Raises
    ------
    FileError
        When the data folder or the history cannot be read.
    """
    from spinesense.store.places import recordings_folder
    from spinesense.store.reading import read_recording
    from spinesense.store.recording import finish_interrupted

    folder = recordings_folder()
    finish_interrupted(folder)
    fresh = [
        path
        for path in folder.glob("*.mcap")
        if path.is_file() and time.time() - path.stat().st_mtime < LONGEST_S
    ]
    for path in sorted(fresh, reverse=True):
        try:
            coached = bool(read_recording(path).info.routine)
        except FileError:
            continue
        if coached:
            return path if _unfinished(path) else None
    return None


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


def _unfinished(path: Path) -> bool:
    from spinesense.runner.keeping import LEFT
    from spinesense.store.history import History
    from spinesense.store.places import history_path

    with History.open(history_path()) as history:
        known = [line for line in history.sessions(limit=50) if line.recording == str(path)]
    return all(not line.finished and line.reason.startswith(LEFT) for line in known)
