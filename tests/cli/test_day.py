"""A day that a real monitor kept, printed by another process."""

import json
import os
import subprocess
import sys
import time
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from tests.cli.here import run_here
from tests.cli.monitors import command, environment, run

from spinesense.cli.commands.day import day_lines, week_lines
from spinesense.coaching.day.summary import day_view
from spinesense.model.day import Counts, Minute
from spinesense.store.history.days import Days, WearPeriod

SAT = Minute(at="", sitting_s=60.0, counts=Counts(shifts=1))
WALKED = Minute(at="", walking_s=60.0, counts=Counts(steps=100))


def rows(day: str, start: int, *minutes: Minute) -> list[Minute]:
    places = range(start, start + len(minutes))
    ats = [f"{day}T{place // 60:02}:{place % 60:02}+00:00" for place in places]
    return [replace(one, at=at) for one, at in zip(minutes, ats, strict=True)]


def monitor(home: Path, speed: str) -> "subprocess.Popen[bytes]":
    words = command("sit", "--headless", "--sensor", "sim:desk", "--speed", speed, "--quiet")
    nowhere = subprocess.DEVNULL
    return subprocess.Popen(words, stdout=nowhere, stderr=nowhere, env=environment(home))


def simulated_day(home: Path, day: str = "today") -> dict[str, Any]:
    found: dict[str, Any] = json.loads(run_here(home, "day", day, "--simulated", "--json").stdout)
    return found


def test_a_monitor_that_is_killed_leaves_its_minutes(tmp_path: Path) -> None:
    began = date.today().isoformat()  # noqa: DTZ011  # as the monitor sees it
    process = monitor(tmp_path, "120")
    try:
        end = time.monotonic() + 100.0
        while (seen := simulated_day(tmp_path, began))["watched_min"] < 2.0:
            assert time.monotonic() < end
            time.sleep(0.1)
    finally:
        process.kill()
        process.wait()
    after = simulated_day(tmp_path, began)
    assert after["watched_min"] >= seen["watched_min"]
    assert (after["date"], after["simulated"]) == (began, True)
    assert after["sitting_min"] > 1.0
    real = run(tmp_path, "day", began, "--json")
    assert (real.returncode, json.loads(real.stdout)["watched_min"]) == (1, 0.0)
    assert f"a simulated one was on {began}" in real.stderr
    shown = run(tmp_path, "day", began, "--simulated")
    assert (shown.returncode, shown.stderr) == (0, "")
    assert "(simulated)" in shown.stdout


def test_a_day_is_told_anew_from_its_recordings(tmp_path: Path) -> None:
    words = ("record", "--sensor", "sim:desk", "--speed", "0", "--seconds", "130")
    recorded = Path(run(tmp_path, *words).stdout.strip())
    day = recorded.name[:10]
    kept = simulated_day(tmp_path, day)
    assert kept["watched_min"] == pytest.approx(130 / 60, abs=0.1)
    done = run_here(tmp_path, "day", day, "--simulated", "--json", "--refine")
    refined = json.loads(done.stdout)
    assert recorded.name in done.stderr
    assert refined["watched_min"] == pytest.approx(kept["watched_min"], abs=0.1)
    assert (
        "nothing to re-analyse" in run_here(tmp_path, "day", day, "--simulated", "--refine").stderr
    )
    heard = run_here(tmp_path, "day", day, "--simulated", "--json", "--as-heard")
    assert json.loads(heard.stdout) == kept
    for file in tmp_path.glob("history.sqlite3*"):
        file.unlink()
    assert simulated_day(tmp_path, day)["watched_min"] == 0.0
    done = run_here(tmp_path, "day", day, "--simulated", "--json", "--rebuild")
    assert json.loads(done.stdout) == refined
    with Days.open(tmp_path / "history.sqlite3") as days:
        assert [(one.recording, one.refined) for one in days.watches()] == [(recorded.name, True)]


