"""Whether somebody exercises now, for the sitting monitor of another process to be silent."""

import os
from collections.abc import Callable
from pathlib import Path

from spinesense.store.files import file_error, open_private
from spinesense.store.locks import is_locked, lock
from spinesense.store.places import data_folder


def exercising() -> Callable[[], None]:
    """Let it be known until what is returned is called, or the process ends.

    Raises
    ------
    FileError
        When the file of the lock cannot be opened.
    """
    path = _path()
    try:
        descriptor = open_private(path, os.O_RDWR | os.O_CREAT)
    except OSError as problem:
        raise file_error(problem, path, "opened") from problem
    lock(descriptor)  # where another session has it, it is known already
    return lambda: os.close(descriptor)


def is_exercising() -> bool:
    """Whether a coached session is running."""
    return is_locked(_path())


def _path() -> Path:
    return data_folder() / "exercising.lock"
