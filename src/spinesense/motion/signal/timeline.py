"""When each sample was taken.

Times come from the clock of the device, or without one from the number of the sample at the rate
that is measured. A line under the delays of arrival relates them to the host
(``signal/clock_fit.py``); the times follow it smoothly, at one speed for every second of the
device's clock, and never jump.
"""

import math
from dataclasses import dataclass, field, replace
from itertools import pairwise

import numpy as np

from spinesense.model.events import GapFound, SignalSuspect
from spinesense.model.readings import LeftOut
from spinesense.model.samples import Flags, Floats, ImuBlock, Ints
from spinesense.motion.signal.clock_fit import ClockFit, ClockFitParams, Point
from spinesense.motion.signal.ordering import Ordering, OrderingParams
from spinesense.motion.signal.signal_check import SignalCheck, SignalCheckParams
from spinesense.motion.signal.timed_block import TimedBlock
from spinesense.motion.signal.validity import ValidityCheck, ValidityParams

__all__ = ["Timed", "TimedBlock", "Timeline", "TimelineParams"]

TimelineEvent = GapFound | SignalSuspect


@dataclass(frozen=True, slots=True)
class TimelineParams:
    """Tunables of the timeline."""

    hole_periods: float = 1.5
    """A step of the clock beyond so many sample periods is a gap."""
    bridged_s: float = 0.25
    """A hole up to this long does not start a new segment: the orientation takes the rate after it
    for the rate within it. A lost notification is 0.19 s at most (19 samples at 100 Hz), and in an
    exercise (4 s out and back, 30°) the rate changes by at most 37 °/s², so that the inclination
    errs by at most 1.2°, for as long as the low-pass needs."""
    silence_s: float = 1.0
    """Likewise a silence in arrivals where neither count nor clock would show a loss."""
    window_s: float = 1.0
    """Of the device's clock: long enough to hold packets that nothing delayed."""
    slew_s: float = 2.0
    """Time over which a departure from the line is made up."""
    largest_slew: float = 0.05
    period_share: float = 0.1
    """Weight of the newest window in the measured sample period."""
    ordering: OrderingParams = field(default_factory=OrderingParams)
    fit: ClockFitParams = field(default_factory=ClockFitParams)
    validity: ValidityParams = field(default_factory=ValidityParams)
    check: SignalCheckParams = field(default_factory=SignalCheckParams)


@dataclass(slots=True)
class TimelineState:
    """Where the timeline stands, after its newest sample."""

    segment: int = -1
    index: int = 0
    arrival_s: float = 0.0
    clock_s: float = 0.0
    time_s: float = -math.inf
    samples: int = 0
    lost_samples: int = 0
    period_s: float = 0.0
    """Sample period by the device's clock."""
    windows_measured: int = 0
    origin_s: float = 0.0
    """Clock reading at which window 0 begins."""
    window: int = 0
    anchor_s: float = 0.0
    """Clock reading from which ``offset_s`` and ``skew`` hold."""
    offset_s: float = 0.0
    skew: float = 0.0
    least: Point | None = None
    """Least delay of the window so far."""
    window_clock_s: float = 0.0
    window_index: int = 0
    window_whole: bool = True
    """Whether the window has no hole so far."""


@dataclass(frozen=True, slots=True)
class Timed:
    """What the timeline made of a feed."""

    blocks: tuple[TimedBlock, ...]
    events: tuple[TimelineEvent, ...]
    """In the order of time."""


