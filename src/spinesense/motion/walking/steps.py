"""Walking: steps, bouts and cadence from the vertical acceleration of the trunk.

The trunk is lowest, and pushed upward hardest, just after each initial contact (Zijlstra & Hof
2003, Gait Posture 18:1-10), so each step is one peak of the vertical acceleration. Bouts follow
the consensus definition of Mobilise-D (Kluge et al. 2021, PLoS ONE 16:e0256541): successive
strides of both feet, breaks of at most 3 s.
"""

import math
from dataclasses import dataclass, field, replace
from itertools import pairwise
from statistics import median

from spinesense.model.events import WalkingBout
from spinesense.model.samples import Floats
from spinesense.motion.maths.windows import TrailingWindow, band_window
from spinesense.motion.ticks import Ticks
from spinesense.motion.walking.alternation import (
    AlternationCheck,
    AlternationParams,
    AlternationState,
)


@dataclass(frozen=True, slots=True)
class GaitParams:
    """What counts as a step and as a bout."""

    feet: AlternationParams = field(default_factory=AlternationParams)
    smooth_s: float = 0.16
    """Passes step rates up to 2.6 Hz and stops the ringing after the heel strike."""
    slow_s: float = 1.0
    """Slower movement than this (squats, bows, sitting down) is taken out."""
    smallest_peak_mps2: float = 0.5
    """Fall from a peak that makes it a step: an inverted pendulum of 0.9 m with steps of 0.3 m at
    1 Hz, as indoors, rises and falls by 1.2 cm, 0.5 m/s² from peak to trough."""
    begin_mps2: float = 1.3
    """Usual fall in a stretch that is first taken for walking: steps of 0.35 m at 1.4 Hz."""
    begin_without_gyro_mps2: float = 2.6
    """Without a gyroscope nothing but the size tells steps from the bumps of a road. The bounce of
    a seat that shakes by 0.4 m/s² rms has a usual fall of 1.1 m/s²; this is more than twice that,
    and the fall in steps of 0.45 m at 1.6 Hz."""
    peak_share: float = 0.5
    """A peak is also at least this share of the usual size of the person's last peaks, which keeps
    the push-off from being counted beside the heel strike, and the shuffle before a walk out."""
    small_share: float = 0.33
    """... or this share where a walk is under way: the size goes with the square of the length of
    the step, which in a turn is six tenths of its usual."""
    shortest_step_s: float = 0.25
    """4 steps a second: faster than a sprint."""
    usual_step_s: float = 1.0
    """The slowest usual step of a stretch that is first taken for walking: the slow walks of old
    people have 70 to 90 steps a minute, pauses in housework bring it down to 60."""
    longest_step_s: float = 1.5
    """Half the longest stride of Mobilise-D (3 s, Kluge et al. 2021)."""
    most_tipped_rad: float = math.radians(30)
    """From step to step a walker's pelvis drops from one side to the other, by 10° at most, and
    nods by 5° (Perry & Burnfield, Gait Analysis): a trunk that has tipped further bends, rises from
    a seat or sits down on one, and what it met there is no step."""
    break_s: float = 3.0
    """The longest break within a bout (Kluge et al. 2021)."""
    steps_to_begin: int = 6
    """Contacts in two strides of each foot, the shortest walk there is (Kluge et al. 2021)."""
    irregular_s: float = 15.0
    """A bout reaches back over no more than this of scattered steps before its first regular
    stretch, and is over after as much without another: work on the spot is no walking."""
    convincing_steps: int = 20
    """So long a walk says where up along the upright spine is, also against what an earlier walk
    said: the sensor was moved."""


@dataclass(frozen=True, slots=True)
class StepSeen:
    """One peak of the vertical acceleration."""

    time_s: float
    size_mps2: float
    """Rise from the trough before it."""
    sway: float = math.nan
    """To the other side, in the step that ends with it; 1 is the least of a walker, NaN unknown."""


@dataclass(slots=True)
class GaitState:
    """Everything that the next tick depends on."""

    band: TrailingWindow
    feet: AlternationState
    rising: bool = True
    high_mps2: float = 0.0
    high_s: float = 0.0
    low_mps2: float = 0.0
    recent: list[StepSeen] = field(default_factory=list)
    """The last peaks, newest last, whether or not they are steps."""
    usual_mps2: float = 0.0
    """Median size of these."""
    waiting: list[StepSeen] = field(default_factory=list)
    """Peaks that are not, or not yet, steps of a bout."""
    bout: list[StepSeen] = field(default_factory=list)
    regular_s: float = 0.0
    """Time of the last step of the newest regular stretch of the bout."""
    closed_steps: int = 0
    """Steps of the bouts that are over."""


_RECENT_PEAKS = 6
_FEW_PEAKS = 3
_LONG_AGO_S = 2.5
"""Older or fewer peaks say nothing about the size of the next."""


