"""What the posture stage is told beforehand and what it remembers from tick to tick."""

from dataclasses import dataclass, field
from enum import StrEnum

from spinesense.model.calibration import Vector
from spinesense.model.events import LyingSide, Posture
from spinesense.motion.maths.windows import TrailingWindow
from spinesense.motion.posture.acc_offset import OffsetEstimator
from spinesense.motion.posture.evidence import PersonalTilt
from spinesense.motion.posture.shifts import ShiftState
from spinesense.motion.posture.transitions import TickRow
from spinesense.motion.posture.vehicle import VehicleState
from spinesense.motion.walking.steps import GaitState


class AxisFrom(StrEnum):
    """Where the direction of the upright spine is known from, worst first."""

    FIRST_REST = "first_rest"
    RISING = "rising"
    WALKING = "walking"
    CALIBRATION = "calibration"


@dataclass(slots=True)
class PostureState:
    """Everything that the next tick depends on.

    Vectors are in the trunk frame once calibrated, before that in the sensor frame.
    """

    gait: GaitState
    shifts: ShiftState
    turn: TrailingWindow
    vertical: TrailingWindow
    vertical_square: TrailingWindow
    riding: VehicleState
    sway: TrailingWindow
    in_vehicle: bool = False
    """Whether a vehicle carries the person."""
    segment: int | None = None
    time_s: float = 0.0
    calibrated: bool = False
    axis: Vector | None = None
    """Up along the spine when the person stands; None before the first rest."""
    axis_from: AxisFrom = AxisFrom.FIRST_REST
    first_s: float | None = None
    """Time of the first tick, where the axis has to be guessed."""
    first_ups: list[Vector] = field(default_factory=list)
    posture: Posture = Posture.UNKNOWN
    moved_odds: float = 0.0
    """Log odds that an upright person sits, from the movements that led here."""
    tilt_odds: float = 0.0
    """The same from the tilt in which the person came to rest."""
    nothing_seen: bool = False
    """Whether the present posture is the first, and nothing but its sway tells what it is."""
    personal_sitting: PersonalTilt = field(default_factory=PersonalTilt)
    personal_standing: PersonalTilt = field(default_factory=PersonalTilt)
    """How this person sat and stood so far, where that was sure."""
    acc_offset: OffsetEstimator = field(default_factory=OffsetEstimator)
    """What the accelerometer shows too much, in the frame of up."""
    sway_sum: float = 0.0
    """Of the logarithms of the sway at the rests of the present posture."""
    sway_ticks: int = 0
    sway_due: int = 0
    """At so many of them the sway is looked at again; 0 for the first time."""
    lying_side: LyingSide | None = None
    confidence: float = 0.0
    since_s: float = 0.0
    still: bool = False
    rows: list[TickRow] = field(default_factory=list)
    """The ticks since the last rest, its last second included, or since the last step."""
    anchored: bool = False
    """Whether the vertical velocity was 0 at the first of these rows."""
    calm_s: float | None = None
    """Since when the rest window is calm."""
    rested: bool = False
    """Whether the first of these rows are at rest."""
    offset_mps2: float = 0.0
    """Vertical acceleration that the sensor showed at the last rest."""
    waiting_s: float | None = None
    """Since when a posture waits to be decided."""
    rolling_to: LyingSide | None = None
    rolling_s: float = 0.0
