"""Tables of samples as CSV text: ``time_s, acc_x_mps2 ... gyr_z_dps``.

The unit stands in the name of each column: ``mps2``, ``g`` or ``mg`` for the accelerometer, ``dps``
or ``radps`` for the gyroscope, which may be missing. Columns come in any order; others are ignored.
"""

import io
import math
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

from spinesense.model.errors import FileError
from spinesense.model.samples import Floats
from spinesense.store.files import file_error, replacing

STANDARD_GRAVITY_MPS2 = 9.80665
"""By definition (3rd CGPM, 1901)."""
UNITS = {
    "time": {"s": 1.0},
    "acc": {"mps2": 1.0, "g": STANDARD_GRAVITY_MPS2, "mg": STANDARD_GRAVITY_MPS2 / 1000},
    "gyr": {"dps": math.pi / 180, "radps": 1.0},
}
"""What one unit is in s, m/s² and rad/s."""
ACC_NAMES = ("acc_x", "acc_y", "acc_z")
GYR_NAMES = ("gyr_x", "gyr_y", "gyr_z")

_PIECE_BYTES = 4 << 20
"""Text parsed at a time: bounds the memory, and is large enough for the bulk parser."""
_WRITTEN_ROWS = 4096
_DECIMALS = "%.6f"
"""1 µs, 1 µm/s² and 1 µ°/s: finer than any sensor of this kind resolves."""
_LONGEST_HEADER_BYTES = 65_536


@dataclass(frozen=True, slots=True, eq=False)
class SampleTable:
    """Samples of one IMU in the sensor frame; rows are samples."""

    time_s: Floats
    """(n,) strictly increasing."""
    acc_mps2: Floats
    """(n, 3) specific force."""
    gyr_radps: Floats | None
    """(n, 3) angular rate; None without a gyroscope."""

    def __len__(self) -> int:
        return len(self.time_s)


@dataclass(frozen=True, slots=True)
class _Columns:
    """Where the wanted quantities stand in a line, and what their units are worth."""

    header: tuple[str, ...]
    places: tuple[int, ...]
    factors: tuple[float, ...]


def read_csv(path: Path) -> SampleTable:
    """Read a table of samples.

    Raises
    ------
    FileError
        With the line, the column and what stands there, when the file breaks the dialect.
    """
    try:
        with path.open("rb") as file:
            columns = _read_header(file.readline(_LONGEST_HEADER_BYTES), str(path))
            body = file.tell()
            values = np.empty((_count_lines(file), len(columns.places)))
            file.seek(body)
            rows = 0
            for text in _pieces(file):
                part = _parse(text, columns, path, rows + 2)
                values[rows : rows + len(part)] = part
                rows += len(part)
    except OSError as problem:
        raise file_error(problem, path, "read") from problem
    if rows == 0:
        remedy = "export the recording again"
        raise FileError("the table holds no samples", where=str(path), remedy=remedy)
    values = values[:rows]
    _check_time(values[:, 0], str(path))
    values *= columns.factors
    gyr_radps = values[:, 4:7] if len(columns.places) > 4 else None
    return SampleTable(values[:, 0], values[:, 1:4], gyr_radps)


def write_csv(path: Path, table: SampleTable) -> None:
    """Write a table in m/s² and °/s with six decimals, in place of any file of that name.

    Raises
    ------
    FileError
        When the file cannot be written, or the table holds what no reader would take: a value that
        is no number, or times that do not increase by at least a microsecond.
    """
    parts = [table.time_s[:, np.newaxis], table.acc_mps2]
    names = ["time_s", *(f"{name}_mps2" for name in ACC_NAMES)]
    if table.gyr_radps is not None:
        parts.append(np.rad2deg(table.gyr_radps))
        names += [f"{name}_dps" for name in GYR_NAMES]
    values = np.hstack(parts)
    microseconds = np.round(table.time_s * 1e6)
    if not np.isfinite(values).all() or (np.diff(microseconds) <= 0).any():
        what = "the samples hold a value that is no number, or times that do not increase"
        raise FileError(what, where=str(path), remedy="write only whole samples in order of time")
    row = ",".join([_DECIMALS] * len(names)) + "\n"
    with replacing(path) as file:
        file.write((",".join(names) + "\n").encode())
        for start in range(0, len(values), _WRITTEN_ROWS):
            block = values[start : start + _WRITTEN_ROWS]
            file.write((row * len(block) % tuple(block.ravel().tolist())).encode())


def _read_header(line: bytes, where: str) -> _Columns:
    """Find the wanted columns in the first line."""
    if not line.strip():
        what = "the file is empty" if not line else "the first line, the header, is empty"
        raise FileError(what, where=where, remedy="choose a file with samples and a header line")
    try:
        text = line.decode("utf-8-sig")
    except UnicodeDecodeError as problem:
        raise _binary(where) from problem
    if "\0" in text:
        raise _binary(where)
    header = tuple(name.strip() for name in text.split(","))
    found = {}
    for place, name in enumerate(header):
        quantity, _, unit = name.rpartition("_")
        factor = UNITS.get(quantity[:3] if quantity != "time" else quantity, {}).get(unit)
        if quantity not in ("time", *ACC_NAMES, *GYR_NAMES) or factor is None:
            continue
        if quantity in found:
            what = f"column {name!r} gives {quantity} a second time"
            raise FileError(what, where=f"{where}, line 1", remedy="keep one column of each")
        found[quantity] = (place, factor)
    wanted = _wanted(header, set(found), where)
    return _Columns(
        header,
        tuple(found[name][0] for name in wanted),
        tuple(found[name][1] for name in wanted),
    )


