"""Recordings to be made, as lists of segments."""

from dataclasses import dataclass

from spinesense.model.movement import StartPosture
from spinesense.sensors.simulated.daily import bend, chores, rock, squat
from spinesense.sensors.simulated.desk import Desk as Desk  # a segment as well
from spinesense.sensors.simulated.desk import sit_at_desk
from spinesense.sensors.simulated.performance import Performance
from spinesense.sensors.simulated.rocking import Rocking


@dataclass(frozen=True, slots=True)
class KeepStill:
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
class Chores:
    """Work on one's feet in one place, as in a kitchen: shifts of weight, reaches, turns, bends."""

    duration_s: float


@dataclass(frozen=True, slots=True)
class Rock:
    """Go to and fro without walking: with the arms, on a rocking chair or a ball, a leg shaking."""

    rocking: Rocking
    duration_s: float


@dataclass(frozen=True, slots=True)
class BendDown:
    """Bend forward once, stay there and come back."""

    depth_rad: float
    way_s: float = 1.2
    """Down, and as long up again."""
    held_s: float = 0.0
    seated: bool = False


@dataclass(frozen=True, slots=True)
class Squat:
    """Go down and up again in the knees, the trunk nearly upright."""

    depth_m: float = 0.4
    way_s: float = 1.3


@dataclass(frozen=True, slots=True)
class ExerciseSet:
    """One set of an exercise (a key of ``EXERCISES``), each repetition with the same fault."""

    exercise: str
    repetitions: int
    hold_s: float = 0.0
    side: str = ""
    fault: str = ""
    """Of the exercise's flaws; empty for good form."""


Segment = KeepStill | StandAndBow | Walk | Desk | Chores | Rock | BendDown | Squat | ExerciseSet
Script = tuple[Segment, ...]


def act(performance: Performance, segment: Segment) -> None:
    """Plan one segment; the way to its start posture comes before it."""
    match segment:
        case KeepStill(posture, duration_s):
            performance.take(posture)
            performance.wait(duration_s)
        case StandAndBow():
            performance.stand_and_bow()
        case Walk(duration_s):
            performance.walk(duration_s)
        case Desk():
            sit_at_desk(performance, segment)
        case Chores(duration_s):
            chores(performance, duration_s)
        case Rock(rocking, duration_s):
            rock(performance, rocking, duration_s)
        case BendDown(depth_rad, way_s, held_s, seated):
            performance.take(StartPosture.SITTING if seated else StartPosture.STANDING)
            bend(performance, depth_rad, way_s, held_s)
        case Squat(depth_m, way_s):
            squat(performance, depth_m, way_s)
        case ExerciseSet(exercise, repetitions, hold_s, side, fault):
            performance.perform(exercise, repetitions, hold_s, side, fault=fault)
