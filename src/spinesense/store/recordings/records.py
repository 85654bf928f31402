"""How the records of an MCAP file look in its bytes."""

import re
import struct
from collections.abc import Iterable
from io import BytesIO
from mmap import mmap

from mcap.data_stream import ReadDataStream
from mcap.exceptions import McapError
from mcap.opcode import Opcode
from mcap.records import Channel

from spinesense.store.recordings.layout import ARRIVAL, MESSAGE_ENCODING, PREFIX, topic_seed

Data = bytes | mmap
"""The bytes of a file, read or mapped: a slice of either is bytes."""

Topics = dict[int, tuple[str, int]]
"""Topic of each channel, and the CRC-32 from which those of its messages go on."""

RECORD = struct.Struct("<BQ")
"""Head of every record: opcode and length of what follows."""
MESSAGE_CODE = int(Opcode.MESSAGE)
NO_RECORD = 0
"""MCAP forbids this opcode: zeros are room that a file system gave and nobody filled."""
MESSAGE = struct.Struct(f"{RECORD.format}H20x{PREFIX.format.removeprefix('<')}")
"""Head of a message: opcode and length of the record, the channel and, past what else MCAP wants,
number, CRC-32 and arrival in our payload."""
SHORTEST_MESSAGE_BYTES = MESSAGE.size - RECORD.size
SEQUENCE_AT = RECORD.size + 2
NUMBER_AT = MESSAGE.size - PREFIX.size
ARRIVAL_AT = MESSAGE.size - ARRIVAL.size
WORD = struct.Struct("<I")
CHUNK_HEAD = struct.Struct("<BQQQQII4sQ")
"""Head of a chunk packed with zstd: opcode, length, first and last time, unpacked size and CRC-32,
length and name of the compression, length of what is packed."""

_TOPIC_AT = RECORD.size + 2 + 2 + WORD.size
"""Behind the number of a channel, that of its schema, and the length of the topic."""
_LONGEST_GUESS = 64
_LAST_OF_ASCII = 0x7F
A_RECORD = re.compile(
    rb"(?s)\x05(?=.{3}\x01?\x00{4,5})|\x04(?=.{2}\x00{6}.{4}.\x00{3}(?:packet/|intent|event))"
    rb"|\x28(?=\xb5\x2f\xfd)"
)
"""Where a message (its length stays below 2^25) or one of our channels may begin, or what is packed
in a chunk."""
A_BEGINNING = re.compile(rb"[\x04\x05]")
"""Where a record of a live file may begin, also one that was cut short."""
_A_TOPIC = re.compile(
    rb"(?s)(packet/[^\0]{1,200}?|intent|event)" + WORD.pack(len(MESSAGE_ENCODING))
)


def topics_within(damaged: bytes) -> list[str]:
    """Topics that a damaged record may have named if it was one of a channel."""
    topics = [match[1].decode(errors="replace") for match in _A_TOPIC.finditer(damaged)]
    if len(damaged) > _TOPIC_AT:
        (length,) = WORD.unpack_from(damaged, _TOPIC_AT - WORD.size)
        raw = damaged[_TOPIC_AT : _TOPIC_AT + min(length, _LONGEST_GUESS)]
        foreign = [place for place, byte in enumerate(raw) if byte > _LAST_OF_ASCII]
        topics.append(raw.decode(errors="replace"))
        topics += _beside(raw, foreign[:1])
    return topics


def topics_beside(topic: str) -> list[str]:
    """All that differ from a topic in one byte; none for one that is too long to be guessed."""
    raw = topic.encode()
    return _beside(raw, range(len(raw))) if len(raw) <= _LONGEST_GUESS else []


def _beside(raw: bytes, places: Iterable[int]) -> list[str]:
    """The texts with another character in one of these places."""
    near = (
        raw[:place] + bytes([byte]) + raw[place + 1 :]
        for place in places
        for byte in range(0x20, _LAST_OF_ASCII)
    )
    return [one.decode(errors="replace") for one in near]


def with_seed(topic: str) -> tuple[str, int]:
    """A topic as ``Topics`` holds it."""
    return topic, topic_seed(topic)


def may_begin(data: Data, position: int) -> bool:
    """Whether what stands here looks like a record of a known kind."""
    if position + RECORD.size > len(data):
        return False
    opcode, length = RECORD.unpack_from(data, position)
    end: int = position + RECORD.size + length
    return NO_RECORD < opcode <= Opcode.DATA_END and end <= len(data)


def is_channel(data: Data, at: int) -> bool:
    """Whether an intact record of a channel begins here."""
    _, length = RECORD.unpack_from(data, at)
    stream = ReadDataStream(BytesIO(data[at + RECORD.size : at + RECORD.size + length]))
    try:
        Channel.read(stream)
    except (McapError, ValueError, struct.error):
        return False
    return bool(stream.count == length)


def chunk_end(data: Data, position: int) -> int | None:
    """Where a chunk ends that begins here and is packed with zstd, when its lengths agree."""
    opcode, length, _, _, _, _, name_bytes, name, packed = CHUNK_HEAD.unpack_from(data, position)
    end: int = position + CHUNK_HEAD.size + packed
    agree = length == CHUNK_HEAD.size - RECORD.size + packed
    whole = opcode == Opcode.CHUNK and (name_bytes, name) == (4, b"zstd") and agree
    return end if whole and end <= len(data) else None
