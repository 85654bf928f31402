"""Open the history's database, and say in one sentence what SQLite refuses."""

import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Self

from spinesense.model.errors import FileError
from spinesense.store.files import file_error, make_private_folder, open_private
from spinesense.store.history.schema import APPLICATION_ID, MIGRATIONS

_LOCKED = (
    "another program keeps the history locked",
    "close the other program that uses it and try again",
)
_NO_SHARED_MEMORY = (
    sqlite3.SQLITE_IOERR_SHMMAP,
    sqlite3.SQLITE_IOERR_SHMOPEN,
    sqlite3.SQLITE_IOERR_SHMSIZE,
    sqlite3.SQLITE_IOERR_SHMLOCK,
    sqlite3.SQLITE_PROTOCOL,
)
_NETWORK = (
    "this folder cannot lock or share files, as some network folders cannot",
    "set SPINESENSE_HOME to a folder on a disk of this computer",
)
_VARIANTS = {
    **dict.fromkeys(_NO_SHARED_MEMORY, _NETWORK),
    sqlite3.SQLITE_IOERR_LOCK: _NETWORK,
    sqlite3.SQLITE_IOERR_RDLOCK: _NETWORK,
    sqlite3.SQLITE_IOERR_UNLOCK: _NETWORK,
    sqlite3.SQLITE_IOERR_CHECKRESERVEDLOCK: _NETWORK,
}
"""Where the kind alone would say too little."""
_PROBLEMS = {
    sqlite3.SQLITE_BUSY: _LOCKED,
    sqlite3.SQLITE_LOCKED: _LOCKED,
    sqlite3.SQLITE_READONLY: (
        "the history cannot be written",
        "see that you may write the file and its folder, and that the disk is not full",
    ),
    sqlite3.SQLITE_CANTOPEN: (
        "the history cannot be opened",
        "give yourself the right to read and write the file and its folder",
    ),
    sqlite3.SQLITE_IOERR: (
        "the disk refuses to read or write the history",
        "free some space, check the disk and try again",
    ),
    sqlite3.SQLITE_FULL: ("the disk is full", "free some space and try again"),
    sqlite3.SQLITE_CORRUPT: (
        "the history is damaged",
        "move it away and start again: a new one is made, and the recordings are not touched",
    ),
    sqlite3.SQLITE_NOTADB: (
        "this is no history of spinesense",
        "move the file away and start again: a new one is made",
    ),
    sqlite3.SQLITE_CONSTRAINT: (
        "the session holds a value that the history does not take",
        "keep the recording: it holds everything",
    ),
}


BUSY_TIMEOUT_S = 5.0
"""How long to wait for another program that is writing."""


class OpenDatabase:
    """The open history, or one view of it. Use it from one thread at a time, and close it.

    Every method raises FileError when the database is locked for too long, full, damaged, or cannot
    be read or written.
    """

    def __init__(self, connection: sqlite3.Connection, path: Path) -> None:
        self._connection = connection
        self._path = path

    @classmethod
    def open(cls, path: Path, busy_timeout_s: float = BUSY_TIMEOUT_S) -> Self:
        """Open a history, making it (0600) or bringing it to the present layout where needed.

        Parameters
        ----------
        path
            The database; missing folders are made (0700).
        busy_timeout_s
            How long to wait for another program that is writing.

        Raises
        ------
        FileError
            When the file cannot be opened, is damaged, is no history, or was made by a newer
            version. It is left as it was.
        """
        return cls(connect(path, busy_timeout_s), path)

    def close(self) -> None:
        """Close the database; closing again does nothing."""
        self._connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def connect(path: Path, busy_timeout_s: float) -> sqlite3.Connection:
    """Open a database in the present layout; a new file belongs to its owner only.

    One that may not be written, as in a read-only home, or for which a full disk has no room to be
    opened, can be read; writing it raises then. Where no memory can be shared, as in some network
    folders, it gets a rollback journal.

    Raises
    ------
    FileError
        When it cannot be opened, is not ours, damaged, or of a newer version.
    """
    make_private_folder(path.parent)
    with in_one_sentence(path):
        if not _can_be_written(path):
            return _copy_to_read(path)
        os.close(open_private(path, os.O_RDWR | os.O_CREAT))
        try:
            return _opened(path, busy_timeout_s)
        except sqlite3.Error as problem:
            if problem.sqlite_errorcode not in _NO_SHARED_MEMORY:
                raise
        try:
            _leave_wal(path, busy_timeout_s)
        except sqlite3.OperationalError as problem:
            # A full disk has no room to share memory either, and none to leave the WAL.
            if problem.sqlite_errorcode & 0xFF == sqlite3.SQLITE_FULL:
                return _copy_to_read(path)
            raise
        return _opened(path, busy_timeout_s)


