"""What happened, and when it became known.

``time_s`` of every event is the data time at which it could be told to the person; the times inside
say when it happened. Events are values: equal runs give equal events.
"""

from dataclasses import dataclass
from enum import StrEnum

from spinesense.model.calibration import Calibration
from spinesense.model.movement import Side, Unit


class Posture(StrEnum):
    """What the whole body is doing. Lying is told apart further by ``lying_side``."""

    LYING = "lying"
    SITTING = "sitting"
    STANDING = "standing"
    WALKING = "walking"
    TRANSITION = "transition"
    UNKNOWN = "unknown"


class LyingSide(StrEnum):
    """Which way up a lying (or all-fours) trunk is."""

    SUPINE = "supine"
    PRONE = "prone"
    LEFT = "left"
    RIGHT = "right"


class TransitionKind(StrEnum):
    """A change of posture with both ends known."""

    SIT_TO_STAND = "sit_to_stand"
    STAND_TO_SIT = "stand_to_sit"
    LIE_TO_SIT = "lie_to_sit"
    SIT_TO_LIE = "sit_to_lie"
    STAND_TO_LIE = "stand_to_lie"
    LIE_TO_STAND = "lie_to_stand"


class SignalFault(StrEnum):
    """A reason to distrust the readings."""

    SATURATED = "saturated"
    NO_GYRO = "no_gyro"
    STUCK = "stuck"
    NOT_A_NUMBER = "not_a_number"
    IMPOSSIBLE = "impossible"
    """Readings beyond the range of any sensor."""
    WRONG_UNITS = "wrong_units"
    SHIFTED = "shifted"
    INCONSISTENT = "inconsistent"
    """Gyroscope and accelerometer disagree about turns."""
    WRONG_RATE = "wrong_rate"
    """Another number of samples a second comes than was agreed on."""
    DEAD = "dead"
    """Packets go on, but no living samples: one of several streams has stopped, or is frozen."""


@dataclass(frozen=True, slots=True)
class GapFound:
    """Samples are missing between these times; nothing is interpolated across."""

    time_s: float
    start_s: float
    end_s: float


@dataclass(frozen=True, slots=True)
class PacketRejected:
    """A packet could not be decoded."""

    time_s: float
    reason: str


@dataclass(frozen=True, slots=True)
class SignalSuspect:
    """The readings should not be trusted, and why, in words for the person."""

    time_s: float
    fault: SignalFault
    message: str


@dataclass(frozen=True, slots=True)
class CalibrationFound:
    """Standing and bowing were seen: the trunk frame is known from here on."""

    time_s: float
    calibration: Calibration


@dataclass(frozen=True, slots=True)
class CalibrationRefused:
    """A stand-and-bow was tried and is not good enough; the reason says what to do better."""

    time_s: float
    reason: str


@dataclass(frozen=True, slots=True)
class Repetition:
    """One repetition, out and back."""

    time_s: float
    number: int
    """1 for the first since the movement is watched."""
    start_s: float
    peak_s: float
    end_s: float
    range_rad: float
    """Excursion from the start posture to the peak, positive; for ``Pattern.BOTH`` the whole
    way from one peak to the other. Not a number where no angle carries the movement."""
    hold_s: float
    """Time held near the peak; for ``Pattern.BOTH`` the shorter of the two holds."""
    side: Side
    off_axis_rad: float
    """Largest excursion about the other two axes between start and end."""
    smoothness: float
    """Log dimensionless jerk of the carrying angle, negative; nearer 0 is smoother
    (Balasubramanian et al. 2015, J NeuroEngineering Rehabil 12:112)."""
    range_sd_rad: float
    """One standard deviation of the uncertainty of the range."""
    rise_m: float = 0.0
    """How far up or down it went, positive, where that carries the movement; otherwise 0."""

    @property
    def unit(self) -> Unit:
        """What carries the movement is measured in this."""
        return Unit.METRE if self.rise_m else Unit.RADIAN

    @property
    def range(self) -> float:
        """How far it went, in its unit."""
        return self.rise_m if self.unit is Unit.METRE else self.range_rad


