"""Steps of the dose and endurance, as a person types them."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from tests.cli.here import run_here as run
from tests.cli.test_commands import assert_one_sentence

from spinesense.model.care import Change, Variable
from spinesense.model.events import PainMoment, PainReported
from spinesense.store.history.diary import Diary
from spinesense.store.history.sessions import History, SessionRecord

SHORT = """
id = "short"
title = "Short"
[[entry]]
exercise = "pelvic_tilt"
repetitions = 2
rest_s = 1
"""
FASTER = "[progress]\ndays_a_week = 7\nsessions_in_a_row = 1\n"
"""As often as can be, so that the first step is one of repetitions."""


def coach(home: Path) -> list[str]:
    """A whole session of the simulated person; gives its lines."""
    done = run(home, "coach", "short", "--headless", "--sensor", "sim", "--speed", "0", "--quiet")
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


@pytest.fixture
def home(tmp_path: Path) -> Path:
    (tmp_path / "routines").mkdir()
    (tmp_path / "routines" / "short.toml").write_text(SHORT)
    (tmp_path / "settings.toml").write_text(FASTER)
    return tmp_path


def test_a_good_session_makes_the_next_one_longer_until_it_is_undone(home: Path) -> None:
    assert any("2 of 2" in line for line in coach(home))
    assert any("4 of 4" in line for line in coach(home))
    shown = run(home, "progress", "--simulated").stdout
    words = " ".join(shown.split())
    assert "short: Pelvic tilt: 4 repetitions instead of 2, because your last session" in words
    assert "short: next: Pelvic tilt: 6 repetitions instead of 4, at the next session." in words
    (change,) = json.loads(run(home, "progress", "show", "--simulated", "--json").stdout)
    undone = run(home, "progress", "undo", str(change["id"]))
    assert "(undone on" in " ".join(undone.stdout.split())
    assert any("2 of 2" in line for line in coach(home))
    run(home, "progress", "redo", str(change["id"]))
    assert any("4 of 4" in line or "6 of 6" in line for line in coach(home))


def test_the_demo_is_done_as_it_is_written_and_moves_nothing(home: Path) -> None:
    words = ("demo", "short", "--headless", "--speed", "0", "--json")
    for _ in range(2):
        (row,) = json.loads(run(home, *words).stdout)["sets"]
        assert row["counted"] == 2
    with Diary.open(home / "history.sqlite3") as diary:
        assert diary.past(simulated=True) == ()
        assert diary.changes(simulated=True) == ()


def test_a_replay_repeats_the_dose_of_its_day(home: Path) -> None:
    coach(home)
    coach(home)
    _, second = sorted((home / "recordings").glob("*.mcap"))
    replayed = run(home, "replay", str(second), "--headless", "--speed", "0")
    assert "4 of 4" in replayed.stdout
    (home / "settings.toml").write_text("[pain]\nstop_from = 1\neasier_from = 11\n")
    again = run(home, "replay", str(second), "--headless", "--speed", "0")
    assert again.stdout == replayed.stdout, "a replay keeps to the limits of its day"


def test_an_unknown_step_or_routine_is_one_sentence(home: Path) -> None:
    assert_one_sentence(run(home, "progress", "undo", "7"), "there is no change 7")
    assert_one_sentence(run(home, "progress", "show", "moon"), "moon")


def test_a_real_and_a_simulated_step_have_different_numbers(home: Path) -> None:
    change = Change(
        made_at="2026-03-02T12:00:00+01:00",
        routine="short",
        exercise="pelvic_tilt",
        variable=Variable.REPETITIONS,
        base=2.0,
        before=2.0,
        after=4.0,
        reason="More.",
    )
    with Diary.open(home / "history.sqlite3") as diary:
        first = diary.add_change(change, simulated=False)
        second = diary.add_change(replace(change, reason="Simulated."), simulated=True)
    assert "Simulated." in run(home, "progress", "undo", str(second)).stdout
    shown = run(home, "progress").stdout
    assert "More." in shown
    assert "undone" not in shown
    assert first != second


def test_endurance_is_entered_shown_and_removed(home: Path) -> None:
    entered = run(home, "log", "swim", "30")
    assert "Swimming            30 min   entry 1" in entered.stdout
    assert "This week: 30 of 150 aerobic minutes." in entered.stdout
    long_ago = (datetime.now().astimezone() - timedelta(days=14)).date()
    before = run(home, "log", "water-walk", "12.5", "--on", str(long_ago)).stdout
    assert "Walking in water" in before
    assert "Week of" in before
    assert "This week: 30 of 150 aerobic minutes." in run(home, "history").stdout
    gone = run(home, "log", "--remove", "1").stdout
    assert "This week: 0 of 150 aerobic minutes." in gone
    found = json.loads(run(home, "log", "--json").stdout)
    assert [one["kind"] for one in found["entries"]] == ["water_walk"]
    assert [week["minutes"] for week in found["weeks"]] == [0, 12.5, 0, 0]


@pytest.mark.parametrize(("words", "named"), [
    (("swim",), "give a number up to 600"),
    (("swim", "-3"), "No such option"),
    (("swim", "0"), "not a number of minutes"),
    (("swim", "nan"), "not a number of minutes"),
    (("swim", "601"), "not a number of minutes"),
    (("swimm", "30"), "perhaps swim was meant"),
    (("swim", "30", "--on", "tomorrow"), "in the future or not a date"),
    (("swim", "30", "--on", "2999-01-01"), "in the future or not a date"),
    (("--remove", "5"), "there is no entry 5"),
])  # fmt: skip
def test_what_cannot_be_entered_is_one_sentence(
    home: Path, words: tuple[str, ...], named: str
) -> None:
    done = run(home, "log", *words)
    assert done.returncode == 2
    assert named in done.stderr
    assert "Traceback" not in done.stderr
    assert json.loads(run(home, "log", "--json").stdout)["entries"] == []


SHORT_WALK = """
id = "short_walk"
title = "Short walk"
[[entry]]
exercise = "walk"
minutes = 2
"""


@pytest.mark.parametrize(
    ("routine", "minutes"),
    [("short_walk", 2), pytest.param("walk", 10, marks=pytest.mark.slow)],
)
def test_walking_with_a_sensor_enters_itself_in_its_own_world(
    home: Path, routine: str, minutes: int
) -> None:
    (home / "routines" / "short_walk.toml").write_text(SHORT_WALK)
    (home / "settings.toml").write_text(f"[aerobic]\nshortest_min = {minutes}\n")
    done = run(home, "coach", routine, "--headless", "--sensor", "sim", "--speed", "0", "--quiet")
    assert "That is your walk. Well done." in done.stdout
    with Diary.open(home / "history.sqlite3") as diary:
        (walk,) = diary.walks(simulated=True)
        assert walk.minutes == pytest.approx(minutes, abs=0.2)
        assert diary.walks(simulated=False) == ()
    with History.open(home / "history.sqlite3") as history:
        (line,) = history.sessions()
        assert (line.routine, line.sets, line.finished) == (routine, 1, True)


def test_the_log_shows_the_sessions_that_pain_stopped(home: Path) -> None:
    began = (datetime.now(UTC).astimezone() - timedelta(days=1)).isoformat(timespec="seconds")
    record = SessionRecord(
        started_at=began,
        routine="daily",
        device="Spine One",
        simulated=False,
        recording="",
        duration_s=60.0,
        finished=False,
        reason="Stop here and rest.",
        pain=(PainReported(50.0, 8, PainMoment.DURING, "bridge", None),),
        pain_stop=8,
    )
    with History.open(home / "history.sqlite3") as history:
        history.add_session(record)
    assert "daily: stopped at pain 8 of 10, in bridge" in run(home, "log").stdout
    (stopped,) = json.loads(run(home, "log", "--json").stdout)["stopped"]
    assert stopped == {"started_at": began, "routine": "daily", "pain": 8}


def test_attempts_do_not_crowd_out_sessions(home: Path) -> None:
    attempt = SessionRecord(
        started_at="2026-03-02T09:00:00+01:00",
        routine="daily",
        device="Spine One",
        simulated=False,
        recording="",
        duration_s=18.0,
        finished=False,
        reason="left before its end",
    )
    with History.open(home / "history.sqlite3") as history:
        history.add_session(replace(attempt, duration_s=700.0, reason="you stopped"))
        for minute in range(30):
            history.add_session(replace(attempt, started_at=f"2026-03-02T10:{minute:02}:00+01:00"))
    shown = run(home, "history")
    assert len(shown.stdout.splitlines()) == 1
    assert "you stopped" in shown.stdout
    assert "30 that were left within a minute" in shown.stderr
    assert len(run(home, "history", "--attempts", "--limit", "40").stdout.splitlines()) == 31
    assert len(json.loads(run(home, "history", "--json", "--limit", "40").stdout)) == 31


@pytest.mark.parametrize("words", [
    ("log", "--remove", "99999999999999999999"),
    ("progress", "undo", "99999999999999999999"),
    ("demo", "short", "--headless", "--seed", "-1"),
    ("record", "--seconds", "1", "--seed", "-1"),
])  # fmt: skip
def test_a_number_that_cannot_be_one_is_a_wrong_word(home: Path, words: tuple[str, ...]) -> None:
    done = run(home, *words)
    assert done.returncode == 2
    assert "is not in the range" in done.stderr
    assert not (home / "mistakes.log").exists()
