"""Walk through the bytes of a recording, past what is damaged.

The readers of the ``mcap`` package make an object of every record and raise on a file that is cut;
here messages are slices, and whatever stands around the damage is delivered.
"""

import struct
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from io import BytesIO

import zstandard
from mcap.data_stream import ReadDataStream
from mcap.exceptions import McapError
from mcap.opcode import Opcode
from mcap.records import Attachment, Channel, Chunk, Header, McapRecord, Metadata, Schema
from mcap.writer import MCAP0_MAGIC

from spinesense.model.errors import FileError
from spinesense.model.recording import RecordingInfo
from spinesense.store.recordings.chunks import LARGEST_CHUNK_BYTES, salvaged, unpacked
from spinesense.store.recordings.ending import (
    fault_of_ending,
    is_torn,
    lost_words,
    summary,
    torn_words,
)
from spinesense.store.recordings.head import (
    LARGEST_HEAD_BYTES,
    MENDED_WHOLE,
    headless,
    mended_head,
)
from spinesense.store.recordings.layout import (
    ARRIVAL,
    EARLIEST_S,
    EVENT_TOPIC,
    INTENT_TOPIC,
    LONGEST_S,
    MESSAGE_ENCODING,
    METADATA_NAME,
    checksum,
    info_from_metadata,
    topic_seed,
)
from spinesense.store.recordings.records import (
    A_BEGINNING,
    A_RECORD,
    ARRIVAL_AT,
    CHUNK_HEAD,
    MESSAGE,
    MESSAGE_CODE,
    NO_RECORD,
    NUMBER_AT,
    RECORD,
    SEQUENCE_AT,
    SHORTEST_MESSAGE_BYTES,
    WORD,
    Data,
    Topics,
    chunk_end,
    is_channel,
    may_begin,
    topics_beside,
    topics_within,
    with_seed,
)

Take = Callable[[str, float, bytes], None]
"""Gets topic, arrival in seconds and body of every message; a ValueError of it is damage."""

_NO_TOPIC = ("", 0)
_LENGTH = struct.Struct("<Q")
_UNPACKED_BYTES = 1 << 27
_UNPACKED_RATIO = 200
"""All chunks of a file unpack to no more than so many bytes and so many times the file: what the
checksums of messages leave to be packed is far less."""
_SEARCHED_BYTES = 1 << 27
_SEARCHED_RATIO = 2
"""The search for whole records looks through so many bytes and so many times the file at the most:
some seconds of work."""
_LOOK_BYTES = 1 << 10
"""To look whether a channel is intact takes as long as to search so many bytes."""
_GUESSES = 64
"""So often the name of a damaged channel is guessed, ..."""
_NAMES = 256
"""... each time among so many that the file has."""
_GUESSED_BYTES = 1 << 12
_READERS: dict[int, Callable[[ReadDataStream], McapRecord]] = {
    Opcode.HEADER: Header.read,
    Opcode.METADATA: Metadata.read,
    Opcode.CHANNEL: Channel.read,
    Opcode.SCHEMA: Schema.read,
    Opcode.ATTACHMENT: Attachment.read,
}


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


def scan(data: Data, where: str, take: Take) -> Scan:
    """Deliver every intact message of ``data`` in order, also those behind what is damaged.

    Raises
    ------
    FileError
        When the bytes are no recording of ours, or their head is damaged beyond reading.
    """
    if not data:
        raise FileError("the file is empty", where=where, remedy="choose another recording")
    begins_well = data[: len(MCAP0_MAGIC)] == MCAP0_MAGIC
    if not begins_well and not mended_head(data[:LARGEST_HEAD_BYTES], where):
        what = "this is no MCAP file"
        raise FileError(what, where=where, remedy="choose a recording that spinesense made")
    scanner = _Scanner(where, take)
    damage, interrupted = scanner.run(data)
    info = scanner.info
    if info is None:
        raise headless(where)
    if scanner.lost:
        damage += f"; lost {lost_words(scanner.lost)}"
    if scanner.timeless and (interrupted or not damage):
        damage, interrupted = f"{scanner.timeless} messages have no time that can be", False
    return Scan(info, scanner.messages, scanner.last_arrival_s, damage, interrupted)


