"""Write recordings: every item is in the file before it is acknowledged.

The live file is plain MCAP, one record a message, handed to the system at once, so that a process
that is killed loses nothing it acknowledged. A thread beside has the system bring it to the disk
every few seconds, so that a power cut loses no more than that. Closing rewrites it compressed,
indexed and checked.
"""

import mmap
import os
import sys
from collections.abc import Callable
from contextlib import suppress
from io import FileIO
from pathlib import Path
from typing import Self

import msgspec
from mcap.data_stream import RecordBuilder
from mcap.records import Channel, Header, McapRecord, Message, Metadata
from mcap.writer import MCAP0_MAGIC, CompressionType, Writer

from spinesense.model.errors import FileError
from spinesense.model.events import Event
from spinesense.model.packets import Intent, Item, Packet
from spinesense.model.recording import RecordingInfo
from spinesense.model.strict import strictly
from spinesense.store.files import (
    file_error,
    make_private_folder,
    open_private,
    replacing,
    sync_folder,
)
from spinesense.store.recordings.layout import (
    EVENT_TOPIC,
    INTENT_TOPIC,
    LIBRARY,
    MESSAGE_ENCODING,
    METADATA_NAME,
    PACKET_TOPIC,
    IntentBody,
    info_from_metadata,
    info_to_metadata,
    log_time_ns,
    seal,
    topic_seed,
)
from spinesense.store.recordings.records import Data
from spinesense.store.recordings.scan import scan
from spinesense.store.recordings.syncing import Syncing

_CHUNK_BYTES = 65_536
"""Large enough for zstd to reach its ratio on packets, small enough to lose little to damage."""


