"""What one movement, one tilt and one sway say of sitting, standing and lying."""

import math
from dataclasses import dataclass

from spinesense.model.calibration import Vector
from spinesense.model.events import Posture
from spinesense.motion.likelihood import log_density, log_density_around, log_mix
from spinesense.motion.posture_movements import Movement, Stay
from spinesense.motion.transitions import SeatParams, angle

LOWEST_SEAT_RAD = math.radians(70)
LOWEST_SEAT_SD_RAD = math.radians(5)
"""Nearer to lying than this is no seat, with a pelvis rolled back by 40° on a back that reclines
by 30°, and no sensor that sits by 5° askew."""


@dataclass(frozen=True, slots=True)
class HindsightParams:
    """What movements and tilts are worth."""

    sitting_tilt_rad: float = math.radians(20)
    """The sacrum rolls back by some 20° on sitting down (Lazennec et al. 2011, Eur Spine J 20 Suppl
    5:686-698), further in a slouch."""
    sitting_tilt_sd_rad: float = math.radians(14)
    standing_tilt_sd_rad: float = math.radians(5.5)
    """Along either axis: sway, weight on one leg, a belt that gives, and the walking trunk against
    the standing one."""
    upright_cap_sr: float = 1.5
    """Where it is not known which way is upright, a trunk that sits or stands may be anywhere
    within some 40°."""
    rise_sd_m: float = 0.1
    """Statures and seats (0.08 m), error of the integration (0.05 m)."""
    on_the_spot_sd_m: float = 0.08
    """Travel of a lean or a slump, with an error of the integration of 0.05 m."""
    vertical_error_mps2: float = 0.03
    """What is left of an accelerometer's offset and sensitivity once what shows at the rests is
    taken out, to which sway and breath add some 3 mg: over a movement of length T it moves the
    travel by this times T² / 8, when it comes and goes with the inclination."""
    among_steps_m: float = 0.15
    """A movement that begins or ends among steps may be half over at the step it is measured from:
    sitting down ends in a bump, and its last shuffle passes for steps."""
    lying_rise_m: float = 0.35
    """From the sensor of one who lies on a bed of 0.45 m, some 0.1 m above it, to its place in
    standing; from a floor it is more."""
    sitting_up_m: float = 0.1
    """The pelvis rolls over the hips on sitting up."""
    lying_sd_m: float = 0.25
    """Beds (0.15 m), and what a turn by 90° leaves in the integration (0.2 m)."""
    sits_up_first: float = 0.7
    """Log odds that a rest after or before lying is sat: one sits up before one stands up."""
    put_on_standing: float = 1.1
    """Log odds that the first upright stay is a stand, 3 to 1: a belt is put on standing."""
    rounds: int = 3
    """Of learning how the person sits and stands: the third changes little."""
    own_stay_s: float = 5.0
    """So much rest of a posture shows how the person takes it; less shows it in proportion."""
    own_sitting_sd_rad: float = math.radians(7)
    own_standing_sd_rad: float = math.radians(4)
    """Along either axis. A person sits and stands in ways that differ less than people do: 9 shifts
    in a quarter of an hour (Davidson & Callaghan 2025) are of some 4° and more, weight on one leg
    tilts by 2-5°."""


@dataclass(slots=True)
class Owned:
    """Up in one posture of this person: its mean, and how many stays showed it."""

    x: float = 0.0
    y: float = 0.0
    z: float = 0.0
    stays: float = 0.0

    def add(self, up: Vector, share: float) -> None:
        """Add (or with a negative share take out) a stay."""
        self.x += up[0] * share
        self.y += up[1] * share
        self.z += up[2] * share
        self.stays += share

    def log_density(self, up: Vector, sd_rad: float, anyone: float) -> float:
        """Log density of a tilt: taken as before, or in a way that this person never did.

        The n + 1st stay is as one of the n before with odds of n to 1 (Laplace's rule).
        """
        length = math.sqrt(self.x * self.x + self.y * self.y + self.z * self.z)
        if length < 1e-6 or self.stays < 1e-6:
            return anyone
        mean = (self.x / length, self.y / length, self.z / length)
        spread_rad = sd_rad * math.sqrt(1.0 + 1.0 / self.stays)
        own = log_density_around(angle(up, mean), spread_rad)
        return log_mix(self.stays / (self.stays + 1.0), own, anyone)


