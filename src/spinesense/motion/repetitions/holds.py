"""How long a position was held: the running clock, and the careful time afterwards.

An isometric hold, in which nothing should move, runs by the clock alone.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

from spinesense.model.events import HoldBegan, HoldEnded, HoldPaused, MotionEvent
from spinesense.model.movement import Movement
from spinesense.motion.repetitions.onsets import RampEnd, speeds_of, stop_of
from spinesense.motion.repetitions.start_posture import StartParams, StartPose
from spinesense.motion.trunk.angles import TrunkSample

HoldEvent = HoldBegan | HoldPaused | HoldEnded

NEAR_SHARE = 0.18
"""A hold lasts while the person is within this share of the peak."""
NEAR_FLOOR_RAD = math.radians(1.5)
"""Breathing alone tilts the lower back up and down by 0.5 to 1 degree; it ends no hold."""
WIDEST_NEAR_SHARE = 0.35
"""Not even of a small movement."""
PLATEAU_SHARE = 0.4
"""Of the time near the peak; less is the rounded top of a movement that turned at once."""


@dataclass(slots=True)
class HoldClock:
    """The clock that runs while the person watches it. Every field is state.

    It trusts what has been seen so far; the time of the finished hold comes from ``plateaus``.
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
class Plateau:
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
    # 18 % of P, at least 1.5°, but no more than 35 % for that.
    return max(NEAR_SHARE * peak_rad, min(NEAR_FLOOR_RAD, WIDEST_NEAR_SHARE * peak_rad))


def plateaus(times_s: Sequence[float], values_rad: Sequence[float]) -> list[Plateau]:
    """All times near the peak of one excursion, in order.

    Parameters
    ----------
    times_s, values_rad
        The whole excursion so far, positive outwards; at least one row.

    Returns
    -------
    list of Plateau
        The ramps at both ends are not part of a plateau: its start and end are where they come to
        rest (``onsets.RampEnd``).
    """
    peak = max(smoothed(values_rad))
    # Within 18 % of P (or 1.5°), from row to row without a break.
    floor = peak - near_band_rad(peak)
    near = [value >= floor for value in values_rad]
    speeds = speeds_of(times_s, values_rad)
    found = []
    first = 0
    while True in near[first:]:
        first = near.index(True, first)
        stop = near.index(False, first) if False in near[first:] else len(near)
        found.append(_stretch(times_s, values_rad, speeds, first, stop))
        first = stop
    return found or [Plateau(times_s[-1], times_s[-1], peak, 0.0)]


def smoothed(values: Sequence[float]) -> list[float]:
    """Means of three neighbours; both ends keep their value."""
    inner = [(a + b + c) / 3.0 for a, b, c in zip(values, values[1:], values[2:], strict=False)]
    return [values[0], *inner, values[-1]] if len(values) > 1 else list(values)


def _stretch(
    times_s: Sequence[float],
    values_rad: Sequence[float],
    speeds: Sequence[float],
    first: int,
    stop: int,
) -> Plateau:
    """The plateau within rows ``first`` to ``stop``.

    Its level is the mean between its corners; where there is hardly a plateau, the highest point.
    """
    start_s, end_s = _corners(times_s, speeds, first, stop)
    rows = values_rad[first:stop]
    near_s = times_s[stop - 1] - times_s[first]
    inside = [
        value
        for time_s, value in zip(times_s[first:stop], rows, strict=True)
        if start_s <= time_s <= end_s
    ]
    if not inside or end_s - start_s <= PLATEAU_SHARE * near_s:
        return Plateau(start_s, end_s, max(smoothed(rows)), 0.0)
    # Mean and standard deviation between the corners.
    level = math.fsum(inside) / len(inside)
    spread = math.sqrt(math.fsum((value - level) ** 2 for value in inside) / len(inside))
    return Plateau(start_s, end_s, level, spread)


