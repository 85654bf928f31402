"""Whether a routine is fit to be done: its order, its doses, and what must not be in it."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from spinesense.coaching.exercises.schema import Exercise, Kind

if TYPE_CHECKING:
    from spinesense.coaching.routines.entry import RoutineEntry

NEVER = (
    (
        r"toe.?touch\w*|touch (your|the) toes",
        "a toe touch",
        "it overstretches discs, ligaments and hamstrings: use hamstring_stretch",
    ),
    (
        r"(full.?)?(sit|situp|curl).?up\w*|situp\w*",
        "a full sit-up",
        "it loads the low back with a full bend: use partial_crunch",
    ),
    (
        r"(both|double|two).?legs?.?(raise|lift)\w*|leg.?(raise|lift)s?|(raise|lift) both legs",
        "raising both legs",
        "raising both legs loads the low back heavily: use single_leg_raise",
    ),
    (
        r"(over.?head|military|shoulder).?(press|lift)\w*|lift\w*.?(above|over).?(the.?)?waist"
        r"|clean.?and.?jerk|snatch|dead.?lift\w*",
        "lifting heavy weight above the waist",
        "a heavy weight held away from the back bends it with great force: use bird_dog and bridge",
    ),
    (
        r"leg.?press\w*",
        "the leg press",
        "where the low back lifts off the pad it is bent under load: use wall_sit, or train at the "
        "machine with leg_press_guard, with less weight and less depth",
    ),
)
"""(how it is written, what it is, why not and what to do instead), asked for often and never part
of a routine."""
_NEGATED = re.compile(r"\b(no|not|never|without|avoid|instead of|don't)\b[^.;:!?]*$", re.IGNORECASE)


def never(name: str) -> str:
    """Why an exercise of this name must not be in a routine; empty when nothing is known of it."""
    words = name.replace("_", " ").lower().strip()
    for pattern, _, reason in NEVER:
        if re.fullmatch(pattern, words):
            return reason
    return ""


def note_warnings(
    entries: "Sequence[RoutineEntry]", catalogue: Mapping[str, Exercise]
) -> Iterator[str]:
    """Notes that ask for what must not be done; one that says not to do it is welcome."""
    for entry in entries:
        for pattern, what, reason in NEVER:
            found = re.search(rf"\b({pattern})\b", entry.note, re.IGNORECASE)
            if found and not _NEGATED.search(entry.note[: found.start()]):
                yield f"{catalogue[entry.exercise].title}: the note asks for {what}; {reason}"


def order_warnings(
    entries: "Sequence[RoutineEntry]", catalogue: Mapping[str, Exercise]
) -> Iterator[str]:
    """Warm up, stretch, then strengthen, then cool down. A stretch may also come at the end."""
    kinds = parts([catalogue[entry.exercise] for entry in entries])
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
        if kind is Kind.GUARD:
            yield f"{title} watches at a machine: leave it out, because it is a mode of its own"


_ORDER = (
    *(Kind.WARM_UP, Kind.STRETCH, Kind.STRENGTHEN, Kind.AEROBIC, Kind.GUARD),
    Kind.COOL_DOWN,
)


def in_order(
    entries: "Sequence[RoutineEntry]", catalogue: Mapping[str, Exercise]
) -> "tuple[RoutineEntry, ...]":
    """The same entries with nothing left that ``order_warnings`` could put right by moving it.

    Entries that are in order stay as they are; the last of several warm-ups that may also cool down
    closes the routine where it did before.
    """
    if not any(order_warnings(entries, catalogue)):
        return tuple(entries)
    exercises = [catalogue[entry.exercise] for entry in entries]
    kinds = [exercise.kind for exercise in exercises]
    warm = [at for at, exercise in enumerate(exercises) if exercise.kind is Kind.WARM_UP]
    if len(warm) > 1 and exercises[warm[-1]].cools_down:
        kinds[warm[-1]] = Kind.COOL_DOWN
    placed = sorted(range(len(entries)), key=lambda at: _ORDER.index(kinds[at]))
    return tuple(entries[at] for at in placed)


def parts(exercises: Sequence[Exercise]) -> list[Kind]:
    """The part that each exercise plays: some warm-ups cool down when they come later."""
    found: list[Kind] = []
    for exercise in exercises:
        later = any(part is not Kind.WARM_UP for part in found)
        cools = later and exercise.kind is Kind.WARM_UP and exercise.cools_down
        found.append(Kind.COOL_DOWN if cools else exercise.kind)
    return found


def dose_warnings(
    entries: "Sequence[RoutineEntry]", catalogue: Mapping[str, Exercise]
) -> Iterator[str]:
    """Too much too soon is the usual cause of a relapse, so a dose above the usual is named."""
    for entry in entries:
        exercise = catalogue[entry.exercise]
        usual = {
            "repetitions": (entry.repetitions, exercise.dose.repetitions[1]),
            "seconds of hold": (entry.hold_s, exercise.dose.hold_s[1]),
            "minutes": (entry.minutes, exercise.dose.minutes[1]),
            "sets": (entry.sets, exercise.dose.sets[1]),
        }
        for name, (asked, most) in usual.items():
            if asked > most:
                yield (
                    f"{exercise.title}: {asked:g} {name} is more than the usual {most:g}; too much "
                    "too soon is a common cause of a setback"
                )
