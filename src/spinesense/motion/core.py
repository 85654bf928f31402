"""All stages of the signal core in the one order that live, replay, batch and hindsight share.

`Core` takes a stream as it comes. `analyse` takes a recording of which all is known: its mounting
is looked for first, and its postures are judged with hindsight too.
"""

from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np

from spinesense.model.calibration import Calibration, CalibrationMethod
from spinesense.model.errors import CalibrationError
from spinesense.model.events import Bend, MotionEvent, PostureChanged, WornChanged
from spinesense.model.movement import Movement
from spinesense.model.readings import LeftOut, Readings
from spinesense.model.samples import ImuBlock
from spinesense.motion.mounting.inferred import infer
from spinesense.motion.mounting.sensor_moved import changes_among
from spinesense.motion.mounting.stand_and_bow import search
from spinesense.motion.pipeline import Pipeline, Step
from spinesense.motion.posture.bends import Bends
from spinesense.motion.posture.stage import PostureStage
from spinesense.motion.posture.worn import Wear
from spinesense.motion.repetitions.detector import RepetitionParams
from spinesense.motion.repetitions.watch import MovementWatch
from spinesense.motion.ticks import EMPTY_TICKS, Ticks, concatenate
from spinesense.motion.trunk.angles import Angles, up_in_trunk
from spinesense.motion.trunk.lumbar import Lumbar
from spinesense.motion.trunk.trunk import angle_columns
from spinesense.motion.upper_segment import UpperSegment

TICKS_AT_ONCE = 90_000
"""An hour: their rows as Python numbers take some 30 MB."""


class Core:
    """The stages for one person, sample by sample.

    Parameters
    ----------
    nominal_rate_hz
        What the sensor calls its rate.
    calibration
        How it is mounted, when that is known already.
    daily
        Whether to tell bends, and when the sensor is not worn: not while somebody exercises.
    upper_rate_hz
        What a second sensor calls its rate, for the flexion between the two; None for one sensor.

    Raises
    ------
    SensorError
        For a rate that cannot be followed.
    """

    def __init__(
        self,
        nominal_rate_hz: float,
        calibration: Calibration | None = None,
        *,
        daily: bool = False,
        upper_rate_hz: float | None = None,
    ) -> None:
        self.pipeline = Pipeline(nominal_rate_hz, calibration)
        self._bends = Bends(calibration) if daily else None
        self._wear = Wear(self.pipeline.tick_s) if daily else None
        self.upper = UpperSegment(upper_rate_hz) if upper_rate_hz else None
        self._lumbar = Lumbar()

    def feed(self, block: ImuBlock) -> Step:
        """Take samples in the order in which they came."""
        return self._completed(self.pipeline.feed(block))

    def finish(self) -> Step:
        """End of the stream: take what was held back and close what is open."""
        step = self._completed(self.pipeline.finish())
        last = self._bends.finish() if self._bends else []
        return Step((*step.events, *last), step.ticks, step.angles)

    def feed_upper(self, block: ImuBlock) -> None:
        """Take samples of the second sensor: nothing is told of it but its readings."""
        if self.upper is not None:
            self._pair(EMPTY_TICKS, self.upper.feed(block))

    def calibrate(self) -> None:
        """Look for a stand-and-bow from the next tick on."""
        self.pipeline.calibrate()
        if self.upper is not None:
            self.upper.calibrate()

    def watch(self, movement: Movement | None) -> None:
        """Find repetitions and holds of this movement from the next tick on; None stops."""
        self.pipeline.watch(movement)

    def interrupt(self) -> None:
        """The sensor was lost: treat what follows as coming after a gap."""
        self.pipeline.interrupt()

    def readings(self) -> Readings:
        """The newest values; flexion between two sensors where a second one is paired."""
        now = self.pipeline.readings()
        newest = self._lumbar.newest(now.time_s)
        if newest is None:
            return now
        return replace(now, lumbar_rad=newest[0], lumbar_sd_rad=newest[1])

    def _completed(self, step: Step) -> Step:
        """Add what the stages beside the pipeline find in the same ticks."""
        if self.upper is not None:
            self._pair(step.ticks, EMPTY_TICKS)
            for event in step.events:
                self.upper.follow(event)
        if self._bends is None or self._wear is None:
            return step
        bends = self._bends.feed(step.ticks.time_s, step.ticks.up_sensor, step.events)
        worn = self._wear.feed(step.ticks)
        events = sorted([*step.events, *bends, *worn], key=lambda event: event.time_s)
        return Step(tuple(events), step.ticks, step.angles)

    def _pair(self, lower: Ticks, upper: Ticks) -> None:
        if self.upper is not None:
            mounting = self.pipeline.state.core.calibration
            self._lumbar.feed(lower, mounting, upper, self.upper.calibration)


