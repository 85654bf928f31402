"""Many ticks of rest in the start posture at once: the bulk of a long recording.

At rest the detector of repetitions does little: the reference follows the person, and the newest
seconds are kept. ``IdleSkipper`` does just that for a whole run of ticks, in plain names and with
the same operations, and leaves the detector in the state in which tick by tick would have left it.
Whatever is not plainly rest ends the run and is left to the detector.
"""

import math
from bisect import bisect_left
from collections import deque
from collections.abc import Iterator
from dataclasses import replace
from itertools import chain

import numpy as np

from spinesense.model.calibration import Vector
from spinesense.model.samples import Flags, Floats
from spinesense.motion.maths.vectors import wrapped
from spinesense.motion.repetitions.detector import Repetitions
from spinesense.motion.repetitions.excursions import ExcursionPhase
from spinesense.motion.repetitions.start_posture import AXIS_INDEX, StartParams
from spinesense.motion.trunk.angles import Reference, Regime, TrunkSample, absolute
from spinesense.motion.trunk.trunk import TrunkColumns

Row = tuple[bool, bool, float, float, float, float, float, float]
"""Whether still, whether slow, up, and the angles about the axis that carries the movement and the
other two."""
PIECE_ROWS = 512
"""Rows that are laid out at once: some 20 s, as long as people at a desk sit still."""
COARSEST_TICK_S = 0.1
"""With longer ticks the windows of stillness hold too few of them to be laid out beforehand."""
_MARGIN = 1e-9
"""Beyond the rounding of the comparisons that are made in another way here."""


class IdleSkipper:
    """The runs of rest in some consecutive ticks.

    Parameters
    ----------
    track
        The ticks, to be stepped through in their order.
    tick_s
        Length of a tick.
    params
        Tunables of the start posture.
    """

    def __init__(self, track: TrunkColumns, tick_s: float, params: StartParams) -> None:
        self._track = track
        self._tick_s = tick_s
        self._params = params
        still, plain = stillness(track, params)
        self._still: list[bool] = still.tolist()
        self._plain: list[bool] = plain.tolist()
        self._slow: list[bool] = (track.rates <= params.still_radps).tolist()
        unclear = np.flatnonzero(~plain) if tick_s <= COARSEST_TICK_S else np.arange(len(track))
        self._stops = sorted({*track.starts, *unclear.tolist()})
        """Rows that a run ends before."""
        self._angles: dict[tuple[Regime, float], tuple[list[float], list[float], list[float]]] = {}

    def still(self, row: int) -> bool | None:
        """Whether the trunk is still there; None where that is in doubt."""
        return self._still[row] if self._plain[row] and self._tick_s <= COARSEST_TICK_S else None

    def skip(self, watch: Repetitions, row: int) -> int:
        """Take the rows from ``row`` on that bring nothing new; gives how many they were."""
        start, out = watch.start.state, watch.excursions.state
        reference = start.reference
        if reference is None or not start.trusted or not self._covers(start.recent, row):
            return 0
        stop = self._stops[bisect_left(self._stops, row)] if row < len(self._track) else row
        rests = out.phase is ExcursionPhase.REST and not out.short_of_rest
        rests = rests and watch.asides.at_rest
        rows = self._follow(watch, reference, row, stop) if rests else 0
        if rows:
            start.recent = self._places_since(start.recent, row, row + rows)
        return rows

    def _covers(self, recent: list[TrunkSample], row: int) -> bool:
        """Whether the places kept are the rows before this one, and enough to judge stillness."""
        first = row - len(recent)
        if not recent or first < 0 or self._track.time_s[first] != recent[0].time_s:
            return False
        return recent[-1].time_s - recent[0].time_s >= self._params.still_s

    def _places_since(self, recent: list[TrunkSample], row: int, stop: int) -> list[TrunkSample]:
        """The places that are kept after the last row of a run."""
        times_s = self._track.time_s
        since_s = times_s[stop - 1] - self._params.look_back_s
        first = bisect_left(times_s, since_s, row - len(recent), stop)
        kept = recent[len(recent) - (row - first) :] if first < row else []
        return kept + [self._track.place(each) for each in range(max(first, row), stop)]

    def _follow(self, watch: Repetitions, reference: Reference, row: int, stop: int) -> int:
        """Move the reference with the person as long as they rest.

        Most of a day is spent in this loop, so all its names are local, and the difference of two
        angles is brought between -π and π only where it is not there already.
        """
        track, start = self._track, watch.start.state
        axes = index, other, another = _axes_of(watch)
        band_rad = min(watch.band_rad(), watch.implausible_rad)
        least_cosine = watch.least_cosine
        first_rad, second_rad = (band_rad if shown else math.inf for shown in watch.asides.shown)
        rx, ry, rz = reference.place.up
        carry_then, first_then, second_then = (reference.angles[axis] for axis in axes)
        share, tick_s, pi = self._tick_s / self._params.follow_s, self._tick_s, math.pi
        still_s = start.still_s
        newest = deque[Vector](maxlen=round(watch.excursions.history_s / self._tick_s * 1.1) + 2)
        keep, rows = newest.append, 0
        for still, slow, x, y, z, carry_now, first_now, second_now in self._rows(
            reference, axes, row, stop
        ):
            # θ from the reference, as ``relative`` gives it; out of the rest band the run ends.
            carry = carry_now - carry_then
            if not -band_rad < carry < band_rad:
                carry = wrapped(carry)
                if not -band_rad < carry < band_rad:
                    break
            if x * rx + y * ry + z * rz < least_cosine:
                break
            first, second = first_now - first_then, second_now - second_then
            if not -pi < first < pi:
                first = wrapped(first)
            if not -pi < second < pi:
                second = wrapped(second)
            if abs(first) >= first_rad or abs(second) >= second_rad:
                break
            keep((carry, first, second))
            rows += 1
            still_s = still_s + tick_s if still else 0.0
            # The reference follows as in ``StartPose.follow``: a low-pass of first order.
            if slow:
                carry_then += share * carry
                first_then += share * first
                second_then += share * second
        if rows:
            start.still_s = still_s
            then = {index: carry_then, other: first_then, another: second_then}
            start.reference = replace(reference, angles=(then[0], then[1], then[2]))
            watch.state.carrying = newest[-1][0]
            watch.excursions.rested(track.time_s[row + rows - len(newest) : row + rows], newest)
        return rows

    def _rows(
        self, reference: Reference, axes: tuple[int, int, int], row: int, stop: int
    ) -> Iterator[Row]:
        """The rows from ``row`` on, with the angles about these axes."""
        track, angles = self._track, self._angles_of(reference)
        columns = (track.x, track.y, track.z, *(angles[axis] for axis in axes))
        both = (self._still, self._slow, *columns)

        def piece(first: int) -> Iterator[Row]:
            cut = slice(first, min(first + PIECE_ROWS, stop))
            return zip(*(column[cut] for column in both), strict=True)

        # A run seldom goes on to the next stop: a slice of all rows up to there would be wasted.
        return chain.from_iterable(map(piece, range(row, stop, PIECE_ROWS)))

    def _angles_of(self, reference: Reference) -> tuple[list[float], list[float], list[float]]:
        """The columns of angles of all rows in the regime of a reference."""
        key = reference.regime, reference.sign
        if key not in self._angles:
            track, atan2, asin = self._track, math.atan2, math.asin
            if reference.regime is Regime.UPRIGHT:
                # What ``absolute`` gives there, written out: most of a day is upright.
                self._angles[key] = (
                    [atan2(-x, z) for x, z in zip(track.x, track.z, strict=True)],
                    [asin(1.0 if y > 1.0 else -1.0 if y < -1.0 else y) for y in track.y],
                    track.heading_rad,
                )
            else:
                ups = zip(track.x, track.y, track.z, strict=True)
                rows = [
                    absolute(*key, up, heading)
                    for up, heading in zip(ups, track.heading_rad, strict=True)
                ]
                flexion, lateral, rotation = (list(column) for column in zip(*rows, strict=True))
                self._angles[key] = (flexion, lateral, rotation)
        return self._angles[key]


