"""Recordings made of files of others: whole, or not there at all."""

from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from spinesense.model.errors import FileError
from spinesense.model.packets import Packet
from spinesense.model.recording import RecordingInfo
from spinesense.store.files import make_private_folder
from spinesense.store.locks import is_locked
from spinesense.store.recordings.recording import RecordingWriter

UNFINISHED = ".importing"
"""Ends the name of a recording that is being made; no program takes it for a recording."""


def write_imported(path: Path, info: RecordingInfo, packets: Iterable[Packet]) -> None:
    """Write a finished recording; it has its name only when it is whole.

    Raises
    ------
    FileError
        When a file of that name exists, or it cannot be written; nothing is left behind then.
    """
    make_private_folder(path.parent)
    fresh = path.with_name(path.name + UNFINISHED)
    if path.exists():
        remedy = "choose another name, or move the old file away"
        raise FileError("exists already", where=str(path), remedy=remedy)
    writer = RecordingWriter.create(fresh, info)
    try:
        for packet in packets:
            writer.append(packet)
        writer.close()
        fresh.rename(path)
    finally:
        with suppress(OSError):
            fresh.unlink(missing_ok=True)


def remove_broken_imports(folder: Path) -> list[str]:
    """Remove what imports left behind that a crash broke off; gives the names of the recordings.

    What another program is importing at the moment is left alone.
    """
    broken = []
    for path in sorted(folder.glob(f"*{UNFINISHED}")):
        if path.is_file() and not is_locked(path):
            with suppress(OSError):
                path.unlink()
                broken.append(path.name.removesuffix(UNFINISHED))
    return broken
