"""Locks that the system lets go of when a process ends, however it ends. Loads next to nothing."""

import os
import sys
from pathlib import Path

MONITOR_LOCK, EXERCISING_LOCK = "monitor.lock", "exercising.lock"
"""Files at the top of the data folder that the sitting monitor and a coached session hold."""


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
