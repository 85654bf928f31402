"""What a calibrated trunk does: its angles, and the repetitions and holds of a watched movement."""

from collections import deque
from dataclasses import dataclass, field

from spinesense.model.events import MotionEvent, Posture, PostureChanged
from spinesense.model.movement import Axis, Movement, Unit
from spinesense.model.samples import Floats
from spinesense.motion.mounting.sensor_moved import SensorMovedCheck
from spinesense.motion.repetitions.bulk import IdleSkipper
from spinesense.motion.repetitions.detector import RepetitionParams, Repetitions
from spinesense.motion.repetitions.holds import IsometricHold
from spinesense.motion.ticks import Ticks
from spinesense.motion.trunk.angles import TrunkSample
from spinesense.motion.trunk.trunk import AngleRow, HeadingIntegrator, TrunkState

Watch = Repetitions | IsometricHold

RECENT_S = 1.0
"""Places kept from before a movement is watched, for its start posture."""


@dataclass(slots=True)
class MovementWatchState:
    """Everything that the next tick depends on."""

    trunk: TrunkState
    watch: Watch | None = None
    wanted: tuple[Movement | None, float | None] | None = None
    """What to watch from the next tick on, and the smallest range of the person; None while nothing
    new is wanted."""
    recent: list[TrunkSample] = field(default_factory=list)
    """The places of the last second."""
    shift: SensorMovedCheck = field(default_factory=SensorMovedCheck)
    walking: bool = False
    """As it was told last."""
    row: AngleRow | None = None
    """Newest angles."""


class MovementWatch:
    """The stages that need a calibration, from ticks on.

    Parameters
    ----------
    tick_s
        Length of a tick.
    params
        Tunables.
    """

    def __init__(self, tick_s: float, params: RepetitionParams) -> None:
        self._tick_s = tick_s
        self._params = params
        self._trunk = HeadingIntegrator(params.angles)
        self._state = MovementWatchState(self._trunk.state)

    @property
    def state(self) -> MovementWatchState:
        """Where these stages stand."""
        return self._state

    @state.setter
    def state(self, state: MovementWatchState) -> None:
        self._state = state
        self._trunk.state = state.trunk

    def watch(self, movement: Movement | None, least: float | None = None) -> None:
        """Watch this movement from the next tick on, counted from 1; None stops.

        ``least`` is the smallest range that counts, where the person is known to do less than the
        movement asks for.
        """
        self._state.wanted = movement, least

    @property
    def least(self) -> float | None:
        """The smallest range that would count, where what the person does is small."""
        watch = self._state.watch
        return watch.small_range() if isinstance(watch, Repetitions) else None

    def recalibrated(self) -> None:
        """Come after a new calibration: the watched movement begins again."""
        state = self._state
        state.recent = []
        state.shift = SensorMovedCheck()
        self.mark_gap()
        if state.watch is not None and state.wanted is None:
            state.wanted = state.watch.movement, None

    def mark_gap(self) -> None:
        """Treat the next tick as coming after a gap."""
        self._trunk.mark_gap()

    def feed(
        self,
        ticks: Ticks,
        up_trunk: Floats,
        changes: deque[PostureChanged],
        walks: deque[PostureChanged] | None = None,
    ) -> tuple[list[MotionEvent], list[AngleRow]]:
        """Take ticks one by one; gives what they show, and the angles at each.

        Parameters
        ----------
        ticks
            In order; a new ``segment`` is a gap.
        up_trunk
            (m, 3) up in the trunk frame.
        changes
            The changes of posture that were told during these ticks.
        walks
            Changes by which walking is known, where that is better known than it was told.
        """
        track = self._trunk.follow(ticks, up_trunk)
        starts = set(track.starts)
        events, rows = list[MotionEvent](), list[AngleRow]()
        told = deque(changes) if walks is None else walks
        for row in range(len(track)):
            place = track.place(row)
            self._follow_walking(place.time_s, told)
            events += self._watch(place, fresh=row in starts)
            events += self._state.shift.step(place, changes)
            rows.append(self._row(place))
        if rows:
            self._state.row = rows[-1]
        return events, rows

    def feed_in_bulk(
        self,
        ticks: Ticks,
        up_trunk: Floats,
        changes: deque[PostureChanged],
        walks: deque[PostureChanged] | None = None,
    ) -> list[MotionEvent]:
        """Like ``feed``, with the same events but in no order, and faster.

        Rest is passed over (``repetitions.bulk``), and no angles are kept.
        """
        track = self._trunk.follow(ticks, up_trunk)
        starts = set(track.starts)
        rest = IdleSkipper(track, self._tick_s, self._params.start)
        told = deque(changes) if walks is None else walks
        events = self._state.shift.steps(track.place, track.time_s, changes)
        row = 0
        while row < len(track):
            self._follow_walking(track.time_s[row], told)
            events += self._watch(track.place(row), fresh=row in starts, still=rest.still(row))
            row += 1
            watch = self._state.watch
            if not isinstance(watch, Repetitions) or watch.carry.unit is not Unit.RADIAN:
                continue
            if skipped := rest.skip(watch, row):
                row += skipped
                self._state.recent = list(watch.start.state.recent)
        return events

    def finish(self, time_s: float) -> list[MotionEvent]:
        """End of the stream: close what is open."""
        watch = self._state.watch
        return [] if watch is None else watch.finish(time_s)

    def _follow_walking(self, time_s: float, told: deque[PostureChanged]) -> None:
        """Take the changes of posture that were told until then."""
        while told and told[0].time_s <= time_s:
            self._state.walking = told.popleft().posture is Posture.WALKING

    def _watch(
        self, place: TrunkSample, *, fresh: bool, still: bool | None = None
    ) -> list[MotionEvent]:
        """Take one tick; ``fresh`` marks the first of a segment, ``still`` what is known of it."""
        state = self._state
        events = list[MotionEvent]()
        if fresh:
            state.recent = []
            self._trunk.begin(place.time_s)
            if state.watch is not None:
                events += state.watch.interrupt(place.time_s)
        if state.wanted is not None:
            events += self._change_watch(place.time_s)
        if state.watch is not None:
            events += self._step(state.watch, place, still)
        state.recent.append(place)
        while state.recent[0].time_s < place.time_s - RECENT_S:
            del state.recent[0]
        return events

    def _step(self, watch: Watch, place: TrunkSample, still: bool | None) -> list[MotionEvent]:
        if isinstance(watch, IsometricHold):
            return watch.step(place, self._tick_s, still)
        return watch.step(place, self._tick_s, still, walking=self._state.walking)

    def _change_watch(self, time_s: float) -> list[MotionEvent]:
        """Watch what is wanted now."""
        state = self._state
        events = [] if state.watch is None else state.watch.finish(time_s)
        movement, least = state.wanted or (None, None)
        state.wanted = state.watch = None
        if movement is not None:
            if movement.axis is Axis.STILLNESS:
                state.watch = IsometricHold(movement, state.recent, self._params.start)
            else:
                state.watch = Repetitions(movement, state.recent, self._params, least)
        return events

    def _row(self, place: TrunkSample) -> AngleRow:
        watch = self._state.watch
        if watch is not None and watch.start.state.reference is not None:
            return self._trunk.watched_row(place, watch.start.state.reference)
        return self._trunk.neutral_row(place)
