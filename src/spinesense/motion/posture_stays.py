"""Stays and the movements between them: a recording cut for the judgement with hindsight.

A stay is a rest of the trunk, a lying or a walk. What lies between two stays is one movement, with
the upward travel that a strapdown integration from rest to rest gives.
"""

import math
from dataclasses import dataclass, field

import numpy as np

from spinesense.model.calibration import Vector
from spinesense.model.events import LyingSide, MotionEvent, Posture, PostureChanged
from spinesense.model.samples import Floats
from spinesense.motion.posture import GRAVITY_MPS2, row_dot, segments
from spinesense.motion.posture_movements import GLIMPSE_S, Movement, Movements, Stay
from spinesense.motion.posture_state import PostureParams
from spinesense.motion.stillness import Flags
from spinesense.motion.ticks import Ticks
from spinesense.motion.transitions import Rows, angle, angles_to
from spinesense.motion.windows import mean_window

_SAME_M = 0.12
_SAME_RAD = math.radians(10)
"""Rests that are nearer to each other in height and inclination are one stay: the height of a
fidget with the error of its integration, and half the roll of the pelvis on sitting down."""


@dataclass(slots=True)
class Course:
    """All stays of a recording in order, and the movement after each but the last."""

    stays: list[Stay] = field(default_factory=list)
    movements: list[Movement] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Span:
    start_s: float
    end_s: float
    posture: Posture
    side: LyingSide | None


