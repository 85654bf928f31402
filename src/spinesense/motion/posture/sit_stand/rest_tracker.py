"""The ticks since the last rest, and the vertical travel of the movement that they hold."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from spinesense.model.samples import Floats
from spinesense.motion.posture.sit_stand.acc_offset import OffsetEstimator
from spinesense.motion.posture.sit_stand.transitions import (
    Rows,
    TickRow,
    Travel,
    columns_of,
    travel,
)


def most_rows(longest_s: float, tick_s: float) -> int:
    """How many ticks are no longer than this together, as their product says."""
    most = math.floor(longest_s / tick_s + 1.0)
    while most * tick_s > longest_s:
        most -= 1
    return most


@dataclass(slots=True)
class RestTracker:
    """What is known of rest at each tick; a movement is integrated from rest to rest."""

    rows: list[TickRow] = field(default_factory=list)
    """The ticks since the last rest, its last second included, or since the last step."""
    anchored: bool = False
    """Whether the vertical velocity was 0 at the first of these rows."""
    rested: bool = False
    """Whether the first of these rows are at rest."""
    calm_s: float | None = None
    """Since when the rest window is calm."""
    offset_mps2: float = 0.0
    """Vertical acceleration that the sensor showed at the last rest."""
    acc_offset: OffsetEstimator = field(default_factory=OffsetEstimator)
    """What the accelerometer shows too much, in the frame of up."""

    def forget(self) -> None:
        """Nothing that was seen so far says what the vertical velocity is."""
        self.rows, self.anchored, self.rested = [], False, False

    def restart(self) -> None:
        """Come after a gap."""
        self.forget()
        self.calm_s = None

    def change_frame(self) -> None:
        """No direction kept so far is valid any more."""
        self.forget()
        self.acc_offset = OffsetEstimator(self.acc_offset.params)

    def rests(self, calm: bool, time_s: float, settled_s: float) -> bool:
        """Take whether the rest window is calm; gives whether it has been for ``settled_s``."""
        if not calm:
            self.calm_s = None
            return False
        if self.calm_s is None:
            self.calm_s = time_s
        return time_s - self.calm_s >= settled_s

    def trim(self, resting: bool, *, rest_rows: int, most: int) -> None:
        """Keep the ticks since the last rest began to end, ``most`` at the most.

        The rest window notices a movement late: the ticks of one rest before it are kept, of
        which the first half are surely at rest.
        """
        if resting:
            del self.rows[:-rest_rows]
            self.anchored = self.rested = True
        elif len(self.rows) > most:
            del self.rows[0]
            self.anchored = self.rested = False

    def extend(self, kept: Sequence[TickRow], count: int, most: int, *, resting: bool) -> None:
        """Take ``count`` ticks at once, of which the last are ``kept``, as ``trim`` leaves them."""
        before = len(self.rows) + count
        self.rows = [*self.rows, *kept][-most:]
        if resting:
            self.anchored = self.rested = True
        elif before > most:
            self.anchored = self.rested = False

    def step_at(self, last_s: float) -> None:
        """Keep what came after a step.

        The trunk is lowest just after an initial contact: its vertical velocity is 0 there.
        """
        self.rows = [row for row in self.rows if row.time_s >= last_s]
        self.anchored, self.rested = True, False

    def measure_travel(
        self, rest_mps2: float | None, until_s: float | None, half_rest: int, tick_s: float
    ) -> Travel | None:
        """The movement since the last rest; of no rise where it did not begin at one.

        Parameters
        ----------
        rest_mps2
            Vertical acceleration shown at the rest after it, or None where there is none.
        until_s
            Its end, where that is known; else it ends in the middle of the newest rest window.
        half_rest
            Ticks of half a rest window.

        Returns
        -------
        None where nothing lies between the rests.
        """
        before_mps2 = self.offset_mps2
        kept = columns_of(self.rows)
        # What the rests at both ends show beyond gravity is the accelerometer's.
        if rest_mps2 is not None:
            self._learn_offset(kept.up[-1], rest_mps2)
        if self.rested:
            window = kept.cut(0, 2 * half_rest)
            self._learn_offset(window.up[0], float(window.vertical_mps2.mean()))
        offset = self.acc_offset.estimate()
        kept = Rows(kept.time_s, kept.vertical_mps2 - offset.along(kept.up), kept.up)
        # From the middle of the rest before to the middle of the rest after.
        rows = kept
        if self.rested:
            # o₁: what v still shows at the rest before, with c · u + ℓ taken off.
            before_mps2 = float(kept.vertical_mps2[: 2 * half_rest].mean())
            rows = rows.cut(half_rest, len(rows.time_s))
        if until_s is None:
            rows = rows.cut(0, max(0, len(rows.time_s) - half_rest))
        else:
            rows = rows.cut(0, int(np.searchsorted(rows.time_s, until_s, side="right")))
        self.offset_mps2 = before_mps2
        if rest_mps2 is not None:
            # o₂, the same at the rest after; the o₁ of the next movement.
            self.offset_mps2 = rest_mps2 - float(offset.along(kept.up[-1:])[0])
        if len(rows.time_s) < 2:
            return None
        found = travel(rows, before_mps2, self.offset_mps2, tick_s)
        return found if self.anchored else Travel(found.start_s, found.end_s, 0.0)

    def _learn_offset(self, up: Floats, rest_mps2: float) -> None:
        """Learn from a rest what the accelerometer shows too much."""
        if abs(rest_mps2) < self.acc_offset.params.most_mps2:
            self.acc_offset.add(up[None], np.array([rest_mps2]))
