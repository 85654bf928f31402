"""The signal core in one piece: samples in, events and ticks out.

However the samples are cut into blocks, the events, the ticks and the final state are equal.
"""

from dataclasses import dataclass, field

import numpy as np

from spinesense.model.calibration import Calibration
from spinesense.model.events import CalibrationFound, MotionEvent
from spinesense.model.movement import Axis, Movement, StartPosture
from spinesense.model.readings import Readings
from spinesense.model.samples import ImuBlock
from spinesense.model.snapshot import CalibrationStep, CalibrationView
from spinesense.motion.angles import Angles, Place, up_in_trunk
from spinesense.motion.calibration import CalibrationParams, Calibrator, CalibratorState
from spinesense.motion.orientation import Orientation, OrientationParams
from spinesense.motion.posture import PostureStage
from spinesense.motion.posture_state import PostureParams, PostureState
from spinesense.motion.repetitions import RepetitionParams, Repetitions
from spinesense.motion.shift_check import ShiftCheck, changes_among
from spinesense.motion.still_holds import StillHold
from spinesense.motion.ticks import Ticks, concatenate
from spinesense.motion.timeline import Timed, Timeline, TimelineParams
from spinesense.motion.trunk import AngleRow, Trunk, TrunkState

Watch = Repetitions | StillHold

HELD_COMPONENT = 0.64
"""Up within 50° of a trunk axis names the posture: a slumped seat or bent hips tilt less."""


@dataclass(frozen=True, slots=True)
class PipelineParams:
    """Tunables of all stages."""

    timeline: TimelineParams = field(default_factory=TimelineParams)
    orientation: OrientationParams = field(default_factory=OrientationParams)
    posture: PostureParams = field(default_factory=PostureParams)
    calibration: CalibrationParams = field(default_factory=CalibrationParams)
    repetitions: RepetitionParams = field(default_factory=RepetitionParams)


@dataclass(frozen=True, slots=True, eq=False)
class Step:
    """What came of a feed."""

    events: tuple[MotionEvent, ...]
    """In the order in which they could be told."""
    ticks: Ticks
    angles: Angles
    """One row a tick from the calibration on; no rows before."""


@dataclass(slots=True)
class CoreState:
    """What the joining of the stages depends on."""

    calibration: Calibration | None = None
    watch: Watch | None = None
    wanted: tuple[Movement | None] | None = None
    """What to watch from the next tick on; None while nothing new is wanted."""
    recent: list[Place] = field(default_factory=list)
    """The places of the last second."""
    shift: ShiftCheck = field(default_factory=ShiftCheck)
    interrupted: bool = False
    time_s: float = 0.0
    row: AngleRow | None = None
    """Newest angles."""


@dataclass(frozen=True, slots=True)
class PipelineState:
    """Everything that later events depend on.

    Copy it with ``copy.deepcopy``; compare it with ``motion.state.same``.
    """

    timeline: Timeline
    orientation: Orientation
    posture: PostureState
    calibrator: CalibratorState
    trunk: TrunkState
    core: CoreState


