"""Out and back: finding excursions of one angle from a rest level at 0.

An excursion starts on leaving the rest band, counts once it reaches the range required of it, and
is over when the angle is back at rest. Its start and end are extrapolated to the rest level
(``onsets``), so they do not depend on the bands.
"""

import math
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import Enum

from spinesense.motion.repetitions.onsets import extrapolated_arrival_s


class ExcursionPhase(Enum):
    """Where one excursion stands."""

    AWAY = "away"
    """Not at rest, and how the person came there was not seen: waiting for the return."""
    REST = "rest"
    OUT = "out"
    BACK = "back"
    """Most of the way back; how it goes on tells when it ends."""


@dataclass(frozen=True, slots=True)
class ExcursionParams:
    """Tunables of the detector. Shares are of the required range or of the peak, as they say."""

    leave_share: float = 0.35
    """Of the required range: leaving this band starts an excursion."""
    drop_share: float = 0.2
    """Of the required range: coming back to here before having reached it makes it a wobble."""
    back_share: float = 0.28
    """Of the peak: a return to here is a return; deeper pulses near the peak are none."""
    rest_share: float = 0.06
    """Of the peak: at rest without further waiting."""
    slow_share: float = 0.1
    """Of the fastest rate on the way out: slower than this near the rest level is rest."""
    again_share: float = 0.15
    """Of the peak: turning outwards by this much on the way back begins the next excursion."""
    half_share: float = 0.5
    """Of the peak: who comes back by so much, and goes out again by as much of the way back, has
    turned at an inner end that is not the rest level. A pulse near the peak is smaller."""
    settled_s: float = 1.0
    settled_share: float = 0.04
    """Of the peak: no more movement than this for ``settled_s``, below half the peak, is rest
    too. A ramp of 15 s moves 6 % in that time."""
    settled_floor_rad: float = math.radians(0.3)
    patience_s: float = 0.2
    """The end is not waited for longer than this when it comes later than predicted."""
    history_s: float = 5.0
    """Kept of the time before leaving, for the start of slow ramps."""


@dataclass(slots=True)
class ExcursionTrace:
    """Rows of one excursion, or of the rest before it."""

    time_s: list[float] = field(default_factory=list)
    carry_rad: list[float] = field(default_factory=list)
    """Carrying angle, positive outwards once the direction is known."""
    off_rad: list[tuple[float, float]] = field(default_factory=list)
    """The other two angles."""

    def add(self, time_s: float, carry_rad: float, off_rad: tuple[float, float]) -> None:
        """Append one row."""
        self.time_s.append(time_s)
        self.carry_rad.append(carry_rad)
        self.off_rad.append(off_rad)

    def forget_before(self, time_s: float) -> None:
        """Drop the rows older than this."""
        count = bisect_left(self.time_s, time_s)
        if count:
            del self.time_s[:count], self.carry_rad[:count], self.off_rad[:count]

    def turned(self, direction: float) -> "ExcursionTrace":
        """A copy with the carrying angle positive in the other sense when ``direction`` is -1."""
        carry = [direction * value for value in self.carry_rad]
        return ExcursionTrace(list(self.time_s), carry, list(self.off_rad))


@dataclass(frozen=True, slots=True)
class Excursion:
    """One way out and back."""

    direction: float
    """1 or -1: the sign of the carrying angle."""
    start_s: float
    end_s: float
    trace: ExcursionTrace
    settled: bool
    """It ended by coming to rest somewhere else than at the rest level."""
    turned_rad: float = 0.0
    """Where it turned outwards again, short of the rest level; 0 where it came back."""

    @property
    def peak_rad(self) -> float:
        """The furthest point."""
        return max(self.trace.carry_rad)


@dataclass(slots=True)
class ExcursionState:
    """Where the detector stands."""

    phase: ExcursionPhase = ExcursionPhase.AWAY
    direction: float = 1.0
    trace: ExcursionTrace = field(default_factory=ExcursionTrace)
    peak_rad: float = 0.0
    fastest_radps: float = 0.0
    """Fastest way outwards of this excursion."""
    low_rad: float = 0.0
    """Lowest point since the peak, and when that was."""
    low_s: float = 0.0
    predicted_end_s: float = 0.0
    last_end_s: float = -math.inf
    short_of_rest: bool = False
    """The last excursion ended a little off the rest level, with ``low_rad`` the nearest so far."""


START_NEAR, RAMP_FAR = 0.2, 0.65
"""Shares of the peak at which a ramp is timed: far apart, so that breathing matters little."""
RATE_ROWS = 7
"""Rates of change are taken over about 0.3 s: past the noise, and still early."""


