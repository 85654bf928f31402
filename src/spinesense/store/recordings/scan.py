"""Walk through the bytes of a recording, up to the first damage.

The readers of the ``mcap`` package make an object of every record and raise on a file that is cut;
here messages are slices, and whatever stands before the damage is delivered.
"""

import re
import struct
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from io import BytesIO
from mmap import mmap

import zstandard
from mcap.data_stream import ReadDataStream
from mcap.exceptions import McapError
from mcap.opcode import Opcode
from mcap.records import Channel, Chunk, Metadata
from mcap.writer import MCAP0_MAGIC

from spinesense.model.errors import FileError
from spinesense.model.recording import RecordingInfo
from spinesense.store.recordings.layout import (
    ARRIVAL,
    EARLIEST_S,
    LARGEST_BODY_BYTES,
    LONGEST_S,
    METADATA_NAME,
    PREFIX,
    checksum,
    info_from_metadata,
    topic_seed,
)

Data = bytes | mmap
"""The bytes of a file, read or mapped: a slice of either is bytes."""

Take = Callable[[str, float, bytes], None]
"""Gets topic, arrival in seconds and body of every message; a ValueError of it is damage."""

_RECORD = struct.Struct("<BQ")
_MESSAGE_CODE = int(Opcode.MESSAGE)
_MESSAGE = struct.Struct(f"{_RECORD.format}H20x{PREFIX.format.removeprefix('<')}")
"""Head of a message: opcode and length of the record, the channel and, past what else MCAP wants,
number, CRC-32 and arrival in our payload."""
_SHORTEST_MESSAGE_BYTES = _MESSAGE.size - _RECORD.size
_SEQUENCE_AT = _RECORD.size + 2
_NUMBER_AT = _MESSAGE.size - PREFIX.size
_ARRIVAL_AT = _MESSAGE.size - ARRIVAL.size
_NO_TOPIC = ("", 0)
_NO_RECORD = 0
"""MCAP forbids this opcode: zeros are room that a file system gave and nobody filled."""
_WORD = struct.Struct("<I")
_FOOTER = struct.Struct("<BQQQI")
_LARGEST_RECORD_BYTES = LARGEST_BODY_BYTES + _SHORTEST_MESSAGE_BYTES
"""A record that claims to be longer has a damaged length."""
_LARGEST_CHUNK_BYTES = 1 << 26
"""A chunk that claims to be larger has a damaged length: ours are of 64 KiB, those of others of
some MiB."""
_UNPACKED_BYTES = 1 << 27
_UNPACKED_RATIO = 200
"""All chunks of a file unpack to no more than so many bytes and so many times the file: what the
checksums of messages leave to be packed is far less."""
_SEARCHED_BYTES = 1 << 28
"""A search for whole messages looks through so many at the most: a second of work."""
_A_MESSAGE = re.compile(rb"(?s)\x05(?=.{3}\x01?\x00{4,5})")
"""Where a message may begin: lengths stay below 2^25."""


@dataclass(frozen=True, slots=True)
class Scan:
    """What a file turned out to be."""

    info: RecordingInfo
    messages: int
    last_arrival_s: float
    damage: str
    """Why the file is not whole, without a full stop; empty when it is."""
    interrupted: bool
    """It is a live file that was simply not closed: nothing that follows the last message can be
    of use."""


class _DamageError(Exception):
    """What is damaged, in words."""


def scan(data: Data, where: str, take: Take) -> Scan:
    """Deliver every intact message from the start of ``data`` up to the first damage.

    Raises
    ------
    FileError
        When the bytes are no recording of ours, or their head is damaged.
    """
    if not data:
        raise FileError("the file is empty", where=where, remedy="choose another recording")
    if data[: len(MCAP0_MAGIC)] != MCAP0_MAGIC:
        what = "this is no MCAP file"
        raise FileError(what, where=where, remedy="choose a recording that spinesense made")
    scanner = _Scanner(where, take)
    damage, interrupted = scanner.run(data)
    if scanner.info is None:
        what = "the file has no intact head of a spinesense recording"
        raise FileError(what, where=where, remedy="choose a recording that spinesense made")
    if scanner.lost:
        damage += f"; lost {_lost_words(scanner.lost)}"
    if scanner.timeless and (interrupted or not damage):
        damage, interrupted = f"{scanner.timeless} messages have no time that can be", False
    return Scan(
        scanner.info, scanner.messages, scanner.last_arrival_s, damage, damage != "" and interrupted
    )


