"""Opens what a person calls a recording: one of ours, or a CSV file of samples."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from spinesense.model.calibration import Calibration
from spinesense.model.errors import FileError
from spinesense.model.packets import DeviceProfile, Item, Packet
from spinesense.model.samples import ImuBlock
from spinesense.sensors.devices import decoder_for
from spinesense.sensors.devices.samples import encode
from spinesense.store.csv_dialect import SampleTable, read_csv
from spinesense.store.reading import read_recording

ITEMS_AT_ONCE = 8_192
"""Some minutes: their columns stay near the processor, and each call of numpy has enough to do."""


@dataclass(frozen=True, slots=True)
class Stored:
    """A recording of any kind as the stream of items that it was."""

    profile: DeviceProfile
    items: tuple[Item, ...]
    routine: str = ""
    started_at: str = ""
    """Wall-clock time of arrival 0, ISO 8601; empty when unknown."""
    calibration: Calibration | None = None
    settings: str = ""
    """The limits that were in force (TOML); empty for the usual."""
    damage: str = ""
    """One sentence when only the intact beginning could be read; else empty."""


def open_stored(path: Path) -> Stored:
    """Read a recording (``.mcap``) or a CSV file.

    Raises
    ------
    FileError
        When it cannot be read or is neither.
    """
    if path.suffix.lower() == ".csv":
        return _from_table(path, read_csv(path))
    recording = read_recording(path)
    return Stored(
        profile=recording.info.device,
        items=recording.items,
        routine=recording.info.routine,
        started_at=recording.info.started_at,
        calibration=recording.info.calibration,
        settings=recording.info.settings,
        damage=recording.damage,
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
        block = decoder.decode([item for item in items if isinstance(item, Packet)]).block
        if block is not None and len(block):
            samples += len(block)
            yield block
    if not samples:
        raise FileError(
            "holds no samples", where=str(path), remedy="choose a recording that has some"
        )


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
