"""Routines: what to do today, written as a text file by a physiotherapist or the person."""

from collections.abc import Iterator, Mapping
from importlib.resources import files
from typing import Annotated, Any

import msgspec

from spinesense.coaching.exercises.schema import Exercise, Name, Seconds, Sets, Words
from spinesense.coaching.routines.entry import LONGEST_NOTE, Routine, RoutineEntry
from spinesense.coaching.routines.review import dose_warnings, never, note_warnings, order_warnings
from spinesense.coaching.toml_schema import Problem, nearest, read_text

MOST_REPETITIONS = 100
Repetitions = Annotated[int, msgspec.Meta(ge=1, le=MOST_REPETITIONS)]


class _EntryText(msgspec.Struct, frozen=True, kw_only=True):
    exercise: str
    repetitions: Repetitions | None = None
    hold_s: Seconds | None = None
    sets: Sets | None = None
    rest_s: Seconds | None = None
    minutes: Annotated[float, msgspec.Meta(gt=0.0, le=180.0)] | None = None
    note: Annotated[str, msgspec.Meta(max_length=LONGEST_NOTE)] = ""


class RoutineText(msgspec.Struct, frozen=True, kw_only=True):
    """A routine as it is written."""

    id: Name
    title: Words
    about: Annotated[str, msgspec.Meta(max_length=1000)] = ""
    author: Annotated[str, msgspec.Meta(max_length=100)] = ""
    entry: Annotated[tuple[_EntryText, ...], msgspec.Meta(min_length=1)]


def shipped_routines() -> dict[str, str]:
    """Texts of the routines that ship with the project, by id."""
    folder = files("spinesense.coaching.routines").joinpath("shipped")
    return {
        file.name.removesuffix(".toml"): file.read_text("utf-8")
        for file in sorted(folder.iterdir(), key=lambda file: file.name)
        if file.name.endswith(".toml")
    }


def parse_routine(text: str, file: str, catalogue: Mapping[str, Exercise]) -> Routine:
    """Read one routine. A dose that is left out is the least of the exercise's usual range.

    Raises
    ------
    TextError
        Naming every mistake of the text with its line and key.
    """

    def check_entry(fitting: Mapping[str, Any]) -> Iterator[Problem]:
        return _entry_problems(fitting, catalogue)

    routine = read_text(text, file, RoutineText, {_EntryText: check_entry})
    entries = tuple(_with_usual_dose(entry, catalogue[entry.exercise]) for entry in routine.entry)
    return Routine(
        id=routine.id,
        title=routine.title,
        entries=entries,
        about=routine.about,
        author=routine.author,
        warnings=(
            *order_warnings(entries, catalogue),
            *dose_warnings(entries, catalogue),
            *note_warnings(entries, catalogue),
        ),
    )


def _entry_problems(
    fitting: Mapping[str, Any], catalogue: Mapping[str, Exercise]
) -> Iterator[Problem]:
    name = fitting.get("exercise")
    if name is None:
        return
    exercise = catalogue.get(name)
    if exercise is None:
        remedy = never(name) or nearest(name, list(catalogue))
        yield Problem(("exercise",), f"{name!r} is not in the catalogue", remedy)
    elif exercise.walked:
        for key in ("repetitions", "hold_s"):
            if key in fitting:
                yield Problem((key,), f"{name} is done in minutes", f"write minutes and no {key}")
    elif exercise.held_only:
        if "repetitions" in fitting:
            remedy = "leave repetitions out and give hold_s and sets"
            yield Problem(("repetitions",), f"{name} is held, not repeated", remedy)
        if fitting.get("hold_s") == 0:
            what = f"{name} without a hold is nothing"
            yield Problem(("hold_s",), what, "give the seconds of its hold")
    if exercise and not exercise.walked and "minutes" in fitting:
        what = f"{name} is not done in minutes"
        yield Problem(("minutes",), what, "give repetitions or hold_s")


def _with_usual_dose(entry: _EntryText, exercise: Exercise) -> RoutineEntry:
    dose = exercise.dose
    return RoutineEntry(
        exercise=entry.exercise,
        repetitions=dose.repetitions[0] if entry.repetitions is None else entry.repetitions,
        hold_s=dose.hold_s[0] if entry.hold_s is None else entry.hold_s,
        sets=dose.sets[0] if entry.sets is None else entry.sets,
        rest_s=dose.rest_s[0] if entry.rest_s is None else entry.rest_s,
        note=entry.note,
        minutes=dose.minutes[0] if entry.minutes is None else entry.minutes,
    )
