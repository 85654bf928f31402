"""A session followed by its captions alone, killed in the middle, and gone on with."""

import asyncio
import json
import os
import shutil
import signal
import subprocess
import sys
from datetime import datetime
from pathlib import Path

import pytest

from spinesense.cli.captions import _lines, meaning
from spinesense.model.packets import Action
from spinesense.store.history.sessions import History

ROUTINE = """id = "my"
title = "My own"
[[entry]]
exercise = "pelvic_tilt"
repetitions = 2
sets = 2
rest_s = 3
"""


def words(*more: str) -> list[str]:
    return [sys.executable, "-m", "spinesense", "coach", *more]


def environment(home: Path) -> dict[str, str]:
    return {**os.environ, "SPINESENSE_HOME": str(home), "PYTHONUNBUFFERED": "1"}


def finished(home: Path, *more: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        words(*more),
        capture_output=True,
        text=True,
        timeout=120,
        stdin=subprocess.DEVNULL,
        env=environment(home),
    )


def history(home: Path) -> list[dict[str, object]]:
    done = subprocess.run(
        [sys.executable, "-m", "spinesense", "history", "--json"],
        capture_output=True,
        text=True,
        check=True,
        env=environment(home),
    )
    found: list[dict[str, object]] = json.loads(done.stdout)
    return found


@pytest.fixture
def routine(tmp_path: Path) -> str:
    path = tmp_path / "my.toml"
    path.write_text(ROUTINE, encoding="utf-8")
    return str(path)


def test_the_captions_alone_lead_from_calibration_to_the_end(tmp_path: Path, routine: str) -> None:
    done = finished(tmp_path, routine, "--headless", "--speed", "0", "--quiet")
    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stderr
    heard = iter(line[8:] for line in done.stdout.splitlines())
    for expected in (
        "Stand tall and stay still for a moment.",
        "Pelvic tilt.",
        "Lie on your back, knees bent, feet flat.",
        "Breathe out as your back flattens, and in as you let go.",
        "Begin.",
        "Press down, breathe out.",
        "Two. Well done.",
        "Rest.",
        "Set 2 of 2.",
        "That was the last one.",
        "We are done. Well done today.",
    ):
        assert expected in heard, f"{expected!r} was not said in its turn:\n{done.stdout}"


def killed_in_the_middle(home: Path, routine: str) -> None:
    """Coach a session, and kill it in its first set."""
    begun = subprocess.Popen(
        words(routine, "--headless", "--speed", "20", "--quiet"),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        env=environment(home),
    )
    assert begun.stdout is not None
    for line in begun.stdout:
        if "And let go" in line:  # in the first repetition or later: in the middle of a set
            break
    begun.send_signal(signal.SIGKILL)
    begun.communicate()


def test_a_killed_session_goes_on_and_stands_once_in_the_history(
    tmp_path: Path, routine: str
) -> None:
    killed_in_the_middle(tmp_path, routine)
    (broken_off,) = history(tmp_path)
    assert (broken_off["finished"], broken_off["reason"]) == (False, "left before its end")

    done = finished(tmp_path, "--continue", "--headless", "--speed", "0", "--quiet")
    assert done.returncode == 0, done.stderr
    assert "Welcome back" in done.stdout
    began = datetime.fromisoformat(str(broken_off["started_at"]))
    which = f"going on with My, {began:%a %d %b %H:%M}, before its first set was done."
    assert which in done.stderr
    (session,) = history(tmp_path)
    assert (session["finished"], session["sets"], session["repetitions"]) == (True, 2, 4)

    nothing = finished(tmp_path, "--continue", "--headless")
    assert nothing.returncode == 2
    assert "no session was broken off" in nothing.stderr
    assert "Traceback" not in nothing.stderr


def test_what_a_killed_run_left_out_is_entered_once_by_whatever_shows_it(
    tmp_path: Path, routine: str
) -> None:
    killed_in_the_middle(tmp_path / "killed", routine)
    for command in (("day", "--simulated"), ("log",), ("progress", "--simulated")):
        home = tmp_path / command[0]
        shutil.copytree(tmp_path / "killed", home)
        for _ in range(2):
            done = subprocess.run(
                [sys.executable, "-m", "spinesense", *command],
                capture_output=True,
                text=True,
                env=environment(home),
            )
            assert done.returncode in (0, 1), done.stderr  # the first minute is not over
            assert "Traceback" not in done.stderr
            with History.open(home / "history.sqlite3") as entered:
                (line,) = entered.sessions()
            assert (line.routine, line.finished) == ("my", False)
            assert line.reason == "left before its end"


def test_what_is_typed_is_heard(tmp_path: Path, routine: str) -> None:
    typed = subprocess.run(
        words(routine, "--headless", "--speed", "0", "--quiet"),
        input="hello\nstop\n",
        capture_output=True,
        text=True,
        timeout=120,
        env=environment(tmp_path),
    )
    assert typed.returncode == 0, typed.stderr
    assert "Stop. We end here." in typed.stdout
    assert typed.stderr.count("Type a number") == 2
    (session,) = history(tmp_path)
    assert session["finished"] is False


def test_the_pain_that_stopped_a_session_is_kept_and_shown(tmp_path: Path, routine: str) -> None:
    with subprocess.Popen(
        words(routine, "--headless", "--speed", "20", "--quiet"),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=environment(tmp_path),
    ) as program:
        assert program.stdout is not None
        assert program.stdin is not None
        while "And let go" not in program.stdout.readline():
            pass
        program.stdin.write("8\n")
        program.stdin.flush()
        said, _ = program.communicate(timeout=60)
    assert "Stop here and rest." in said
    assert "(pain 8 of 10)" in said
    (session,) = history(tmp_path)
    assert (session["finished"], session["pain_stop"]) == (False, 8)
    program_words = [sys.executable, "-m", "spinesense"]
    for command, shown in (
        (("history",), "stopped at pain 8"),
        (("progress", "--simulated"), "stopped at pain 8 of 10, in pelvic tilt"),
        (("history", "--rebuild"), "stopped at pain 8"),
    ):
        done = subprocess.run(
            [*program_words, *command],
            capture_output=True,
            text=True,
            check=True,
            env=environment(tmp_path),
        )
        assert shown in " ".join(done.stdout.split())


@pytest.mark.parametrize(("line", "said"), [
    ("4\n", (Action.PAIN, "4")),
    ("10", (Action.PAIN, "10")),
    ("11", None),
    ("²", None),
    ("\n", (Action.START, "")),
    (" Stop \n", (Action.STOP, "")),
    ("pause", (Action.PAUSE, "")),
    ("what", None),
])  # fmt: skip
def test_what_is_typed_is_understood_or_named(line: str, said: tuple[Action, str] | None) -> None:
    assert meaning(line) == said


async def test_a_line_that_is_far_too_long_does_not_deafen() -> None:
    reader = asyncio.StreamReader()
    reader.feed_data(b"x" * 200_000 + b"\nstop\n4")
    reader.feed_eof()
    heard = [meaning(line.decode()) async for line in _lines(reader)]
    assert heard == [None, (Action.STOP, ""), (Action.PAIN, "4")]
