"""The log that WitMotion's own app writes, in English or Chinese.

Its rows are those of all sensors in turn, with the time at which the host took them, many of them
at the same one; a row may end in a comma more than the header.
"""

import re
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final

import numpy as np

from spinesense.model.errors import FileError
from spinesense.model.samples import Floats

COLUMNS: Final = {
    "time": ("time", "时间"),
    "device": ("device name", "设备名称"),
    **{f"acc_{axis}": (f"acceleration {axis}(g)", f"加速度{axis}(g)") for axis in "xyz"},
    **{f"gyr_{axis}": (f"angular velocity {axis}(°/s)", f"角速度{axis}(°/s)") for axis in "xyz"},
}
"""Names of the columns, in small letters."""
_DAY_S = 86_400.0
_CLOCK = re.compile(r"(\d+):(\d+):(\d+(?:\.\d+)?)$")


def is_witmotion(fields: Sequence[str]) -> bool:
    """Whether these are the columns of such a log."""
    return _places(fields).keys() == COLUMNS.keys()


def _places(fields: Sequence[str]) -> dict[str, int]:
    names = [field.strip().lower() for field in fields]
    return {
        key: names.index(name) for key, known in COLUMNS.items() for name in known if name in names
    }


def read_log(
    fields: Sequence[str], lines: Sequence[str], separator: str, where: str
) -> tuple[Floats, Floats, tuple[str, ...]]:
    """Times (s), acceleration (g) and angular rate (deg/s) of one sensor of a log.

    Returns
    -------
    (n,) times, (n, 6) readings, and what was left out, a sentence each.

    Raises
    ------
    FileError
        With the place, when a line cannot be read.
    """
    places = _places(fields)
    rows = [line.split(separator) for line in lines if line.strip(separator + " ")]
    last = max(places.values())
    for number, row in enumerate(rows, 1):
        if len(row) <= last:
            what = f"row {number} has {len(row)} fields and the header {len(fields)}"
            raise FileError(what, where=where, remedy="export the recording again")
    counts = Counter(row[places["device"]].strip() for row in rows)
    if not counts:
        raise FileError("holds no samples", where=where, remedy="export the recording again")
    name, kept = counts.most_common(1)[0]
    remarks: tuple[str, ...] = ()
    if len(counts) > 1:
        left_out = [f"{count} rows of {each}" for each, count in counts.items() if each != name]
        remarks = (
            f"The log holds {len(counts)} sensors: the {kept} rows of {name} are used; "
            f"{', '.join(left_out)} are left out.",
        )
    rows = [row for row in rows if row[places["device"]].strip() == name]
    wanted = [places[key] for key in COLUMNS if key not in ("time", "device")]
    try:
        values = np.array([[float(row[place]) for place in wanted] for row in rows])
        time_s = np.array([_seconds(row[places["time"]].strip()) for row in rows])
    except ValueError as problem:
        what = f"holds a row that cannot be read ({problem})"
        raise FileError(what, where=where, remedy="export the recording again") from problem
    if not time_s.max() > _DAY_S:  # without dates a night begins at 0 again
        time_s = np.unwrap(time_s, period=_DAY_S)
    return time_s, values, remarks


def _seconds(text: str) -> float:
    """Seconds of a time of day, or of a date and a time of day."""
    if clock := _CLOCK.match(text):
        hours, minutes, seconds = clock.groups()
        return 3600.0 * int(hours) + 60.0 * int(minutes) + float(seconds)
    return datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp()
