"""Whatever is coached, and however it is broken off: it opens, and the session goes on."""

import json
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

import pytest

from spinesense.coaching.exercises.catalogue import load_catalogue
from spinesense.coaching.routines.parse import parse_routine, shipped_routines
from spinesense.coaching.routines.plan import plan_of
from spinesense.model.events import PainMoment
from spinesense.model.packets import Packet
from spinesense.store.history.days import Days
from spinesense.store.history.sessions import History, SessionRecord
from spinesense.store.recordings.read import read_info, read_recording

SHORT = """
id = "short"
title = "Short"
[[entry]]
exercise = "bird_dog"
repetitions = 2
sets = 1
rest_s = 3
[[entry]]
exercise = "hamstring_stretch"
hold_s = 5
sets = 1
rest_s = 3
"""
"""Counted with sides, and held with sides."""
ALL = (*load_catalogue(), *shipped_routines())
SIMULATED = ("--sensor", "sim", "--headless", "--quiet", "--speed", "0")
LOOKS = (("history",), ("progress", "--simulated"), ("log",))
PATIENCE_S = 900.0
LATEST_S, SHORT_LATEST_S = 6.0, 2.0
"""A session of some minutes is coached in about so long at full speed; the short one."""


@pytest.fixture
def home(tmp_path: Path) -> Path:
    (tmp_path / "routines").mkdir()
    (tmp_path / "routines" / "short.toml").write_text(SHORT)
    return tmp_path


def started(home: Path, *words: str) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-m", "spinesense", *words],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "SPINESENSE_HOME": str(home)},
    )


def done(home: Path, *words: str) -> str:
    """Run a command that must work; gives what it printed."""
    with started(home, *words) as program:
        out, err = program.communicate(timeout=PATIENCE_S)
    assert (program.returncode, "Traceback" in err) == (0, False), (words, err)
    return out


def recordings(home: Path) -> list[Path]:
    return sorted((home / "recordings").glob("*.mcap"))


def broken_off(home: Path, chance: Random, number: signal.Signals, *words: str) -> bool:
    """Coach, and end it by a signal at a moment left to chance; False when it was over before.

    The last seconds of a program are those in which its session is over already.
    """
    before = len(recordings(home))
    with started(home, "coach", *words, *SIMULATED) as program:
        end_s = time.monotonic() + PATIENCE_S
        while len(recordings(home)) == before or not recordings(home)[-1].stat().st_size:
            assert program.poll() is None, program.communicate()
            assert time.monotonic() < end_s
            time.sleep(0.01)
        pause_s = chance.uniform(0.0, SHORT_LATEST_S if words == ("short",) else LATEST_S)
        try:
            program.wait(timeout=pause_s)
        except subprocess.TimeoutExpired:
            program.send_signal(number)
        _, err = program.communicate(timeout=PATIENCE_S)
    assert "Traceback" not in err, err
    done(home, *chance.choice(LOOKS))  # each of them enters what a killed run left out
    return not any(session.finished for session in sessions(home))


def sessions(home: Path) -> list[SessionRecord]:
    with History.open(home / "history.sqlite3") as history:
        return [history.session(line.id) for line in history.sessions()]


def assert_whole(home: Path) -> None:
    """The history has one session: finished, each set of its plan once, each question once."""
    (session,) = sessions(home)
    text = read_info(Path(session.recording)).routine
    catalogue = load_catalogue()
    plan = plan_of(parse_routine(text, "the recording", catalogue), catalogue)
    wanted = Counter((one.exercise.id, one.set_number, one.side) for one in plan)
    assert session.finished, session.reason
    assert Counter((one.exercise, one.set_number, one.side) for one in session.sets) == wanted
    moments = Counter(report.moment for report in session.pain)
    assert (moments[PainMoment.BEFORE], moments[PainMoment.AFTER]) == (1, 1)


def assert_each_minute_once(home: Path) -> None:
    today = datetime.now(UTC).astimezone().date()
    with Days.open(home / "history.sqlite3") as days:
        minutes = days.minutes(today - timedelta(days=1), today + timedelta(days=1), simulated=True)
    assert max(Counter(minute.at for minute in minutes).values(), default=1) == 1


def try_breaking_off(home: Path, name: str) -> None:
    """Kill the coaching of this exercise or routine, open what is left, and go on to the end."""
    chance = Random(name)
    while not broken_off(home, chance, signal.SIGKILL, name):
        for path in recordings(home):
            path.unlink()
        (home / "history.sqlite3").unlink()
    (path,) = recordings(home)
    done(home, "replay", str(path), "--headless", "--speed", "0")
    if any(isinstance(item, Packet) for item in read_recording(path).items):
        json.loads(done(home, "analyse", str(path), "--json"))
    else:  # killed before the first packet came
        with started(home, "analyse", str(path)) as program:
            assert "holds no samples" in program.communicate(timeout=PATIENCE_S)[1]
    done(home, "coach", "--continue", *SIMULATED)
    assert_whole(home)
    assert_each_minute_once(home)
    done(home, "analyse", sessions(home)[0].recording)


def try_a_chain(home: Path, seed: int) -> None:
    """Break a session off again and again, look at what is kept in between, and end it at last."""
    chance = Random(seed)
    words: tuple[str, ...] = (chance.choice(("demo", "bird_dog", "bridge", "hamstring_stretch")),)
    for _ in range(chance.randint(2, 5)):
        number = chance.choice((signal.SIGKILL, signal.SIGKILL, signal.SIGTERM, signal.SIGINT))
        if not broken_off(home, chance, number, *words):
            break
        assert len(sessions(home)) <= 1
        words = ("--continue",)
    else:
        done(home, "coach", "--continue", *SIMULATED)
    assert_whole(home)
    assert_each_minute_once(home)
    before = sessions(home)
    done(home, "history", "--rebuild")
    assert sessions(home) == before


def test_what_was_broken_off_opens_and_goes_on(home: Path) -> None:
    try_breaking_off(home, "short")


def test_a_chain_of_crashes_enters_the_history_once(tmp_path: Path) -> None:
    try_a_chain(tmp_path, 2)


@pytest.mark.slow
@pytest.mark.parametrize("name", ALL)
def test_every_exercise_and_routine_opens_and_goes_on(tmp_path: Path, name: str) -> None:
    try_breaking_off(tmp_path, name)


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1, *range(3, 22)])
def test_many_chains_of_crashes_enter_the_history_once(tmp_path: Path, seed: int) -> None:
    try_a_chain(tmp_path, seed)


def test_a_session_that_runs_in_another_window_is_not_offered(home: Path) -> None:
    with started(home, "coach", "short", *SIMULATED[:-1], "1") as program:
        end_s = time.monotonic() + PATIENCE_S
        while not recordings(home):
            assert program.poll() is None, program.communicate()
            assert time.monotonic() < end_s
            time.sleep(0.05)
        with started(home, "coach", "--continue", *SIMULATED) as other:
            _, err = other.communicate(timeout=PATIENCE_S)
        assert "no session was broken off" in err
        assert done(home, "history", "--json").strip() == "[]"
        program.kill()
        program.communicate()
    done(home, "coach", "--continue", *SIMULATED)
    assert_whole(home)