def _axes_of(watch: Repetitions) -> tuple[int, int, int]:
    """The axis that carries the movement, and the other two."""
    index = AXIS_INDEX[watch.movement.axis]
    other, another = (axis for axis in range(3) if axis != index)
    return index, other, another


def stillness(track: TrunkColumns, params: StartParams) -> tuple[Flags, Flags]:
    """Flags of the rows at which the trunk is still, and of those at which that is beyond doubt.

    The same as ``StartPose`` finds for each row from the places of the last ``still_s``, but
    for rounding; where rounding might matter, and where a window reaches back beyond the first
    row, there is doubt.
    """
    times_s = track.times
    # Mean rate over the last half second, row by row: the same additions in the same order.
    first = np.searchsorted(times_s, times_s - params.still_s)
    rows = np.arange(len(times_s))
    counts = rows - first + 1
    total = np.zeros(len(times_s))
    for back in range(int(counts.max(initial=0))):
        total[back:] += np.where(counts[back:] > back, track.rates[: len(rows) - back], 0.0)
    mean_radps = total / counts
    # How far up ends from where it began, as a chord.
    up = np.array([track.x, track.y, track.z])
    turned = _distance(up, up[:, first])
    chord = 2.0 * math.sin(0.5 * params.still_rad)
    still = (mean_radps <= params.still_radps) & (turned <= chord)
    # Too close to a limit to be sure of the rounding: left to the single step.
    near = np.abs(mean_radps - params.still_radps) < _MARGIN
    near |= np.abs(turned - chord) < _MARGIN
    return still, ~near & (first > 0)


def _distance(a: Floats, b: Floats) -> Floats:
    """Distance between vectors (3, m)."""
    dx, dy, dz = a - b
    return np.asarray(np.sqrt(dx * dx + dy * dy + dz * dz))
