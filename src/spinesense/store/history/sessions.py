"""The history of a person's sessions: one SQLite database, safe with several programs at once."""

import sqlite3
from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from statistics import median
from typing import Any

from spinesense.model.errors import FileError
from spinesense.model.events import PainMoment, PainReported, SetDone
from spinesense.model.strict import strictly
from spinesense.store.history.database import OpenDatabase, in_one_sentence, transaction
from spinesense.store.history.session_rows import insert_pain, insert_sets, select_pain, select_sets


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionRecord:
    """All that is kept of one session. Angles are radians, times are data time in seconds."""

    started_at: str
    """ISO 8601 with an offset, as in ``RecordingInfo.started_at``."""
    routine: str
    """Id of the routine; empty for a session without one."""
    device: str
    """Name of the sensor as shown to the person."""
    simulated: bool
    recording: str
    """Path of the recording; empty when none was kept."""
    duration_s: float
    finished: bool
    reason: str
    """Why the session ended early; empty when finished."""
    demo: bool = False
    """A demonstration, in which nobody at the keyboard took part."""
    unrecorded: str = ""
    """From when on its recording has nothing, and why; empty when it has all."""
    pain_stop: int | None = None
    """The pain score that ended it; None where pain did not."""
    sets: tuple[SetDone, ...] = ()
    pain: tuple[PainReported, ...] = ()

    def pain_score(self, moment: PainMoment) -> int | None:
        """The last score given at this moment, or None."""
        scores = [report.score for report in self.pain if report.moment is moment]
        return scores[-1] if scores else None


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionLine:
    """One session in a list."""

    id: int
    started_at: str
    routine: str
    device: str
    simulated: bool
    recording: str
    duration_s: float
    finished: bool
    reason: str
    pain_before: int | None
    pain_after: int | None
    sets: int
    """Sets done, without the skipped ones."""
    repetitions: int
    unrecorded: str = ""
    pain_stop: int | None = None
    """The score that ended it; None where pain did not."""
    uncounted: int = 0
    """Movements that were seen and are no repetition."""


