"""A backup of all that is kept: one zip file with a list of its files and their checksums."""

import hashlib
import os
import sqlite3
import stat
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from typing import IO

import msgspec

from spinesense.model.errors import FileError
from spinesense.store import monitor_line
from spinesense.store.files import (
    file_error,
    free_bytes,
    make_private_folder,
    open_private,
    replacing,
)
from spinesense.store.history.database import BUSY_TIMEOUT_S, connect, in_one_sentence
from spinesense.store.places import HOME_VARIABLE, data_folder, history_path
from spinesense.store.swapping import CRASH_LOG

FORMAT_VERSION = 1
LIST = "backup.json"
_PASSING = ("restore.", "monitor.", "exercising.", monitor_line.NAME, CRASH_LOG)
"""Beginnings of the names of what is of the moment, or of this computer only."""
_PASSING_ENDS = (".new", ".lock", "-wal", "-shm", "-journal")
_PIECE_BYTES = 1 << 20
_LONGEST_LIST_BYTES = 64 << 20
_ROOM_BYTES = 50_000_000
"""To be left free on the disk."""
_ODD = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError)
"""What reading a damaged or odd zip file raises; encrypted ones give a RuntimeError."""


class BackedUp(msgspec.Struct, frozen=True):
    """One file of a backup."""

    size: int
    sha256: str


class BackupList(msgspec.Struct, frozen=True):
    """What a backup holds."""

    format: int
    made_at: str
    folder: str
    """The data folder it was made of: the history names recordings by their paths."""
    files: dict[str, BackedUp]


def write_backup(target: Path) -> BackupList:
    """Write all that is kept into a new zip file (0600), whole or not at all.

    A recording that is being written is taken as far as it has come. The history is copied by
    SQLite itself, so other programs may use it meanwhile.

    Raises
    ------
    FileError
        When the file exists or stands in the data folder, or something cannot be read or written.
    """
    folder = data_folder()
    if target.exists():
        what, remedy = "the file exists already", "choose another name, or move the old file away"
        raise FileError(what, where=str(target), remedy=remedy)
    if folder.resolve() in target.resolve().parents:
        what, remedy = "a backup cannot stand in the data folder itself", "choose another folder"
        raise FileError(what, where=str(target), remedy=remedy)
    files: dict[str, BackedUp] = {}
    with replacing(target) as file, zipfile.ZipFile(file, "w") as archive:
        for name in _names(folder):
            files[name] = _add(archive, folder, name)
        made_at = datetime.now(UTC).astimezone().isoformat(timespec="seconds")
        held = BackupList(FORMAT_VERSION, made_at, str(folder.resolve()), files)
        archive.writestr(LIST, msgspec.json.format(msgspec.json.encode(held)))
    check_backup(target)
    return held


def check_backup(source: Path) -> BackupList:
    """Check every byte of a backup without writing anything; gives what it holds.

    Raises
    ------
    FileError
        When it is no backup, damaged, of a newer version, or holds what it must not.
    """
    with open_backup(source) as archive:
        held = _list_of(archive, source)
        for name, backed_up in held.files.items():
            for _ in _pieces(archive, name, backed_up, source):
                pass
    return held


def extract(source: Path, folder: Path) -> BackupList:
    """Put the files of a backup into a new private folder, each checked and on the disk.

    Raises
    ------
    FileError
        As ``check_backup``, and when the folder cannot be written. What was written stays.
    """
    with open_backup(source) as archive:
        held = _list_of(archive, source)
        needed = sum(each.size for each in held.files.values()) + _ROOM_BYTES
        if needed > free_bytes(folder.parent):
            what = f"restoring takes {needed / 1e6:.0f} MB, and the disk has less"
            raise FileError(what, where=str(folder.parent), remedy="free some space and try again")
        make_private_folder(folder)
        for name, backed_up in held.files.items():
            path = folder / name
            make_private_folder(path.parent)
            try:
                descriptor = open_private(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL)
                with os.fdopen(descriptor, "wb") as file:
                    for piece in _pieces(archive, name, backed_up, source):
                        file.write(piece)
                    file.flush()
                    os.fsync(file.fileno())
            except OSError as problem:
                raise file_error(problem, path, "written") from problem
    return held


def open_backup(source: Path) -> zipfile.ZipFile:
    """Open a zip file; raises FileError when it is none."""
    try:
        return zipfile.ZipFile(source)
    except OSError as problem:
        raise file_error(problem, source, "read") from problem
    except _ODD as problem:
        raise _damaged(source, "this is no backup, or its end is missing") from problem


def _names(folder: Path) -> Iterator[str]:
    """The files to keep, by their names in the folder."""
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        passing = name.startswith(_PASSING) or name.endswith(_PASSING_ENDS)
        if not passing and path.is_file():  # a FIFO or a socket is none, and would never end
            yield name


