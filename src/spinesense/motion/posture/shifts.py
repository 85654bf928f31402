"""Stillness, and postural shifts: the trunk settling in another inclination while a posture lasts.

A shift is a change that stays; a movement that comes back is a fidget and none. Office workers
make about 9 shifts and 13 fidgets in 15 min of sitting (Davidson & Callaghan 2025, Appl Ergon
122:104374).
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from spinesense.model.calibration import Vector
from spinesense.model.events import PostureShift
from spinesense.motion.maths.vectors import angle_between, chord_square


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


class PosturalShifts:
    """Finds postural shifts within one posture, one tick at a time."""

    def __init__(self, params: StillnessParams) -> None:
        self.params = params
        self.state = ShiftState()

    def restart(self) -> None:
        """Begin a new posture: its first inclination is no shift."""
        self.state = ShiftState()

    def tick(self, time_s: float, up: Vector, tick_s: float) -> PostureShift | None:
        """Take one tick; gives a shift when the trunk has held another inclination long enough."""
        x, y, z = up
        found = self.ticks(([time_s], [x], [y], [z]), tick_s)
        return found[0] if found else None

    def ticks(self, columns: Sequence[Sequence[float]], tick_s: float) -> list[PostureShift]:
        """Take ticks of one posture: their times, and the x, y and z of up.

        Angles are compared as chords, and all names are local: most of a day is spent in here.
        """
        state, params = self.state, self.params
        # Angles as squares of chords: 2° and 4°.
        settled_chord, shift_chord = (
            chord_square(params.settled_rad),
            chord_square(params.shift_rad),
        )
        share = tick_s / params.creep_s
        since_s, found = state.resting_since_s, []
        rx, ry, rz = state.resting or (math.inf, 0.0, 0.0)
        sx, sy, sz = state.settled or (math.inf, 0.0, 0.0)
        for time_s, x, y, z in zip(*columns, strict=True):
            dx, dy, dz = x - rx, y - ry, z - rz
            # Further than 2° from where it came to rest: it comes to rest here, from now on.
            if dx * dx + dy * dy + dz * dz > settled_chord:
                rx, ry, rz, since_s = x, y, z, time_s
                continue
            if time_s - since_s < params.settle_s:
                continue
            if sx == math.inf:
                sx, sy, sz = x, y, z
            dx, dy, dz = x - sx, y - sy, z - sz
            # Settled for 3 s, and 4° or more from where it was settled before: a shift.
            if dx * dx + dy * dy + dz * dz >= shift_chord:
                found.append(PostureShift(time_s, angle_between((x, y, z), (sx, sy, sz))))
                sx, sy, sz = x, y, z
                continue
            # A slow slump is followed: a low-pass of first order with 60 s.
            sx, sy, sz = sx + share * dx, sy + share * dy, sz + share * dz
            length = math.sqrt(sx * sx + sy * sy + sz * sz)
            sx, sy, sz = sx / length, sy / length, sz / length
        settled = None if sx == math.inf else (sx, sy, sz)
        resting = None if rx == math.inf else (rx, ry, rz)
        self.state = ShiftState(settled, resting, since_s)
        return found
