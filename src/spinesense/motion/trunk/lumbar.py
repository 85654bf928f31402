"""Flexion between two segments: a sensor over T12 against one over S2, in the sagittal plane.

Each sensor is turned to its own trunk frame by the same stand-and-bow, so the neutral stand is zero
for both, and the difference of their flexions is that of the lumbar spine between them.
"""

import math
from dataclasses import dataclass, field

import numpy as np

from spinesense.model.calibration import Calibration
from spinesense.model.samples import Floats
from spinesense.motion.ticks import EMPTY_TICKS, Ticks, concatenate
from spinesense.motion.trunk.angles import up_in_trunk

SMALLEST_SHARE = 0.5
"""Of gravity in the sagittal plane of a segment: a trunk within 30° of lying on its side shows no
flexion that is worth the name."""

INCLINATION_SD_RAD = math.radians(1.1)
"""Error of one inclination: 0.7° while the person moves, the mean over the BROAD trials, and 0.8°
for an accelerometer that is off by 10 mg on each axis, which the neutral stand takes out only close
to upright."""

ALIGNMENT_SD_S = 0.02
"""How far the two clocks may be apart. Each is related to the times of arrival by its least delay,
which lies between nothing and a connection interval of up to 50 ms: of the difference of two such,
one standard deviation is 20 ms."""

NEWEST_S = 0.5
"""An older pair is not shown as the present: bursts of both sensors come up to 0.25 s apart."""

BOWS_S = 12.0
"""Two bows and the way back up take 7 to 12 s."""

LARGEST_LAG_S = 0.5
"""Clocks that are related to the same times of arrival are never further apart."""

REMEMBERED_S = 2.0
"""A sensor may be so far ahead of the other."""


@dataclass(frozen=True, slots=True, eq=False)
class LumbarColumns:
    """(m,) columns, one row a tick of the lower sensor; NaN where one of the two is missing."""

    time_s: Floats
    flexion_rad: Floats
    """Forward is positive, from the neutral stand, between -π and π."""
    sd_rad: Floats
    """One standard deviation: of two inclinations, and of the clocks while the upper one turns."""


def flexion_between(
    lower: Ticks, lower_mounting: Calibration, upper: Ticks, upper_mounting: Calibration
) -> LumbarColumns:
    """Flexion of the upper segment against the lower one at the ticks of the lower.

    The upper sensor's ticks are interpolated between two neighbours of one segment: nothing is
    made up across a gap.
    """
    count = len(lower)
    flexion_rad, sd_rad = np.full(count, math.nan), np.full(count, math.nan)
    if len(upper) > 1:
        after = np.searchsorted(upper.time_s, lower.time_s, side="right")
        rows = np.flatnonzero((after > 0) & (after < len(upper)))
        first, second = after[rows] - 1, after[rows]
        whole = upper.segment[first] == upper.segment[second]
        rows, first, second = rows[whole], first[whole], second[whole]
        # φ(S2) at its tick, and φ(T12) at its ticks before and after that, each with its s.
        here, share = _sagittal(lower.up_sensor[rows], lower_mounting)
        begin, begin_share = _sagittal(upper.up_sensor[first], upper_mounting)
        end, end_share = _sagittal(upper.up_sensor[second], upper_mounting)
        step_s = upper.time_s[second] - upper.time_s[first]
        # φ(T12) at the tick of the lower sensor: in proportion to the time passed between its two.
        turn = _wrapped(end - begin)
        there = begin + turn * (lower.time_s[rows] - upper.time_s[first]) / step_s
        other_share = np.minimum(begin_share, end_share)
        seen = np.minimum(share, other_share) >= SMALLEST_SHARE
        # φ(T12) - φ(S2), between -π and π.
        flexion_rad[rows[seen]] = _wrapped(there - here)[seen]
        # sd² = (1.1° / s₁)² + (1.1° / s₂)² + (20 ms · rate of T12)².
        gravity = (INCLINATION_SD_RAD / share[seen]) ** 2
        gravity += (INCLINATION_SD_RAD / other_share[seen]) ** 2
        clocks = (ALIGNMENT_SD_S * (turn / step_s)[seen]) ** 2
        sd_rad[rows[seen]] = np.sqrt(gravity + clocks)
    return LumbarColumns(lower.time_s, flexion_rad, sd_rad)


