"""Repetitions and holds of one watched movement.

Joins the start posture (``start_posture``), the excursions of the carrying angle (``excursions``)
and the hold clock (``holds``) into the events that a coach needs.
"""

import math
from dataclasses import dataclass, field, replace

from spinesense.model.calibration import Vector
from spinesense.model.events import MotionEvent, Repetition
from spinesense.model.movement import Movement, Pattern, Side, Unit
from spinesense.motion.repetitions.carry import carry_of
from spinesense.motion.repetitions.excursions import (
    Excursion,
    ExcursionParams,
    ExcursionPhase,
    Excursions,
    ExcursionTrace,
)
from spinesense.motion.repetitions.holds import HoldClock, Plateau, near_band_rad, plateaus
from spinesense.motion.repetitions.onsets import log_dimensionless_jerk
from spinesense.motion.repetitions.start_posture import StartParams, StartPose
from spinesense.motion.trunk.angles import (
    AnglesParams,
    TrunkSample,
    heading_sd,
)

SENSES = {
    Pattern.POSITIVE: (1.0,),
    Pattern.NEGATIVE: (-1.0,),
    Pattern.EITHER: (1.0, -1.0),
    Pattern.BOTH: (1.0, -1.0),
}


@dataclass(frozen=True, slots=True)
class RepetitionParams:
    """Tunables of the judgement of excursions."""

    own_share: float = 0.4
    """Of the person's own median range: what an excursion must reach once that is known."""
    usual_share: float = 1.5
    """Of the expected range: no more of the own range counts. Repetitions beyond it are
    exaggerated, the coach corrects them, and a good one after them must still be one."""
    own_after: int = 2
    """Repetitions after which the person's own range is known."""
    own_memory: int = 8
    time_tolerance: float = 1.25
    """Factor by which a repetition may be outside the movement's usual durations: the ends of
    smooth ramps are known to some tenths."""
    slow_share: float = 0.2
    """Of the fastest rate on the way out: slower than this is holding."""
    slow_floor_radps: float = math.radians(0.3)
    moving_share: float = 0.5
    """Of the fastest rate on the way out: faster than this is moving, and pauses a hold."""
    slow_s: float = 0.1
    """Slowness this long, near the peak, begins a hold."""
    beside_s: float = 1.0
    """Stillness for this long, on the far side of the start posture or not quite back at it, makes
    a new one."""
    rest_follows_s: float = 1.2
    """Stillness that is seen so soon after an excursion is rest: half a second of it, and what is
    left of a ramp when the old start posture is passed. A second excursion takes longer."""
    beside_share: float = 0.5
    """Of the newest excursion: rest further from the start posture may be the other side."""
    start: StartParams = field(default_factory=StartParams)
    excursion: ExcursionParams = field(default_factory=ExcursionParams)
    angles: AnglesParams = field(default_factory=AnglesParams)


@dataclass(slots=True)
class RepetitionState:
    """What the detector has found so far."""

    number: int = 0
    required_rad: float = 0.0
    """Range that an excursion must reach now."""
    ranges_rad: list[float] = field(default_factory=list)
    """The person's newest excursions."""
    half: Repetition | None = None
    """One way of a ``Pattern.BOTH``, waiting for the other."""
    slow_s: float = 0.0
    clock: HoldClock = field(default_factory=HoldClock)
    carrying: float | None = None


