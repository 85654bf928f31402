"""No posture is made of constant data: with hindsight, as told at the time, and live."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from spinesense.coaching.sitting.rule import SittingMonitor
from spinesense.model.events import Posture, PostureChanged
from spinesense.model.packets import DeviceProfile
from spinesense.model.samples import Floats
from spinesense.runner.engine import Engine
from spinesense.sensors.devices.samples import encode
from spinesense.store.tables.csv_dialect import SampleTable, write_csv

SECONDS, DIED_S, RATE_HZ = 120, 60, 100


def readings(death: str, died_s: int) -> tuple[Floats, Floats, Floats]:
    """Somebody who sits quietly, and a sensor that dies under them."""
    rng = np.random.default_rng(1)
    count, first = SECONDS * RATE_HZ, died_s * RATE_HZ
    acc = rng.normal((9.7, 0.2, 1.2), 0.03, (count, 3))
    gyr = rng.normal(0.0, 0.01, (count, 3))
    last = (acc[first].copy(), gyr[first].copy()) if death == "last" else (0.0, 0.0)
    acc[first:], gyr[first:] = last
    return np.arange(count) / RATE_HZ, acc, gyr


def analysed(home: Path, table: SampleTable, *words: str) -> dict[str, Any]:
    path = home / "table.csv"
    write_csv(path, table)
    done = subprocess.run(
        [sys.executable, "-m", "spinesense", "analyse", "--json", *words, str(path)],
        capture_output=True,
        text=True,
        timeout=120,
        env={**os.environ, "SPINESENSE_HOME": str(home)},
    )
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


@pytest.mark.parametrize("death", ["last", "zeros"])
@pytest.mark.parametrize("words", [(), ("--as-heard",)], ids=["hindsight", "as heard"])
def test_a_table_that_freezes_shows_no_posture_from_then_on(
    tmp_path: Path, death: str, words: tuple[str, ...]
) -> None:
    found = analysed(tmp_path, SampleTable(*readings(death, DIED_S)), *words)
    recording = found["recording"]
    assert recording["duration_s"] == pytest.approx(SECONDS, abs=0.1)
    assert recording["left_out"]["repeated"] == pytest.approx(6000 - 50, abs=2)
    assert "repeats the same reading" in recording["warnings"][0]
    seen = [p for p in found["postures"] if p["posture"] != "unknown"]
    assert seen
    assert max(p["end_s"] for p in seen) <= DIED_S + 1.0
    assert found["postures"][-1]["posture"] == "unknown"
    assert found["postures"][-1]["end_s"] == pytest.approx(SECONDS, abs=0.1)


@pytest.mark.parametrize("death", ["last", "zeros"])
@pytest.mark.parametrize("words", [(), ("--as-heard",)], ids=["hindsight", "as heard"])
def test_a_table_of_constants_shows_no_posture(
    tmp_path: Path, death: str, words: tuple[str, ...]
) -> None:
    found = analysed(tmp_path, SampleTable(*readings(death, 0)), *words)
    assert [p for p in found["postures"] if p["posture"] != "unknown"] == []
    assert len(found["recording"]["warnings"]) == 1


@pytest.mark.parametrize("death", ["last", "zeros"])
def test_a_live_stream_of_constants_shows_no_posture(death: str) -> None:
    engine = Engine(DeviceProfile("samples", "Belt", RATE_HZ), sitting=SittingMonitor())
    time_s, acc, gyr = readings(death, 0)
    told = [event for packet in encode(time_s, acc, gyr) for event in engine.feed(packet)]
    told += engine.finish()
    postures = {event.posture for event in told if isinstance(event, PostureChanged)}
    assert postures <= {Posture.UNKNOWN}
    assert "repeats the same" in engine.snapshot().sensor.message


def test_an_import_says_what_will_not_be_used(tmp_path: Path) -> None:
    table = tmp_path / "frozen.csv"
    write_csv(table, SampleTable(*readings("last", DIED_S)))
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "spinesense",
            "import",
            str(table),
            "--to",
            str(tmp_path / "a.mcap"),
        ],
        capture_output=True,
        text=True,
        timeout=120,
        env={**os.environ, "SPINESENSE_HOME": str(tmp_path)},
    )
    assert done.returncode == 0, done.stderr
    assert "kept but not used: 5949 that repeat the same reading" in done.stderr
    assert "12000 samples" in done.stderr
