"""Noticing that nobody wears the sensor: it is stiller than any living trunk.

Breath and pulse turn the lower back however still a person keeps. In 30 recordings of people who
lay, sat and stood (SBHAR/HAPT) the stillest five seconds turned by 0.33 °/s rms; a cheap gyroscope
on a chair shows 0.1 °/s at most.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from spinesense.model.events import WornChanged
from spinesense.model.samples import Floats
from spinesense.motion.maths.vectors import angles_to
from spinesense.motion.posture.sit_stand.transitions import TickRow
from spinesense.motion.ticks import Ticks, without_gyro


@dataclass(frozen=True, slots=True)
class HandParams:
    """What only a hand does to a sensor."""

    turned_radps: float = 4.0
    """No trunk that lies down or gets up turns so fast over ``window_s``: a cut at 3.1 rad/s tells
    falls from everyday movements (Bourke & Lyons 2008, Med Eng Phys 30:84-90). A hand that turns a
    sensor over in half a second does. So does a fall, which is far rarer."""
    window_s: float = 0.24
    """A knock on the sensor is shorter."""
    longest_hold_s: float = 15.0
    """Nobody holds a sensor still in a hand for longer: then it is worn again, or on a table."""


def turned_fastest_radps(turn_square: Floats, window_s: float, tick_s: float) -> float:
    """The greatest rms over ``window_s`` of an angular rate, given as its squares (m,)."""
    window = max(1, min(len(turn_square), round(window_s / tick_s)))
    if not len(turn_square):
        return 0.0
    # The mean of |w|² over every window, from running sums; the root of the greatest.
    sums = np.concatenate([[0.0], np.cumsum(turn_square)])
    return math.sqrt(max(0.0, float((sums[window:] - sums[:-window]).max()) / window))


def tipped_fastest_radps(rows: Sequence[TickRow], window_s: float, tick_s: float) -> float:
    """The greatest rate at which the direction of up moved within ``window_s``."""
    window = max(1, round(window_s / tick_s))
    if len(rows) <= window:
        return 0.0
    # Angle between up now and a window ago, by its length.
    up = np.array([row.up for row in rows])
    return float(angles_to(up[window:], up[:-window]).max()) / (window * tick_s)


@dataclass(frozen=True, slots=True)
class WearParams:
    """What is too still for a person."""

    dead_radps: float = math.radians(0.2)
    span_s: float = 10.0
    """Looked at together: two breaths at least."""
    dead_spans: int = 30
    """Five minutes: nobody holds their breath for so long."""
    gap_s: float = 0.5


@dataclass(slots=True)
class WearState:
    """Everything that the next tick depends on."""

    worn: bool = True
    time_s: float = -math.inf
    square_sum: float = 0.0
    count: int = 0
    span_start_s: float = 0.0
    dead: int = 0
    """Spans in a row without life."""
    dead_since_s: float = 0.0


class Wear:
    """Tells whether the sensor is worn.

    Parameters
    ----------
    tick_s
        Time from tick to tick.
    params
        Thresholds.
    """

    def __init__(self, tick_s: float, params: WearParams | None = None) -> None:
        self.params = params or WearParams()
        self._span_ticks = round(self.params.span_s / tick_s)
        self.state = WearState()

    def feed(self, ticks: Ticks) -> list[WornChanged]:
        """Take the next ticks; a sensor without a gyroscope is always taken to be worn."""
        gyr = ticks.gyr_sensor_radps
        squares = gyr[:, 0] * gyr[:, 0] + gyr[:, 1] * gyr[:, 1] + gyr[:, 2] * gyr[:, 2]
        squares = np.where(without_gyro(ticks), math.inf, squares)
        found: list[WornChanged] = []
        for time_s, square in zip(ticks.time_s.tolist(), squares.tolist(), strict=True):
            self._tick(time_s, square, found)
        return found

    def _tick(self, time_s: float, square: float, found: list[WornChanged]) -> None:
        state, params = self.state, self.params
        if time_s - state.time_s > params.gap_s:
            state.count, state.square_sum, state.dead = 0, 0.0, 0
        state.time_s = time_s
        if not state.count:
            state.span_start_s = time_s
        state.count += 1
        state.square_sum += square
        if state.count < self._span_ticks:
            return
        # rms of |w| over 10 s below 0.2 °/s.
        dead = state.square_sum < state.count * params.dead_radps**2
        state.count, state.square_sum = 0, 0.0
        if dead and not state.dead:
            state.dead_since_s = state.span_start_s
        state.dead = state.dead + 1 if dead else 0
        if state.worn and state.dead >= params.dead_spans:
            state.worn = False
            found.append(WornChanged(time_s, state.dead_since_s, False))
        elif not state.worn and not dead:
            state.worn = True
            found.append(WornChanged(time_s, state.span_start_s, True))
