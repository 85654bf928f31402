"""How long a position was held: the running clock, and the careful time afterwards."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from spinesense.model.events import HoldBegan, HoldEnded, HoldPaused
from spinesense.motion.ramps import flat_reached_s

HoldEvent = HoldBegan | HoldPaused | HoldEnded

NEAR_SHARE = 0.18
"""A hold lasts while the person is within this share of the peak."""
NEAR_FLOOR_RAD = math.radians(1.5)
"""Breathing alone tilts the lower back up and down by 0.5 to 1 degree; it ends no hold."""
WIDEST_NEAR_SHARE = 0.35
"""Not even of a small movement."""
ARRIVAL_NEAR, ARRIVAL_FAR = 0.08, 0.30
"""Depths below the plateau from whose crossings the corner of a hold is extrapolated: near enough
for other shapes of ramp, and far enough apart for breathing not to bend the line."""
PLATEAU_SHARE = 0.4
"""Of the time near the peak. The rounded top of a ramp without a plateau looks like a plateau of
26 % of it when the median is taken for its level."""


@dataclass(slots=True)
class HoldClock:
    """The clock that runs while the person watches it. Every field is state.

    It trusts what has been seen so far; the time of the finished hold comes from ``stretches``.
    """

    began_s: float | None = None
    """Start of the hold under way, None while there is none."""
    running_since_s: float | None = None
    """Start of the present stretch, None while paused."""
    banked_s: float = 0.0
    """Time of the stretches before."""

    def start(self, time_s: float, start_s: float) -> list[HoldEvent]:
        """Begin, or go on after a pause, from ``start_s``."""
        self.running_since_s = start_s
        if self.began_s is not None:
            return []
        self.began_s = start_s
        return [HoldBegan(time_s, start_s)]

    def pause(self, time_s: float, held_s: float) -> list[HoldEvent]:
        """Stop counting at ``held_s``; the hold may go on later."""
        if self.running_since_s is None:
            return []
        self.banked_s = held_s
        self.running_since_s = None
        return [HoldPaused(time_s, held_s)]

    def end(self, time_s: float, end_s: float, held_s: float) -> list[HoldEvent]:
        """Close the hold with its final time and clear the clock."""
        if self.began_s is None:
            return []
        event = HoldEnded(time_s, self.began_s, max(end_s, self.began_s), held_s)
        self.began_s = self.running_since_s = None
        self.banked_s = 0.0
        return [event]

    def held_s(self, time_s: float) -> float:
        """What the clock shows."""
        if self.running_since_s is None:
            return self.banked_s
        return self.banked_s + max(0.0, time_s - self.running_since_s)


@dataclass(frozen=True, slots=True)
class Stretch:
    """One unbroken time near the peak."""

    start_s: float
    end_s: float
    level_rad: float
    """Where the person was: the mean of the plateau, or the peak when there was hardly any."""
    spread_rad: float
    """Standard deviation on the plateau; 0 when there was hardly any."""

    @property
    def held_s(self) -> float:
        """Length of the plateau."""
        return self.end_s - self.start_s


def near_band_rad(peak_rad: float) -> float:
    """How far below the peak still counts as held."""
    return max(NEAR_SHARE * peak_rad, min(NEAR_FLOOR_RAD, WIDEST_NEAR_SHARE * peak_rad))


def stretches(times_s: Sequence[float], values_rad: Sequence[float]) -> list[Stretch]:
    """All times near the peak of one excursion, in order.

    Parameters
    ----------
    times_s, values_rad
        The whole excursion so far, positive outwards; at least one row.

    Returns
    -------
    list of Stretch
        The ramps at both ends are not part of a stretch: its start and end are where they run
        into the plateau (``ramps.flat_reached_s``).
    """
    peak = max(smoothed(values_rad))
    floor = peak - near_band_rad(peak)
    near = [value >= floor for value in values_rad]
    found = []
    bound = first = 0
    while True in near[first:]:
        first = near.index(True, first)
        stop = near.index(False, first) if False in near[first:] else len(near)
        end = near.index(True, stop) if True in near[stop:] else len(near)
        # Each stretch is judged by its own ramps: the rows up to its neighbours.
        stretch = _stretch(times_s[bound:end], values_rad[bound:end], first - bound, stop - bound)
        found.append(stretch)
        bound, first = stop, end
    return found or [Stretch(times_s[-1], times_s[-1], peak, 0.0)]


def smoothed(values: Sequence[float]) -> list[float]:
    """Means of three neighbours; both ends keep their value."""
    inner = [(a + b + c) / 3.0 for a, b, c in zip(values, values[1:], values[2:], strict=False)]
    return [values[0], *inner, values[-1]] if len(values) > 1 else list(values)


def _stretch(
    times_s: Sequence[float], values_rad: Sequence[float], first: int, stop: int
) -> Stretch:
    """The plateau between rows ``first`` and ``stop``.

    The level of a plateau is the mean between its corners, and the corners are found from the
    level: two looks, from the median on. Where there is hardly a plateau the level is the highest
    point.
    """
    rows = values_rad[first:stop]
    corners = _corners(times_s, values_rad, first, stop, median(rows))
    near_s = times_s[stop - 1] - times_s[first]
    inside = [
        value
        for time_s, value in zip(times_s[first:stop], rows, strict=True)
        if corners[0] <= time_s <= corners[1]
    ]
    if not inside or corners[1] - corners[0] <= PLATEAU_SHARE * near_s:
        level = max(smoothed(rows))
        start_s, end_s = _corners(times_s, values_rad, first, stop, level)
        return Stretch(start_s, max(start_s, end_s), level, 0.0)
    level = math.fsum(inside) / len(inside)
    spread = math.sqrt(math.fsum((value - level) ** 2 for value in inside) / len(inside))
    start_s, end_s = _corners(times_s, values_rad, first, stop, level)
    return Stretch(start_s, max(start_s, end_s), level, spread)


def _corners(
    times_s: Sequence[float], values_rad: Sequence[float], first: int, stop: int, level_rad: float
) -> tuple[float, float]:
    """Where the ramps before and behind rows ``first`` to ``stop`` meet the level.

    With no ramp behind, the plateau still lasts at the last row.
    """
    depths = [1.0 - value / level_rad for value in values_rad]
    begin, finish = first, stop - 1
    while begin > 0 and depths[begin] < ARRIVAL_FAR:
        begin -= 1
    while finish < len(depths) - 1 and depths[finish] < ARRIVAL_FAR:
        finish += 1
    start_s = flat_reached_s(times_s[begin:stop], depths[begin:stop], ARRIVAL_NEAR, ARRIVAL_FAR)
    behind_s = list(reversed(times_s[first : finish + 1]))
    end_s = flat_reached_s(
        behind_s, list(reversed(depths[first : finish + 1])), ARRIVAL_NEAR, ARRIVAL_FAR
    )
    if start_s is None or end_s is None:
        return times_s[first], times_s[first]
    return start_s, end_s