@dataclass(frozen=True, slots=True, eq=False)
class Recorded:
    """A whole recording up to its ticks: what needs no calibration and judges nothing."""

    ticks: Ticks
    tick_s: float
    """Nominal length of a tick."""
    rate_hz: float
    """As it was measured; 0 where it could not be."""
    samples: int
    left_out: LeftOut
    """Samples among them that were not used."""
    signal: tuple[MotionEvent, ...]
    """Gaps and faults of the signal, in the order of time."""


def recorded(blocks: Iterable[ImuBlock], nominal_rate_hz: float) -> Recorded:
    """All ticks of a recording, from its samples in the order in which they came."""
    pipeline = Pipeline(nominal_rate_hz)
    parts, samples = [], 0
    for block in blocks:
        parts.append(pipeline.to_ticks(block))
        samples += len(block)
    parts.append(pipeline.flush_ticks())
    readings = pipeline.readings()
    return Recorded(
        concatenate([part.ticks for part in parts]),
        pipeline.tick_s,
        readings.rate_hz,
        samples,
        readings.left_out,
        tuple(event for part in parts for event in part.events),
    )


@dataclass(frozen=True, slots=True)
class Mounting:
    """How the sensor sits, found in a recording."""

    calibration: Calibration
    since_s: float = 0.0
    """When it had been found: what comes before, as the bows of it, is no exercise."""


def mounting_in(
    recording: Recorded, movement: Movement | None = None, *, guess: bool
) -> Mounting | None:
    """A stand-and-bow in the recording; failing that the best guess, if one is wanted.

    ``movement`` is what the person does in it, where that is known.
    """
    if found := search(recording.ticks, recording.tick_s):
        return Mounting(found.calibration, found.time_s)
    if not guess:
        return None
    try:
        return Mounting(infer(recording.ticks, movement))
    except CalibrationError:
        return None


@dataclass(frozen=True, slots=True, eq=False)
class Findings:
    """What a whole recording shows."""

    told: tuple[MotionEvent, ...]
    """Postures and walking as they could be told at the time; nothing with a guessed mounting."""
    shown: tuple[MotionEvent, ...]
    """Postures and walking with hindsight, or as they were told, as it was asked for."""
    tracked: tuple[MotionEvent, ...]
    """Repetitions and holds of the movement that was looked for."""
    angles: tuple[Angles, ...]
    """Of the calibrated trunk, part by part, if they were asked for."""
    bends: tuple[Bend, ...]
    worn: tuple[WornChanged, ...]


def analyse(
    recording: Recorded,
    mounting: Mounting | None,
    movement: Movement | None = None,
    *,
    as_heard: bool = False,
    angles: bool = False,
    daily: bool = True,
    one_exercise: bool = False,
) -> Findings:
    """Judge a whole recording.

    Parameters
    ----------
    recording, mounting
        Its ticks, and how the sensor sits; without that no repetitions are found.
    movement
        What to look for throughout; None for nothing.
    as_heard
        Postures as they could be told at the time, instead of with hindsight.
    angles
        Whether to keep the angles of the trunk.
    daily
        Whether to find bends, and when the sensor was worn.
    one_exercise
        Whether the person does ``movement`` on purpose: then the range of somebody all of whose
        excursions are small is learned from the whole recording.
    """
    calibration = None if mounting is None else mounting.calibration
    told, shown = _postures(recording, calibration, as_heard=as_heard)
    tracked: list[MotionEvent] = []
    rows: list[Angles] = []
    if mounting is not None and (angles or movement is not None):
        watched = _Watched(recording, mounting, movement, told, told if as_heard else shown)
        tracked, rows = watched.look(angles=angles, twice=one_exercise)
    return Findings(
        tuple(told),
        tuple(shown),
        tuple(tracked),
        tuple(rows),
        _bends(recording.ticks, calibration, told or shown) if daily else (),
        tuple(Wear(recording.tick_s).feed(recording.ticks)) if daily else (),
    )


