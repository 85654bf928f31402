"""Whether a stream lives: not only packets come, but samples that a working sensor can send.

The noise of a six-axis chip exceeds one step of its 16 bits (0.7 mg and 0.05 °/s against 0.5 mg and
0.06 °/s), so that at 10 samples a second and more no triad of axes repeats itself for seconds: one
that does is frozen. Two things repeat honestly: a gyroscope with a dead band shows exactly nothing
while it rests, and a sensor without a gyroscope may be as coarse as a degree. Nothing accelerates
by exactly nothing on all axes: even in free fall there is noise.
"""

from collections import deque
from typing import Final

import numpy as np

from spinesense.model.samples import Floats, ImuBlock

DEAD_S: Final = 3.0
"""What is wrong is to be said within 5 s. A Polar sends a frame every 0.7 s, and one or two of a
kind are lost now and then."""

FEWEST: Final = 0.05
"""Share of the samples that were agreed on, below which a stream does not live. Sensors whose
setting failed send a tenth (WitMotion: 10 of 100 Hz): they live, and are told of by their rate."""

_PAUSE_S: Final = 1.0
"""More time than this between two packets is not the stream's: the link was interrupted. Twice in
a row it is."""

_STOPPED: Final = "sends nothing to measure with; one of its streams has stopped"

_BURST_S: Final = 0.1
"""Packets within so little of each other are one: acceleration and rotation come in two."""

_REST_MPS2: Final = 0.5
"""Change of the acceleration within `DEAD_S` that no sensor shows which rests: a tilt of 3°, so
1 °/s on average, beyond any dead band."""


class Alive:
    """Follows one stream by the arrival of its packets. Equal packets give equal results.

    Parameters
    ----------
    nominal_rate_hz
        Samples a second that were agreed on.
    """

    def __init__(self, nominal_rate_hz: float) -> None:
        self._nominal_rate_hz = nominal_rate_hz
        self._arrival_s: float | None = None
        self._left_out_s = 0.0
        """What the newest pause was longer than `_PAUSE_S`, until the stream has gone on."""
        self._since_s = 0.0
        """Time of the stream since that pause."""
        self._time_s = 0.0
        """Time of the stream: that in which packets came."""
        self._newest: deque[tuple[float, int, Floats]] = deque()
        """Time, number of samples, and least and largest acceleration (2, 3) of what came in the
        newest `DEAD_S`."""
        self._rate_hz = 0.0
        """Samples a second in the newest `DEAD_S`, when the newest of them came."""
        self._row: Floats | None = None
        """(6,) the newest sample."""
        self._clock_s: float | None = None
        self._acc_s = self._gyr_s = 0.0
        """Time at which either triad changed last."""

    def feed(self, arrival_s: float, block: ImuBlock | None) -> None:
        """Take what was decoded of the next data packet."""
        self._time_s += self._step_s(arrival_s)
        while self._newest and self._newest[0][0] <= self._time_s - DEAD_S:
            self._newest.popleft()
        if block is None or not len(block) or not self._advances(block):
            return
        rows = np.column_stack([block.acc_mps2, block.gyr_radps])
        if self._row is not None:
            rows = np.vstack([self._row, rows])
        self._row = rows[-1]
        acc, gyr = rows[:, :3], rows[:, 3:]
        ends = np.stack([block.acc_mps2.min(axis=0), block.acc_mps2.max(axis=0)])
        self._newest.append((self._time_s, len(block), ends))
        self._rate_hz = sum(count for _, count, _ in self._newest) / DEAD_S
        blind = bool(np.isnan(gyr[-1]).any())
        if _changes(acc) or (blind and acc[-1].any()):
            self._acc_s = self._time_s
        if _changes(gyr) or blind or (not gyr[-1].any() and self._rests()):
            self._gyr_s = self._time_s

    @property
    def fault(self) -> str:
        """What is dead, as the end of a sentence; empty while the stream lives."""
        if self._time_s < DEAD_S:
            return ""
        if not self._newest:
            return _STOPPED
        if self._rate_hz < FEWEST * self._nominal_rate_hz:
            few, agreed = f"{self._rate_hz:.1f}", f"{self._nominal_rate_hz:.0f}"
            return f"sends {few} samples a second instead of {agreed}"
        fault = ""
        if self._time_s - self._acc_s > DEAD_S:
            fault = "repeats the same acceleration"
        elif self._time_s - self._gyr_s > DEAD_S:
            fault = "repeats the same rotation rate"
        # What comes no more repeats nothing, even if the last of it was a repetition.
        return _STOPPED if fault and self._time_s - self._newest[-1][0] > _PAUSE_S else fault

    def _step_s(self, arrival_s: float) -> float:
        """How far the time of the stream goes on with this packet."""
        gap_s = 0.0 if self._arrival_s is None else max(arrival_s - self._arrival_s, 0.0)
        self._arrival_s = arrival_s
        if gap_s > _PAUSE_S:
            before_s, self._left_out_s = self._left_out_s, gap_s - _PAUSE_S
            self._since_s = 0.0
            return _PAUSE_S + before_s
        self._since_s += gap_s
        if self._since_s > _BURST_S:
            self._left_out_s = 0.0
        return gap_s

    def _advances(self, block: ImuBlock) -> bool:
        """Whether the clock of the device goes on, where it has one."""
        if block.device_time_s is None:
            return True
        before_s, self._clock_s = self._clock_s, float(block.device_time_s[-1])
        return before_s is None or self._clock_s != before_s

    def _rests(self) -> bool:
        """Whether the newest acceleration is that of a sensor which rests."""
        ends = np.stack([each for _, _, each in self._newest])
        spread = ends[:, 1].max(axis=0) - ends[:, 0].min(axis=0)
        return bool((spread < _REST_MPS2).all())


def _changes(rows: Floats) -> bool:
    """Whether some row (n, 3) differs from the first; one alone does not."""
    return bool((rows != rows[0]).any())
