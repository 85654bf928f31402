"""What a resting pelvis says of sitting and standing: by its sway and by its tilt.

Its sway: it turns about the vertical hardly on a seat, freely on the feet. A sitter's weight rests
on the two sitting bones, some 12 cm apart, and friction holds them; a stander's pelvis turns over
hips, knees and ankles. It shows in any mounting, needs nothing to be known of the person, and an
accelerometer's offset does not touch it. The tilt says what it says of people at large and, once
this person has been seen sitting and standing, of them.
"""

import math
from dataclasses import dataclass

import numpy as np

from spinesense.model.calibration import Vector
from spinesense.model.samples import Floats
from spinesense.motion.maths.likelihood import log_density, log_density_around, log_mix
from spinesense.motion.maths.vectors import angle_between
from spinesense.motion.maths.windows import TrailingWindow

LAG_S = 0.5
"""The turning rate is compared with what it was so long ago: the gyroscope's bias and slow turns
of the whole person fall out, and the stander's sway, below 1 Hz, is left."""
_NOTHING_RADPS = 1e-4


@dataclass(frozen=True, slots=True)
class SwayParams:
    """What the change of the turning rate over ``LAG_S`` is, as the mean of its logarithm.

    The levels and spreads are fitted to 15 persons of SBHAR/HAPT (60 seats, 60 stands).
    """

    sitting_radps: float = 0.0058
    standing_radps: float = 0.0167
    person_log_sd: float = 0.4
    """People sway more or less than others, sitting and standing alike."""
    moment_log_sd: float = 0.8
    """One person from moment to moment; over a rest of length t this is less by the root of
    1 + t / ``memory_s``."""
    memory_s: float = 5.0
    swivel_share: float = 0.1
    """One seat in ten turns about the vertical as a stander does."""
    least_radps: float = 0.002
    """Less than anybody's (0.0024 at least): a model, or a sensor that shows slow turns as 0."""


def sway_window(tick_rate_hz: float) -> TrailingWindow:
    """The change of the turning rate over ``LAG_S``."""
    lag = max(1, round(LAG_S * tick_rate_hz))
    # ω(t) - ω(t - 0.5 s), as weights over the last ticks.
    return TrailingWindow((-1.0, *(0.0,) * (lag - 1), 1.0))


def sway_logs(changes_radps: Floats) -> Floats:
    """Logarithms of the changes of the turning rate; that of nothing is finite."""
    return np.asarray(np.log(np.maximum(np.abs(changes_radps), _NOTHING_RADPS)))


def sway_log_odds(mean_log: float, seen_s: float, params: SwayParams) -> float:
    """Log odds of sitting, against standing, from the sway of one rest.

    Parameters
    ----------
    mean_log
        Mean of the natural logarithm of the change of the turning rate, in rad/s.
    seen_s
        Over how long; 0 says nothing.
    """
    if seen_s <= 0.0 or mean_log < math.log(params.least_radps):
        return 0.0
    # Spread of s: from person to person, and from moment to moment, less so the longer it was seen.
    moment = params.moment_log_sd**2 / (1.0 + seen_s / params.memory_s)
    scale = math.sqrt(params.person_log_sd**2 + moment)
    # L_s = ln p(s | sitting) / p(s | standing), where one seat in ten sways as a stander does.
    sitting = log_density(mean_log, math.log(params.sitting_radps), scale)
    standing = log_density(mean_log, math.log(params.standing_radps), scale)
    return log_mix(params.swivel_share, standing, sitting) - standing


@dataclass(frozen=True, slots=True)
class TiltParams:
    """How people sit and stand, and how much one person varies."""

    sitting_rad: float = math.radians(20)
    """The sacrum rolls back by some 20° on sitting down (Lazennec et al. 2011, Eur Spine J 20 Suppl
    5:686-698), further in a slouch."""
    sitting_sd_rad: float = math.radians(14)
    standing_sd_rad: float = math.radians(5.5)
    """Along either axis: sway, weight on one leg, a belt that gives, and the walking trunk against
    the standing one."""
    upright_cap_sr: float = 1.5
    """Where it is not known which way is upright, a trunk that sits or stands may be anywhere
    within some 40°."""
    own_stay_s: float = 5.0
    """So much rest of a posture shows how the person takes it; less shows it in proportion."""
    own_sitting_sd_rad: float = math.radians(7)
    own_standing_sd_rad: float = math.radians(4)
    """Along either axis. A person sits and stands in ways that differ less than people do: 9 shifts
    in a quarter of an hour (Davidson & Callaghan 2025) are of some 4° and more, weight on one leg
    tilts by 2-5°."""


@dataclass(slots=True)
class PersonalTilt:
    """Up in one posture of this person: its mean, and how many stays showed it."""

    x: float = 0.0
    y: float = 0.0
    z: float = 0.0
    stays: float = 0.0

    def add(self, up: Vector, share: float) -> None:
        """Add (or with a negative share take out) a stay."""
        # Σ share · u, and n = Σ share.
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
        # The next tilt about a mean that is known from n stays only: variance · (1 + 1/n).
        spread_rad = sd_rad * math.sqrt(1.0 + 1.0 / self.stays)
        own = log_density_around(angle_between(up, mean), spread_rad)
        return log_mix(self.stays / (self.stays + 1.0), own, anyone)


def tilt_log_odds(
    up: Vector,
    axis: Vector | None,
    own: tuple[PersonalTilt, PersonalTilt],
    params: TiltParams,
    *,
    bent_forward: bool = False,
) -> float:
    """Log odds of sitting, against standing, from where a resting trunk points.

    With nothing known of the person they are even at 14°. With no movement to go by, the best cut
    between sitting and standing of one hip sensor was 11.6° (Vähä-Ypyä et al. 2018, Scand J Med Sci
    Sports 28:1092-1102).

    Parameters
    ----------
    up
        The resting trunk.
    axis
        Up along the spine of the standing person; None where that is unknown.
    own
        How this person sits and stands at other times.
    bent_forward
        Whether the trunk is known to lean forward.
    """
    if axis is None:
        sits = stands = -math.log(params.upright_cap_sr)
    else:
        tilt_rad = angle_between(up, axis)
        # Density on the sphere: sitting, a ring at 20 ± 14° that spreads over its circumference 2π
        # θ; standing, a spot of 5.5° about n.
        around_rad = 2.0 * math.pi * max(tilt_rad, params.standing_sd_rad)
        sits = log_density(tilt_rad, params.sitting_rad, params.sitting_sd_rad)
        sits -= math.log(around_rad)
        stands = log_density_around(tilt_rad, params.standing_sd_rad)
        if bent_forward:
            # A pelvis rolls back on sitting down: bent forward it may be on a seat or on the feet.
            sits = min(sits, stands)
    # L_t = ln p(u | sitting) / p(u | standing), both with the person's other stays.
    sitting, standing = own
    sits = sitting.log_density(up, params.own_sitting_sd_rad, sits)
    return sits - standing.log_density(up, params.own_standing_sd_rad, stands)
