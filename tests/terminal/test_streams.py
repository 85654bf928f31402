"""What happens to the commands when pipes, disks and keyboards do what they do."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from tests.paths import RECORDINGS

from spinesense.store.recordings.read import read_recording

PROGRAM = (sys.executable, "-m", "spinesense")


def started(
    folder: Path, *words: str, program: tuple[str, ...] = PROGRAM
) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [*program, *words],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "SPINESENSE_HOME": str(folder), "PYTHONUNBUFFERED": "1"},
    )


def test_a_reader_that_goes_away_is_no_failure(tmp_path: Path) -> None:
    words = ("replay", str(RECORDINGS / "coached_set.mcap"), "--headless", "--speed", "0")
    with started(tmp_path, *words) as program:
        assert program.stdout is not None
        assert program.stderr is not None
        assert program.stdout.readline()
        program.stdout.close()
        assert program.stderr.read() == ""
    assert program.returncode == 0


@pytest.mark.parametrize(
    ("words", "code"), [(("record",), 0), (("demo", "--headless"), 130)], ids=["record", "demo"]
)
def test_ctrl_c_finishes_the_recording(tmp_path: Path, words: tuple[str, ...], code: int) -> None:
    with started(tmp_path, *words) as program:
        assert program.stdout is not None
        assert program.stderr is not None
        first = program.stderr if words == ("record",) else program.stdout
        assert first.readline()
        program.send_signal(signal.SIGINT)
        assert "Traceback" not in program.stderr.read()
    assert program.returncode == code
    (path,) = (tmp_path / "recordings").glob("*.mcap")
    assert read_recording(path).damage == ""


def test_screens_without_a_terminal_are_refused_in_one_sentence(tmp_path: Path) -> None:
    for words in ((), ("demo",), ("sit",)):
        with started(tmp_path, *words) as program:
            assert program.stderr is not None
            (line,) = program.stderr.read().splitlines()
        assert "there is no terminal" in line
        assert program.returncode == 2


def test_an_unknown_sensor_or_a_length_that_is_no_number_is_refused(tmp_path: Path) -> None:
    for words, named in (
        (("sit", "--sensor", "foo"), "foo"),
        (("record", "--seconds", "nan"), "nu"),
    ):
        with started(tmp_path, *words) as program:
            assert program.stderr is not None
            assert named in program.stderr.read()
        assert program.returncode == 2


def test_a_defect_of_a_command_is_one_sentence_and_a_private_log(tmp_path: Path) -> None:
    code = (
        "import spinesense.runner.batch.open_file as f; f.read_recording = lambda *_: 1 / 0\n"
        "from spinesense.__main__ import main; main()"
    )
    words = ("replay", "a.mcap", "--headless")
    for _ in range(2):
        with started(tmp_path, *words, program=(sys.executable, "-c", code)) as program:
            assert program.stderr is not None
            (line,) = program.stderr.read().splitlines()
        assert program.returncode == 2
        assert "spinesense itself made a mistake (ZeroDivisionError" in line
        assert str(tmp_path / "mistakes.log") in line
    log = tmp_path / "mistakes.log"
    assert log.stat().st_mode & 0o777 == 0o600
    assert log.read_text().count("Traceback") == 2


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
def test_an_output_that_cannot_be_written_is_one_sentence(tmp_path: Path) -> None:
    words = ("analyse", str(RECORDINGS / "coached_set.mcap"))
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [*PROGRAM, *words],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            env={**os.environ, "SPINESENSE_HOME": str(tmp_path)},
        )
    assert done.returncode == 2
    assert "No space left on device" in done.stderr
    assert "Traceback" not in done.stderr
