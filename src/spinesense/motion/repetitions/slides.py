"""Repetitions of going down and up with an upright trunk, as on a wall.

The detector of ``repetitions`` does the work, with the height in metres where it has angles in
radians. A slide of 0.25 m is 14 degrees to it, and a centimetre half a degree, so what it takes for
noise, for near and for slow fits both.
"""

import math
from dataclasses import replace
from itertools import pairwise

from spinesense.model.events import MotionEvent, Repetition
from spinesense.model.movement import Movement
from spinesense.motion.repetitions.detector import RepetitionParams, Repetitions
from spinesense.motion.repetitions.vertical import Heights
from spinesense.motion.trunk.angles import Place, Reference, relative

FOLLOW_S = 1.5
"""Time constant with which the height at rest becomes the new zero: standing is standing."""


class Slides(Repetitions):
    """Finds the repetitions and holds of one vertical movement.

    Parameters
    ----------
    movement
        What is watched, with metres for radians.
    before
        The places of about the last second.
    params
        Tunables.
    """

    def __init__(self, movement: Movement, before: list[Place], params: RepetitionParams) -> None:
        super().__init__(movement, before, params)
        self.heights = Heights()
        for earlier, place in pairwise(before):
            self._climb(place, place.time_s - earlier.time_s)

    def carrying_rad(self) -> float | None:
        """No angle carries it."""
        return None

    def carrying_m(self) -> float | None:
        """The newest height, positive in the direction of the movement."""
        return super().carrying_rad()

    def interrupt(self, time_s: float) -> list[MotionEvent]:
        """Samples are missing: the height is not known any more."""
        self.heights.forget()
        return super().interrupt(time_s)

    def step(self, place: Place, step_s: float, still: bool | None = None) -> list[MotionEvent]:
        """Take one tick; ``still`` as for ``StartReference.step``."""
        self._climb(place, step_s)
        if not self.heights.known(place.time_s):
            return []
        if self.heights.quiet and abs(self.heights.height_m) < self.band_rad():
            self.heights.height_m -= step_s / FOLLOW_S * self.heights.height_m
        return [_in_metres(event) for event in super().step(place, step_s, still)]

    def _climb(self, place: Place, step_s: float) -> None:
        self.heights.step(place.time_s, place.vertical_mps2, step_s)

    def _measure(self, place: Place, reference: Reference) -> tuple[float, tuple[float, float]]:
        flexion, lateral, _ = relative(place, reference)
        return self.heights.height_m, (flexion, lateral)

    def _move_here(self) -> None:
        self.heights.height_m = 0.0
        super()._move_here()


def _in_metres(event: MotionEvent) -> MotionEvent:
    """A repetition says how far it went in metres, and has no angle."""
    if not isinstance(event, Repetition):
        return event
    return replace(event, range_rad=math.nan, rise_m=event.range_rad, range_sd_rad=math.nan)
