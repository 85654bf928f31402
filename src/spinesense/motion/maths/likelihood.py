"""Likelihoods that one odd reading cannot carry away: Student's t with four degrees of freedom.

A normal density calls what lies five standard deviations off impossible, and so has to be clipped
by hand. People, seats and sensors do such things once in a while. Four degrees of freedom have
served well where they are not fitted (Lange et al. 1989, J Am Stat Assoc 84:881-896).
"""

import math

_FREEDOM = 4.0
_LOG_HEIGHT = math.log(0.375)
"""Of the density at its mean, with a scale of 1."""


def log_density(value: float, mean: float, scale: float) -> float:
    """Log density of a number about a mean."""
    # One dimension, z = (x - m) / scale: Γ(5/2) / (Γ(2) √(4π)) = 3/8, and (1 + z²/4)^(-5/2).
    off = (value - mean) / scale
    return _LOG_HEIGHT - math.log(scale) - 0.5 * (_FREEDOM + 1.0) * math.log1p(off * off / _FREEDOM)


def log_density_around(distance: float, scale: float) -> float:
    """Log density of a point in a plane, so far from the mean; the scale is of either axis."""
    # Two dimensions: 1 / (2π scale²) · (1 + z²/4)^(-3).
    off = distance / scale
    return -math.log(2.0 * math.pi * scale * scale) - 0.5 * (_FREEDOM + 2.0) * math.log1p(
        off * off / _FREEDOM
    )


def log_sum(*logs: float) -> float:
    """Log of a sum of likelihoods given as logs."""
    # With the greatest taken out no exponential overflows.
    most = max(logs)
    return most + math.log(sum(math.exp(each - most) for each in logs))


def log_mix(share: float, one: float, other: float) -> float:
    """Log likelihood of what is one thing with this probability and otherwise another."""
    if share <= 0.0:
        return other
    # ln (share · one + (1 - share) · other).
    return log_sum(math.log(share) + one, math.log1p(-share) + other)