def _wanted(header: tuple[str, ...], found: set[str], where: str) -> tuple[str, ...]:
    """The quantities to read; raises when one is missing."""
    gyr = GYR_NAMES if found & set(GYR_NAMES) else ()
    wanted = ("time", *ACC_NAMES, *gyr)
    for name in wanted:
        if name not in found:
            choices = " or ".join(f"{name}_{unit}" for unit in UNITS[name.split("_")[0]])
            what = f"there is no column {choices}; the header has {', '.join(header)[:200]}"
            remedy = "name the columns time_s, acc_x_mps2 ... gyr_z_dps and put commas between them"
            raise FileError(what, where=f"{where}, line 1", remedy=remedy)
    return wanted


def _count_lines(file: BinaryIO) -> int:
    """An upper bound of the lines from here to the end."""
    lines = 1
    while piece := file.read(_PIECE_BYTES):
        lines += piece.count(b"\n")
    return lines


def _pieces(file: BinaryIO) -> Iterator[bytes]:
    """The rest of the file in pieces of whole lines, each ended; blank lines at the end dropped."""
    held = b""
    while piece := file.read(_PIECE_BYTES):
        whole = (held + piece).rstrip()
        # Trailing white space is held back: at the end of the file it is no line.
        cut = whole.rfind(b"\n") + 1
        held = (held + piece)[cut:]
        if cut:
            yield whole[:cut]
    if held.strip():
        yield held.rstrip() + b"\n"


def _parse(text: bytes, columns: _Columns, path: Path, first_line: int) -> NDArray[np.float64]:
    """The wanted columns of whole lines, in their units; the search for an error comes after."""
    if not _fields_agree(text, len(columns.header)):
        raise _first_error(text, columns, str(path), first_line)
    try:
        values = np.loadtxt(
            io.StringIO(text.decode(errors="replace")),
            delimiter=",",
            comments=None,
            usecols=columns.places,
            ndmin=2,
        )
    except ValueError as problem:
        raise _first_error(text, columns, str(path), first_line) from problem
    # The parser takes a lone carriage return for the end of a line, hence the count.
    if len(values) != text.count(b"\n") or not np.isfinite(values).all():
        raise _first_error(text, columns, str(path), first_line)
    return values


def _fields_agree(text: bytes, fields: int) -> bool:
    """Whether every line has this number of fields, counted by its commas."""
    codes = np.frombuffer(text, np.uint8)
    ends = np.flatnonzero(codes == ord("\n"))
    commas = np.searchsorted(np.flatnonzero(codes == ord(",")), ends)
    return bool((np.diff(commas, prepend=0) == fields - 1).all()) and b"\0" not in text


def _first_error(text: bytes, columns: _Columns, where: str, first_line: int) -> FileError:
    """Find the first line that breaks the dialect, slowly, and say how."""
    if b"\0" in text:
        return _binary(where)
    count = len(columns.header)
    for number, line in enumerate(text.split(b"\n")[:-1], first_line):
        fields = line.decode(errors="replace").split(",")
        here = f"{where}, line {number}"
        if len(fields) != count:
            what = (
                f"the line has {len(fields) if line.strip() else 0} fields and the header {count}"
            )
            return FileError(what, where=here, remedy=f"give every line {count} fields")
        for place in columns.places:
            if not _is_number(fields[place]):
                what = f"column {columns.header[place]} holds {fields[place].strip()[:40]!r}"
                remedy = "put a finite number with a decimal point there, or remove the line"
                return FileError(what, where=here, remedy=remedy)
    what = "the lines from here on hold text that cannot be read as numbers"
    return FileError(what, where=f"{where}, line {first_line}", remedy="write plain numbers")


def _is_number(field: str) -> bool:
    try:
        return math.isfinite(float(field)) and "_" not in field
    except ValueError:
        return False


def _check_time(time_s: Floats, where: str) -> None:
    """Refuse times that run backwards or stand still."""
    steps = np.diff(time_s)
    wrong = np.flatnonzero(steps <= 0)
    if len(wrong):
        row = int(wrong[0]) + 1
        manner = "runs backwards" if steps[wrong[0]] < 0 else "stands still"
        what = f"column time_s {manner}, from {time_s[row - 1]} to {time_s[row]}"
        remedy = "sort the lines by time and remove those that come twice"
        raise FileError(what, where=f"{where}, line {row + 2}", remedy=remedy)


def _binary(where: str) -> FileError:
    remedy = "choose a text file with commas between the columns, in UTF-8"
    return FileError("this is a binary file, not a table of samples", where=where, remedy=remedy)