def _bowed(calibration: Calibration | None) -> bool:
    """Whether forward and upright are known, and not inferred."""
    return calibration is not None and calibration.method is CalibrationMethod.STAND_AND_BOW


def _postures(
    recording: Recorded, calibration: Calibration | None, *, as_heard: bool
) -> tuple[list[MotionEvent], list[MotionEvent]]:
    """Postures and walking as they could be told at the time, and as they are to be shown.

    An inferred mounting would only repeat what was assumed to infer it, so with hindsight postures
    are judged without it, and nothing is told.
    """
    from spinesense.motion.posture.hindsight.refine import refine_postures, with_hindsight

    ticks, tick_rate_hz = recording.ticks, 1.0 / recording.tick_s
    if not _bowed(calibration) and not as_heard:
        return [], refine_postures(ticks, None, tick_rate_hz=tick_rate_hz)
    stage = PostureStage(tick_rate_hz=tick_rate_hz)
    # Nobody knew an inferred mounting at the time.
    known = calibration if _bowed(calibration) else None
    up_trunk = None if known is None else up_in_trunk(ticks.up_sensor, known)
    told = [*stage.feed(ticks, up_trunk), *stage.finish()]
    if as_heard:
        return told, told
    axis = stage.state.axis.up
    return told, with_hindsight(told, ticks, up_trunk, axis, tick_rate_hz=tick_rate_hz)


def _bends(
    ticks: Ticks, calibration: Calibration | None, told: Sequence[MotionEvent]
) -> tuple[Bend, ...]:
    """Bends, given the postures. An inferred mounting knows no forward."""
    bends = Bends(calibration if _bowed(calibration) else None)
    return (*bends.feed(ticks.time_s, ticks.up_sensor, told), *bends.finish())


@dataclass(frozen=True, slots=True)
class _Watched:
    """A recording in which one movement is looked for."""

    recording: Recorded
    mounting: Mounting
    movement: Movement | None
    told: Sequence[MotionEvent]
    shown: Sequence[MotionEvent]

    def look(self, *, angles: bool, twice: bool) -> tuple[list[MotionEvent], list[Angles]]:
        """What the calibrated trunk does, and its angles, part by part, if they are asked for."""
        found, columns, small = self._once(None, angles=angles)
        if twice and small is not None:
            # Much of what this person does is small: with hindsight that counts from the first on.
            found, columns, _ = self._once(small, angles=angles)
        return found, columns

    def _once(
        self, least: float | None, *, angles: bool
    ) -> tuple[list[MotionEvent], list[Angles], float | None]:
        """One look; gives the smallest range of the person too, where it is less than usual."""
        ticks = self.recording.ticks
        watch = MovementWatch(self.recording.tick_s, RepetitionParams())
        changes, walks = changes_among(self.told), _since(changes_among(self.shown))
        events: list[MotionEvent] = []
        columns: list[Angles] = []
        begin = int(np.searchsorted(ticks.time_s, self.mounting.since_s, side="right"))
        bounds = sorted({begin, len(ticks), *range(0, len(ticks), TICKS_AT_ONCE)})
        for start, stop in pairwise(bounds):
            if start == begin:
                watch.watch(self.movement, least)
            part = ticks.rows(start, stop)
            up_trunk = up_in_trunk(part.up_sensor, self.mounting.calibration)
            if angles:
                found, rows = watch.feed(part, up_trunk, changes, walks)
                columns.append(angle_columns(rows))
            else:
                found = watch.feed_in_bulk(part, up_trunk, changes, walks)
            events += found
        if len(ticks):
            events += watch.finish(float(ticks.time_s[-1]))
        return events, columns, watch.least


def _since(changes: deque[PostureChanged]) -> deque[PostureChanged]:
    """Changes of posture as if each had been told when it began."""
    return deque(replace(change, time_s=change.start_s) for change in changes)
