"""Routines as text: one that is read as it was, and the beginning of a new one."""

import textwrap
from collections.abc import Mapping

import msgspec

from spinesense.coaching.exercises.schema import Exercise, Kind
from spinesense.coaching.routines.entry import Routine, RoutineEntry
from spinesense.coaching.routines.parse import RoutineText
from spinesense.coaching.toml_values import toml_value


def write_routine(routine: Routine) -> str:
    """A text that ``parse_routine`` reads as this routine.

    Raises
    ------
    TypeError
        When a value could not be read again: not of the type of its key, or beyond its limits.
    """
    head = {"id": routine.id, "title": routine.title}
    optional = {"about": routine.about, "author": routine.author}
    pairs = {**head, **{key: text for key, text in optional.items() if text}}
    entries = [_written(entry) for entry in routine.entries]
    try:
        msgspec.convert({**pairs, "entry": entries}, RoutineText)
    except msgspec.ValidationError as problem:
        raise TypeError(f"the routine {routine.id} cannot be written: {problem}") from problem
    lines = _lines_of(pairs)
    for entry in entries:
        lines += ["", "[[entry]]", *_lines_of(entry)]
    return "\n".join(lines) + "\n"


def _lines_of(pairs: Mapping[str, object]) -> list[str]:
    return [f"{key} = {toml_value(value)}" for key, value in pairs.items()]


def _written(entry: RoutineEntry) -> dict[str, object]:
    """The keys of an entry, without those that its exercise does not have."""
    pairs: dict[str, object] = {"exercise": entry.exercise}
    if entry.minutes:
        pairs["minutes"] = entry.minutes
    else:
        if entry.repetitions:
            pairs["repetitions"] = entry.repetitions
        pairs["hold_s"] = entry.hold_s
    pairs |= {"sets": entry.sets, "rest_s": entry.rest_s}
    return pairs | ({"note": entry.note} if entry.note else {})


BEGINNING = ("arm_circles", "cat_stretch", "knees_to_chest", "pelvic_tilt", "bridge", "arm_circles")
"""A gentle routine in the right order, to begin with."""
_PARTS = {
    Kind.WARM_UP: "Warm up",
    Kind.STRETCH: "Stretch",
    Kind.STRENGTHEN: "Strengthen",
    Kind.AEROBIC: "Endurance",
    Kind.COOL_DOWN: "Cool down",
}


def new_routine(name: str, title: str, catalogue: Mapping[str, Exercise]) -> str:
    """The text of a new routine: ready to be done, and commented so that it can be changed."""
    lines = [
        f"# {title}",
        "#",
        "# One block for each exercise, in the order in which they are done: warm up, stretch,",
        "# strengthen, cool down. Copy, move or delete whole blocks. What follows a # is for you.",
        "#",
        f"# See it as the person will:  spinesense routines show {name}",
        f"# Look for mistakes:          spinesense routines check {name}",
        f"# Do it:                      spinesense coach {name}",
        "",
        f"id = {toml_value(name)}  # the name of this file",
        f"title = {toml_value(title)}",
        'author = ""  # who wrote it; may stay empty',
        'about = ""  # for whom, and how often; may stay empty',
    ]
    shown: list[Kind] = []
    for place, exercise_id in enumerate(BEGINNING):
        exercise = catalogue[exercise_id]
        closes = place == len(BEGINNING) - 1 and exercise.cools_down
        kind = Kind.COOL_DOWN if closes else exercise.kind
        if kind not in shown:
            shown.append(kind)
            lines += ["", f"# --- {_PARTS[kind]} ".ljust(80, "-")]
        lines += ["", "[[entry]]", *_commented_entry(exercise, first=place == 0)]
    lines += ["", "# --- More exercises ".ljust(80, "-"), "#"]
    lines += _shelf(catalogue)
    return "\n".join(lines) + "\n"


def _commented_entry(exercise: Exercise, *, first: bool) -> list[str]:
    """One block with the least of the usual dose, and beside each number what is usual."""
    dose = exercise.dose
    lines = [f'exercise = "{exercise.id}"'.ljust(32) + f"# {exercise.title}"]
    usual = {
        "repetitions": (dose.repetitions, "in a set" + _each_side(exercise)),
        "hold_s": (dose.hold_s, "seconds to hold" + ("" if exercise.held_only else " in each")),
        "sets": (dose.sets, "sets"),
        "rest_s": (dose.rest_s, "seconds of rest after a set"),
    }
    for key, ((least, most), meaning) in usual.items():
        if most > 0:
            span = f"{least:g}" if least == most else f"{least:g} to {most:g}"
            lines.append(f"{key} = {least:g}".ljust(32) + f"# {meaning}; usual: {span}")
    if first:
        lines.append('note = ""'.ljust(32) + "# one sentence that is said before the first set")
    return lines


def _each_side(exercise: Exercise) -> str:
    return ", each side" if exercise.sides != "none" else ""


def _shelf(catalogue: Mapping[str, Exercise]) -> list[str]:
    """The exercises to choose from, by their part, as comments."""
    lines = []
    for kind, title in _PARTS.items():
        names = [one.id for one in catalogue.values() if one.kind is kind]
        if names:
            lines += textwrap.wrap(
                f"{title + ':':<13}{', '.join(names)}",
                width=80,
                initial_indent="# ",
                subsequent_indent="#              ",
            )
    lines.append("# What each one is: spinesense routines show EXERCISE")
    return lines
