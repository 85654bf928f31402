"""Files that other apps export: Sensor Logger, phyphox, Movella (Xsens) DOT, WitMotion.

Each app writes acceleration and angular rate with times of their own, so that both are given apart.
Which app it was is told from the names of the columns, never from the name of the file.
"""

import csv
import io
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import numpy as np

from spinesense.model.errors import FileError
from spinesense.model.samples import Floats
from spinesense.model.units import STANDARD_GRAVITY_MPS2
from spinesense.store.files import file_error
from spinesense.store.tables.sample_times import tidied
from spinesense.store.tables.witmotion_log import is_witmotion, read_log

LARGEST_TABLE_BYTES: Final = 1 << 28
"""Six hours at 100 Hz are half of that, and it is held in memory as a whole."""
LARGEST_RATIO: Final = 100
"""Readings of a sensor pack 3 to 15 times smaller."""
_SMALL_BYTES = 1 << 20
_SNIFFED_BYTES = 65_536
_HEADER_LINES = 40
"""Lines in which the header is looked for: the DOT app writes some about itself before."""
_WANTED = {"seconds_elapsed", "time", "x", "y", "z", "SampleTimeFine"} | {
    f"{what}_{axis}" for what in ("Acc", "Gyr", "FreeAcc", "Quat") for axis in "WXYZ"
}
"""Columns that are read, of the apps whose columns have names of their own."""
_SAME_TIMES = 0.9
"""Share of readings with a counterpart from which on two sensors count as read together."""


@dataclass(frozen=True, slots=True, eq=False)
class SensorStreams:
    """What a phone or sensor recorded; times in seconds from one common zero."""

    acc_time_s: Floats
    acc_mps2: Floats
    """(n, 3) specific force."""
    gyr_time_s: Floats
    gyr_radps: Floats
    """(m, 3); no rows without a gyroscope."""
    remark: str = ""
    """What was done besides reading, for the notes of the recording."""
    remarks: tuple[str, ...] = ()
    """What was lost or mended, a sentence each."""


@dataclass(frozen=True, slots=True, eq=False)
class _Table:
    """One table of text as columns."""

    name: str
    columns: Mapping[str, Floats]

    def xyz(self, *names: str) -> Floats:
        return np.column_stack([self.columns[name] for name in names])


def is_export(path: Path) -> bool:
    """Whether a file, or folder, looks like the export of an app rather than our own dialect."""
    if path.is_dir():
        return True
    if not path.is_file():
        return False
    if is_zip(path):
        return True
    with path.open("rb") as file:
        head = _decoded(file.read(_SNIFFED_BYTES).rpartition(b"\n")[0])
    return any(_is_header(_fields(line)[1]) for line in head.splitlines()[:_HEADER_LINES])


def read_export(path: Path) -> SensorStreams:
    """Read what an app exported: a zip file, a folder, or one CSV file of it.

    Raises
    ------
    FileError
        When it cannot be read, or holds no acceleration with gravity.
    """
    try:
        if log := _witmotion(path):
            return log
        tables = list(_tables(path))
    except OSError as problem:
        raise file_error(problem, path, "read") from problem
    except zipfile.BadZipFile as problem:
        raise FileError(
            "is no zip file", where=str(path), remedy="export the recording again"
        ) from problem
    found = {_kind(table.name): table for table in tables}
    if any("seconds_elapsed" in table.columns for table in tables):
        return _of_sensor_logger(found, _metadata(path), str(path))
    for table in tables:
        if "SampleTimeFine" in table.columns:
            return _of_dot(table, str(path))
    return _of_phyphox(tables, str(path))


def _texts(path: Path) -> Iterator[tuple[str, bytes]]:
    """Names and contents of the CSV files."""
    if path.is_dir():
        for file in sorted(path.glob("*.csv")):
            if file.is_file():
                _refuse_if_too_long(file.stat().st_size, str(file))
                yield file.stem, file.read_bytes()
    elif is_zip(path):
        with zipfile.ZipFile(path) as archive:
            for entry in archive.infolist():
                if entry.filename.lower().endswith(".csv") and not entry.is_dir():
                    yield Path(entry.filename).stem, _unpacked(archive, entry, path)
    else:
        _refuse_if_too_long(path.stat().st_size, str(path))
        yield path.stem, path.read_bytes()


