"""Thresholds of the posture stage, live and with hindsight."""

import math
from dataclasses import dataclass, field

from spinesense.motion.posture.shifts import StillnessParams
from spinesense.motion.posture.sit_stand.acc_offset import OffsetParams
from spinesense.motion.posture.sit_stand.evidence import SwayParams, TiltParams
from spinesense.motion.posture.sit_stand.transitions import SitStandParams
from spinesense.motion.posture.vehicle import VehicleParams
from spinesense.motion.posture.worn import HandParams
from spinesense.motion.walking.steps import GaitParams


@dataclass(frozen=True, slots=True)
class HindsightParams:
    """Thresholds of the second look at a whole recording."""

    glimpse_s: float = 0.4
    """A movement may pause this briefly and its speed is known to be 0: half a second of settling
    in, as it is waited for live, is not needed where the next rest is known too."""
    slow_half_s: float = 2.5
    slow_mean_s: float = 1.0
    slow_mps2: float = 0.05
    """A sore back rises by 0.35 m in up to 5 s: it gains speed for half of them, with 0.08 m/s² at
    most (minimum jerk), and loses it in the other half. Against its surroundings that shows as 0.1;
    half of it is no rest."""
    sure_rest_s: float = 2.0
    """A calm moment in mid-way is briefer."""
    same_m: float = 0.12
    same_rad: float = math.radians(10)
    """Rests that are nearer to each other in height and inclination are one stay: the height of a
    fidget with the error of its integration, and half the roll of the pelvis on sitting down."""
    slow_starts_s: tuple[float, ...] = (0.0, 0.3, 0.6)
    """A slow rise of 0.35 m in 3 s stays below the accelerations and turns of rest for 0.6 s; but
    the longer the integration, the more it drifts. The middle one of three travels is taken."""
    into_walk_s: float = 1.5
    """A movement from or to a walk is followed so far into it: sitting down ends in a bump, and its
    last shuffle passes for steps."""
    steps_s: float = 1.2
    """Two steps at a usual pace, over which the trunk comes back to its height."""
    passed_s: float = 3.0
    """A seat that is left again sooner was passed on the way, and so was a stand before the next
    seat: no posture is told sooner either."""


@dataclass(frozen=True, slots=True)
class PostureParams:
    """Thresholds of the posture stage."""

    gait: GaitParams = field(default_factory=GaitParams)
    stillness: StillnessParams = field(default_factory=StillnessParams)
    seat: SitStandParams = field(default_factory=SitStandParams)
    riding: VehicleParams = field(default_factory=VehicleParams)
    tilt: TiltParams = field(default_factory=TiltParams)
    sway: SwayParams = field(default_factory=SwayParams)
    offset: OffsetParams = field(default_factory=OffsetParams)
    hand: HandParams = field(default_factory=HandParams)
    hindsight: HindsightParams = field(default_factory=HindsightParams)
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
    long_gap_s: float = 3.0
    """After a longer gap the posture is unknown: somebody may have sat down meanwhile."""
