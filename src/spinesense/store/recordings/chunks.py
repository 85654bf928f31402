"""Unpack chunks, also those that are damaged, and never more than there is room for."""

import zstandard
from mcap.records import Chunk

from spinesense.store.recordings.records import Data

LARGEST_CHUNK_BYTES = 1 << 26
"""A chunk that claims to be larger has a damaged length: ours are of 64 KiB, those of others of
some MiB."""
_SALVAGED_BYTES = 1 << 22
"""No more is unpacked of a chunk whose size is not known."""
_PIECE_BYTES = 1 << 14


def unpacked(chunk: Chunk) -> bytes:
    """What a chunk holds; never more than it claims to hold is made.

    Raises
    ------
    zstandard.ZstdError, RuntimeError, MemoryError
        When it cannot be unpacked.
    """
    size = chunk.uncompressed_size
    if chunk.compression == "zstd":
        unpacker = zstandard.ZstdDecompressor(max_window_size=LARGEST_CHUNK_BYTES)
        content = unpacker.stream_reader(chunk.data).read(size + 1)
    elif chunk.compression == "lz4":
        from lz4.frame import LZ4FrameDecompressor  # comes with mcap; ours need it not

        content = LZ4FrameDecompressor().decompress(chunk.data, max_length=size + 1)
    else:
        content = chunk.data
    if len(content) != size:
        raise RuntimeError("the length is wrong")
    return content


class _From:
    """The bytes from a place on as a stream, so that it is known how many were used."""

    def __init__(self, data: Data, at: int) -> None:
        self._data = data
        self.at = at

    def read(self, size: int = -1) -> bytes:
        """The next bytes."""
        piece = self._data[self.at : self.at + size]
        self.at += len(piece)
        return piece


def salvaged(data: Data, at: int) -> tuple[bytes, int]:
    """What can be unpacked of zstd data that begin at a place, and how many bytes were looked at.

    The end of the data need not be known, nor their size.
    """
    source, pieces, room = _From(data, at), [], _SALVAGED_BYTES
    unpacker = zstandard.ZstdDecompressor(max_window_size=LARGEST_CHUNK_BYTES)
    reader = unpacker.stream_reader(source, read_size=_PIECE_BYTES)  # type: ignore[arg-type]
    try:
        while room > 0 and (piece := reader.read(min(room, _PIECE_BYTES))):
            pieces.append(piece)
            room -= len(piece)
    except (zstandard.ZstdError, MemoryError):
        pass  # what came before is kept
    return b"".join(pieces), source.at - at
