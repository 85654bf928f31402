"""Forward bends of an upright trunk through the day: how deep, how long, how fast.

Depth is the flexion from the calibrated neutral, and its share of what this person has shown they
can do. The lean of standing up, sitting and lying down belongs to that movement and is no bend.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

from spinesense.model.events import (
    Bend,
    CalibrationFound,
    MotionEvent,
    Posture,
    PostureChanged,
    TransitionMade,
)
from spinesense.model.samples import Floats

Change = PostureChanged | TransitionMade | CalibrationFound


@dataclass(frozen=True, slots=True)
class BendParams:
    """What counts as a bend."""

    from_rad: float = math.radians(20)
    """ISO 11226:2000 accepts a trunk inclination of up to 20° for any length of time."""
    until_rad: float = math.radians(15)
    """A bend is over below this: sway and steps move a trunk by 3-6° about its place."""
    least_own_rad: float = math.radians(40)
    """A person's range is at least two thirds of the healthy median of 59° (Laird et al. 2019), so
    that a polite bow at the calibration does not make every bend a deep one."""
    held_band_rad: float = math.radians(5)
    """A trunk that stays this near to where it came is held there."""
    known_after_s: float = 3.0
    """A change of posture is told within this time, and takes the bend with it."""
    gap_s: float = 0.5
    """Ticks come every 0.04 s; a bend is not followed across a hole."""


@dataclass(slots=True)
class Bending:
    """A bend under way."""

    start_s: float
    deepest_rad: float
    fastest_radps: float
    held_rad: float
    """Where the trunk is held now, since ``held_since_s``."""
    held_since_s: float
    held_s: float = 0.0


@dataclass(slots=True)
class BendState:
    """Everything that the next tick depends on."""

    own_rad: float
    """The largest flexion of this person so far."""
    upright: bool = False
    time_s: float = -math.inf
    flexion_rad: float = 0.0
    bending: Bending | None = None
    waiting: list[Bend] = field(default_factory=list)
    """Bends that may yet turn out to be part of a change of posture; their share is still 0."""


class Bends:
    """Finds bends.

    Parameters
    ----------
    bow_rad
        How far the person bowed at the calibration; 0 where they did not.
    params
        Thresholds.
    """

    def __init__(self, bow_rad: float = 0.0, params: BendParams | None = None) -> None:
        self.params = params or BendParams()
        self.state = BendState(max(bow_rad, self.params.least_own_rad))

    def feed(self, time_s: Floats, flexion_rad: Floats, told: Sequence[MotionEvent]) -> list[Bend]:
        """Take the next ticks; gives the bends that are certain by then.

        Parameters
        ----------
        time_s, flexion_rad
            (m,) times, and flexion from the calibrated neutral.
        told
            What was told of postures and calibrations in these ticks, in order.
        """
        state = self.state
        changes = [e for e in told if isinstance(e, Change)]
        found: list[Bend] = []
        next_change = 0
        for now_s, flexion in zip(time_s.tolist(), flexion_rad.tolist(), strict=True):
            while next_change < len(changes) and changes[next_change].time_s <= now_s:
                self._take_change(changes[next_change])
                next_change += 1
            if state.bending or state.waiting or flexion > self.params.from_rad:
                found += self._tick(now_s, flexion)
            state.time_s, state.flexion_rad = now_s, flexion
        for change in changes[next_change:]:
            self._take_change(change)
        return found

    def finish(self) -> list[Bend]:
        """End of the stream: what waits is told; a bend under way is not."""
        state = self.state
        state.bending = None
        waiting, state.waiting = state.waiting, []
        return [self._tell(bend, state.time_s) for bend in waiting]

    def _take_change(self, change: Change) -> None:
        state = self.state
        if isinstance(change, CalibrationFound):
            # The bows were bends of another kind, measured in another frame.
            state.own_rad = max(state.own_rad, change.calibration.bow_rad)
            state.bending, state.waiting = None, []
        elif isinstance(change, TransitionMade):
            state.waiting = [
                bend
                for bend in state.waiting
                if bend.end_s < change.start_s or bend.start_s > change.end_s
            ]
            if state.bending and state.bending.start_s <= change.end_s:
                state.bending = None
        elif change.posture is not Posture.TRANSITION:
            state.upright = change.posture not in (Posture.LYING, Posture.UNKNOWN)
            if not state.upright:
                state.bending = None

    def _tick(self, now_s: float, flexion_rad: float) -> list[Bend]:
        state, params = self.state, self.params
        passed_s = now_s - state.time_s
        if passed_s > params.gap_s:
            state.bending = None
        elif state.upright and state.flexion_rad <= params.from_rad < flexion_rad:
            state.bending = state.bending or Bending(now_s, flexion_rad, 0.0, flexion_rad, now_s)
        if state.bending:
            self._follow(state.bending, now_s, flexion_rad, passed_s)
        certain = [b for b in state.waiting if now_s - b.end_s >= params.known_after_s]
        state.waiting = state.waiting[len(certain) :]
        return [self._tell(bend, now_s) for bend in certain]

    def _follow(self, bending: Bending, now_s: float, flexion_rad: float, passed_s: float) -> None:
        """Take one tick of a bend under way."""
        state, params = self.state, self.params
        speed_radps = abs(flexion_rad - state.flexion_rad) / passed_s
        bending.fastest_radps = max(bending.fastest_radps, speed_radps)
        bending.deepest_rad = max(bending.deepest_rad, flexion_rad)
        if abs(flexion_rad - bending.held_rad) > params.held_band_rad:
            bending.held_rad, bending.held_since_s = flexion_rad, now_s
        bending.held_s = max(bending.held_s, now_s - bending.held_since_s)
        if flexion_rad < params.until_rad:
            state.bending = None
            state.waiting.append(
                Bend(
                    now_s,
                    bending.start_s,
                    now_s,
                    bending.deepest_rad,
                    0.0,
                    bending.fastest_radps,
                    bending.held_s,
                )
            )

    def _tell(self, bend: Bend, now_s: float) -> Bend:
        """The bend as it is told, with its share of the person's range."""
        state = self.state
        state.own_rad = max(state.own_rad, bend.depth_rad)
        return Bend(
            now_s,
            bend.start_s,
            bend.end_s,
            bend.depth_rad,
            bend.depth_rad / state.own_rad,
            bend.fastest_radps,
            bend.held_s,
        )
