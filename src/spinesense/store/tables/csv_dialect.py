"""Tables of samples as CSV text: ``time_s, acc_x_mps2 ... gyr_z_dps``.

The unit stands in the name of each column: ``mps2``, ``g`` or ``mg`` for the accelerometer, ``dps``
or ``radps`` for the gyroscope, which may be missing. Columns come in any order; others are ignored.
It is read as other programs save it, too: with semicolons or tabs, decimal commas, quotation marks,
capitals, a first line ``sep=``, empty lines, and in UTF-16.
"""

import codecs
import io
import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

from spinesense.model.errors import FileError
from spinesense.model.samples import Floats
from spinesense.model.units import STANDARD_GRAVITY_MPS2
from spinesense.store.files import file_error, replacing
from spinesense.store.tables.sample_times import tidied

UNITS = {
    "time": {"s": 1.0, "ms": 1e-3, "us": 1e-6, "ns": 1e-9},
    "acc": {"mps2": 1.0, "g": STANDARD_GRAVITY_MPS2, "mg": STANDARD_GRAVITY_MPS2 / 1000},
    "gyr": {"dps": math.pi / 180, "radps": 1.0},
}
"""What one unit is in s, m/s² and rad/s."""
ACC_NAMES = ("acc_x", "acc_y", "acc_z")
GYR_NAMES = ("gyr_x", "gyr_y", "gyr_z")

_PIECE_BYTES = 4 << 20
"""Text parsed at a time: bounds the memory, and is large enough for the bulk parser."""
LARGEST_ROWS = 10_000_000
"""A day at 100 Hz, and somewhat more."""
_LONGEST_LINE_BYTES = 1 << 20
_LARGEST_UTF16_BYTES = 1 << 28
_HUGE = 1e300
_EMPTY_LINE = re.compile(rb"(?m)^[, \t\r]*\n")
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
    remarks: tuple[str, ...] = ()
    """What was mended or left out when it was read, a sentence each."""

    def __len__(self) -> int:
        return len(self.time_s)


@dataclass(frozen=True, slots=True)
class _Columns:
    """Where the wanted quantities stand in a line, and what their units are worth."""

    separator: str
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
    parts: list[NDArray[np.float64]] = []
    rows = 0
    try:
        with _opened(path) as file:
            columns, line = _header_of(file, str(path))
            for text in _pieces(file, str(path)):
                part = _parse(_plain(text, columns.separator), columns, path, line)
                line += text.count(b"\n")
                rows += len(part)
                parts.append(part)
                if rows > LARGEST_ROWS:
                    what = f"the table holds more than {LARGEST_ROWS} samples"
                    raise FileError(what, where=str(path), remedy="part it into shorter ones")
    except OSError as problem:
        raise file_error(problem, path, "read") from problem
    if not rows:
        remedy = "export the recording again"
        raise FileError("the table holds no samples", where=str(path), remedy=remedy)
    values = np.concatenate(parts)
    with np.errstate(over="ignore"):  # what is beyond any sensor is told by the check of signals
        values *= columns.factors
    found = tidied(values[:, 0], np.clip(values[:, 1:], -_HUGE, _HUGE), str(path))
    values = values[found.rows]
    gyr_radps = values[:, 4:7] if len(columns.places) > 4 else None
    return SampleTable(found.time_s, values[:, 1:4], gyr_radps, found.remarks)


def _opened(path: Path) -> BinaryIO:
    """The text of a file as bytes of UTF-8."""
    file = path.open("rb")
    if file.read(2) in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
        with file:
            file.seek(0)
            if path.stat().st_size > _LARGEST_UTF16_BYTES:
                raise FileError("is too long for UTF-16", where=str(path), remedy="save as UTF-8")
            return io.BytesIO(file.read().decode("utf-16", errors="replace").encode())
    file.seek(0)
    return file


def _header_of(file: BinaryIO, where: str) -> tuple[_Columns, int]:
    """The columns, and the number of the line that follows the header."""
    first = file.readline(_LONGEST_HEADER_BYTES)
    begins = first.removeprefix(codecs.BOM_UTF8).strip().strip(b'"').lower()
    if begins.startswith(b"sep=") and len(begins) <= len(b"sep=;"):
        return _read_header(file.readline(_LONGEST_HEADER_BYTES), where, 2), 3
    return _read_header(first, where, 1), 2


