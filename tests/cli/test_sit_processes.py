"""What befalls a monitor that lives for days: other monitors, signals, full disks, terminals."""

import asyncio
import os
import re
import shlex
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from tests.cli.monitors import command, environment, run, status, wait_for, watching
from tests.paths import ROOT

from spinesense.app.sessions import coach_run
from spinesense.app.sitting_monitor import _busy
from spinesense.model.snapshot import Link, SensorView, Snapshot
from spinesense.sensors.simulated.source import SimulatedSource
from spinesense.store import monitor
from spinesense.store.monitor import is_exercising
from spinesense.store.places import HOME_VARIABLE
from spinesense.store.recordings.read import read_recording

UNIT = re.compile(r"```ini\n(.*?)```", re.DOTALL)
DOCS = ROOT / "docs" / "sitting-monitor.md"


def recording_of(home: Path) -> Path:
    (path,) = (home / "recordings").glob("*.mcap")
    return path


def test_of_two_that_start_at_once_one_watches_and_one_says_so(tmp_path: Path) -> None:
    with watching(tmp_path) as one, watching(tmp_path) as other:
        end_s = time.monotonic() + 90.0
        while one.poll() is None and other.poll() is None and time.monotonic() < end_s:
            time.sleep(0.05)
        ended, watches = (one, other) if one.poll() is not None else (other, one)
        _, said = ended.communicate()
        assert ended.returncode == 2
        assert "running already" in said
        assert len(said.splitlines()) == 1
        found = wait_for(tmp_path, lambda now: "posture" in now)
        assert found["process"] == watches.pid
        assert run(tmp_path, "sit", "--stop").returncode == 0
        assert watches.wait(timeout=60) == 0
    assert read_recording(recording_of(tmp_path)).damage == ""
    again = run(tmp_path, "sit", "--stop")
    assert (again.returncode, "no sitting monitor" in again.stderr) == (2, True)


def test_a_suspended_monitor_has_no_news_and_then_goes_on(tmp_path: Path) -> None:
    with watching(tmp_path) as process:
        wait_for(tmp_path, lambda now: "posture" in now)
        process.send_signal(signal.SIGSTOP)
        found = wait_for(tmp_path, lambda now: str(now["text"]).startswith("no news"))
        assert (found["running"], found["class"]) == (True, "lost")
        time.sleep(0.1)
        assert run(tmp_path, "status", "--line").stdout == "no news for 0 min\n"
        process.send_signal(signal.SIGCONT)
        wait_for(tmp_path, lambda now: not str(now["text"]).startswith("no news"))
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=60) == 0
    assert read_recording(recording_of(tmp_path)).damage == ""


def test_a_file_that_cannot_grow_ends_the_recording_and_not_the_watch(tmp_path: Path) -> None:
    with watching(tmp_path, largest_file=200_000) as process:
        found = wait_for(tmp_path, lambda now: "Nothing is recorded" in str(now.get("sensor", "")))
        was_s = int(str(found["watched_s"]))
        wait_for(tmp_path, lambda now: int(str(now["watched_s"])) > was_s + 60)
        process.send_signal(signal.SIGTERM)
        _, said = process.communicate(timeout=60)
        assert process.returncode == 0
    assert said.count("Nothing is recorded any more, but watching goes on") == 1
    assert "Traceback" not in said
    assert len(read_recording(recording_of(tmp_path)).items) > 300


def test_a_terminal_that_is_closed_ends_the_watch_in_order(tmp_path: Path) -> None:
    tmux = ("tmux", "-S", str(tmp_path / "socket"), "-f", "/dev/null")
    watch = command("sit", "--headless", "--sensor", "sim", "--speed", "20", "--quiet")
    words = ["env", f"{HOME_VARIABLE}={tmp_path}", *watch]
    subprocess.run([*tmux, "new-session", "-d", shlex.join(words)], check=True)
    wait_for(tmp_path, lambda now: "posture" in now)
    subprocess.run([*tmux, "kill-server"], check=True)
    wait_for(tmp_path, lambda now: not now["running"])
    assert read_recording(recording_of(tmp_path)).damage == ""


def test_nohup_is_heeded_and_a_reader_that_goes_away_ends_nothing(tmp_path: Path) -> None:
    with watching(tmp_path, ignored=signal.SIGHUP) as process:
        wait_for(tmp_path, lambda now: "posture" in now)
        assert process.stdout is not None
        process.stdout.close()
        process.send_signal(signal.SIGHUP)
        # That the person stood, sat down and shifted was printed, and nobody read it.
        found = wait_for(tmp_path, lambda now: int(str(now.get("shifts", 0))) > 0)
        was_s = int(str(found["watched_s"]))
        wait_for(tmp_path, lambda now: int(str(now["watched_s"])) > was_s + 5)
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=60) == 0


