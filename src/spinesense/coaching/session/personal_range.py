"""What is usual for this person: the range to aim for, and what is worth a word.

Learned from the good repetitions of each exercise. What earlier sessions showed is said at the
beginning, as part of the recorded stream, so that a replay learns the same; until anything is
known, the catalogue's numbers hold.
"""

import math
from dataclasses import dataclass, field
from statistics import median

from spinesense.coaching.exercises.schema import Exercise, Fault, Measure
from spinesense.model.events import Repetition
from spinesense.model.movement import Unit

KNOWN_FROM = 3
"""Good repetitions after which a median is the person's own, and not the luck of one."""
KEPT = 8
AIM_SHARE = 0.7
"""Of the own range: the least to aim for. More than a tenth less than usual is felt as less; nearly
a third less is another movement."""
STRETCH_SHARE = 1.15
"""Of the own range: the most to aim for. A little further is progress, much further is a strain."""
FULL_SHARE = 1.0 / 0.7
"""Of the own usual range: whoever usually goes to 70 % of what they can is at their limit there."""
USUAL_ASTRAY_RAD = math.radians(2.0)
"""Nobody moves in one plane: so much about the other axes needs no allowance."""
LENIENT_SHARE = 1.5
"""Of a threshold about the other axes: no more is granted to a person who moves askew."""


@dataclass(slots=True)
class PersonalRange:
    """One person in one exercise, at one level: the newest good repetitions."""

    ranges_rad: list[float] = field(default_factory=list)
    """Each way."""
    astray_rad: list[float] = field(default_factory=list)

    @classmethod
    def from_history(cls, range_rad: float) -> "PersonalRange":
        """A person whose usual range is known from earlier sessions; good repetitions renew it."""
        return cls([range_rad] * KNOWN_FROM)

    def learn(self, exercise: Exercise, repetition: Repetition) -> None:
        """Take a good repetition into account."""
        if repetition.unit is not Unit.RADIAN:
            return
        self.ranges_rad = [*self.ranges_rad, repetition.range_rad / exercise.excursions][-KEPT:]
        self.astray_rad = [*self.astray_rad, repetition.off_axis_rad][-KEPT:]

    @property
    def range_rad(self) -> float | None:
        """The person's own usual range; None until it is known."""
        return median(self.ranges_rad) if len(self.ranges_rad) >= KNOWN_FROM else None

    @property
    def usual_off_axis_rad(self) -> float | None:
        """What is usual about the other axes; None until it is known."""
        return median(self.astray_rad) if len(self.astray_rad) >= KNOWN_FROM else None


def target_rad(exercise: Exercise, own: PersonalRange) -> tuple[float, float] | None:
    """From where to where to go: a share of the own range, within what the exercise is.

    None where no angle carries the exercise. Where less is better (a target from 0) the catalogue
    stands.
    """
    if exercise.target is None:
        return None
    low, high = math.radians(exercise.target.low_deg), math.radians(exercise.target.high_deg)
    if own.range_rad is None or low == 0.0:
        return low, high
    usual = min(own.range_rad, high)
    return AIM_SHARE * usual, min(high, STRETCH_SHARE * usual)


def threshold_rad(exercise: Exercise, fault: Fault, own: PersonalRange) -> float:
    """Above which a repetition of this person shows the fault; infinite where no angle tells.

    Further than usual is judged by the own range, never above the catalogue's threshold. Movement
    about the other axes is granted to those who have more of it in good form, up to a limit.
    """
    if fault.threshold_deg is None:
        return math.inf
    starting = math.radians(fault.threshold_deg)
    if fault.measure is Measure.RANGE and own.range_rad is not None:
        aim = target_rad(exercise, own) or (0.0, 0.0)
        return min(starting, max(aim[1], FULL_SHARE * own.range_rad))
    if fault.measure is Measure.OFF_AXIS and own.usual_off_axis_rad is not None:
        more = max(0.0, own.usual_off_axis_rad - USUAL_ASTRAY_RAD)
        return min(starting + more, LENIENT_SHARE * starting)
    return starting
