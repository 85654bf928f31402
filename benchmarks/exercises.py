"""Every exercise, coached end to end with simulated persons: counts, holds and faults.

``uv run python -m benchmarks.exercises [--seeds 10] [--only ID] [--part form|faults]
[--rate 100] [--json]``

Every seed is another person, sensor, mounting (any of the rotations) and link. The first table has
persons in good form. In the second, about every second repetition shows the fault that is named;
a repetition judged to show it is a hit or a false alarm, whether or not it was the turn of that
word to be said. A cue is late by the data time from what it is about (a repetition told, a hold
begun, a fault seen) to itself. Results are simulated.
"""

import argparse
import asyncio
import json
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from spinesense.coaching.exercises.catalogue import load_catalogue
from spinesense.coaching.exercises.schema import Exercise
from spinesense.coaching.routines.entry import Routine, RoutineEntry
from spinesense.coaching.session.cues import LATEST_S
from spinesense.coaching.session.session import Session
from spinesense.model.events import (
    Cue,
    Event,
    FaultSeen,
    HoldBegan,
    Priority,
    Repetition,
    SetDone,
)
from spinesense.runner.batch.scoring import SetScore, score_sets
from spinesense.runner.engine import Engine
from spinesense.runner.live import LiveRun
from spinesense.sensors.simulated.exercises import EXERCISES
from spinesense.sensors.simulated.source import SimulatedSource
from spinesense.sensors.simulated.truth import Performed

CATALOGUE = load_catalogue()
LONGEST_S = 3600.0
HOLD_WITHIN_S = 0.3
HOLD_S = 4.0
"""Where holds are short: long enough to be lost, as the usual doses are."""


@dataclass(frozen=True, slots=True)
class Coached:
    """One simulated session of one exercise."""

    entry: RoutineEntry
    events: tuple[Event, ...]
    performed: tuple[Performed, ...]

    @property
    def finished(self) -> bool:
        """Whether every set was done, without skipping."""
        sets = [event for event in self.events if isinstance(event, SetDone)]
        return bool(sets) and not any(one.skipped for one in sets)


def entry_of(exercise: Exercise) -> RoutineEntry:
    """The least of the usual dose, with a hold wherever one may be asked for."""
    dose = exercise.dose
    hold_s = dose.hold_s[0] or min(HOLD_S, dose.hold_s[1])
    return RoutineEntry(
        exercise=exercise.id,
        repetitions=dose.repetitions[0],
        hold_s=max(hold_s, min(HOLD_S, dose.hold_s[1])),
        sets=2 if exercise.held_only else 1,
        rest_s=4.0,
        note="",
    )


def coached(exercise: Exercise, seed: int, fault: str = "", rate_hz: float = 100.0) -> Coached:
    """Coach one simulated person through one exercise."""
    entry = entry_of(exercise)
    routine = Routine(id="bench", title="Bench", entries=(entry,))
    source = SimulatedSource(seed, rate_hz=rate_hz, speed=0, fault=fault)
    engine = Engine(source.profile, session=Session(routine, CATALOGUE))
    events: list[Event] = []
    run = LiveRun(
        source, engine, hear=source.hear, listeners=[events.extend], stop_after_s=LONGEST_S
    )
    asyncio.run(run.run(lambda _: None))
    return Coached(entry, tuple(events), tuple(source.person.performed))


def form_row(exercise: Exercise, sessions: Sequence[Coached]) -> dict[str, object]:
    """Good form: counted against performed, and the errors of hold and range."""
    scores: list[SetScore] = []
    for session in sessions:
        scores.extend(score_sets(session.events, session.performed))
    holds_s = [score.worst_hold_error_s for score in scores]
    late_s = [late for session in sessions for late in delays_s(session.events)]
    ranges_deg = np.degrees([score.worst_range_error_rad for score in scores])
    asked = session_asks_holds(sessions)
    return {
        "exercise": exercise.id,
        "sensed": "".join(exercise.grades),
        "sessions": len(sessions),
        "finished": sum(session.finished for session in sessions),
        "sets": len(scores),
        "exact": sum(score.exact for score in scores),
        "counted": sum(score.counted for score in scores),
        "performed": sum(score.performed for score in scores if not score.held_only),
        "holds_within": sum(error <= HOLD_WITHIN_S for error in holds_s) if asked else None,
        "hold_error_s_worst": _rounded(max(holds_s)) if asked and holds_s else None,
        "range_error_deg_worst": None if exercise.held_only else _rounded(max(ranges_deg)),
        "false_faults": sum(len(judged(session)) for session in sessions),
        "cue_late_s_p99": _rounded(np.percentile(late_s, 99)) if late_s else None,
    }


