"""Sitting and standing with hindsight: all stays and movements of a recording judged together.

A hidden Markov model with three states. The evidence of a movement is its upward travel, that of a
stay the tilt of the pelvis and its sway; lying and walking are known beforehand. Forward and
backward probabilities let a sure rise tell what the hour before it was. In further rounds the tilts
are compared with the person's own, learned from all other stays by what the last round made of
them.
"""

import math
from collections.abc import Sequence
from itertools import pairwise

from spinesense.model.calibration import Vector
from spinesense.model.events import Posture
from spinesense.motion.maths.likelihood import log_density, log_sum
from spinesense.motion.maths.vectors import angle_between
from spinesense.motion.posture.hindsight.movements import StayTransition, UprightStay
from spinesense.motion.posture.hindsight.stays import StaySequence
from spinesense.motion.posture.params import PostureParams
from spinesense.motion.posture.sit_stand.evidence import (
    PersonalTilt,
    SwayParams,
    TiltParams,
    sway_log_odds,
    tilt_log_odds,
)
from spinesense.motion.posture.sit_stand.transitions import SitStandParams

LOWEST_SEAT_RAD = math.radians(70)
LOWEST_SEAT_SD_RAD = math.radians(5)
"""Nearer to lying than this is no seat, with a pelvis rolled back by 40° on a back that reclines
by 30°, and no sensor that sits by 5° askew."""


def seat_while_lying(stay: UprightStay, axis: Vector | None) -> float:
    """Log odds that what was told as lying is a reclined seat, against lying."""
    if axis is None:
        return -math.inf
    # Half of a normal density: 0 up to 70°, then falling off within some 5°.
    below = max(0.0, angle_between(stay.up, axis) - LOWEST_SEAT_RAD) / LOWEST_SEAT_SD_RAD
    return -0.5 * below * below


TransitionLogLikelihood = tuple[tuple[float, float, float], ...]
"""Log likelihood of a movement, from each of sitting, standing and lying to each."""
ANYTHING: TransitionLogLikelihood = ((0.0, 0.0, 0.0), (0.0, 0.0, 0.0), (0.0, 0.0, 0.0))


def transition_log_likelihood(
    movement: StayTransition, params: SitStandParams
) -> TransitionLogLikelihood:
    """What a movement says; anything may be after it as at the beginning, if nobody knows."""
    if movement.unseen:
        return ANYTHING
    change = math.log(params.change_odds)
    past = change - params.sits_up_first
    if movement.coarse or not movement.measured:
        # Without a gyroscope up follows the acceleration of the movement itself.
        return ((0.0, change, change), (change, 0.0, past), (change, past, 0.0))
    # t(i, j) = ln p(rise | from i to j), and ln 0.35 for each change of posture.
    rise_m = movement.travel.rise_m
    error_m = params.error_m(movement.length_s, among_steps=movement.among_steps)
    rose, spot, sank = (params.moved(way, rise_m, error_m) for way in (1, 0, -1))
    sat_up, got_up = params.left_lying(rise_m, error_m)
    lay_back, went_down = params.left_lying(-rise_m, error_m)
    lay = log_density(rise_m, 0.0, math.hypot(params.lying_sd_m, error_m))
    return (
        (spot, rose + change, lay_back + change),
        (sank + change, spot, went_down + past),
        (sat_up + change, got_up + past, lay),
    )


STATES = (Posture.SITTING, Posture.STANDING, Posture.LYING)
_IMPOSSIBLE = -1e3
_ROUNDS = 3
"""Of learning how the person sits and stands: the third changes little."""

Posteriors = list[tuple[float, float, float]]
"""Of each stay the probabilities of ``STATES``."""


def smooth_stays(
    course: StaySequence,
    axis: Vector | None,
    params: PostureParams,
    *,
    calibrated: bool,
    guessed: bool = False,
) -> Posteriors:
    """Probabilities of sitting, standing and lying at each stay.

    Parameters
    ----------
    course
        The stays and the movements between them.
    axis
        Up along the spine of the standing person; None where that is unknown.
    calibrated
        Whether the sensor sat where it sits from the start.
    guessed
        Whether the axis tells lying only: it may as well be that of a seat.
    """
    stays = course.stays
    paths = [
        ANYTHING
        if before.in_hand or after.in_hand
        else transition_log_likelihood(movement, params.seat)
        for movement, (before, after) in zip(course.movements, pairwise(stays), strict=True)
    ]
    known = [_sway(stay, params.sway) for stay in stays]
    for place, stay in enumerate(stays):
        if stay.posture is Posture.UNKNOWN and not calibrated:
            if not place or course.movements[place - 1].unseen:
                known[place] -= params.put_on_standing
            break
    upright = None if guessed else axis
    beliefs: Posteriors = [(0.0, 0.0, 0.0)] * len(stays)
    # Each round: the tilts by what the last one believed, then forward and backward again.
    for _ in range(_ROUNDS):
        own = _tilts(stays, upright, beliefs, params.tilt, calibrated=calibrated)
        tilts = [
            seat_while_lying(stay, axis) if stay.posture is Posture.LYING else tilt
            for stay, tilt in zip(stays, own, strict=True)
        ]
        odds = [tilt + other for tilt, other in zip(tilts, known, strict=True)]
        beliefs = _forward_backward(stays, odds, paths)
    return beliefs