class _Scanner:
    """The state of one walk."""

    def __init__(self, where: str, take: Take) -> None:
        self.info: RecordingInfo | None = None
        self.messages = 0
        self.timeless = 0
        self.lost: list[tuple[int, float, float]] = []
        self.last_arrival_s = 0.0
        self._problem = ""
        self._where = where
        self._take = take
        self._topics: Topics = {}
        self._spare: dict[str, None] = {}
        self._chunked = False
        self._in_chunk = False
        self._foreign = False
        self._skipped = 0
        self._room = 0
        self._searchable = 0
        self._guesses = _GUESSES
        self._nameless = _NAMES
        self._head_problem: FileError | None = None

    def run(self, data: Data) -> tuple[str, bool]:
        """Walk through the file; gives the damage, and whether it is a mere interruption."""
        size = len(data)
        self._room = _UNPACKED_BYTES + _UNPACKED_RATIO * size
        self._searchable = _SEARCHED_BYTES + _SEARCHED_RATIO * size
        known, statistics = summary(data)
        self._topics.update(known)
        if data[: len(MCAP0_MAGIC)] != MCAP0_MAGIC:
            self._fault("its first bytes are no longer those of an MCAP file")
        position, end_crc = self._walk(data, len(MCAP0_MAGIC), vouched=False)
        self._read_head(data)
        if end_crc is not None:
            self._problem = self._problem or fault_of_ending(data, position, end_crc)
            if not self._problem:
                return "", False
        elif not (self._problem or self._chunked or self._foreign) and is_torn(data, position):
            return "the recording was interrupted before it was closed" + torn_words(
                data, position
            ), True
        damage = f"the file is damaged ({self._problem})"
        if not self._problem:
            damage = f"the file ends or is damaged at byte {position} of {size}"
        if statistics is not None:
            if statistics.message_count > self.messages:
                until_s = statistics.message_end_time / 1e9
                self._lose(statistics.message_count - self.messages, until_s)
        else:
            damage += self._tail(size - position if end_crc is None else 0)
        return damage, False

    def _tail(self, unread: int) -> str:
        """What is missing at the end when nothing tells how long it lasted.

        ``unread`` is how many bytes are left there.
        """
        if self._skipped:
            return f"; {self._skipped + unread} bytes after message {self.messages} cannot be read"
        if unread:
            return f"; its last {unread} bytes cannot be read"
        return ""

    def _fault(self, problem: str) -> None:
        """Keep the first thing that is wrong."""
        self._problem = self._problem or problem

    def _read_head(self, data: Data) -> None:
        """Look for what the head said where it is damaged."""
        if self.info is not None:
            return
        mended = mended_head(data[:LARGEST_HEAD_BYTES], self._where)
        if mended is not None and (self.messages or mended[1] == MENDED_WHOLE):
            self.info, said = mended
            self._problem = f"{said}; {self._problem}" if self._problem else said
        elif self.messages:
            what = (
                "the file has no intact head of a spinesense recording: what sensor its messages "
                f"({self.messages}) are of is not known, and nothing was changed"
            )
            raise FileError(
                what, where=self._where, remedy="use a copy of the file if there is one"
            )
        elif self._head_problem is not None:
            raise self._head_problem

    def _walk(self, data: Data, position: int, *, vouched: bool) -> tuple[int, int | None]:
        """Go through the records; gives the end of the last one, and the CRC of a data end.

        ``vouched`` says that a CRC over all of ``data`` was right.
        """
        size = len(data)
        while True:
            number = self.messages
            position = self._messages(data, position, vouched=vouched)
            if self.messages > number:
                self._skipped = 0
            if position >= size:
                return position, None
            opcode, length = NO_RECORD, 0
            if position + RECORD.size <= size:
                opcode, length = RECORD.unpack_from(data, position)
            start = position + RECORD.size
            end = start + length
            if opcode == Opcode.DATA_END and length == WORD.size and end <= size:
                return end, int.from_bytes(data[start:end], "little")
            if end <= size and self._record(data, position, opcode, end):
                position = end
                continue
            onward = self._onward(data, position, end)
            if onward is None:
                return position, None
            position = onward

    def _messages(self, data: Data, position: int, *, vouched: bool) -> int:
        """Check the whole messages that stand here in a row and hand them on; gives their end.

        A day has two million, so all is done in one loop.
        """
        unpack, topics, take = MESSAGE.unpack_from, self._topics, self._take
        size, head_bytes, body_at = len(data), RECORD.size, MESSAGE.size
        while position + body_at <= size:
            opcode, length, channel_id, sequence, crc, arrival_s = unpack(data, position)
            end = position + head_bytes + length
            if opcode != MESSAGE_CODE or end > size:
                break
            topic, seed = topics.get(channel_id, _NO_TOPIC)
            if not topic or length < SHORTEST_MESSAGE_BYTES:
                break
            right = vouched or crc == checksum(
                seed,
                data[position + NUMBER_AT : position + NUMBER_AT + 4],
                data[position + ARRIVAL_AT : end],
            )
            if not right:
                break
            if sequence == self.messages or self._is_later(sequence, arrival_s):
                if EARLIEST_S <= arrival_s <= LONGEST_S:  # one of no time is of no use to anyone
                    try:
                        take(topic, arrival_s, data[position + body_at : end])
                    except ValueError as problem:
                        self._fault(str(problem))
                    self.last_arrival_s = arrival_s
                else:
                    self.timeless += 1
                self.messages += 1
            position = end
        return position

    def _is_later(self, sequence: int, arrival_s: float) -> bool:
        """Go on past messages that are missing; False for one that came already."""
        self._fault(f"the number of message {self.messages} is wrong")
        if sequence < self.messages:
            return False
        self._lose(sequence - self.messages, arrival_s)
        return True

    def _lose(self, count: int, until_s: float) -> None:
        """Go on past messages that could not be read, and keep how long they lasted."""
        until_s = until_s if self.last_arrival_s <= until_s <= LONGEST_S else self.last_arrival_s
        self.lost.append((count, self.last_arrival_s, until_s))
        self.messages += count

    def _record(self, data: Data, position: int, opcode: int, end: int) -> bool:
        """Take in a record that is no message; False when it is not intact."""
        start = position + RECORD.size
        if opcode == MESSAGE_CODE or self._is_right(data, position, end):
            return False
        if opcode == Opcode.MESSAGE_INDEX:
            (listed,) = WORD.unpack(data[start + 2 : start + 2 + WORD.size].ljust(WORD.size))
            return self._chunked and end - start == 2 + WORD.size + listed
        if opcode == Opcode.CHUNK:
            return self._chunk_record(data, position, end)
        if opcode not in _READERS or (opcode == Opcode.HEADER and self.messages > 0):
            return False
        stream = ReadDataStream(BytesIO(data[start:end]))
        try:
            record = _READERS[opcode](stream)
        except (McapError, ValueError, OverflowError, struct.error):
            return False
        if stream.count != end - start:
            return False
        if isinstance(record, Channel):
            self._channel(record, data, end)
        elif isinstance(record, Metadata) and record.name == METADATA_NAME:
            self._metadata(record)
        elif opcode != Opcode.HEADER:
            self._foreign = True
        return True

    def _metadata(self, metadata: Metadata) -> None:
        if self.info is None:
            try:
                self.info = info_from_metadata(metadata.metadata, self._where)
            except FileError as problem:
                self._head_problem = problem

    def _channel(self, channel: Channel, data: Data, end: int) -> None:
        """Learn a channel, whose first message stands behind it; its name may be damaged."""
        topic = channel.topic
        self._foreign = self._foreign or channel.message_encoding != MESSAGE_ENCODING
        if self._topics.setdefault(channel.id, with_seed(topic))[0] != topic:
            self._keep_names([topic])
        if end + MESSAGE.size > len(data) or self._guesses <= 0:
            return
        opcode, length, channel_id, *_ = MESSAGE.unpack_from(data, end)
        message_end = end + RECORD.size + length
        if opcode != MESSAGE_CODE or channel_id != channel.id or message_end > len(data):
            return
        if not self._is_right(data, end, message_end):
            self._guess(data, end, message_end, [*self._spare, *topics_beside(topic)])

    def _keep_names(self, topics: Sequence[str]) -> None:
        """Keep what channels that are not known may be called."""
        for topic in topics:
            if len(self._spare) < _NAMES:
                self._spare[topic] = None

    def _guess(self, data: Data, position: int, end: int, names: Sequence[str]) -> bool:
        """Find the name of the channel of a message by the CRC, which covers it."""
        self._guesses -= 1
        if end - position > _GUESSED_BYTES + MESSAGE.size or self._guesses < 0:
            return False
        _, _, channel_id, number, crc, _ = MESSAGE.unpack_from(data, position)
        rest, word = data[position + ARRIVAL_AT : end], WORD.pack(number)
        for topic in names:
            if crc == checksum(topic_seed(topic), word, rest):
                self._topics[channel_id] = with_seed(topic)
                self._fault(f"the channel of message {self.messages} is damaged")
                return True
        return False

    def _is_right(self, data: Data, position: int, end: int) -> bool:
        """Whether a message stands here, whatever its opcode and length, and ends there."""
        if not position + MESSAGE.size <= end <= len(data):
            return False
        _, _, channel_id, number, crc, _ = MESSAGE.unpack_from(data, position)
        if channel_id not in self._topics or number < self.messages:
            return False
        self._searchable -= end - position
        rest = data[position + ARRIVAL_AT : end]
        return bool(crc == checksum(self._topics[channel_id][1], WORD.pack(number), rest))

    def _onward(self, data: Data, position: int, end: int) -> int | None:
        """Where to go on behind a record that is not intact; None when nothing follows it.

        ``end`` is where it ends if its length is right.
        """
        if self._can_be_named(data, position, end):
            return position
        size, number = len(data), self.messages
        found = self._search(data, position)
        if self._searchable < 0:
            self._fault("so much is damaged that the search for the rest was given up")
            return None
        framed = position + RECORD.size <= end < (size if found is None else found)
        if framed and may_begin(data, end):
            found = end
        true_end = self._true_end(data, position, size if found is None else found)
        if true_end is not None:
            self._fault(f"the length or the kind of message {number} is damaged")
            head = RECORD.pack(MESSAGE_CODE, true_end - position - RECORD.size)
            self._messages(head + data[position + RECORD.size : true_end], 0, vouched=False)
            return true_end
        if found is None and end == size and data[position] == MESSAGE_CODE:
            found = size
        if found is not None:
            self._skip(data, position, found, number)
            self._skipped += found - position
        return found

    def _true_end(self, data: Data, position: int, limit: int) -> int | None:
        """Where a message ends whose length or opcode is damaged: where its CRC fits."""
        begin = position + ARRIVAL_AT
        if begin + ARRIVAL.size > limit:
            return None
        _, _, channel_id, number, crc, _ = MESSAGE.unpack_from(data, position)
        if channel_id not in self._topics or number < self.messages:
            return None
        sofar = checksum(self._topics[channel_id][1], WORD.pack(number), b"")
        self._searchable -= limit - position
        for match in A_BEGINNING.finditer(data, begin + ARRIVAL.size, limit):
            end = match.start()
            sofar, begin = zlib.crc32(data[begin:end], sofar), end
            if sofar == crc:
                return end
        return limit if zlib.crc32(data[begin:limit], sofar) == crc else None

    def _skip(self, data: Data, position: int, onward: int, number: int) -> None:
        """Say what is lost with a damaged record, and keep what it may have named."""
        if data[position] == MESSAGE_CODE:
            self._fault(f"the checksum of message {number} is wrong")
        else:
            self._fault(f"a record after message {number} is damaged")
        if self._nameless > 0:
            self._nameless -= 1
            region = data[position : min(onward, position + _GUESSED_BYTES)]
            self._keep_names(topics_within(region))

    def _can_be_named(self, data: Data, position: int, end: int) -> bool:
        """Whether the name of a channel that is not known could be found for a message."""
        if not position + MESSAGE.size <= end <= len(data) or data[position] != MESSAGE_CODE:
            return False
        channel_id = MESSAGE.unpack_from(data, position)[2]
        if channel_id in self._topics:
            return False
        known = [topic for topic, _ in self._topics.values()]
        names = [*known[:_NAMES], *self._spare, INTENT_TOPIC, EVENT_TOPIC]
        return self._guess(data, position, end, names)

    def _search(self, data: Data, damaged: int) -> int | None:
        """The next place behind the damaged one where a record is intact.

        What is packed in a chunk whose own framing is damaged is read on the way.
        """
        searched = damaged + 1
        for match in A_RECORD.finditer(data, damaged + 1):
            at = match.start()
            self._searchable -= at - searched
            searched = at
            if self._searchable < 0:
                return None
            if data[at] == MESSAGE_CODE:
                if self._is_message(data, at):
                    return at
            elif data[at] == Opcode.CHANNEL:
                self._searchable -= _LOOK_BYTES
                if is_channel(data, at):
                    return at
            elif not self._in_chunk:
                begin = at - CHUNK_HEAD.size
                if begin > damaged and chunk_end(data, begin) is not None:
                    return begin
                self._salvage(data, at)
        self._searchable -= len(data) - searched
        return None

    def _is_message(self, data: Data, at: int) -> bool:
        """Whether a whole message begins here that is yet to come; its channel may be damaged."""
        if at + MESSAGE.size > len(data):
            return False
        _, length, channel_id, number, _, _ = MESSAGE.unpack_from(data, at)
        end = at + RECORD.size + length
        if channel_id in self._topics or end > len(data):
            return self._is_right(data, at, end)
        (repeated,) = WORD.unpack_from(data, at + SEQUENCE_AT)
        return bool(channel_id > 0 and number == repeated >= self.messages)

    def _chunk_record(self, data: Data, position: int, end: int) -> bool:
        """Unpack a chunk, check its CRC and walk through it; False when its framing is damaged."""
        if self._in_chunk:
            self._fault(f"a chunk stands within a chunk after message {self.messages}")
            return True
        stream = ReadDataStream(BytesIO(data[position + RECORD.size : end]))
        try:
            chunk = Chunk.read(stream)
        except (McapError, ValueError, OverflowError, struct.error):
            return False
        packed_at = end - len(chunk.data)
        if data[packed_at - _LENGTH.size : packed_at] != _LENGTH.pack(len(chunk.data)):
            return False
        self._chunked = True
        if chunk.uncompressed_size > min(LARGEST_CHUNK_BYTES, self._room):
            self._broken_chunk(data, position, end, "claims to unpack to too much")
            return True
        self._room -= chunk.uncompressed_size
        try:
            content = unpacked(chunk)
        except (zstandard.ZstdError, RuntimeError, MemoryError):
            self._broken_chunk(data, position, end, "cannot be unpacked")
            return True
        # The CRC of the chunk covers those of its messages; 0 stands for none, as MCAP has it.
        vouched = chunk.uncompressed_crc != 0
        if vouched and chunk.uncompressed_crc != zlib.crc32(content):
            self._fault("the checksum of a chunk is wrong")
            vouched = False
        self._within(content, vouched=vouched)
        return True

    def _broken_chunk(self, data: Data, position: int, end: int, why: str) -> None:
        """Say what is wrong with a whole chunk, and read what can be of it."""
        number, skipped = self.messages, self._skipped
        self._fault(f"a chunk after message {number} {why}")
        self._salvage(data, position + CHUNK_HEAD.size)
        self._skipped = end - position + (skipped if self.messages == number else 0)

    def _salvage(self, data: Data, at: int) -> None:
        """Read what can be unpacked of a damaged chunk."""
        if self._room <= 0:
            return
        content, used = salvaged(data, at)
        self._searchable -= used
        self._room -= len(content)
        number = self.messages
        self._within(content, vouched=False)
        if self.messages > number:
            self._chunked = True
            self._fault(f"a chunk after message {number} is damaged")

    def _within(self, content: bytes, *, vouched: bool) -> None:
        """Walk through what a chunk held."""
        number, self._in_chunk = self.messages, True
        position, _ = self._walk(content, 0, vouched=vouched)
        self._in_chunk = False
        self._skipped += len(content) - position
        if position != len(content) and self.messages > number:
            self._fault(f"a chunk ends within a record after message {self.messages}")
