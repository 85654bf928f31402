"""Bad recordings through ``spinesense analyse``, as a person who exported them wrongly meets it."""

import json
import math
import subprocess
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.cli.here import run_here
from tests.motion.synthetic import Body, readings
from tests.paths import RECORDINGS

from spinesense.model.events import SignalFault
from spinesense.model.movement import StartPosture
from spinesense.model.packets import Packet
from spinesense.model.samples import Floats
from spinesense.motion.signal.gyro_consistency import AXES_DIFFER, GYRO_LOUD, GYRO_MUTE
from spinesense.motion.signal.signal_check import MESSAGES
from spinesense.sensors.devices import decoder_for
from spinesense.store.recordings.read import read_recording
from spinesense.store.tables.csv_dialect import SampleTable, write_csv

MOUNTING = (0.5, -0.5, 0.5, 0.5)
Spoil = Callable[[SampleTable], SampleTable]


def analyse(home: Path, *words: str) -> "subprocess.CompletedProcess[str]":
    return run_here(home, "analyse", *words)


def table(rate_hz: float = 100.0, *, bows: bool = True) -> SampleTable:
    """Stands, bows twice, lies down; or only stands and bends once in a while."""
    body = Body(rate_hz=rate_hz)
    if bows:
        body.stand_and_bow().still(1.0).take(StartPosture.SUPINE).still(3.0)
    else:
        body.still(2.0).ramp((0.6, 0.05, 0.0), 2.0).ramp((-0.6, -0.05, 0.0), 2.0).still(8.0)
    block = readings(body, quat_sensor_to_trunk=MOUNTING)
    assert block.device_time_s is not None
    return SampleTable(block.device_time_s, block.acc_mps2, block.gyr_radps)


def gyr_of(samples: SampleTable) -> Floats:
    assert samples.gyr_radps is not None
    return samples.gyr_radps


def recording(home: Path, samples: SampleTable) -> dict[str, Any]:
    """What ``analyse --json`` says about a table, which must come without a complaint."""
    path = home / "table.csv"
    write_csv(path, samples)
    done = analyse(home, str(path), "--json", "--angles")
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    found: dict[str, Any] = json.loads(done.stdout)
    return found


WARNED: dict[str, tuple[Spoil, list[str]]] = {
    "nothing wrong": (lambda t: t, []),
    "no gyroscope": (lambda t: replace(t, gyr_radps=None), [MESSAGES[SignalFault.NO_GYRO]]),
    "g for m/s2": (
        lambda t: replace(t, acc_mps2=t.acc_mps2 / 9.80665),
        [MESSAGES[SignalFault.WRONG_UNITS]],
    ),
    "dps for rad/s": (lambda t: replace(t, gyr_radps=np.degrees(gyr_of(t))), [GYRO_LOUD]),
    "rad/s for dps": (lambda t: replace(t, gyr_radps=np.radians(gyr_of(t))), [GYRO_MUTE]),
    "gyroscope stuck": (lambda t: replace(t, gyr_radps=gyr_of(t) * 0.0), [GYRO_MUTE]),
    "gyroscope axes swapped": (
        lambda t: replace(t, gyr_radps=gyr_of(t)[:, [2, 0, 1]]),
        [AXES_DIFFER],
    ),
    "left-handed axes": (
        lambda t: replace(t, acc_mps2=t.acc_mps2[:, [1, 0, 2]], gyr_radps=gyr_of(t)[:, [1, 0, 2]]),
        [AXES_DIFFER],
    ),
    "constant": (
        lambda t: replace(
            t, acc_mps2=t.acc_mps2 * 0.0 + [0.0, 0.0, 9.8], gyr_radps=gyr_of(t) * 0.0
        ),
        [MESSAGES[SignalFault.STUCK]],
    ),
    "zeros": (
        lambda t: replace(t, acc_mps2=t.acc_mps2 * 0.0, gyr_radps=gyr_of(t) * 0.0),
        [MESSAGES[SignalFault.STUCK]],
    ),
}


@pytest.mark.parametrize("name", WARNED)
def test_what_is_wrong_with_the_readings_is_in_the_warnings(tmp_path: Path, name: str) -> None:
    spoil, words = WARNED[name]
    found = recording(tmp_path, spoil(table()))
    assert found["recording"]["warnings"] == words


@pytest.mark.parametrize("rate_hz", [12.5, 1000.0])
def test_slow_and_fast_recordings_are_followed(tmp_path: Path, rate_hz: float) -> None:
    found = recording(tmp_path, table(rate_hz))
    assert found["recording"]["warnings"] == []
    assert found["recording"]["rate_hz"] == pytest.approx(rate_hz, rel=0.01)
    assert found["recording"]["calibration"]["method"] == "stand_and_bow"


