"""Put a backup in the place of what is kept. What is replaced comes back if anything breaks.

Everything happens inside of the data folder, by renaming what stands at its top:

1. the files of the backup are written into ``restore.new`` and checked;
2. what is kept is moved to ``restore.old``: from here until 5 a start takes it back;
3. ``restore.new`` becomes ``restore.moving``: what stands in the folder from here on is new;
4. the new files are moved out of it;
5. ``restore.old`` becomes ``restore.done``: the backup is restored, and the rest is removed.
"""

import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

from spinesense.model.errors import FileError
from spinesense.store import monitor_line
from spinesense.store.backup import BackupList, check_backup, extract
from spinesense.store.files import file_error, open_private, sync_folder
from spinesense.store.history.database import connect, in_one_sentence
from spinesense.store.history.sessions import BUSY_TIMEOUT_S
from spinesense.store.locks import is_locked, lock
from spinesense.store.places import SWAPPED_OUT, data_folder
from spinesense.store.recordings.recording import is_finished

_NEW, _MOVING, _DONE, _LOCK = "restore.new", "restore.moving", "restore.done", "restore.lock"
_STAYS = (_NEW, _MOVING, _DONE, SWAPPED_OUT, _LOCK, monitor_line.LOCK, "exercising.lock")
"""Names at the top of the data folder that are never moved."""


def restore(source: Path) -> BackupList:
    """Check a backup and put it in the place of all that is kept.

    Raises
    ------
    FileError
        When the backup cannot be used, something is running, or the disk refuses. What is kept is
        then as it was.
    """
    folder = data_folder()
    check_backup(source)
    with _alone(folder):
        _check_nothing_runs(folder)
        _remove(folder / _NEW, folder / _DONE)
        try:
            held = extract(source, folder / _NEW)
            _check_history(folder / _NEW, held, folder)
            _swap(folder)
        except BaseException:
            if (folder / SWAPPED_OUT).exists():
                _swap_back(folder)
            _remove(folder / _NEW)
            raise
        _remove(folder / _DONE, folder / _MOVING)
    return held


def take_back(folder: Path) -> None:
    """Bring back what a restore was replacing when it broke off.

    Raises
    ------
    FileError
        When the restore is still running, or the disk refuses.
    """
    with _alone(folder):
        _swap_back(folder)
        _remove(folder / _NEW)


def _swap(folder: Path) -> None:
    """Steps 2 to 5."""
    old, new, moving = folder / SWAPPED_OUT, folder / _NEW, folder / _MOVING
    try:
        old.mkdir(mode=0o700)
        sync_folder(folder)
        _move_all(folder, old)
        new.replace(moving)
        sync_folder(folder)
        _move_all(moving, folder)
        sync_folder(folder)
        old.replace(folder / _DONE)
        sync_folder(folder)
    except OSError as problem:
        raise file_error(problem, folder, "restored") from problem


def _swap_back(folder: Path) -> None:
    """Undo what was done of the steps 2 to 4; may itself be broken off and begun again."""
    old, new, moving = folder / SWAPPED_OUT, folder / _NEW, folder / _MOVING
    try:
        if moving.exists():
            _move_all(folder, moving)
            sync_folder(folder)
            _remove(new)
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


def _remove(*folders: Path) -> None:
    """Remove what is of no use any more; what cannot be removed is removed the next time."""
    for folder in folders:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
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


def _check_nothing_runs(folder: Path) -> None:
    """Refuse while another process writes into the folder."""
    running = ""
    if is_locked(folder / monitor_line.LOCK):
        running = "the sitting monitor is running; end it with: spinesense sit --stop"
    elif is_locked(folder / "exercising.lock"):
        running = "a coached session is running; end it first"
    for path in (folder / "recordings").glob("*.mcap"):
        with suppress(FileError):
            if not running and path.is_file() and not is_finished(path) and is_locked(path):
                running = f"{path.name} is being recorded; end that first"
    if running:
        what, _, remedy = running.partition("; ")
        raise FileError(f"nothing can be restored: {what}", where=str(folder), remedy=remedy)


def _check_history(fresh: Path, held: BackupList, folder: Path) -> None:
    """Check the history of a backup, and let it name the recordings where they will be."""
    path = fresh / "history.sqlite3"
    if not path.exists():
        return
    before, after = Path(held.folder) / "recordings", folder.resolve() / "recordings"
    with in_one_sentence(path), closing(connect(path, BUSY_TIMEOUT_S)) as history:
        if history.execute("PRAGMA quick_check").fetchone()[0] != "ok":
            raise sqlite3.DatabaseError("its tables do not agree")
        for (name,) in history.execute("SELECT DISTINCT recording FROM sessions").fetchall():
            if Path(name).parent == before:
                moved = str(after / Path(name).name)
                history.execute(
                    "UPDATE sessions SET recording = ? WHERE recording = ?", (moved, name)
                )
        # A copy has a rollback journal; where memory can be shared, a new history is in WAL.
        with suppress(sqlite3.Error):
            history.execute("PRAGMA journal_mode = WAL")
