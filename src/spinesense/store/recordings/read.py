"""Read recordings, and finish those that a crash left open."""

import struct
from collections.abc import Mapping
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any, BinaryIO, TypeVar

import msgspec
from mcap.data_stream import ReadDataStream
from mcap.exceptions import McapError
from mcap.opcode import Opcode
from mcap.records import Metadata
from mcap.writer import MCAP0_MAGIC

from spinesense.model.errors import FileError
from spinesense.model.packets import Intent, Item, Packet
from spinesense.model.recording import RecordingInfo
from spinesense.store.files import file_error
from spinesense.store.recordings.head import LARGEST_HEAD_BYTES, headless, mended_head
from spinesense.store.recordings.layout import (
    EVENT_TOPIC,
    INTENT_TOPIC,
    PACKET_TOPIC,
    IntentBody,
    info_from_metadata,
)
from spinesense.store.recordings.records import RECORD
from spinesense.store.recordings.scan import scan

EventRow = tuple[str, Mapping[str, Any]]
"""Name of the class of an event and its fields, as plain values."""

_Body = TypeVar("_Body")


@dataclass(frozen=True, slots=True)
class Recording:
    """The whole of a recording, or the intact part of a damaged one."""

    info: RecordingInfo
    items: tuple[Item, ...]
    """In the order in which they happened."""
    events: tuple[EventRow, ...]
    """What the person was told at the time. A later version may find otherwise."""
    damage: str
    """One sentence on what is missing and why; empty when the recording is whole."""
    duration_s: float
    """Arrival of the last item; 0 without items."""


def read_recording(path: Path) -> Recording:
    """Read a recording; of a damaged one, everything that is intact on both sides of the damage.

    Raises
    ------
    FileError
        When the file cannot be read, is empty, is no recording of ours or has lost its head.
    """
    try:
        data = path.read_bytes()
    except OSError as problem:
        raise file_error(problem, path, "read") from problem
    collector = _Collector()
    found = scan(data, str(path), collector.take)
    items = tuple(collector.items)
    duration_s = items[-1].arrival_s if items else 0.0
    damage = ""
    if found.damage:
        damage = f"{found.damage}: {len(items)} items are intact, up to {duration_s:.1f} s."
        damage = damage[0].upper() + damage[1:]
    return Recording(found.info, items, tuple(collector.events), damage, duration_s)


def read_info(path: Path) -> RecordingInfo:
    """Read the head of a recording alone, also where its bytes are damaged.

    Raises
    ------
    FileError
        When the file cannot be read, is no recording of ours or has lost its head.
    """
    try:
        with path.open("rb") as file:
            info = _intact_head(file, str(path))
            if info is not None:
                return info
            file.seek(0)
            mended = mended_head(file.read(LARGEST_HEAD_BYTES), str(path))
    except OSError as problem:
        raise file_error(problem, path, "read") from problem
    if mended is None:
        raise headless(str(path))
    return mended[0]


def _intact_head(file: BinaryIO, where: str) -> RecordingInfo | None:
    """What the first records say; None when they are damaged."""
    magic = file.read(len(MCAP0_MAGIC))
    while magic == MCAP0_MAGIC and len(head := file.read(RECORD.size)) == RECORD.size:
        opcode, length = RECORD.unpack(head)
        if opcode not in (Opcode.HEADER, Opcode.METADATA) or length > LARGEST_HEAD_BYTES:
            return None
        content = file.read(length)
        if opcode == Opcode.METADATA:
            try:
                metadata = Metadata.read(ReadDataStream(BytesIO(content)))
                return info_from_metadata(metadata.metadata, where)
            except (FileError, McapError, ValueError, struct.error):
                return None
    return None


class _Collector:
    """Turns messages into items and events."""

    def __init__(self) -> None:
        self.items: list[Item] = []
        self.events: list[EventRow] = []
        self._channels: dict[str, str] = {}

    def take(self, topic: str, arrival_s: float, content: bytes) -> None:
        """Take one message. Raises ValueError when the topic or the body is not understood."""
        channel = self._channels.get(topic)
        if channel is not None:
            self.items.append(Packet(arrival_s, channel, content))
        elif topic.startswith(PACKET_TOPIC):
            self._channels[topic] = topic.removeprefix(PACKET_TOPIC)
            self.take(topic, arrival_s, content)
        elif topic == INTENT_TOPIC:
            body = _decode(content, IntentBody)
            self.items.append(Intent(arrival_s, body.action, body.value))
        elif topic == EVENT_TOPIC:
            fields = _decode(content, dict[str, Any])
            self.events.append((str(fields.pop("event", "")), fields))
        else:
            raise ValueError(f"the channel {topic!r} is not known")


def _decode(content: bytes, kind: type[_Body]) -> _Body:
    try:
        return msgspec.json.decode(content, type=kind)
    except (msgspec.MsgspecError, RecursionError) as problem:
        raise ValueError(f"a message is not understood: {problem}") from problem