class Cutter:
    """Cuts the ticks of a recording into stays.

    Parameters
    ----------
    ticks
        All ticks of the recording.
    up
        (m, 3) up, in the trunk frame or in the sensor frame.
    axis
        Up along the upright spine in the same frame; None where it is unknown.
    params
        Thresholds.
    tick_s
        Time from tick to tick.
    calibrated
        Whether ``up`` is in the trunk frame; otherwise the sensor may still be being put on.
    """

    def __init__(
        self,
        ticks: Ticks,
        up: Floats,
        axis: Vector | None,
        params: PostureParams,
        tick_s: float,
        *,
        calibrated: bool,
    ) -> None:
        self._params, self._tick_s, self._axis = params, tick_s, axis
        turn_square = row_dot(ticks.gyr_sensor_radps, ticks.gyr_sensor_radps)
        vertical_mps2 = row_dot(ticks.acc_sensor_mps2, ticks.up_sensor) - GRAVITY_MPS2
        self._rows = Rows(ticks.time_s, vertical_mps2, up)
        self._window = max(1, round(GLIMPSE_S / tick_s))
        self._longest = round(params.longest_movement_s / tick_s)
        self._movements = Movements(self._rows, ticks, params, tick_s, calibrated=calibrated)
        self._rests: list[tuple[int, int]] = []
        for start, stop in segments(ticks.segment):
            calm = self._calm(turn_square[start:stop], vertical_mps2[start:stop])
            self._rests += [(start + first, start + last) for first, last in self._runs(calm)]

    def course(self, told: list[MotionEvent]) -> Course:
        """Stays, given the lying and walking that were told of the same ticks."""
        course = Course()
        rests = iter(self._rests)
        rest = next(rests, None)
        for span in _spans(told, float(self._rows.time_s[-1])):
            inside = []
            while rest and self._middle_s(rest) < span.end_s:
                inside.append(rest)
                rest = next(rests, None)
            if span.posture in (Posture.LYING, Posture.WALKING):
                self._add(course, self._known(span, inside))
            else:
                for first, last in inside:
                    stay = self._stay(first, last)
                    if self._counts(stay):
                        self._add_rest(course, stay)
        return course

    def _calm(self, turn_square: Floats, vertical_mps2: Floats) -> Flags:
        """Whether the window that ends at each tick of one segment is calm."""
        rate_hz = 1.0 / self._tick_s
        turn = np.sqrt(mean_window(GLIMPSE_S, rate_hz).feed(turn_square))
        mean = mean_window(GLIMPSE_S, rate_hz).feed(vertical_mps2)
        square = mean_window(GLIMPSE_S, rate_hz).feed(vertical_mps2 * vertical_mps2)
        params = self._params
        return (turn < params.rest_radps) & (square - mean * mean < params.rest_mps2**2)

    def _runs(self, calm: Flags) -> list[tuple[int, int]]:
        """Rows of the rests, from the beginning of the first calm window to the end of the last."""
        edges = np.flatnonzero(np.diff(np.concatenate([[False], calm, [False]]).astype(np.int8)))
        return [
            (max(0, int(first) - self._window + 1), int(last))
            for first, last in zip(edges[::2], edges[1::2], strict=True)
        ]

    def _middle_s(self, rest: tuple[int, int]) -> float:
        return float(self._rows.time_s[(rest[0] + rest[1] - 1) // 2])

    def _stay(self, first: int, last: int) -> Stay:
        times_s = self._rows.time_s
        return Stay(
            first,
            last,
            float(times_s[first]),
            float(times_s[last - 1]),
            _mean_up(self._rows.up[first:last]),
            (last - first) * self._tick_s,
        )

    def _counts(self, stay: Stay) -> bool:
        """Whether a rest is of an upright trunk: not on the way to lying, nor in a hand."""
        if self._axis is None:
            return True
        tilt_rad = angle(stay.up, self._axis)
        if not self._movements.put_on(stay):
            return tilt_rad <= self._params.lying_rad
        return tilt_rad <= self._params.upright_rad and stay.rest_s >= self._params.axis_s

    def _known(self, span: _Span, rests: list[tuple[int, int]]) -> Stay:
        """A lying or a walk; lying reaches from its first rest to its last."""
        first, last = (int(row) for row in self._rows_at(span.start_s, span.end_s))
        if rests and span.posture is Posture.LYING:
            first, last = rests[0][0], rests[-1][1]
        stay = self._stay(first, max(first + 1, last))
        stay.start_s, stay.end_s = span.start_s, span.end_s
        if span.posture is Posture.LYING:
            stay.start_s = self._down_since_s(span.start_s)
        stay.posture, stay.lying_side = span.posture, span.side
        return stay

    def _down_since_s(self, time_s: float) -> float:
        """Since when a trunk that lies at this time has been down: settling in is lying."""
        (row,) = self._rows_at(time_s)
        if self._axis is None:
            return time_s
        earliest = max(0, row - self._longest)
        tilt_rad = angles_to(self._rows.up[earliest : row + 1], self._axis)
        higher = np.flatnonzero(tilt_rad <= self._params.lying_rad)
        down = earliest + (int(higher[-1]) + 1 if len(higher) else 0)
        return min(time_s, float(self._rows.time_s[min(down, row)]))

    def _rows_at(self, *times_s: float) -> list[int]:
        most = len(self._rows.time_s) - 1
        found = np.searchsorted(self._rows.time_s, times_s)
        return [min(most, int(row)) for row in found]

    def _add(self, course: Course, stay: Stay) -> None:
        if course.stays:
            course.movements.append(self._movements.between(course.stays[-1], stay))
        course.stays.append(stay)

    def _add_rest(self, course: Course, stay: Stay) -> None:
        """Add an upright rest, to the stay before it if they are one."""
        before = course.stays[-1] if course.stays else None
        if before is None or before.posture is not Posture.UNKNOWN:
            self._add(course, stay)
            return
        movement = self._movements.between(before, stay)
        near = movement.measured and abs(movement.travel.rise_m) < _SAME_M
        if not near or angle(before.up, stay.up) > _SAME_RAD:
            course.movements.append(movement)
            course.stays.append(stay)
            return
        whole_s = before.rest_s + stay.rest_s
        share = stay.rest_s / whole_s
        up = np.array(before.up) * (1.0 - share) + np.array(stay.up) * share
        before.up, before.rest_s = _mean_up(up[None]), whole_s
        before.last, before.end_s = stay.last, stay.end_s


def _mean_up(up: Floats) -> Vector:
    x, y, z = up.mean(axis=0)
    length = math.sqrt(x * x + y * y + z * z)
    return (float(x / length), float(y / length), float(z / length))


def _spans(told: list[MotionEvent], end_s: float) -> list[_Span]:
    """The postures that were told, from one to the next."""
    changes = [event for event in told if isinstance(event, PostureChanged)]
    if not changes:
        return []
    starts_s = [change.start_s for change in changes]
    spans = [_Span(-math.inf, starts_s[0], Posture.UNKNOWN, None)]
    for change, until_s in zip(changes, [*starts_s[1:], math.inf], strict=True):
        if until_s > change.start_s:
            spans.append(_Span(change.start_s, until_s, change.posture, change.lying_side))
    last = spans[-1]
    if last.posture in (Posture.LYING, Posture.WALKING):
        spans[-1] = _Span(last.start_s, max(end_s, last.start_s), last.posture, last.side)
    return spans
