"""Put a backup in the place of what is kept. What is replaced comes back if anything breaks.

The files of the backup are written beside what is kept and checked; then they take its place, as
`swapping` says.
"""

import sqlite3
from contextlib import closing, suppress
from pathlib import Path

from spinesense.model.errors import FileError
from spinesense.store.backup import BackupList, check_backup, extract
from spinesense.store.history.database import BUSY_TIMEOUT_S, connect, in_one_sentence
from spinesense.store.locks import EXERCISING_LOCK, MONITOR_LOCK, is_locked
from spinesense.store.places import data_folder
from spinesense.store.recordings.recording import is_finished
from spinesense.store.swapping import DONE, MOVING, NEW, OLD, alone, remove, swap, swap_back


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
    with alone(folder):
        _check_nothing_runs(folder)
        remove(folder / NEW, folder / DONE)
        try:
            held = extract(source, folder / NEW)
            _check_history(folder / NEW, held, folder)
            swap(folder)
        except BaseException:
            if (folder / OLD).exists():
                swap_back(folder)
            remove(folder / NEW)
            raise
        remove(folder / DONE, folder / MOVING)
    return held


def _check_nothing_runs(folder: Path) -> None:
    """Refuse while another process writes into the folder."""
    running = ""
    if is_locked(folder / MONITOR_LOCK):
        running = "the sitting monitor is running; end it with: spinesense sit --stop"
    elif is_locked(folder / EXERCISING_LOCK):
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