class _Scanner:
    """The state of one walk."""

    def __init__(self, where: str, take: Take) -> None:
        self.info: RecordingInfo | None = None
        self.messages = 0
        self.timeless = 0
        self.lost: list[tuple[int, float, float]] = []
        self._problem = ""
        self.last_arrival_s = 0.0
        self._where = where
        self._take = take
        self._topics: dict[int, tuple[str, int]] = {}
        self._chunked = False
        self._in_chunk = False
        self._room = 0

    def run(self, data: Data) -> tuple[str, bool]:
        """Walk through the file; gives the damage, and whether it is a mere interruption."""
        position = len(MCAP0_MAGIC)
        self._room = _UNPACKED_BYTES + _UNPACKED_RATIO * len(data)
        try:
            self._topics.update(_topics_at_end(data))
            position, end_crc = self._walk(data, position, vouched=False)
            if end_crc is not None and not self._problem:
                _check_ending(data, position, end_crc)
                return "", False
        except (_DamageError, McapError, ValueError, OverflowError, struct.error) as problem:
            return f"the file is damaged ({problem})", False
        if self._problem:
            return f"the file is damaged ({self._problem})", False
        if not self._chunked and _is_torn(data, position) and not self._goes_on(data, position):
            return "the recording was interrupted before it was closed", True
        return f"the file ends or is damaged at byte {position} of {len(data)}", False

    def _goes_on(self, data: Data, position: int) -> bool:
        """Whether a whole message stands anywhere behind: then no write was cut short here.

        A message whose length alone is damaged, and which therefore seems to go on past the end,
        is one too. A search that would take too long counts as found: nothing is dropped then.
        """
        size, left = len(data), _SEARCHED_BYTES
        for match in _A_MESSAGE.finditer(data, position):
            start = match.start()
            if start + _MESSAGE.size > size:
                break
            _, length, channel_id, number, crc, _ = _MESSAGE.unpack_from(data, start)
            end = start + _RECORD.size + length if start > position else size
            if not start + _MESSAGE.size <= end <= size:
                continue
            if channel_id not in self._topics:
                (repeated,) = _WORD.unpack_from(data, start + _SEQUENCE_AT)
                if channel_id and number == repeated >= self.messages:
                    return True  # its channel is damaged, but its number stands there twice
                continue
            rest = data[start + _ARRIVAL_AT : end]
            left -= len(rest)
            seed = self._topics[channel_id][1]
            if left < 0 or crc == checksum(seed, _WORD.pack(number), rest):
                return True
        return False

    def _walk(self, data: Data, position: int, *, vouched: bool) -> tuple[int, int | None]:
        """Go through whole records; gives the end of the last one, and the CRC of a data end.

        ``vouched`` says that a CRC over all of ``data`` was right.
        """
        size, head_bytes = len(data), _RECORD.size
        while True:
            position = self._messages(data, position, vouched=vouched)
            if position + head_bytes > size:
                return position, None
            opcode, length = _RECORD.unpack_from(data, position)
            start = position + head_bytes
            end = start + length
            if end > size or opcode == _NO_RECORD:
                return position, None
            if opcode == Opcode.DATA_END:
                return end, int.from_bytes(data[start:end], "little")
            self._record(opcode, data[start:end])
            position = end

    def _messages(self, data: Data, position: int, *, vouched: bool) -> int:
        """Check the whole messages that stand here in a row and hand them on; gives their end.

        A day has two million, so all is done in one loop.
        """
        unpack, topics, take = _MESSAGE.unpack_from, self._topics, self._take
        size, head_bytes, body_at = len(data), _RECORD.size, _MESSAGE.size
        while position + body_at <= size:
            opcode, length, channel_id, sequence, crc, arrival_s = unpack(data, position)
            end = position + head_bytes + length
            if opcode != _MESSAGE_CODE or end > size:
                break
            topic, seed = topics.get(channel_id, _NO_TOPIC)
            if self.info is None or not topic or length < _SHORTEST_MESSAGE_BYTES:
                raise _DamageError(f"message {self.messages} has no head")
            right = vouched or crc == checksum(
                seed,
                data[position + _NUMBER_AT : position + _NUMBER_AT + 4],
                data[position + _ARRIVAL_AT : end],
            )
            if not right:
                self._problem = self._problem or f"the checksum of message {self.messages} is wrong"
                position = end  # its neighbours may be intact: each has a checksum
                continue
            if sequence > self.messages and self._problem:
                self._lose(sequence - self.messages, arrival_s)
            elif sequence != self.messages:
                raise _DamageError(f"the number of message {self.messages} is wrong")
            if EARLIEST_S <= arrival_s <= LONGEST_S:  # a message of no time is of no use to anyone
                take(topic, arrival_s, data[position + body_at : end])
                self.last_arrival_s = arrival_s
            else:
                self.timeless += 1
            self.messages += 1
            position = end
        return position

    def _lose(self, count: int, until_s: float) -> None:
        """Go on past messages of a chunk that could not be read, and say how long they lasted."""
        self.lost.append((count, self.last_arrival_s, until_s))
        self.messages += count

    def _record(self, opcode: int, content: bytes) -> None:
        """Take in a record that is no message."""
        stream = ReadDataStream(BytesIO(content))
        if opcode == Opcode.MESSAGE:
            raise _DamageError(f"message {self.messages} has no head")
        if opcode == Opcode.CHUNK:
            try:
                self._chunk(Chunk.read(stream))
            except (_DamageError, McapError, ValueError, struct.error) as problem:
                if self._in_chunk:
                    raise
                self._problem = self._problem or str(problem)
        elif opcode == Opcode.CHANNEL:
            channel = Channel.read(stream)
            self._topics[channel.id] = (channel.topic, topic_seed(channel.topic))
        elif opcode == Opcode.METADATA:
            metadata = Metadata.read(stream)
            if metadata.name == METADATA_NAME:
                self.info = info_from_metadata(metadata.metadata, self._where)
        elif opcode not in (Opcode.HEADER, Opcode.SCHEMA, Opcode.MESSAGE_INDEX, Opcode.ATTACHMENT):
            raise _DamageError(f"a record after message {self.messages} is of no known kind")

    def _chunk(self, chunk: Chunk) -> None:
        """Unpack a chunk, check its CRC and walk through it."""
        if self._in_chunk:
            raise _DamageError(f"a chunk stands within a chunk after message {self.messages}")
        self._chunked = True
        self._room -= chunk.uncompressed_size
        if chunk.uncompressed_size > _LARGEST_CHUNK_BYTES or self._room < 0:
            what = f"a chunk after message {self.messages} claims to unpack to too much"
            raise _DamageError(what)
        try:
            content = _unpacked(chunk)
        except (zstandard.ZstdError, RuntimeError, MemoryError) as problem:
            what = f"a chunk after message {self.messages} cannot be unpacked"
            raise _DamageError(what) from problem
        # The CRC of the chunk covers those of its messages; 0 stands for none, as MCAP has it.
        vouched = chunk.uncompressed_crc != 0
        if vouched and chunk.uncompressed_crc != zlib.crc32(content):
            self._problem = self._problem or "the checksum of a chunk is wrong"
            vouched = False
        self._in_chunk = True
        try:
            position, _ = self._walk(content, 0, vouched=vouched)
        finally:
            self._in_chunk = False
        if position != len(content):
            raise _DamageError(f"a chunk ends within a record after message {self.messages}")