class Excursions:
    """Finds the excursions of one carrying angle.

    Parameters
    ----------
    senses
        The directions that count: ``(1.0,)``, ``(-1.0,)`` or both.
    params
        Tunables.
    """

    def __init__(self, senses: tuple[float, ...], params: ExcursionParams) -> None:
        self._senses = senses
        self.params = params
        self.state = ExcursionState()

    @property
    def under_way(self) -> bool:
        """Whether the person is out."""
        return self.state.phase in (ExcursionPhase.OUT, ExcursionPhase.BACK)

    def outward_rad(self, carry_rad: float) -> float:
        """The carrying angle, positive in a direction that counts."""
        return abs(carry_rad) if len(self._senses) > 1 else self._senses[0] * carry_rad

    def drop(self) -> None:
        """Forget the excursion under way, and wait until the person is at rest."""
        self.state = ExcursionState(last_end_s=self.state.last_end_s)

    def step(
        self, time_s: float, carry_rad: float, off_rad: tuple[float, float], required_rad: float
    ) -> Excursion | None:
        """Take one row; gives the excursion that it completes."""
        state = self.state
        if self.under_way:
            state.trace.add(time_s, state.direction * carry_rad, off_rad)
            if state.phase is ExcursionPhase.OUT:
                return self._out(required_rad)
            return self._back()
        params = self.params
        leave = params.leave_share * required_rad
        outward = self.outward_rad(carry_rad)
        state.trace.add(time_s, carry_rad, off_rad)
        state.trace.forget_before(time_s - params.history_s)
        if outward < leave:
            if state.phase is ExcursionPhase.AWAY and not state.short_of_rest:
                # How the person came away was no part of a movement.
                state.trace.forget_before(time_s)
            state.phase, state.short_of_rest = ExcursionPhase.REST, False
        elif state.short_of_rest:
            state.low_rad = min(state.low_rad, outward)
            if outward > state.low_rad + max(leave, params.again_share * state.peak_rad):
                self._leave(carry_rad)
        elif state.phase is ExcursionPhase.REST:
            self._leave(carry_rad)
        return None

    @property
    def history_s(self) -> float:
        """How much of the rest is kept."""
        return self.params.history_s

    def rested(self, times_s: Sequence[float], rows: Iterable[tuple[float, float, float]]) -> None:
        """Take the newest rows of a rest, all nearer to its level than where an excursion starts.

        A row holds the carrying angle and the other two; rows older than ``history_s`` may be
        left out.
        """
        trace = self.state.trace
        for time_s, (carry_rad, first_rad, second_rad) in zip(times_s, rows, strict=True):
            trace.add(time_s, carry_rad, (first_rad, second_rad))
        trace.forget_before(times_s[-1] - self.params.history_s)

    def rate_radps(self) -> float:
        """Present rate of the excursion under way, positive outwards."""
        trace = self.state.trace
        first = max(0, len(trace.time_s) - 1 - RATE_ROWS)
        span_s = trace.time_s[-1] - trace.time_s[first]
        # dθ/dt over the last rows.
        return (trace.carry_rad[-1] - trace.carry_rad[first]) / span_s if span_s > 0.0 else 0.0

    def _leave(self, carry_rad: float) -> None:
        state = self.state
        state.phase, state.short_of_rest = ExcursionPhase.OUT, False
        state.direction = (
            math.copysign(1.0, carry_rad) if len(self._senses) > 1 else self._senses[0]
        )
        state.trace = state.trace.turned(state.direction)
        state.peak_rad = state.low_rad = state.trace.carry_rad[-1]
        state.fastest_radps = 0.0

    def _out(self, required_rad: float) -> Excursion | None:
        state, params = self.state, self.params
        value = state.trace.carry_rad[-1]
        # P, the lowest point since, and the fastest way out.
        if value >= state.peak_rad:
            state.peak_rad = state.low_rad = value
        elif value < state.low_rad:
            state.low_rad, state.low_s = value, state.trace.time_s[-1]
        state.fastest_radps = max(state.fastest_radps, self.rate_radps())
        if state.peak_rad < required_rad:
            # Back below 20 % of R without having reached it.
            return self._wobble() if value < params.drop_share * required_rad else None
        # Below 28 % of P: on the way back. The ramp so far tells when it will be at rest.
        if value < params.back_share * state.peak_rad:
            state.phase = ExcursionPhase.BACK
            state.low_rad, state.low_s = value, state.trace.time_s[-1]
            state.predicted_end_s = self._end_s(params.back_share)
            return self._back()
        if value < 0.5 * state.peak_rad and self.settled():
            return self._finish(state.trace.time_s[-1], settled=True)
        # Down by half of P, and up again by half of that: the inner end of a movement that does
        # not come back to the rest level.
        down_rad = state.peak_rad - state.low_rad
        inner_end = down_rad > params.half_share * state.peak_rad
        if inner_end and value > state.low_rad + params.half_share * down_rad:
            return self._finish(state.low_s, settled=False, turned_rad=state.low_rad)
        return None

    def _back(self) -> Excursion | None:
        """Wait for the rest level, and for the signs that it will not be reached."""
        state, params = self.state, self.params
        time_s, value, peak = state.trace.time_s[-1], state.trace.carry_rad[-1], state.peak_rad
        if value < state.low_rad:
            state.low_rad, state.low_s = value, time_s
            if value < 0.5 * params.back_share * peak:
                state.predicted_end_s = self._end_s(0.5 * params.back_share)
        # Over: through the rest level;
        if value <= 0.0:
            return self._finish(min(time_s, state.predicted_end_s), settled=False)
        # turning outwards again by 15 % of P;
        if value > state.low_rad + params.again_share * peak:
            end_s = min(state.low_s, state.predicted_end_s)
            return self._finish(end_s, settled=False, turned_rad=state.low_rad)
        # as predicted, and within 6 % of P;
        if time_s >= state.predicted_end_s and value < params.rest_share * peak:
            return self._finish(state.predicted_end_s, settled=False)
        # slow near the rest level, by a tenth of the fastest way out;
        slow = abs(self.rate_radps()) < params.slow_share * state.fastest_radps
        if slow and value < 0.5 * params.back_share * peak:
            return self._finish(min(time_s, state.predicted_end_s), settled=False)
        # or 0.2 s later than predicted, a little off the rest level.
        if time_s >= state.predicted_end_s + params.patience_s:
            found = self._finish(state.predicted_end_s, settled=False)
            state.phase, state.short_of_rest = ExcursionPhase.AWAY, True
            return found
        return None

    def _finish(self, end_s: float, *, settled: bool, turned_rad: float = 0.0) -> Excursion:
        state = self.state
        start_s = max(self._start_s(), state.last_end_s)
        found = Excursion(state.direction, start_s, end_s, state.trace, settled, turned_rad)
        state.last_end_s = end_s
        self._rest(end_s)
        return found

    def _wobble(self) -> Excursion:
        """An excursion that never went as far as it must. What follows may begin within it."""
        state = self.state
        start_s = max(state.last_end_s, self._start_s())
        found = Excursion(state.direction, start_s, state.trace.time_s[-1], state.trace, False)
        self._rest(found.end_s)
        return found

    def _rest(self, since_s: float) -> None:
        """Back at rest; the rows since then may already belong to the next excursion."""
        state = self.state
        state.phase = ExcursionPhase.REST
        state.trace = state.trace.turned(state.direction)
        state.trace.forget_before(since_s)

    def settled(self) -> bool:
        """Whether the angle of the excursion under way has come to a standstill."""
        params, trace = self.params, self.state.trace
        since_s = trace.time_s[-1] - params.settled_s
        if trace.time_s[0] > since_s:
            return False
        first = len(trace.time_s) - 1
        while trace.time_s[first] > since_s:
            first -= 1
        recent = trace.carry_rad[first:]
        # A second in which θ moves by less than 4 % of P.
        allowed = max(params.settled_share * self.state.peak_rad, params.settled_floor_rad)
        return max(recent) - min(recent) < allowed

    def _start_s(self) -> float:
        """When the rest level was left: the way to the peak, looked at backwards."""
        trace, peak = self.state.trace, self.state.peak_rad
        # Depths θ / P on the way from the peak back to the start, so with time running backwards.
        top = trace.carry_rad.index(peak)
        times = list(reversed(trace.time_s[: top + 1]))
        shares = [value / peak for value in reversed(trace.carry_rad[: top + 1])]
        start_s = extrapolated_arrival_s(times, shares, START_NEAR, RAMP_FAR)
        return trace.time_s[0] if start_s is None else max(start_s, trace.time_s[0])

    def _end_s(self, near: float) -> float:
        """When the rest level will be reached, judged from the way back so far."""
        trace, peak = self.state.trace, self.state.peak_rad
        # Depths θ / P from where the way back last passed 65 %.
        top = len(trace.time_s) - 1
        while top > 0 and trace.carry_rad[top] < RAMP_FAR * peak:
            top -= 1
        shares = [value / peak for value in trace.carry_rad[top:]]
        end_s = extrapolated_arrival_s(trace.time_s[top:], shares, near, RAMP_FAR)
        return trace.time_s[-1] if end_s is None else end_s
