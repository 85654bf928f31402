"""What the sitting monitor knows again when it is started again, whatever ended it: one small file.

Moments are those of the clock on the wall, since the data time of a watch ends with it.
"""

import math
from collections.abc import Iterator
from datetime import datetime

import msgspec

from spinesense.model.calibration import Calibration
from spinesense.model.errors import FileError
from spinesense.store.files import file_error, replacing
from spinesense.store.places import data_folder

NAME = "monitor.memory"
_MOST_BYTES = 10_000


class Memory(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What holds beyond the end of a watch."""

    seen_at: str
    """When the watch last said that it holds, ISO 8601 with an offset."""
    sensor: str
    """Name of the sensor that the calibration belongs to."""
    calibration: Calibration | None = None
    snoozed_until: str = ""
    """ISO 8601 with an offset; empty when nothing was put off."""
    paused: bool = False
    """Quiet until it is taken back."""
    slouch: str = ""
    """How the person sits tall and slumps, as ``Action.OWN_SLOUCH`` says it; empty when that was
    not learned."""


def remember(memory: Memory) -> None:
    """Keep it in place of what was kept; the file is open to its owner only.

    Raises
    ------
    FileError
        When it cannot be written.
    """
    with replacing(data_folder() / NAME) as file:
        file.write(msgspec.json.encode(memory))


def remembered() -> Memory | None:
    """What the last watch left; None when there is nothing.

    Raises
    ------
    FileError
        When it cannot be read, or holds what no watch writes.
    """
    path = data_folder() / NAME
    try:
        with path.open("rb") as file:
            content = file.read(_MOST_BYTES)
    except FileNotFoundError:
        return None
    except OSError as problem:
        raise file_error(problem, path, "read") from problem
    try:
        memory = msgspec.json.decode(content, type=Memory)
        _check(memory)
    except (msgspec.MsgspecError, ValueError, RecursionError) as problem:
        what = f"holds what no sitting watch writes ({problem})"
        remedy = "nothing is to be done: it is written again"
        raise FileError(what, where=str(path), remedy=remedy) from problem
    return memory


def _check(memory: Memory) -> None:
    """Raise ValueError for what JSON allows and nobody can use."""
    for moment in filter(None, (memory.seen_at, memory.snoozed_until)):
        if datetime.fromisoformat(moment).tzinfo is None:
            raise ValueError("a moment has no offset")
    if not memory.seen_at:
        raise ValueError("a moment is missing")
    if not all(map(math.isfinite, _numbers(memory))):
        raise ValueError("a number is none")


def _numbers(memory: Memory) -> Iterator[float]:
    if memory.calibration is not None:
        one = memory.calibration
        yield from (*one.quat_sensor_to_trunk, one.bow_rad, one.axis_scatter_rad, one.stillness_rad)
        if abs(math.hypot(*one.quat_sensor_to_trunk) - 1.0) > 1e-6:
            raise ValueError("a rotation is none")
    yield from map(float, memory.slouch.split())
