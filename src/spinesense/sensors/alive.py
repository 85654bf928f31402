"""Whether a stream lives: not only packets come, but samples that a working sensor can send.

The noise of a six-axis chip exceeds one step of its 16 bits (0.7 mg and 0.05 °/s against 0.5 mg and
0.06 °/s), so that at 10 samples a second and more no triad of axes repeats itself for seconds: one
that does is frozen. Two things repeat honestly: a gyroscope with a dead band shows exactly nothing
while it rests, and a sensor without a gyroscope may be as coarse as a degree. Nothing accelerates
by exactly nothing on all axes: even in free fall there is noise.
"""

from typing import Final

import numpy as np

from spinesense.model.samples import Floats, ImuBlock

DEAD_S: Final = 3.5
"""Full frames of a Polar come up to 2 s apart, and one is lost now and then; what is wrong is to be
said within 5 s."""

_PAUSE_S: Final = 1.0
"""More time than this between two packets is not the stream's: the link was interrupted."""


class Alive:
    """Follows one stream by the arrival of its packets. Equal packets give equal results."""

    def __init__(self) -> None:
        self._arrival_s: float | None = None
        self._row: Floats | None = None
        """(6,) the newest sample."""
        self._clock_s: float | None = None
        self._without_s = self._acc_s = self._gyr_s = 0.0
        """Time in which packets came, since the last sample and since either triad changed."""

    def feed(self, arrival_s: float, block: ImuBlock | None) -> None:
        """Take what was decoded of the next data packet."""
        gap_s = 0.0 if self._arrival_s is None else arrival_s - self._arrival_s
        self._arrival_s = arrival_s
        step_s = min(max(gap_s, 0.0), _PAUSE_S)
        self._without_s += step_s
        self._acc_s += step_s
        self._gyr_s += step_s
        if block is None or not len(block) or not self._advances(block):
            return
        self._without_s = 0.0
        rows = np.column_stack([block.acc_mps2, block.gyr_radps])
        if self._row is not None:
            rows = np.vstack([self._row, rows])
        self._row = rows[-1]
        acc, gyr = rows[:, :3], rows[:, 3:]
        blind = bool(np.isnan(gyr[-1]).any())
        if _changes(acc) or (blind and acc[-1].any()):
            self._acc_s = 0.0
        if _changes(gyr) or blind or not gyr[-1].any():
            self._gyr_s = 0.0

    @property
    def fault(self) -> str:
        """What is dead, as the end of a sentence; empty while the stream lives."""
        if self._without_s > DEAD_S:
            return "sends nothing to measure with; one of its streams has stopped"
        if self._acc_s > DEAD_S:
            return "repeats the same acceleration"
        return "repeats the same rotation rate" if self._gyr_s > DEAD_S else ""

    def _advances(self, block: ImuBlock) -> bool:
        """Whether the clock of the device goes on, where it has one."""
        if block.device_time_s is None:
            return True
        before_s, self._clock_s = self._clock_s, float(block.device_time_s[-1])
        return before_s is None or self._clock_s != before_s


def _changes(rows: Floats) -> bool:
    """Whether some row (n, 3) differs from the first; one alone does not."""
    return bool((rows != rows[0]).any())
