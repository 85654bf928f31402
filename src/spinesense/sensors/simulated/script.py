"""Recordings to be made, as lists of segments."""

from dataclasses import dataclass

from spinesense.model.movement import StartPosture
from spinesense.sensors.simulated.desk import Desk as Desk  # a segment as well
from spinesense.sensors.simulated.desk import sit_at_desk
from spinesense.sensors.simulated.performance import Performance


@dataclass(frozen=True, slots=True)
class Stay:
    """Keep still in a posture."""

    posture: StartPosture
    duration_s: float


@dataclass(frozen=True, slots=True)
class StandAndBow:
    """Calibrate: stand still, bow twice."""


@dataclass(frozen=True, slots=True)
class Walk:
    """Walk about."""

    duration_s: float


@dataclass(frozen=True, slots=True)
class ExerciseSet:
    """One set of an exercise (a key of ``EXERCISES``), each repetition with the same fault."""

    exercise: str
    repetitions: int
    hold_s: float = 0.0
    side: str = ""
    fault: str = ""
    """Of the exercise's flaws; empty for good form."""


Segment = Stay | StandAndBow | Walk | Desk | ExerciseSet
Script = tuple[Segment, ...]


def act(performance: Performance, segment: Segment) -> None:
    """Plan one segment; the way to its start posture comes before it."""
    match segment:
        case Stay(posture, duration_s):
            performance.take(posture)
            performance.wait(duration_s)
        case StandAndBow():
            performance.stand_and_bow()
        case Walk(duration_s):
            performance.walk(duration_s)
        case Desk():
            sit_at_desk(performance, segment)
        case ExerciseSet(exercise, repetitions, hold_s, side, fault):
            performance.perform(exercise, repetitions, hold_s, side, fault=fault)
