"""When a smooth ramp begins and ends.

Voluntary movements between two still positions start and stop softly, so the moment at which one
ends cannot be read off a threshold: it is extrapolated. Two models of such ramps are usual: half a
cosine, and minimum jerk (Flash and Hogan 1985, J Neurosci 5:1688). They differ in how long they
linger at the ends and not visibly elsewhere.

**From the angle**, while the ramp is still under way: from two crossings near the flat level,

    t_end = t_near + (t_near - t_far) φ(near) / (φ(far) - φ(near)),

where φ(d) is the share of a ramp's time that is left when the share d of its way is left: for half
a cosine (2/π) asin √d, for minimum jerk 1 - τ of 1 - d = 10 τ³ - 15 τ⁴ + 6 τ⁵. The mean of both is
used, so that either is wrong by some 3 % of the ramp's length.

**From the speed**, once it is over: breathing moves the angle as much as the last tenth of a small
ramp does, but its speed is a few per cent of the ramp's. With φ(ν) the share of the time left when
the speed has fallen to the share ν of the fastest, for half a cosine asin(ν)/π and for minimum jerk
½ (1 - √(1 - √ν)), three crossings tell which of the two a ramp resembles, and from that its end.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

FAST, SLOWING, SLOW = 0.7, 0.4, 0.15
"""Shares of the fastest speed whose crossings are used. Below the last, breathing (a few tenths of
a degree at 0.25 Hz) moves as fast as a ramp of 10° in 2 s does."""
SPEED_ROWS = 2
"""Speeds are taken over so many rows to either side, 0.16 s in all: past the noise, and short
against a ramp."""


def extrapolated_arrival_s(
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
    # Out of the row: the first as close as ``near``, and before it the last as far as ``far``.
    inside = next((place for place, depth in enumerate(depths) if depth <= near), None)
    if inside is None:
        return None
    outside = inside
    while outside > 0 and depths[outside] < far:
        outside -= 1
    if depths[outside] < far:
        return times_s[inside]
    # t_end = t_near + (t_near - t_far) φ(near) / (φ(far) - φ(near)).
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
    # Linear between both rows.
    before, after = depths[place - 1], depths[place]
    share = (before - level) / (before - after) if before != after else 0.0
    return times_s[place - 1] + share * (times_s[place] - times_s[place - 1])


@cache
def _phase(depth: float) -> float:
    """Share of a ramp's time that is left at a depth."""
    # Minimum jerk: 10 τ³ - 15 τ⁴ + 6 τ⁵ = 1 - d, by bisection to 2⁻⁵⁰; φ = 1 - τ.
    early, late = 0.0, 1.0
    for _ in range(50):
        middle = 0.5 * (early + late)
        if 10.0 * middle**3 - 15.0 * middle**4 + 6.0 * middle**5 < 1.0 - depth:
            early = middle
        else:
            late = middle
    # Half a cosine: d = sin²(½π φ). The mean of both models.
    cosine = math.asin(math.sqrt(depth)) * 2.0 / math.pi
    return 0.5 * (cosine + 1.0 - early)


@dataclass(frozen=True, slots=True)
class RampEnd:
    """When the speed of a ramp fell to ``FAST``, ``SLOWING`` and ``SLOW`` of the fastest.

    A ramp looked at backwards has a stop at its start.
    """

    fast_s: float
    slowing_s: float
    slow_s: float

    def softness(self) -> float | None:
        """What the ramp resembles: 0 for half a cosine, 1 for minimum jerk; None if unclear."""
        if self.slowing_s == self.fast_s:
            return None
        # The last interval over the first, from 0.72 (half a cosine) to 0.87 (minimum jerk).
        ratio = (self.slow_s - self.slowing_s) / (self.slowing_s - self.fast_s)
        (hard, _), (soft, _) = _stop_shapes()
        return min(1.0, max(0.0, (ratio - hard) / (soft - hard)))

    def rest_s(self, softness: float) -> float:
        """When the ramp ended."""
        (_, hard), (_, soft) = _stop_shapes()
        # What is left to go: 0.24 to 0.57 of the time from ``FAST`` to ``SLOW``.
        return self.slow_s + (self.slow_s - self.fast_s) * (hard + softness * (soft - hard))


def stop_of(times_s: Sequence[float], speeds: Sequence[float], last: int) -> RampEnd | None:
    """How the movement that goes on at row ``last`` came to rest.

    Parameters
    ----------
    times_s, speeds
        Ascending times, or descending to look backwards, and the speed at each, positive towards
        the level at which the movement stops.
    last
        A row at which the movement was under way.

    Returns
    -------
    RampEnd or None
        None when nothing moves at that row, or it does not come to rest in these rows.
    """
    # The fastest row of the movement under way, back and forth from ``last``.
    fastest = last
    row = last
    while row >= 0 and speeds[row] > SLOW * speeds[fastest]:
        fastest = row if speeds[row] > speeds[fastest] else fastest
        row -= 1
    row = last
    while row < len(speeds) and speeds[row] > SLOW * speeds[fastest]:
        fastest = row if speeds[row] > speeds[fastest] else fastest
        row += 1
    top = speeds[fastest]
    if row == len(speeds) or top <= 0.0:
        return None
    crossings_s = []
    # Back from rest: where the speed last fell through each share of the fastest.
    for share in (SLOW, SLOWING, FAST):
        while row > fastest and speeds[row - 1] <= share * top:
            row -= 1
        crossings_s.append(_crossing_s(times_s, speeds, row, share * top))
    return RampEnd(crossings_s[2], crossings_s[1], crossings_s[0])


def speeds_of(times_s: Sequence[float], values: Sequence[float]) -> list[float]:
    """Rate of change at each row, over ``SPEED_ROWS`` to either side."""
    last = len(values) - 1
    found = []
    for row in range(len(values)):
        # Central difference over some rows; shorter at the ends.
        begin, end = max(0, row - SPEED_ROWS), min(last, row + SPEED_ROWS)
        span_s = times_s[end] - times_s[begin]
        found.append((values[end] - values[begin]) / span_s if span_s > 0.0 else 0.0)
    return found


@cache
def _stop_shapes() -> tuple[tuple[float, float], tuple[float, float]]:
    """Of half a cosine and of minimum jerk: the two ratios by which a ``RampEnd`` is judged.

    The time from ``SLOWING`` to ``SLOW`` over that from ``FAST`` to ``SLOWING``, and the time left
    at ``SLOW`` over that from ``FAST`` to it.
    """
    shapes = []
    for left in (_left_of_cosine, _left_of_minimum_jerk):
        fast, slowing, slow = left(FAST), left(SLOWING), left(SLOW)
        shapes.append(((slowing - slow) / (fast - slowing), slow / (fast - slow)))
    return shapes[0], shapes[1]


def _left_of_cosine(speed: float) -> float:
    # ν = sin(π φ).
    return math.asin(speed) / math.pi


def _left_of_minimum_jerk(speed: float) -> float:
    # ν = (4 τ (1 - τ))², solved for φ = 1 - τ.
    return 0.5 * (1.0 - math.sqrt(1.0 - math.sqrt(speed)))


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
    # D³ ∫ (d²v/dt²)² dt / v² = D⁴ · mean square / v².
    size = duration_s**4 * mean_square / (fastest * fastest)
    return -math.log(size) if size > 0.0 else math.nan


def _differences(values: Sequence[float], lag: int, step_s: float) -> list[float]:
    scale = 1.0 / (lag * step_s)
    return [(b - a) * scale for a, b in zip(values, values[lag:], strict=False)]