def is_zip(path: Path) -> bool:
    """Whether a file begins as a zip archive does, whatever its name."""
    with path.open("rb") as file:
        return file.read(4) in (b"PK\x03\x04", b"PK\x05\x06")


def _refuse_if_too_long(size: int, where: str) -> None:
    if size > LARGEST_TABLE_BYTES:
        what = f"holds {size / 1e6:.0f} MB of text, more than a recording has"
        raise FileError(what, where=where, remedy="export a shorter recording")


def _unpacked(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, path: Path) -> bytes:
    """One table of an archive.

    Raises
    ------
    FileError
        When it is encrypted, damaged, packed in an unusual way, or larger than a recording.
    """
    where = f"{path} ({entry.filename})"
    remedy = "export the recording again"
    _refuse_if_too_long(entry.file_size, where)
    if entry.file_size > max(_SMALL_BYTES, LARGEST_RATIO * entry.compress_size):
        what = f"grows {entry.file_size // max(entry.compress_size, 1)} times when it is unpacked"
        raise FileError(f"{what}, as no recording does", where=where, remedy=remedy)
    if entry.flag_bits & 1:
        what = "is protected by a password"
        raise FileError(what, where=where, remedy="unpack it and give the folder")
    if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        what = "is packed in a way that no app uses"
        raise FileError(what, where=where, remedy="unpack it and give the folder")
    try:
        return archive.read(entry)
    except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError) as problem:
        raise FileError("is damaged in the zip file", where=where, remedy=remedy) from problem


def _tables(path: Path) -> Iterator[_Table]:
    """The tables of samples; files of another kind are left out."""
    for name, content in _texts(path):
        lines = content.decode("utf-8-sig", errors="replace").splitlines()
        for row, line in enumerate(lines[:_HEADER_LINES]):
            separator, fields = _fields(line)
            if _is_header(fields):
                yield _table(name, separator, fields, lines[row + 1 :], f"{path} ({name})")
                break


def _witmotion(path: Path) -> SensorStreams | None:
    """The log of WitMotion's app, if this is one."""
    for _, content in _texts(path):
        lines = _decoded(content).splitlines()
        for row, line in enumerate(lines[:_HEADER_LINES]):
            separator, fields = _fields(line)
            if is_witmotion(fields):
                time_s, values, remarks = read_log(fields, lines[row + 1 :], separator, str(path))
                acc, gyr = values[:, :3] * STANDARD_GRAVITY_MPS2, np.radians(values[:, 3:])
                found = _streams((time_s, acc), (time_s, gyr), "WitMotion", str(path))
                return replace(found, remarks=(*remarks, *found.remarks))
    return None


def _decoded(content: bytes) -> str:
    """Text in UTF-8, or as Windows in China writes it."""
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("gb18030", errors="replace")


def _fields(line: str) -> tuple[str, list[str]]:
    """Separator and fields of a line."""
    separator = max(";\t,", key=line.count)
    return separator, [field.strip().strip('"') for field in line.split(separator)]


def _is_header(fields: list[str]) -> bool:
    """Whether these are the names of the columns of an app's table of samples."""
    names = set(fields)
    return (
        {"time", "seconds_elapsed", "x", "y", "z"} <= names
        or is_witmotion(fields)
        or {"PacketCounter", "SampleTimeFine"} <= names
        or ("Time (s)" in names and len(fields) > 3)
    )


def _table(name: str, separator: str, fields: list[str], lines: list[str], where: str) -> _Table:
    """Parse the lines after a header.

    Raises
    ------
    FileError
        When they are no numbers.
    """
    is_phyphox = "Time (s)" in fields
    places = [
        row
        for row, field in enumerate(fields)
        if (is_phyphox and (field == "Time (s)" or "m/s" in field or "rad/s" in field))
        or (not is_phyphox and field in _WANTED)
    ]
    text = "\n".join(line for line in lines if line.strip())
    if not text:
        raise FileError("holds no samples", where=where, remedy="export the recording again")
    if separator != ",":
        text = text.replace(",", ".")
    try:
        values = np.loadtxt(
            io.StringIO(text), delimiter=separator, usecols=places, ndmin=2, quotechar='"'
        )
    except ValueError as problem:
        raise FileError(
            "holds a line that is not numbers", where=where, remedy="export the recording again"
        ) from problem
    return _Table(name, {fields[place]: values[:, row] for row, place in enumerate(places)})


