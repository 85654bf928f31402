"""The end of a recording: its index, or where it was cut short."""

import struct
import zlib
from collections.abc import Sequence
from io import BytesIO

from mcap.data_stream import ReadDataStream
from mcap.exceptions import McapError
from mcap.opcode import Opcode
from mcap.records import Channel, Statistics
from mcap.writer import MCAP0_MAGIC

from spinesense.store.recordings.layout import LARGEST_BODY_BYTES
from spinesense.store.recordings.records import (
    NO_RECORD,
    RECORD,
    SHORTEST_MESSAGE_BYTES,
    Data,
    Topics,
    with_seed,
)

_FOOTER = struct.Struct("<BQQQI")
_LARGEST_RECORD_BYTES = LARGEST_BODY_BYTES + SHORTEST_MESSAGE_BYTES
"""A record that claims to be longer has a damaged length."""


def summary(data: Data) -> tuple[Topics, Statistics | None]:
    """What a finished file repeats at its end, as its first chunk may be damaged.

    Gives the channels, and how much the file holds; None when that is not known for sure.
    """
    topics: Topics = {}
    statistics = None
    footer = len(data) - len(MCAP0_MAGIC) - _FOOTER.size
    if footer < 0 or data[-len(MCAP0_MAGIC) :] != MCAP0_MAGIC:
        return topics, statistics
    _, _, start, position, crc = _FOOTER.unpack_from(data, footer)
    sure = 0 < start < footer and crc == zlib.crc32(data[start : footer + _FOOTER.size - 4])
    position = start if sure else position
    while 0 < position < footer - RECORD.size:
        opcode, length = RECORD.unpack_from(data, position)
        begin, position = position + RECORD.size, position + RECORD.size + length
        if position > footer or opcode not in (Opcode.CHANNEL, Opcode.STATISTICS):
            continue
        try:
            stream = ReadDataStream(BytesIO(data[begin:position]))
            if opcode == Opcode.CHANNEL:
                channel = Channel.read(stream)
                topics[channel.id] = with_seed(channel.topic)
            elif sure:
                statistics = Statistics.read(stream)
        except (McapError, ValueError, struct.error):
            continue
    return topics, statistics


def is_torn(data: Data, position: int) -> bool:
    """Whether what follows the last whole record is a write that was cut short.

    Either nothing, or the beginning of one record, or zeros that a file system put there when the
    power failed.
    """
    rest = data[position:]
    if rest.count(0) == len(rest):
        return True
    if len(rest) < RECORD.size:
        return rest[0] in (Opcode.MESSAGE, Opcode.CHANNEL)
    opcode, length = RECORD.unpack_from(rest)
    cut_short = len(rest) - RECORD.size < length <= _LARGEST_RECORD_BYTES
    return opcode in (Opcode.MESSAGE, Opcode.CHANNEL) and cut_short


def fault_of_ending(data: Data, position: int, data_crc: int) -> str:
    """Check the CRCs over all messages and over the index, and that nothing is missing after it.

    A CRC of 0 stands for none, as MCAP has it.

    ``position`` is the end of the data end record, of which ``data_crc`` is the content. Gives what
    is wrong, or nothing.
    """
    data_end_bytes = RECORD.size + 4
    if data_crc not in (0, zlib.crc32(memoryview(data)[: position - data_end_bytes])):
        return "all messages are intact, but the checksum over them is wrong"
    footer = len(data) - len(MCAP0_MAGIC) - _FOOTER.size
    if footer < position or data[-len(MCAP0_MAGIC) :] != MCAP0_MAGIC:
        return "all messages are intact, but the index at the end is missing"
    opcode, length, summary_start, _, summary_crc = _FOOTER.unpack_from(data, footer)
    whole = (opcode, length, summary_start) == (
        Opcode.FOOTER,
        _FOOTER.size - RECORD.size,
        position,
    )
    if not whole or summary_crc not in (0, zlib.crc32(data[position : footer + _FOOTER.size - 4])):
        return "all messages are intact, but the index at the end is damaged"
    return ""


def torn_words(data: Data, position: int) -> str:
    """How much of a last write there is that was cut short, in words."""
    if position == len(data) or data[position] == NO_RECORD:
        return ""
    return f"; its last {len(data) - position} bytes are of a message that was not stored whole"


def lost_words(lost: Sequence[tuple[int, float, float]]) -> str:
    """How much is missing, and where the longest of it was."""
    count, lasted_s = sum(one[0] for one in lost), sum(one[2] - one[1] for one in lost)
    _, from_s, until_s = max(lost, key=lambda one: one[2] - one[1])
    counted = f"{count} message{'s' if count > 1 else ''}"
    where = f"from {from_s:.2f} to {until_s:.2f} s"
    where = where if len(lost) == 1 else f"in {len(lost)} places, the longest {where}"
    return f"{lasted_s:.2f} s ({counted}) {where}"
