"""Put one set of files in the place of another at the top of the data folder, or put it back.

Everything happens inside of that folder, by renaming what stands at its top. The new files are in
``restore.new``, checked.

1. What is kept is moved to ``restore.old``: from here until 4 a start takes it back.
2. ``restore.new`` becomes ``restore.moving``: what stands in the folder from here on is new.
3. The new files are moved out of it.
4. ``restore.old`` becomes ``restore.done``: the new files are what is kept, the rest is removed.
"""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from spinesense.model.errors import FileError
from spinesense.store.files import file_error, open_private, sync_folder
from spinesense.store.locks import EXERCISING_LOCK, MONITOR_LOCK, lock

NEW, OLD, MOVING, DONE = "restore.new", "restore.old", "restore.moving", "restore.done"
_LOCK = "restore.lock"
CRASH_LOG = "mistakes.log"
"""What is known of defects of the program on this computer."""
_STAYS = (NEW, OLD, MOVING, DONE, _LOCK, MONITOR_LOCK, EXERCISING_LOCK, CRASH_LOG)
"""Names at the top of the data folder that are never moved."""


def take_back(folder: Path) -> None:
    """Bring back what a restore was replacing when it broke off.

    Raises
    ------
    FileError
        When the restore is still running, or the disk refuses.
    """
    with alone(folder):
        swap_back(folder)
        remove(folder / NEW)


def swap(folder: Path) -> None:
    """Take the steps; what breaks off is undone by ``swap_back``."""
    old, new, moving = folder / OLD, folder / NEW, folder / MOVING
    try:
        old.mkdir(mode=0o700)
        sync_folder(folder)
        _move_all(folder, old)
        new.replace(moving)
        sync_folder(folder)
        _move_all(moving, folder)
        sync_folder(folder)
        old.replace(folder / DONE)
        sync_folder(folder)
    except OSError as problem:
        raise file_error(problem, folder, "restored") from problem


def swap_back(folder: Path) -> None:
    """Undo what was done of the steps 1 to 3; may itself be broken off and begun again."""
    old, new, moving = folder / OLD, folder / NEW, folder / MOVING
    try:
        if moving.exists():
            _move_all(folder, moving)
            sync_folder(folder)
            remove(new)
            moving.replace(new)
            sync_folder(folder)
        if old.exists():
            _move_all(old, folder)
            sync_folder(folder)
            old.rmdir()
            sync_folder(folder)
    except OSError as problem:
        raise file_error(problem, folder, "brought back to what it was") from problem


def _move_all(source: Path, target: Path) -> None:
    """Move what stands at the top of a folder, but for what never moves."""
    for path in sorted(source.iterdir()):
        if path.name not in _STAYS:
            path.rename(target / path.name)
    sync_folder(target)


def remove(*folders: Path) -> None:
    """Remove what is of no use any more; what cannot be removed is removed the next time."""
    for folder in folders:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Be the only process that restores."""
    path = folder / _LOCK
    try:
        descriptor = open_private(path, os.O_RDWR | os.O_CREAT)
    except OSError as problem:
        raise file_error(problem, path, "opened") from problem
    try:
        if not lock(descriptor):
            what, remedy = "a backup is being restored", "wait until it is done"
            raise FileError(what, where=str(folder), remedy=remedy)
        yield
    finally:
        os.close(descriptor)
