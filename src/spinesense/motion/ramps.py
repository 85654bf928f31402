"""When a smooth ramp reaches the flat level it runs into.

Voluntary movements between two still positions start and stop softly, so the moment at which one
ends cannot be read off a threshold. It is extrapolated from two crossings near the flat level,

    t_end = t_near + (t_near - t_far) φ(near) / (φ(far) - φ(near)),

where φ(d) is the share of a ramp's time that is left when the share d of its way is left. Two
models of such ramps are usual: half a cosine, φ(d) = (2/π) asin √d, and minimum jerk (Flash and
Hogan 1985, J Neurosci 5:1688), 1 - d = 10 τ³ - 15 τ⁴ + 6 τ⁵ with τ = 1 - φ. They differ in how long
they linger at the ends and not visibly elsewhere; the mean of both is used, so that either is
wrong by some 3 % of the ramp's length.
"""

import math
from collections.abc import Sequence
from functools import cache


def flat_reached_s(
    times_s: Sequence[float], depths: Sequence[float], near: float, far: float
) -> float | None:
    """Time at which a sequence that runs towards a flat level arrives there.

    Parameters
    ----------
    times_s
        Ascending, or descending to look backwards from the flat part of a ramp's other end.
    depths
        Distance from the flat level as a fraction of the whole ramp.
    near, far
        The two fractions whose crossings are used, ``near < far``.

    Returns
    -------
    float or None
        None when the sequence never comes as close as ``near``. When it was never as far as
        ``far`` before, there is no ramp to judge by, and the first time this close is given.
    """
    inside = next((place for place, depth in enumerate(depths) if depth <= near), None)
    if inside is None:
        return None
    outside = inside
    while outside > 0 and depths[outside] < far:
        outside -= 1
    if depths[outside] < far:
        return times_s[inside]
    near_s = _crossing_s(times_s, depths, inside, near)
    far_s = _crossing_s(times_s, depths, outside + 1, far)
    ratio = _phase(near) / (_phase(far) - _phase(near))
    return near_s + (near_s - far_s) * ratio


def _crossing_s(
    times_s: Sequence[float], depths: Sequence[float], place: int, level: float
) -> float:
    """Where the line between a row and the one before it meets the level."""
    if place == 0:
        return times_s[0]
    before, after = depths[place - 1], depths[place]
    share = (before - level) / (before - after) if before != after else 0.0
    return times_s[place - 1] + share * (times_s[place] - times_s[place - 1])


@cache
def _phase(depth: float) -> float:
    """Share of a ramp's time that is left at a depth."""
    early, late = 0.0, 1.0
    for _ in range(50):
        middle = 0.5 * (early + late)
        if 10.0 * middle**3 - 15.0 * middle**4 + 6.0 * middle**5 < 1.0 - depth:
            early = middle
        else:
            late = middle
    cosine = math.asin(math.sqrt(depth)) * 2.0 / math.pi
    return 0.5 * (cosine + 1.0 - early)


def log_dimensionless_jerk(values: Sequence[float], step_s: float) -> float:
    """Smoothness of one ramp: the log dimensionless jerk of its speed.

    LDLJ = -ln( (D³ / v²) ∫ (d²v/dt²)² dt ), with D the duration and v the peak speed
    (Balasubramanian et al. 2015, J NeuroEngineering Rehabil 12:112). The three
    derivatives are differences over a twentieth of the ramp, since differences of neighbouring
    samples would show the noise of the sensor. A raised cosine gives -ln(π⁴ / 2) = -3.9.
    NaN for a ramp of fewer than eight samples.
    """
    lag = max(1, len(values) // 20)
    if len(values) < max(8, 3 * lag + 2):
        return math.nan
    speed = _differences(values, lag, step_s)
    jerk = _differences(_differences(speed, lag, step_s), lag, step_s)
    fastest = max(abs(value) for value in speed)
    if fastest == 0.0:
        return math.nan
    # Differences shorten the row; the mean square stands for the whole ramp.
    mean_square = sum(value * value for value in jerk) / len(jerk)
    duration_s = (len(values) - 1) * step_s
    size = duration_s**4 * mean_square / (fastest * fastest)
    return -math.log(size) if size > 0.0 else math.nan


def _differences(values: Sequence[float], lag: int, step_s: float) -> list[float]:
    scale = 1.0 / (lag * step_s)
    return [(b - a) * scale for a, b in zip(values, values[lag:], strict=False)]