class Uncounted(StrEnum):
    """Why an excursion is no repetition."""

    TOO_SMALL = "too_small"
    """Less than this exercise asks for, or much less than the person's own range."""
    TOO_QUICK = "too_quick"
    TOO_SLOW = "too_slow"
    OTHER_DIRECTION = "other_direction"
    """The other way, or about another axis."""
    TOO_FAR = "too_far"
    """So far that it is another posture."""
    ONE_WAY = "one_way"
    """One way of a movement that goes both ways, without the other."""
    NOT_BACK = "not_back"
    """It went out, and was not seen to come back."""
    SHAKEN = "shaken"
    """Turned faster than a trunk can: the sensor was handled."""
    WALKING = "walking"
    """Made while the person walked."""

    @property
    def words(self) -> str:
        """As it is shown beside a movement."""
        return _UNCOUNTED_WORDS[self]


_UNCOUNTED_WORDS = {
    Uncounted.TOO_SMALL: "too small",
    Uncounted.TOO_QUICK: "too quick",
    Uncounted.TOO_SLOW: "too slow",
    Uncounted.OTHER_DIRECTION: "another direction",
    Uncounted.TOO_FAR: "so far that it is another posture",
    Uncounted.ONE_WAY: "one way without the other",
    Uncounted.NOT_BACK: "not seen to come back",
    Uncounted.SHAKEN: "the sensor was shaken",
    Uncounted.WALKING: "made while walking",
}


@dataclass(frozen=True, slots=True)
class PartialMovement:
    """An excursion that is no repetition."""

    time_s: float
    start_s: float
    peak_s: float
    end_s: float
    range_rad: float
    """How far it went, positive; not a number where no angle carries the movement."""
    why: Uncounted


@dataclass(frozen=True, slots=True)
class HoldBegan:
    """The person is near the peak and still: the hold clock runs from ``start_s``."""

    time_s: float
    start_s: float


@dataclass(frozen=True, slots=True)
class HoldPaused:
    """The person dropped or moved: the hold clock stands at ``held_s``."""

    time_s: float
    held_s: float


@dataclass(frozen=True, slots=True)
class HoldEnded:
    """The hold is over; pauses are not counted in ``held_s``."""

    time_s: float
    start_s: float
    end_s: float
    held_s: float


@dataclass(frozen=True, slots=True)
class PostureChanged:
    """From ``start_s`` on the person is in this posture."""

    time_s: float
    start_s: float
    posture: Posture
    confidence: float
    """0 to 1."""
    lying_side: LyingSide | None = None


@dataclass(frozen=True, slots=True)
class TransitionMade:
    """The person moved from one posture to another."""

    time_s: float
    start_s: float
    end_s: float
    kind: TransitionKind


@dataclass(frozen=True, slots=True)
class WalkingBout:
    """A stretch of walking, told when it is over."""

    time_s: float
    start_s: float
    end_s: float
    steps: int
    cadence_spm: float


@dataclass(frozen=True, slots=True)
class PostureShift:
    """A postural shift: the trunk settled in another inclination without a change of posture."""

    time_s: float
    size_rad: float


@dataclass(frozen=True, slots=True)
class WornChanged:
    """The sensor was taken off, or is worn again, since ``start_s``."""

    time_s: float
    start_s: float
    worn: bool


DEEP_SHARE = 0.7
"""From this share of their own range on a bend is deep: PostureCoach warns from 70 % of the largest
flexion (Work, wor203149)."""
HELD_BEND_S = 4.0
"""Held longer a posture is static (ISO 11226:2000)."""