def _opened(path: Path | str, busy_timeout_s: float) -> sqlite3.Connection:
    connection = sqlite3.connect(
        path, timeout=busy_timeout_s, isolation_level=None, check_same_thread=False
    )
    try:
        _prepare(connection, Path(path))
    except BaseException:
        connection.close()
        raise
    return connection


def _can_be_written(path: Path) -> bool:
    """Whether this person may write the database, and its journal beside it."""
    if not path.exists():
        return os.access(path.parent, os.W_OK)
    return os.access(path, os.W_OK) and os.access(path.parent, os.W_OK)


def _copy_to_read(path: Path) -> sqlite3.Connection:
    """A copy in memory, which can be read and not written.

    SQLite opens a database in WAL only where it may write beside it. What stands in the WAL and
    not yet in the database belongs to it, so both are copied to where they can be opened.
    """
    from tempfile import TemporaryDirectory

    connection = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
    try:
        with TemporaryDirectory() as folder:
            copy = Path(folder) / path.name
            for suffix in ("", "-wal", "-journal"):
                source = path.with_name(path.name + suffix)
                if source.exists():
                    copy.with_name(copy.name + suffix).write_bytes(source.read_bytes())
            if copy.exists():
                with closing(sqlite3.connect(copy)) as found:
                    _version(found, path)
                    found.backup(connection)
        _prepare(connection, path)
        connection.execute("PRAGMA query_only = ON")
    except BaseException:
        connection.close()
        raise
    return connection


def _leave_wal(path: Path, busy_timeout_s: float) -> None:
    """Put a database back to a rollback journal, which needs no shared memory.

    Under an exclusive lock the index of the WAL is kept in the memory of this process.
    """
    with closing(sqlite3.connect(path, timeout=busy_timeout_s, isolation_level=None)) as alone:
        alone.execute("PRAGMA locking_mode = EXCLUSIVE")
        alone.execute("PRAGMA journal_mode = DELETE")


@contextmanager
def transaction(
    connection: sqlite3.Connection, kind: str = "IMMEDIATE"
) -> Iterator[sqlite3.Connection]:
    """All of the block or nothing. ``DEFERRED`` serves to read one moment from several tables."""
    connection.execute(f"BEGIN {kind}")
    try:
        yield connection
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


@contextmanager
def in_one_sentence(path: Path) -> Iterator[None]:
    """Turn what SQLite and the system refuse into a FileError about this file."""
    try:
        yield
    except sqlite3.Error as problem:
        # The low byte is the kind; the rest tells variants of it apart.
        code = getattr(problem, "sqlite_errorcode", 0)
        unknown = ("the history cannot be used", "check the file")
        what, remedy = _VARIANTS.get(code) or _PROBLEMS.get(code & 0xFF, unknown)
        raise FileError(f"{what} ({problem})", where=str(path), remedy=remedy) from problem
    except UnicodeEncodeError as problem:
        remedy = "remove unusual characters from names and paths"
        raise FileError(
            f"a text cannot be stored ({problem})", where=str(path), remedy=remedy
        ) from (problem)
    except OSError as problem:
        raise file_error(problem, path, "opened") from problem


def _prepare(connection: sqlite3.Connection, path: Path) -> None:
    """Check whose database it is, and bring it to the present version."""
    made = False
    if _version(connection, path) < len(MIGRATIONS):
        with transaction(connection):
            # Another program may have migrated it while this one waited for the lock.
            version = _version(connection, path)
            made = not version
            for statements in MIGRATIONS[version:]:
                for statement in statements:
                    connection.execute(statement)
            connection.execute(f"PRAGMA user_version = {len(MIGRATIONS)}")
    # Only by who made it, and never back: others may use it where memory cannot be shared.
    if made:
        _enter_wal(connection)
        _version(connection, path)  # only a look at it tells whether the WAL can be used
    connection.execute("PRAGMA foreign_keys = ON")


def _enter_wal(connection: sqlite3.Connection) -> None:
    """Change to a WAL, for which SQLite does not wait itself while others look at the database."""
    end_s = time.monotonic() + BUSY_TIMEOUT_S
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as problem:
            if problem.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() > end_s:
                raise
            time.sleep(0.01)
        else:
            return


def _version(connection: sqlite3.Connection, path: Path) -> int:
    """The version of our database, 0 for an empty one; raises when it is foreign or newer."""
    tables = int(connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0])
    owner = int(connection.execute("PRAGMA application_id").fetchone()[0])
    version = int(connection.execute("PRAGMA user_version").fetchone()[0])
    if tables and owner != APPLICATION_ID:
        what = "this database belongs to another program"
        raise FileError(what, where=str(path), remedy="choose another file for the history")
    if version > len(MIGRATIONS):
        what = f"the history has version {version} and this program knows {len(MIGRATIONS)}"
        raise FileError(what, where=str(path), remedy="update spinesense")
    return version