def _metadata(path: Path) -> dict[str, str]:
    """What Sensor Logger says about the phone."""
    for name, content in _texts(path):
        if name.lower() == "metadata":
            rows = csv.DictReader(content.decode("utf-8-sig", errors="replace").splitlines())
            first = next(iter(rows), {})
            return {key: value or "" for key, value in first.items() if isinstance(key, str)}
    return {}


def _of_sensor_logger(
    found: Mapping[str, _Table], metadata: Mapping[str, str], where: str
) -> SensorStreams:
    """Total acceleration, or movement and gravity added; see its ``UNITS.md``."""
    total, moved, gravity = _with_gravity(found), found.get("accelerometer"), found.get("gravity")
    if total is not None:
        time_ns, force = total.columns["time"], total.xyz("x", "y", "z")
    elif moved is not None and gravity is not None:
        time_ns, ours, theirs = np.intersect1d(
            moved.columns["time"], gravity.columns["time"], return_indices=True
        )
        if len(time_ns) < _SAME_TIMES * len(moved.columns["time"]):
            what = "acceleration and gravity were not read at the same times"
            raise FileError(what, where=where, remedy="record Total Acceleration, too")
        force = moved.xyz("x", "y", "z")[ours] + gravity.xyz("x", "y", "z")[theirs]
    else:
        what = "there is no acceleration with gravity"
        raise FileError(what, where=where, remedy="record Accelerometer and Gravity together")
    remark = "Sensor Logger"
    is_apple = metadata.get("platform", "").lower() == "ios"
    if is_apple and metadata.get("standardisation", "").lower() != "true":
        force, remark = -force, "Sensor Logger on iOS, the sign of acceleration turned"
    gyro = found.get("gyroscope")
    if gyro is None:
        return _streams((time_ns / 1e9, force), None, remark, where)
    rates = gyro.columns["time"] / 1e9, gyro.xyz("x", "y", "z")
    return _streams((time_ns / 1e9, force), rates, remark, where)


_KINDS = ("totalacceleration", "accelerometer", "gyroscope", "gravity")


def _kind(name: str) -> str:
    """What a table of Sensor Logger holds, by its name, to which a person may have added."""
    name = name.lower()
    return next((kind for kind in _KINDS if kind in name and "uncal" not in name), name)


def _with_gravity(found: Mapping[str, _Table]) -> _Table | None:
    """The total acceleration, or a table that shows by its readings that it is one."""
    if "totalacceleration" in found:
        return found["totalacceleration"]
    for kind, table in found.items():
        sizes = np.linalg.norm(table.xyz("x", "y", "z"), axis=1) if kind not in _KINDS else None
        # The direction of gravity alone always has the same size.
        if sizes is not None and 7.0 < np.median(sizes) < 13.0 and np.std(sizes) > 1e-3:
            return table
    return None


def _of_phyphox(tables: list[_Table], where: str) -> SensorStreams:
    """Tables with ``Time (s)``; linear acceleration has no gravity and is left out."""
    acc = gyr = None
    for table in tables:
        names = [name for name in table.columns if "linear" not in (table.name + name).lower()]
        in_mps2 = [name for name in names if "m/s" in name and "abs" not in name.lower()]
        in_radps = [name for name in names if "rad/s" in name and "abs" not in name.lower()]
        time_s = table.columns.get("Time (s)")
        if time_s is not None and len(in_mps2) == 3:
            acc = time_s, table.xyz(*in_mps2)
        if time_s is not None and len(in_radps) == 3:
            gyr = time_s, table.xyz(*in_radps)
    if acc is None:
        what = "there is no acceleration with gravity"
        remedy = "export an experiment with the accelerometer, or a table with time_s, acc_x_mps2 …"
        raise FileError(what, where=where, remedy=remedy)
    return _streams(acc, gyr, "phyphox", where)


