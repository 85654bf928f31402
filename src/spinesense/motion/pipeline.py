"""The signal core in one piece: samples in, events and ticks out.

However the samples are cut into blocks, the events, the ticks and the final state are equal.
"""

from dataclasses import dataclass, field

from spinesense.model.calibration import Calibration
from spinesense.model.events import CalibrationFound, MotionEvent
from spinesense.model.movement import Movement, StartPosture, Unit
from spinesense.model.readings import Readings
from spinesense.model.samples import ImuBlock
from spinesense.model.snapshot import CalibrationStep, CalibrationView
from spinesense.motion.inclination.live import Orientation, OrientationParams
from spinesense.motion.mounting.sensor_moved import changes_among
from spinesense.motion.mounting.stand_and_bow import CalibrationParams, Calibrator, CalibratorState
from spinesense.motion.posture.params import PostureParams
from spinesense.motion.posture.stage import PostureStage
from spinesense.motion.posture.state import PostureState
from spinesense.motion.repetitions.detector import RepetitionParams
from spinesense.motion.repetitions.watch import MovementWatch, MovementWatchState
from spinesense.motion.signal.gyro_consistency import Plausibility, PlausibilityState, check_rate
from spinesense.motion.signal.timeline import Timed, Timeline, TimelineParams
from spinesense.motion.ticks import Ticks, concatenate
from spinesense.motion.trunk.angles import Angles, up_in_trunk
from spinesense.motion.trunk.trunk import AngleRow, angle_columns

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


@dataclass(frozen=True, slots=True, eq=False)
class TickBatch:
    """What the stages found that need no calibration and judge nothing."""

    ticks: Ticks
    events: tuple[MotionEvent, ...]
    """In the order of time."""


@dataclass(slots=True)
class CoreState:
    """What the joining of the stages depends on."""

    calibration: Calibration | None = None
    time_s: float = 0.0