class Pipeline:
    """All stages for one sensor.

    Parameters
    ----------
    nominal_rate_hz
        What the sensor calls its rate.
    calibration
        How it is mounted, when that is known already.
    params
        Tunables.
    """

    def __init__(
        self,
        nominal_rate_hz: float,
        calibration: Calibration | None = None,
        params: PipelineParams | None = None,
    ) -> None:
        self._params = params = params or PipelineParams()
        orientation = Orientation(nominal_rate_hz, params.orientation)
        self.tick_s = orientation.samples_per_tick / nominal_rate_hz
        """Nominal length of a tick."""
        self._timeline = Timeline(nominal_rate_hz, params.timeline)
        self._orientation = orientation
        self._posture = PostureStage(params.posture, 1.0 / self.tick_s)
        self._calibrator = Calibrator(self.tick_s, params.calibration)
        self._trunk = Trunk(params.repetitions.angles)
        self._core = CoreState(calibration)

    @property
    def state(self) -> PipelineState:
        """Where all stages stand. It goes on changing with them: copy it to keep it."""
        return PipelineState(
            self._timeline,
            self._orientation,
            self._posture.state,
            self._calibrator.state,
            self._trunk.state,
            self._core,
        )

    @state.setter
    def state(self, state: PipelineState) -> None:
        self._timeline = state.timeline
        self._orientation = state.orientation
        self._posture.state = state.posture
        self._calibrator.state = state.calibrator
        self._trunk.state = state.trunk
        self._core = state.core

    def feed(self, block: ImuBlock) -> Step:
        """Take samples in the order in which they came."""
        return self._take(self._timeline.feed(block))

    def finish(self) -> Step:
        """End of the stream: take what was held back and close what is open."""
        core = self._core
        step = self._take(self._timeline.finish())
        events = [*step.events, *self._posture.finish()]
        if core.watch is not None:
            events += core.watch.finish(core.time_s)
        return Step(tuple(events), step.ticks, step.angles)

    def calibrate(self) -> None:
        """Look for a stand-and-bow from the next tick on."""
        self._calibrator.start()

    def watch(self, movement: Movement | None) -> None:
        """Find repetitions and holds of this movement from the next tick on, counted from 1.

        None stops. Without a calibration nothing is found.
        """
        self._core.wanted = (movement,)

    def interrupt(self) -> None:
        """The sensor was lost: treat what follows as coming after a gap."""
        self._core.interrupted = True

    def readings(self) -> Readings:
        """The newest values."""
        core = self._core
        row = core.row or (core.time_s, None, None, None, None)
        clock = None if core.watch is None else core.watch.state.clock
        up = core.recent[-1].up if core.recent else None
        return Readings(
            time_s=core.time_s,
            rate_hz=self._timeline.rate_hz,
            samples=self._timeline.samples,
            lost_samples=self._timeline.lost_samples,
            calibration=core.calibration,
            calibration_view=self._calibration_view(),
            flexion_rad=row[1],
            lateral_rad=row[2],
            rotation_rad=row[3],
            rotation_sd_rad=row[4],
            carrying_rad=None if core.watch is None else core.watch.carrying_rad(),
            holding=clock is not None and clock.running_since_s is not None,
            hold_s=0.0 if clock is None else clock.held_s(core.time_s),
            held_posture=None if up is None else _held_posture(*up),
            still=self._posture.still,
            posture=self._posture.posture,
            lying_side=self._posture.lying_side,
            posture_confidence=self._posture.confidence,
            posture_since_s=self._posture.since_s,
            steps=self._posture.steps,
        )

    def _calibration_view(self) -> CalibrationView:
        """A calibration that was known from the start is done, too."""
        view, calibration = self._calibrator.view(), self._core.calibration
        if view.step is not CalibrationStep.NONE or calibration is None:
            return view
        return CalibrationView(
            step=CalibrationStep.DONE, progress=1.0, axis_scatter_rad=calibration.axis_scatter_rad
        )

    def _take(self, timed: Timed) -> Step:
        """Run the ticks that these samples complete through all stages."""
        ticks = concatenate([self._orientation.feed(block) for block in timed.blocks])
        events: list[MotionEvent] = []
        rows: list[AngleRow] = []
        done = 0
        while done < len(ticks):
            taken, found = self._calibrator.feed(ticks.rows(done, len(ticks)))
            events += found
            part = ticks.rows(done, done + taken)
            part_events, part_rows = self._advance(part)
            events += part_events
            rows += part_rows
            if found and isinstance(found[-1], CalibrationFound):
                self._adopt(found[-1].calibration)
            done += taken
        if len(ticks):
            self._core.time_s = float(ticks.time_s[-1])
        # The timeline tells of a sample after the ticks before it, so its events come last among
        # those of one time; with that the order is the same for every cut.
        events = sorted([*events, *timed.events], key=lambda event: event.time_s)
        return Step(tuple(events), ticks, _columns(rows))

    def _adopt(self, calibration: Calibration) -> None:
        """Measure in the new trunk frame from the next tick on."""
        core = self._core
        core.calibration = calibration
        core.recent = []
        core.shift = ShiftCheck()
        self._trunk.break_off()
        if core.watch is not None and core.wanted is None:
            core.wanted = (core.watch.movement,)

    def _advance(self, ticks: Ticks) -> tuple[list[MotionEvent], list[AngleRow]]:
        """Run ticks of one calibration through the stages that follow it."""
        core = self._core
        if core.calibration is None:
            return self._posture.feed(ticks, None), []
        up_trunk = up_in_trunk(ticks.up_sensor, core.calibration)
        events = list(self._posture.feed(ticks, up_trunk))
        changes = changes_among(events)
        if core.interrupted and len(ticks):
            core.interrupted = False
            self._trunk.break_off()
        rows = []
        for fresh, place in self._trunk.places(ticks, up_trunk):
            if fresh:
                core.recent = []
                if core.watch is not None:
                    events += core.watch.interrupt(place.time_s)
            if core.wanted is not None:
                events += self._change_watch(place.time_s)
            if core.watch is not None:
                events += core.watch.step(place, self.tick_s)
            events += core.shift.step(place, changes)
            rows.append(self._row(place))
            core.recent.append(place)
            if place.time_s - core.recent[0].time_s > 1.0:
                del core.recent[0]
        if rows:
            core.row = rows[-1]
        return events, rows

    def _change_watch(self, time_s: float) -> list[MotionEvent]:
        """Watch what is wanted now."""
        core = self._core
        events = [] if core.watch is None else core.watch.finish(time_s)
        movement = None if core.wanted is None else core.wanted[0]
        core.wanted = None
        core.watch = None
        if movement is not None:
            params = self._params.repetitions
            if movement.axis is Axis.STILLNESS:
                core.watch = StillHold(movement, core.recent, params.start)
            else:
                core.watch = Repetitions(movement, core.recent, params)
        return events

    def _row(self, place: Place) -> AngleRow:
        watch = self._core.watch
        if watch is not None and watch.start.state.reference is not None:
            return self._trunk.watched_row(place, watch.start.state.reference)
        return self._trunk.neutral_row(place)


def _columns(rows: list[AngleRow]) -> Angles:
    table = np.array(rows, dtype=np.float64).reshape(-1, 5)
    return Angles(*(column.copy() for column in table.T))


def _held_posture(ux: float, uy: float, uz: float) -> StartPosture | None:
    """The start posture that fits the direction of gravity."""
    if uz >= HELD_COMPONENT:
        return StartPosture.STANDING
    if abs(ux) >= HELD_COMPONENT:
        return StartPosture.SUPINE if ux > 0.0 else StartPosture.HANDS_AND_KNEES
    return StartPosture.SIDE_LYING if abs(uy) >= HELD_COMPONENT else None
