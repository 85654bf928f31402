"""Whether the gyroscope and the accelerometer see the same turns.

While a sensor turns and does not speed up, the specific force a stands still in the room, so that
as the sensor sees it da/dt = -w × a. A gyroscope that is stuck, scaled by another unit, or whose
axes are named otherwise than the accelerometer's breaks this law, and so does a stuck
accelerometer. A sensor mounted otherwise does not.
"""

import math
from dataclasses import dataclass, field

import numpy as np

from spinesense.model.errors import SensorError
from spinesense.model.events import SignalFault, SignalSuspect
from spinesense.model.samples import Flags, Floats
from spinesense.motion.ticks import EMPTY_TICKS, TICK_RATE_HZ, Ticks, concatenate

GYRO_MUTE = (
    "Gravity turns in the sensor but the gyroscope shows hardly any rotation, so angles lag during "
    "movement; it is stuck, or its rate is in rad/s but called °/s."
)
GYRO_LOUD = (
    "The gyroscope shows rotation that gravity does not, so angles are wrong during movement; "
    "its rate is in °/s but called rad/s, or one of the two is stuck."
)
AXES_DIFFER = (
    "The gyroscope and the accelerometer disagree about each turn, so angles are wrong during "
    "movement; check the order, the signs and the units of their axes."
)
RATES_HZ = (8.0, 10_000.0)
"""Slower, a step of walking (two a second) has fewer than four samples; faster, no IMU samples."""


def check_rate(rate_hz: float) -> None:
    """Refuse a sample rate that cannot be followed.

    Raises
    ------
    SensorError
        When it is outside ``RATES_HZ`` or not a number.
    """
    lowest, highest = RATES_HZ
    if not lowest <= rate_hz <= highest:
        raise SensorError(
            f"samples that come at {rate_hz:.4g} Hz cannot be followed",
            remedy=f"record at {lowest:g} to {highest:g} Hz, and see that times are in seconds",
        )


@dataclass(frozen=True, slots=True)
class PlausibilityParams:
    """Tunables of the comparison."""

    window_s: float = 1.0
    """A bow or a way to the floor gives several windows; a bias of 1 °/s turns by 1° in one."""
    end_s: float = 0.2
    """Specific force is averaged so long at either end of a window."""
    largest_spread: float = 0.1
    """Of the size of the specific force over a window. More is shaking, a stride or a start, which
    tip the force though nothing turns."""
    smallest_turn_rad: float = math.radians(16.0)
    """Less may be that tip, a bias, or sway."""
    largest_miss: float = 0.3
    """Of the larger turn. A trimmed sensor misses 3 %. Starts and stops that pass as steady make
    one real window in thirty miss more than this (SBHAR, Mobilise-D, BROAD)."""
    windows: int = 3
    """So many more windows must disagree than agree."""
    telling_ratio: float = 8.0
    """Between the geometric mean of 1 and 180/π: the units are confused, or one is stuck."""


@dataclass(slots=True)
class PlausibilityState:
    """Where the comparison stands. Arrays are replaced, never changed in place."""

    pending: Ticks = EMPTY_TICKS
    """Ticks of the window under way."""
    against: int = 0
    """Windows that disagreed, less those that agreed."""
    turned: list[float] = field(default_factory=lambda: [0.0, 0.0])
    """Turns by accelerometer and gyroscope, summed over the windows that disagreed."""
    told: bool = False


