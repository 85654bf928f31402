"""Whether the trunk goes from one foot to the other, as it does in walking and in little else.

With each step the pelvis turns, drops and is carried to the other side, so what it does about some
axis in one step it does mirrored in the next (Saunders et al. 1953, J Bone Joint Surg 35-A:543).
On a ball, on bad roads and in work with the arms both steps are the same, or have nothing to do
with each other. A belt that swings at each step adds what is the same in both, about another axis:
so the axis is looked for about which two steps mirror each other most. That takes no mounting.
"""

import math
from dataclasses import dataclass, field

import numpy as np

from spinesense.model.samples import Floats
from spinesense.motion.ticks import Ticks, without_gyro

KEPT_S = 6.0
"""Two slow steps of 1.5 s, the second seen a second late, and room."""
_FEWEST_ROWS = 4
"""A step of fewer ticks shows no shape."""
_COARSE = 6
"""Column that is not 0 without a gyroscope."""


@dataclass(frozen=True, slots=True)
class AlternationParams:
    """How far a walker sways, as the root mean square of what two steps have mirrored."""

    least_radps: float = 0.12
    """The pelvis turns by 4° to each side about the vertical and drops by as much: in strides of
    0.8 Hz each is 0.25 rad/s rms, and this half of it. Springs nod and roll a seat by 1-3° a
    second, without a side."""
    least_mps2: float = 0.45
    """Of an accelerometer alone: the trunk goes 2 cm to each side (Zijlstra & Hof 2003), in strides
    of 0.8 Hz 0.36 m/s² rms, and gravity 4° to the same side in its frame, 0.5 m/s² rms."""


@dataclass(slots=True)
class AlternationState:
    """The newest ticks."""

    time_s: Floats = field(default_factory=lambda: np.empty(0))
    rows: Floats = field(default_factory=lambda: np.empty((0, 7)))
    """(k, 7): angular rate, or specific force where there is no gyroscope; up; which it is."""


class AlternationCheck:
    """Keeps how the trunk moved in the newest steps.

    Parameters
    ----------
    params
        Thresholds.
    tick_rate_hz
        Rate of the tick grid.
    """

    def __init__(self, params: AlternationParams, tick_rate_hz: float) -> None:
        self.params = params
        self._kept = math.ceil(KEPT_S * tick_rate_hz)
        self.state = AlternationState()
        self._time_s, self._rows = self.state.time_s, self.state.rows

    def feed(self, ticks: Ticks) -> None:
        """Take the next ticks, before any step is looked for in them."""
        state = self.state
        coarse = without_gyro(ticks)[:, None]
        moved = np.where(coarse, ticks.acc_sensor_mps2, ticks.gyr_sensor_radps)
        self._time_s = np.concatenate([state.time_s, ticks.time_s])
        self._rows = np.concatenate([state.rows, np.hstack([moved, ticks.up_sensor, coarse])])
        state.time_s = self._time_s[-self._kept :].copy()
        state.rows = self._rows[-self._kept :].copy()

    def coarse(self) -> bool:
        """Whether the newest tick came without a gyroscope."""
        return bool(len(self._rows)) and bool(self._rows[-1, _COARSE])

    def tipped_rad(self, before_s: float, now_s: float) -> float:
        """Angle between the directions of up at two times; 0 where the gyroscope is missing."""
        before, now = np.searchsorted(self._time_s, (before_s, now_s)).tolist()
        if now >= len(self._rows) or self._rows[now, _COARSE]:
            return 0.0
        # An angle moves a unit vector by 2 sin(½ angle).
        chord = self._rows[now, 3:6] - self._rows[before, 3:6]
        x, y, z = chord.tolist()
        return 2.0 * math.asin(min(1.0, 0.5 * math.sqrt(x * x + y * y + z * z)))

    def alternation(self, before_s: float, start_s: float, end_s: float) -> float:
        """How far the trunk swayed to the other side in the step from ``start_s`` to ``end_s``.

        Compared with the step from ``before_s`` to its start, and given as a multiple of the least
        that a walker does; NaN where that is not known.
        """
        before, start, end = np.searchsorted(self._time_s, (before_s, start_s, end_s)).tolist()
        length = min(start - before, end - start)
        if length < _FEWEST_ROWS or end >= len(self._rows):
            return math.nan
        both = self._rows[start - length : start + length, :3]
        # A steady turn, of a bend in the way, is no sway.
        both = both - both.sum(axis=0) / len(both)
        # A = mean of w₁ w₂ᵀ, row by row of the two steps. About an axis n they have nᵀ A n in
        # common, which is below 0 where they mirror each other. It is least for the eigenvector of
        # the least eigenvalue λ of ½ (A + Aᵀ).
        alike = (both[:length, :, None] * both[length:, None, :]).sum(axis=0) / length
        mirrored = -0.5 * float(np.linalg.eigvalsh(alike + alike.T)[0])
        coarse = self._rows[end, _COARSE]
        least = self.params.least_mps2 if coarse else self.params.least_radps
        # The sway √-λ, as a multiple of the least that a walker has.
        return math.sqrt(max(0.0, mirrored)) / least
