"""A routine with the changes that hold, and what takes the place of a paused exercise."""

import math
from dataclasses import replace

from spinesense.coaching.exercises.schema import LONGEST_HOLD_S, Exercise
from spinesense.coaching.progression.training_log import TrainingLog
from spinesense.coaching.routines.entry import LONGEST_NOTE, Routine, RoutineEntry
from spinesense.coaching.routines.parse import MOST_REPETITIONS
from spinesense.model.care import Change, Variable


def adapted(course: TrainingLog) -> Routine:
    """The routine as it is to be done: with its changes, without what is paused.

    Its entries are empty when everything in it is paused.
    """
    share = course.value("", Variable.SHARE, 1.0)
    entries = [
        _eased(entry, course.catalogue[entry.exercise], share)
        for written in course.routine.entries
        for entry in _grown(written, course)
    ]
    return replace(course.routine, entries=tuple(entries))


def _grown(entry: RoutineEntry, course: TrainingLog) -> list[RoutineEntry]:
    """The entry with its own changes; what takes its place, or nothing, when it is paused."""
    name = entry.exercise
    exercise = course.catalogue[name]
    if course.is_paused(name):
        instead = instead_of(course, name)
        if not instead:
            return []
        if instead == name:
            return [replace(entry, note=_with_note(exercise.easier, entry.note))]
        return [usual_entry(course.catalogue[instead])]
    harder = course.value(name, Variable.VARIANT, 0.0) > 0
    repetitions = course.value(name, Variable.REPETITIONS, float(entry.repetitions))
    return [
        replace(
            entry,
            repetitions=_within(entry.repetitions, round(repetitions), MOST_REPETITIONS),
            hold_s=_held(entry, exercise, course.value(name, Variable.HOLD, entry.hold_s)),
            note=_with_note(exercise.harder, entry.note) if harder else entry.note,
        )
    ]


def _within(written: int, grown: int, most: int) -> int:
    """Repetitions that can be written down; an exercise without any keeps to none."""
    return min(max(grown, 1), most) if written else 0


def _held(entry: RoutineEntry, exercise: Exercise, hold_s: float) -> float:
    """A hold that can be written down: what is only held is held for a moment at least."""
    if exercise.walked:
        return entry.hold_s
    least = min(1.0, entry.hold_s) if exercise.held_only else 0.0
    return min(max(hold_s, least), LONGEST_HOLD_S)


def _with_note(said: str, note: str) -> str:
    """Both sentences, or the first where there is no room for both."""
    both = f"{said} {note}".strip()
    return both if len(both) <= LONGEST_NOTE else said


def usual_entry(exercise: Exercise) -> RoutineEntry:
    """An exercise with the least of its usual dose."""
    dose = exercise.dose
    return RoutineEntry(
        exercise=exercise.id,
        repetitions=dose.repetitions[0],
        hold_s=dose.hold_s[0],
        sets=dose.sets[0],
        rest_s=dose.rest_s[0],
        note="",
        minutes=dose.minutes[0],
    )


def _eased(entry: RoutineEntry, exercise: Exercise, share: float) -> RoutineEntry:
    """A share of the repetitions, of a long hold, or of the minutes; never none."""
    if share >= 1.0:
        return entry
    if exercise.walked:
        return replace(entry, minutes=max(1.0, float(round(entry.minutes * share))))
    if exercise.held_only:
        return replace(entry, hold_s=max(1.0, float(round(entry.hold_s * share))))
    return replace(entry, repetitions=max(1, math.floor(entry.repetitions * share)))


def instead_of(course: TrainingLog, exercise: str) -> str:
    """What the person chose for a paused exercise; empty when it is left out."""
    chosen = [
        change.instead
        for change in course.changes
        if change.holds and (change.exercise, change.variable) == (exercise, Variable.INSTEAD)
    ]
    return chosen[-1] if chosen else ""


def to_offer(course: TrainingLog) -> tuple[tuple[Change, str], ...]:
    """Paused exercises of the routine with the alternative that nobody has been asked about yet.

    The alternative is an exercise for the same purpose that is neither in the routine nor paused;
    where there is none it is the same exercise in its easier form, written as its own id.
    """
    offers = []
    for name in dict.fromkeys(entry.exercise for entry in course.routine.entries):
        pauses = [
            change
            for change in course.changes
            if change.holds and (change.exercise, change.variable) == (name, Variable.PAUSED)
        ]
        if pauses and not any(
            change.variable is Variable.INSTEAD
            and change.exercise == name
            and change.id > pauses[-1].id
            for change in course.changes
        ):
            offers.append((pauses[-1], alternative_to(course, name)))
    return tuple(offers)


def alternative_to(course: TrainingLog, exercise: str) -> str:
    """The alternative to offer for an exercise."""
    present = {entry.exercise for entry in course.routine.entries}
    seen, name = {exercise}, course.catalogue[exercise].alternative
    while name and name not in seen:
        if name not in present and not course.is_paused(name):
            return name
        seen.add(name)
        name = course.catalogue[name].alternative
    return exercise