def _add(archive: zipfile.ZipFile, folder: Path, name: str) -> BackedUp:
    """Add one file and give its size and checksum."""
    path = folder / name
    if path == history_path():
        content = _history_bytes(path)
        archive.writestr(name, content, zipfile.ZIP_DEFLATED)
        return BackedUp(len(content), hashlib.sha256(content).hexdigest())
    kind = zipfile.ZIP_STORED if path.suffix == ".mcap" else zipfile.ZIP_DEFLATED
    entry = zipfile.ZipInfo(name)
    entry.compress_type, entry.external_attr = kind, (stat.S_IFREG | 0o600) << 16
    digest, left = hashlib.sha256(), path.stat().st_size
    size = left
    with path.open("rb") as file, archive.open(entry, "w", force_zip64=True) as room:
        while left and (piece := file.read(min(left, _PIECE_BYTES))):
            room.write(piece)
            digest.update(piece)
            left -= len(piece)
    return BackedUp(size - left, digest.hexdigest())


def _history_bytes(path: Path) -> bytes:
    """The database at one moment, as SQLite copies it."""
    with (
        in_one_sentence(path),
        closing(connect(path, BUSY_TIMEOUT_S)) as history,
        closing(sqlite3.connect(":memory:")) as copy,
    ):
        history.backup(copy)
        return copy.serialize()


def _list_of(archive: zipfile.ZipFile, source: Path) -> BackupList:
    """The list of a backup, checked against what the zip file says of itself."""
    try:
        entries = {entry.filename: entry for entry in archive.infolist()}
        if entries[LIST].file_size > _LONGEST_LIST_BYTES:
            raise _damaged(source, "its list is longer than any backup's")
        found = archive.read(LIST)
        if msgspec.json.decode(found, type=_Version).format > FORMAT_VERSION:
            what = "this backup was made by a newer version of spinesense"
            raise FileError(what, where=str(source), remedy="update spinesense")
        held = msgspec.json.decode(found, type=BackupList)
    except KeyError as problem:
        raise _damaged(source, "this is no backup of spinesense") from problem
    except msgspec.DecodeError as problem:
        raise _damaged(source, "its list is not understood") from problem
    except (*_ODD, OSError) as problem:
        raise _damaged(source, "its list cannot be read") from problem
    if len(entries) != len(archive.infolist()) or entries.keys() - {LIST} != held.files.keys():
        raise _damaged(source, "its files are not those of its list")
    for name, backed_up in held.files.items():
        _check_entry(entries[name], backed_up, source)
    return held


class _Version(msgspec.Struct):
    """What the list of any version says."""

    format: int


def _check_entry(entry: zipfile.ZipInfo, backed_up: BackedUp, source: Path) -> None:
    """Refuse what would leave the folder, is no plain file, or is larger than it says."""
    name = entry.filename
    kind = stat.S_IFMT(entry.external_attr >> 16)
    parts = PurePosixPath(name).parts
    strays = name != PurePosixPath(*parts).as_posix() or ".." in parts or name.startswith("/")
    if strays or not name.isprintable() or set(name) & set("\\:") or name.startswith(_PASSING):
        raise _damaged(source, f"it holds a file with a name that is refused, {name!r}")
    if kind not in (0, stat.S_IFREG):
        raise _damaged(source, f"it holds a link or a device, {name!r}")
    if entry.file_size != backed_up.size or backed_up.size < 0:
        raise _damaged(source, f"the size of {name!r} is not the one of its list")


def _pieces(
    archive: zipfile.ZipFile, name: str, backed_up: BackedUp, source: Path
) -> Iterator[bytes]:
    """The content of a file, never more than its list says; raises at the end when it differs."""
    digest, left = hashlib.sha256(), backed_up.size
    try:
        file: IO[bytes] = archive.open(name)
    except (*_ODD, OSError) as problem:
        raise _damaged(source, f"{name!r} cannot be read") from problem
    with file:
        while True:
            try:
                piece = file.read(_PIECE_BYTES)
            except (*_ODD, OSError) as problem:
                raise _damaged(source, f"{name!r} cannot be read") from problem
            if not piece:
                break
            left -= len(piece)
            digest.update(piece)
            if left < 0:
                break
            yield piece
    if left or digest.hexdigest() != backed_up.sha256:
        raise _damaged(source, f"{name!r} is not as it was when the backup was made")


def _damaged(source: Path, what: str) -> FileError:
    remedy = f"use another copy of the backup; nothing in {HOME_VARIABLE} was changed"
    if not os.environ.get(HOME_VARIABLE):
        remedy = "use another copy of the backup; nothing that is kept was changed"
    return FileError(f"the backup cannot be used: {what}", where=str(source), remedy=remedy)
