"""Sitting and standing with hindsight: all stays and movements of a recording judged together.

A hidden Markov model with three states. Each movement speaks by its upward travel, each stay by the
tilt of the pelvis; lying and walking are known beforehand. Forward and backward probabilities let
a sure rise tell what the hour before it was. In a second round the tilts are compared with the
person's own, learned from the stays that the first round was sure of.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from spinesense.model.calibration import Vector
from spinesense.model.events import Posture
from spinesense.motion.posture_movements import Movement, Stay
from spinesense.motion.posture_stays import Course
from spinesense.motion.transitions import SeatParams, angle, tilt_log_odds

STATES = (Posture.SITTING, Posture.STANDING, Posture.LYING)
_IMPOSSIBLE = -1e3
LOWEST_SEAT_RAD = math.radians(70)
LOWEST_SEAT_SD_RAD = math.radians(5)
"""Nearer to lying than this is no seat, with a pelvis rolled back by 40° on a back that reclines
by 30°, and no sensor that sits by 5° askew."""


@dataclass(frozen=True, slots=True)
class HindsightParams:
    """What movements and own tilts are worth."""

    on_the_spot_sd_m: float = 0.08
    """Travel of a lean or a slump, with an error of the integration of 0.05 m."""
    vertical_error_mps2: float = 0.05
    """What is left of a cheap accelerometer's offset (40 mg) and sensitivity (1 %) once what shows
    at the rests is taken out, 5 mg: over a movement of length T it moves the travel by this times
    T² / 8, when it comes and goes with the inclination."""
    among_steps_m: float = 0.15
    """A movement that begins or ends among steps may be half over at the step it is measured from:
    sitting down ends in a bump, and its last shuffle passes for steps."""
    lying_rise_m: float = 0.45
    """From the pelvis of one who lies on a bed of 0.45 m to standing; from a floor it is more."""
    sitting_up_m: float = 0.1
    """The pelvis rolls over the hips on sitting up."""
    lying_sd_m: float = 0.5
    """Beds, and the error that a turn by 90° leaves (1 % of gravity along the wrong axis)."""
    sits_up_first: float = 0.7
    """Log odds that a rest after or before lying is sat: one sits up before one stands up."""
    put_on_standing: float = 1.1
    """Log odds that the first upright stay is a stand, 3 to 1: a belt is put on standing."""
    own_s: float = 20.0
    """So much sure rest is needed of a posture before its tilt is the person's own."""
    sure: float = 0.9
    own_sitting_sd_rad: float = math.radians(7)
    own_standing_sd_rad: float = math.radians(4)
    """A person sits and stands in ways that differ less than people do: 9 shifts in a quarter of an
    hour (Davidson & Callaghan 2025) are of some 4° and more, weight on one leg tilts by 2-5°."""


@dataclass(slots=True)
class Own:
    """Mean direction of up in one posture, weighted by time."""

    x: float = 0.0
    y: float = 0.0
    z: float = 0.0
    rest_s: float = 0.0

    def add(self, up: Vector, rest_s: float) -> None:
        """Add (or with a negative time take out) a stay."""
        self.x += up[0] * rest_s
        self.y += up[1] * rest_s
        self.z += up[2] * rest_s
        self.rest_s += rest_s

    def up(self) -> Vector | None:
        """The mean direction; None of nothing."""
        length = math.sqrt(self.x * self.x + self.y * self.y + self.z * self.z)
        return (self.x / length, self.y / length, self.z / length) if length else None


Beliefs = list[tuple[float, float, float]]
"""Of each stay the probabilities of ``STATES``."""


def judge_stays(
    course: Course,
    axis: Vector | None,
    seat: SeatParams,
    params: HindsightParams,
    *,
    calibrated: bool,
) -> Beliefs:
    """Probabilities of sitting, standing and lying at each stay.

    Parameters
    ----------
    course
        The stays and the movements between them.
    axis
        Up along the spine of the standing person; None where that is unknown.
    calibrated
        Whether the sensor sat where it sits from the start.
    """
    ways = [_ways(movement, seat, params) for movement in course.movements]
    tilts = [_tilt(stay, axis, seat, calibrated=calibrated) for stay in course.stays]
    for place, stay in enumerate(course.stays):
        if stay.posture is Posture.UNKNOWN and not calibrated:
            if not place or course.movements[place - 1].unseen:
                tilts[place] -= params.put_on_standing
            break
    beliefs = _smooth(course.stays, tilts, ways)
    tilts = _own_tilts(course.stays, beliefs, tilts, seat, params)
    return _smooth(course.stays, tilts, ways)


def _tilt(stay: Stay, axis: Vector | None, seat: SeatParams, *, calibrated: bool) -> float:
    """Log odds of sitting, against standing or lying, as people in general are tilted."""
    if axis is None:
        return _IMPOSSIBLE if stay.posture is Posture.LYING else 0.0
    tilt_rad = angle(stay.up, axis)
    if stay.posture is Posture.LYING:
        below = max(0.0, tilt_rad - LOWEST_SEAT_RAD) / LOWEST_SEAT_SD_RAD
        return -0.5 * below * below
    odds = tilt_log_odds(tilt_rad, seat)
    return min(0.0, odds) if calibrated and stay.up[0] < 0.0 else odds