class RecordingWriter:
    """An open recording. Made by ``create``; use it from one thread at a time."""

    def __init__(self, path: Path, file: FileIO) -> None:
        self._path = path
        self._file = file
        self._size = 0
        self._messages = 0
        self._topics: dict[str, tuple[int, int]] = {}
        self._last_arrival_s = 0.0
        self._syncing: Syncing | None = None

    @classmethod
    def create(cls, path: Path, info: RecordingInfo) -> "RecordingWriter":
        """Begin a recording in a new file (0600); missing folders are made (0700).

        Raises
        ------
        FileError
            When the file exists or cannot be written, or ``info`` cannot be stored.
        """
        try:
            metadata = info_to_metadata(info)
        except ValueError as problem:
            remedy = "remove unusual characters from the notes and names"
            raise FileError(str(problem), where=str(path), remedy=remedy) from problem
        info_from_metadata(metadata, str(path))
        head = _bytes_of(Header("", LIBRARY), Metadata(METADATA_NAME, metadata))
        make_private_folder(path.parent)
        try:
            file = FileIO(open_private(path, os.O_RDWR | os.O_CREAT | os.O_EXCL), "r+b")
        except OSError as problem:
            raise file_error(problem, path, "created") from problem
        _lock(file, wait=True)  # who asks whether a file is being recorded holds it for a moment
        writer = cls(path, file)
        try:
            writer._store(MCAP0_MAGIC + head, messages=0)
        except FileError:
            file.close()
            with suppress(OSError):
                path.unlink()
            raise
        writer._syncing = Syncing(file)
        sync_folder(path.parent)
        return writer

    def append(self, item: Item) -> None:
        """Store one item. It is acknowledged, and survives a kill, when this returns.

        Raises
        ------
        FileError
            When it cannot be stored. What was stored before stays, and the next item may be tried.
        """
        if isinstance(item, Packet):
            self._add(PACKET_TOPIC + item.channel, item.arrival_s, bytes(item.payload))
        elif isinstance(item, Intent):
            body = strictly(IntentBody(item.action, item.value))
            self._add(INTENT_TOPIC, item.arrival_s, body)
        self._last_arrival_s = item.arrival_s

    def note(self, event: Event) -> None:
        """Store what was told to the person, after the items that led to it.

        Raises
        ------
        FileError
            When it cannot be stored.
        TypeError
            When a value in it is not of the type of its field.
        """
        fields = {"event": type(event).__name__} | msgspec.to_builtins(strictly(event))
        self._add(EVENT_TOPIC, self._last_arrival_s, fields)

    def close(self) -> None:
        """Rewrite the file compressed, indexed and checked, and put that in its place.

        Closing again does nothing. On failure the live file stays: it is as readable, and
        ``finish_interrupted`` will try again.

        Raises
        ------
        FileError
            When the rewritten file cannot be stored.
        """
        if self._file.closed:
            return
        if self._syncing:
            self._syncing.end()
        with self._file:
            _finish(self._path, self._file)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _add(self, topic: str, arrival_s: float, body: object) -> None:
        """Store one message, and before the first of a topic its channel."""
        try:
            content = body if isinstance(body, bytes) else msgspec.json.encode(body)
            known = self._topics.get(topic)
            channel_id, seed = known or (len(self._topics) + 1, topic_seed(topic))
            payload = seal(seed, self._messages, arrival_s, content)
            time_ns = log_time_ns(arrival_s)
        except ValueError as problem:
            remedy = "nothing was stored; correct the source of this item"
            raise FileError(f"{problem}", where=str(self._path), remedy=remedy) from problem
        message = Message(channel_id, time_ns, payload, time_ns, self._messages)
        records = [] if known else [Channel(channel_id, topic, MESSAGE_ENCODING, {}, 0)]
        self._store(_bytes_of(*records, message), self._messages + 1)
        self._topics[topic] = (channel_id, seed)

    def _store(self, data: bytes, messages: int) -> None:
        """Write all of ``data`` or nothing, unbuffered, behind what is stored already.

        ``messages`` are stored then. Size and number change in one statement, so that an interrupt
        from the keyboard cannot come between them and break the numbering.
        """
        if self._file.closed:
            remedy = "begin a new recording"
            raise FileError("the recording is closed", where=str(self._path), remedy=remedy)
        try:
            if self._syncing:
                self._syncing.note()
            self._file.seek(self._size)
            written = 0
            while written < len(data):
                written += self._file.write(data[written:])
        except OSError as problem:
            with suppress(OSError):
                self._file.truncate(self._size)
            raise file_error(problem, self._path, "written") from problem
        self._size, self._messages = self._size + len(data), messages


def finish_interrupted(folder: Path) -> list[Path]:
    """Finish the recordings of a folder that a crash left open; gives those that it finished.

    A file that another program is recording into is left alone, and so is one that is damaged
    otherwise than by the interruption: bytes that may be of use are never dropped.

    Raises
    ------
    FileError
        When a finished file cannot be stored; the interrupted one is then as it was.
    """
    finished = []
    for path in sorted(folder.glob("*.mcap")):
        with suppress(OSError):
            if not path.is_file():
                continue  # a pipe would keep us waiting
            with FileIO(path, "r+b") as file:
                if not _ends_well(file) and _lock(file) and _finish_if_interrupted(path, file):
                    finished.append(path)
    return finished


def is_finished(path: Path) -> bool:
    """Whether a recording was brought to its end; not while a program still records into it.

    Raises
    ------
    FileError
        When the file cannot be read.
    """
    try:
        with FileIO(path) as file:
            return _ends_well(file)
    except OSError as problem:
        raise file_error(problem, path, "read") from problem


def _ends_well(file: FileIO) -> bool:
    size = file.seek(0, os.SEEK_END)
    file.seek(max(0, size - len(MCAP0_MAGIC)))
    return size > len(MCAP0_MAGIC) and file.read() == MCAP0_MAGIC


def _finish_if_interrupted(path: Path, file: FileIO) -> bool:
    """Finish a locked file, unless it is no recording or damaged; those tell when they are read."""
    try:
        found = scan(path.read_bytes(), str(path), _ignore)
    except (FileError, OSError):
        return False
    if found.interrupted:
        _finish(path, file)
    return found.interrupted


