"""A day as it is kept, minute by minute, and as a face shows it.

Minutes of a day count from local midnight by the clock on the wall, 0 to 1439. Needs no numpy.
"""

import math
from dataclasses import dataclass, fields
from enum import StrEnum
from typing import Final

MINUTES_A_DAY = 1440


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """What is counted, in a minute or since the start."""

    shifts: int = 0
    """Postural shifts."""
    stand_ups: int = 0
    steps: int = 0
    bends: int = 0
    deep_bends: int = 0
    held_bends: int = 0

    def __add__(self, other: "Counts") -> "Counts":
        return Counts(**{name: getattr(self, name) + getattr(other, name) for name in COUNTED})

    def since(self, before: "Counts") -> "Counts":
        """What came since then. A count that began again fell meanwhile, and adds nothing."""
        return Counts(
            **{name: max(0, getattr(self, name) - getattr(before, name)) for name in COUNTED}
        )


NOTHING_COUNTED: Final = Counts()
COUNTED: Final = tuple(field.name for field in fields(Counts))
"""The names of all that is counted."""


class Stay(StrEnum):
    """What most of a minute was."""

    LYING = "lying"
    SITTING = "sitting"
    STANDING = "standing"
    WALKING = "walking"
    UNKNOWN = "unknown"
    """Watched and worn, but no posture was told."""
    NOT_WORN = "not worn"


@dataclass(frozen=True, slots=True, kw_only=True)
class Minute:
    """One minute as the sensor saw it. The seconds add up to what was watched of it, 60 at most."""

    at: str
    """Its beginning by the clock on the wall, ISO 8601 with an offset, to the minute."""
    lying_s: float = 0.0
    sitting_s: float = 0.0
    standing_s: float = 0.0
    walking_s: float = 0.0
    unknown_s: float = 0.0
    not_worn_s: float = 0.0
    counts: Counts = NOTHING_COUNTED


@dataclass(frozen=True, slots=True)
class Prompt:
    """One thing that the sitting monitor said."""

    at: str
    """When, by the clock on the wall: ISO 8601 with an offset, to the second."""
    kind: str
    """``still`` or ``slouch``, or ``walk`` for the suggestion of one."""
    level: int
    """How strongly, as in `SittingAlert`: only one of level 1 is new. 0 for a suggestion."""
    words: str


@dataclass(frozen=True, slots=True)
class Stretch:
    """Minutes of one kind on end, from ``start_min`` up to ``end_min``, which is the next one's."""

    start_min: int
    end_min: int
    stay: Stay


@dataclass(frozen=True, slots=True)
class PainMark:
    """A pain score of 0 to 10 and the minute in which it was given."""

    at_min: int
    score: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DayView:
    """One day, ready to be shown. Nothing is claimed for minutes without a stretch."""

    date: str
    """ISO 8601."""
    simulated: bool = False
    ribbon: tuple[Stretch, ...] = ()
    """Ascending; unwatched minutes are left out."""
    sitting_bouts: tuple[Stretch, ...] = ()
    """From sitting down to a real stand-up, ascending."""
    span_min: float = 0.0
    """From the first watched minute to the last."""
    watched_min: float = 0.0
    worn_min: float = 0.0
    lying_min: float = 0.0
    sitting_min: float = 0.0
    standing_min: float = 0.0
    walking_min: float = 0.0
    walking_goal_min: float = 0.0
    """0 where there is no goal."""
    counts: Counts = NOTHING_COUNTED
    shifts_per_h: float | None = None
    """Of sitting; None for less than a quarter of an hour of it."""
    alerts: int = 0
    """Prompts to move, each counted once however often it was repeated more strongly."""
    pain: tuple[PainMark, ...] = ()

    @property
    def longest_sitting_min(self) -> int:
        """The longest sitting bout. Its ends are whole minutes, so it is no more than was sat."""
        longest = max((bout.end_min - bout.start_min for bout in self.sitting_bouts), default=0)
        return min(longest, math.floor(self.sitting_min))