def _own_tilts(
    stays: list[Stay],
    beliefs: Beliefs,
    tilts: list[float],
    seat: SeatParams,
    params: HindsightParams,
) -> list[float]:
    """Log odds of sitting from how this person sits and stands elsewhere in the recording."""
    sitting, standing = Own(), Own()
    owners: list[Own | None] = []
    for stay, (sits, stands, _) in zip(stays, beliefs, strict=True):
        owner = None
        if stay.posture is Posture.UNKNOWN and max(sits, stands) >= params.sure:
            owner = sitting if sits > stands else standing
            owner.add(stay.up, stay.rest_s)
        owners.append(owner)
    own = []
    for stay, owner, tilt in zip(stays, owners, tilts, strict=True):
        if owner:
            owner.add(stay.up, -stay.rest_s)
        if stay.posture is Posture.LYING:
            own.append(tilt)
            continue
        known = min(sitting.rest_s, standing.rest_s) >= params.own_s
        own.append(_own_log_odds(stay.up, sitting, standing, seat, params) if known else tilt)
        if owner:
            owner.add(stay.up, stay.rest_s)
    return own


def _own_log_odds(
    up: Vector, sitting: Own, standing: Own, seat: SeatParams, params: HindsightParams
) -> float:
    sat, stood = sitting.up(), standing.up()
    if sat is None or stood is None:
        return 0.0
    from_sitting = angle(up, sat) / params.own_sitting_sd_rad
    from_standing = angle(up, stood) / params.own_standing_sd_rad
    wider = 2.0 * math.log(params.own_sitting_sd_rad / params.own_standing_sd_rad)
    odds = 0.5 * (from_standing * from_standing - from_sitting * from_sitting) - wider
    return max(-seat.most_log_odds, min(seat.most_log_odds, odds))


Ways = tuple[tuple[float, float, float], ...]
"""Log likelihood of a movement, from each of ``STATES`` to each."""
_ANY: Ways = ((0.0, 0.0, 0.0), (0.0, 0.0, 0.0), (0.0, 0.0, 0.0))


def _ways(movement: Movement, seat: SeatParams, params: HindsightParams) -> Ways:
    """What a movement says; anything may be after it as at the beginning, if nobody knows."""
    if movement.unseen:
        return _ANY
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
        return _log_density(travel_m, mean_m, math.hypot(sd_m, error_m), seat)

    spot, lay = seen(0.0, params.on_the_spot_sd_m), seen(0.0, params.lying_sd_m)
    rose, sank = (seen(way * seat.rise_m, seat.rise_sd_m) + change for way in (1, -1))
    sat_up, lay_back = (seen(way * up_m, params.lying_sd_m) + change for way in (1, -1))
    # From a floor it is farther than from a bed: more counts as much.
    got_up = seen(to_feet_m, params.lying_sd_m, min(rise_m, to_feet_m)) + past
    went_down = seen(-to_feet_m, params.lying_sd_m, max(rise_m, -to_feet_m)) + past
    return ((spot, rose, lay_back), (sank, spot, went_down), (sat_up, got_up, lay))


def _log_density(value_m: float, mean_m: float, sd_m: float, seat: SeatParams) -> float:
    """Log density of a travel, with a share of movements that are something else."""
    off = (value_m - mean_m) / sd_m
    usual = math.exp(-0.5 * off * off) / (sd_m * math.sqrt(2.0 * math.pi))
    return math.log((1.0 - seat.odd_share) * usual + seat.odd_share / seat.odd_range_m)


def _smooth(stays: list[Stay], tilts: list[float], ways: Sequence[Ways]) -> Beliefs:
    """Forward and backward probabilities."""
    seen = [_seen(stay, tilt) for stay, tilt in zip(stays, tilts, strict=True)]
    forward = [seen[0]]
    for way, here in zip(ways, seen[1:], strict=True):
        came = [
            _log_sum([forward[-1][old] + way[old][new] for old in range(3)]) for new in range(3)
        ]
        forward.append(_level([came[new] + here[new] for new in range(3)]))
    backward: list[list[float]] = [[0.0, 0.0, 0.0]]
    for way, here in zip(reversed(ways), reversed(seen[1:]), strict=True):
        later = backward[-1]
        backward.append(
            _level(
                [
                    _log_sum([way[old][new] + here[new] + later[new] for new in range(3)])
                    for old in range(3)
                ]
            )
        )
    return [
        _shares([one + other for one, other in zip(ahead, behind, strict=True)])
        for ahead, behind in zip(forward, reversed(backward), strict=True)
    ]


def _seen(stay: Stay, tilt: float) -> list[float]:
    if stay.posture is Posture.LYING:
        return [tilt, _IMPOSSIBLE, 0.0]
    if stay.posture is Posture.WALKING:
        return [_IMPOSSIBLE, 0.0, _IMPOSSIBLE]
    return [tilt, 0.0, _IMPOSSIBLE]


def _log_sum(logs: list[float]) -> float:
    most = max(logs)
    return most + math.log(sum(math.exp(each - most) for each in logs))


def _level(logs: list[float]) -> list[float]:
    """The same but for a common factor, with the greatest at 0."""
    most = max(logs)
    return [each - most for each in logs]


def _shares(logs: list[float]) -> tuple[float, float, float]:
    whole = _log_sum(logs)
    sits, stands, lies = (math.exp(each - whole) for each in logs)
    return sits, stands, lies