def _corners(
    times_s: Sequence[float], speeds: Sequence[float], first: int, stop: int
) -> tuple[float, float]:
    """Where the ramp before rows ``first`` to ``stop`` came to rest, and the one behind left it.

    Both ramps are one person's, so one softness serves both. With no ramp behind, the plateau still
    lasts at the last row. A ramp that has not come to rest leaves no plateau before the last row,
    and a top without a plateau is a moment.
    """
    over = stop < len(times_s)
    # The ramp before is looked for up to the middle of these rows, the ramp behind from there on.
    middle = (first + stop) // 2 if over else stop - 1
    arrival = stop_of(times_s[: middle + 1], speeds[: middle + 1], first) if first else None
    leaving = _leaving(times_s[middle:], speeds[middle:], stop - middle) if over else None
    softness = _mean_softness(arrival, leaving)
    start_s = arrival.rest_s(softness) if arrival else times_s[middle if first else 0]
    end_s = leaving.rest_s(softness) if leaving else times_s[middle if over else -1]
    # The ramps overlap: a rounded top, held for 0 s.
    if start_s > end_s:
        start_s = end_s = 0.5 * (start_s + end_s)
    return start_s, end_s


def _leaving(times_s: Sequence[float], speeds: Sequence[float], row: int) -> RampEnd | None:
    """The stop at the start of the ramp that is under way at a row, looked at backwards."""
    backwards = [-speed for speed in reversed(speeds)]
    return stop_of(times_s[::-1], backwards, len(times_s) - 1 - row)


def _mean_softness(*stops: RampEnd | None) -> float:
    """What the ramps resemble; half-way between the models when none says."""
    known = [softness for stop in stops if stop and (softness := stop.softness()) is not None]
    return sum(known) / len(known) if known else 0.5


RESUME_SHARE = 0.8
"""Of the allowed movement: the clock goes on once the person is back within this."""


@dataclass(slots=True)
class IsometricHoldState:
    """What the clock knows."""

    clock: HoldClock = field(default_factory=HoldClock)
    tilt_rad: float | None = None
    watched_since_s: float | None = None


class IsometricHold:
    """Runs while the trunk stays within the allowed movement of its start posture.

    The turn about the vertical is not part of it: gravity does not show it, and what is integrated
    drifts by as much as the movement allowed. A gap or a change of posture pauses the clock.

    Parameters
    ----------
    movement
        What is watched; its smallest range is the largest movement allowed.
    before
        The places of about the last second.
    params
        Tunables of the start posture.
    """

    def __init__(self, movement: Movement, before: list[TrunkSample], params: StartParams) -> None:
        self.movement = movement
        self._params = params
        self.start = StartPose(movement, before, params)
        self.state = IsometricHoldState()

    def carrying(self) -> float | None:
        """Tilt from the start posture."""
        return self.state.tilt_rad

    def interrupt(self, time_s: float) -> list[MotionEvent]:
        """Samples are missing: pause until the person is seen still again."""
        self.start.invalidate()
        self.state.tilt_rad = None
        return self._pause(time_s)

    def finish(self, time_s: float) -> list[MotionEvent]:
        """Watching ends, and the hold with it."""
        clock = self.state.clock
        return list(clock.end(time_s, time_s, clock.held_s(time_s)))

    def step(
        self, place: TrunkSample, step_s: float, still: bool | None = None
    ) -> list[MotionEvent]:
        """Take one tick; ``still`` as for ``StartPose.step``."""
        state, time_s = self.state, place.time_s
        if state.watched_since_s is None:
            state.watched_since_s = time_s - step_s
        allowed = self.movement.smallest_range
        was_trusted = self.start.state.trusted
        self.start.step(place, step_s, allowed, still)
        if not self.start.state.trusted:
            return []
        state.tilt_rad = self.start.tilt_rad(place)
        if state.tilt_rad > self.start.implausible_rad():
            return self.interrupt(time_s)
        if state.clock.running_since_s is not None:
            return self._pause(time_s) if state.tilt_rad > allowed else []
        if self.start.state.still_s >= self._params.return_s:
            self.start.move_here()
            state.tilt_rad = 0.0
        if state.tilt_rad <= RESUME_SHARE * allowed:
            still_s = 0.0 if was_trusted else self._params.still_s
            return list(state.clock.start(time_s, max(state.watched_since_s, time_s - still_s)))
        return []

    def _pause(self, time_s: float) -> list[MotionEvent]:
        clock = self.state.clock
        return list(clock.pause(time_s, clock.held_s(time_s)))
