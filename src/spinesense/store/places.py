"""Where the files of a person are. Folders are made on first use, open to their owner only.

A status bar asks for them every few seconds: what it does not need is loaded late.
"""

import os
from pathlib import Path

from spinesense.model.errors import FileError
from spinesense.store.files import make_private_folder

HOME_VARIABLE = "SPINESENSE_HOME"
"""Environment variable that names another data folder."""


def data_folder() -> Path:
    """The folder of everything that is kept: ``$SPINESENSE_HOME``, or the user's data folder."""
    chosen = os.environ.get(HOME_VARIABLE, "")
    try:
        folder = Path(chosen).expanduser() if chosen else _usual_folder()
    except RuntimeError as problem:
        remedy = f"set {HOME_VARIABLE} to a full path"
        raise FileError("no home folder is known", where=chosen, remedy=remedy) from problem
    make_private_folder(folder)
    if (folder / "restore.old").exists():
        from spinesense.store.swapping import take_back

        take_back(folder)
    return folder


def _usual_folder() -> Path:
    from platformdirs import user_data_path

    return user_data_path("spinesense", appauthor=False)


def recordings_folder() -> Path:
    """The folder of the recordings."""
    folder = data_folder() / "recordings"
    make_private_folder(folder)
    return folder


def history_path() -> Path:
    """The database of sessions; it need not exist."""
    return data_folder() / "history.sqlite3"


def settings_path() -> Path:
    """The person's settings; it need not exist."""
    return data_folder() / "settings.toml"


def routines_folder() -> Path:
    """The folder of the person's own routines; it need not exist: reading makes none."""
    return data_folder() / "routines"


def exercises_folder() -> Path:
    """The folder of the person's own exercises, each with the recording it was learned from.

    It need not exist: reading makes none.
    """
    return data_folder() / "exercises"


def new_recording_path(started_at: str, label: str) -> Path:
    """A name for a new recording that no file has yet, in the order of time when sorted.

    Parameters
    ----------
    started_at
        ISO 8601 date and time, as in ``RecordingInfo.started_at``.
    label
        What the recording is about, such as the id of a routine; may be empty.

    Raises
    ------
    FileError
        When ``started_at`` is no date and time, or the folder cannot be made.
    """
    import re
    from datetime import datetime

    try:
        moment = datetime.fromisoformat(started_at)
    except ValueError as problem:
        remedy = "write it as 2026-01-31T09:30:00+01:00"
        raise FileError("is no date and time", where=repr(started_at), remedy=remedy) from problem
    words = re.sub(r"[^a-z0-9]+", "-", label.lower()).strip("-")[:60]
    stem = "_".join(filter(None, (f"{moment:%Y-%m-%d_%H-%M-%S}", words)))
    folder = recordings_folder()
    path, copy = folder / f"{stem}.mcap", 2
    while path.exists():
        path, copy = folder / f"{stem}_{copy}.mcap", copy + 1
    return path
