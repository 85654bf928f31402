"""What goes with an `Action` as a value: written and read in one place, as it stands in recordings.

Reading gives None for what is not understood: a recording of another version may say it otherwise.
"""

import math
from dataclasses import dataclass
from datetime import datetime
from typing import Self

_SNOOZE = "snooze"


@dataclass(frozen=True, slots=True)
class Snooze:
    """``MARK``: no prompts for a while ("snooze"), or for what is left of it ("snooze 90.000")."""

    left_s: float | None = None
    """None for as long as the settings say."""

    def to_value(self) -> str:
        """As the value of an intent."""
        return _SNOOZE if self.left_s is None else f"{_SNOOZE} {self.left_s:.3f}"

    @classmethod
    def from_value(cls, value: str) -> Self | None:
        """What a ``MARK`` asks for; None for any other text."""
        word, _, left = value.partition(" ")
        if word != _SNOOZE:
            return None
        if not left:
            return cls()
        left_s = _number(left)
        return None if left_s is None or left_s < 0.0 else cls(left_s)


@dataclass(frozen=True, slots=True)
class SlouchScale:
    """``OWN_SLOUCH``: flexion of a person who sits tall, and of their slump."""

    tall_rad: float
    slump_rad: float

    def to_value(self) -> str:
        """As the value of an intent, to the last bit."""
        return f"{self.tall_rad!r} {self.slump_rad!r}"

    @classmethod
    def from_value(cls, value: str) -> Self | None:
        """The scale; None for what is not two numbers."""
        tall, _, slump = value.partition(" ")
        tall_rad, slump_rad = _number(tall), _number(slump)
        return None if tall_rad is None or slump_rad is None else cls(tall_rad, slump_rad)


@dataclass(frozen=True, slots=True)
class UsualRange:
    """``OWN_RANGE``: how far a person usually goes in an exercise, each way."""

    exercise: str
    range_rad: float

    def to_value(self) -> str:
        """As the value of an intent, to 0.006 degrees."""
        return f"{self.exercise} {self.range_rad:.4f}"

    @classmethod
    def from_value(cls, value: str) -> Self | None:
        """The range; None for what is not a name and an angle below half a turn."""
        name, _, said = value.partition(" ")
        range_rad = _number(said)
        if not name or range_rad is None or not 0.0 < range_rad < math.pi:
            return None
        return cls(name, range_rad)


def clock_value(now: datetime) -> str:
    """``CLOCK``: what the clock on the wall shows, to the second."""
    return now.isoformat(timespec="seconds")


def clock_of(value: str) -> datetime | None:
    """What the clock on the wall showed, with its offset where that was said."""
    try:
        return datetime.fromisoformat(value)
    except ValueError:
        return None


def _number(text: str) -> float | None:
    try:
        number = float(text)
    except ValueError:
        return None
    return number if math.isfinite(number) else None
