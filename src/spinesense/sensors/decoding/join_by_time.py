"""Joins two streams of one sensor that come apart, such as acceleration and angular rate."""

from dataclasses import dataclass

import numpy as np

from spinesense.model.samples import Floats, Ints

LONGEST_WAIT_S = 5.0
"""Of device time, for the other stream. Frames of a Polar hold up to 2 s and come one by one."""


@dataclass(frozen=True, slots=True, eq=False)
class Pairs:
    """Samples that belong together, and how many were left over."""

    time_s: Floats
    """(n,) times of the left samples."""
    left: Floats
    right: Floats
    """(n, 3) each."""
    lone_left: int = 0
    lone_right: int = 0
    """Samples that found no partner; those from before both streams ran do not count."""


class _Waiting:
    """Samples of one stream that are not decided yet."""

    def __init__(self) -> None:
        self.time_s: Floats = np.empty(0)
        self.values: Floats = np.empty((0, 3))
        self.begin_s = np.inf
        """Time of the first sample of all."""

    def add(self, time_s: Floats, values: Floats) -> None:
        self.time_s = np.concatenate([self.time_s, time_s])
        self.values = np.concatenate([self.values, values])
        self.begin_s = min(self.begin_s, float(time_s[0]))

    def drop(self, count: int) -> None:
        self.time_s, self.values = self.time_s[count:], self.values[count:]

    def drop_overdue(self) -> int:
        """Forget what waits for a stream that does not come, and tell how many that were."""
        if not len(self.time_s):
            return 0
        overdue = int(np.searchsorted(self.time_s, self.time_s[-1] - LONGEST_WAIT_S))
        self.drop(overdue)
        return overdue

    def left_over(self, count: int, paired: Ints, since_s: float) -> int:
        """How many of the first samples are not paired, and not from before the other stream."""
        lone = np.ones(count, dtype=np.bool_)
        lone[paired] = False
        return int((lone & (self.time_s[:count] > since_s)).sum())


class JoinByTime:
    """Pairs each left sample with the right one nearest in time; none is made up or used twice.

    Partners are at most half a period of the left stream apart. The times of each stream grow.
    """

    def __init__(self) -> None:
        self._left, self._right = _Waiting(), _Waiting()
        self._half_s = 0.0

    @property
    def waiting(self) -> int:
        """Samples that are not decided yet."""
        return len(self._left.time_s) + len(self._right.time_s)

    def add_left(self, time_s: Floats, values: Floats, period_s: float) -> Pairs:
        """Take the next left samples, which are so far apart, and give what is decided by now."""
        self._left.add(time_s, values)
        self._half_s = period_s / 2
        return self._decide()

    def add_right(self, time_s: Floats, values: Floats) -> Pairs:
        """Take the next right samples, and give what is decided by now."""
        self._right.add(time_s, values)
        return self._decide()

    def _decide(self) -> Pairs:
        """Pair the left samples that the right stream has gone past."""
        left, right = self._left, self._right
        ends_s = left.time_s + self._half_s
        newest_s = right.time_s[-1] if len(right.time_s) else -np.inf
        count = int(np.searchsorted(ends_s, newest_s, side="right"))
        done = int(np.searchsorted(right.time_s, ends_s[count - 1], side="right")) if count else 0
        rows, partners = self._partners(left.time_s[:count], right.time_s[:done])
        lone_left = left.left_over(count, rows, right.begin_s - self._half_s)
        lone_right = right.left_over(done, partners, left.begin_s - self._half_s)
        paired = left.time_s[rows], left.values[rows], right.values[partners]
        left.drop(count)
        right.drop(done)
        return Pairs(*paired, lone_left + left.drop_overdue(), lone_right + right.drop_overdue())

    def _partners(self, left_s: Floats, right_s: Floats) -> tuple[Ints, Ints]:
        """Rows of the left samples that have a partner, and of their partners."""
        if not len(left_s):
            return np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64)
        # Every right sample lies in the window of one left sample at the most.
        window = np.searchsorted(left_s + self._half_s, right_s)
        apart_s = np.abs(right_s - left_s[window])
        near = np.flatnonzero(right_s > left_s[window] - self._half_s)
        nearest = near[np.lexsort((apart_s[near], window[near]))]
        rows, first = np.unique(window[nearest], return_index=True)
        return rows, nearest[first]
