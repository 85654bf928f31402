"""Opens what a person calls a recording: one of ours, a CSV file, or what another app exported."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from spinesense.model.calibration import Calibration
from spinesense.model.errors import FileError
from spinesense.model.packets import DeviceProfile, Item, Packet, is_upper, of_upper
from spinesense.model.samples import ImuBlock
from spinesense.sensors.decoding.pairing import Pairing
from spinesense.sensors.devices import decoder_for
from spinesense.sensors.devices.samples import encode
from spinesense.store.app_exports import SensorStreams, is_export, read_export
from spinesense.store.csv_dialect import SampleTable, read_csv
from spinesense.store.reading import Recording, read_recording

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
    """One sentence when only the intact beginning could be read; else empty."""
    remarks: tuple[str, ...] = ()
    """What a table lost or was mended by when it was read, a sentence each."""


def open_stored(path: Path) -> Stored:
    """Read a recording (``.mcap``), a CSV file, or the export of another app.

    Raises
    ------
    FileError
        When it cannot be read or is neither.
    """
    if path.suffix.lower() == ".csv" or is_export(path):
        return _from_table(path, read_table(path)[0])
    return as_stored(read_recording(path))


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
    """Samples of a CSV file or of the export of another app, and a remark about how.

    Raises
    ------
    FileError
        When it cannot be read.
    """
    if not is_export(path):
        return read_csv(path), ""
    streams = read_export(path)
    if not len(streams.gyr_time_s):
        return SampleTable(streams.acc_time_s, streams.acc_mps2, None), streams.remark
    table = _joined(streams)
    if not len(table):
        what = "acceleration and angular rate were never recorded at the same time"
        raise FileError(what, where=str(path), remedy="record both sensors together")
    return table, streams.remark


def _joined(streams: SensorStreams) -> SampleTable:
    """Each acceleration with the angular rate of its time; those that have none are left out."""
    pairing = Pairing()
    period_s = float(np.median(np.diff(streams.acc_time_s)))
    end_s = max(streams.acc_time_s[-1], streams.gyr_time_s[-1])
    edges_s = np.arange(streams.acc_time_s[0], end_s + 2.0, 1.0)
    acc = np.searchsorted(streams.acc_time_s, edges_s)
    gyr = np.searchsorted(streams.gyr_time_s, edges_s)
    gyr[0] = 0
    parts = []
    for row in range(len(edges_s) - 1):
        ours, theirs = slice(acc[row], acc[row + 1]), slice(gyr[row], gyr[row + 1])
        if ours.start < ours.stop:
            time_s, values = streams.acc_time_s[ours], streams.acc_mps2[ours]
            parts.append(pairing.add_left(time_s, values, period_s))
        if theirs.start < theirs.stop:
            time_s, values = streams.gyr_time_s[theirs], streams.gyr_radps[theirs]
            parts.append(pairing.add_right(time_s, values))
    return SampleTable(
        np.concatenate([pairs.time_s for pairs in parts]),
        np.concatenate([pairs.left for pairs in parts]),
        np.concatenate([pairs.right for pairs in parts]),
    )


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
    return float(1.0 / np.median(np.diff(time_s))) if len(time_s) > 1 else 100.0


def profile_of_table(path: Path, table: SampleTable) -> DeviceProfile:
    """What a CSV file says about its sensor."""
    return DeviceProfile(
        profile="samples",
        name=path.name,
        nominal_rate_hz=median_rate_hz(table.time_s),
        has_gyro=table.gyr_radps is not None,
    )


def _from_table(path: Path, table: SampleTable) -> Stored:
    packets = encode(table.time_s, table.acc_mps2, table.gyr_radps)
    return Stored(profile=profile_of_table(path, table), items=tuple(packets))