def _ignore(_topic: str, _arrival_s: float, _body: bytes) -> None:
    """Take a message only for it to be checked."""


def _finish(path: Path, live: FileIO) -> None:
    """Rewrite a locked live file with zstd chunks, an index and CRCs, and replace it.

    The file is walked through twice, first to check it, so that a day of it is never in memory.
    """
    try:
        data = _contents(path, live)
    except (OSError, ValueError) as problem:
        refused = problem if isinstance(problem, OSError) else OSError(str(problem))
        raise file_error(refused, path, "read") from problem
    found = scan(data, str(path), _ignore)
    if not found.interrupted:
        what = f"the live recording is not as it was written ({found.damage or 'already finished'})"
        raise FileError(what, where=str(path), remedy="keep the file: its intact part can be read")
    if sys.platform == "win32":
        live.close()  # an open file cannot be replaced there
    with replacing(path) as file:
        writer = Writer(
            file,
            chunk_size=_CHUNK_BYTES,
            compression=CompressionType.ZSTD,
            enable_data_crcs=True,
        )
        writer.start(profile="", library=LIBRARY)
        writer.add_metadata(METADATA_NAME, info_to_metadata(found.info))
        if scan(data, str(path), _Rewrite(writer).take) != found:
            what = "the recording cannot be rewritten whole"
            raise FileError(what, where=str(path), remedy="keep the file: it can be read")
        writer.finish()  # type: ignore[no-untyped-call]  # mcap is typed in part


def _contents(path: Path, live: FileIO) -> Data:
    """What stands in a file; mapped, where a mapped file can be replaced."""
    if sys.platform == "win32":
        return path.read_bytes()
    return mmap.mmap(live.fileno(), 0, access=mmap.ACCESS_READ)


class _Rewrite:
    """Writes messages again; sealed again, the payloads are those of the live file."""

    def __init__(self, writer: Writer) -> None:
        self._writer = writer
        self._channels: dict[str, tuple[int, int]] = {}
        self._number = 0

    def take(self, topic: str, arrival_s: float, body: bytes) -> None:
        """Write the next message, and before the first of a topic its channel."""
        if topic not in self._channels:
            channel = self._writer.register_channel(topic, MESSAGE_ENCODING, schema_id=0)
            self._channels[topic] = (channel, topic_seed(topic))
        channel, seed = self._channels[topic]
        time_ns = log_time_ns(arrival_s)
        payload = seal(seed, self._number, arrival_s, body)
        self._writer.add_message(channel, time_ns, payload, time_ns, self._number)
        self._number += 1


def _bytes_of(*records: McapRecord) -> bytes:
    builder = RecordBuilder()
    for record in records:
        record.write(builder)
    return bytes(builder.end())  # type: ignore[no-untyped-call]  # mcap is typed in part


def is_being_recorded(path: Path) -> bool:
    """Whether another program has this recording: it writes it, or goes on with its session."""
    if sys.platform == "win32":
        return not is_finished(path)
    try:
        with FileIO(path) as file:
            return not _lock(file)
    except OSError:
        return False


def hold(path: Path) -> Callable[[], None]:
    """Keep a recording whose session goes on to this program, until what is returned is called.

    Raises
    ------
    FileError
        When another program has it, or it cannot be read.
    """
    try:
        file = FileIO(path)
    except OSError as problem:
        raise file_error(problem, path, "read") from problem
    if not _lock(file):
        file.close()
        what = "this session is running in another window"
        raise FileError(what, where=str(path), remedy="go on there, or end it there first")
    return file.close


def _lock(file: FileIO, *, wait: bool = False) -> bool:
    """Claim a live file; the system lets go of it when the process ends, however it ends.

    Windows needs no lock: it refuses to replace a file that is open.
    """
    if sys.platform != "win32":
        import fcntl

        try:
            fcntl.flock(file, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
        except BlockingIOError:
            return False
        except OSError:
            # A file system without locks must not keep anyone from recording.
            return True
    return True
