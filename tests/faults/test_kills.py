"""What the question of kills finds: faults that were planted, and none in the program."""

import sqlite3
from pathlib import Path

import pytest
from benchmarks.faults import kills
from benchmarks.faults.program import Done, Program
from benchmarks.faults.table import Row

SCENES = {scene.name: scene for scene in kills.SCENES}
KILLED_S = 3.0


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("kills")
    kills.prepare(Program(place / "prepared"), place)
    return place / "prepared"


def tried(folder: Path, prepared: Path, name: str, by: kills.Start) -> Row:
    row, program = Row(name), Program(folder / "home")
    kills.fresh(program.home, prepared)
    kills.try_one(program, SCENES[name], KILLED_S, row, by)
    return row


def test_a_killed_session_counts_once(tmp_path: Path, prepared: Path) -> None:
    assert not list(tried(tmp_path, prepared, "coach", kills.start).findings())


def cuts_recordings(program: Program, words: tuple[str, ...]) -> Done:
    done = kills.start(program, words)
    for path in (program.home / "recordings").glob("*.mcap"):
        path.write_bytes(path.read_bytes()[:-400])
    return done


def forgets_entries(program: Program, words: tuple[str, ...]) -> Done:
    done = kills.start(program, words)
    with sqlite3.connect(program.home / "history.sqlite3") as base:
        base.execute("delete from activities")
    return done


def tells_a_day_twice(program: Program, words: tuple[str, ...]) -> Done:
    done = kills.start(program, words)
    with sqlite3.connect(program.home / "history.sqlite3") as base:
        base.execute(
            "insert into watches (recording, started_at, simulated)"
            " select recording, '2026-01-31T09:30:00+01:00', simulated from watches"
        )
    return done


def forgets_routines(program: Program, words: tuple[str, ...]) -> Done:
    done = kills.start(program, words)
    (program.home / "routines" / "mine.toml").unlink()
    return done


def is_not_there(_: Program, __: tuple[str, ...]) -> Done:
    return Done(-11, "", "Segmentation fault")


@pytest.mark.parametrize(
    ("by", "kind"),
    [
        (cuts_recordings, "untrue"),
        (forgets_entries, "lost"),
        (forgets_routines, "lost"),
        (tells_a_day_twice, "doubled"),
        (is_not_there, "untrue"),
    ],
)
def test_a_planted_fault_is_found(
    by: kills.Start, kind: str, tmp_path: Path, prepared: Path
) -> None:
    assert getattr(tried(tmp_path, prepared, "record", by), kind)


def test_a_session_that_never_enters_the_history_is_found(tmp_path: Path, prepared: Path) -> None:
    def forgets(program: Program, words: tuple[str, ...]) -> Done:
        done = kills.start(program, words)
        with sqlite3.connect(program.home / "history.sqlite3") as base:
            base.execute("delete from sessions")
        return done

    row = Row("coach")
    program = Program(tmp_path / "home")
    kills.fresh(program.home, prepared)
    while not row.lost and not row.tried:  # a slow machine is still starting after 3 s
        row.tried += kills.try_one(program, SCENES["coach"], 6.0, row, forgets)
    assert "0 sessions of 1 recordings" in "".join(row.lost)
