"""Routines: what to do today, written as a text file by a physiotherapist or the person."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from typing import Annotated, Any

import msgspec

from spinesense.coaching.checking import Problem, nearest, read_text
from spinesense.coaching.exercise import Exercise, Kind, Name, Seconds, Sets, Words

Repetitions = Annotated[int, msgspec.Meta(ge=1, le=100)]


@dataclass(frozen=True, slots=True, kw_only=True)
class RoutineEntry:
    """One exercise with its dose."""

    exercise: str
    repetitions: int
    """In a set, for each side; 0 for an exercise that is only held."""
    hold_s: float
    sets: int
    rest_s: float
    """After each set."""
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Routine:
    """What to do, in order."""

    id: str
    title: str
    entries: tuple[RoutineEntry, ...]
    warnings: tuple[str, ...] = ()
    """What may be done but is better done otherwise, each with its reason."""


class _EntryText(msgspec.Struct, frozen=True, kw_only=True):
    exercise: str
    repetitions: Repetitions | None = None
    hold_s: Seconds | None = None
    sets: Sets | None = None
    rest_s: Seconds | None = None
    note: Annotated[str, msgspec.Meta(max_length=300)] = ""


class _RoutineText(msgspec.Struct, frozen=True, kw_only=True):
    id: Name
    title: Words
    entry: Annotated[tuple[_EntryText, ...], msgspec.Meta(min_length=1)]


def shipped_routines() -> dict[str, str]:
    """Texts of the routines that ship with the project, by id."""
    folder = files("spinesense.coaching").joinpath("routines")
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

    routine = read_text(text, file, _RoutineText, {_EntryText: check_entry})
    entries = tuple(_with_usual_dose(entry, catalogue[entry.exercise]) for entry in routine.entry)
    warnings = (*_order_warnings(entries, catalogue), *_dose_warnings(entries, catalogue))
    return Routine(id=routine.id, title=routine.title, entries=entries, warnings=warnings)


def _entry_problems(
    fitting: Mapping[str, Any], catalogue: Mapping[str, Exercise]
) -> Iterator[Problem]:
    name = fitting.get("exercise")
    if name is None:
        return
    exercise = catalogue.get(name)
    if exercise is None:
        remedy = _NEVER.get(name) or nearest(name, list(catalogue))
        yield Problem(("exercise",), f"{name!r} is not in the catalogue", remedy)
    elif exercise.held_only:
        if "repetitions" in fitting:
            remedy = "leave repetitions out and give hold_s and sets"
            yield Problem(("repetitions",), f"{name} is held, not repeated", remedy)
        if fitting.get("hold_s") == 0:
            what = f"{name} without a hold is nothing"
            yield Problem(("hold_s",), what, "give the seconds of its hold")


_NEVER = {
    "toe_touch": "it overstretches discs, ligaments and hamstrings: use hamstring_stretch",
    "sit_up": "it loads the low back with a full bend: use partial_crunch",
    "leg_lift": "raising both legs loads the low back heavily: use single_leg_raise",
    "both_leg_raise": "raising both legs loads the low back heavily: use single_leg_raise",
}
"""Asked for often, never part of a routine, and what to do instead."""


def _with_usual_dose(entry: _EntryText, exercise: Exercise) -> RoutineEntry:
    dose = exercise.dose
    return RoutineEntry(
        exercise=entry.exercise,
        repetitions=dose.repetitions[0] if entry.repetitions is None else entry.repetitions,
        hold_s=dose.hold_s[0] if entry.hold_s is None else entry.hold_s,
        sets=dose.sets[0] if entry.sets is None else entry.sets,
        rest_s=dose.rest_s[0] if entry.rest_s is None else entry.rest_s,
        note=entry.note,
    )


def _order_warnings(
    entries: tuple[RoutineEntry, ...], catalogue: Mapping[str, Exercise]
) -> Iterator[str]:
    """Warm up, stretch, then strengthen, then cool down. A stretch may also come at the end."""
    kinds = _parts([catalogue[entry.exercise] for entry in entries])
    for at, kind in enumerate(kinds):
        title = catalogue[entries[at].exercise].title
        before = kinds[:at]
        if kind is Kind.STRENGTHEN and Kind.STRETCH not in before:
            yield (
                f"{title} strengthens muscles that have not been stretched: put a stretch before "
                "it, because muscles that are warm and long take load more easily"
            )
        if kind is Kind.WARM_UP and any(earlier is not Kind.WARM_UP for earlier in before):
            yield f"{title} warms up: put it first, because it prepares for what follows"
        if kind in (Kind.WARM_UP, Kind.STRENGTHEN) and Kind.COOL_DOWN in before:
            yield f"{title} comes after the cool-down: put it before, so that the end is calm"


def _parts(exercises: Sequence[Exercise]) -> list[Kind]:
    """The part that each exercise plays: some warm-ups cool down when they come later."""
    parts: list[Kind] = []
    for exercise in exercises:
        later = any(part is not Kind.WARM_UP for part in parts)
        cools = later and exercise.kind is Kind.WARM_UP and exercise.cools_down
        parts.append(Kind.COOL_DOWN if cools else exercise.kind)
    return parts


def _dose_warnings(
    entries: tuple[RoutineEntry, ...], catalogue: Mapping[str, Exercise]
) -> Iterator[str]:
    """Too much too soon is the usual cause of a relapse, so a dose above the usual is named."""
    for entry in entries:
        exercise = catalogue[entry.exercise]
        usual = {
            "repetitions": (entry.repetitions, exercise.dose.repetitions[1]),
            "seconds of hold": (entry.hold_s, exercise.dose.hold_s[1]),
            "sets": (entry.sets, exercise.dose.sets[1]),
        }
        for name, (asked, most) in usual.items():
            if asked > most:
                yield (
                    f"{exercise.title}: {asked:g} {name} is more than the usual {most:g}; too much "
                    "too soon is a common cause of a setback"
                )
