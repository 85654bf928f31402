"""Whether the trunk goes from one foot to the other, as it does in walking and in little else.

With each step the pelvis turns and drops to the other side, so what it does in one step it does
mirrored in the next (Saunders et al. 1953, J Bone Joint Surg 35-A:543-558): from step to step its
angular rate is anti-alike. On a ball, on bad roads and in work with the arms both steps are the
same, or have nothing to do with each other. Only a product of angular rates is looked at, which
does not depend on how the sensor is mounted.
"""

import math
from dataclasses import dataclass, field

import numpy as np

from spinesense.model.samples import Floats

KEPT_S = 6.0
"""Two slow steps of 1.5 s, the second seen a second late, and room."""
_FEWEST_ROWS = 4
"""A step of fewer ticks shows no shape."""


@dataclass(frozen=True, slots=True)
class Sway:
    """What the trunk did in two successive steps; NaN where that is not known."""

    rate_radps: float = math.nan
    """Root mean square of its angular rate, without the steady turn of a bend in the way."""
    alike: float = math.nan
    """1 when the second step is as the first, -1 when it is its mirror image, 0 for neither."""


@dataclass(slots=True)
class FeetState:
    """The newest ticks."""

    time_s: Floats = field(default_factory=lambda: np.empty(0))
    rows: Floats = field(default_factory=lambda: np.empty((0, 6)))
    """(k, 6): angular rate, and up."""


class Feet:
    """Keeps the angular rate of the newest steps.

    Parameters
    ----------
    tick_rate_hz
        Rate of the tick grid.
    """

    def __init__(self, tick_rate_hz: float) -> None:
        self._kept = math.ceil(KEPT_S * tick_rate_hz)
        self.state = FeetState()
        self._time_s, self._rows = self.state.time_s, self.state.rows

    def feed(self, time_s: Floats, gyr_radps: Floats, up: Floats) -> None:
        """Take the next ticks, before any step is looked for in them.

        Parameters
        ----------
        time_s
            (m,) times.
        gyr_radps, up
            (m, 3) angular rate, NaN without a gyroscope, and direction of up, in one frame.
        """
        state = self.state
        self._time_s = np.concatenate([state.time_s, time_s])
        self._rows = np.concatenate([state.rows, np.column_stack([gyr_radps, up])])
        state.time_s = self._time_s[-self._kept :].copy()
        state.rows = self._rows[-self._kept :].copy()

    def tipped_rad(self, before_s: float, now_s: float) -> float:
        """Angle between the directions of up at two times; 0 where the gyroscope is missing."""
        before, now = np.searchsorted(self._time_s, (before_s, now_s)).tolist()
        if now >= len(self._rows) or np.isnan(self._rows[now, 0]):
            return 0.0
        chord = self._rows[now, 3:] - self._rows[before, 3:]
        x, y, z = chord.tolist()
        return 2.0 * math.asin(min(1.0, 0.5 * math.sqrt(x * x + y * y + z * z)))

    def between(self, before_s: float, start_s: float, end_s: float) -> Sway:
        """The step from ``start_s`` to ``end_s`` beside the one from ``before_s`` to its start."""
        before, start, end = np.searchsorted(self._time_s, (before_s, start_s, end_s)).tolist()
        length = min(start - before, end - start)
        if length < _FEWEST_ROWS or end >= len(self._time_s):
            return Sway()
        both = self._rows[start - length : start + length, :3]
        both = both - both.sum(axis=0) / len(both)
        first, second = both[:length], both[length:]
        squares = float((first * first).sum()), float((second * second).sum())
        size = math.sqrt(squares[0] * squares[1])
        alike = float((first * second).sum()) / size if size else math.nan
        return Sway(math.sqrt(sum(squares) / len(both)), alike)
