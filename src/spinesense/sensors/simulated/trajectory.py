"""What a body does over time, as smooth changes of a few numbers."""

import bisect
from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum

import numpy as np

from spinesense.model.samples import Floats


class Channel(IntEnum):
    """The numbers that make up a movement; angles in radians, lengths in metres."""

    PITCH = 0
    """Of the start posture: 0 upright, -90° on the back, +90° on hands and knees."""
    ROLL = 1
    """Of the start posture: +90° lying on the right side."""
    HEADING = 2
    FLEXION = 3
    """Away from the start posture, as are the next two."""
    LATERAL = 4
    ROTATION = 5
    HEIGHT = 6
    """Of the hips above the floor."""
    FORWARD = 7
    """Of the hips, along the heading."""
    SWAY = 8
    """How much of the sway of free standing is there; 1 is all."""
    WALK = 9
    """How much of a full gait is there; 1 is all."""
    WORK = 10
    """How much of typing and of the heart shows; 1 is all."""


@dataclass(frozen=True, slots=True, order=True)
class Move:
    """One smooth change of one channel, without a jerk at either end."""

    start_s: float
    duration_s: float
    channel: Channel
    change: float

    @property
    def end_s(self) -> float:
        """Time at which the change is complete."""
        return self.start_s + self.duration_s


def _start_s(move: Move) -> float:
    return move.start_s


def minimum_jerk(progress: Floats) -> Floats:
    """Position on the smoothest way from 0 to 1, without velocity or acceleration at its ends.

    Flash & Hogan 1985, J Neurosci 5:1688: unconstrained human movements follow it.
    """
    p = np.clip(progress, 0.0, 1.0)
    return p * p * p * (10.0 + p * (6.0 * p - 15.0))


class Trajectory:
    """Channel values over time: a start and the moves planned since.

    Times are asked for in ascending chunks, so that moves long past need not be kept.
    """

    def __init__(self, start: Mapping[Channel, float]) -> None:
        self._settled = np.zeros(len(Channel))
        for channel, value in start.items():
            self._settled[channel] = value
        self._targets = self._settled.copy()
        self._moves: list[Move] = []

    def add(self, move: Move) -> None:
        """Plan one more move."""
        bisect.insort(self._moves, move)
        self._targets[move.channel] += move.change

    def drop_from(self, time_s: float) -> None:
        """Forget the moves that have not begun at ``time_s``; those under way will be completed."""
        self._moves = [move for move in self._moves if move.start_s < time_s]
        self._targets = self._settled.copy()
        for move in self._moves:
            self._targets[move.channel] += move.change

    def target(self, channel: Channel) -> float:
        """Value of a channel once all planned moves are done."""
        return float(self._targets[channel])

    def busy_until_s(self) -> float:
        """End of the last planned move."""
        return max((move.end_s for move in self._moves), default=0.0)

    def values(self, time_s: Floats) -> Floats:
        """(n, channels) values at ascending times, none before the first of the last call."""
        active = self._moves[: bisect.bisect(self._moves, time_s[-1], key=_start_s)]
        values = np.repeat(self._settled[None], len(time_s), axis=0)
        for move in active:
            progress = (time_s - move.start_s) / move.duration_s
            values[:, move.channel] += move.change * minimum_jerk(progress)
        self._settle(active, float(time_s[0]))
        return values

    def _settle(self, active: list[Move], time_s: float) -> None:
        """Add the moves that ended before ``time_s`` to the settled values."""
        over = [move for move in active if move.end_s <= time_s]
        if over:
            for move in over:
                self._settled[move.channel] += move.change
            self._moves[: len(active)] = [move for move in active if move.end_s > time_s]
