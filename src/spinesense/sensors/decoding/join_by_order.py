"""Joins two streams of one sensor that have neither clock nor counter, in the order they come."""

from dataclasses import dataclass

import numpy as np

from spinesense.model.samples import Floats, Ints

_PACKETS_TO_JUDGE = 12
"""Packets in a row after which one stream is always ahead: a notification of the other was lost.
Radio bursts bring a few of one kind in a row, never so many."""


@dataclass(frozen=True, slots=True, eq=False)
class Joined:
    """Samples of both streams side by side, and those that were left out."""

    left: Floats
    right: Floats
    """(n, 3) each."""
    packet: Ints
    """(n,) the packet that completed each sample."""
    lone: tuple[tuple[int, bool, int], ...] = ()
    """(packet, whether they are left ones, how many) of samples without a partner."""


class JoinByOrder:
    """Pairs the samples of two streams one by one, as a chip that measures both at once sends them.

    When a notification is lost, the other stream stays ahead of it. What it is ahead by is dropped
    as soon as that is certain.
    """

    def __init__(self) -> None:
        self._rest: tuple[Floats, Floats] = (np.empty((0, 3)), np.empty((0, 3)))
        self._ahead_for = 0
        """Packets since both streams were level."""
        self._least_ahead = 0

    def join(self, left: Floats, right: Floats, counts: Ints, is_left: list[bool]) -> Joined:
        """Take the samples of some packets.

        Parameters
        ----------
        left, right
            (n, 3) samples of all these packets.
        counts, is_left
            How many samples each packet holds, and of which stream.
        """
        lefts = np.concatenate([self._rest[0], left])
        rights = np.concatenate([self._rest[1], right])
        have = [len(self._rest[0]), len(self._rest[1])]
        used = [0, 0]
        runs: list[tuple[int, int, int, int]] = []
        lone: list[tuple[int, bool, int]] = []
        for packet, (count, left_side) in enumerate(zip(counts.tolist(), is_left, strict=True)):
            have[0 if left_side else 1] += count
            both = min(have[0] - used[0], have[1] - used[1])
            if both:
                runs.append((used[0], used[1], both, packet))
                used = [used[0] + both, used[1] + both]
            dropped = self._judge(abs((have[0] - used[0]) - (have[1] - used[1])))
            if dropped:
                side = 0 if have[0] > used[0] else 1
                used[side] += dropped
                lone.append((packet, side == 0, dropped))
        self._rest = lefts[used[0] :], rights[used[1] :]
        table = np.array(runs, dtype=np.int64).reshape(-1, 4)
        lengths = table[:, 2]
        within = np.arange(lengths.sum()) - np.repeat(np.cumsum(lengths) - lengths, lengths)
        return Joined(
            lefts[np.repeat(table[:, 0], lengths) + within],
            rights[np.repeat(table[:, 1], lengths) + within],
            np.repeat(table[:, 3], lengths),
            tuple(lone),
        )

    def _judge(self, ahead: int) -> int:
        """Samples to drop, after a packet that leaves one stream so far ahead."""
        if not ahead:
            self._ahead_for = 0
            return 0
        self._least_ahead = min(ahead, self._least_ahead) if self._ahead_for else ahead
        self._ahead_for += 1
        if self._ahead_for < _PACKETS_TO_JUDGE:
            return 0
        self._ahead_for = 0
        return self._least_ahead
