"""Stays and the movements between them: a recording cut for the judgement with hindsight.

A stay is a rest of the trunk, a lying or a walk. What lies between two stays is one movement, with
the upward travel that a strapdown integration from rest to rest gives.
"""

import math
from dataclasses import dataclass, field

import numpy as np

from spinesense.model.calibration import Vector
from spinesense.model.events import LyingSide, MotionEvent, Posture, PostureChanged
from spinesense.model.samples import Flags, Floats, Ints
from spinesense.model.units import STANDARD_GRAVITY_MPS2
from spinesense.motion.maths.vectors import angle_between, angles_to, row_dot, segments
from spinesense.motion.maths.windows import mean_window
from spinesense.motion.posture.hindsight.movements import Movements, StayTransition, UprightStay
from spinesense.motion.posture.params import PostureParams
from spinesense.motion.posture.sit_stand.acc_offset import estimated_offset
from spinesense.motion.posture.sit_stand.evidence import LAG_S, sway_logs, sway_window
from spinesense.motion.posture.sit_stand.transitions import TURNED_OVER_RAD, Rows, moving_mps
from spinesense.motion.posture.worn import turned_fastest_radps
from spinesense.motion.ticks import Ticks, without_gyro


@dataclass(slots=True)
class StaySequence:
    """All stays of a recording in order, and the movement after each but the last."""

    stays: list[UprightStay] = field(default_factory=list)
    movements: list[StayTransition] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Span:
    start_s: float
    end_s: float
    posture: Posture
    side: LyingSide | None


