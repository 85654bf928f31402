import math
import os
import resource
import sqlite3
import stat
from dataclasses import fields, replace
from pathlib import Path
from typing import Any, get_type_hints

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from spinesense.coaching.pain_limits import STOPS
from spinesense.model.errors import FileError
from spinesense.model.events import (
    PainMoment,
    PainReported,
    PartialMovement,
    Repetition,
    SetDone,
    Uncounted,
)
from spinesense.model.movement import Side
from spinesense.store.history.schema import MIGRATIONS
from spinesense.store.history.sessions import History, SessionRecord, file_name

REPETITION = Repetition(9.5, 1, 7.0, 8.0, 9.0, 0.4, 0.3, Side.POSITIVE, 0.02, -5.5, 0.01)
PARTIAL = PartialMovement(30.0, 26.0, 28.0, 30.0, 0.1, Uncounted.TOO_SMALL)
RECORD = SessionRecord(
    started_at="2026-01-31T09:30:00+01:00",
    routine="morning",
    device="Rücken 1",
    simulated=True,
    recording="/recordings/a.mcap",
    duration_s=612.5,
    finished=False,
    reason="you stopped",
    sets=(
        SetDone(20.0, "bridge", 1, "", 10, (REPETITION, replace(REPETITION, number=2)), 3.5, 5.0),
        SetDone(40.0, "bridge", 2, "", 10, (), 0.0, 25.0, skipped=True, uncounted=(PARTIAL,)),
    ),
    pain=(
        PainReported(0.5, 4, PainMoment.BEFORE, "", None),
        PainReported(15.0, 6, PainMoment.DURING, "bridge", 0.3),
        PainReported(600.0, 3, PainMoment.AFTER, "", None),
        PainReported(605.0, 2, PainMoment.AFTER, "", None),
    ),
)

texts = st.text(st.characters(codec="utf-8"), max_size=10)
numbers = st.floats(allow_nan=False)
counts = st.integers(0, 2**40)
scores = st.integers(0, 10)


