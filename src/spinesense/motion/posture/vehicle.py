"""Noticing that a vehicle carries the person: it shakes them, and they hardly turn.

Who moves their trunk turns it, with few exceptions; a seat on springs moves it up and down as it
is. In a vehicle the direction of gravity goes astray with every brake and bend for some seconds,
which looks like a shift of posture, and the bumps between two rests like rising from a seat.
"""

from dataclasses import dataclass, field

import numpy as np

from spinesense.model.samples import Flags, Floats


@dataclass(frozen=True, slots=True)
class VehicleParams:
    """What is a ride."""

    shaken_mps2: float = 0.1
    """Standard deviation of the vertical acceleration over half a second. A good car on a good
    road has 0.2 to 0.4 m/s² rms (ISO 2631-1:1997, annex C: not uncomfortable), a person at rest
    0.02 to 0.05 by breath and heart."""
    turning_radps: float = 0.15
    """Root mean square of the angular rate over the same time: nods on springs and bends of the
    road stay below, steps and whatever a person does with their trunk do not."""
    span_s: float = 60.0
    """Looked at together: longer than a red light."""
    begin_share: float = 0.3
    """So much of it shaken: a ride has begun. In two days of people who sit, stand, lie and walk
    (SBHAR/HAPT, 30 recordings; half an hour each of simulated desks and chores) it is 0.24 at most,
    in the simulated rides half."""
    end_share: float = 0.08
    """No more than this: it has ended."""


@dataclass(slots=True)
class VehicleState:
    """What the next tick depends on."""

    riding: bool = False
    shaken: Flags = field(default_factory=lambda: np.zeros(0, dtype=np.bool_))
    """The newest ticks."""


class VehicleDetector:
    """Tells whether the person rides.

    Parameters
    ----------
    params
        Thresholds.
    tick_rate_hz
        Rate of the tick grid.
    """

    def __init__(self, params: VehicleParams, tick_rate_hz: float) -> None:
        self.params = params
        self._span = round(params.span_s * tick_rate_hz)
        self.state = VehicleState()

    def feed(self, spread_mps2: Floats, turn_radps: Floats) -> Flags:
        """Whether the person rides at each of the next ticks (m,).

        Parameters
        ----------
        spread_mps2, turn_radps
            (m,) standard deviation of the vertical acceleration, and root mean square of the
            angular rate, over the last half second.
        """
        state, params = self.state, self.params
        if not len(spread_mps2):
            return np.zeros(0, dtype=np.bool_)
        # Shaken, but hardly turned.
        shaken = (spread_mps2 > params.shaken_mps2) & (turn_radps < params.turning_radps)
        before = np.zeros(self._span - len(state.shaken), dtype=np.bool_)
        joined = np.concatenate([before, state.shaken, shaken])
        total = np.concatenate([[0], np.cumsum(joined)])
        # Ticks so shaken in the last minute, at each tick.
        counts = total[self._span + 1 :] - total[1 : -self._span]
        # Hysteresis: a ride begins at 30 %, ends at 8 %, and goes on as it is in between.
        begins = counts >= params.begin_share * self._span
        known = begins | (counts <= params.end_share * self._span)
        newest = np.maximum.accumulate(np.where(known, np.arange(len(known)), -1))
        riding = np.where(newest >= 0, begins[newest], state.riding)
        state.riding = bool(riding[-1])
        state.shaken = joined[-self._span :].copy()
        return riding
