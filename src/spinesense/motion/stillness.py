"""Stillness, and postural shifts: the trunk settling in another inclination while a posture lasts.

A shift is a change that stays; a movement that comes back is a fidget and none. Office workers
make about 9 shifts and 13 fidgets in 15 min of sitting (Davidson & Callaghan 2025, Appl Ergon
122:104374).
"""

import math
from dataclasses import dataclass

from spinesense.model.calibration import Vector
from spinesense.model.events import PostureShift
from spinesense.motion.transitions import angle


@dataclass(frozen=True, slots=True)
class StillnessParams:
    """What counts as still and as a shift."""

    still_window_s: float = 0.5
    still_radps: float = math.radians(5)
    """Root mean square of the angular rate. Sway and breathing turn a resting trunk by 1-2° a
    second; the slowest exercises turn it faster than 5° a second on most of their way."""
    shift_rad: float = math.radians(4)
    """Breathing, sway and the error of the inclination stay below 2° together."""
    settle_s: float = 3.0
    """The new inclination is held this long: a fidget has come back by then."""
    settled_rad: float = math.radians(2)
    """The trunk is settled while it stays this close to where it came to rest."""
    creep_s: float = 60.0
    """A slow slump is followed with this time constant: it relieves nothing and is no shift."""


@dataclass(slots=True)
class ShiftState:
    """Where the trunk was settled, and where it may be settling."""

    settled: Vector | None = None
    resting: Vector | None = None
    resting_since_s: float = 0.0


class Shifts:
    """Finds postural shifts within one posture, one tick at a time."""

    def __init__(self, params: StillnessParams) -> None:
        self.params = params
        self.state = ShiftState()

    def restart(self) -> None:
        """Begin a new posture: its first inclination is no shift."""
        self.state = ShiftState()

    def tick(self, time_s: float, up: Vector, tick_s: float) -> PostureShift | None:
        """Take one tick; gives a shift when the trunk has held another inclination long enough."""
        state, params = self.state, self.params
        if state.resting is None or angle(up, state.resting) > params.settled_rad:
            state.resting, state.resting_since_s = up, time_s
            return None
        if time_s - state.resting_since_s < params.settle_s:
            return None
        if state.settled is None:
            state.settled = up
        size_rad = angle(up, state.settled)
        if size_rad >= params.shift_rad:
            state.settled = up
            return PostureShift(time_s, size_rad)
        state.settled = towards(state.settled, up, tick_s / params.creep_s)
        return None


def towards(start: Vector, end: Vector, share: float) -> Vector:
    """Unit vector ``share`` of the way from one unit vector to another."""
    x = start[0] + share * (end[0] - start[0])
    y = start[1] + share * (end[1] - start[1])
    z = start[2] + share * (end[2] - start[2])
    length = math.sqrt(x * x + y * y + z * z)
    return (x / length, y / length, z / length)