class Repetitions:
    """Finds the repetitions and holds of one movement.

    Parameters
    ----------
    movement
        What is watched; any axis but ``STILLNESS``.
    before
        The places of about the last second.
    params
        Tunables.
    """

    def __init__(
        self, movement: Movement, before: list[TrunkSample], params: RepetitionParams
    ) -> None:
        self.movement = movement
        self._params = params
        self.carry = carry_of(movement.axis, before)
        self.start = StartPose(movement, before, params.start)
        self.excursions = Excursions(SENSES[movement.pattern], params.excursion)
        self.state = RepetitionState(required_rad=movement.smallest_range)
        self.implausible_rad = self.start.implausible_rad()
        self.least_cosine = math.cos(min(max(self.implausible_rad, math.pi / 4.0), math.pi))
        """Between up at the start posture and up now, for this still to be the same posture."""

    def band_rad(self) -> float:
        """Nearer than this to the start posture the person is at rest."""
        return self._params.excursion.leave_share * self.state.required_rad

    def carrying(self) -> float | None:
        """Newest value of what carries it, positive in the direction of a one-sided movement."""
        carry = self.state.carrying
        one_sided_negative = self.movement.pattern is Pattern.NEGATIVE
        return -carry if carry is not None and one_sided_negative else carry

    def interrupt(self, time_s: float) -> list[MotionEvent]:
        """Samples are missing: drop what is under way, and look for the start posture again."""
        self.carry.forget()
        events = self.finish(time_s)
        self.excursions.drop()
        self.start.invalidate()
        self.state.carrying = None
        return events

    def finish(self, time_s: float) -> list[MotionEvent]:
        """Watching ends: close a hold that runs."""
        return self._end_hold(time_s, self.excursions.state.trace)

    def step(
        self, place: TrunkSample, step_s: float, still: bool | None = None
    ) -> list[MotionEvent]:
        """Take one tick; ``still`` as for ``StartPose.step``."""
        required = self.state.required_rad
        band = self.band_rad()
        if not self.carry.feed(place, step_s, band):
            return []
        self.start.step(place, step_s, band, still)
        reference = self.start.state.reference
        if reference is None or not self.start.state.trusted:
            return []
        carry, off_rad = self.carry.measure(place, reference)
        if abs(carry) > self.implausible_rad or self._tilted_away(place.up, reference.place.up):
            return self.interrupt(place.time_s)
        self.state.carrying = carry
        found = self.excursions.step(place.time_s, carry, off_rad, required)
        if found is not None:
            events = self._end_hold(place.time_s, found.trace)
            if found.settled:
                self._move_here()
            return events + self._judge(found, place.time_s, required)
        events = self._hold(place.time_s, step_s, required)
        self._keep_start(place, carry, step_s, band)
        return events

    def _tilted_away(self, up: Vector, start_up: Vector) -> bool:
        """Whether the trunk is so far from the start posture that this is another posture."""
        # cos of the angle between up now and up at the start posture.
        cosine = up[0] * start_up[0] + up[1] * start_up[1] + up[2] * start_up[2]
        return cosine < self.least_cosine

    def _keep_start(
        self, place: TrunkSample, carry_rad: float, step_s: float, band_rad: float
    ) -> None:
        """Follow a person who rests, and notice one who rests somewhere else."""
        excursions, still_s = self.excursions, self.start.state.still_s
        if self._rests_beside(place.time_s, abs(carry_rad), band_rad):
            self._move_here()
        elif excursions.under_way:
            short = excursions.state.peak_rad < self.state.required_rad
            if short and self.start.settled_elsewhere() and excursions.settled():
                self._move_here()
        elif abs(carry_rad) < band_rad:
            self.start.follow(place, step_s)
        else:
            beside = excursions.outward_rad(carry_rad) < -band_rad
            beside |= excursions.state.short_of_rest
            if self.start.settled_elsewhere() or (beside and still_s >= self._params.beside_s):
                self._move_here()

    def _rests_beside(self, time_s: float, away_rad: float, band_rad: float) -> bool:
        """Whether a person who can go either way has come back, but not to the start posture.

        Rest that follows an excursion at once, far short of one to the other side. It can be told
        from a small swing to the other side only where each peak is held.
        """
        movement, ranges_rad = self.movement, self.state.ranges_rad
        if movement.pattern is not Pattern.EITHER or movement.hold_s <= 0.0 or not ranges_rad:
            return False
        at_once = time_s - self.excursions.state.last_end_s <= self._params.rest_follows_s
        near = band_rad <= away_rad < self._params.beside_share * ranges_rad[-1]
        return at_once and near and self.start.state.still_s > 0.0

    def _move_here(self) -> None:
        self.carry.zero_here()
        self.start.move_here()
        self.excursions.drop()

    def _hold(self, time_s: float, step_s: float, required_rad: float) -> list[MotionEvent]:
        """Run the clock of a movement that asks for a hold."""
        state, params, out = self.state, self._params, self.excursions.state
        if self.movement.hold_s <= 0.0 or not self.excursions.under_way:
            return []
        rate = self.excursions.rate_radps()
        # A hold: near the peak, and slower than a fifth of the way out.
        near = out.trace.carry_rad[-1] >= out.peak_rad - near_band_rad(out.peak_rad)
        slow_radps = max(params.slow_share * out.fastest_radps, params.slow_floor_radps)
        slow = near and out.peak_rad >= required_rad and abs(rate) < slow_radps
        state.slow_s = state.slow_s + step_s if slow else 0.0
        clock = state.clock
        if out.phase is ExcursionPhase.BACK:
            return self._end_hold(time_s, out.trace)
        if clock.running_since_s is None:
            if state.slow_s < params.slow_s:
                return []
            held = plateaus(out.trace.time_s, out.trace.carry_rad)[-1]
            return list(clock.start(time_s, min(time_s, held.start_s)))
        # Faster than half the way out, or no longer near: a pause.
        moving = abs(rate) > max(params.moving_share * out.fastest_radps, params.slow_floor_radps)
        if near and not moving:
            return []
        return list(clock.pause(time_s, _held_s(out.trace)))

    def _end_hold(self, time_s: float, trace: ExcursionTrace) -> list[MotionEvent]:
        """Close a hold that began, with the time that a careful look gives."""
        self.state.slow_s = 0.0
        clock = self.state.clock
        if clock.began_s is None:
            return []
        end_s = plateaus(trace.time_s, trace.carry_rad)[-1].end_s
        return list(clock.end(time_s, end_s, _held_s(trace)))

    def _judge(self, found: Excursion, time_s: float, required_rad: float) -> list[MotionEvent]:
        """Turn an excursion into a repetition, or half of one, or nothing."""
        repetition = self._measured(found, time_s)
        movement, tolerance = self.movement, self._params.time_tolerance
        # Time on the way: holding does not count.
        moving_s = found.end_s - found.start_s - repetition.hold_s
        both = movement.pattern is Pattern.BOTH
        shortest_s = movement.shortest_repetition_s / (2.0 if both else 1.0)
        longest_s = movement.longest_repetition_s * tolerance
        too_small = repetition.range_rad < required_rad * 0.95
        if too_small or not shortest_s / tolerance <= moving_s + repetition.hold_s:
            return []
        if moving_s > longest_s:
            return []
        self._learn_range(repetition.range_rad)
        if both:
            return self._pair(repetition, longest_s)
        return self._count(repetition)

    def _learn_range(self, range_rad: float) -> None:
        """Let the required range follow the person's own."""
        state, params = self.state, self._params
        state.ranges_rad.append(range_rad)
        del state.ranges_rad[: -params.own_memory]
        if len(state.ranges_rad) < params.own_after:
            return
        # R = the larger of the smallest range and 40 % of the median of the person's newest, of
        # which no more counts than 1.5 times the expected range.
        middle_rad = sorted(state.ranges_rad)[len(state.ranges_rad) // 2]
        own_rad = min(middle_rad, params.usual_share * self.movement.expected_range)
        state.required_rad = max(self.movement.smallest_range, params.own_share * own_rad)

    def _count(self, repetition: Repetition) -> list[MotionEvent]:
        self.state.number += 1
        counted = replace(repetition, number=self.state.number)
        if self.carry.unit is Unit.METRE:
            nan = math.nan
            counted = replace(counted, range_rad=nan, rise_m=repetition.range_rad, range_sd_rad=nan)
        return [counted]

    def _pair(self, second: Repetition, longest_s: float) -> list[MotionEvent]:
        """Join two opposite excursions; two in the same direction leave the newer waiting."""
        first, self.state.half = self.state.half, second
        if first is None or first.side is second.side:
            return []
        if second.start_s - first.end_s > longest_s:
            return []
        self.state.half = None
        return self._count(_joined(first, second))

    def _measured(self, found: Excursion, time_s: float) -> Repetition:
        trace = found.trace
        held = plateaus(trace.time_s, trace.carry_rad)
        top = max(held, key=lambda stretch: stretch.level_rad)
        rows = [
            place
            for place, row_s in enumerate(trace.time_s)
            if found.start_s <= row_s <= found.end_s
        ]
        offs = [trace.off_rad[place] for place in rows] or [(0.0, 0.0)]
        # The largest change of the two other angles since the start.
        off_rad = max(max(abs(a - offs[0][0]), abs(b - offs[0][1])) for a, b in offs)
        return Repetition(
            time_s=time_s,
            number=0,
            start_s=found.start_s,
            peak_s=min(found.end_s, max(found.start_s, _peak_s(found, top))),
            end_s=found.end_s,
            range_rad=top.level_rad,
            hold_s=sum(stretch.held_s for stretch in held),
            side=Side.POSITIVE if found.direction > 0.0 else Side.NEGATIVE,
            off_axis_rad=off_rad,
            smoothness=_smoothness(found, held),
            range_sd_rad=self._range_sd_rad(found, top),
        )

    def _range_sd_rad(self, found: Excursion, top: Plateau) -> float:
        """Uncertainty of the carrying angle, and unrest at the peak."""
        angles = self._params.angles
        # sd² = (0.5°, or the drift since the start)² + (unrest on the plateau)².
        error = angles.gravity_sd_rad
        if not self.start.seen_by_gravity():
            error = heading_sd(angles, found.end_s - found.start_s)
        return math.hypot(error, top.spread_rad)


def _held_s(trace: ExcursionTrace) -> float:
    """Time held so far, judged from the whole trace."""
    return sum(stretch.held_s for stretch in plateaus(trace.time_s, trace.carry_rad))


def _peak_s(found: Excursion, top: Plateau) -> float:
    """Time of the highest point, or the middle of the plateau: there all points are equal."""
    if top.held_s > 0.0:
        return 0.5 * (top.start_s + top.end_s)
    trace = found.trace
    return max(zip(trace.carry_rad, trace.time_s, strict=True))[1]


def _smoothness(found: Excursion, held: list[Plateau]) -> float:
    """Mean smoothness of the ways out and back; holding still is neither smooth nor jerky."""
    trace = found.trace
    step_s = (trace.time_s[-1] - trace.time_s[0]) / max(1, len(trace.time_s) - 1)
    ways = ((found.start_s, held[0].start_s), (held[-1].end_s, found.end_s))
    values = []
    for begin_s, end_s in ways:
        rows = [
            value
            for row_s, value in zip(trace.time_s, trace.carry_rad, strict=True)
            if begin_s <= row_s <= end_s
        ]
        smoothness = log_dimensionless_jerk(rows, step_s)
        if not math.isnan(smoothness):
            values.append(smoothness)
    if values:
        return sum(values) / len(values)
    return log_dimensionless_jerk(trace.carry_rad, step_s)


def _joined(first: Repetition, second: Repetition) -> Repetition:
    """One repetition of two opposite excursions."""
    return Repetition(
        time_s=second.time_s,
        number=0,
        start_s=first.start_s,
        peak_s=first.peak_s,
        end_s=second.end_s,
        range_rad=first.range_rad + second.range_rad,
        hold_s=min(first.hold_s, second.hold_s),
        side=Side.BOTH,
        off_axis_rad=max(first.off_axis_rad, second.off_axis_rad),
        smoothness=0.5 * (first.smoothness + second.smoothness),
        range_sd_rad=math.hypot(first.range_sd_rad, second.range_sd_rad),
    )
