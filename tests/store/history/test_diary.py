"""What a person told between sessions comes back as it was, also from an older history."""

import sqlite3
from dataclasses import replace
from pathlib import Path

import pytest
from tests.store.history.test_sessions import RECORD

from spinesense.model.care import Activity, Change, NextDay, Screening, Variable
from spinesense.model.errors import FileError
from spinesense.store.history.diary import Diary
from spinesense.store.history.schema import MIGRATIONS
from spinesense.store.history.sessions import History

NOON = "2026-03-02T12:00:00+01:00"
CHANGE = Change(
    made_at=NOON,
    routine="daily",
    exercise="bridge",
    variable=Variable.REPETITIONS,
    base=8.0,
    before=8.0,
    after=10.0,
    reason="Bridge: 10 repetitions instead of 8.",
)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "history.sqlite3"


def test_answers_to_the_first_questions_come_back(path: Path) -> None:
    with Diary.open(path) as diary:
        assert diary.screening() is None
        diary.add_screening(NOON, ("saddle", "fever"))
        first = diary.screening()
        assert first == Screening(answered_at=NOON, flags=("saddle", "fever"))
        assert first.locks
        diary.clear_screening("2026-03-03T12:00:00+01:00")
    with Diary.open(path) as diary:
        cleared = diary.screening()
        assert cleared is not None
        assert not cleared.locks
        diary.add_screening(NOON, ())
        newest = diary.screening()
        assert newest is not None
        assert newest.flags == ()
        diary.forget_screening()
        assert diary.screening() == cleared


def test_sessions_come_back_as_the_rules_need_them(path: Path) -> None:
    early = replace(RECORD, started_at="2026-01-30T09:30:00+01:00", simulated=False)
    with History.open(path) as history:
        late_id = history.add_session(replace(early, started_at="2026-02-01T09:30:00+01:00"))
        early_id = history.add_session(early)
        history.add_session(RECORD)
        history.add_session(replace(RECORD, demo=True))
    with Diary.open(path) as diary:
        diary.add_next_day(early_id, NOON, NextDay.SAME)
        diary.add_next_day(early_id, NOON, NextDay.WORSE)
        past = diary.past(simulated=False)
        assert [row.id for row in past] == [early_id, late_id]
        assert (past[0].next_day, past[0].next_day_at) == (NextDay.WORSE, NOON)
        assert past[1].next_day is None
        assert past[0].sets == (("bridge", False), ("bridge", True))
        assert past[0].pain == RECORD.pain
        assert len(diary.past(simulated=True)) == 1, "a demonstration is nobody's past"


def test_changes_come_back_each_in_its_world(path: Path) -> None:
    with Diary.open(path) as diary:
        number = diary.add_change(CHANGE, simulated=False)
        assert diary.changes(simulated=False) == (replace(CHANGE, id=number),)
        assert diary.changes(simulated=True) == ()
        diary.mark_undone(number, NOON)
        assert not diary.changes(simulated=False)[0].holds
        diary.mark_undone(number, "")
        assert diary.changes(simulated=False)[0].holds
        with pytest.raises(FileError, match="there is no change 77"):
            diary.mark_undone(77, NOON)


def test_endurance_comes_back(path: Path) -> None:
    swim = Activity(started_at=NOON, kind="swim", minutes=30.0)
    with Diary.open(path) as diary:
        number = diary.add_activity(swim)
        assert diary.activities() == (replace(swim, id=number),)
        diary.remove_activity(number)
        assert diary.activities() == ()
        with pytest.raises(FileError, match=f"there is no entry {number}"):
            diary.remove_activity(number)
        for _ in range(2):
            diary.add_walk(NOON, 720.0, 1300, simulated=False)
        assert diary.walks(simulated=False) == (
            Activity(started_at=NOON, kind="walk", minutes=12.0),
        )
        assert diary.walks(simulated=True) == ()


def test_a_history_of_the_first_version_is_brought_up_to_date(path: Path) -> None:
    with sqlite3.connect(path) as old:
        for statement in MIGRATIONS[0]:
            old.execute(statement)
        old.execute("PRAGMA user_version = 1")
        old.execute(
            "INSERT INTO sessions VALUES (7, ?, 'daily', 'sensor', 0, '', 60.0, 1, '', 2, 2)",
            (NOON,),
        )
    old.close()
    with History.open(path) as history:
        assert history.session(7).demo is False
    with Diary.open(path) as diary:
        assert [row.id for row in diary.past(simulated=False)] == [7]
        assert diary.screening() is None


def test_a_locked_diary_is_one_sentence(path: Path) -> None:
    with Diary.open(path) as diary:
        diary.add_screening(NOON, ())
    holder = sqlite3.connect(path, isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    try:
        with (
            Diary.open(path, busy_timeout_s=0.0) as diary,
            pytest.raises(FileError, match="another program keeps the history locked"),
        ):
            diary.clear_screening(NOON)
    finally:
        holder.close()
