"""What the posture stage is told beforehand and what it remembers from tick to tick."""

import math
from dataclasses import dataclass, field
from enum import StrEnum

from spinesense.model.calibration import Vector
from spinesense.model.events import LyingSide, Posture
from spinesense.motion.maths.windows import TrailingWindow
from spinesense.motion.posture.acc_offset import Rests
from spinesense.motion.posture.shifts import ShiftState, StillnessParams
from spinesense.motion.posture.sway import SwayParams
from spinesense.motion.posture.tilts import Owned, TiltParams
from spinesense.motion.posture.transitions import SeatParams, TickRow
from spinesense.motion.posture.vehicle import RidingParams, RidingState
from spinesense.motion.walking.steps import GaitParams, GaitState


@dataclass(frozen=True, slots=True)
class PostureParams:
    """Thresholds of the posture stage."""

    gait: GaitParams = field(default_factory=GaitParams)
    stillness: StillnessParams = field(default_factory=StillnessParams)
    seat: SeatParams = field(default_factory=SeatParams)
    riding: RidingParams = field(default_factory=RidingParams)
    tilt: TiltParams = field(default_factory=TiltParams)
    sway: SwayParams = field(default_factory=SwayParams)
    lying_rad: float = math.radians(70)
    """Trunk this far from upright lies: the best cut of one hip sensor is 64.9° (Vähä-Ypyä et al.
    2018, Scand J Med Sci Sports 28:1092-1102), and a pelvis bends forward by 59° at most in
    standing (Laird et al. 2019, healthy median)."""
    upright_rad: float = math.radians(50)
    """Nearer than this it lies no longer; between the two the posture stays as it is."""
    turned_s: float = 1.0
    """Time beyond one of these two: a deep bow is shorter at its lowest."""
    decide_s: float = 2.5
    """Without a rest by then, the posture is decided all the same."""
    get_up_s: float = 5.0
    """... but whoever gets up from lying and does not rest is still on the way, to sitting or to
    the feet, for so long (SBHAR/HAPT: 3-6 s from a bed into a walk)."""
    rest_window_s: float = 0.5
    rest_radps: float = 0.2
    """Root mean square of the angular rate below which the vertical velocity is taken for 0: at
    most 0.1 m from the axis of rotation it is below 0.02 m/s."""
    rest_mps2: float = 0.35
    """Standard deviation of the vertical acceleration at rest: standing sway, cheap sensors'
    noise and the beat of the heart stay below it, steps do not."""
    settled_s: float = 0.5
    """A rest lasts this much longer before a movement is judged: the bottom of a squat is no
    seat."""
    shortest_movement_s: float = 0.6
    """Nobody sits down or stands up faster."""
    longest_movement_s: float = 12.0
    """The drift of a cheap accelerometer spoils the travel over longer movements."""
    put_on_s: float = 15.0
    """Without a calibration, the sensor may still be being put on for this long."""
    put_on_standing: float = 1.1
    """Log odds that the first upright rest is a stand, 3 to 1: a belt is put on standing."""
    axis_s: float = 1.0
    """The direction of the spine is first guessed from this much rest."""
    walking_axis_s: float = 30.0
    """Time constant with which walking corrects it: a flight of stairs, climbed with a lean of
    10°, takes 10 s."""
    convincing_steps: int = 20
    """So long a walk is believed against an axis from earlier walks: the sensor was moved."""
    long_gap_s: float = 3.0
    """After a longer gap the posture is unknown: somebody may have sat down meanwhile."""


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
    riding: RidingState
    sway: TrailingWindow
    rides: bool = False
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
    sat: Owned = field(default_factory=Owned)
    stood: Owned = field(default_factory=Owned)
    """How this person sat and stood so far, where that was sure."""
    zero: Rests = field(default_factory=Rests)
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
