"""The days as they were worn: minutes and prompts of each watch, in the database of the history."""

import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import astuple, dataclass, fields
from datetime import date, datetime, timedelta
from typing import Any

from spinesense.model.day import COUNTED, Counts, Minute, Prompt
from spinesense.store.history.database import OpenDatabase, in_one_sentence, transaction

_DAY = timedelta(days=1)
_PLAIN = tuple(field.name for field in fields(Minute) if field.name != "counts")
_COLUMNS = ", ".join((*_PLAIN, *COUNTED))
_MARKS = ", ".join("?" for _ in (*_PLAIN, *COUNTED))
_CHOSEN = (
    "WITH chosen AS (SELECT id, started_at FROM watches AS one WHERE simulated = ? AND"
    " refined = (SELECT {which}(refined) FROM watches"
    " WHERE recording = one.recording AND started_at = one.started_at)) "
)
"""Each watch once, though there may be two tellings of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WearPeriod:
    """One telling of one stretch of wearing a sensor, as long as its recording."""

    recording: str
    """Name of the file of its recording, without the folder."""
    started_at: str
    """As in ``RecordingInfo.started_at``."""
    simulated: bool
    refined: bool = False
    """Whether it was re-analysed from the whole recording; what was told at the time is kept."""


class Days(OpenDatabase):
    """Open days. Use them from one thread at a time, and close them.

    Every method raises FileError when the database cannot be read or written. Simulated days are a
    world of their own: ``simulated`` chooses which one is meant. With ``as_heard`` a watch is read
    as it was told at the time, and otherwise as it was refined, where there are both.
    """

    def keep(self, watch: WearPeriod, minutes: Iterable[Minute], prompts: Iterable[Prompt]) -> None:
        """Keep what is new of a watch, all or nothing; a minute told again replaces itself."""
        with in_one_sentence(self._path), transaction(self._connection) as connection:
            _insert(connection, _watch_id(connection, watch), minutes, prompts)

    def keep_reanalysed(
        self, watch: WearPeriod, minutes: Iterable[Minute], prompts: Iterable[Prompt]
    ) -> None:
        """Put the minutes and prompts of a whole watch in place of those of the same telling."""
        with in_one_sentence(self._path), transaction(self._connection) as connection:
            watch_id = _watch_id(connection, watch)
            connection.execute("DELETE FROM minutes WHERE watch_id = ?", (watch_id,))
            connection.execute("DELETE FROM prompts WHERE watch_id = ?", (watch_id,))
            _insert(connection, watch_id, minutes, prompts)

    def take_back(self, recording: str) -> None:
        """Forget the watch of a recording: another recording begins with all of it."""
        with in_one_sentence(self._path), transaction(self._connection) as connection:
            connection.execute("DELETE FROM watches WHERE recording = ?", (recording,))

    def watches(self) -> tuple[WearPeriod, ...]:
        """All watches, oldest first."""
        rows = self._rows(
            "SELECT recording, started_at, simulated, refined FROM watches"
            " ORDER BY julianday(started_at), refined, id"
        )
        return tuple(
            WearPeriod(
                recording=row[0],
                started_at=row[1],
                simulated=bool(row[2]),
                refined=bool(row[3]),
            )
            for row in rows
        )

    def recordings(self, first: date, last: date, *, simulated: bool) -> tuple[str, ...]:
        """The recordings of which there are minutes from the first to the last day."""
        rows = self._rows(
            "SELECT DISTINCT recording FROM watches WHERE simulated = ? AND EXISTS"
            " (SELECT 1 FROM minutes WHERE watch_id = watches.id AND at >= ? AND at < ?)"
            " ORDER BY recording",
            (simulated, *_span(first, last)),
        )
        return tuple(row[0] for row in rows)

    def minutes(
        self, first: date, last: date, *, simulated: bool, as_heard: bool = False
    ) -> tuple[Minute, ...]:
        """The minutes from the first to the last day by the clock on the wall, ascending.

        Several watches of one minute are several rows, the one that began last at the end.
        """
        rows = self._rows(
            f"{_chosen(as_heard)}SELECT {_COLUMNS} FROM minutes JOIN chosen ON chosen.id = watch_id"
            " WHERE at >= ? AND at < ? ORDER BY at, julianday(started_at), watch_id",
            (simulated, *_span(first, last)),
        )
        return tuple(_minute(row) for row in rows)

    def prompts(
        self, first: date, last: date, *, simulated: bool, as_heard: bool = False
    ) -> tuple[Prompt, ...]:
        """What the sitting monitor said from the first to the last day, ascending."""
        rows = self._rows(
            f"{_chosen(as_heard)}SELECT at, kind, level, words FROM prompts"
            " JOIN chosen ON chosen.id = watch_id WHERE at >= ? AND at < ? ORDER BY at, level",
            (simulated, *_span(first, last)),
        )
        return tuple(Prompt(*row) for row in rows)

    def pain(self, first: date, last: date, *, simulated: bool) -> tuple[tuple[datetime, int], ...]:
        """Pain scores of the sessions from the first to the last day, each with its moment.

        Nobody was in pain in a demonstration.
        """
        begin, end = _span(first - _DAY, last)
        rows = self._rows(
            "SELECT started_at, time_s, score FROM pain JOIN sessions ON sessions.id = session_id"
            " WHERE started_at >= ? AND started_at < ? AND simulated = ? AND NOT demo"
            " ORDER BY started_at, position",
            (begin, end, simulated),
        )
        given = [
            (datetime.fromisoformat(row[0]) + timedelta(seconds=row[1]), int(row[2]))
            for row in rows
        ]
        return tuple((at, score) for at, score in given if first <= at.date() <= last)

    def newest(self, *, simulated: bool) -> date | None:
        """The newest day with a minute; None without any."""
        rows = self._rows(
            "SELECT at FROM minutes JOIN watches ON watches.id = watch_id WHERE simulated = ?"
            " ORDER BY at DESC LIMIT 1",
            (simulated,),
        )
        return date.fromisoformat(rows[0][0][:10]) if rows else None

    def _rows(self, question: str, values: tuple[object, ...] = ()) -> list[tuple[Any, ...]]:
        with in_one_sentence(self._path):
            return self._connection.execute(question, values).fetchall()


def _span(first: date, last: date) -> tuple[str, str]:
    """The texts between which the moments of these days stand."""
    return first.isoformat(), (last + _DAY).isoformat()


def _chosen(as_heard: bool) -> str:
    return _CHOSEN.format(which="min" if as_heard else "max")


def _watch_id(connection: sqlite3.Connection, watch: WearPeriod) -> int:
    row = connection.execute(
        "INSERT INTO watches (recording, started_at, simulated, refined) VALUES (?, ?, ?, ?)"
        " ON CONFLICT DO UPDATE SET simulated = excluded.simulated"
        " RETURNING id",
        (watch.recording, watch.started_at, watch.simulated, watch.refined),
    ).fetchone()
    return int(row[0])


def _row(minute: Minute) -> tuple[object, ...]:
    plain = (getattr(minute, name) for name in _PLAIN)
    return (*plain, *(getattr(minute.counts, name) for name in COUNTED))


def _minute(row: Sequence[Any]) -> Minute:
    plain = dict(zip(_PLAIN, row, strict=False))
    counts = Counts(**dict(zip(COUNTED, row[len(_PLAIN) :], strict=True)))
    return Minute(**plain, counts=counts)


def _insert(
    connection: sqlite3.Connection,
    watch_id: int,
    minutes: Iterable[Minute],
    prompts: Iterable[Prompt],
) -> None:
    rows: Sequence[tuple[object, ...]] = [(*_row(minute), watch_id) for minute in minutes]
    connection.executemany(
        f"INSERT OR REPLACE INTO minutes ({_COLUMNS}, watch_id) VALUES ({_MARKS}, ?)", rows
    )
    connection.executemany(
        "INSERT OR REPLACE INTO prompts (at, kind, level, words, watch_id) VALUES (?, ?, ?, ?, ?)",
        [(*astuple(prompt), watch_id) for prompt in prompts],
    )
