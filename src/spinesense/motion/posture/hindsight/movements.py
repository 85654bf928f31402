"""Movements between the stays of a recording, by strapdown integration from one to the next."""

from dataclasses import dataclass

import numpy as np

from spinesense.model.calibration import Vector
from spinesense.model.events import LyingSide, Posture
from spinesense.motion.maths.vectors import towards
from spinesense.motion.posture.params import PostureParams
from spinesense.motion.posture.sit_stand.transitions import Rows, Travel, travel
from spinesense.motion.ticks import Ticks, without_gyro


@dataclass(slots=True)
class UprightStay:
    """One stay, as rows ``first`` to ``last`` (exclusive) of the ticks."""

    first: int
    last: int
    start_s: float
    end_s: float
    up: Vector
    """Mean direction of up at rest."""
    rest_s: float
    posture: Posture = Posture.UNKNOWN
    """Lying or walking where that is known; unknown for an upright rest."""
    lying_side: LyingSide | None = None
    sway_log: float = 0.0
    """Mean of the logarithm of the sway about the vertical, see ``sway``."""
    sway_s: float = 0.0
    """Time over which the sway was seen."""
    in_hand: bool = False
    """Whether somebody held the sensor in a hand, and nobody wore it."""

    def join(self, other: "UprightStay") -> None:
        """Take in the next rest of the same posture."""
        whole_s = self.rest_s + other.rest_s
        # Means weighted by time.
        share = other.rest_s / whole_s
        self.up, self.rest_s = towards(self.up, other.up, share), whole_s
        if other.sway_s:
            seen_s = self.sway_s + other.sway_s
            self.sway_log += (other.sway_log - self.sway_log) * other.sway_s / seen_s
            self.sway_s = seen_s
        self.last, self.end_s = other.last, other.end_s


@dataclass(frozen=True, slots=True)
class StayTransition:
    """What lies between two stays."""

    travel: Travel
    measured: bool
    """Whether the travel says anything: not across a gap, and not over too long a movement."""
    length_s: float
    gap_s: float = 0.0
    """Length of the longest gap in it."""
    unseen: bool = False
    """Whether nothing is known of it: it fell into a gap, or the sensor was put on."""
    among_steps: bool = False
    """Whether it begins or ends in walking."""
    coarse: bool = False
    """Whether it was seen without a gyroscope."""


class Movements:
    """Measures what lies between two stays.

    Parameters
    ----------
    rows
        All ticks of the recording.
    ticks
        The same as they came.
    params
        Thresholds.
    tick_s
        Time from tick to tick.
    calibrated
        Whether the sensor sat where it sits from the start; otherwise it may still be being put on.
    """

    def __init__(
        self, rows: Rows, ticks: Ticks, params: PostureParams, tick_s: float, *, calibrated: bool
    ) -> None:
        self._rows, self._segment, self._tick_s = rows, ticks.segment, tick_s
        self._coarse = without_gyro(ticks)
        self._longest_s = params.longest_movement_s
        self._worn_s = float(rows.time_s[0]) + (0.0 if calibrated else params.put_on_s)
        self._window = max(1, round(params.hindsight.glimpse_s / tick_s))
        self._into_walk = round(params.hindsight.into_walk_s / tick_s)
        self._steps = round(params.hindsight.steps_s / tick_s)
        self._slow_starts_s = params.hindsight.slow_starts_s

    def put_on(self, stay: UprightStay) -> bool:
        """Whether the sensor may still have been being put on before this stay."""
        return stay.start_s < self._worn_s

    def between(self, before: UprightStay, after: UprightStay) -> StayTransition:
        """The movement from the last moment of rest to the first after it.

        Walking has none; it is level over its steps.
        """
        first, last = self._bounds(before, after, 0.0)
        times_s = self._rows.time_s[first:last]
        length_s = float(times_s[-1] - times_s[0])
        gap_s = 0.0
        if self._segment[first] != self._segment[last - 1]:
            gap_s = float(np.diff(times_s).max())
        unseen = gap_s > 0.0 or self.put_on(after)
        on_foot = before.posture is after.posture is Posture.WALKING
        if gap_s or on_foot or length_s > self._longest_s or len(times_s) < 2:
            nothing = Travel(before.end_s, after.start_s, 0.0)
            return StayTransition(nothing, False, length_s, gap_s, unseen)
        found = [self._travel(before, after, slow_s) for slow_s in self._slow_starts_s]
        # The middle of the travels measured from 0, 0.3 and 0.6 s inside the rests.
        middle = sorted(found, key=lambda each: each.rise_m)[len(found) // 2]
        return StayTransition(
            middle,
            True,
            length_s,
            unseen=unseen,
            among_steps=Posture.WALKING in (before.posture, after.posture),
            coarse=bool(self._coarse[first:last].any()),
        )

    def _travel(self, before: UprightStay, after: UprightStay, slow_s: float) -> Travel:
        """The travel between two stays that are measured from so far inside."""
        rest_before = self._offset(before, slow_s, at_end=True)
        rest_after = self._offset(after, slow_s, at_end=False)
        rows = self._rows.cut(*self._bounds(before, after, slow_s))
        most = len(rows.time_s) // 2
        return travel(
            rows,
            rest_before if rest_before is not None else rest_after or 0.0,
            rest_after if rest_after is not None else rest_before or 0.0,
            self._tick_s,
            (min(most, self._level(before)), min(most, self._level(after))),
        )

    def _bounds(self, before: UprightStay, after: UprightStay, slow_s: float) -> tuple[int, int]:
        """Rows of the movement: from the middle of a rest window, or from some way into a walk."""
        # From the middle of the last window of rest to the middle of the first one after it,
        # further inside by ``slow_s``; among steps by some steps.
        half = self._window // 2
        first = before.last - half - self._onset(before, slow_s)
        last = after.first + half + self._onset(after, slow_s)
        if before.posture is Posture.WALKING:
            first = max(before.first, before.last - self._into_walk - self._steps)
        if after.posture is Posture.WALKING:
            last = min(after.last, after.first + self._into_walk + self._steps)
        first = max(before.first, first)
        return first, min(max(last, first + 2), len(self._rows.time_s))

    def _onset(self, stay: UprightStay, slow_s: float) -> int:
        """Rows at the ends of a rest that may be in movement already, and are not trusted."""
        return max(
            0, min(round(slow_s / self._tick_s), (stay.last - stay.first - self._window) // 2)
        )

    def _level(self, stay: UprightStay) -> int:
        """Rows at this end of a movement over which the mean speed is 0."""
        if stay.posture is not Posture.WALKING:
            return 1
        return max(1, min(self._steps, stay.last - stay.first))

    def _offset(self, stay: UprightStay, slow_s: float, *, at_end: bool) -> float | None:
        """Vertical acceleration shown at one end of a rest; none in walking."""
        if stay.posture is Posture.WALKING:
            return None
        vertical_mps2 = self._rows.vertical_mps2[stay.first : stay.last]
        inside = self._onset(stay, slow_s)
        first = len(vertical_mps2) - inside - self._window if at_end else inside
        first = max(0, first)
        return float(vertical_mps2[first : first + self._window].mean())
