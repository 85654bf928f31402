"""What a person tells between sessions, and the steps of their dose that follow from it.

Moments are ISO 8601 texts with an offset, as in ``RecordingInfo.started_at``.
"""

from dataclasses import dataclass
from enum import StrEnum


@dataclass(frozen=True, slots=True, kw_only=True)
class Screening:
    """The answers to the questions before the first use."""

    answered_at: str
    flags: tuple[str, ...]
    """Ids of the questions that were answered with yes."""
    cleared_at: str = ""
    """When the person said that a professional had cleared them; empty when never."""

    @property
    def locks(self) -> bool:
        """Whether coaching waits for a professional."""
        return bool(self.flags) and not self.cleared_at


class NextDay(StrEnum):
    """How the back was a day after a session, compared with before it."""

    BETTER = "better"
    SAME = "same"
    WORSE = "worse"


class Variable(StrEnum):
    """What a change of the dose is about."""

    SHARE = "share"
    """The share of the whole dose."""
    DAYS = "days"
    """Days a week on which to exercise."""
    REPETITIONS = "repetitions"
    HOLD = "hold"
    VARIANT = "variant"
    """0 as described, 1 the harder variant."""
    PAUSED = "paused"
    """1 when an exercise is left out, in every routine."""
    INSTEAD = "instead"
    """1 when another exercise, or its easier variant, takes the place of a paused one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One step of the dose."""

    id: int = 0
    """Its number in the history; 0 before it is kept."""
    made_at: str
    routine: str
    """Id of the routine; empty when it holds for all."""
    exercise: str
    """Id of the exercise; empty when it holds for all."""
    variable: Variable
    base: float
    """What the routine's text said. When its author writes another dose, the change is void."""
    before: float
    after: float
    instead: str = ""
    """For ``INSTEAD``: the exercise that takes the place, the same id for its easier variant;
    empty when the person wants none."""
    reason: str
    """What changes and why, one sentence to the person."""
    undone_at: str = ""

    @property
    def holds(self) -> bool:
        """Whether it has not been undone."""
        return not self.undone_at


@dataclass(frozen=True, slots=True, kw_only=True)
class Activity:
    """Endurance that was entered by hand, or walking that the sensor saw."""

    id: int = 0
    """Its number in the history; 0 for what the sensor saw."""
    started_at: str
    kind: str
    minutes: float
    """Moved, without pauses."""
