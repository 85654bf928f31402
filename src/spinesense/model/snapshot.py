"""The one frozen picture that a face shows. Angles are radians; the face turns them to degrees.

Knows no numpy, so that the first paint of the terminal interface waits for nothing.
"""

from dataclasses import dataclass, field
from enum import StrEnum

from spinesense.model.day import NOTHING_COUNTED, Counts
from spinesense.model.events import LyingSide, Posture, Uncounted


class Link(StrEnum):
    """State of the connection to the sensor."""

    IDLE = "idle"
    CONNECTING = "connecting"
    STREAMING = "streaming"
    LOST = "lost"
    ENDED = "ended"
    """A replayed recording has come to its end."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SensorView:
    """How the sensor is doing."""

    name: str = ""
    link: Link = Link.IDLE
    simulated: bool = False
    rate_hz: float = 0.0
    """Measured, not nominal; 0 until known."""
    jitter_s: float = 0.0
    """How much later than evenly every twentieth packet comes; 0 until known."""
    samples: int = 0
    lost_samples: int = 0
    bad_packets: int = 0
    battery_percent: int | None = None
    elsewhere: bool = False
    """Whether another process has the sensor, and this one only looks on."""
    message: str = ""
    """What is wrong and what to do, in one sentence; empty when all is well."""


class CalibrationStep(StrEnum):
    """Where the stand-and-bow stands."""

    NONE = "none"
    STAND = "stand"
    BOW = "bow"
    DONE = "done"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class CalibrationView:
    """How the calibration is going."""

    step: CalibrationStep = CalibrationStep.NONE
    bows: int = 0
    progress: float = 0.0
    """0 to 1 through the present step."""
    message: str = ""
    axis_scatter_rad: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TrunkView:
    """Inclination of the lower back, measured from the start posture or calibrated neutral."""

    flexion_rad: float | None = None
    lateral_rad: float | None = None
    rotation_rad: float | None = None
    rotation_sd_rad: float | None = None
    """Grows with time since the start of the set: rotation about the vertical drifts."""
    lumbar_rad: float | None = None
    """Flexion between two sensors, from the neutral stand; None when one is missing."""
    lumbar_sd_rad: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PostureView:
    """What the body is doing, and the sitting clock."""

    posture: Posture = Posture.UNKNOWN
    lying_side: LyingSide | None = None
    confidence: float = 0.0
    since_s: float = 0.0
    """Data time at which the posture began."""
    sitting_s: float = 0.0
    """Time sat since the last real stand-up."""
    still_s: float = 0.0
    """Time since the last postural shift, while sitting."""
    counts: Counts = NOTHING_COUNTED
    """Since the start; the shifts are those made while sitting."""
    sits: bool = False
    """Whether the person is taken to sit, also where the posture alone does not say so."""
    alert: str = ""
    """The alert that is on, in words; empty when none is."""
    alert_after_s: float = 0.0
    """Stillness after which the alert comes."""
    alert_level: int = 0
    """How strongly it is given: 0 none, 1 colour, 2 a word or the bell, 3 a notification, 4
    vibration."""
    worn: bool = True
    """Whether somebody wears the sensor; until that is known it is taken for granted."""
    suggestion: str = ""
    """A walk that was suggested and not begun, in words; empty when none is."""
    quiet: str = ""
    """Why no prompt would come now, in a word or two; empty when one would."""
    quiet_until: str = ""
    """When a snooze is over by the clock on the wall, ``14:30``; empty without one."""
    slouch: float | None = None
    """How far the person is slumped between sitting tall (0) and their own slump (1); None where
    that was not learned."""
    slouch_hint: str = ""
    """What to do while it is learned."""
    sat_s: float = 0.0
    """Time sat since the start."""
    on_feet_s: float = 0.0
    """Time stood or walked since the start."""
    walked_s: float = 0.0
    """Time walked since the start."""

    @property
    def quiet_words(self) -> str:
        """Why no prompt would come, and until when where that is known."""
        return f"{self.quiet} until {self.quiet_until}" if self.quiet_until else self.quiet


class Phase(StrEnum):
    """Where a coached session stands."""

    NONE = "none"
    CALIBRATE = "calibrate"
    PAIN_BEFORE = "pain_before"
    GET_READY = "get_ready"
    MOVE = "move"
    REST = "rest"
    PAUSED = "paused"
    PAIN_AFTER = "pain_after"
    DONE = "done"


class PaceStage(StrEnum):
    """Where the pacer is in a controlled repetition."""

    REST = "rest"
    OUT = "out"
    HOLD = "hold"
    BACK = "back"


@dataclass(frozen=True, slots=True, kw_only=True)
class PaceView:
    """How a controlled repetition would go just now."""

    stage: PaceStage
    share: float
    """Of the way out: 0 in the start posture, 1 at the peak."""
    words: str
    """What this stage asks for, such as ``Up, breathe out``."""
    left_s: float
    """Left of the stage."""
    reached: float = 0.0
    """Where the person is: 1 in the middle of the target."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SetLine:
    """One finished set, for the summary."""

    title: str
    side: str
    set_number: int
    repetitions: int
    goal: int
    mean_range_rad: float | None
    mean_hold_s: float | None
    held_s: float
    skipped: bool
    walked: bool = False
    """``held_s`` is walking."""
    uncounted: tuple[Uncounted, ...] = ()
    """Why each movement that was not counted was none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CoachView:
    """What the coach shows."""

    phase: Phase = Phase.NONE
    routine: str = ""
    exercise: str = ""
    """The id of the exercise."""
    title: str = ""
    step: str = ""
    """What to do now, one plain sentence."""
    next_step: str = ""
    """What comes after this, one plain sentence."""
    caption: str = ""
    """The newest cue, word for word as it is spoken."""
    position: int = 0
    """Which exercise of the routine this is, from 1."""
    total: int = 0
    set_number: int = 0
    sets: int = 0
    side: str = ""
    level: int = 0
    """Which level of the exercise, from 0."""
    level_name: str = ""
    """What the level is called; empty where there are none."""
    repetitions: int = 0
    uncounted: int = 0
    """Movements of this set that were seen and are no repetition."""
    repetition_goal: int = 0
    """0 for an exercise that is only held."""
    hold_s: float = 0.0
    """The hold clock."""
    hold_goal_s: float = 0.0
    holding: bool = False
    guarded: bool = False
    """Other training is watched: the angle matters, not the clock."""
    walked: bool = False
    """Steps carry the exercise: the hold clock counts walking, ``holding`` says that it runs."""
    cadence_spm: float | None = None
    """Steps a minute of the last seconds of walking."""
    pauses: int = 0
    carrying_rad: float | None = None
    """The angle that carries the exercise, from the start posture, positive in its direction."""
    carrying_name: str = ""
    target_low_rad: float | None = None
    target_high_rad: float | None = None
    pace: PaceView | None = None
    """The pacer; None where nothing is paced."""
    countdown_s: float | None = None
    """Seconds left of a timed phase."""
    pain_before: int | None = None
    pain_after: int | None = None
    pain_worst: int | None = None
    """The highest score that was given during the exercises."""
    pain_stop: int | None = None
    """The score that ended the session; None where pain did not."""
    lines: tuple[SetLine, ...] = ()
    ended_because: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaybackView:
    """Where a replay stands; ``length_s`` is 0 when nothing is replayed."""

    position_s: float = 0.0
    length_s: float = 0.0
    speed: float = 1.0
    paused: bool = False
    file: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """All that a face may show of one moment."""

    time_s: float = 0.0
    """Data time."""
    sensor: SensorView = field(default_factory=SensorView)
    upper: SensorView | None = None
    """The second sensor; None when there is one only."""
    calibration: CalibrationView = field(default_factory=CalibrationView)
    trunk: TrunkView = field(default_factory=TrunkView)
    posture: PostureView = field(default_factory=PostureView)
    coach: CoachView = field(default_factory=CoachView)
    playback: PlaybackView = field(default_factory=PlaybackView)
    unrecorded: str = ""
    """Why nothing is recorded any more, in one sentence; empty while all is."""
    trace_s: tuple[float, ...] = ()
    """Times of the live trace, seconds of data time, ascending; 10 s at most."""
    trace_rad: tuple[float, ...] = ()
    """The angle that is traced: the carrying angle of the exercise, otherwise flexion."""


EMPTY = Snapshot()
