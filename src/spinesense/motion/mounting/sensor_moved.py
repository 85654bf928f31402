"""Noticing that the sensor no longer sits as it was calibrated.

People walk upright. Sitting down tilts the pelvis by some 20 degrees, and nobody walks like that:
so when gravity, averaged over a stretch of walking, lies that far from the calibrated neutral, it
is the sensor that has turned.
"""

import math
from bisect import bisect_left
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from spinesense.model.calibration import Vector
from spinesense.model.events import (
    MotionEvent,
    Posture,
    PostureChanged,
    SignalFault,
    SignalSuspect,
)
from spinesense.motion.trunk.angles import TrunkSample

MESSAGE = "The sensor seems to have moved; stand tall and bow twice again to calibrate it."
LARGEST_RAD = math.radians(20.0)
SHORTEST_S = 8.0
"""Walking for less may be a stoop under a table."""


@dataclass(slots=True)
class SensorMovedCheck:
    """Averages up while walking. Every field is state."""

    since_s: float | None = None
    """Start of the present walking, None while not walking."""
    total: Vector = (0.0, 0.0, 0.0)
    told: bool = False

    def step(self, place: TrunkSample, changes: deque[PostureChanged]) -> list[MotionEvent]:
        """Take one tick, and from the left of ``changes`` those of the posture until then."""
        while changes and changes[0].time_s <= place.time_s:
            walking = changes.popleft().posture is Posture.WALKING
            self.since_s = place.time_s if walking else None
            self.total = (0.0, 0.0, 0.0)
        if self.since_s is None or self.told:
            return []
        x, y, z = self.total
        # Σ u of this walk; its angle from z is that of the mean.
        x, y, z = self.total = (x + place.up[0], y + place.up[1], z + place.up[2])
        if (
            place.time_s - self.since_s < SHORTEST_S
            or math.atan2(math.hypot(x, y), z) < LARGEST_RAD
        ):
            return []
        self.told = True
        return [SignalSuspect(place.time_s, SignalFault.SHIFTED, MESSAGE)]

    def steps(
        self,
        place: Callable[[int], TrunkSample],
        times_s: Sequence[float],
        changes: deque[PostureChanged],
    ) -> list[MotionEvent]:
        """Take many ticks, given as the place at each row; looks only at the walking."""
        events: list[MotionEvent] = []
        row = 0
        while row < len(times_s):
            if self.since_s is None or self.told:
                row = bisect_left(times_s, changes[0].time_s, row) if changes else len(times_s)
            if row < len(times_s):
                events += self.step(place(row), changes)
            row += 1
        return events


def changes_among(events: Iterable[MotionEvent]) -> deque[PostureChanged]:
    """The changes of posture in the order in which they were told."""
    return deque(event for event in events if isinstance(event, PostureChanged))