def test_the_mounting_comes_with_its_uncertainty(tmp_path: Path) -> None:
    calibration = recording(tmp_path, table())["recording"]["calibration"]
    assert calibration["method"] == "stand_and_bow"
    assert calibration["bow_deg"] == pytest.approx(40.0, abs=2.0)
    assert 0.0 < calibration["axis_scatter_deg"] < 3.0
    assert 0.0 <= calibration["stillness_deg"] < 1.5


def test_a_mounting_without_a_stand_and_bow_is_called_inferred(tmp_path: Path) -> None:
    found = recording(tmp_path, table(bows=False))
    calibration = found["recording"]["calibration"]
    assert calibration["method"] == "inferred"
    assert calibration["bow_deg"] == 0.0
    assert calibration["axis_scatter_deg"] < 15.0
    assert max(found["angles"]["flexion_deg"]) == pytest.approx(math.degrees(0.6), abs=3.0)
    (line,) = [
        line
        for line in analyse(tmp_path, str(tmp_path / "table.csv")).stdout.splitlines()
        if line.strip().startswith("mounting")
    ]
    assert "inferred without a stand-and-bow" in line
    assert "°" in line


@pytest.mark.parametrize("count", [1, 2, 3, 20])
def test_a_few_samples_are_no_angles(tmp_path: Path, count: int) -> None:
    whole = table()
    few = SampleTable(whole.time_s[:count], whole.acc_mps2[:count], gyr_of(whole)[:count])
    found = recording(tmp_path, few)
    assert found["recording"]["samples"] == count
    assert found["recording"]["calibration"] is None
    assert found["angles"] is None
    assert found["reps"] == found["postures"] == []
    plain = analyse(tmp_path, str(tmp_path / "table.csv"))
    assert "not found: no angles" in plain.stdout
    assert plain.stderr == ""


def test_holes_everywhere_are_gaps(tmp_path: Path) -> None:
    whole = table()
    keep = np.arange(len(whole.time_s)) % 100 < 3
    sparse = SampleTable(whole.time_s[keep], whole.acc_mps2[keep], gyr_of(whole)[keep])
    found = recording(tmp_path, sparse)
    assert len(found["recording"]["gaps"]) == math.ceil(len(whole.time_s) / 100) - 1
    assert found["recording"]["calibration"] is None
    assert found["angles"] is None


@pytest.mark.parametrize("step_s", [10.0, 1.0, 1e-5])
def test_times_in_another_unit_get_one_sentence(tmp_path: Path, step_s: float) -> None:
    samples = table()
    path = tmp_path / "table.csv"
    write_csv(path, replace(samples, time_s=step_s * np.arange(len(samples), dtype=np.float64)))
    done = analyse(tmp_path, str(path), "--json")
    assert done.returncode == 2
    assert done.stdout == ""
    assert "Traceback" not in done.stderr
    assert "cannot be followed" in done.stderr
    assert "seconds" in done.stderr
    assert done.stderr.rstrip().endswith(".")


@pytest.mark.parametrize(("column", "value"), [(0, 9806.65), (2, -400.0), (4, 300.0), (3, 1e9)])
def test_an_impossible_reading_costs_no_repetition(
    tmp_path: Path, column: int, value: float
) -> None:
    stored = read_recording(RECORDINGS / "coached_set.mcap")
    decoder = decoder_for(stored.info.device.profile)
    packets = [item for item in stored.items if isinstance(item, Packet)]
    block = decoder.decode(packets).block
    assert block is not None
    samples = np.column_stack([block.acc_mps2, block.gyr_radps])
    samples[len(samples) // 2, column] = value
    spoilt = SampleTable(block.index / 100.0, samples[:, :3], samples[:, 3:])
    write_csv(tmp_path / "table.csv", spoilt)
    done = analyse(tmp_path, "--json", "--exercise", "bridge", str(tmp_path / "table.csv"))
    found = json.loads(done.stdout)
    assert len(found["reps"]) == 4
    assert sum(found["recording"]["left_out"].values()) == 1
    assert "left out" in found["recording"]["warnings"][0]


def test_a_file_that_cannot_be_read_is_named_and_stops_no_other(tmp_path: Path) -> None:
    (tmp_path / "notes.csv").write_text("no samples here\n")
    good = RECORDINGS / "coached_set.mcap"
    words = (tmp_path / "gone.mcap", tmp_path / "notes.csv", good)
    done = analyse(tmp_path, *map(str, words), "--json")
    assert done.returncode == 2
    first, second = done.stderr.splitlines()
    assert "gone.mcap" in first
    assert "notes.csv" in second
    (found,) = map(json.loads, done.stdout.splitlines())
    assert found["file"] == str(good)
    assert found == json.loads(analyse(tmp_path, str(good), "--format", "json").stdout)