def clock_lag_s(lower: Ticks, upper: Ticks, bowed_s: float) -> float:
    """How much later the upper sensor's clock shows the two bows that ended at ``bowed_s``.

    The lag at which the sizes of both angular rates agree best. Going down the spine leads and
    coming up the pelvis does, so over whole bows that cancels. NaN when they are not all there.
    """
    first, last = np.searchsorted(lower.time_s, [bowed_s - BOWS_S, bowed_s])
    time_s = lower.time_s[first:last]
    if len(time_s) < 2 or len(upper) < 2 or np.ptp(lower.segment[first:last]):
        return math.nan
    # |w| of both, less its mean and of unit size: their product is the correlation at a lag.
    here = _centred(np.linalg.norm(lower.gyr_sensor_radps[first:last], axis=1))
    rates = np.linalg.norm(upper.gyr_sensor_radps, axis=1)
    step_s = float(np.median(np.diff(time_s)))
    lags_s = np.arange(-LARGEST_LAG_S, LARGEST_LAG_S + step_s, step_s)
    moved = [_centred(np.interp(time_s + lag_s, upper.time_s, rates)) for lag_s in lags_s]
    fit = np.array([float(here @ there) for there in moved])
    best = int(np.argmax(fit))
    if not 0 < best < len(fit) - 1:
        return math.nan
    # The vertex of the parabola through the best lag and its neighbours.
    before, top, after = fit[best - 1 : best + 2].tolist()
    bend = before - 2.0 * top + after
    return float(lags_s[best]) + (0.5 * step_s * (before - after) / bend if bend else 0.0)


@dataclass(slots=True)
class LumbarState:
    """Ticks that still wait for their counterpart, and the newest pair."""

    lower: Ticks = field(default_factory=lambda: EMPTY_TICKS)
    upper: Ticks = field(default_factory=lambda: EMPTY_TICKS)
    time_s: float = -math.inf
    flexion_rad: float = math.nan
    sd_rad: float = math.nan


class Lumbar:
    """Pairs the ticks of two sensors as they come.

    Each tick of the lower sensor is paired once, as soon as the upper one has got past it.
    """

    def __init__(self) -> None:
        self.state = LumbarState()

    def feed(
        self,
        lower: Ticks,
        lower_mounting: Calibration | None,
        upper: Ticks,
        upper_mounting: Calibration | None,
    ) -> LumbarColumns | None:
        """Take new ticks of either sensor; gives what they complete, None without a calibration."""
        state = self.state
        state.lower = concatenate([state.lower, lower])
        state.upper = concatenate([state.upper, upper])
        if not len(state.lower) or not len(state.upper):
            self._forget()
            return None
        ready = int(np.searchsorted(state.lower.time_s, state.upper.time_s[-1]))
        part = state.lower.rows(0, ready)
        state.lower = state.lower.rows(ready, len(state.lower))
        found = None
        if ready and lower_mounting is not None and upper_mounting is not None:
            found = flexion_between(part, lower_mounting, state.upper, upper_mounting)
            state.time_s = float(found.time_s[-1])
            state.flexion_rad, state.sd_rad = float(found.flexion_rad[-1]), float(found.sd_rad[-1])
        self._forget()
        return found

    def newest(self, time_s: float) -> tuple[float, float] | None:
        """Flexion and its uncertainty at about this time; None when one sensor is missing."""
        state = self.state
        if time_s - state.time_s > NEWEST_S or math.isnan(state.flexion_rad):
            return None
        return state.flexion_rad, state.sd_rad

    def _forget(self) -> None:
        """Drop ticks whose counterpart will not come any more."""
        self.state.lower = _since(self.state.lower, REMEMBERED_S)
        self.state.upper = _since(self.state.upper, REMEMBERED_S)


def _since(ticks: Ticks, length_s: float) -> Ticks:
    """The ticks of the last so many seconds."""
    if not len(ticks):
        return ticks
    start = int(np.searchsorted(ticks.time_s, ticks.time_s[-1] - length_s))
    return ticks.rows(start, len(ticks))


def _sagittal(up_sensor: Floats, mounting: Calibration) -> tuple[Floats, Floats]:
    """Flexion of a segment from upright, and the share of gravity that shows it."""
    up = up_in_trunk(up_sensor, mounting)
    # φ = atan2(-ux, uz), and s = √(ux² + uz²).
    return np.arctan2(-up[:, 0], up[:, 2]), np.hypot(up[:, 0], up[:, 2])


def _centred(values: Floats) -> Floats:
    """Values less their mean, of unit size."""
    moved: Floats = values - values.mean()
    return moved / (float(np.linalg.norm(moved)) or 1.0)


def _wrapped(angle_rad: Floats) -> Floats:
    """The same directions between -π and π."""
    wrapped: Floats = np.remainder(angle_rad + math.pi, 2.0 * math.pi) - math.pi
    return wrapped