@dataclass(frozen=True, slots=True)
class Bend:
    """One forward bend of an upright person, told a moment after it is over."""

    time_s: float
    start_s: float
    end_s: float
    depth_rad: float
    """Largest tilt towards the front from upright."""
    share: float
    """Of the person's own range: the largest bend they have shown so far."""
    fastest_radps: float
    held_s: float
    """The longest time the trunk stayed in one place during it."""
    seated: bool = False
    """Made on a seat: told, but no bend of the day."""

    @property
    def deep(self) -> bool:
        """Whether it went far into the person's own range."""
        return self.share >= DEEP_SHARE

    @property
    def held(self) -> bool:
        """Whether it was held, not just passed through."""
        return self.held_s > HELD_BEND_S


MotionEvent = (
    GapFound
    | PacketRejected
    | SignalSuspect
    | CalibrationFound
    | CalibrationRefused
    | Repetition
    | PartialMovement
    | HoldBegan
    | HoldPaused
    | HoldEnded
    | PostureChanged
    | TransitionMade
    | WalkingBout
    | PostureShift
    | Bend
    | WornChanged
)
"""What the signal core finds."""


class Priority(StrEnum):
    """Which cue goes first when two want to be said, highest first."""

    STOP = "stop"
    FAULT = "fault"
    COUNT = "count"
    GUIDE = "guide"
    ENCOURAGEMENT = "encouragement"
    PACE = "pace"
    """The pacer's words, which give way to all others even while they are said."""


@dataclass(frozen=True, slots=True)
class Cue:
    """One thing said to the person, aloud and as a caption."""

    time_s: float
    priority: Priority
    words: str


@dataclass(frozen=True, slots=True)
class FaultSeen:
    """A fault was judged to show, whether or not it was the turn of its words to be said."""

    time_s: float
    exercise: str
    fault: str
    """Its id in the catalogue, or one of those that every exercise has."""
    at_s: float
    """When it showed: the peak of a repetition, or the moment itself."""


@dataclass(frozen=True, slots=True)
class SetDone:
    """One set of an exercise is over."""

    time_s: float
    exercise: str
    set_number: int
    side: str
    """``left``, ``right`` or empty for an exercise without sides."""
    goal: int
    repetitions: tuple[Repetition, ...]
    held_s: float
    """Time held over the whole set."""
    start_s: float
    skipped: bool = False
    uncounted: tuple[PartialMovement, ...] = ()
    """What was done in the set and is no repetition, in the order in which it was told."""


class PainMoment(StrEnum):
    """When a pain score was given."""

    BEFORE = "before"
    DURING = "during"
    AFTER = "after"


@dataclass(frozen=True, slots=True)
class PainReported:
    """A pain score of 0 to 10, with the exercise and the flexion of that moment."""

    time_s: float
    score: int
    moment: PainMoment
    exercise: str
    flexion_rad: float | None


@dataclass(frozen=True, slots=True)
class SessionEnded:
    """The routine is finished or was stopped."""

    time_s: float
    finished: bool
    reason: str
    """Empty when finished; otherwise why it ended, in words for the person."""
    pain: int | None = None
    """The score that ended it; None where pain did not."""


@dataclass(frozen=True, slots=True)
class SessionLeft:
    """The program ended before the session did, and why; with an empty reason it goes on again."""

    time_s: float
    reason: str


class AlertKind(StrEnum):
    """What a prompt of the sitting monitor is about."""

    STILL = "still"
    SLOUCH = "slouch"


@dataclass(frozen=True, slots=True)
class SittingAlert:
    """A prompt to move, with the reason in words for the person."""

    time_s: float
    reason: str
    kind: AlertKind = AlertKind.STILL
    level: int = 1
    """1 is colour on the screen; it grows while nobody moves: 2 a word or the bell too, 3 a
    notification of the desktop, 4 the sensor's vibration."""


@dataclass(frozen=True, slots=True)
class WalkSuggested:
    """No alert, and said once: it is time for a walk, in words for the person."""

    time_s: float
    words: str


CoachEvent = (
    Cue
    | FaultSeen
    | SetDone
    | PainReported
    | SessionEnded
    | SessionLeft
    | SittingAlert
    | WalkSuggested
)
"""What the coach says and concludes."""

Event = MotionEvent | CoachEvent
