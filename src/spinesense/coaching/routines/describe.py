"""Routines and exercises in plain words, for reading."""

from collections.abc import Iterator, Mapping

from spinesense.coaching.exercises.schema import Exercise, Grade, Sides
from spinesense.coaching.routines.entry import Routine, RoutineEntry
from spinesense.coaching.routines.plan import plan_of, usual_s

SENSED = {
    Grade.TIME: "keeps the time only",
    Grade.REPETITIONS: "counts repetitions",
    Grade.HOLD: "times the hold",
    Grade.SIDES: "tells the sides apart",
    Grade.FAULTS: "names faults",
    Grade.MINUTES: "counts steps and minutes",
}


def routine_lines(routine: Routine, catalogue: Mapping[str, Exercise]) -> Iterator[str]:
    """A routine as a page of lines."""
    minutes = usual_s(plan_of(routine, catalogue)) / 60.0
    by = f", by {routine.author}" if routine.author else ""
    yield f"{routine.title} ({routine.id}){by}: about {minutes:.0f} minutes"
    if routine.about:
        yield routine.about
    for number, entry in enumerate(routine.entries, start=1):
        exercise = catalogue[entry.exercise]
        yield ""
        yield f"{number:>2}. {exercise.title}: {dose_words(entry, exercise)}"
        if entry.note:
            yield f"    “{entry.note}”"
        yield f"    The sensor {sensed_words(exercise)}."
    yield ""


def dose_words(entry: RoutineEntry, exercise: Exercise) -> str:
    """A dose as one reads it."""
    side = {Sides.NONE: "", Sides.EACH: " a side", Sides.ALTERNATING: " a side, in turn"}
    parts = []
    if exercise.walked:
        parts.append(_counted(entry.minutes, "minute"))
    elif exercise.held_only or exercise.time_only:
        parts.append(_counted(entry.hold_s, "second") + side[exercise.sides])
    else:
        parts.append(_counted(entry.repetitions, "time") + side[exercise.sides])
        if entry.hold_s:
            each = " each way" if exercise.excursions > 1 else ""
            parts.append(f"hold {_counted(entry.hold_s, 'second')}{each}")
    if entry.sets > 1:
        parts.append(f"{entry.sets} sets")
    if entry.rest_s:
        parts.append(f"then rest {_counted(entry.rest_s, 'second')}")
    return ", ".join(parts)


def _counted(number: float, thing: str) -> str:
    return f"{number:g} {thing}{'' if number == 1 else 's'}"


def sensed_words(exercise: Exercise) -> str:
    """What one sensor can honestly claim of an exercise."""
    claims = [claim for grade, claim in SENSED.items() if grade in exercise.grades]
    return claims[0] if len(claims) == 1 else f"{', '.join(claims[:-1])} and {claims[-1]}"


def unsensed_words(routine: Routine, catalogue: Mapping[str, Exercise]) -> str:
    """Which exercises are coached by time, because one sensor does not see them; may be empty."""
    used = list(dict.fromkeys(entry.exercise for entry in routine.entries))
    unseen = [catalogue[name].title for name in used if catalogue[name].time_only]
    if not unseen:
        return ""
    if len(unseen) == len(used):
        return (
            "One sensor on the lower back sees nothing of this routine: all of it is coached by "
            "time, and the coach says so."
        )
    return f"Coached by time, and the coach says so: {', '.join(unseen)}."


def exercise_lines(exercise: Exercise) -> Iterator[str]:
    """An exercise as a page of lines."""
    dose = exercise.dose
    yield f"{exercise.title} ({exercise.id}): {exercise.kind.replace('_', ' ')}"
    yield ""
    yield exercise.start_words
    yield from (f"- {step}" for step in exercise.steps)
    yield from (f"- {level.name}: {level.step}" for level in exercise.levels)
    yield ""
    yield f"Breathing: {exercise.breathing}"
    yield f"Feel: {exercise.feel}"
    yield f"Not: {exercise.not_feel}"
    yield f"Easier: {exercise.easier}"
    yield f"Harder: {exercise.harder}"
    yield f"Take care: {' '.join(exercise.contraindications)}"
    yield ""
    ranges = {
        "repetitions": dose.repetitions,
        "seconds of hold": dose.hold_s,
        "minutes": dose.minutes,
        "sets": dose.sets,
    }
    spans = [
        f"{least:g} {name}" if least == most else f"{least:g} to {most:g} {name}"
        for name, (least, most) in ranges.items()
        if most > 0
    ]
    yield f"Usual dose: {', '.join(spans)}"
    yield f"The sensor {sensed_words(exercise)}."
