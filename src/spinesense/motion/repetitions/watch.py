"""What a calibrated trunk does: its angles, and the repetitions and holds of a watched movement."""

from collections import deque
from dataclasses import dataclass, field

from spinesense.model.events import MotionEvent, PostureChanged
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
    wanted: tuple[Movement | None] | None = None
    """What to watch from the next tick on; None while nothing new is wanted."""
    recent: list[TrunkSample] = field(default_factory=list)
    """The places of the last second."""
    shift: SensorMovedCheck = field(default_factory=SensorMovedCheck)
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

    def watch(self, movement: Movement | None) -> None:
        """Watch this movement from the next tick on, counted from 1; None stops."""
        self._state.wanted = (movement,)

    def recalibrated(self) -> None:
        """Come after a new calibration: the watched movement begins again."""
        state = self._state
        state.recent = []
        state.shift = SensorMovedCheck()
        self.mark_gap()
        if state.watch is not None and state.wanted is None:
            state.wanted = (state.watch.movement,)

    def mark_gap(self) -> None:
        """Treat the next tick as coming after a gap."""
        self._trunk.mark_gap()

    def feed(
        self, ticks: Ticks, up_trunk: Floats, changes: deque[PostureChanged]
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
        """
        track = self._trunk.follow(ticks, up_trunk)
        starts = set(track.starts)
        events, rows = list[MotionEvent](), list[AngleRow]()
        for row in range(len(track)):
            place = track.place(row)
            events += self._watch(place, fresh=row in starts)
            events += self._state.shift.step(place, changes)
            rows.append(self._row(place))
        if rows:
            self._state.row = rows[-1]
        return events, rows

    def feed_in_bulk(
        self, ticks: Ticks, up_trunk: Floats, changes: deque[PostureChanged]
    ) -> list[MotionEvent]:
        """Like ``feed``, with the same events but in no order, and faster.

        Rest is passed over (``repetitions.bulk``), and no angles are kept.
        """
        track = self._trunk.follow(ticks, up_trunk)
        starts = set(track.starts)
        rest = IdleSkipper(track, self._tick_s, self._params.start)
        events = self._state.shift.steps(track.place, track.time_s, changes)
        row = 0
        while row < len(track):
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
            events += state.watch.step(place, self._tick_s, still)
        state.recent.append(place)
        while state.recent[0].time_s < place.time_s - RECENT_S:
            del state.recent[0]
        return events

    def _change_watch(self, time_s: float) -> list[MotionEvent]:
        """Watch what is wanted now."""
        state = self._state
        events = [] if state.watch is None else state.watch.finish(time_s)
        movement = None if state.wanted is None else state.wanted[0]
        state.wanted = state.watch = None
        if movement is not None:
            if movement.axis is Axis.STILLNESS:
                state.watch = IsometricHold(movement, state.recent, self._params.start)
            else:
                state.watch = Repetitions(movement, state.recent, self._params)
        return events

    def _row(self, place: TrunkSample) -> AngleRow:
        watch = self._state.watch
        if watch is not None and watch.start.state.reference is not None:
            return self._trunk.watched_row(place, watch.start.state.reference)
        return self._trunk.neutral_row(place)
