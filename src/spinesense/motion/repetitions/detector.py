"""Repetitions and holds of one watched movement.

Joins the start posture (``start_posture``), the excursions of the carrying angle (``excursions``)
and the hold clock (``holds``) into the events that a coach needs.
"""

import math
from dataclasses import dataclass, field, replace

from spinesense.model.calibration import Vector
from spinesense.model.events import MotionEvent, PartialMovement, Repetition, Uncounted
from spinesense.model.movement import Movement, Pattern, Side, StartPosture, Unit
from spinesense.motion.maths.vectors import angle_between
from spinesense.motion.repetitions.asides import Asides
from spinesense.motion.repetitions.carry import carry_of
from spinesense.motion.repetitions.excursions import (
    Excursion,
    ExcursionParams,
    ExcursionPhase,
    Excursions,
    ExcursionTrace,
)
from spinesense.motion.repetitions.holds import HoldClock, near_band_rad, plateaus
from spinesense.motion.repetitions.measures import (
    held_s,
    joined,
    measured,
    one_way,
    peak_angles,
)
from spinesense.motion.repetitions.start_posture import (
    AXIS_INDEX,
    DEEPEST_BEND_RAD,
    StartParams,
    StartPose,
)
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


ALIKE_RAD = math.pi / 4.0
"""Nearer to what was shown than to anything at right angles to it."""


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
    seen_share: float = 0.5
    """Of the smallest range: an excursion of so much is answered. Less is sway and breathing."""
    small_share: float = 0.7
    """Of the person's own median: what counts where much of what they do is small."""
    small_after: int = 3
    """Excursions after which that median is one."""
    size_memory: int = 16
    slow_tolerance: float = 1.25
    """Factor by which a repetition may last longer than the movement usually does: the ends of
    smooth ramps are known to some tenths."""
    quick_share: float = 0.5
    """Of the shortest duration: people move up to twice as fast as they are asked to, and are told
    so by the coach. Quicker than that is a jerk, a stumble or a hand that adjusts the belt."""
    shaken_radps: float = math.radians(250.0)
    """A bend of 60° down in half a second, faster than anyone is asked to move, turns at 190 °/s at
    its fastest (half a cosine): beyond this a hand moves the sensor."""
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
    sizes_rad: list[float] = field(default_factory=list)
    """How far the newest excursions went, whether they counted or not."""
    ranges_rad: list[float] = field(default_factory=list)
    """How far the newest went that counted."""
    fastest_radps: float = 0.0
    """The fastest turn of the sensor in the excursion under way."""
    half: Repetition | None = None
    """One way of a ``Pattern.BOTH``, waiting for the other."""
    slow_s: float = 0.0
    clock: HoldClock = field(default_factory=HoldClock)
    carrying: float | None = None


