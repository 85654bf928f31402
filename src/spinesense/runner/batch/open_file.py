"""Opens what a person calls a recording: one of ours, a CSV file, or what another app exported."""

import codecs
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from spinesense.model.calibration import Calibration
from spinesense.model.errors import FileError
from spinesense.model.packets import DeviceProfile, Item, Packet, is_upper, of_upper
from spinesense.model.readings import LeftOut
from spinesense.model.samples import ImuBlock
from spinesense.motion.signal.gyro_consistency import check_rate
from spinesense.motion.signal.validity import ValidityCheck
from spinesense.sensors.devices import decoder_for
from spinesense.sensors.devices.samples import encode
from spinesense.store.files import file_error
from spinesense.store.recordings.read import Recording, read_recording
from spinesense.store.tables.app_exports import is_export, is_zip, read_export
from spinesense.store.tables.csv_dialect import SampleTable, read_csv
from spinesense.store.tables.joined import joined

_SNIFFED_BYTES = 4096
_SHORTEST_PERIOD_S = 1e-9
"""Far below that of any sensor, and large enough to be divided by."""
_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
ITEMS_AT_ONCE = 8_192
"""Some minutes: their columns stay near the processor, and each call of numpy has enough to do."""


@dataclass(frozen=True, slots=True)
class Stored:
    """A recording of any kind as the stream of items that it was."""

    profile: DeviceProfile
    items: tuple[Item, ...]
    upper: DeviceProfile | None = None
    """The second sensor; None when there is one only."""
    routine: str = ""
    started_at: str = ""
    """Wall-clock time of arrival 0, ISO 8601; empty when unknown."""
    calibration: Calibration | None = None
    settings: str = ""
    """The limits that were in force (TOML); empty for the usual."""
    damage: str = ""
    """One sentence on what is missing when only a part could be read; else empty."""
    remarks: tuple[str, ...] = ()
    """What a table lost or was mended by when it was read, a sentence each."""


def open_stored(path: Path) -> Stored:
    """Read a recording (``.mcap``), a CSV file, or the export of another app.

    Raises
    ------
    FileError
        When it cannot be read or is neither.
    """
    if not is_table(path):
        return as_stored(read_recording(path))
    return _from_table(path, read_table(path)[0])


def is_table(path: Path) -> bool:
    """Whether a file is to be read as a table: by its content, whatever its name.

    A file with the bytes of a recording is none, nor is any other binary file but a zip archive.
    """
    if path.is_dir():
        return True
    try:
        if not path.is_file():
            return False
        if is_zip(path):
            return True
        with path.open("rb") as file:
            head = file.read(_SNIFFED_BYTES)
    except OSError as problem:
        raise file_error(problem, path, "read") from problem
    return b"MCAP" not in head[:8] and (b"\0" not in head or head[:2] in _UTF16)


def refuse_no_table(path: Path) -> None:
    """Refuse to import what is a recording already, or no table.

    Raises
    ------
    FileError
        With what it is.
    """
    if path.exists() and not is_table(path):
        read_recording(path)
        remedy = "use it as it is, with analyse or replay"
        raise FileError("is a recording of spinesense already", where=str(path), remedy=remedy)


def as_stored(recording: Recording) -> Stored:
    """One of our recordings as such a stream."""
    return Stored(
        profile=recording.info.device,
        items=recording.items,
        upper=recording.info.upper,
        routine=recording.info.routine,
        started_at=recording.info.started_at,
        calibration=recording.info.calibration,
        settings=recording.info.settings,
        damage=recording.damage,
    )


def read_table(path: Path) -> tuple[SampleTable, str]:
    """Samples of a CSV file or of the export of another app.

    Returns
    -------
    The table, and which app it came from and how.

    Raises
    ------
    FileError
        When it cannot be read.
    """
    if not is_export(path):
        return read_csv(path), ""
    streams = read_export(path)
    return joined(streams, str(path)), streams.remark


def samples_of(stored: Stored, path: Path) -> Iterator[ImuBlock]:
    """All samples of a recording, some minutes at a time.

    Raises
    ------
    FileError
        When there are none.
    """
    decoder = decoder_for(stored.profile.profile)
    samples = 0
    for start in range(0, len(stored.items), ITEMS_AT_ONCE):
        items = stored.items[start : start + ITEMS_AT_ONCE]
        packets = [item for item in items if isinstance(item, Packet)]
        if stored.upper is not None:
            packets = [packet for packet in packets if not is_upper(packet)]
        block = decoder.decode(packets).block
        if block is not None and len(block):
            samples += len(block)
            yield block
    if not samples:
        what = "holds no samples"
        if stored.damage:
            what = f"no samples can be read ({stored.damage.removesuffix('.')})"
        raise FileError(what, where=str(path), remedy="choose a recording that has some")


def upper_of(stored: Stored) -> Stored | None:
    """The stream of the second sensor alone; None when there was one sensor only."""
    if stored.upper is None:
        return None
    items = [item for item in stored.items if isinstance(item, Packet) and is_upper(item)]
    return Stored(profile=stored.upper, items=tuple(map(of_upper, items)))


def median_rate_hz(time_s: np.ndarray[tuple[int], np.dtype[np.float64]]) -> float:
    """Rate of a table from the median step between its times; 100 Hz for a single row."""
    if len(time_s) < 2:
        return 100.0
    return 1.0 / max(float(np.median(np.diff(time_s))), _SHORTEST_PERIOD_S)


def profile_of_table(path: Path, table: SampleTable) -> DeviceProfile:
    """What a CSV file says about its sensor.

    Raises
    ------
    SensorError
        When its samples come at a rate that cannot be followed.
    """
    rate_hz = median_rate_hz(table.time_s)
    check_rate(rate_hz)
    return DeviceProfile(
        profile="samples",
        name=path.name,
        nominal_rate_hz=rate_hz,
        has_gyro=table.gyr_radps is not None,
    )


def _from_table(path: Path, table: SampleTable) -> Stored:
    packets = encode(table.time_s, table.acc_mps2, table.gyr_radps)
    return Stored(
        profile=profile_of_table(path, table), items=tuple(packets), remarks=table.remarks
    )


def left_out_of(table: SampleTable, rate_hz: float) -> LeftOut:
    """How many samples of a table are of no use, such as those that a frozen sensor repeats."""
    gyr_radps = table.gyr_radps
    if gyr_radps is None:
        gyr_radps = np.full_like(table.acc_mps2, np.nan)
    rows = np.arange(len(table))
    check = ValidityCheck(rate_hz)
    block = ImuBlock(table.time_s, table.acc_mps2, gyr_radps, rows, False, table.time_s)
    check.feed(block, table.time_s)
    return check.state.left_out
