"""What one movement says of sitting, standing and lying before and after it."""

import math

from spinesense.model.calibration import Vector
from spinesense.motion.maths.likelihood import log_density
from spinesense.motion.maths.vectors import angle_between
from spinesense.motion.posture.hindsight.movements import Movement, Stay
from spinesense.motion.posture.transitions import SeatParams

LOWEST_SEAT_RAD = math.radians(70)
LOWEST_SEAT_SD_RAD = math.radians(5)
"""Nearer to lying than this is no seat, with a pelvis rolled back by 40° on a back that reclines
by 30°, and no sensor that sits by 5° askew."""


def seat_while_lying(stay: Stay, axis: Vector | None) -> float:
    """Log odds that what was told as lying is a reclined seat, against lying."""
    if axis is None:
        return -math.inf
    below = max(0.0, angle_between(stay.up, axis) - LOWEST_SEAT_RAD) / LOWEST_SEAT_SD_RAD
    return -0.5 * below * below


Ways = tuple[tuple[float, float, float], ...]
"""Log likelihood of a movement, from each of sitting, standing and lying to each."""
ANYTHING: Ways = ((0.0, 0.0, 0.0), (0.0, 0.0, 0.0), (0.0, 0.0, 0.0))


def ways(movement: Movement, params: SeatParams) -> Ways:
    """What a movement says; anything may be after it as at the beginning, if nobody knows."""
    if movement.unseen:
        return ANYTHING
    change = math.log(params.change_odds)
    past = change - params.sits_up_first
    if movement.coarse or not movement.measured:
        # Without a gyroscope up follows the acceleration of the movement itself.
        return ((0.0, change, change), (change, 0.0, past), (change, past, 0.0))
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
