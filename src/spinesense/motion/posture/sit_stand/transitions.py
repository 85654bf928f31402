"""Rising and sitting down: how far the trunk travelled upward between two rests.

Between rests the vertical velocity is 0 at both ends, so a short strapdown integration of the
vertical acceleration with its drift taken out gives the travel (zero-velocity update; for
sit-to-stand from one lumbar sensor: Adamowicz et al. 2020, Sensors 20:6618).
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from spinesense.model.calibration import Vector
from spinesense.model.events import Posture
from spinesense.model.samples import Floats
from spinesense.motion.maths.likelihood import log_density
from spinesense.motion.maths.vectors import angle_between, angles_to


class TickRow(NamedTuple):
    """What a tick leaves behind for the judgement of a movement."""

    time_s: float
    vertical_mps2: float
    """Specific force along up, less standard gravity."""
    up: Vector


@dataclass(frozen=True, slots=True, eq=False)
class Rows:
    """The same for consecutive ticks, as columns."""

    time_s: Floats
    vertical_mps2: Floats
    up: Floats
    """(m, 3)."""

    def cut(self, start: int, stop: int) -> "Rows":
        """Rows ``start`` to ``stop`` (exclusive) as a view."""
        rows = slice(start, stop)
        return Rows(self.time_s[rows], self.vertical_mps2[rows], self.up[rows])

    def up_at(self, row: int) -> Vector:
        """Up at one row."""
        x, y, z = self.up[row].tolist()
        return (x, y, z)


def columns_of(rows: Sequence[TickRow]) -> Rows:
    """The columns of ticks kept one by one."""
    times_s, vertical_mps2, up = zip(*rows, strict=True)
    return Rows(np.array(times_s), np.array(vertical_mps2), np.array(up))


@dataclass(frozen=True, slots=True)
class Travel:
    """One movement between two rests."""

    start_s: float
    end_s: float
    rise_m: float
    """Upward travel; downward is negative."""


# Slower than a tenth of the speed of rising from a chair (0.35 m in about 2 s, peak 0.5 m/s) and
# turning slower than half the rate of its trunk lean (40° in 1 s) is rest before or after it.
_STARTED_MPS = 0.05
_STARTED_RADPS = 0.35
TURNED_OVER_RAD = math.radians(60)
# What comes back is a bend or a squat: less than this share of the way is left at its end.
_KEPT_SHARE = 0.3


def travel(
    rows: Rows,
    rest_before_mps2: float,
    rest_after_mps2: float,
    tick_s: float,
    level: tuple[int, int] = (1, 1),
) -> Travel:
    """Integrate the vertical acceleration between two moments of rest.

    The accelerometer's offset shows as a vertical acceleration at rest that depends on the
    inclination. It is taken to go from its value before to its value after as the inclination
    does.

    Parameters
    ----------
    rows
        The ticks from the middle of the rest before to the middle of the rest after, at least 2.
    rest_before_mps2, rest_after_mps2
        Mean ``vertical_mps2`` during these rests.
    tick_s
        Time from tick to tick.
    level
        Over so many rows at the start and at the end the mean speed is 0: one at a rest, those of
        some steps in walking, which comes back to its height.
    """
    speeds_mps = _speeds(rows, (rest_before_mps2, rest_after_mps2), tick_s, level)
    # h = ∫ V dt, from 0 at the rest before (among steps, from their mean height).
    heights_m = np.cumsum(speeds_mps * tick_s)
    if level[0] > 1:
        heights_m -= heights_m[: level[0]].mean()
    # A turn by most of a right angle leaves an error in the speed that would count as movement.
    turned_over = angle_between(rows.up_at(0), rows.up_at(-1)) > TURNED_OVER_RAD
    # Turning round towards a seat or a bed is no part of the movement: only tilting counts.
    moving = angles_to(rows.up[1:], rows.up[:-1]) > _STARTED_RADPS * tick_s
    moving = np.concatenate([moving[:1], moving])
    if not turned_over:
        moving |= np.abs(speeds_mps) > _STARTED_MPS
    places = np.flatnonzero(moving)
    first, last = (places[0], places[-1]) if len(places) else (0, len(rows.time_s) - 1)
    # Errors of the drift correction pile up towards the end: the farthest point of a movement that
    # went one way is the better estimate of its travel than the last point.
    highest_m, lowest_m = max(0.0, float(heights_m.max())), min(0.0, float(heights_m.min()))
    height_m = float(heights_m[-level[1] :].mean())
    farthest_m = highest_m if highest_m > -lowest_m else lowest_m
    kept = height_m * farthest_m > 0 and abs(height_m) >= _KEPT_SHARE * abs(farthest_m)
    rise_m = farthest_m if kept else height_m
    return Travel(float(rows.time_s[first]), float(rows.time_s[last]), rise_m)


def _speeds(
    rows: Rows, offsets_mps2: tuple[float, float], tick_s: float, level: tuple[int, int]
) -> Floats:
    """Vertical velocity at each row, 0 at both ends."""
    before_mps2, after_mps2 = offsets_mps2
    # o goes from o₁ to o₂ in proportion α / (α + β) to the inclination gone through, with α and β
    # the angles of up from its first and from its last direction.
    gone_rad, left_rad = angles_to(rows.up, rows.up_at(0)), angles_to(rows.up, rows.up_at(-1))
    way_rad = gone_rad + left_rad
    share = np.divide(gone_rad, way_rad, out=np.zeros(len(way_rad)), where=way_rad > 0)
    offset_mps2 = before_mps2 + (after_mps2 - before_mps2) * share
    # ∫ (v - o) dt, less the line through its values at both ends, where V is 0.
    raw_mps = np.cumsum((rows.vertical_mps2 - offset_mps2) * tick_s)
    before, after = level
    first_mps = float(raw_mps[:before].mean()) if before > 1 else 0.0
    last_mps = float(raw_mps[-after:].mean())
    first, last = 0.5 * (before - 1), len(raw_mps) - 1 - 0.5 * (after - 1)
    drift_mps = (last_mps - first_mps) / (last - first)
    return np.asarray(raw_mps - first_mps - drift_mps * (np.arange(len(raw_mps)) - first))


@dataclass(frozen=True, slots=True)
class SitStandParams:
    """What movements between postures are like."""

    rise_m: float = 0.35
    """Hip height standing (0.53 of a stature of 1.7 m, Drillis & Contini 1966) less hip height on
    a seat of 0.45 m."""
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
    change_odds: float = 0.35
    """Odds that a movement between two rests changes the posture, before its travel is known:
    most are reaches, turns and fidgets."""
    most_log_odds: float = 3.0
    """One piece of evidence may be wrong in 1 of 20 cases for reasons not modelled."""

    def error_m(self, length_s: float, *, among_steps: bool) -> float:
        """Error of the travel of a movement of this length."""
        # σ = 0.03 m/s² · T² / 8.
        error_m = self.vertical_error_mps2 * length_s * length_s / 8.0
        return math.hypot(error_m, self.among_steps_m) if among_steps else error_m

    def moved(self, way: int, rise_m: float, error_m: float) -> float:
        """Log likelihood of a travel in rising (1), sitting down (-1), and on the spot (0)."""
        sd_m = self.rise_sd_m if way else self.on_the_spot_sd_m
        # 0.35 ± 0.1 m up or down, 0 ± 0.08 m on the spot, each joined with σ.
        return log_density(rise_m, way * self.rise_m, math.hypot(sd_m, error_m))

    def left_lying(self, rise_m: float, error_m: float) -> tuple[float, float]:
        """Log likelihoods of a travel in sitting up and in getting to the feet from lying."""
        sd_m = math.hypot(self.lying_sd_m, error_m)
        # From a floor it is farther than from a bed: more counts as much.
        on_feet = log_density(min(rise_m, self.lying_rise_m), self.lying_rise_m, sd_m)
        return log_density(rise_m, self.sitting_up_m, sd_m), on_feet


def moving_mps(length_s: float, params: SitStandParams) -> float:
    """From which vertical speed at its end a movement is not over.

    The error of an integration from rest over this length adds to what counts as started.
    """
    return _STARTED_MPS + 0.5 * params.vertical_error_mps2 * length_s


def rose_log_odds(rise_m: float, error_m: float, params: SitStandParams) -> float:
    """Log odds that a movement with this rise was a standing up, not a movement on the spot."""
    odds = params.moved(1, rise_m, error_m) - params.moved(0, rise_m, error_m)
    return _within(odds, params.most_log_odds)


@dataclass(frozen=True, slots=True)
class SitStandUpdate:
    """What a movement between two rests leaves to be believed."""

    moved_odds: float
    """Log odds that the person sits now, the tilt in which they rest left out."""
    former: Posture | None
    """The posture they left by it, if it most likely changed the posture; otherwise None."""


def hmm_forward_step(
    moved_odds: float,
    tilt_odds: float,
    next_tilt_odds: float,
    travelled: tuple[float, float],
    params: SitStandParams,
) -> SitStandUpdate:
    """Forward step of a two-state hidden Markov model: sitting and standing, seen by rise and tilt.

    The tilt of one posture is one piece of evidence however often the person fidgets in it: while
    the posture stays, the tilt before is exchanged for the tilt after.

    Parameters
    ----------
    moved_odds, tilt_odds
        Log odds that the person sat before, from the movements until then and from the tilt.
    next_tilt_odds
        Log odds from the tilt after.
    travelled
        Upward travel of the movement, and its error.
    """
    rise_m, error_m = travelled
    # p, the probability that the person sat before, from L_m + L_t.
    before = 1.0 / (1.0 + math.exp(-moved_odds - tilt_odds))
    # Likelihoods of a change against none: 0.35 e^(log odds of rising), and of sitting down.
    rose = params.change_odds * math.exp(rose_log_odds(rise_m, error_m, params))
    sank = params.change_odds * math.exp(rose_log_odds(-rise_m, error_m, params))
    # sits = p + (1 - p) · sank, stands = (1 - p) + p · rose.
    sits, stands = before + (1.0 - before) * sank, (1.0 - before) + before * rose
    # A change is told where that path is likelier than having stayed, and than the other posture
    # with its tilt afterwards.
    sat_down = (1.0 - before) * sank > max(before, stands * math.exp(-next_tilt_odds))
    stood_up = before * rose > max(1.0 - before, sits * math.exp(next_tilt_odds))
    # New L_m. Where the posture stays, the tilt before is taken out again: the one after takes its
    # place.
    odds = math.log(sits / stands)
    if sat_down or stood_up:
        former = Posture.STANDING if sat_down else Posture.SITTING
        return SitStandUpdate(_within(odds, params.most_log_odds), former)
    return SitStandUpdate(_within(odds - tilt_odds, params.most_log_odds), None)


def _within(log_odds: float, most: float) -> float:
    return max(-most, min(most, log_odds))
