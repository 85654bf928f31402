"""Read the head of a recording where its bytes are damaged."""

import math
import re
import zlib
from collections.abc import Mapping
from datetime import datetime

import msgspec

from spinesense.model.errors import FileError
from spinesense.model.packets import DeviceProfile
from spinesense.model.recording import RecordingInfo
from spinesense.store.recordings.layout import FORMAT_VERSION, info_from_metadata
from spinesense.store.recordings.records import WORD

LARGEST_HEAD_BYTES = 1 << 22
"""A routine of a hundred exercises with the longest notes takes some 60 kB."""
MENDED_WHOLE = "its first bytes are damaged; what they say of the session could be restored"
MENDED_IN_PART = (
    "its head is damaged; what it says of the sensor and the date may be wrong, its routine, "
    "calibration, settings and notes are not used"
)
_KEYS = (
    *("format", "device", "started_at", "routine", "calibration", "settings", "notes", "demo"),
    *("continues", "upper", "crc32"),
)
_FEWEST_KEYS = 3
"""A file with fewer intact keys has no head of ours."""
_REACH_BYTES = 1 << 11
"""A damaged key is looked for so far from the intact ones."""
_CRC_DIGITS = 8
_MENDED_BYTES = 91_607 // 8
"""Up to here every single changed bit of a text has a CRC-32 of its own, also among two."""
_ONWARD = tuple(zlib.crc32(bytes([byte])) ^ zlib.crc32(b"\0") for byte in range(256))
"""What a byte does to a CRC-32."""


def mended_head(data: bytes, where: str) -> tuple[RecordingInfo, str] | None:
    """What the damaged head of a recording says, and how far it can be relied on, in words.

    Lengths and framing are not used: the keys are looked for. When one bit of a text was changed,
    the CRC tells which. Otherwise only what is needed to read the samples is taken.

    ``data`` begins where the file does. None when there is no such head.

    Raises
    ------
    FileError
        When the head is intact, but of a newer format.
    """
    fields = _fields(data)
    crc = fields.pop("crc32", b"")[:_CRC_DIGITS]
    try:
        found = _restored(fields, crc)
        if found is not None:
            texts = {key: value.decode() for key, value in found.items()}
            texts["crc32"] = f"{_crc_of(found):08x}"
            return info_from_metadata(texts, where), MENDED_WHOLE
    except UnicodeDecodeError:
        pass  # then it was not one bit
    info = _sensor_alone(fields)
    return None if info is None else (info, MENDED_IN_PART)


def _fields(data: bytes) -> dict[str, bytes]:
    """The values of the keys that can be found: each goes on to the next key."""
    places = _places(data)
    fields = {}
    for number, (at, key) in enumerate(places):
        value_at = at + WORD.size + len(key) + WORD.size
        if value_at > len(data):
            break
        (length,) = WORD.unpack_from(data, value_at - WORD.size)
        end = places[number + 1][0] if number + 1 < len(places) else value_at + length
        fields[key] = data[value_at : value_at + _CRC_DIGITS if key == "crc32" else end]
    return fields


def _places(data: bytes) -> list[tuple[int, str]]:
    """Where the keys stand, in order; of some of them one byte may be damaged."""
    known = {key: at for key in _KEYS if (at := data.find(_stored(key))) >= 0}
    if len(known) < _FEWEST_KEYS:
        return []
    end = known.get("crc32", max(known.values()) + _REACH_BYTES)
    known = {key: at for key, at in known.items() if at <= end}
    begin = max(0, min(known.values()) - _REACH_BYTES)
    for key in _KEYS:
        if key not in known:
            name = _stored(key)
            near = [re.escape(name[:n]) + b"." + re.escape(name[n + 1 :]) for n in range(len(name))]
            match = re.search(b"(?s)" + b"|".join(near), data[begin : end + _REACH_BYTES])
            if match and (key == "crc32" or begin + match.start() < end):
                known[key] = begin + match.start()
    return sorted((at, key) for key, at in known.items())


def _stored(key: str) -> bytes:
    """A key with its length, as MCAP has it."""
    return WORD.pack(len(key)) + key.encode()


def _text_of(fields: Mapping[str, bytes]) -> bytes:
    """What the CRC covers."""
    return b"".join(key.encode() + b"\0" + fields[key] + b"\0" for key in sorted(fields))


def _crc_of(fields: Mapping[str, bytes]) -> int:
    return zlib.crc32(_text_of(fields))


def _restored(fields: Mapping[str, bytes], crc: bytes) -> dict[str, bytes] | None:
    """The fields as they were, when the CRC says so.

    It may do so but for one bit of a value, or for one of its own digits.
    """
    actual = _crc_of(fields)
    digits = f"{actual:08x}".encode()
    if len(crc) == _CRC_DIGITS and sum(map(int.__ne__, digits, crc)) <= 1:
        return dict(fields)
    try:
        wanted = int(crc, 16)
    except ValueError:
        return None
    text = _text_of(fields)
    place = _changed_bit(len(text), actual ^ wanted) if len(text) <= _MENDED_BYTES else None
    if place is None:
        return None
    begin = 0
    for key in sorted(fields):
        begin += len(key) + 1
        at = place[0] - begin
        value = bytearray(fields[key])
        if 0 <= at < len(value):
            value[at] ^= place[1]
            return dict(fields) | {key: bytes(value)}
        begin += len(value) + 1
    return None


def _changed_bit(size: int, difference: int) -> tuple[int, int] | None:
    """Place and mask of the one bit of a text of ``size`` bytes that changes its CRC-32 so."""
    masks = [1 << bit for bit in range(8)]
    effects = [_ONWARD[mask] for mask in masks]
    for place in range(size - 1, -1, -1):
        if difference in effects:
            return place, masks[effects.index(difference)]
        effects = [(effect >> 8) ^ _ONWARD[effect & 0xFF] for effect in effects]
    return None


def _sensor_alone(fields: Mapping[str, bytes]) -> RecordingInfo | None:
    """What is needed to read the samples, from a head that no CRC vouches for."""
    if fields.get("format", b"") != str(FORMAT_VERSION).encode():
        return None
    device = _device(fields.get("device", b""))
    if device is None:
        return None
    started_at = ""
    try:
        started_at = fields.get("started_at", b"").decode()
        known = datetime.fromisoformat(started_at).tzinfo is not None
    except ValueError:
        known = False
    upper = _device(fields.get("upper", b""))
    return RecordingInfo(
        device=device, upper=upper, started_at=started_at if known else "", continues=None
    )


def _device(text: bytes) -> DeviceProfile | None:
    try:
        device = msgspec.json.decode(text, type=DeviceProfile)
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError):
        return None
    rate_hz = device.nominal_rate_hz
    return device if math.isfinite(rate_hz) and rate_hz > 0 else None


def headless(where: str) -> FileError:
    """What is said of an MCAP file without a head of ours."""
    what = "the file has no intact head of a spinesense recording"
    return FileError(what, where=where, remedy="choose a recording that spinesense made")