class Segmenter:
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
        # v = a · u - g, and the turning about the vertical ω = w · u further down.
        vertical_mps2 = row_dot(ticks.acc_sensor_mps2, ticks.up_sensor) - STANDARD_GRAVITY_MPS2
        self._turn_square, self._coarse = turn_square, without_gyro(ticks)
        self._window = max(1, round(params.hindsight.glimpse_s / tick_s))
        self._longest = round(params.longest_movement_s / tick_s)
        self.rests: list[tuple[int, int]] = []
        sways = []
        turning = row_dot(ticks.gyr_sensor_radps, ticks.up_sensor)
        for start, stop in segments(ticks.segment):
            calm = self._calm(turn_square[start:stop], vertical_mps2[start:stop])
            self.rests += [
                (start + first, start + last)
                for run in self._runs(calm)
                for first, last in self._without_slow(vertical_mps2[start:stop], *run)
            ]
            sways.append(sway_window(1.0 / tick_s).feed(turning[start:stop]))
        self.sway_logs = sway_logs(np.concatenate(sways))
        self._lag = round(LAG_S / tick_s)
        long = [rest for rest in self.rests if rest[1] - rest[0] >= params.axis_s / tick_s]
        # The accelerometer's zero from all long rests, taken off: v - (c · u + ℓ).
        zero = estimated_offset(ticks.acc_sensor_mps2, long, params.offset)
        vertical_mps2 -= zero.along(ticks.up_sensor)
        self.rows = Rows(ticks.time_s, vertical_mps2, up)
        self._movements = Movements(self.rows, ticks, params, tick_s, calibrated=calibrated)
        self.rests = self._at_rest(self.rests, ticks.segment)

    def course(self, told: list[MotionEvent]) -> StaySequence:
        """Stays, given the lying and walking that were told of the same ticks."""
        course = StaySequence()
        rests = iter(self.rests)
        rest = next(rests, None)
        for span in _spans(told, float(self.rows.time_s[-1])):
            inside = []
            while rest and self._middle_s(rest) < span.end_s:
                inside.append(rest)
                rest = next(rests, None)
            if span.posture in (Posture.LYING, Posture.WALKING):
                down = self._lain(inside) if span.posture is Posture.LYING else len(inside)
                self._add(course, self._known(span, inside[:down]))
                inside = inside[down:]
            for first, last in inside:
                stay = self._stay(first, last)
                if self._counts(stay):
                    self._add_rest(course, stay)
        self._mind_hands(course)
        return course

    def _mind_hands(self, course: StaySequence) -> None:
        """Notice lyings of a sensor that somebody holds in a hand."""
        hand = self._params.hand
        for place, stay in enumerate(course.stays):
            if stay.posture is not Posture.LYING or stay.rest_s >= hand.longest_hold_s:
                continue
            first = course.stays[place - 1].last if place else 0
            later = course.stays[place + 1 : place + 2]
            last = later[0].first if later else len(self._turn_square)
            turn_square = self._turn_square[first:last]
            fastest = turned_fastest_radps(turn_square, hand.window_s, self._tick_s)
            stay.in_hand = fastest > hand.turned_radps and not self._coarse[first:last].any()

    def _lain(self, rests: list[tuple[int, int]]) -> int:
        """How many of the rests of a lying are lain: the last may be on the way up."""
        for count in range(len(rests), 0, -1):
            if self._axis is None:
                return count
            first, last = rests[count - 1]
            if (
                angle_between(_mean_up(self.rows.up[first:last]), self._axis)
                > self._params.upright_rad
            ):
                return count
        return 0

    def _calm(self, turn_square: Floats, vertical_mps2: Floats) -> Flags:
        """Whether the window that ends at each tick of one segment is calm."""
        rate_hz, glimpse_s = 1.0 / self._tick_s, self._params.hindsight.glimpse_s
        # rms of |w|, and the variance of v as mean square less squared mean.
        turn = np.sqrt(mean_window(glimpse_s, rate_hz).feed(turn_square))
        mean = mean_window(glimpse_s, rate_hz).feed(vertical_mps2)
        square = mean_window(glimpse_s, rate_hz).feed(vertical_mps2 * vertical_mps2)
        params = self._params
        return (turn < params.rest_radps) & (square - mean * mean < params.rest_mps2**2)

    def _runs(self, calm: Flags) -> list[tuple[int, int]]:
        """Rows of the rests, from the beginning of the first calm window to the end of the last."""
        edges = np.flatnonzero(np.diff(np.concatenate([[False], calm, [False]]).astype(np.int8)))
        return [
            (max(0, int(first) - self._window + 1), int(last))
            for first, last in zip(edges[::2], edges[1::2], strict=True)
        ]

    def _without_slow(self, vertical_mps2: Floats, first: int, last: int) -> list[tuple[int, int]]:
        """Rests within a calm run, without the slow movements that pass for calm.

        What is compared is the mean vertical acceleration of a second with that of the time before
        and after it in the same run: half of a slow movement each.
        """
        params = self._params.hindsight
        reach = round(params.slow_half_s / self._tick_s)
        if last - first <= 2 * reach:
            return [(first, last)]
        half = max(1, round(0.5 * params.slow_mean_s / self._tick_s))
        # v less its median over the run, with running sums for the means below.
        run_mps2 = vertical_mps2[first:last] - np.median(vertical_mps2[first:last])
        # At its ends a run reaches into quicker movements, which would pass for slow ones.
        run_mps2 = np.clip(run_mps2, -2.0 * params.slow_mps2, 2.0 * params.slow_mps2)
        total = np.concatenate([[0.0], np.cumsum(run_mps2)])
        places = np.arange(last - first)

        def mean(begin: Ints, end: Ints) -> Floats:
            begin, end = np.clip(begin, 0, len(places)), np.clip(end, 0, len(places))
            return np.asarray((total[end] - total[begin]) / np.maximum(end - begin, 1))

        # v in the second about each row, less the mean of the 2.5 s before and after it. Where a
        # run begins or ends, one side stands for both.
        here = mean(places - half, places + half + 1)
        before = mean(places - half - reach, places - half)
        after = mean(places + half + 1, places + half + 1 + reach)
        before = np.where(places < 3 * half, after, before)
        after = np.where(places >= len(places) - 3 * half, before, after)
        # A slow rise gains speed in one half and loses it in the other: v differs in either half.
        calm = np.abs(here - 0.5 * (before + after)) < params.slow_mps2
        edges = np.flatnonzero(np.diff(np.concatenate([[False], calm, [False]]).astype(np.int8)))
        return [
            (first + int(begin), first + int(end))
            for begin, end in zip(edges[::2], edges[1::2], strict=True)
            if end - begin >= self._window
        ]

    def _at_rest(self, rests: list[tuple[int, int]], segment: Ints) -> list[tuple[int, int]]:
        """Leave out brief rests in mid-way: by then the trunk has gained speed, and loses it again.

        It was at rest before and after, but not in between.
        """
        kept: list[tuple[int, int]] = []
        place = 0
        while place < len(rests):
            kept.append(rests[place])
            place = self._next_rest(rests, place, segment)
        return kept

    def _next_rest(self, rests: list[tuple[int, int]], place: int, segment: Ints) -> int:
        """The place of the next rest that is one: most of the speed is lost again there."""
        fastest = 0.0
        for later in range(place + 1, len(rests)):
            gained = self._gained(rests[place], rests[later], segment)
            if gained is None:
                break
            # Gained no more than the error allows, or lost half of the greatest gain again.
            if gained <= max(1.0, 0.5 * fastest):
                return later
            if not self._brief(rests[later]):
                break
            fastest = max(fastest, gained)
        return place + 1

    def _brief(self, rest: tuple[int, int]) -> bool:
        return _length(rest) * self._tick_s < self._params.hindsight.sure_rest_s

    def _gained(
        self, before: tuple[int, int], after: tuple[int, int], segment: Ints
    ) -> float | None:
        """Vertical speed in the second rest of a trunk that was at rest in the first.

        As a share of what the error of the integration may be.

        None where that cannot be told: across a gap, over too long, or after turning over.
        """
        half = self._window // 2
        first, last = before[1] - half, after[0] + half
        length_s = (last - first) * self._tick_s
        if segment[first] != segment[last - 1] or length_s > self._params.longest_movement_s:
            return None
        if angle_between(self.rows.up_at(first), self.rows.up_at(last - 1)) > TURNED_OVER_RAD:
            return None
        offset = self._offset_of(before if _length(before) >= _length(after) else after)
        # ∫ (v - o) dt from the middle of one window to the middle of the other, over what counts as
        # moving.
        raw = float(self.rows.vertical_mps2[first:last].sum()) * self._tick_s
        return abs(raw - offset * length_s) / moving_mps(length_s, self._params.seat)

    def _offset_of(self, rest: tuple[int, int]) -> float:
        return float(self.rows.vertical_mps2[rest[0] : rest[1]].mean())

    def _middle_s(self, rest: tuple[int, int]) -> float:
        return float(self.rows.time_s[(rest[0] + rest[1] - 1) // 2])

    def _stay(self, first: int, last: int) -> UprightStay:
        times_s = self.rows.time_s
        stay = UprightStay(
            first,
            last,
            float(times_s[first]),
            float(times_s[last - 1]),
            _mean_up(self.rows.up[first:last]),
            (last - first) * self._tick_s,
        )
        # s: mean of ln |ω(t) - ω(t - 0.5 s)| where both times lie in the rest.
        swayed = self.sway_logs[first + self._lag : last]
        if len(swayed) and not self._coarse[first]:
            stay.sway_log, stay.sway_s = float(swayed.mean()), len(swayed) * self._tick_s
        return stay

    def _counts(self, stay: UprightStay) -> bool:
        """Whether a rest is of an upright trunk: not on the way to lying, nor in a hand."""
        if self._axis is None:
            return True
        tilt_rad = angle_between(stay.up, self._axis)
        if not self._movements.put_on(stay):
            return tilt_rad <= self._params.lying_rad
        return tilt_rad <= self._params.upright_rad and stay.rest_s >= self._params.axis_s

    def _known(self, span: _Span, rests: list[tuple[int, int]]) -> UprightStay:
        """A lying or a walk; lying reaches from its first rest to its last."""
        first, last = (int(row) for row in self._rows_at(span.start_s, span.end_s))
        if rests and span.posture is Posture.LYING:
            first, last = rests[0][0], rests[-1][1]
        stay = self._stay(first, max(first + 1, last))
        stay.start_s, stay.end_s = span.start_s, span.end_s
        if span.posture is Posture.LYING:
            stay.start_s = self._down_since_s(span.start_s)
        else:
            stay.start_s = self._up_since_s(first, last)
        stay.posture, stay.lying_side = span.posture, span.side
        return stay

    def _down_since_s(self, time_s: float) -> float:
        """Since when a trunk that lies at this time has been down: settling in is lying."""
        (row,) = self._rows_at(time_s)
        if self._axis is None:
            return time_s
        earliest = max(0, row - self._longest)
        tilt_rad = angles_to(self.rows.up[earliest : row + 1], self._axis)
        # Down since the last tick at which θ was 70° or less.
        higher = np.flatnonzero(tilt_rad <= self._params.lying_rad)
        down = earliest + (int(higher[-1]) + 1 if len(higher) else 0)
        return min(time_s, float(self.rows.time_s[min(down, row)]))

    def _up_since_s(self, first: int, last: int) -> float:
        """Since when a walker has been upright: getting up from a bed shakes as steps do."""
        start_s = float(self.rows.time_s[first])
        if self._axis is None:
            return start_s
        soon = min(last, first + self._longest)
        tipped = np.flatnonzero(
            angles_to(self.rows.up[first:soon], self._axis) > self._params.upright_rad
        )
        # A sensor that sits otherwise than was thought does not tell.
        if not len(tipped) or tipped[-1] == soon - first - 1:
            return start_s
        return float(self.rows.time_s[first + int(tipped[-1]) + 1])

    def _rows_at(self, *times_s: float) -> list[int]:
        most = len(self.rows.time_s) - 1
        found = np.searchsorted(self.rows.time_s, times_s)
        return [min(most, int(row)) for row in found]

    def _add(self, course: StaySequence, stay: UprightStay) -> None:
        if course.stays:
            course.movements.append(self._movements.between(course.stays[-1], stay))
        course.stays.append(stay)

    def _add_rest(self, course: StaySequence, stay: UprightStay) -> None:
        """Add an upright rest, to the stay before it if they are one."""
        before = course.stays[-1] if course.stays else None
        if before is None or before.posture is not Posture.UNKNOWN:
            self._add(course, stay)
            return
        movement = self._movements.between(before, stay)
        near = movement.measured and abs(movement.travel.rise_m) < self._params.hindsight.same_m
        if not near or angle_between(before.up, stay.up) > self._params.hindsight.same_rad:
            course.movements.append(movement)
            course.stays.append(stay)
            return
        before.join(stay)


def _length(rest: tuple[int, int]) -> int:
    return rest[1] - rest[0]


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