class History(OpenDatabase):
    """An open history. Use it from one thread at a time, and close it."""

    def add_session(self, record: SessionRecord) -> int:
        """Store a session whole or not at all; gives its id.

        Raises
        ------
        FileError
            When the database is locked for too long, full, damaged or not writable.
        """
        columns, values = _session_values(record)
        with in_one_sentence(self._path), transaction(self._connection) as connection:
            session_id = _insert_session(connection, columns, values)
            insert_sets(connection, session_id, record.sets)
            insert_pain(connection, session_id, record.pain)
        return int(session_id)

    def enter(self, record: SessionRecord, in_place_of: Collection[str] = ()) -> int:
        """Store the session of a recording, once, however often it is entered; gives its id.

        Parameters
        ----------
        record
            The whole session.
        in_place_of
            Names of the recordings that it begins with: what was entered of them goes.

        Raises
        ------
        FileError
            When the database is locked for too long, full, damaged or not writable, or a value
            is not of the type of its field.
        """
        name = file_name(record.recording)
        columns, values = _session_values(record)
        with in_one_sentence(self._path), transaction(self._connection) as connection:
            same = connection.execute(
                "SELECT id, recording FROM sessions WHERE started_at = ? AND recording != ''",
                (record.started_at,),
            ).fetchall()
            known = [row[0] for row in same if name and file_name(row[1]) == name]
            for session_id, recording in same:
                if file_name(recording) in in_place_of and session_id not in known:
                    connection.execute("DELETE FROM sessions WHERE id = ?", (session_id,))
            if known:
                # The answer of the next day belongs to the row, which therefore stays.
                changed = ", ".join(f"{column} = ?" for column in columns)
                connection.execute(
                    f"UPDATE sessions SET {changed} WHERE id = ?", (*values, known[0])
                )
                for table in ("sets", "pain"):
                    connection.execute(f"DELETE FROM {table} WHERE session_id = ?", (known[0],))
                session_id = known[0]
            else:
                session_id = _insert_session(connection, columns, values)
            insert_sets(connection, session_id, record.sets)
            insert_pain(connection, session_id, record.pain)
        return int(session_id)

    def recordings(self) -> set[tuple[str, str]]:
        """Name of the recording and start of every session; a folder may have been moved."""
        with in_one_sentence(self._path):
            rows = self._connection.execute("SELECT recording, started_at FROM sessions").fetchall()
        return {(file_name(row[0]), row[1]) for row in rows}

    def more_than_recorded(self) -> set[tuple[str, str]]:
        """Those of ``recordings`` whose session is longer than its recording."""
        with in_one_sentence(self._path):
            rows = self._connection.execute(
                "SELECT recording, started_at FROM sessions WHERE unrecorded != ''"
            ).fetchall()
        return {(file_name(row[0]), row[1]) for row in rows}

    def usual_ranges_rad(self, *, simulated: bool, sessions: int = 5) -> dict[str, float]:
        """Median range of the repetitions of each exercise, over the newest sessions.

        Parameters
        ----------
        simulated
            Whose: those of simulated or of real sessions.
        sessions
            How many of the newest count.

        Raises
        ------
        FileError
            When the database cannot be read.
        """
        with in_one_sentence(self._path):
            rows = self._connection.execute(
                "SELECT sets.exercise, repetitions.range_rad FROM repetitions"
                " JOIN sets ON sets.session_id = repetitions.session_id"
                " AND sets.position = repetitions.set_position"
                " WHERE repetitions.range_rad IS NOT NULL AND repetitions.session_id IN"
                " (SELECT id FROM sessions WHERE simulated = ?"
                " ORDER BY julianday(started_at) DESC, id DESC LIMIT ?)",
                (simulated, max(0, sessions)),
            ).fetchall()
        ranges = defaultdict[str, list[float]](list)
        for exercise, range_rad in rows:
            ranges[exercise].append(range_rad)
        return {exercise: median(values) for exercise, values in ranges.items()}

    def sessions(self, limit: int = 100) -> tuple[SessionLine, ...]:
        """The newest sessions first, by the moment at which they started.

        Raises
        ------
        FileError
            When the database cannot be read.
        """
        with in_one_sentence(self._path):
            rows = self._connection.execute(
                "SELECT id, started_at, routine, device, simulated, recording, duration_s,"
                " finished, reason, pain_before, pain_after,"
                " (SELECT count(*) FROM sets WHERE session_id = sessions.id AND NOT skipped),"
                " (SELECT count(*) FROM repetitions WHERE session_id = sessions.id)"
                ", unrecorded, pain_stop,"
                " (SELECT count(*) FROM uncounted WHERE session_id = sessions.id)"
                " FROM sessions ORDER BY julianday(started_at) DESC, id DESC LIMIT ?",
                (max(0, limit),),
            ).fetchall()
        return tuple(_session_line(row) for row in rows)

    def session(self, session_id: int) -> SessionRecord:
        """One session with its sets, repetitions and pain reports, equal to what was added.

        Raises
        ------
        FileError
            When there is no session with this id, or the database cannot be read.
        """
        with in_one_sentence(self._path), transaction(self._connection, "DEFERRED") as connection:
            row = connection.execute(
                "SELECT started_at, routine, device, simulated, recording, duration_s, finished,"
                " reason, demo, unrecorded, pain_stop FROM sessions WHERE id = ?",
                (session_id,),
            ).fetchone()
            if row is None:
                what = f"there is no session {session_id}"
                remedy = "choose one from the list of sessions"
                raise FileError(what, where=str(self._path), remedy=remedy)
            sets = select_sets(connection, session_id)
            pain = select_pain(connection, session_id)
        return SessionRecord(
            started_at=row[0],
            routine=row[1],
            device=row[2],
            simulated=bool(row[3]),
            recording=row[4],
            duration_s=row[5],
            finished=bool(row[6]),
            reason=row[7],
            demo=bool(row[8]),
            unrecorded=row[9],
            pain_stop=row[10],
            sets=sets,
            pain=pain,
        )


def file_name(recording: str) -> str:
    """The name of a recording without its folder, on whatever system it was written."""
    return recording.replace("\\", "/").rpartition("/")[2]


_COLUMNS = (
    "started_at",
    "routine",
    "device",
    "simulated",
    "recording",
    "duration_s",
    "finished",
    "reason",
    "demo",
    "unrecorded",
    "pain_stop",
)


def _session_values(record: SessionRecord) -> tuple[tuple[str, ...], tuple[object, ...]]:
    """Columns of a session and what they hold; raises FileError when a value does not fit."""
    try:
        strictly(record)
    except TypeError as problem:
        remedy = "keep the recording: it holds everything"
        raise FileError(str(problem), where=record.recording, remedy=remedy) from problem
    own = tuple(getattr(record, column) for column in _COLUMNS)
    pain = (record.pain_score(PainMoment.BEFORE), record.pain_score(PainMoment.AFTER))
    return (*_COLUMNS, "pain_before", "pain_after"), (*own, *pain)


def _insert_session(
    connection: sqlite3.Connection, columns: tuple[str, ...], values: tuple[object, ...]
) -> int:
    marks = ", ".join("?" for _ in columns)
    row = connection.execute(
        f"INSERT INTO sessions ({', '.join(columns)}) VALUES ({marks}) RETURNING id", values
    ).fetchone()
    return int(row[0])


def _session_line(row: tuple[Any, ...]) -> SessionLine:
    return SessionLine(
        id=row[0],
        started_at=row[1],
        routine=row[2],
        device=row[3],
        simulated=bool(row[4]),
        recording=row[5],
        duration_s=row[6],
        finished=bool(row[7]),
        reason=row[8],
        pain_before=row[9],
        pain_after=row[10],
        sets=row[11],
        repetitions=row[12],
        unrecorded=row[13],
        pain_stop=row[14],
        uncounted=row[15],
    )
