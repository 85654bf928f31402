"""The layout of a recording inside an MCAP file; ``docs/recording-format.md`` describes it.

Whatever a reader uses is covered by a CRC-32 of our own, because an MCAP file that is being written
carries none.
"""

import math
import re
import struct
import zlib
from collections.abc import Mapping

import msgspec

from spinesense.model.calibration import Calibration
from spinesense.model.errors import FileError
from spinesense.model.packets import Action, DeviceProfile
from spinesense.model.recording import RecordingInfo
from spinesense.model.strict import strictly

FORMAT_VERSION = 1
METADATA_NAME = "spinesense"
LIBRARY = "spinesense"
MESSAGE_ENCODING = "spinesense.v1"
PACKET_TOPIC = "packet/"
"""Followed by the channel of the packet."""
INTENT_TOPIC = "intent"
EVENT_TOPIC = "event"

PREFIX = struct.Struct("<IId")
"""Sequence number, CRC-32 and arrival in seconds; the body follows."""
ARRIVAL = struct.Struct("<d")
_WORD = struct.Struct("<I")
LARGEST_BODY_BYTES = 1 << 24
"""No message is larger: the longest answer of a phone is of 16 MB."""
EARLIEST_S = -0.001
"""Two clocks of a system are some microseconds apart, so that a first packet can come before 0."""
LONGEST_S = 1e9
"""Thirty years: no recording is longer, so an arrival beyond it is none."""


class IntentBody(msgspec.Struct):
    """The JSON body of an intent."""

    action: Action
    value: str


def topic_seed(topic: str) -> int:
    """CRC-32 of a topic, from which the checksums of its messages go on."""
    return zlib.crc32(topic.encode())


def seal(seed: int, sequence: int, arrival_s: float, body: bytes) -> bytes:
    """Payload of one message."""
    if len(body) > LARGEST_BODY_BYTES:
        raise ValueError(f"a message of {len(body)} bytes is too large")
    number = _WORD.pack(sequence)
    rest = ARRIVAL.pack(arrival_s) + body
    return number + _WORD.pack(checksum(seed, number, rest)) + rest


def checksum(seed: int, number: bytes, rest: bytes) -> int:
    """CRC-32 of a message: of its topic (``seed``), its number, and its arrival with the body."""
    return zlib.crc32(rest, zlib.crc32(number, seed))


def log_time_ns(arrival_s: float) -> int:
    """Arrival as MCAP counts it. Other programs order by it; we read the exact seconds."""
    if not math.isfinite(arrival_s):
        raise ValueError("the time of arrival is not a finite number")
    if not EARLIEST_S <= arrival_s <= LONGEST_S:
        raise ValueError(f"the time of arrival, {arrival_s:g} s, cannot be")
    return round(max(arrival_s, 0.0) * 1e9)


def info_to_metadata(info: RecordingInfo) -> dict[str, str]:
    """The metadata record at the head of a recording.

    Raises
    ------
    ValueError
        When a text holds what UTF-8 cannot, or a number is not finite.
    TypeError
        When a value is not of the type of its field.
    """
    _check_finite(strictly(info))
    calibration = msgspec.json.encode(info.calibration).decode() if info.calibration else ""
    metadata = {
        "format": str(FORMAT_VERSION),
        "device": msgspec.json.encode(info.device).decode(),
        "started_at": info.started_at,
        "routine": info.routine,
        "calibration": calibration,
        "settings": info.settings,
        "notes": info.notes,
        "demo": str(info.demo).lower(),
    }
    if info.continues is not None:
        metadata["continues"] = info.continues
    if info.upper is not None:
        metadata["upper"] = msgspec.json.encode(info.upper).decode()
    return metadata | {"crc32": f"{_metadata_crc(metadata):08x}"}


def _check_finite(info: RecordingInfo) -> None:
    """JSON would keep what is no number as nothing at all."""
    numbers = [one.nominal_rate_hz for one in (info.device, info.upper) if one]
    if info.calibration:
        known = info.calibration
        numbers += [*known.quat_sensor_to_trunk, known.bow_rad]
        numbers += [known.axis_scatter_rad, known.stillness_rad]
    if not all(map(math.isfinite, numbers)):
        raise ValueError("a number in the head of the recording is not finite")


def info_from_metadata(metadata: Mapping[str, str], where: str) -> RecordingInfo:
    """What ``info_to_metadata`` wrote.

    Raises
    ------
    FileError
        When the metadata are damaged, incomplete, or of a newer format.
    """
    stored = dict(metadata)
    if stored.pop("crc32", "") != f"{_metadata_crc(stored):08x}":
        what = "the head of the recording is damaged"
        raise FileError(what, where=where, remedy="use a copy of the file if there is one")
    version = stored.get("format", "")
    if version != str(FORMAT_VERSION):
        what = f"the recording has format {version!r} and this program reads {FORMAT_VERSION}"
        raise FileError(what, where=where, remedy="update spinesense")
    try:
        calibration = stored["calibration"]
        upper = stored.get("upper", "")
        return RecordingInfo(
            device=msgspec.json.decode(stored["device"], type=DeviceProfile),
            upper=msgspec.json.decode(upper, type=DeviceProfile) if upper else None,
            started_at=stored["started_at"],
            routine=_readable(stored["routine"]),
            calibration=msgspec.json.decode(calibration, type=Calibration) if calibration else None,
            settings=stored.get("settings", ""),  # recordings of 0.1.0 had none
            notes=stored["notes"],
            continues=stored.get("continues"),
            demo=stored.get("demo", "false") == "true",
        )
    except (KeyError, msgspec.MsgspecError, RecursionError) as problem:
        what = f"the head of the recording cannot be understood ({problem})"
        raise FileError(what, where=where, remedy="record again or update spinesense") from problem


def _readable(routine: str) -> str:
    """The text of a routine; an earlier version wrote one repetition as a truth of Python."""
    return re.sub(r"^repetitions = True$", "repetitions = 1", routine, flags=re.MULTILINE)


def _metadata_crc(metadata: Mapping[str, str]) -> int:
    """CRC-32 of keys and values in the order of the keys, each ended by a zero byte."""
    pairs = (f"{key}\0{metadata[key]}\0" for key in sorted(metadata))
    return zlib.crc32("".join(pairs).encode())