class Gait:
    """Finds walking. ``wave`` prepares ticks in bulk, ``tick`` then takes them one by one."""

    def __init__(self, params: GaitParams, tick_rate_hz: float) -> None:
        self.params = params
        band, self.delay_s = band_window(params.smooth_s, params.slow_s, tick_rate_hz)
        self._feet = AlternationCheck(params.feet, tick_rate_hz)
        self._state = GaitState(band, self._feet.state)

    @property
    def state(self) -> GaitState:
        """Everything that the next tick depends on."""
        return self._state

    @state.setter
    def state(self, state: GaitState) -> None:
        self._state = state
        self._feet.state = state.feet

    @property
    def steps(self) -> int:
        """Steps of all bouts, the one under way included; never falls."""
        return self.state.closed_steps + len(self.state.bout)

    @property
    def stretch_start_s(self) -> float:
        """Time of the first step since the last break of the bout under way, which must exist."""
        bout = self.state.bout
        first = len(bout) - 1
        while first and bout[first].time_s - bout[first - 1].time_s <= self.params.longest_step_s:
            first -= 1
        return bout[first].time_s

    @property
    def last_step_s(self) -> float:
        """Time of the newest step of the bout under way, which must exist."""
        return self.state.bout[-1].time_s

    @property
    def step_s(self) -> float:
        """Usual duration of the newest steps of the bout under way, which must exist.

        The first step began so long before its contact; the last contact is followed by the
        closing step of the other foot, often too soft to be seen.
        """
        newest = self.state.bout[-self.params.steps_to_begin :]
        spans_s = [b.time_s - a.time_s for a, b in pairwise(newest)]
        return median(spans_s) if spans_s else self.params.usual_step_s

    def walking(self, time_s: float) -> bool:
        """Whether a bout is under way and its last step not longer ago than a slow step takes."""
        if not self.state.bout:
            return False
        return time_s - self.delay_s - self.last_step_s <= self.params.longest_step_s

    def wave(self, ticks: Ticks, vertical_mps2: Floats) -> Floats:
        """Take the next ticks of one segment in bulk, and their vertical acceleration (m,).

        Gives the acceleration in the band of steps, ``delay_s`` late.
        """
        self._feet.feed(ticks)
        return self.state.band.feed(vertical_mps2)

    def tick(self, time_s: float, wave_mps2: float) -> WalkingBout | None:
        """Take one tick of what ``wave`` gave.

        Gives a bout once the break after it is too long for it to go on.
        """
        peak = self._peak(time_s, wave_mps2)
        if peak is not None:
            self._step(peak)
        bout = self.state.bout
        if bout:
            # A step shows only when its peak has fallen again: wait for half a step more.
            now_s = time_s - self.delay_s - 0.5 * self.params.usual_step_s
            newest = (self.state.waiting or bout)[-1]
            silent = now_s - newest.time_s > self.params.break_s
            if silent or now_s - self.state.regular_s > self.params.irregular_s:
                return self._end(time_s)
        return None

    def close(self, time_s: float) -> WalkingBout | None:
        """End the bout under way, if any, and forget what might have become one."""
        self.state.waiting = []
        return self._end(time_s) if self.state.bout else None

    def _end(self, time_s: float) -> WalkingBout:
        """End the bout; what has waited to belong to it may yet be the beginning of another."""
        state = self.state
        steps, state.bout = state.bout, []
        state.closed_steps += len(steps)
        times = [step.time_s for step in steps]
        intervals = [later - earlier for earlier, later in pairwise(times)]
        # Cadence: 60 over the mean interval, breaks left out.
        walked = [each for each in intervals if each <= self.params.longest_step_s]
        return WalkingBout(
            time_s, times[0], times[-1], len(steps), 60.0 * len(walked) / sum(walked)
        )

    def restart(self, time_s: float) -> WalkingBout | None:
        """Come after a gap: what was under way is over."""
        bout = self.close(time_s)
        self.state = GaitState(
            self.state.band, AlternationState(), closed_steps=self.state.closed_steps
        )
        self.state.band.restart()
        return bout

    def _peak(self, time_s: float, wave_mps2: float) -> StepSeen | None:
        """Follow the wave up and down; a peak is told once the wave has fallen far enough."""
        state = self.state
        if state.rising:
            # On the way up: the highest point is a peak once the wave has fallen far enough from
            # it.
            if wave_mps2 > state.high_mps2:
                state.high_mps2, state.high_s = wave_mps2, time_s - self.delay_s
            elif self._far(state.high_mps2 - wave_mps2, time_s):
                state.rising = False
                size_mps2 = state.high_mps2 - state.low_mps2
                state.low_mps2 = wave_mps2
                return StepSeen(state.high_s, size_mps2)
        # On the way down: the lowest point is a trough once the wave has risen far enough from it.
        elif wave_mps2 < state.low_mps2:
            state.low_mps2 = wave_mps2
        elif self._far(wave_mps2 - state.low_mps2, time_s):
            state.rising = True
            state.high_mps2, state.high_s = wave_mps2, time_s - self.delay_s
        return None

    def _far(self, change_mps2: float, time_s: float) -> bool:
        """Whether the wave has risen or fallen as far as it does in a step just now."""
        if change_mps2 <= self.params.smallest_peak_mps2:
            return False
        recent = self.state.recent
        if len(recent) < _FEW_PEAKS or time_s - recent[-1].time_s > _LONG_AGO_S:
            return True
        # Half the median size of the last six peaks.
        return change_mps2 > self.params.peak_share * self.state.usual_mps2

    def _step(self, peak: StepSeen) -> None:
        """Give a peak its place: in the bout, waiting for one, or nowhere."""
        state, params = self.state, self.params
        # The usual size: the median of the last six peaks.
        state.recent = [*state.recent, peak][-_RECENT_PEAKS:]
        state.usual_mps2 = median(each.size_mps2 for each in state.recent)
        for newest in (state.waiting or state.bout)[-1:]:
            passed_s = peak.time_s - newest.time_s
            if passed_s < params.shortest_step_s:
                return
            if passed_s > params.break_s:
                state.waiting = []
            elif self._feet.tipped_rad(newest.time_s, peak.time_s) > params.most_tipped_rad:
                state.waiting = state.waiting if state.bout else []
                return
        state.waiting.append(replace(peak, sway=self._sway(peak.time_s)))
        if state.bout:
            self._extend()
        else:
            self._begin()

    def _sway(self, time_s: float) -> float:
        """How the trunk swayed in the step up to this time."""
        newest = [*self.state.bout[-2:], *self.state.waiting][-2:]
        if len(newest) < 2 or time_s - newest[0].time_s > 2.0 * self.params.longest_step_s:
            return math.nan
        return self._feet.alternation(newest[0].time_s, newest[1].time_s, time_s)

    def _regular(self, steps: list[StepSeen]) -> bool:
        """Whether the newest steps follow each other as steps of walking do."""
        params = self.params
        newest = steps[-params.steps_to_begin :]
        if len(newest) < params.steps_to_begin:
            return False
        usual_mps2 = median(step.size_mps2 for step in newest)
        spans_s = [b.time_s - a.time_s for a, b in pairwise(newest)]
        sways = [step.sway for step in newest if not math.isnan(step.sway)]
        return (
            # Steps of usual length, in strides of at most 3 s, the last no smaller than half the
            # usual, large enough for walking, and swaying from foot to foot.
            median(spans_s) <= params.usual_step_s
            and all(self._stride(newest[at : at + 3]) for at in range(len(newest) - 2))
            and newest[-1].size_mps2 >= params.peak_share * usual_mps2
            and usual_mps2 >= self._begin_mps2()
            and median(sways or [1.0]) >= 1.0
        )

    def _begin_mps2(self) -> float:
        """How large steps must usually be for walking to be believed."""
        coarse = self._feet.coarse()
        return self.params.begin_without_gyro_mps2 if coarse else self.params.begin_mps2

    def _begin(self) -> None:
        """Turn waiting peaks into a bout once the newest are regular enough."""
        state, params = self.state, self.params
        if not self._regular(state.waiting):
            return
        newest = state.waiting[-params.steps_to_begin :]
        usual_mps2 = median(step.size_mps2 for step in newest[-3:])
        # Leave out what waited too long ago, is half too small, or is no stride with what follows.
        newest_s = newest[-1].time_s
        first = 0
        while (
            state.waiting[first].size_mps2 < params.peak_share * usual_mps2
            or newest_s - state.waiting[first].time_s > params.irregular_s
            or not self._stride(state.waiting[first : first + 3])
        ):
            first += 1
        state.bout, state.waiting = state.waiting[first:], []
        state.regular_s = newest_s

    def _stride(self, steps: list[StepSeen]) -> bool:
        """Whether three successive contacts are one stride, which has an end."""
        return steps[-1].time_s - steps[0].time_s <= 2.0 * self.params.longest_step_s

    def _extend(self) -> None:
        """Add waiting peaks to the bout, unless they are the shuffle after its end."""
        state, params = self.state, self.params
        usual_mps2 = median(step.size_mps2 for step in state.bout[-2 * _RECENT_PEAKS :])
        # In a walk a step is at least a third of the usual size, unless the waiting steps are
        # regular by themselves.
        small = state.waiting[-1].size_mps2 < params.small_share * usual_mps2
        if small and not self._regular(state.waiting):
            return
        state.bout.extend(state.waiting)
        state.waiting = []
        if self._regular(state.bout):
            state.regular_s = state.bout[-1].time_s