def _lost_words(lost: Sequence[tuple[int, float, float]]) -> str:
    """How much is missing, and where the longest of it was."""
    count, lasted_s = sum(one[0] for one in lost), sum(one[2] - one[1] for one in lost)
    _, from_s, until_s = max(lost, key=lambda one: one[2] - one[1])
    counted = f"{count} message{'s' if count > 1 else ''}"
    where = f"from {from_s:.2f} to {until_s:.2f} s"
    where = where if len(lost) == 1 else f"in {len(lost)} places, the longest {where}"
    return f"{lasted_s:.2f} s ({counted}) {where}"


def _topics_at_end(data: Data) -> dict[int, tuple[str, int]]:
    """The channels that a finished file repeats in its index: its first chunk may be damaged."""
    footer = len(data) - len(MCAP0_MAGIC) - _FOOTER.size
    topics: dict[int, tuple[str, int]] = {}
    if footer < 0 or data[-len(MCAP0_MAGIC) :] != MCAP0_MAGIC:
        return topics
    position = _FOOTER.unpack_from(data, footer)[2]
    while 0 < position < footer - _RECORD.size:
        opcode, length = _RECORD.unpack_from(data, position)
        start, position = position + _RECORD.size, position + _RECORD.size + length
        if opcode == Opcode.CHANNEL and position <= footer:
            channel = Channel.read(ReadDataStream(BytesIO(data[start:position])))
            topics[channel.id] = (channel.topic, topic_seed(channel.topic))
    return topics


