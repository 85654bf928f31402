"""A disk that gets full while somebody is coached: the coaching goes on, and says that it is so."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from tests.small_disk import SmallDisk, can_mount, small_disk

pytestmark = pytest.mark.skipif(not can_mount(), reason="no disk can be mounted here")

SPINESENSE = (sys.executable, "-m", "spinesense")
WITH = ("--sensor", "sim", "--headless", "--quiet")
ROUTINE = """
id = "short"
title = "Short"
[[entry]]
exercise = "pelvic_tilt"
repetitions = 1
rest_s = 3
[[entry]]
exercise = "bridge"
repetitions = 3
hold_s = 3
"""
UNRECORDED = "Nothing is recorded any more, but coaching goes on: "


@pytest.fixture
def coach(tmp_path: Path) -> tuple[str, ...]:
    """What coaches a short routine, which does not lie on the disk."""
    path = tmp_path / "short.toml"
    path.write_text(ROUTINE)
    return (*SPINESENSE, "coach", str(path), *WITH)


def history(disk: SmallDisk) -> list[dict[str, object]]:
    found: list[dict[str, object]] = json.loads(disk.run(*SPINESENSE, "history", "--json").stdout)
    return found


def test_coaching_goes_on_and_says_at_once_that_nothing_is_recorded(
    tmp_path: Path, coach: tuple[str, ...]
) -> None:
    with small_disk(tmp_path / "home", "24m") as disk:
        with subprocess.Popen(
            [*disk.inside, *coach, "--speed", "12"],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env={**os.environ, "SPINESENSE_HOME": str(disk.folder), "PYTHONUNBUFFERED": "1"},
        ) as program:
            assert program.stdout is not None
            assert program.stderr is not None
            while "Bridge." not in program.stdout.readline():
                pass
            disk.fill()
            while UNRECORDED not in (trouble := program.stderr.readline()):
                assert trouble, "the program ended without a word"
            assert "free some space" in trouble
            disk.clear()
            said, trouble = program.communicate(timeout=60)
        assert program.returncode == 0, trouble
        assert "Traceback" not in trouble
        assert UNRECORDED not in trouble
        assert "We are done. Well done today." in said
        (session,) = history(disk)
        assert (session["finished"], session["sets"], session["repetitions"]) == (True, 2, 4)
        assert "no space left on device" in str(session["unrecorded"])
        (line,) = disk.run(*SPINESENSE, "history").stdout.splitlines()
        assert "finished, recorded until " in line
        again = disk.run(*SPINESENSE, "history", "--rebuild").stdout
        assert again.splitlines() == [line]


def test_the_history_has_the_whole_session_though_the_disk_stays_full(
    tmp_path: Path, coach: tuple[str, ...]
) -> None:
    with small_disk(tmp_path / "home", "24m") as disk:
        with subprocess.Popen(
            [*disk.inside, *coach, "--speed", "12"],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env={**os.environ, "SPINESENSE_HOME": str(disk.folder), "PYTHONUNBUFFERED": "1"},
        ) as program:
            assert program.stdout is not None
            while "Bridge." not in program.stdout.readline():
                pass
            disk.fill()
            _, trouble = program.communicate(timeout=100)
        assert program.returncode == 0, trouble
        assert UNRECORDED in trouble
        (session,) = history(disk)
        assert (session["finished"], session["sets"], session["repetitions"]) == (True, 2, 4)
        assert str(session["unrecorded"]).startswith("recorded until ")


def test_a_session_begins_without_a_recording_where_the_disk_is_nearly_full(
    tmp_path: Path, coach: tuple[str, ...]
) -> None:
    with small_disk(tmp_path / "home", "9m") as disk:
        done = disk.run(*coach, "--speed", "0")
        assert done.returncode == 0, done.stderr
        assert "Nothing is recorded, but coaching goes on: the disk is nearly full" in done.stderr
        (session,) = history(disk)
        assert (session["finished"], session["recording"]) == (True, "")
        assert session["unrecorded"] == "not recorded: the disk is nearly full"
        nothing = disk.run(*SPINESENSE, "coach", "--continue", "--headless")
        assert "no session was broken off" in nothing.stderr


def test_a_history_on_a_disk_without_a_byte_left_can_be_read(
    tmp_path: Path, coach: tuple[str, ...]
) -> None:
    with small_disk(tmp_path / "home", "24m") as disk:
        assert disk.run(*coach, "--speed", "0").returncode == 0
        disk.fill()
        assert "2 sets, 4 repetitions" in disk.run(*SPINESENSE, "history").stdout
        assert disk.run(*SPINESENSE, "progress", "--simulated").returncode == 0
        refused = disk.run(*SPINESENSE, "log", "swim", "30")
        assert refused.returncode == 2
        assert "the disk is not full" in refused.stderr
        again = disk.run(*coach, "--speed", "0")
        assert "We are done. Well done today." in again.stdout
        assert "Nothing is recorded, but coaching goes on" in again.stderr
        assert "Traceback" not in again.stderr
        assert again.returncode == 2  # what was done could not be kept, which is said
        assert "the history cannot be written" in again.stderr


def test_a_session_that_is_gone_on_with_on_a_full_disk_stands_once_in_the_history(
    tmp_path: Path, coach: tuple[str, ...]
) -> None:
    with small_disk(tmp_path / "home", "24m") as disk:
        with subprocess.Popen(
            [*disk.inside, *coach, "--speed", "12"],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            env={**os.environ, "SPINESENSE_HOME": str(disk.folder), "PYTHONUNBUFFERED": "1"},
        ) as program:
            assert program.stdout is not None
            while "Bridge." not in program.stdout.readline():
                pass
            program.kill()
            program.communicate()
        disk.run("dd", "if=/dev/zero", f"of={disk.folder / 'ballast'}", "bs=1M", "count=16")
        words = ("coach", "--continue", "--sensor", "sim", "--headless", "--quiet", "--speed", "0")
        done = disk.run(*SPINESENSE, *words)
        assert done.returncode == 0, done.stderr
        assert "Nothing is recorded, but coaching goes on" in done.stderr
        (session,) = history(disk)
        assert (session["finished"], session["sets"], session["repetitions"]) == (True, 2, 4)