class Repetitions:
    """Finds the repetitions and holds of one movement, and what was none.

    Every excursion of half the smallest range or more is answered once: by a ``Repetition``, or by
    a ``PartialMovement`` that says why it is none.

    Parameters
    ----------
    movement
        What is watched; any axis but ``STILLNESS``.
    before
        The places of about the last second.
    params
        Tunables.
    least
        The smallest range that counts for this person, where it is known to be less than usual.
    """

    def __init__(
        self,
        movement: Movement,
        before: list[TrunkSample],
        params: RepetitionParams,
        least: float | None = None,
    ) -> None:
        self.movement = movement
        self._params = params
        self.carry = carry_of(movement.axis, before)
        self.start = StartPose(movement, before, params.start)
        self.excursions = Excursions(SENSES[movement.pattern], params.excursion)
        self.asides = Asides(self.start.shown_beside())
        least = movement.smallest_range if least is None else least
        self._least = least
        self.state = RepetitionState(required_rad=least)
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
        return self._lose(time_s, Uncounted.NOT_BACK)

    def finish(self, time_s: float) -> list[MotionEvent]:
        """Watching ends: close a hold that runs, and answer what is left half done."""
        events = self._end_hold(time_s, self.excursions.state.trace)
        half, self.state.half = self.state.half, None
        if half is not None:
            events.append(one_way(half, time_s))
        return [*events, *self._left_out(time_s, Uncounted.NOT_BACK)]

    def step(
        self, place: TrunkSample, step_s: float, still: bool | None = None, *, walking: bool = False
    ) -> list[MotionEvent]:
        """Take one tick; ``still`` as for ``StartPose.step``, ``walking`` what was told by then."""
        band = self.band_rad()
        if not self.carry.feed(place, step_s, band):
            return []
        start = self.start.state
        known = start.trusted
        self.start.step(place, step_s, band, still)
        if start.reference is None or not start.trusted:
            return []
        # Where the start posture is known only now, what was done meanwhile is measured from it.
        late = not known and self.carry.unit is Unit.RADIAN
        rows = [*start.recent[:-1], place] if late else [place]
        return [
            event
            for row in rows
            for event in self._measure(row, place.time_s, step_s, walking=walking)
        ]

    def _measure(
        self, place: TrunkSample, now_s: float, step_s: float, *, walking: bool
    ) -> list[MotionEvent]:
        """Take one place of the trunk, now or from a moment ago, from the start posture."""
        reference = self.start.state.reference
        if reference is None or not self.start.state.trusted:
            return []
        state, band = self.state, self.band_rad()
        required = state.required_rad
        carry, off_rad = self.carry.measure(place, reference)
        if self._too_far(carry, place.up, reference.place.up):
            return self._lose(now_s, Uncounted.TOO_FAR)
        state.carrying = carry
        found = self.excursions.step(place.time_s, carry, off_rad, required)
        beside = self._beside(place.time_s, carry, off_rad)
        state.fastest_radps = max(state.fastest_radps, place.rate_radps)
        if found is not None:
            events = self._end_hold(now_s, found.trace)
            self._come_back(found)
            return events + self._judge(found, now_s, required, walking=walking) + beside
        if place.time_s < now_s:
            return beside
        events = self._hold(now_s, step_s, required)
        return events + self._keep_start(place, carry, step_s, band) + beside

    def _beside(
        self, time_s: float, carry_rad: float, off_rad: tuple[float, float]
    ) -> list[MotionEvent]:
        """Excursions the other way or about another axis, while the movement is at rest."""
        if self.carry.unit is not Unit.RADIAN:
            return []
        if self.excursions.under_way:
            self.asides.busy_s = time_s
        senses = SENSES[self.movement.pattern]
        against_rad = -senses[0] * carry_rad if len(senses) == 1 else 0.0
        back_share = self._params.excursion.back_share
        values = (against_rad, *off_rad)
        return list(
            self.asides.step(time_s, values, self.band_rad(), self.state.required_rad, back_share)
        )

    def _come_back(self, found: Excursion) -> None:
        """Let the rest level follow an excursion that is over.

        One that settled elsewhere has a new one. One that turned outwards again short of it shows
        where this person turns: half of the way there, so that one turn does not decide.
        """
        if found.settled:
            self._move_here()
        elif found.turned_rad > 0.0 and self.carry.unit is Unit.RADIAN:
            self.start.shift(0.5 * found.direction * found.turned_rad)

    def _too_far(self, carry_rad: float, up: Vector, start_up: Vector) -> bool:
        """Whether this is another posture, no part of the movement.

        Somebody who stands or sits can bend by far more than an exercise asks for.
        """
        if carry_rad > 0.0 and self.start.bends_deep():
            return carry_rad > DEEPEST_BEND_RAD
        return abs(carry_rad) > self.implausible_rad or self._tilted_away(up, start_up)

    def _lose(self, time_s: float, why: Uncounted) -> list[MotionEvent]:
        """Drop what is under way, and look for the start posture again."""
        self.carry.forget()
        events = [*self._end_hold(time_s, self.excursions.state.trace)]
        events += self._left_out(time_s, why)
        self.excursions.drop()
        self.asides.forget()
        self.start.invalidate()
        self.state.carrying = None
        return events

    def _left_out(self, time_s: float, why: Uncounted) -> list[MotionEvent]:
        """The excursion under way, which is dropped."""
        out = self.excursions.state
        if not self.excursions.under_way or out.peak_rad < self._seen_rad():
            return []
        found = Excursion(out.direction, out.trace.time_s[0], time_s, out.trace, settled=False)
        return [self._uncounted(found, time_s, why)]

    def _tilted_away(self, up: Vector, start_up: Vector) -> bool:
        """Whether the trunk is so far from the start posture that this is another posture."""
        # cos of the angle between up now and up at the start posture.
        cosine = up[0] * start_up[0] + up[1] * start_up[1] + up[2] * start_up[2]
        return cosine < self.least_cosine

    def _keep_start(
        self, place: TrunkSample, carry_rad: float, step_s: float, band_rad: float
    ) -> list[MotionEvent]:
        """Follow a person who rests, and notice one who rests somewhere else."""
        excursions, still_s = self.excursions, self.start.state.still_s
        if self._rests_beside(place.time_s, abs(carry_rad), band_rad):
            return self._rest_here(place.time_s)
        if excursions.under_way:
            short = excursions.state.peak_rad < self.state.required_rad
            if short and self.start.settled_elsewhere() and excursions.settled():
                return self._rest_here(place.time_s)
        elif abs(carry_rad) < band_rad:
            self.start.follow(place, step_s)
            if self.asides.at_rest:
                self.state.fastest_radps = 0.0
        else:
            beside = excursions.outward_rad(carry_rad) < -band_rad
            beside |= excursions.state.short_of_rest
            if self.start.settled_elsewhere() or (beside and still_s >= self._params.beside_s):
                return self._rest_here(place.time_s)
        return []

    def _rest_here(self, time_s: float) -> list[MotionEvent]:
        """Measure from here, and answer what is given up with that."""
        events = self._left_out(time_s, Uncounted.NOT_BACK)
        self._move_here()
        return events

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
        self.asides.forget()

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
        return list(clock.pause(time_s, held_s(out.trace)))

    def _end_hold(self, time_s: float, trace: ExcursionTrace) -> list[MotionEvent]:
        """Close a hold that began, with the time that a careful look gives."""
        self.state.slow_s = 0.0
        clock = self.state.clock
        if clock.began_s is None:
            return []
        end_s = plateaus(trace.time_s, trace.carry_rad)[-1].end_s
        return list(clock.end(time_s, end_s, held_s(trace)))

    def _judge(
        self, found: Excursion, time_s: float, required_rad: float, *, walking: bool
    ) -> list[MotionEvent]:
        """Turn an excursion into a repetition, or half of one, or into what says why it is none."""
        fastest_radps, self.state.fastest_radps = self.state.fastest_radps, 0.0
        enough_rad = required_rad * 0.95
        if found.peak_rad < enough_rad:
            return self._too_small(found, time_s, walking=walking)
        repetition = measured(found, time_s, self._range_error_rad(found))
        if repetition.range_rad < enough_rad:
            return self._too_small(found, time_s, walking=walking)
        why = self._why_not(found, repetition)
        if not self._as_shown(found, repetition):
            why = Uncounted.OTHER_DIRECTION
        if why is None and walking and self.movement.start_posture is StartPosture.STANDING:
            why = Uncounted.WALKING
        if why is None and fastest_radps > self._params.shaken_radps:
            why = Uncounted.SHAKEN
        if why is not None:
            return [self._uncounted(found, time_s, why)]
        self._keep_size(found)
        self._learn_range(repetition.range_rad)
        if self.movement.pattern is Pattern.BOTH:
            return self._pair(repetition)
        return self._count(repetition)

    def _why_not(self, found: Excursion, repetition: Repetition) -> Uncounted | None:
        """What the duration of an excursion says against it."""
        movement, params = self.movement, self._params
        lasted_s = found.end_s - found.start_s
        shortest_s = movement.shortest_repetition_s
        if movement.pattern is Pattern.BOTH:
            shortest_s /= 2.0
        if lasted_s < params.quick_share * shortest_s:
            return Uncounted.TOO_QUICK
        # Time on the way: holding does not count, but lying prone is no bend that is held.
        longest_s = movement.longest_repetition_s * params.slow_tolerance
        deep = repetition.range_rad > self.implausible_rad
        moving_s = lasted_s if deep else lasted_s - repetition.hold_s
        return Uncounted.TOO_SLOW if moving_s > longest_s else None

    def _as_shown(self, found: Excursion, repetition: Repetition) -> bool:
        """Whether it goes the way that was shown, where one was: within 45 degrees."""
        movement = self.movement
        positive = repetition.side is Side.POSITIVE
        shown = movement.positive_peak_rad if positive else movement.negative_peak_rad
        if shown is None or self.carry.unit is not Unit.RADIAN:
            return True
        place = AXIS_INDEX[movement.axis]
        return angle_between(shown, peak_angles(found, repetition.peak_s, place)) < ALIKE_RAD

    def _seen_rad(self) -> float:
        """Less than this is sway, and needs no answer."""
        seen_rad = self._params.seen_share * self.movement.smallest_range
        return max(seen_rad, self.band_rad())

    def _too_small(self, found: Excursion, time_s: float, *, walking: bool) -> list[MotionEvent]:
        """An excursion that falls short."""
        if found.peak_rad < self._seen_rad():
            return []
        if not walking:
            self._keep_size(found)
        return [self._uncounted(found, time_s, Uncounted.TOO_SMALL)]

    def _keep_size(self, found: Excursion) -> None:
        """Remember how far an excursion went."""
        state, shortest_s = self.state, self.movement.shortest_repetition_s
        if found.end_s - found.start_s >= self._params.quick_share * shortest_s:
            state.sizes_rad = [*state.sizes_rad[1 - self._params.size_memory :], found.peak_rad]

    def small_range(self) -> float | None:
        """What would count for this person, where much of what they do is small.

        For a second look with hindsight. Live it would count what some wobbles began.
        """
        sizes_rad, smallest = self.state.sizes_rad, self.movement.smallest_range
        if len(sizes_rad) < self._params.small_after or self.carry.unit is not Unit.RADIAN:
            return None
        # 70 % of the median, between half of the smallest range and all of it.
        own_rad = self._params.small_share * sorted(sizes_rad)[len(sizes_rad) // 2]
        least_rad = max(self._params.seen_share * smallest, own_rad)
        return least_rad if least_rad < smallest else None

    def _uncounted(self, found: Excursion, time_s: float, why: Uncounted) -> PartialMovement:
        trace = found.trace
        peak_rad = found.peak_rad
        peak_s = trace.time_s[trace.carry_rad.index(peak_rad)]
        range_rad = math.nan if self.carry.unit is Unit.METRE else peak_rad
        start_s = min(found.start_s, peak_s)
        return PartialMovement(time_s, start_s, peak_s, max(found.end_s, peak_s), range_rad, why)

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
        state.required_rad = max(self._least, params.own_share * own_rad)

    def _count(self, repetition: Repetition) -> list[MotionEvent]:
        self.state.number += 1
        counted = replace(repetition, number=self.state.number)
        if self.carry.unit is Unit.METRE:
            nan = math.nan
            counted = replace(counted, range_rad=nan, rise_m=repetition.range_rad, range_sd_rad=nan)
        return [counted]

    def _pair(self, second: Repetition) -> list[MotionEvent]:
        """Join two opposite excursions; two in the same direction leave the newer waiting."""
        longest_s = self.movement.longest_repetition_s * self._params.slow_tolerance
        first, self.state.half = self.state.half, second
        if first is None:
            return []
        if first.side is second.side or second.start_s - first.end_s > longest_s:
            return [one_way(first, second.time_s)]
        self.state.half = None
        return self._count(joined(first, second))

    def _range_error_rad(self, found: Excursion) -> float:
        """One standard deviation of the carrying angle: 0.5°, or the drift since the start."""
        angles = self._params.angles
        if self.start.seen_by_gravity():
            return angles.gravity_sd_rad
        return heading_sd(angles, found.end_s - found.start_s)
