"""A routine as a value: exercises in order, each with its dose."""

from dataclasses import dataclass

LONGEST_NOTE = 300
"""Characters: about twenty seconds of speech, as much as somebody in position wants to wait."""


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
    minutes: float = 0.0
    """Of an exercise that is done in minutes; 0 for all others."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Routine:
    """What to do, in order."""

    id: str
    title: str
    entries: tuple[RoutineEntry, ...]
    about: str = ""
    """For whom it is and how often to do it."""
    author: str = ""
    """Who wrote it."""
    warnings: tuple[str, ...] = ()
    """What may be done but is better done otherwise, each with its reason."""