def _plain(text: bytes, separator: str) -> bytes:
    """Lines with commas between the fields, decimal points, and no quotation marks."""
    if b'"' in text:
        codes = np.frombuffer(text, np.uint8).copy()
        quoted = (np.cumsum(codes == ord('"')) & 1).astype(np.bool_)
        inside = quoted & np.isin(codes, np.frombuffer(b",;\t\n\r", np.uint8))
        codes[inside] = np.where(codes[inside] == ord(","), ord("."), ord(" "))
        text = codes[codes != ord('"')].tobytes()
    if separator != ",":
        text = text.replace(b",", b".").replace(separator.encode(), b",")
    return text


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


def _read_header(line: bytes, where: str, number: int) -> _Columns:
    """Find the wanted columns in the line of the header."""
    if not line.strip():
        what = "the file is empty" if not line else "the first line, the header, is empty"
        raise FileError(what, where=where, remedy="choose a file with samples and a header line")
    try:
        text = line.decode("utf-8-sig")
    except UnicodeDecodeError as problem:
        raise _binary(where) from problem
    if "\0" in text:
        raise _binary(where)
    separator = max(",;\t", key=text.count)
    plain = _plain(text.encode(), separator).decode()
    header = tuple(name.strip().lower() for name in plain.split(","))
    found = {}
    for place, name in enumerate(header):
        quantity, _, unit = name.rpartition("_")
        factor = UNITS.get(quantity[:3] if quantity != "time" else quantity, {}).get(unit)
        if quantity not in ("time", *ACC_NAMES, *GYR_NAMES) or factor is None:
            continue
        if quantity in found:
            what = f"column {name!r} gives {quantity} a second time"
            raise FileError(what, where=f"{where}, line {number}", remedy="keep one column of each")
        found[quantity] = (place, factor)
    wanted = _wanted(header, set(found), f"{where}, line {number}")
    return _Columns(
        separator,
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
            raise FileError(what, where=where, remedy=remedy)
    return wanted


def _pieces(file: BinaryIO, where: str) -> Iterator[bytes]:
    """The rest of the file in pieces of whole lines, each ended."""
    held = b""
    while piece := file.read(_PIECE_BYTES):
        held += piece
        cut = held.rfind(b"\n") + 1
        if cut:
            yield held[:cut]
            held = held[cut:]
        if len(held) > _LONGEST_LINE_BYTES:
            what = f"a line is longer than {_LONGEST_LINE_BYTES // 1024} KiB"
            raise FileError(what, where=where, remedy="export the recording again")
    if held.strip():
        yield held.rstrip() + b"\n"


def _parse(text: bytes, columns: _Columns, path: Path, first_line: int) -> NDArray[np.float64]:
    """The wanted columns of whole lines, in their units; the search for an error comes after."""
    whole, text = text, _EMPTY_LINE.sub(b"", text)
    if not text:
        return np.empty((0, len(columns.places)))
    if not _fields_agree(text, len(columns.header)):
        raise _first_error(whole, columns, str(path), first_line)
    try:
        values = np.loadtxt(
            io.StringIO(text.decode(errors="replace")),
            delimiter=",",
            comments=None,
            usecols=columns.places,
            ndmin=2,
        )
    except ValueError as problem:
        raise _first_error(whole, columns, str(path), first_line) from problem
    # The parser takes a lone carriage return for the end of a line, hence the count.
    if len(values) != text.count(b"\n") or not np.isfinite(values).all():
        raise _first_error(whole, columns, str(path), first_line)
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
        if not line.strip(b", \t\r"):
            continue
        fields = line.decode(errors="replace").split(",")
        here = f"{where}, line {number}"
        if len(fields) != count:
            what = f"the line has {len(fields)} fields and the header {count}"
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


def _binary(where: str) -> FileError:
    remedy = "choose a text file with commas between the columns, in UTF-8"
    return FileError("this is a binary file, not a table of samples", where=where, remedy=remedy)
