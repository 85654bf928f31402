"""One exercise as its catalogue file says it: what to say, what to look for, what is measured."""

import math
from enum import StrEnum
from typing import Annotated

import msgspec

from spinesense.model.movement import Axis, Movement, Pattern, Side, StartPosture

Words = Annotated[str, msgspec.Meta(min_length=1, max_length=300)]
Name = Annotated[str, msgspec.Meta(pattern="^[a-z][a-z0-9_]*$")]
Metres = Annotated[float, msgspec.Meta(ge=0.02, le=1.0)]
"""Two centimetres is what a height integrated over some seconds wanders by."""
Degrees = Annotated[float, msgspec.Meta(ge=0.5, le=150.0)]
"""Half a degree is what the inclination of a cheap sensor at rest wanders by."""
_Turn = Annotated[float, msgspec.Meta(ge=-180.0, le=180.0)]
Peak = tuple[_Turn, _Turn, _Turn]
LONGEST_HOLD_S = 600.0
Seconds = Annotated[float, msgspec.Meta(ge=0.0, le=LONGEST_HOLD_S)]
LongerSeconds = Annotated[float, msgspec.Meta(ge=0.2, le=600.0)]
Count = Annotated[int, msgspec.Meta(ge=0, le=100)]
Sets = Annotated[int, msgspec.Meta(ge=1, le=12)]
Minutes = Annotated[float, msgspec.Meta(ge=0.0, le=1000.0)]


class Kind(StrEnum):
    """The part of a routine that an exercise belongs to."""

    WARM_UP = "warm_up"
    STRETCH = "stretch"
    STRENGTHEN = "strengthen"
    COOL_DOWN = "cool_down"
    AEROBIC = "aerobic"
    """Moves the whole body for many minutes; it has no place in the order."""
    GUARD = "guard"
    """Watched while the person trains something else; never part of a routine."""


class Sides(StrEnum):
    """How an exercise deals with left and right."""

    NONE = "none"
    EACH = "each"
    """A set of the left side, then one of the right."""
    ALTERNATING = "alternating"
    """Left and right in turn within one set; doses count each side."""


class Measure(StrEnum):
    """What a fault is judged from."""

    OFF_AXIS = "off_axis"
    """Largest excursion about the two axes that do not carry the exercise."""
    RANGE = "range"
    """Excursion beyond what the exercise is: another exercise has begun."""
    FORWARD = "forward"
    """Tipping forward from the start posture, at any moment of the set."""
    TIP = "tip"
    """Tipping forward or backward from the start posture, at any moment of the set."""
    ONE_SIDE = "one_side"
    """Going the same way twice where the two ways take turns."""
    STILL = "still"
    """Standing still where one should keep moving."""
    HOLD_LOST = "hold_lost"
    """The hold clock paused before the hold was long enough."""


class Breath(StrEnum):
    """On which part of a repetition one breathes out."""

    OUT = "out"
    """On the way out, or the first of two ways."""
    BACK = "back"
    """On the way back, or the second of two ways."""


class Grade(StrEnum):
    """What one sensor can honestly claim of an exercise."""

    REPETITIONS = "R"
    HOLD = "H"
    SIDES = "S"
    FAULTS = "F"
    MINUTES = "M"
    """Minutes and steps of walking."""
    TIME = "T"
    """The clock, and whether the person stays in place; nothing else of the exercise."""


