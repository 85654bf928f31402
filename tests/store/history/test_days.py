"""Minutes come back as they were kept, each in its world, also from an older history."""

import sqlite3
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import pytest
from tests.store.history.test_sessions import RECORD

from spinesense.model.day import Counts, Minute, Prompt
from spinesense.model.errors import FileError
from spinesense.store.history.days import Days, WearPeriod
from spinesense.store.history.schema import MIGRATIONS
from spinesense.store.history.sessions import History

DAY, NEXT = date(2026, 3, 3), date(2026, 3, 4)
WATCH = WearPeriod(recording="a.mcap", started_at="2026-03-03T09:00:00+01:00", simulated=False)
MINUTE = Minute(
    at="2026-03-03T09:00+01:00",
    lying_s=1.0,
    sitting_s=2.0,
    standing_s=3.0,
    walking_s=4.0,
    unknown_s=5.0,
    not_worn_s=6.0,
    counts=Counts(shifts=7, stand_ups=8, steps=9, bends=10, deep_bends=11, held_bends=12),
)
LATE = replace(MINUTE, at="2026-03-03T23:59+01:00")
MIDNIGHT = replace(MINUTE, at="2026-03-04T00:00+01:00")
PROMPT = Prompt("2026-03-03T09:20:11+01:00", "still", 1, "Shift, or take a few steps.")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "history.sqlite3"


def test_minutes_and_prompts_come_back_by_their_day(path: Path) -> None:
    with Days.open(path) as days:
        assert days.newest(simulated=False) is None
        days.keep(WATCH, [MINUTE, LATE, MIDNIGHT], [PROMPT])
    with Days.open(path) as days:
        assert days.minutes(DAY, DAY, simulated=False) == (MINUTE, LATE)
        assert days.minutes(NEXT, NEXT, simulated=False) == (MIDNIGHT,)
        assert days.minutes(DAY, NEXT, simulated=False) == (MINUTE, LATE, MIDNIGHT)
        assert days.prompts(DAY, DAY, simulated=False) == (PROMPT,)
        assert days.prompts(NEXT, NEXT, simulated=False) == ()
        assert days.newest(simulated=False) == NEXT
        assert days.watches() == (WATCH,)


def test_a_minute_told_again_replaces_itself_and_no_other_watch(path: Path) -> None:
    later = replace(WATCH, recording="b.mcap", started_at="2026-03-03T09:00:30+01:00")
    more = replace(MINUTE, sitting_s=30.0)
    with Days.open(path) as days:
        days.keep(later, [LATE, MINUTE], [])
        days.keep(WATCH, [MINUTE], [PROMPT])
        days.keep(WATCH, [more], [PROMPT])
        assert days.minutes(DAY, DAY, simulated=False) == (more, MINUTE, LATE)
        assert days.prompts(DAY, DAY, simulated=False) == (PROMPT,)
        days.take_back("b.mcap")
        assert days.minutes(DAY, DAY, simulated=False) == (more,)
        assert days.watches() == (WATCH,)


def test_simulated_days_are_a_world_of_their_own(path: Path) -> None:
    simulated = replace(WATCH, recording="sim.mcap", simulated=True)
    with Days.open(path) as days:
        days.keep(simulated, [MINUTE, MIDNIGHT], [PROMPT])
        assert days.minutes(DAY, NEXT, simulated=False) == ()
        assert days.prompts(DAY, NEXT, simulated=False) == ()
        assert days.newest(simulated=False) is None
        assert days.minutes(DAY, NEXT, simulated=True) == (MINUTE, MIDNIGHT)


def test_a_watch_told_anew_is_shown_and_what_was_told_at_the_time_is_kept(path: Path) -> None:
    refined = replace(WATCH, refined=True)
    other = replace(WATCH, recording="b.mcap")
    with Days.open(path) as days:
        days.keep(WATCH, [MINUTE, LATE], [PROMPT])
        days.keep(other, [MIDNIGHT], [])
        days.keep_reanalysed(refined, [MINUTE, replace(LATE, counts=Counts(steps=1))], [])
        days.keep_reanalysed(refined, [replace(LATE, counts=Counts(steps=2))], [])
        assert days.minutes(DAY, NEXT, simulated=False) == (
            replace(LATE, counts=Counts(steps=2)),
            MIDNIGHT,
        )
        assert days.prompts(DAY, NEXT, simulated=False) == ()
        heard = days.minutes(DAY, NEXT, simulated=False, as_heard=True)
        assert heard == (MINUTE, LATE, MIDNIGHT)
        assert days.prompts(DAY, NEXT, simulated=False, as_heard=True) == (PROMPT,)
        assert days.watches() == (WATCH, other, refined)
        assert days.recordings(DAY, DAY, simulated=False) == ("a.mcap",)
        days.take_back("a.mcap")
        assert days.watches() == (other,)


def test_no_minute_of_more_than_sixty_seconds_is_taken(path: Path) -> None:
    with Days.open(path) as days:
        with pytest.raises(FileError):
            days.keep(WATCH, [LATE, replace(MINUTE, sitting_s=60.0)], [PROMPT])
        assert days.minutes(DAY, NEXT, simulated=False) == (), "all or nothing"
        assert days.watches() == ()


def test_pain_of_sessions_comes_with_its_moment(path: Path) -> None:
    session = replace(RECORD, started_at="2026-03-03T23:59:59+01:00", simulated=False)
    with History.open(path) as history:
        history.add_session(session)
        history.add_session(replace(session, started_at="2026-03-05T12:00:00+01:00"))
        history.add_session(replace(session, simulated=True))
        history.add_session(replace(session, simulated=True, demo=True))
    with Days.open(path) as days:
        began = datetime.fromisoformat(session.started_at)
        before, after = (days.pain(day, day, simulated=False) for day in (DAY, NEXT))
        assert [score for _, score in before] == [4], "the others were given past midnight"
        assert [score for _, score in after] == [6, 3, 2]
        gone = [(at - began).total_seconds() for at, _ in (*before, *after)]
        assert gone == [report.time_s for report in RECORD.pain]
        assert len(days.pain(DAY, NEXT, simulated=True)) == len(RECORD.pain)


def test_a_history_of_version_2_is_brought_up_and_keeps_what_it_had(path: Path) -> None:
    connection = sqlite3.connect(path)
    for statement in [*MIGRATIONS[0], *MIGRATIONS[1]]:
        connection.execute(statement)
    connection.execute("PRAGMA user_version = 2")
    connection.execute(
        "INSERT INTO sessions (started_at, routine, device, simulated, recording, duration_s,"
        " finished, reason) VALUES ('2026-03-03T09:30:00+01:00', 'daily', 'x', 0, '', 60, 1, '')"
    )
    connection.execute("INSERT INTO pain VALUES (1, 0, 5.0, 4, 'before', '', NULL)")
    connection.execute("INSERT INTO walks VALUES ('2026-03-03T10:00:00+01:00', 0, 600.0, 900)")
    connection.commit()
    connection.close()
    with Days.open(path) as days:
        days.keep(WATCH, [MINUTE], [PROMPT])
        assert days.minutes(DAY, DAY, simulated=False) == (MINUTE,)
        assert [score for _, score in days.pain(DAY, DAY, simulated=False)] == [4]
    with History.open(path) as history:
        assert [line.routine for line in history.sessions()] == ["daily"]
    connection = sqlite3.connect(path)
    assert connection.execute("PRAGMA user_version").fetchone() == (len(MIGRATIONS),)
    assert connection.execute("SELECT steps FROM walks").fetchone() == (900,)
    connection.close()