def every_field(kind: type, **drawn: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Draw a record with each of its fields, also those that have a default; ``drawn`` says how
    where the type does not."""
    types = get_type_hints(kind)
    usual = {float: numbers, int: counts, str: texts, bool: st.booleans()}
    by_name = {
        field.name: drawn[field.name] if field.name in drawn else usual[types[field.name]]
        for field in fields(kind)
    }
    return st.builds(kind, **by_name)


repetitions = every_field(Repetition, side=st.sampled_from(Side))
partials = every_field(PartialMovement, why=st.sampled_from(Uncounted))
sets = every_field(
    SetDone,
    repetitions=st.lists(repetitions, max_size=4).map(tuple),
    uncounted=st.lists(partials, max_size=4).map(tuple),
)
pain = every_field(
    PainReported,
    score=scores,
    moment=st.sampled_from(PainMoment),
    flexion_rad=st.none() | numbers,
)
records = every_field(
    SessionRecord,
    started_at=st.datetimes(timezones=st.timezones()).map(lambda moment: moment.isoformat()),
    sets=st.lists(sets, max_size=4).map(tuple),
    pain=st.lists(pain, max_size=4).map(tuple),
    pain_stop=st.none() | scores,
)


@given(added=st.lists(records, max_size=3))
@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_sessions_come_back_equal(tmp_path: Path, added: list[SessionRecord]) -> None:
    path = tmp_path / "h.sqlite3"
    with History.open(path) as history:
        ids = [history.add_session(record) for record in added]
    with History.open(path) as history:
        assert [history.session(session_id) for session_id in ids] == added
    for file in tmp_path.iterdir():
        file.unlink()


def test_a_line_of_the_list_sums_up_its_session(tmp_path: Path) -> None:
    with History.open(tmp_path / "h.sqlite3") as history:
        session_id = history.add_session(RECORD)
        (line,) = history.sessions()
    assert (line.id, line.routine, line.device) == (session_id, "morning", "Rücken 1")
    assert (line.pain_before, line.pain_after) == (4, 2)
    assert (line.sets, line.repetitions, line.uncounted) == (1, 2, 1)
    assert (line.simulated, line.finished, line.reason) == (True, False, "you stopped")
    assert (line.recording, line.duration_s) == ("/recordings/a.mcap", 612.5)
    assert line.started_at == RECORD.started_at


def test_the_newest_start_comes_first_whatever_its_time_zone(tmp_path: Path) -> None:
    starts = ["2026-01-31T09:30:00+01:00", "2026-01-31T09:00:00+00:00", "2026-01-31T09:45:00+02:00"]
    with History.open(tmp_path / "h.sqlite3") as history:
        for started_at in starts:
            history.add_session(replace(RECORD, started_at=started_at))
        listed = [line.started_at for line in history.sessions()]
        assert listed == [starts[1], starts[0], starts[2]]
        assert [line.started_at for line in history.sessions(limit=1)] == listed[:1]
        assert history.sessions(limit=0) == ()


def test_a_measurement_that_is_no_number_comes_back_as_none_of_the_others_do(
    tmp_path: Path,
) -> None:
    repetition = replace(REPETITION, smoothness=math.nan)
    record = replace(RECORD, sets=(replace(RECORD.sets[0], repetitions=(repetition,)),))
    with History.open(tmp_path / "h.sqlite3") as history:
        found = history.session(history.add_session(record)).sets[0].repetitions[0]
    assert math.isnan(found.smoothness)
    assert replace(found, smoothness=-5.5) == REPETITION


def test_an_unknown_session_is_named(tmp_path: Path) -> None:
    with (
        History.open(tmp_path / "h.sqlite3") as history,
        pytest.raises(FileError, match="there is no session 7"),
    ):
        history.session(7)


@pytest.mark.parametrize(
    "record",
    [
        replace(RECORD, pain=(*RECORD.pain, PainReported(1.0, 11, PainMoment.DURING, "", None))),
        replace(RECORD, sets=(*RECORD.sets, replace(RECORD.sets[0], start_s=math.nan))),
        replace(RECORD, routine="\udc80"),
    ],
)
def test_a_session_is_stored_whole_or_not_at_all(tmp_path: Path, record: SessionRecord) -> None:
    path = tmp_path / "h.sqlite3"
    with History.open(path) as history:
        with pytest.raises(FileError):
            history.add_session(record)
        assert history.sessions() == ()
        history.add_session(RECORD)
    with sqlite3.connect(path) as connection:
        counted = [
            connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0]
            for table in ("sessions", "sets", "repetitions", "pain")
        ]
    connection.close()
    assert counted == [1, 2, 2, 4]


def test_the_database_and_its_side_files_are_open_to_their_owner_only(tmp_path: Path) -> None:
    path = tmp_path / "new" / "h.sqlite3"
    with History.open(path) as history:
        history.add_session(RECORD)
        modes = {entry.name: stat.S_IMODE(entry.stat().st_mode) for entry in path.parent.iterdir()}
    assert modes == {"h.sqlite3": 0o600, "h.sqlite3-wal": 0o600, "h.sqlite3-shm": 0o600}
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_a_locked_database_is_named_after_the_wait_and_nothing_is_lost(tmp_path: Path) -> None:
    path = tmp_path / "h.sqlite3"
    with History.open(path, busy_timeout_s=0.05) as history:
        history.add_session(RECORD)
        other = sqlite3.connect(path, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(FileError, match=r"locked.*close the other program"):
            history.add_session(RECORD)
        assert len(history.sessions()) == 1
        other.execute("ROLLBACK")
        other.close()
        history.add_session(RECORD)
        assert len(history.sessions()) == 2


def test_what_is_no_database_is_refused_and_left_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "h.sqlite3"
    content = b"these are my notes, not a database" * 100
    path.write_bytes(content)
    with pytest.raises(FileError, match="no history of spinesense"):
        History.open(path)
    assert path.read_bytes() == content


def test_a_damaged_database_is_named(tmp_path: Path) -> None:
    path = tmp_path / "h.sqlite3"
    with History.open(path) as history:
        for _ in range(50):
            history.add_session(RECORD)
    data = bytearray(path.read_bytes())
    data[4096:] = b"\xff" * (len(data) - 4096)
    path.write_bytes(data)
    with pytest.raises(FileError, match="history is damaged"), History.open(path) as history:
        history.sessions()
    assert path.read_bytes() == bytes(data)


def test_a_database_of_another_program_is_refused_and_left_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "h.sqlite3"
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE bookmarks (url TEXT)")
    connection.close()
    before = path.read_bytes()
    with pytest.raises(FileError, match="belongs to another program"):
        History.open(path)
    assert path.read_bytes() == before


def test_a_newer_database_asks_for_an_update_and_is_left_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "h.sqlite3"
    History.open(path).close()
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA user_version = 99")
    connection.close()
    before = path.read_bytes()
    with pytest.raises(FileError, match=r"version 99.*update spinesense"):
        History.open(path)
    assert path.read_bytes() == before


def test_a_failed_migration_leaves_an_empty_database(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "h.sqlite3"
    broken = (("CREATE TABLE sessions (id INTEGER) STRICT", "CREATE nonsense"),)
    with monkeypatch.context() as patch:
        patch.setattr("spinesense.store.history.database.MIGRATIONS", broken)
        with pytest.raises(FileError):
            History.open(path)
    with History.open(path) as history:
        assert history.session(history.add_session(RECORD)) == RECORD


def test_a_folder_that_is_a_file_and_a_file_that_is_a_folder_are_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(FileError, match="choose a folder"):
        History.open(tmp_path / "file" / "h.sqlite3")
    with pytest.raises(FileError, match="name a file"):
        History.open(tmp_path)


def test_a_read_only_folder_is_named(tmp_path: Path) -> None:
    path = tmp_path / "h.sqlite3"
    with History.open(path) as history:
        history.add_session(RECORD)
    tmp_path.chmod(0o500)
    if os.access(tmp_path, os.W_OK):
        pytest.skip("this user may write anywhere")
    try:
        with pytest.raises(FileError, match="give yourself the right"):
            History.open(tmp_path / "new.sqlite3")
        with (
            pytest.raises(FileError, match="give yourself the right"),
            History.open(path) as history,
        ):
            history.add_session(RECORD)
    finally:
        tmp_path.chmod(0o700)
    with History.open(path) as history:
        assert len(history.sessions()) == 1


def test_earlier_sessions_stay_when_the_disk_is_full(tmp_path: Path) -> None:
    path = tmp_path / "h.sqlite3"
    with History.open(path) as history:
        history.add_session(RECORD)
        large = replace(RECORD, sets=RECORD.sets * 500)
        soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, hard))
        try:
            with pytest.raises(FileError, match="space"):
                history.add_session(large)
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        assert len(history.sessions()) == 1
        assert history.session(history.add_session(large)) == large


def test_usual_ranges_are_medians_of_the_newest_sessions_of_one_world(tmp_path: Path) -> None:
    def session(day: int, *ranges: float, simulated: bool = True) -> SessionRecord:
        done = tuple(replace(REPETITION, range_rad=range_rad) for range_rad in ranges)
        one = replace(RECORD.sets[0], repetitions=done)
        started_at = f"2026-02-{day:02}T09:30:00+01:00"
        return replace(RECORD, started_at=started_at, sets=(one,), simulated=simulated)

    with History.open(tmp_path / "history.sqlite3") as history:
        assert history.usual_ranges_rad(simulated=True) == {}
        history.add_session(session(1, 9.0, 9.0, 9.0))
        history.add_session(session(2, 0.5, math.nan))
        history.add_session(session(3, 0.3, 0.4))
        history.add_session(session(4, 0.1, simulated=False))
        assert history.usual_ranges_rad(simulated=True, sessions=2) == {"bridge": 0.4}
        assert history.usual_ranges_rad(simulated=False) == {"bridge": 0.1}


def test_a_session_stands_once_however_often_it_is_entered(tmp_path: Path) -> None:
    """Also from a folder that was moved; a part of it goes, and another session stays."""
    other = replace(RECORD, recording="/recordings/other.mcap")
    with History.open(tmp_path / "history.sqlite3") as history:
        first = history.enter(RECORD)
        history.enter(other)
        moved = replace(RECORD, recording=f"/elsewhere/{file_name(RECORD.recording)}")
        assert history.enter(moved) == first
        assert history.session(first) == moved
        whole = replace(RECORD, recording="/recordings/whole.mcap")
        history.enter(whole, (file_name(RECORD.recording),))
        history.enter(whole, (file_name(RECORD.recording),))
        lines = history.sessions()
        assert {line.recording for line in lines} == {other.recording, whole.recording}
        assert [line.repetitions for line in lines] == [2, 2]


def test_an_older_history_learns_the_pain_that_stopped_its_sessions(tmp_path: Path) -> None:
    path = tmp_path / "history.sqlite3"
    with sqlite3.connect(path, isolation_level=None) as older:
        for statement in (one for step in MIGRATIONS[:5] for one in step):
            older.execute(statement)
        older.execute("PRAGMA user_version = 5")
        for number, reason in enumerate(("You stopped.", *STOPS), 1):
            older.execute(
                "INSERT INTO sessions (id, started_at, routine, device, simulated, recording,"
                " duration_s, finished, reason) VALUES (?, ?, 'daily', 'x', 0, '', 9.0, 0, ?)",
                (number, f"2026-01-0{number}T09:00:00+01:00", reason),
            )
            for position, score in enumerate((3, 7)):
                older.execute(
                    "INSERT INTO pain VALUES (?, ?, 1.0, ?, 'during', '', NULL)",
                    (number, position, score),
                )
    older.close()
    with History.open(path) as history:
        stops = [line.pain_stop for line in reversed(history.sessions())]
        assert stops == [None, 7, 7, 7]
        assert history.session(2).pain_stop == 7