class Timeline:
    """Orders samples, gives each its time, and finds gaps and faulty readings.

    Parameters
    ----------
    nominal_rate_hz
        What the device calls its rate; up to 3 % off is measured and made up for.
    params
        Tunables.
    """

    def __init__(self, nominal_rate_hz: float, params: TimelineParams | None = None) -> None:
        self._params = params or TimelineParams()
        self._nominal_rate_hz = nominal_rate_hz
        self.validity = ValidityCheck(nominal_rate_hz, self._params.validity)
        self.ordering = Ordering(nominal_rate_hz, self._params.ordering)
        self.fit = ClockFit(self._params.fit)
        self.check = SignalCheck(nominal_rate_hz, self._params.check)
        self.state = TimelineState(period_s=1.0 / nominal_rate_hz)

    @property
    def rate_hz(self) -> float:
        """Measured rate in samples a second of host time; 0 until known."""
        if not self.state.windows_measured:
            return 0.0
        return 1.0 / (self.state.period_s * (1.0 + self.fit.state.skew))

    @property
    def samples(self) -> int:
        """Samples given a time so far."""
        return self.state.samples

    @property
    def lost_samples(self) -> int:
        """Samples that never came, as far as a count or clock shows it, and those left out."""
        return self.state.lost_samples

    @property
    def left_out(self) -> LeftOut:
        """Samples that came and were not used so far, by the reason."""
        return self.validity.state.left_out

    @property
    def duplicate_samples(self) -> int:
        """Samples dropped because they came twice or too late."""
        return self.ordering.state.dropped

    def feed(self, block: ImuBlock) -> Timed:
        """Give times to the samples whose turn has come."""
        return self._time(self.ordering.feed(block))

    def finish(self) -> Timed:
        """Give times to the samples held back for late packets; the stream has ended."""
        held = self.ordering.finish()
        timed = Timed((), ()) if held is None else self._time(held)
        return Timed(timed.blocks, (*timed.events, *self._left_out_at_the_end()))

    def _time(self, block: ImuBlock) -> Timed:
        """Give times to samples in order."""
        checked = self.validity.feed(block, self._clock(block))
        block = checked.block
        if not len(block):
            return Timed((), ())
        clock = self._clock(block)
        before_s = self.state.time_s
        holes, anew = self._breaks(block, clock)
        lost = holes & ~anew
        times, periods = np.empty(len(block)), np.empty(len(block))
        starts = np.flatnonzero(anew).tolist()
        for start, stop in pairs([0, *starts, len(block)]):
            cut = slice(start, stop)
            if anew[start]:
                self._begin(block.rows(start, stop), float(clock[start]))
            self._run(block.rows(start, stop), clock[cut], lost[cut], times[cut], periods[cut])
        events: list[TimelineEvent] = [
            event
            for row, fault in checked.faults
            for event in self.check.tell(fault, float(times[row]))
        ]
        # A short hole is bridged: its one step takes as long as the hole.
        previous_s = np.concatenate([[before_s], times[:-1]])
        steps_s = times - previous_s
        bridged = lost & (steps_s <= self._params.bridged_s)
        periods[bridged] = steps_s[bridged]
        timed = TimedBlock(times, periods, block.acc_mps2, block.gyr_radps, 0)
        events.extend(self.check.feed(timed))
        events.extend(
            GapFound(float(times[row]), float(previous_s[row]), float(times[row]))
            for row in np.flatnonzero(holes & (steps_s < math.inf)).tolist()
        )
        blocks = self._segments(timed, (holes & ~bridged) | checked.upgraded)
        self._keep_newest(block, clock, times)
        return Timed(blocks, tuple(sorted(events, key=lambda event: event.time_s)))

    def _clock(self, block: ImuBlock) -> Floats:
        """What the device's clock reads at each sample, or its number says."""
        clock = block.device_time_s
        return block.index / self._nominal_rate_hz if clock is None else clock

    def _left_out_at_the_end(self) -> list[TimelineEvent]:
        """Why the last samples are missing, and how long they went on."""
        state, validity = self.state, self.validity.state
        end_s = max(state.time_s, 0.0)
        told: list[TimelineEvent] = [
            event for fault in validity.pending for event in self.check.tell(fault, end_s)
        ]
        if validity.until_clock_s is not None and state.samples:
            until_s = validity.until_clock_s - state.clock_s + state.time_s
            if until_s > end_s:
                told.append(GapFound(end_s, end_s, until_s))
        return told

    def _breaks(self, block: ImuBlock, clock: Floats) -> tuple[Flags, Flags]:
        """Flags at samples that follow a hole, and at those where the clock starts again."""
        state, params = self.state, self._params
        number_step = np.diff(block.index, prepend=state.index)
        clock_step = np.diff(clock, prepend=state.clock_s)
        anew = (number_step <= 0) | (clock_step <= 0)
        if block.device_time_s is None and not block.counted:
            anew |= np.diff(block.arrival_s, prepend=state.arrival_s) > params.silence_s
        if not state.samples:
            anew[0] = True
        # A hole: a step of the clock of more than 1.5 nominal periods, or of the count of more than
        # 1.
        late = clock_step * self._nominal_rate_hz > params.hole_periods
        holes = anew | (number_step > 1) | late
        counted = holes & ~anew
        # Lost are the steps between two samples less one, by the count or the clock, whichever
        # tells more.
        nominal = np.rint(clock_step[counted] * self._nominal_rate_hz).astype(np.int64)
        state.lost_samples += int((np.maximum(number_step[counted], nominal) - 1).sum())
        return holes, anew

    def _begin(self, block: ImuBlock, clock_s: float) -> None:
        """Relate a clock that starts again; times go on growing."""
        state = self.state
        offset_s = float(block.arrival_s[0]) - clock_s
        # t = arrival of the first sample, but later than all times before it by a period.
        state.offset_s = max(offset_s, state.time_s + state.period_s - clock_s)
        state.origin_s = state.anchor_s = clock_s
        state.window, state.least = 0, None
        state.window_clock_s, state.window_index = clock_s, int(block.index[0])
        state.window_whole = True
        state.skew = self.fit.state.skew
        self.fit.restart(clock_s, offset_s)

    def _run(
        self, block: ImuBlock, clock: Floats, lost: Flags, times: Floats, periods: Floats
    ) -> None:
        """Fill in the times and periods of samples of one clock.

        From one window to the next their line changes; all else is done for all windows at once.
        """
        state = self.state
        # The whole second of the clock in which each sample lies, and the first and last row of
        # each.
        windows = np.floor((clock - state.origin_s) / self._params.window_s).astype(np.int64)
        first = np.flatnonzero(np.diff(windows, prepend=windows[0] - 1))
        last = np.append(first[1:], len(clock)) - 1
        delay_s, torn = block.arrival_s - clock, np.cumsum(lost)
        least = self._least_delays(delay_s, first)
        lines = []
        for window, begin_s, index, torn_first, torn_more, now_s, least_s, least_delay_s in zip(
            windows[first].tolist(),
            clock[first].tolist(),
            block.index[first].tolist(),
            lost[first].tolist(),
            (torn[last] > torn[first]).tolist(),
            clock[last].tolist(),
            clock[least].tolist(),
            delay_s[least].tolist(),
            strict=True,
        ):
            if window != state.window:
                state.window_whole &= not torn_first
                self._turn(window, begin_s, index)
                state.window_whole = not torn_more
            elif torn_more or torn_first:
                state.window_whole = False
            if state.least is None or least_delay_s < state.least[1]:
                state.least = least_s, least_delay_s
            # t = c + o + s (c - c₀), as below for all samples.
            state.time_s = now_s + (state.offset_s + state.skew * (now_s - state.anchor_s))
            # By the clock of the host a period lasts 1 + σ times as long as by that of the device.
            period_s = state.period_s * (1.0 + self.fit.state.skew)
            lines.append((state.offset_s, state.skew, state.anchor_s, period_s))
        offset, skew, anchor, period = np.repeat(np.array(lines).T, last - first + 1, axis=1)
        # t = c + o + s (c - c₀).
        times[:] = clock + (offset + skew * (clock - anchor))
        periods[:] = period

    @staticmethod
    def _least_delays(delay_s: Floats, first: Ints) -> Ints:
        """The row of the least delay of each window, given the first row of each."""
        least_s = np.minimum.reduceat(delay_s, first)
        counts = np.diff(first, append=len(delay_s))
        rows = np.flatnonzero(delay_s == np.repeat(least_s, counts))
        return np.asarray(rows[np.searchsorted(rows, first)], dtype=np.int64)

    def _turn(self, window: int, clock_s: float, index: int) -> None:
        """Close a window at the first sample of another: measure, and set the times' course."""
        state, params = self.state, self._params
        if state.window_whole and window == state.window + 1:
            # Period of a second without a hole: clock over count; the newest weighs 10 %.
            period_s = (clock_s - state.window_clock_s) / (index - state.window_index)
            share = params.period_share if state.windows_measured else 1.0
            state.period_s += share * (period_s - state.period_s)
            state.windows_measured += 1
        if state.least is not None:
            self.fit.add(state.least)
        # c₀ moves to the beginning of this second, and o to where the times are there: no jump.
        anchor_s = state.origin_s + window * params.window_s
        offset_s = state.offset_s + state.skew * (anchor_s - state.anchor_s)
        target_s = self.fit.offset_s(anchor_s)
        # After a silence of more than two windows the times may jump to the line, but only
        # forwards.
        if window > state.window + 2:
            offset_s = max(target_s, state.time_s + state.period_s - anchor_s)
        # s = σ + slew, where the slew makes up in 2 s what the times are off the line, at most at 5
        # %.
        slew = (target_s - offset_s) / params.slew_s
        state.skew = self.fit.state.skew + min(max(slew, -params.largest_slew), params.largest_slew)
        state.offset_s, state.anchor_s = offset_s, anchor_s
        state.window, state.least = window, None
        state.window_clock_s, state.window_index = clock_s, index

    def _segments(self, timed: TimedBlock, breaks: Flags) -> tuple[TimedBlock, ...]:
        """Cut where the orientation has to start afresh, numbering the segments."""
        blocks = []
        for start, stop in pairs([0, *np.flatnonzero(breaks).tolist(), len(timed)]):
            self.state.segment += int(breaks[start])
            blocks.append(replace(timed.rows(start, stop), segment=self.state.segment))
        return tuple(blocks)

    def _keep_newest(self, block: ImuBlock, clock: Floats, times: Floats) -> None:
        """Remember the newest sample."""
        state = self.state
        state.index, state.clock_s = int(block.index[-1]), float(clock[-1])
        state.arrival_s = float(block.arrival_s[-1])
        state.samples += len(times)


def pairs(bounds: list[int]) -> list[tuple[int, int]]:
    """Stretches between neighbouring bounds, leaving out empty ones."""
    return [(a, b) for a, b in pairwise(bounds) if a < b]