def test_a_monitor_that_has_told_nothing_yet_is_starting(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(HOME_VARIABLE, str(tmp_path))
    with monitor.monitoring():
        line, full = run(tmp_path, "status", "--line"), run(tmp_path, "status")
        assert (line.stdout, line.returncode) == ("starting\n", 0)
        assert (full.stdout, full.returncode) == ("The sitting monitor is starting\n", 0)
        assert status(tmp_path)["class"] == "lost"
    line = run(tmp_path, "status", "--line")
    assert (line.stdout, line.returncode) == ("no monitor\n", 1)


def test_whoever_wants_to_exercise_is_told_who_has_the_sensor(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(HOME_VARIABLE, str(tmp_path))
    with monitor.monitoring() as here:
        here.tell(Snapshot(sensor=SensorView(name="WT901BLE67", link=Link.STREAMING)), "sitting")
        for sensor in ("ble", "ble:wt901", "ble:AA:BB:CC:DD:EE:FF"):
            done = run(tmp_path, "coach", "bridge", "--headless", "--sensor", sensor)
            assert done.returncode == 2
            assert done.stderr == (
                "spinesense: WT901BLE67: the sitting watch has the sensor; end it for as long as "
                "you exercise, with: spinesense sit --stop.\n"
            )
        done = run(tmp_path, "record", "--sensor", "sim", "--seconds", "1", "--speed", "0")
        assert done.returncode == 0


def test_nobody_is_prompted_who_exercises(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(HOME_VARIABLE, str(tmp_path))
    source = SimulatedSource(1, speed=0)
    assert not is_exercising()
    session = coach_run(source, "bridge")
    assert (is_exercising(), _busy()) == (True, "exercising")
    asyncio.run(source.close())
    asyncio.run(session.run(lambda _: None))
    assert not is_exercising()


def test_the_unit_for_systemd_is_one(tmp_path: Path) -> None:
    try:
        subprocess.run(["systemd-analyze", "--version"], capture_output=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("systemd is not here")
    found = UNIT.search(DOCS.read_text("utf-8"))
    assert found is not None
    program = Path(sys.executable).with_name("spinesense")
    text = found[1].replace("%h/.local/bin/spinesense", str(program))
    assert str(program) in text
    unit = tmp_path / "spinesense.service"
    unit.write_text(text)
    done = subprocess.run(
        ["systemd-analyze", "--user", "verify", str(unit)],
        capture_output=True,
        text=True,
        env={**environment(tmp_path), "XDG_RUNTIME_DIR": str(tmp_path), "HOME": str(tmp_path)},
    )
    assert (done.returncode, done.stderr) == (0, "")


if not hasattr(os, "fork"):
    pytest.skip("signals and limits as on Unix", allow_module_level=True)


def test_a_snooze_outlives_a_watch_that_is_killed(tmp_path: Path) -> None:
    with watching(tmp_path, sensor=("sim:desk", "--speed", "1")) as process:
        wait_for(tmp_path, lambda now: "posture" in now)
        assert run(tmp_path, "sit", "--snooze").returncode == 0
        wait_for(tmp_path, lambda now: now.get("quiet") == "snoozed")
        memory = tmp_path / "monitor.memory"
        wait_for(tmp_path, lambda _: b'"snoozed_until":"2' in memory.read_bytes())
        assert memory.stat().st_mode & 0o777 == 0o600
        process.kill()
        process.communicate()
    with watching(tmp_path, sensor=("sim:desk", "--speed", "1")):
        wait_for(tmp_path, lambda now: now.get("quiet") == "snoozed")
        assert "no prompts now: snoozed" in run(tmp_path, "status").stdout


def test_what_a_killed_watch_had_not_taken_is_taken_by_the_next(tmp_path: Path) -> None:
    with watching(tmp_path, sensor=("sim:desk", "--speed", "1")) as process:
        wait_for(tmp_path, lambda now: "posture" in now)
        process.send_signal(signal.SIGSTOP)
        assert run(tmp_path, "sit", "--snooze").returncode == 0
        process.kill()
        process.communicate()
    with watching(tmp_path, sensor=("sim:desk", "--speed", "1")):
        wait_for(tmp_path, lambda now: now.get("quiet") == "snoozed")


def test_odd_memory_is_one_sentence_and_the_watch_begins_without_it(tmp_path: Path) -> None:
    (tmp_path / "monitor.memory").write_text('{"seen_at": NaN, "sensor": []}')
    with watching(tmp_path) as process:
        wait_for(tmp_path, lambda now: "posture" in now)
        process.send_signal(signal.SIGTERM)
        _, said = process.communicate(timeout=60)
    assert said.count("What the last sitting watch left is not taken over") == 1
    assert "Traceback" not in said
