import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

from spinesense.store.history.sessions import History

# Adds sessions with two sets each, and says on stdout which have been acknowledged.
ADDER = """
import os, sys
from pathlib import Path
from spinesense.model.events import Repetition, SetDone
from spinesense.model.movement import Side
from spinesense.store.history.sessions import History, SessionRecord

repetition = Repetition(9.5, 1, 7.0, 8.0, 9.0, 0.4, 0.3, Side.POSITIVE, 0.02, -5.5, 0.01)
done = SetDone(20.0, "bridge", 1, "", 10, (repetition,) * 3, 3.5, 5.0)
for number in range(int(sys.argv[3])):
    with History.open(Path(sys.argv[1])) as history:
        session_id = history.add_session(
            SessionRecord(
                started_at="2026-01-31T09:30:00+01:00", routine=sys.argv[2], device=str(number),
                simulated=True, recording="", duration_s=1.0, finished=True, reason="",
                sets=(done, done),
            )
        )
    os.write(1, b"%d\\n" % session_id)
"""


# Opens one new history after the other, each at a moment that all of them have been told.
OPENER = """
import sys, time
from pathlib import Path
from spinesense.store.history.sessions import History

start_s = float(sys.stdin.readline())
for number in range(int(sys.argv[2])):
    while time.time() < start_s + 0.02 * number:
        pass
    History.open(Path(sys.argv[1]) / f"{number}.sqlite3").close()
"""


def adder(path: Path, name: str, sessions: int) -> list[str]:
    return [sys.executable, "-c", ADDER, str(path), name, str(sessions)]


def test_processes_that_make_and_fill_one_history_at_once_lose_nothing(tmp_path: Path) -> None:
    path = tmp_path / "h.sqlite3"
    names = ["a", "b", "c"]
    processes = [
        subprocess.Popen(
            adder(path, name, 30), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        for name in names
    ]
    spoken = [process.communicate() for process in processes]
    assert [errors for _, errors in spoken] == ["", "", ""]
    ids = [int(line) for out, _ in spoken for line in out.split()]
    assert len(set(ids)) == 90
    with History.open(path) as history:
        lines = history.sessions(limit=1000)
    assert {line.id for line in lines} == set(ids)
    for name in names:
        written = [line.device for line in reversed(lines) if line.routine == name]
        assert written == [str(number) for number in range(30)]
    assert all((line.sets, line.repetitions) == (2, 6) for line in lines)


def test_a_history_that_several_open_at_the_same_moment_is_made_once(tmp_path: Path) -> None:
    rounds = 60
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", OPENER, str(tmp_path), str(rounds)],
            stdin=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for _ in range(4)
    ]
    start_s = time.time() + 1.5
    for process in processes:
        assert process.stdin is not None
        process.stdin.write(f"{start_s}\n")
        process.stdin.flush()
    assert [process.communicate()[1] for process in processes] == [""] * 4
    for number in range(rounds):
        with closing(sqlite3.connect(tmp_path / f"{number}.sqlite3")) as connection:
            assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)


def test_a_kill_loses_no_acknowledged_session(tmp_path: Path) -> None:
    path = tmp_path / "h.sqlite3"
    for attempt in range(3):
        spoken = tmp_path / f"spoken{attempt}.txt"
        with spoken.open("wb") as out:
            process = subprocess.Popen(adder(path, "", 100_000), stdout=out)
            while spoken.stat().st_size == 0 and process.poll() is None:
                time.sleep(0.005)
            time.sleep(0.05 * attempt)
            process.send_signal(signal.SIGKILL)
            assert process.wait() == -signal.SIGKILL
        acknowledged = {int(line) for line in spoken.read_text().splitlines()}
        assert acknowledged
        with History.open(path) as history:
            lines = history.sessions(limit=100_000)
        assert acknowledged <= {line.id for line in lines}
        assert all((line.sets, line.repetitions) == (2, 6) for line in lines)
    connection = sqlite3.connect(path)
    assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    connection.close()
