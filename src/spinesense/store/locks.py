"""Locks that the system lets go of when a process ends, however it ends, and the one of exercising.

Loads next to nothing.
"""

import os
import sys
from collections.abc import Callable
from pathlib import Path

from spinesense.store.files import file_error, open_private
from spinesense.store.places import data_folder


def is_locked(path: Path) -> bool:
    """Whether a process holds the lock of this file."""
    try:
        descriptor = os.open(path, os.O_RDWR)
    except OSError:
        return False
    try:
        return not lock(descriptor)
    finally:
        os.close(descriptor)


if sys.platform == "win32":
    import msvcrt

    def lock(descriptor: int) -> bool:
        """Whether this process has the lock now; it goes with the descriptor."""
        try:
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True
else:
    import fcntl

    def lock(descriptor: int) -> bool:
        """Whether this process has the lock now; it goes with the descriptor."""
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return False
        return True


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