class Plausibility:
    """Compares the turns of gravity with those of the gyroscope, and tells once if they differ.

    Works on a fixed grid of windows that starts again with each segment, so any cut of the stream
    gives the same bits.

    Parameters
    ----------
    tick_s
        Length of a tick.
    params
        Tunables.
    """

    def __init__(
        self, tick_s: float = 1.0 / TICK_RATE_HZ, params: PlausibilityParams | None = None
    ) -> None:
        self._params = params = params or PlausibilityParams()
        self._tick_s = tick_s
        self._ticks = max(4, round(params.window_s / tick_s))
        self._end_ticks = max(1, min(round(params.end_s / tick_s), self._ticks // 2))
        self._weights = _weights(self._ticks, self._end_ticks)
        self.state = PlausibilityState()

    def feed(self, ticks: Ticks) -> list[SignalSuspect]:
        """The fault, at the end of the window that gives it away."""
        state = self.state
        if state.told or not len(ticks):
            return []
        events: list[SignalSuspect] = []
        bounds = np.flatnonzero(np.diff(ticks.segment)) + 1
        for start, stop in zip([0, *bounds.tolist()], [*bounds.tolist(), len(ticks)], strict=True):
            part = ticks.rows(start, stop)
            if len(state.pending) and state.pending.segment[0] == part.segment[0]:
                part = concatenate([state.pending, part])
            whole = len(part) // self._ticks * self._ticks
            state.pending = part.rows(whole, len(part))
            events += self._judge(part.rows(0, whole))
        return events

    def _judge(self, ticks: Ticks) -> list[SignalSuspect]:
        """Count whole windows for and against."""
        state, params = self.state, self._params
        if state.told or not len(ticks):
            return []
        usable, seen, shown, miss = self._compare(ticks)
        larger = np.maximum(seen, shown)
        # A turn by an angle moves a unit vector by 2 sin(½ angle).
        counts = usable & (larger >= 2.0 * math.sin(0.5 * params.smallest_turn_rad))
        for window in np.flatnonzero(counts).tolist():
            # They agree when they differ by no more than 30 % of the larger turn.
            if miss[window] <= params.largest_miss * larger[window]:
                state.against = max(0, state.against - 1)
                state.turned = state.turned if state.against else [0.0, 0.0]
                continue
            state.against += 1
            by_acc, by_gyr = state.turned
            state.turned = [by_acc + float(seen[window]), by_gyr + float(shown[window])]
            if state.against == params.windows:
                state.told, state.pending = True, EMPTY_TICKS
                time_s = float(ticks.time_s[(window + 1) * self._ticks - 1])
                return [SignalSuspect(time_s, SignalFault.INCONSISTENT, self._words())]
        return []

    def _compare(self, ticks: Ticks) -> tuple[Flags, Floats, Floats, Floats]:
        """Per window: whether it can be judged, both turns (as chords), and how far they differ."""
        params, per, ends = self._params, self._ticks, self._end_ticks
        acc, gyr, up = (
            column.reshape(-1, per, 3).transpose(2, 1, 0)
            for column in (ticks.acc_sensor_mps2, ticks.gyr_sensor_radps, ticks.up_sensor)
        )
        # Steady: |a| varies by no more than 10 % over the window.
        size = np.sqrt(acc[0] * acc[0] + acc[1] * acc[1] + acc[2] * acc[2])
        longest = size.max(axis=0)
        steady = longest - size.min(axis=0) <= params.largest_spread * longest
        about_up = np.abs(gyr[0] * up[0] + gyr[1] * up[1] + gyr[2] * up[2]).max(axis=0)
        # Without a gyroscope the rate was made from up: it has no part about it, but is not zero.
        derived = (about_up <= 1e-9) & (gyr != 0.0).any(axis=(0, 1))
        scale = 1.0 / np.where(longest > 0.0, longest, 1.0)
        seen, shown, missed = [], [], []
        for i, j, k in ((0, 1, 2), (1, 2, 0), (2, 0, 1)):
            # Change of a: mean over the last ticks less mean over the first, divided by the largest
            # |a|.
            turn = _sum(acc[i, per - ends :]) - _sum(acc[i, :ends])
            by_acc = turn * (scale / ends)
            # (-w × a)ᵢ = w_k a_j - w_j a_k, and its integral over the window.
            law = (gyr[k] * acc[j] - gyr[j] * acc[k]) * self._weights[:, None]
            by_gyr = _sum(law) * (scale * self._tick_s)
            seen.append(by_acc * by_acc)
            shown.append(by_gyr * by_gyr)
            missed.append((by_acc - by_gyr) * (by_acc - by_gyr))
        # |Δa|, |-∫ w × a dt| and the length of their difference.
        lengths = [np.sqrt(x + y + z) for x, y, z in (seen, shown, missed)]
        return steady & ~derived & (longest > 0.0), lengths[0], lengths[1], lengths[2]

    def _words(self) -> str:
        """What to say, by which of the two turned more."""
        by_acc, by_gyr = self.state.turned
        if by_acc > self._params.telling_ratio * by_gyr:
            return GYRO_MUTE
        return GYRO_LOUD if by_gyr > self._params.telling_ratio * by_acc else AXES_DIFFER


def _weights(ticks: int, ends: int) -> Floats:
    """(ticks,) share of each tick's rate in the turn from the first ticks to the last, on average.

    Trapezoids between the middles of neighbouring ticks, averaged over all pairs of a first and a
    last tick.
    """
    steps = np.arange(ticks - 1)
    # Of all pairs of a first and a last tick, the share that has this step between them.
    share = np.minimum(steps + 1, ends) / ends * (np.minimum(ticks - 1 - steps, ends) / ends)
    # A trapezoid gives half of its step to either tick.
    return np.asarray(0.5 * (np.append(share, 0.0) + np.append(0.0, share)))


def _sum(rows: Floats) -> Floats:
    """Sum over the first axis in its order, whatever the length of the other."""
    total = rows[0]
    for row in rows[1:]:
        total = total + row
    return np.asarray(total)