def _unpacked(chunk: Chunk) -> bytes:
    """What a chunk holds; never more than it claims to hold is made."""
    size = chunk.uncompressed_size
    if chunk.compression == "zstd":
        unpacker = zstandard.ZstdDecompressor(max_window_size=_LARGEST_CHUNK_BYTES)
        content = unpacker.stream_reader(chunk.data).read(size + 1)
    elif chunk.compression == "lz4":
        from lz4.frame import LZ4FrameDecompressor  # comes with mcap; ours need it not

        content = LZ4FrameDecompressor().decompress(chunk.data, max_length=size + 1)
    else:
        content = chunk.data
    if len(content) != size:
        raise RuntimeError("the length is wrong")
    return content


def _is_torn(data: Data, position: int) -> bool:
    """Whether what follows the last whole record is a write that was cut short.

    Either nothing, or the beginning of one record, or zeros that a file system put there when the
    power failed.
    """
    rest = data[position:]
    if rest.count(0) == len(rest):
        return True
    if len(rest) < _RECORD.size:
        return rest[0] in (Opcode.MESSAGE, Opcode.CHANNEL)
    opcode, length = _RECORD.unpack_from(rest)
    return opcode in (Opcode.MESSAGE, Opcode.CHANNEL) and length <= _LARGEST_RECORD_BYTES


def _check_ending(data: Data, position: int, data_crc: int) -> None:
    """Check the CRCs over all messages and over the index, and that nothing is missing after it.

    A CRC of 0 stands for none, as MCAP has it.

    ``position`` is the end of the data end record, of which ``data_crc`` is the content.
    """
    data_end_bytes = _RECORD.size + 4
    if data_crc not in (0, zlib.crc32(memoryview(data)[: position - data_end_bytes])):
        raise _DamageError("all messages are intact, but the checksum over them is wrong")
    footer = len(data) - len(MCAP0_MAGIC) - _FOOTER.size
    if footer < position or data[-len(MCAP0_MAGIC) :] != MCAP0_MAGIC:
        raise _DamageError("all messages are intact, but the index at the end is missing")
    opcode, length, summary_start, _, summary_crc = _FOOTER.unpack_from(data, footer)
    whole = (opcode, length, summary_start) == (
        Opcode.FOOTER,
        _FOOTER.size - _RECORD.size,
        position,
    )
    if not whole or summary_crc not in (0, zlib.crc32(data[position : footer + _FOOTER.size - 4])):
        raise _DamageError("all messages are intact, but the index at the end is damaged")