class _Table(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A table of a text file: unknown keys are mistakes."""


class Dose(_Table, frozen=True, kw_only=True):
    """Usual doses, each from least to most."""

    repetitions: tuple[Count, Count] = (0, 0)
    """In a set, for each side; 0 for an exercise that is only held."""
    hold_s: tuple[Seconds, Seconds] = (0.0, 0.0)
    sets: tuple[Sets, Sets] = (1, 1)
    rest_s: tuple[Seconds, Seconds] = (0.0, 0.0)
    minutes: tuple[Minutes, Minutes] = (0.0, 0.0)
    """Of one bout, where minutes are counted; 0 elsewhere."""
    weekly_minutes: Minutes = 0.0
    """Of all bouts of a week together; 0 where no week is counted."""


class Tempo(_Table, frozen=True, kw_only=True):
    """How long a controlled repetition takes, without its hold, or getting into a long hold.

    For walking, the two steps of a stride.
    """

    out_s: LongerSeconds
    back_s: LongerSeconds
    out_words: Words = "Out"
    """What the pacer says for the way out, in a word or two, without a full stop."""
    other_words: Words = "And the other way"
    """The same for the second way of a repetition that goes both ways."""
    back_words: Words = "And back"
    breathe_out: Breath = Breath.OUT
    """On which way one breathes out."""


class CarryingMovement(_Table, frozen=True, kw_only=True):
    """What the lower back does. Ranges are excursions from the start posture, each way."""

    name: Words
    """What the angle is called on the screen."""
    axis: Axis
    pattern: Pattern
    smallest_range_deg: Degrees | None = None
    expected_range_deg: Degrees | None = None
    smallest_range_m: Metres | None = None
    expected_range_m: Metres | None = None
    """Metres where the axis is vertical, degrees otherwise."""
    shortest_repetition_s: LongerSeconds
    longest_repetition_s: LongerSeconds
    """Both without the hold."""
    positive_peak_deg: Peak | None = None
    negative_peak_deg: Peak | None = None
    """How far the positive and the negative way turn: flexion, to the side and about the long axis
    of the trunk. What turns another way is not counted; where they are left out, all is."""

    @property
    def smallest(self) -> float:
        """The smallest range, in radians or metres."""
        return self.smallest_range_m or math.radians(self.smallest_range_deg or 0.0)

    @property
    def expected(self) -> float:
        """The expected range, in radians or metres."""
        return self.expected_range_m or math.radians(self.expected_range_deg or 0.0)


class Target(_Table, frozen=True, kw_only=True):
    """The usual excursion, in the direction that carries the exercise."""

    low_deg: Annotated[float, msgspec.Meta(ge=0.0, le=150.0)]
    high_deg: Degrees


class Level(_Table, frozen=True, kw_only=True):
    """One step of an exercise that is done higher from set to set."""

    name: Words
    step: Words
    """What to do at this level, in place of the first step."""


class Fault(_Table, frozen=True, kw_only=True):
    """One thing worth a word, and the word."""

    id: Name
    measure: Measure
    threshold_deg: Degrees | None = None
    """For a person who is not known yet; absent for measures that have no angle."""
    words: Words


class Exercise(_Table, frozen=True, kw_only=True):
    """One entry of the catalogue."""

    id: Name
    title: Words
    kind: Kind
    cools_down: bool = False
    """Whether a warm-up may also close a routine."""
    sides: Sides = Sides.NONE
    start_posture: StartPosture
    start_words: Words
    steps: Annotated[tuple[Words, ...], msgspec.Meta(min_length=1)]
    levels: tuple[Level, ...] = ()
    """Lowest first. Every set goes one higher, as long as it does not hurt more."""
    breathing: Words
    feel: Words
    not_feel: Words
    easier: Words
    harder: Words
    alternative: str = ""
    """Id of an exercise for the same purpose, offered when this one hurts; may be empty."""
    contraindications: tuple[Words, ...]
    grades: Annotated[tuple[Grade, ...], msgspec.Meta(min_length=1)]
    dose: Dose
    tempo: Tempo
    movement: CarryingMovement | None = None
    target: Target | None = None
    """Both are absent where steps carry the exercise."""
    faults: tuple[Fault, ...] = ()

    @property
    def held_only(self) -> bool:
        """Whether it has no repetitions: one long hold is a set."""
        return self.movement is not None and self.movement.axis is Axis.STILLNESS

    @property
    def walked(self) -> bool:
        """Whether steps carry it: it is done in minutes, and there is nothing to watch for."""
        return self.movement is None

    @property
    def guarded(self) -> bool:
        """Whether it is only watched, while the person trains something else."""
        return self.kind is Kind.GUARD

    @property
    def clocked(self) -> bool:
        """Whether a clock makes the set: it is held, or walked."""
        return self.held_only or self.walked

    @property
    def time_only(self) -> bool:
        """Whether only the clock can be kept, because the sensor does not see the movement."""
        return Grade.TIME in self.grades

    @property
    def excursions(self) -> int:
        """How many times one repetition goes out and back."""
        return 2 if self.movement and self.movement.pattern is Pattern.BOTH else 1

    def repetition_s(self, hold_s: float) -> float:
        """Length of one controlled repetition with these holds."""
        return self.excursions * (self.tempo.out_s + self.tempo.back_s + hold_s)

    def watch_for(self, hold_s: float) -> Movement:
        """What the signal core must look for in a set of this exercise with these holds.

        A new record at each call: its identity tells one set from the next.

        Raises
        ------
        ValueError
            For an exercise of walking: bouts are looked for at all times, and nothing else is.
        """
        look = self.movement
        if look is None:
            raise ValueError(f"{self.id} is carried by steps")
        return Movement(
            exercise=self.id,
            start_posture=self.start_posture,
            axis=look.axis,
            pattern=look.pattern,
            smallest_range=look.smallest,
            expected_range=look.expected,
            shortest_repetition_s=look.shortest_repetition_s,
            longest_repetition_s=look.longest_repetition_s + self.excursions * hold_s,
            hold_s=hold_s,
            positive_peak_rad=_radians(look.positive_peak_deg),
            negative_peak_rad=_radians(look.negative_peak_deg),
        )

    def side_of(self, side: Side) -> str:
        """``left`` or ``right`` for an excursion; empty when the exercise has no sides.

        The side is the one that works, which is not the one that is bent to: the comments in the
        catalogue say why, exercise by exercise, the left one makes a positive excursion.
        """
        if self.sides is Sides.NONE or side is Side.BOTH:
            return ""
        return "left" if side is Side.POSITIVE else "right"


def _radians(peak_deg: Peak | None) -> tuple[float, float, float] | None:
    if peak_deg is None:
        return None
    flexion, lateral, rotation = map(math.radians, peak_deg)
    return flexion, lateral, rotation
