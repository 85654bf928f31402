"""What the signal core must know of an exercise to find its repetitions and holds."""

from dataclasses import dataclass
from enum import StrEnum


class StartPosture(StrEnum):
    """The posture an exercise starts from, as far as gravity can tell them apart."""

    STANDING = "standing"
    SITTING = "sitting"
    SUPINE = "supine"
    HANDS_AND_KNEES = "hands_and_knees"
    SIDE_LYING = "side_lying"


class Unit(StrEnum):
    """What an excursion is measured in."""

    RADIAN = "rad"
    METRE = "m"


class Axis(StrEnum):
    """What carries an exercise at the lower back."""

    FLEXION = "flexion"
    """Rotation about +y: forward bend and anterior pelvic tilt are positive."""
    LATERAL = "lateral"
    """Rotation about +x: to the right is positive."""
    ROTATION = "rotation"
    """Rotation about +z: to the left is positive."""
    VERTICAL = "vertical"
    """Up and down with an upright trunk: up is positive."""
    STILLNESS = "stillness"
    """Nothing moves: the hold clock runs while the person is still in the start posture."""

    @property
    def unit(self) -> Unit:
        """What an excursion along it is measured in."""
        return Unit.METRE if self is Axis.VERTICAL else Unit.RADIAN


class Pattern(StrEnum):
    """What makes one repetition of an excursion from the start posture."""

    POSITIVE = "positive"
    """Out in the positive direction and back."""
    NEGATIVE = "negative"
    """Out in the negative direction and back."""
    EITHER = "either"
    """Out in either direction and back; each is a repetition of its side."""
    BOTH = "both"
    """Out one way and back, then out the other way and back, in either order, is one repetition."""


class Side(StrEnum):
    """The side of an excursion: the sign of the carrying angle."""

    POSITIVE = "positive"
    NEGATIVE = "negative"
    BOTH = "both"


@dataclass(frozen=True, slots=True, kw_only=True)
class Movement:
    """The sensed side of one exercise."""

    exercise: str
    """Its id in the catalogue."""
    start_posture: StartPosture
    axis: Axis
    pattern: Pattern
    smallest_range: float
    """Excursions below it are wobble. For ``STILLNESS``: the largest movement a hold allows. This
    and the next are in the unit of the axis."""
    expected_range: float
    """A usual excursion of this exercise, before the person's own range is known."""
    shortest_repetition_s: float
    longest_repetition_s: float
    hold_s: float
    """Hold asked for at the peak; 0 when none is."""
    positive_peak_rad: tuple[float, float, float] | None = None
    negative_peak_rad: tuple[float, float, float] | None = None
    """Flexion, lateral and rotation from the start posture to the peak of each way, as it was
    shown: what turns another way is another movement. None where that is not known."""
