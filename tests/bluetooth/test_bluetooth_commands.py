"""The commands over a virtual sensor in another process."""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from tests.terminal.tmux import terminal

from spinesense.app.sensors import open_sensor
from spinesense.model.errors import SensorError
from spinesense.sensors.bluetooth.source import BluetoothSource
from spinesense.sensors.virtual.wearer import exercising
from spinesense.store.recordings.read import read_recording

PROGRAM = (sys.executable, "-m", "spinesense")


@contextmanager
def virtual(folder: Path, *words: str) -> Iterator[tuple[str, "subprocess.Popen[str]"]]:
    """A virtual sensor in a process of its own; gives its link and the process."""
    with subprocess.Popen(
        [*PROGRAM, "virtual-sensor", "--link", "tcp:0", *words],
        stderr=subprocess.PIPE,
        text=True,
        env=environment(folder),
    ) as program:
        assert program.stderr
        line = program.stderr.readline()
        found = re.search(r"--link (tcp:\S+)", line)
        assert found, line
        try:
            yield found[1], program
        finally:
            program.send_signal(signal.SIGCONT)
            program.send_signal(signal.SIGINT)
            rest = program.stderr.read()
            assert program.wait() == 0
            assert rest == ""


def environment(folder: Path) -> dict[str, str]:
    return {**os.environ, "SPINESENSE_HOME": str(folder), "PYTHONUNBUFFERED": "1"}


def run(folder: Path, *words: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [*PROGRAM, *words], capture_output=True, text=True, env=environment(folder), timeout=60
    )


def test_a_sensor_of_another_process_is_listed_and_recorded(tmp_path: Path) -> None:
    with virtual(tmp_path, "--device", "movesense") as (link, _):
        listed = run(tmp_path, "scan", "--json", "--seconds", "1", "--link", link)
        (sensor,) = json.loads(listed.stdout)["sensors"]
        assert sensor["name"].startswith("Movesense")
        wanted = f"ble:{sensor['address']}"
        words = ("record", "--sensor", wanted, "--link", link, "--seconds", "1")
        done = run(tmp_path, *words)
        assert done.returncode == 0, done.stderr
    kept = read_recording(Path(done.stdout.strip()))
    assert kept.info.device.simulated
    assert kept.info.device.profile == "movesense"
    assert len(kept.items) > 10
    assert not (tmp_path / "sensors.json").exists()


async def test_a_link_with_nobody_at_its_end_is_told_so() -> None:
    source = open_sensor("ble", link="tcp:1")
    assert isinstance(source, BluetoothSource)
    with pytest.raises(SensorError, match="no virtual sensor answers there; start one with"):
        await source.open()


@pytest.mark.parametrize(
    ("sensor", "link", "said"),
    [
        ("ble", "9787", "write it as tcp:PORT"),
        ("ble", "tcp:127.0.0.1:99999", "write it as tcp:PORT"),
        ("sim", "tcp:1", "goes with a Bluetooth sensor only"),
        ("blue", "", "unknown sensor"),
    ],
)
def test_what_cannot_be_is_one_sentence(sensor: str, link: str, said: str) -> None:
    with pytest.raises(SensorError, match=said):
        open_sensor(sensor, link=link)


def test_an_exercise_that_nobody_knows_is_named() -> None:
    with pytest.raises(SensorError, match="yoga: the simulated person does not know"):
        exercising("yoga")


@pytest.mark.skipif(shutil.which("tmux") is None, reason="tmux is not installed")
def test_a_sensor_is_chosen_worn_lost_and_found_on_the_screen(tmp_path: Path) -> None:
    with (
        virtual(tmp_path, "--device", "witmotion") as (link, sensor),
        terminal(tmp_path, 80, 24, "scan", "--link", link) as window,
    ):
        window.until("WT901BLE67")
        window.press("Down", "Enter")
        window.until("Sensor: WT901BLE67")
        window.press("s")
        window.until("● WT901BLE67  100 samples a second")
        sensor.send_signal(signal.SIGSTOP)
        window.until("✕ Lost WT901BLE67", "SIMULATED")
        window.until("Sensor lost: the clocks wait")
        sensor.send_signal(signal.SIGCONT)
        window.until("● WT901BLE67")
        window.press("C-c")
        window.until("exit code 0")