def delays_s(events: Sequence[Event]) -> list[float]:
    """From each event that is told to its cue; what was not said within a second is left out."""
    counted = {rep.time_s for rep in repetitions_of(events)}
    cues = [event for event in events if isinstance(event, Cue)]
    found = []
    for event in events:
        if isinstance(event, Repetition) and event.time_s in counted:
            wanted: tuple[Priority, ...] = (Priority.COUNT, Priority.FAULT)
        elif isinstance(event, HoldBegan):
            wanted = (Priority.GUIDE,)
        elif isinstance(event, FaultSeen):
            wanted = (Priority.FAULT,)
        else:
            continue
        said = (one.time_s for one in cues if one.priority in wanted)
        late_s = [at_s - event.time_s for at_s in said if 0 <= at_s - event.time_s <= LATEST_S]
        found += late_s[:1]
    return found


def session_asks_holds(sessions: Sequence[Coached]) -> bool:
    """Whether a hold was asked for."""
    return any(session.entry.hold_s > 0 for session in sessions)


def judged(session: Coached) -> list[tuple[float, str]]:
    """Time and id of every fault that the coach saw in a session."""
    return [(one.at_s, one.fault) for one in session.events if isinstance(one, FaultSeen)]


def repetitions_of(events: Iterable[Event]) -> list[Repetition]:
    """Repetitions of all finished sets."""
    return [rep for event in events if isinstance(event, SetDone) for rep in event.repetitions]


def fault_row(exercise: Exercise, fault: str, sessions: Sequence[Coached]) -> dict[str, object]:
    """Precision and recall of one fault, repetition by repetition."""
    hits = misses = alarms = others = unseen = 0
    for session in sessions:
        seen = judged(session)
        counted_s = [one.peak_s for one in repetitions_of(session.events)]
        sets = [event for event in session.events if isinstance(event, SetDone)]
        for rep in session.performed:
            if not any(one.start_s <= rep.peak_s <= one.time_s for one in sets):
                continue
            named = {name for at_s, name in seen if rep.start_s <= at_s <= rep.end_s}
            hits += rep.fault == fault and fault in named
            misses += rep.fault == fault and fault not in named
            alarms += rep.fault != fault and fault in named
            others += bool(named - {fault})
            unseen += not exercise.held_only and not any(
                rep.start_s <= at_s <= rep.end_s for at_s in counted_s
            )
    return {
        "exercise": exercise.id,
        "fault": fault,
        "shown": hits + misses,
        "precision": _share(hits, hits + alarms),
        "recall": _share(hits, hits + misses),
        "false_alarms": alarms,
        "other_faults_named": others,
        "not_counted": unseen,
        "finished": f"{sum(session.finished for session in sessions)} of {len(sessions)}",
    }


def _share(part: int, whole: int) -> float | None:
    return round(part / whole, 3) if whole else None


def _rounded(value: float) -> float:
    return round(float(value), 2)


def _print(rows: Sequence[dict[str, object]]) -> None:
    """A table for people: column widths follow the longest entry."""
    if not rows:
        return
    texts = [list(rows[0])] + [
        ["-" if value is None else str(value) for value in row.values()] for row in rows
    ]
    widths = [max(len(row[column]) for row in texts) for column in range(len(texts[0]))]
    for row in texts:
        print("  ".join(text.ljust(width) for text, width in zip(row, widths, strict=True)))
    print()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=10)
    parser.add_argument("--rate", type=float, default=100.0, help="of the sensor, in Hz")
    parser.add_argument("--only", default="", help="one exercise")
    parser.add_argument("--part", choices=("form", "faults"), help="one of the two tables")
    parser.add_argument("--json", action="store_true")
    wanted = parser.parse_args()
    seeds = range(wanted.seeds)
    form: list[dict[str, object]] = []
    faults: list[dict[str, object]] = []
    for exercise in CATALOGUE.values():
        if wanted.only not in ("", exercise.id) or exercise.walked:
            continue
        print(exercise.id, file=sys.stderr)
        if wanted.part != "faults":
            form.append(
                form_row(exercise, [coached(exercise, seed, rate_hz=wanted.rate) for seed in seeds])
            )
        for fault in () if wanted.part == "form" else EXERCISES[exercise.id].flaws:
            sessions = [coached(exercise, seed, fault, wanted.rate) for seed in seeds]
            faults.append(fault_row(exercise, fault, sessions))
    if wanted.json:
        print(
            json.dumps(
                {
                    "simulated": True,
                    "rate_hz": wanted.rate,
                    "seeds": wanted.seeds,
                    "form": form,
                    "faults": faults,
                }
            )
        )
        return
    print(f"Simulated: {wanted.seeds} persons an exercise, each with another mounting.\n")
    _print(form)
    _print(faults)


if __name__ == "__main__":
    main()