def tilt_evidence(
    stay: Stay,
    axis: Vector | None,
    own: tuple[Owned, Owned],
    params: HindsightParams,
    *,
    calibrated: bool,
    guessed: bool,
) -> float:
    """Log odds of sitting, against standing or lying, from the tilt of one stay.

    Parameters
    ----------
    stay
        A rest or a lying.
    axis
        Up along the spine of the standing person; None where that is unknown.
    own
        How this person sits and stands in other stays.
    calibrated
        Whether directions are in the trunk frame.
    guessed
        Whether the axis tells lying only.
    """
    if stay.posture is Posture.LYING:
        if axis is None:
            return -math.inf
        below = max(0.0, angle(stay.up, axis) - LOWEST_SEAT_RAD) / LOWEST_SEAT_SD_RAD
        return -0.5 * below * below
    if axis is None or guessed:
        sits = stands = -math.log(params.upright_cap_sr)
    else:
        sits, stands = tilt_densities(angle(stay.up, axis), params)
        if calibrated and stay.up[0] < 0.0:
            # A pelvis rolls back on sitting down: bent forward it may be on a seat or on the feet.
            sits = min(sits, stands)
    sitting, standing = own
    sits = sitting.log_density(stay.up, params.own_sitting_sd_rad, sits)
    return sits - standing.log_density(stay.up, params.own_standing_sd_rad, stands)


def tilt_densities(tilt_rad: float, params: HindsightParams) -> tuple[float, float]:
    """Log densities, per square radian, of a tilt from upright when people sit and stand.

    They are even at 14°. With no movement to go by, the best cut between sitting and standing of
    one hip sensor was 11.6° (Vähä-Ypyä et al. 2018, Scand J Med Sci Sports 28:1092-1102).
    """
    around_rad = 2.0 * math.pi * max(tilt_rad, params.standing_tilt_sd_rad)
    sits = log_density(tilt_rad, params.sitting_tilt_rad, params.sitting_tilt_sd_rad)
    return sits - math.log(around_rad), log_density_around(tilt_rad, params.standing_tilt_sd_rad)


Ways = tuple[tuple[float, float, float], ...]
"""Log likelihood of a movement, from each of sitting, standing and lying to each."""
ANYTHING: Ways = ((0.0, 0.0, 0.0), (0.0, 0.0, 0.0), (0.0, 0.0, 0.0))


def ways(movement: Movement, seat: SeatParams, params: HindsightParams) -> Ways:
    """What a movement says; anything may be after it as at the beginning, if nobody knows."""
    if movement.unseen:
        return ANYTHING
    change = math.log(seat.change_odds)
    past = change - params.sits_up_first
    if movement.coarse or not movement.measured:
        # Without a gyroscope up follows the acceleration of the movement itself.
        return ((0.0, change, change), (change, 0.0, past), (change, past, 0.0))
    error_m = params.vertical_error_mps2 * movement.length_s**2 / 8.0
    if movement.among_steps:
        error_m = math.hypot(error_m, params.among_steps_m)
    rise_m = movement.travel.rise_m
    to_feet_m, up_m = params.lying_rise_m, params.sitting_up_m

    def seen(mean_m: float, sd_m: float, travel_m: float = rise_m) -> float:
        return log_density(travel_m, mean_m, math.hypot(sd_m, error_m))

    spot, lay = seen(0.0, params.on_the_spot_sd_m), seen(0.0, params.lying_sd_m)
    rose, sank = (seen(way * seat.rise_m, params.rise_sd_m) + change for way in (1, -1))
    sat_up, lay_back = (seen(way * up_m, params.lying_sd_m) + change for way in (1, -1))
    # From a floor it is farther than from a bed: more counts as much.
    got_up = seen(to_feet_m, params.lying_sd_m, min(rise_m, to_feet_m)) + past
    went_down = seen(-to_feet_m, params.lying_sd_m, max(rise_m, -to_feet_m)) + past
    return ((spot, rose, lay_back), (sank, spot, went_down), (sat_up, got_up, lay))
