"""What a person told between sessions, beside what the rules need of the sessions themselves.

It lives in the same database as the history.
"""

import sqlite3
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from spinesense.model.care import Activity, Change, NextDay, Screening, Variable
from spinesense.model.errors import FileError
from spinesense.model.events import PainMoment, PainReported
from spinesense.store.history.database import OpenDatabase, in_one_sentence, transaction

MOST_SESSIONS = 400
"""A year of daily sessions: no rule looks further back."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PastRow:
    """One session as the rules of rest and progression see it."""

    id: int
    started_at: str
    routine: str
    finished: bool
    sets: tuple[tuple[str, bool], ...]
    """(exercise, whether it was skipped) of each set."""
    pain: tuple[PainReported, ...]
    next_day: NextDay | None
    """None when the question of the next day was not answered."""
    next_day_at: str
    pain_stop: int | None = None
    """The score that ended it; None where pain did not."""


class Diary(OpenDatabase):
    """An open diary. Use it from one thread at a time, and close it.

    Every method raises FileError when the database cannot be read or written. Simulated sessions
    and their changes are a world of their own: ``simulated`` chooses which one is meant.
    """

    def screening(self) -> Screening | None:
        """The newest answers to the questions before the first use; None before they were asked."""
        rows = self._rows(
            "SELECT answered_at, flags, cleared_at FROM screenings ORDER BY id DESC LIMIT 1"
        )
        if not rows:
            return None
        answered_at, flags, cleared_at = rows[0]
        return Screening(answered_at=answered_at, flags=tuple(flags.split()), cleared_at=cleared_at)

    def add_screening(self, answered_at: str, flags: Sequence[str]) -> None:
        """Keep answers: the ids of the questions that were answered with yes."""
        self._do(
            "INSERT INTO screenings (answered_at, flags) VALUES (?, ?)",
            (answered_at, " ".join(flags)),
        )

    def clear_screening(self, cleared_at: str) -> None:
        """Keep that the person says a professional has cleared them."""
        self._do(
            "UPDATE screenings SET cleared_at = ? WHERE id = (SELECT max(id) FROM screenings)",
            (cleared_at,),
        )

    def forget_screening(self) -> None:
        """Forget the newest answers: they were a mistake, and the questions come again."""
        self._do("DELETE FROM screenings WHERE id = (SELECT max(id) FROM screenings)", ())

    def past(self, *, simulated: bool) -> tuple[PastRow, ...]:
        """The newest sessions that were no demonstration, oldest first."""
        with in_one_sentence(self._path), transaction(self._connection, "DEFERRED") as connection:
            sessions = connection.execute(
                "SELECT id, started_at, routine, finished, coalesce(answer, ''),"
                " coalesce(answered_at, ''), pain_stop FROM sessions"
                " LEFT JOIN next_days ON session_id = id WHERE simulated = ? AND NOT demo"
                " ORDER BY julianday(started_at) DESC, id DESC LIMIT ?",
                (simulated, MOST_SESSIONS),
            ).fetchall()
            sets, pain = _sets_and_pain(connection, min((row[0] for row in sessions), default=0))
        return tuple(
            PastRow(
                id=row[0],
                started_at=row[1],
                routine=row[2],
                finished=bool(row[3]),
                sets=tuple(sets[row[0]]),
                pain=tuple(pain[row[0]]),
                next_day=NextDay(row[4]) if row[4] else None,
                next_day_at=row[5],
                pain_stop=row[6],
            )
            for row in reversed(sessions)
        )

    def add_next_day(self, session_id: int, answered_at: str, answer: NextDay) -> None:
        """Keep how the back was a day after a session; a later answer replaces an earlier one."""
        self._do(
            "INSERT OR REPLACE INTO next_days VALUES (?, ?, ?)",
            (session_id, answered_at, answer.value),
        )

    def changes(self, *, simulated: bool) -> tuple[Change, ...]:
        """All changes in the order in which they were made."""
        rows = self._rows(
            "SELECT id, made_at, routine, exercise, variable, base, before, after, instead, reason,"
            " undone_at FROM changes WHERE simulated = ? ORDER BY id",
            (simulated,),
        )
        return tuple(_change(row) for row in rows)

    def add_change(self, change: Change, *, simulated: bool) -> int:
        """Keep a change; gives its number."""
        return self._do(
            "INSERT INTO changes (simulated, made_at, routine, exercise, variable, base, before,"
            " after, instead, reason, undone_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                simulated,
                change.made_at,
                change.routine,
                change.exercise,
                change.variable.value,
                change.base,
                change.before,
                change.after,
                change.instead,
                change.reason,
                change.undone_at,
            ),
        )

    def mark_undone(self, change_id: int, undone_at: str) -> None:
        """Keep that a change was undone; an empty moment puts it in force again.

        Raises
        ------
        FileError
            When there is no change with this number.
        """
        with in_one_sentence(self._path), transaction(self._connection) as connection:
            done = connection.execute(
                "UPDATE changes SET undone_at = ? WHERE id = ?", (undone_at, change_id)
            )
        self._found(done.rowcount, f"there is no change {change_id}", "see them with progress")

    def activities(self) -> tuple[Activity, ...]:
        """What was entered by hand, oldest first."""
        rows = self._rows(
            "SELECT id, started_at, kind, minutes FROM activities"
            " ORDER BY julianday(started_at), id"
        )
        return tuple(
            Activity(id=row[0], started_at=row[1], kind=row[2], minutes=row[3]) for row in rows
        )

    def add_activity(self, activity: Activity) -> int:
        """Keep an entry; gives its number."""
        return self._do(
            "INSERT INTO activities (started_at, kind, minutes) VALUES (?, ?, ?)",
            (activity.started_at, activity.kind, activity.minutes),
        )

    def remove_activity(self, activity_id: int) -> None:
        """Forget an entry.

        Raises
        ------
        FileError
            When there is none with this number.
        """
        with in_one_sentence(self._path), transaction(self._connection) as connection:
            done = connection.execute("DELETE FROM activities WHERE id = ?", (activity_id,))
        self._found(done.rowcount, f"there is no entry {activity_id}", "see them with log")

    def walks(self, *, simulated: bool) -> tuple[Activity, ...]:
        """Walking that the sensor saw, oldest first."""
        rows = self._rows(
            "SELECT started_at, duration_s FROM walks WHERE simulated = ?"
            " ORDER BY julianday(started_at)",
            (simulated,),
        )
        return tuple(
            Activity(started_at=row[0], kind="walk", minutes=row[1] / 60.0) for row in rows
        )

    def add_walk(self, started_at: str, duration_s: float, steps: int, *, simulated: bool) -> None:
        """Keep a bout of walking; the same one again replaces itself."""
        self._do(
            "INSERT OR REPLACE INTO walks (started_at, simulated, duration_s, steps)"
            " VALUES (?, ?, ?, ?)",
            (started_at, simulated, duration_s, steps),
        )

    def _rows(self, question: str, values: tuple[object, ...] = ()) -> list[tuple[Any, ...]]:
        with in_one_sentence(self._path):
            return self._connection.execute(question, values).fetchall()

    def _do(self, statement: str, values: tuple[object, ...]) -> int:
        with in_one_sentence(self._path), transaction(self._connection) as connection:
            return connection.execute(statement, values).lastrowid or 0

    def _found(self, rows: int, what: str, remedy: str) -> None:
        if not rows:
            raise FileError(what, where=str(self._path), remedy=remedy)


def _sets_and_pain(
    connection: sqlite3.Connection, oldest_id: int
) -> tuple[dict[int, list[tuple[str, bool]]], dict[int, list[PainReported]]]:
    sets: dict[int, list[tuple[str, bool]]] = defaultdict(list)
    pain: dict[int, list[PainReported]] = defaultdict(list)
    for session_id, exercise, skipped in connection.execute(
        "SELECT session_id, exercise, skipped FROM sets WHERE session_id >= ?"
        " ORDER BY session_id, position",
        (oldest_id,),
    ):
        sets[session_id].append((exercise, bool(skipped)))
    for session_id, *row in connection.execute(
        "SELECT session_id, time_s, score, moment, exercise, flexion_rad FROM pain"
        " WHERE session_id >= ? ORDER BY session_id, position",
        (oldest_id,),
    ):
        pain[session_id].append(PainReported(row[0], row[1], PainMoment(row[2]), row[3], row[4]))
    return sets, pain


def _change(row: tuple[Any, ...]) -> Change:
    return Change(
        id=row[0],
        made_at=row[1],
        routine=row[2],
        exercise=row[3],
        variable=Variable(row[4]),
        base=row[5],
        before=row[6],
        after=row[7],
        instead=row[8],
        reason=row[9],
        undone_at=row[10],
    )