@dataclass(frozen=True, slots=True)
class PipelineState:
    """Everything that later events depend on.

    Copy it with ``copy.deepcopy``; compare it field by field, bit by bit.
    """

    timeline: Timeline
    orientation: Orientation
    plausibility: PlausibilityState
    posture: PostureState
    calibrator: CalibratorState
    tracking: MovementWatchState
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

    Raises
    ------
    SensorError
        For a rate that cannot be followed.
    """

    def __init__(
        self,
        nominal_rate_hz: float,
        calibration: Calibration | None = None,
        params: PipelineParams | None = None,
    ) -> None:
        check_rate(nominal_rate_hz)
        self._params = params = params or PipelineParams()
        orientation = Orientation(nominal_rate_hz, params.orientation)
        self.tick_s = orientation.samples_per_tick / nominal_rate_hz
        """Nominal length of a tick."""
        self._timeline = Timeline(nominal_rate_hz, params.timeline)
        self._orientation = orientation
        self._plausibility = Plausibility(self.tick_s)
        self._posture = PostureStage(params.posture, 1.0 / self.tick_s)
        self._calibrator = Calibrator(self.tick_s, params.calibration)
        self._tracking = MovementWatch(self.tick_s, params.repetitions)
        self._core = CoreState(calibration)

    @property
    def state(self) -> PipelineState:
        """Where all stages stand. It goes on changing with them: copy it to keep it."""
        return PipelineState(
            self._timeline,
            self._orientation,
            self._plausibility.state,
            self._posture.state,
            self._calibrator.state,
            self._tracking.state,
            self._core,
        )

    @state.setter
    def state(self, state: PipelineState) -> None:
        self._timeline = state.timeline
        self._orientation = state.orientation
        self._plausibility.state = state.plausibility
        self._posture.state = state.posture
        self._calibrator.state = state.calibrator
        self._tracking.state = state.tracking
        self._core = state.core

    def feed(self, block: ImuBlock) -> Step:
        """Take samples in the order in which they came."""
        return self._judge(self.to_ticks(block))

    def finish(self) -> Step:
        """End of the stream: take what was held back and close what is open."""
        step = self._judge(self.flush_ticks())
        last = (*self._posture.finish(), *self._tracking.finish(self._core.time_s))
        return Step((*step.events, *last), step.ticks, step.angles)

    def to_ticks(self, block: ImuBlock) -> TickBatch:
        """Take samples through the first half of ``feed`` only: timeline and orientation.

        For recordings, whose calibration is looked for in all of the ticks before anything is
        judged. One stream is either fed or sensed.
        """
        return self._sense(self._timeline.feed(block))

    def flush_ticks(self) -> TickBatch:
        """The first half of ``finish``."""
        return self._sense(self._timeline.finish())

    def calibrate(self) -> None:
        """Look for a stand-and-bow from the next tick on."""
        self._calibrator.start()

    def watch(self, movement: Movement | None) -> None:
        """Find repetitions and holds of this movement from the next tick on, counted from 1.

        None stops. Without a calibration nothing is found.
        """
        self._tracking.watch(movement)

    def interrupt(self) -> None:
        """The sensor was lost: treat what follows as coming after a gap."""
        self._tracking.mark_gap()

    def readings(self) -> Readings:
        """The newest values."""
        core = self._core
        tracking = self._tracking.state
        row = tracking.row or (core.time_s, None, None, None, None)
        watch = tracking.watch
        clock = None if watch is None else watch.state.clock
        up = tracking.recent[-1].up if tracking.recent else None
        return Readings(
            time_s=core.time_s,
            rate_hz=self._timeline.rate_hz,
            samples=self._timeline.samples,
            lost_samples=self._timeline.lost_samples,
            left_out=self._timeline.left_out,
            calibration=core.calibration,
            calibration_view=self._calibration_view(),
            flexion_rad=row[1],
            lateral_rad=row[2],
            rotation_rad=row[3],
            rotation_sd_rad=row[4],
            carrying=None if watch is None else watch.carrying(),
            carrying_unit=Unit.RADIAN if watch is None else watch.movement.axis.unit,
            holding=clock is not None and clock.running_since_s is not None,
            hold_s=0.0 if clock is None else clock.held_s(core.time_s),
            held_posture=None if up is None else held_posture(*up),
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

    def _sense(self, timed: Timed) -> TickBatch:
        """Turn samples into the ticks that they complete."""
        ticks = concatenate([self._orientation.feed(block) for block in timed.blocks])
        told = [*self._plausibility.feed(ticks), *timed.events]
        return TickBatch(ticks, tuple(sorted(told, key=lambda event: event.time_s)))

    def _judge(self, sensed: TickBatch) -> Step:
        """Run ticks through all stages after the orientation."""
        ticks = sensed.ticks
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
                self._core.calibration = found[-1].calibration
                self._tracking.recalibrated()
            done += taken
        if len(ticks):
            self._core.time_s = float(ticks.time_s[-1])
        # The timeline tells of a sample after the ticks before it, so its events come last among
        # those of one time; with that the order is the same for every cut.
        events = sorted([*events, *sensed.events], key=lambda event: event.time_s)
        return Step(tuple(events), ticks, angle_columns(rows))

    def _advance(self, ticks: Ticks) -> tuple[list[MotionEvent], list[AngleRow]]:
        """Run ticks of one calibration through the stages that follow it."""
        calibration = self._core.calibration
        if calibration is None:
            return self._posture.feed(ticks, None), []
        up_trunk = up_in_trunk(ticks.up_sensor, calibration)
        events = self._posture.feed(ticks, up_trunk)
        tracked, rows = self._tracking.feed(ticks, up_trunk, changes_among(events))
        return [*events, *tracked], rows


def held_posture(ux: float, uy: float, uz: float) -> StartPosture | None:
    """The start posture that fits the direction of gravity."""
    if uz >= HELD_COMPONENT:
        return StartPosture.STANDING
    if abs(ux) >= HELD_COMPONENT:
        return StartPosture.SUPINE if ux > 0.0 else StartPosture.HANDS_AND_KNEES
    return StartPosture.SIDE_LYING if abs(uy) >= HELD_COMPONENT else None