def _of_dot(table: _Table, where: str) -> SensorStreams:
    """A log of the DOT app: readings, or orientation and free acceleration."""
    fine = table.columns["SampleTimeFine"]
    time_s = np.unwrap(fine, period=2.0**32) / 1e6
    columns = set(table.columns)
    if {"Acc_X", "Acc_Y", "Acc_Z", "Gyr_X", "Gyr_Y", "Gyr_Z"} <= columns:
        force = table.xyz("Acc_X", "Acc_Y", "Acc_Z")
        rates = np.radians(table.xyz("Gyr_X", "Gyr_Y", "Gyr_Z"))
        return _streams((time_s, force), (time_s, rates), "Xsens DOT", where)
    if {"Quat_W", "FreeAcc_X", "FreeAcc_Y", "FreeAcc_Z"} <= columns:
        turn = table.xyz("Quat_W", "Quat_X", "Quat_Y", "Quat_Z")
        free = table.xyz("FreeAcc_X", "FreeAcc_Y", "FreeAcc_Z")
        force = _into_sensor(turn, free + np.array([0.0, 0.0, STANDARD_GRAVITY_MPS2]))
        rates = _rates(turn, time_s)
        remark = "Xsens DOT, readings worked out from orientation and free acceleration"
        return _streams((time_s, force), (time_s, rates), remark, where)
    what = "the log has neither acceleration and gyro nor orientation and free acceleration"
    raise FileError(what, where=where, remedy="log in a mode with rate quantities")


def _into_sensor(quat_sensor_to_earth: Floats, vectors: Floats) -> Floats:
    """Vectors of the earth frame in the sensor frame."""
    w, axis = quat_sensor_to_earth[:, :1], -quat_sensor_to_earth[:, 1:]
    turned = 2 * np.cross(axis, vectors)
    return np.asarray(vectors + w * turned + np.cross(axis, turned))


def _rates(quat_sensor_to_earth: Floats, time_s: Floats) -> Floats:
    """Mean angular rate (rad/s, sensor frame) since the sample before; 0 for the first."""
    before, after = quat_sensor_to_earth[:-1], quat_sensor_to_earth[1:]
    w = (before * after).sum(axis=1)
    axis = (
        before[:, :1] * after[:, 1:]
        - after[:, :1] * before[:, 1:]
        - np.cross(before[:, 1:], after[:, 1:])
    )
    axis *= np.where(w < 0, -1.0, 1.0)[:, None]
    sine = np.linalg.norm(axis, axis=1)
    angle = 2 * np.arctan2(sine, np.abs(w))
    scale = np.where(sine > 1e-12, angle / np.maximum(sine, 1e-12), 2.0)
    return np.vstack([np.zeros(3), axis * (scale / np.diff(time_s))[:, None]])


def _streams(
    acc: tuple[Floats, Floats], gyr: tuple[Floats, Floats] | None, remark: str, where: str
) -> SensorStreams:
    """Check times and numbers, and count time from the first acceleration.

    Raises
    ------
    FileError
        When too little is left.
    """
    together = gyr is not None and gyr[0] is acc[0]
    ours = tidied(acc[0], np.hstack([acc[1], gyr[1]]) if gyr and together else acc[1], where)
    if len(ours.time_s) < 2:
        what = "there are fewer than two samples of acceleration"
        raise FileError(what, where=where, remedy="choose another recording")
    zero_s = float(ours.time_s[0])
    acc_time_s, acc_mps2 = ours.time_s - zero_s, acc[1][ours.rows]
    if gyr is None:
        return SensorStreams(
            acc_time_s, acc_mps2, np.empty(0), np.empty((0, 3)), remark, ours.remarks
        )
    theirs = ours if together else tidied(*gyr, where)
    remarks = tuple(dict.fromkeys((*ours.remarks, *theirs.remarks)))
    gyr_radps = gyr[1][theirs.rows]
    return SensorStreams(acc_time_s, acc_mps2, theirs.time_s - zero_s, gyr_radps, remark, remarks)