def test_what_cannot_be_told_anew_stays_as_it_was(tmp_path: Path) -> None:
    words = ("record", "--sensor", "sim:desk", "--speed", "0", "--seconds", "70")
    recorded = Path(run(tmp_path, *words).stdout.strip())
    day = recorded.name[:10]
    kept = simulated_day(tmp_path, day)
    recorded.write_bytes(b"\x89MCAP0\r\n no more \x89MCAP0\r\n")
    done = run_here(tmp_path, "day", day, "--simulated", "--json", "--refine")
    assert "left as it was" in done.stderr
    assert (done.returncode, json.loads(done.stdout)) == (0, kept)
    recorded.unlink()
    done = run_here(tmp_path, "day", day, "--simulated", "--json", "--rebuild")
    assert (done.returncode, json.loads(done.stdout)) == (0, kept)


@pytest.mark.parametrize("day", ["tomorrow", "2026-13-01", "2999-01-01", "0001-01-01", ""])
def test_what_is_no_day_is_said_in_one_sentence(tmp_path: Path, day: str) -> None:
    done = run_here(tmp_path, "day", day)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.count("\n") == 1
    assert "in the future or not a date" in done.stderr


def test_a_day_without_anything_says_so(tmp_path: Path) -> None:
    done = run_here(tmp_path, "day", "yesterday")
    assert (done.returncode, done.stdout) == (1, "")
    assert "no sensor was worn on" in done.stderr
    week = run_here(tmp_path, "day", "--week", "--json")
    assert (week.returncode, len(json.loads(week.stdout))) == (1, 7)


def test_a_past_day_is_read_while_another_process_writes(tmp_path: Path) -> None:
    watch = WearPeriod(recording="", started_at="2026-03-03T09:00:00+00:00", simulated=False)
    with Days.open(tmp_path / "history.sqlite3") as days:
        days.keep(watch, rows("2026-03-03", 540, *[SAT] * 30), [])
    writer = (
        "import sys; from pathlib import Path; from dataclasses import replace;"
        "from tests.cli.test_day import SAT, rows;"
        "from spinesense.store.history.days import Days, WearPeriod;"
        "one = WearPeriod(recording='w', started_at='2026-03-04T09:00:00+00:00', simulated=False)\n"
        "for place in range(540, 700):\n"
        "    with Days.open(Path(sys.argv[1])) as days:\n"
        "        days.keep(one, rows('2026-03-04', place, SAT), [])\n"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", writer, str(tmp_path / "history.sqlite3")],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )
    for _ in range(3):
        done = run(tmp_path, "day", "2026-03-03", "--json")
        assert (done.returncode, json.loads(done.stdout)["sitting_min"]) == (0, 30.0)
    assert process.wait(timeout=100) == 0
    done = run(tmp_path, "day", "2026-03-04", "--json")
    assert json.loads(done.stdout)["sitting_min"] == 160.0


def test_a_day_reads_well_within_eighty_columns() -> None:
    morning = rows(
        "2026-03-03",
        540,
        *[SAT] * 40,
        replace(SAT, counts=Counts(shifts=1, stand_ups=1)),
        *[WALKED] * 10,
    )
    off = rows("2026-03-03", 600, *[Minute(at="", not_worn_s=60.0)] * 30)
    view = day_view(date(2026, 3, 3), [*morning, *off], goal_min=150 / 7)
    lines = day_lines(view)
    assert max(map(len, lines)) <= 80
    assert lines[:2] == [
        "Tuesday, 03 March 2026",
        "worn 51 min of 1 h 30 min (not worn 30 min, not watched 9 min)",
    ]
    assert "09:00 ssssssss>>>." in lines
    assert "10:00 xxxxxx......" in lines
    text = "\n".join(lines)
    assert "sat        41 min, longest 41 min, 1 stand-up, 0 prompts" in text
    assert "           09:00 to 09:41, 41 min" in text
    assert "walked     10 min of 21 min, 1000 steps" in text
    assert "pain" not in text


def test_a_week_reads_well_within_eighty_columns() -> None:
    full = rows(
        "2026-03-03", 0, *[replace(SAT, counts=Counts(shifts=1, bends=99, steps=30))] * 1440
    )
    days = [date(2026, 3, 2 + number) for number in range(7)]
    lines = week_lines(tuple(day_view(day, full, goal_min=150 / 7) for day in days))
    assert max(map(len, lines)) <= 80
    assert lines[3].split() == ["Mon", "02", "not", "watched"]
    assert lines[4].split()[:5] == ["Tue", "03", "24:00", "of", "24:00"]
    assert lines[-1] == "Walked 0 min of the 2 h 30 min that are the goal of a week."
