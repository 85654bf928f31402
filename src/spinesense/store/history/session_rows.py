"""Sets, repetitions and pain reports as rows of the history, and back."""

import math
import sqlite3
from collections import defaultdict
from collections.abc import Sequence

from spinesense.model.events import (
    PainMoment,
    PainReported,
    PartialMovement,
    Repetition,
    SetDone,
    Uncounted,
)
from spinesense.model.movement import Side


def insert_sets(connection: sqlite3.Connection, session_id: int, sets: Sequence[SetDone]) -> None:
    """Store the sets of a session, with what was counted in them and what was not, in order."""
    for position, done in enumerate(sets):
        connection.execute(
            "INSERT INTO sets VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                session_id,
                position,
                done.time_s,
                done.exercise,
                done.set_number,
                done.side,
                done.goal,
                done.held_s,
                done.start_s,
                done.skipped,
            ),
        )
        connection.executemany(
            "INSERT INTO repetitions VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [
                (
                    session_id,
                    position,
                    place,
                    repetition.time_s,
                    repetition.number,
                    repetition.start_s,
                    repetition.peak_s,
                    repetition.end_s,
                    repetition.range_rad,
                    repetition.hold_s,
                    repetition.side.value,
                    repetition.off_axis_rad,
                    repetition.smoothness,
                    repetition.range_sd_rad,
                    repetition.rise_m,
                )
                for place, repetition in enumerate(done.repetitions)
            ],
        )
        connection.executemany(
            "INSERT INTO uncounted VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [
                (
                    session_id,
                    position,
                    place,
                    partial.time_s,
                    partial.start_s,
                    partial.peak_s,
                    partial.end_s,
                    partial.range_rad,
                    partial.why.value,
                )
                for place, partial in enumerate(done.uncounted)
            ],
        )


def select_sets(connection: sqlite3.Connection, session_id: int) -> tuple[SetDone, ...]:
    """The sets of a session, equal to those that were stored."""
    repetitions: dict[int, list[Repetition]] = defaultdict(list)
    for row in connection.execute(
        "SELECT set_position, time_s, number, start_s, peak_s, end_s, range_rad, hold_s, side,"
        " off_axis_rad, smoothness, range_sd_rad, rise_m FROM repetitions WHERE session_id = ?"
        " ORDER BY set_position, position",
        (session_id,),
    ):
        repetitions[row[0]].append(
            Repetition(
                time_s=row[1],
                number=row[2],
                start_s=row[3],
                peak_s=row[4],
                end_s=row[5],
                range_rad=_measured(row[6]),
                hold_s=_measured(row[7]),
                side=Side(row[8]),
                off_axis_rad=_measured(row[9]),
                smoothness=_measured(row[10]),
                range_sd_rad=_measured(row[11]),
                rise_m=row[12],
            )
        )
    uncounted = _select_uncounted(connection, session_id)
    rows = connection.execute(
        "SELECT position, time_s, exercise, set_number, side, goal, held_s, start_s, skipped"
        " FROM sets WHERE session_id = ? ORDER BY position",
        (session_id,),
    ).fetchall()
    return tuple(
        SetDone(
            time_s=row[1],
            exercise=row[2],
            set_number=row[3],
            side=row[4],
            goal=row[5],
            repetitions=tuple(repetitions[row[0]]),
            held_s=row[6],
            start_s=row[7],
            skipped=bool(row[8]),
            uncounted=tuple(uncounted[row[0]]),
        )
        for row in rows
    )


def _select_uncounted(
    connection: sqlite3.Connection, session_id: int
) -> dict[int, list[PartialMovement]]:
    """What was not counted, by the position of its set."""
    found: dict[int, list[PartialMovement]] = defaultdict(list)
    for row in connection.execute(
        "SELECT set_position, time_s, start_s, peak_s, end_s, range_rad, why FROM uncounted"
        " WHERE session_id = ? ORDER BY set_position, position",
        (session_id,),
    ):
        found[row[0]].append(
            PartialMovement(
                time_s=row[1],
                start_s=row[2],
                peak_s=row[3],
                end_s=row[4],
                range_rad=_measured(row[5]),
                why=Uncounted(row[6]),
            )
        )
    return found


def insert_pain(
    connection: sqlite3.Connection, session_id: int, reports: Sequence[PainReported]
) -> None:
    """Store the pain reports of a session, in order."""
    connection.executemany(
        "INSERT INTO pain VALUES (?, ?, ?, ?, ?, ?, ?)",
        [
            (
                session_id,
                position,
                report.time_s,
                report.score,
                report.moment.value,
                report.exercise,
                report.flexion_rad,
            )
            for position, report in enumerate(reports)
        ],
    )


def select_pain(connection: sqlite3.Connection, session_id: int) -> tuple[PainReported, ...]:
    """The pain reports of a session, equal to those that were stored."""
    rows = connection.execute(
        "SELECT time_s, score, moment, exercise, flexion_rad FROM pain"
        " WHERE session_id = ? ORDER BY position",
        (session_id,),
    ).fetchall()
    return tuple(PainReported(row[0], row[1], PainMoment(row[2]), row[3], row[4]) for row in rows)


def _measured(value: float | None) -> float:
    """A measurement that could not be made is NULL in the table and not a number here."""
    return math.nan if value is None else value
