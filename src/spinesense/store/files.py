"""Private folders, safe replacement of files, and plain words for what the system refuses."""

import codecs
import errno
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from spinesense.model.errors import FileError

MOST_BYTES = 128 * 1024
"""Size of a text that a person wrote; a routine of a hundred exercises has a tenth of it."""

_REMEDIES = {
    errno.ENOSPC: "free some space on the disk and try again",
    errno.EDQUOT: "free some space on the disk and try again",
    errno.EFBIG: "free some space on the disk or raise the limit on the size of files",
    errno.EACCES: "give yourself the right to read and write it, or choose another place",
    errno.EPERM: "give yourself the right to read and write it, or choose another place",
    errno.EROFS: "choose a place that can be written to",
    errno.ENOENT: "check the name of the file and of its folder",
    errno.ENOTDIR: "choose a folder: a part of this path is a file",
    errno.ENAMETOOLONG: "choose a shorter name",
    errno.EISDIR: "name a file: this is a folder",
    errno.EEXIST: "choose another name, or move the old file away",
}


def file_error(problem: OSError, path: Path, action: str) -> FileError:
    """One sentence for what the system refused.

    Parameters
    ----------
    problem
        What the system answered.
    path
        The file or folder that was asked for.
    action
        What failed, as a past participle: ``read``, ``written``.
    """
    reason = (problem.strerror or type(problem).__name__).lower()
    remedy = _REMEDIES.get(problem.errno or 0, "check the disk and try again")
    return FileError(f"cannot be {action} ({reason})", where=str(path), remedy=remedy)


def make_private_folder(folder: Path) -> None:
    """Make a folder and its missing parents, each open to its owner only.

    A folder that exists keeps its rights: it may be one that the person shares on purpose.

    Raises
    ------
    FileError
        When the folder cannot be made.
    """
    missing = [place for place in (folder, *folder.parents) if not place.exists()]
    try:
        for place in reversed(missing):
            place.mkdir(mode=0o700, exist_ok=True)
        if not folder.is_dir():
            raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR))
    except OSError as problem:
        raise file_error(problem, folder, "used as a folder") from problem


def open_private(path: Path, flags: int) -> int:
    """Open a file descriptor; a file that is new belongs to its owner only (0600)."""
    return os.open(path, flags | getattr(os, "O_BINARY", 0), 0o600)


def read_text(path: Path) -> str:
    """The text of a file that a person wrote.

    Raises
    ------
    FileError
        When it cannot be read, is no UTF-8 or too large. A byte order mark is left out.
    """
    try:
        if path.exists() and not (path.is_file() or path.is_dir()):
            raise FileError("is no file", where=str(path), remedy="name a text file")
        with path.open("rb") as file:
            raw = file.read(MOST_BYTES + 1)
    except OSError as problem:
        raise file_error(problem, path, "read") from problem
    if len(raw) > MOST_BYTES:
        raise FileError(
            f"is larger than {MOST_BYTES // 1024} kB, which no such text is",
            where=str(path),
            remedy="choose another file",
        )
    wide = raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    try:
        return raw.decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")
    except UnicodeDecodeError as problem:
        raise FileError(
            f"is {'UTF-16' if wide else 'not UTF-8'} text",
            where=str(path),
            remedy="save it as UTF-8 or choose another file",
        ) from problem


def write_text(path: Path, text: str) -> None:
    """Write a text whole or not at all, in a folder that is made where there is none.

    Raises
    ------
    FileError
        When that fails.
    """
    make_private_folder(path.parent)
    with replacing(path) as file:
        file.write(text.encode())


def free_bytes(folder: Path) -> int:
    """Room for this person's files on the disk that a folder is on; plenty where nobody says."""
    from shutil import disk_usage

    try:
        return disk_usage(folder).free
    except OSError:
        return sys.maxsize


def hold_room(folder: Path, size_bytes: int) -> Callable[[], None]:
    """Hold room on the disk that a folder is on, until what is returned is called.

    It is held by a file without a name, so that the system lets go of it when the process ends,
    however it ends. Where there is no such room, or the system has no such files, none is held.
    """
    from tempfile import TemporaryFile

    try:
        file = TemporaryFile(dir=folder)  # noqa: SIM115  # closed by whoever was given it
    except OSError:
        return lambda: None
    try:
        os.posix_fallocate(file.fileno(), 0, size_bytes)
    except (OSError, AttributeError):
        file.close()
    return file.close


@contextmanager
def replacing(path: Path) -> Iterator[BinaryIO]:
    """A file that takes the place of ``path`` at the end of the block, whole or not at all.

    The old file stays as it was until the new one is on the disk. Any failure removes the new one.

    Raises
    ------
    FileError
        When the new file cannot be written.
    """
    fresh = path.with_name(path.name + ".new")
    try:
        with os.fdopen(open_private(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC), "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(path)
        sync_folder(path.parent)
    except OSError as problem:
        raise file_error(problem, path, "written") from problem
    finally:
        with suppress(OSError):
            fresh.unlink(missing_ok=True)


def sync_folder(folder: Path) -> None:
    """Bring the new name of a file to the disk, where the system lets a folder be opened."""
    with suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