def _sway(stay: UprightStay, params: SwayParams) -> float:
    """Log odds of sitting from the sway of an upright rest."""
    if stay.posture is not Posture.UNKNOWN:
        return 0.0
    return sway_log_odds(stay.sway_log, stay.sway_s, params)


def _tilts(
    stays: list[UprightStay],
    axis: Vector | None,
    beliefs: Posteriors,
    params: TiltParams,
    *,
    calibrated: bool,
) -> list[float]:
    """Log odds of sitting from each tilt, by how the person sits and stands in all other stays."""
    own = sitting, standing = PersonalTilt(), PersonalTilt()
    shares = []
    for stay, (sits, stands, _) in zip(stays, beliefs, strict=True):
        counts = stay.posture is Posture.UNKNOWN
        weight = min(1.0, stay.rest_s / params.own_stay_s) if counts else 0.0
        shares.append((sits * weight, stands * weight))
        sitting.add(stay.up, shares[-1][0])
        standing.add(stay.up, shares[-1][1])
    # Each stay is compared with all others: it is taken out of both means, and put back.
    tilts = []
    for stay, (sits, stands) in zip(stays, shares, strict=True):
        sitting.add(stay.up, -sits)
        standing.add(stay.up, -stands)
        bent_forward = calibrated and stay.up[0] < 0.0
        tilts.append(tilt_log_odds(stay.up, axis, own, params, bent_forward=bent_forward))
        sitting.add(stay.up, sits)
        standing.add(stay.up, stands)
    return tilts


def _forward_backward(
    stays: list[UprightStay],
    tilts: list[float],
    movements: Sequence[TransitionLogLikelihood],
) -> Posteriors:
    """Forward and backward probabilities."""
    seen = [_seen(stay, tilt) for stay, tilt in zip(stays, tilts, strict=True)]
    # α_k(j) = e_k(j) Σ_i α_(k-1)(i) t_k(i, j), in logs.
    forward = [seen[0]]
    for way, here in zip(movements, seen[1:], strict=True):
        came = [
            log_sum(*[forward[-1][old] + way[old][new] for old in range(3)]) for new in range(3)
        ]
        forward.append(_level([came[new] + here[new] for new in range(3)]))
    # β_k(i) = Σ_j t_(k+1)(i, j) e_(k+1)(j) β_(k+1)(j), from the end.
    backward: list[list[float]] = [[0.0, 0.0, 0.0]]
    for way, here in zip(reversed(movements), reversed(seen[1:]), strict=True):
        later = backward[-1]
        backward.append(
            _level(
                [
                    log_sum(*[way[old][new] + here[new] + later[new] for new in range(3)])
                    for old in range(3)
                ]
            )
        )
    return [
        _shares([one + other for one, other in zip(ahead, behind, strict=True)])
        for ahead, behind in zip(forward, reversed(backward), strict=True)
    ]


def _seen(stay: UprightStay, tilt: float) -> list[float]:
    if stay.posture is Posture.LYING:
        return [max(tilt, _IMPOSSIBLE), _IMPOSSIBLE, 0.0]
    if stay.posture is Posture.WALKING:
        return [_IMPOSSIBLE, 0.0, _IMPOSSIBLE]
    return [tilt, 0.0, _IMPOSSIBLE]


def _level(logs: list[float]) -> list[float]:
    """The same but for a common factor, with the greatest at 0."""
    most = max(logs)
    return [each - most for each in logs]


def _shares(logs: list[float]) -> tuple[float, float, float]:
    # α_k(j) β_k(j), of sum 1: the probabilities of stay k.
    whole = log_sum(*logs)
    sits, stands, lies = (math.exp(each - whole) for each in logs)
    return sits, stands, lies
