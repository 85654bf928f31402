"""A whole recording through the pipeline at once, and what was found in it as one record."""

import math
from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from spinesense.coaching.catalogue import load_catalogue
from spinesense.coaching.routines import parse_routine
from spinesense.coaching.session import Session
from spinesense.model.calibration import Calibration, CalibrationMethod
from spinesense.model.errors import CalibrationError, TextError
from spinesense.model.events import (
    Bend,
    CalibrationFound,
    Event,
    GapFound,
    MotionEvent,
    Posture,
    PostureChanged,
    Repetition,
    SignalSuspect,
    TransitionMade,
    WalkingBout,
)
from spinesense.model.movement import Axis, Movement, Pattern, StartPosture
from spinesense.model.samples import Floats, ImuBlock
from spinesense.motion.angles import Angles, up_in_trunk
from spinesense.motion.bends import Bends
from spinesense.motion.calibration import search
from spinesense.motion.lumbar import LumbarColumns, clock_lag_s, flexion_between
from spinesense.motion.mounting import infer
from spinesense.motion.pipeline import Pipeline
from spinesense.motion.posture import PostureStage
from spinesense.motion.posture_refine import refine_postures, with_hindsight
from spinesense.motion.repetitions import RepetitionParams
from spinesense.motion.shift_check import changes_among
from spinesense.motion.ticks import Ticks, concatenate
from spinesense.motion.tracking import Tracking
from spinesense.motion.trunk import angle_columns
from spinesense.runner.engine import Engine
from spinesense.runner.files import Stored, open_stored, samples_of, upper_of
from spinesense.runner.upper import LATER_S

TICKS_AT_ONCE = 90_000
"""An hour: their rows as Python numbers take some 30 MB."""

ANY_FLEXION = Movement(
    exercise="flexion",
    start_posture=StartPosture.STANDING,
    axis=Axis.FLEXION,
    pattern=Pattern.EITHER,
    smallest_range_rad=math.radians(10.0),
    expected_range_rad=math.radians(30.0),
    shortest_repetition_s=0.8,
    longest_repetition_s=60.0,
    hold_s=0.0,
)
"""Any bend of the lower back and back again, when no exercise is named. 10 degrees is beyond the
3-6 degrees of pelvic movement in walking and within the smallest exercise excursion."""


@dataclass(frozen=True, slots=True)
class PostureSpan:
    """The person stayed in one posture from ``start_s`` to ``end_s``."""

    start_s: float
    end_s: float
    posture: Posture
    confidence: float


@dataclass(frozen=True, slots=True)
class AngleColumns:
    """(m,) columns at about 25 Hz; angles in radians from the calibrated neutral."""

    time_s: Floats
    flexion_rad: Floats
    lateral_rad: Floats
    rotation_rad: Floats
    lumbar: LumbarColumns | None = None
    """Flexion between two sensors, with rows of its own; None without a second one."""
    clock_lag_s: float = math.nan
    """How much later the second sensor's clock shows the bows of the calibration."""


@dataclass(frozen=True, slots=True)
class Analysis:
    """What one recording holds. Times are data time in seconds from its start."""

    duration_s: float
    rate_hz: float
    samples: int
    calibration: Calibration | None
    """How the sensor sits on the trunk; None when that was not found."""
    gaps: tuple[GapFound, ...]
    postures: tuple[PostureSpan, ...]
    transitions: tuple[TransitionMade, ...]
    walking_bouts: tuple[WalkingBout, ...]
    bends: tuple[Bend, ...]
    """Forward bends of the day: none in a coached routine, and none without a stand-and-bow, which
    tells forward from backward."""
    repetitions: tuple[Repetition, ...]
    angles: AngleColumns | None
    warnings: tuple[str, ...] = ()
    """Why the readings should not be trusted, a sentence each."""
    damage: str = ""
    """One sentence when only the intact beginning of the file could be read."""


def analyse(
    path: Path, *, exercise: str | None = None, angles: bool = False, as_heard: bool = False
) -> Analysis:
    """Find what a recording holds.

    A coached recording is coached again, so that its repetitions are those of its exercises. With
    ``exercise``, or when nobody was coached, one movement is looked for throughout.

    Parameters
    ----------
    path
        A recording or a CSV file.
    exercise
        Id in the catalogue; None for the coached exercises, or for any flexion.
    angles
        Whether to keep the columns of trunk angles.
    as_heard
        Postures and walking as they were told at the time, instead of with hindsight.

    Raises
    ------
    FileError
        When the file cannot be read or holds no samples.
    TextError
        When the exercise is not in the catalogue.
    """
    stored = open_stored(path)
    coached = _coached_again(stored, path) if stored.routine and exercise is None else ()
    movement = None if coached else movement_of(exercise)
    pipeline = Pipeline(stored.profile.nominal_rate_hz)
    ticks, events, samples = _sensed(pipeline, samples_of(stored, path))
    calibration = stored.calibration or _calibration_among(coached)
    if calibration is None:
        calibration = _found_in(ticks, pipeline.tick_s, movement if exercise else None)
    told, postures = _postures(ticks, calibration, pipeline.tick_s, as_heard=as_heard)
    events += told
    columns = None
    if calibration is not None:
        tracked, columns = _tracked(
            ticks, calibration, pipeline.tick_s, movement, changes_among(told), angles=angles
        )
        events += tracked
        if columns is not None:
            columns = _with_lumbar(columns, stored, path, ticks, calibration)
    events.sort(key=lambda event: event.time_s)
    end_s = float(ticks.time_s[-1]) if len(ticks) else 0.0
    return Analysis(
        duration_s=end_s,
        rate_hz=pipeline.readings().rate_hz,
        samples=samples,
        calibration=calibration,
        gaps=tuple(e for e in events if isinstance(e, GapFound)),
        postures=posture_spans(postures, end_s),
        transitions=tuple(e for e in postures if isinstance(e, TransitionMade)),
        walking_bouts=tuple(e for e in postures if isinstance(e, WalkingBout)),
        bends=() if coached else _bends(ticks, calibration, told),
        repetitions=tuple(e for e in coached or events if isinstance(e, Repetition)),
        angles=columns,
        warnings=tuple(e.message for e in events if isinstance(e, SignalSuspect)),
        damage=stored.damage,
    )


def movement_of(exercise: str | None) -> Movement:
    """The movement of an exercise; any flexion without one.

    Raises
    ------
    TextError
        When the exercise is not in the catalogue.
    """
    if exercise is None:
        return ANY_FLEXION
    catalogue = {name: one for name, one in load_catalogue().items() if not one.walked}
    if exercise not in catalogue:
        raise TextError(
            "is no exercise of the catalogue with repetitions or a hold",
            where=exercise,
            remedy=f"use one of {', '.join(sorted(catalogue))}",
        )
    entry = catalogue[exercise]
    return entry.watch_for(entry.dose.hold_s[1])


def posture_spans(events: Sequence[Event], end_s: float) -> tuple[PostureSpan, ...]:
    """Postures as spans: each lasts until the next begins, the last until ``end_s``."""
    changes = [event for event in events if isinstance(event, PostureChanged)]
    if not changes:
        return ()
    starts_s = [change.start_s for change in changes]
    return tuple(
        PostureSpan(change.start_s, until_s, change.posture, change.confidence)
        for change, until_s in zip(changes, [*starts_s[1:], end_s], strict=True)
        if until_s > change.start_s
    )


def _coached_again(stored: Stored, path: Path) -> tuple[Event, ...]:
    """The events of a coached recording, as the present coach and core tell them."""
    catalogue = load_catalogue()
    routine = parse_routine(stored.routine, str(path), catalogue)
    session = Session(routine, catalogue, calibrated=stored.calibration is not None)
    engine = Engine(
        stored.profile, session=session, calibration=stored.calibration, upper=stored.upper
    )
    told = [event for item in stored.items for event in engine.feed(item)]
    return (*told, *engine.finish())


def _sensed(pipeline: Pipeline, blocks: Iterable[ImuBlock]) -> tuple[Ticks, list[MotionEvent], int]:
    """All ticks of a recording, what its timeline told, and the number of samples."""
    parts, samples = [], 0
    for block in blocks:
        parts.append(pipeline.sense(block))
        samples += len(block)
    parts.append(pipeline.sense_rest())
    events = [event for part in parts for event in part.events]
    return concatenate([part.ticks for part in parts]), events, samples


def _postures(
    ticks: Ticks, calibration: Calibration | None, tick_s: float, *, as_heard: bool
) -> tuple[list[MotionEvent], Sequence[MotionEvent]]:
    """Postures and walking as they could be told at the time, and as they are to be shown.

    A guessed mounting would only repeat what the guess assumed, so with hindsight postures are
    judged without it, and nothing is told.
    """
    known = calibration is not None and calibration.method is CalibrationMethod.STAND_AND_BOW
    if not known and not as_heard:
        return [], refine_postures(ticks, None, tick_rate_hz=1.0 / tick_s)
    stage = PostureStage(tick_rate_hz=1.0 / tick_s)
    up_trunk = None if calibration is None else up_in_trunk(ticks.up_sensor, calibration)
    told = [*stage.feed(ticks, up_trunk), *stage.finish()]
    if as_heard:
        return told, told
    axis = stage.state.axis
    return told, with_hindsight(told, ticks, up_trunk, axis, tick_rate_hz=1.0 / tick_s)


def _bends(
    ticks: Ticks, calibration: Calibration | None, told: Sequence[MotionEvent]
) -> tuple[Bend, ...]:
    """Forward bends, given the postures as they were told."""
    if calibration is None or calibration.method is not CalibrationMethod.STAND_AND_BOW:
        return ()
    bends = Bends(calibration.bow_rad)
    found: list[Bend] = []
    for start in range(0, len(ticks), TICKS_AT_ONCE):
        part = ticks.rows(start, start + TICKS_AT_ONCE)
        up = up_in_trunk(part.up_sensor, calibration)
        end_s = float(part.time_s[-1])
        now = [event for event in told if event.time_s <= end_s]
        found += bends.feed(part.time_s, np.arctan2(-up[:, 0], up[:, 2]), now)
        told = told[len(now) :]
    return (*found, *bends.finish())


def _tracked(
    ticks: Ticks,
    calibration: Calibration,
    tick_s: float,
    movement: Movement | None,
    changes: deque[PostureChanged],
    *,
    angles: bool,
) -> tuple[list[MotionEvent], AngleColumns | None]:
    """What the calibrated trunk does, and its angles if they are asked for."""
    tracking = Tracking(tick_s, RepetitionParams())
    tracking.want(movement)
    events: list[MotionEvent] = []
    columns: list[Angles] = []
    for start in range(0, len(ticks), TICKS_AT_ONCE):
        part = ticks.rows(start, start + TICKS_AT_ONCE)
        up_trunk = up_in_trunk(part.up_sensor, calibration)
        if angles:
            found, rows = tracking.feed(part, up_trunk, changes)
            columns.append(angle_columns(rows))
        else:
            found = tracking.feed_in_bulk(part, up_trunk, changes)
        events += found
    return events, _columns(columns) if angles else None


def _with_lumbar(
    columns: AngleColumns, stored: Stored, path: Path, lower: Ticks, calibration: Calibration
) -> AngleColumns:
    """Add the flexion between two sensors, if both saw the same stand-and-bow."""
    upper = upper_of(stored)
    if (
        upper is None
        or not upper.items
        or calibration.method is not CalibrationMethod.STAND_AND_BOW
    ):
        return columns
    pipeline = Pipeline(upper.profile.nominal_rate_hz)
    ticks, _, _ = _sensed(pipeline, samples_of(upper, path))
    ours = search(lower, Pipeline(stored.profile.nominal_rate_hz).tick_s)
    theirs = search(ticks, pipeline.tick_s)
    if ours is None or theirs is None or abs(theirs.time_s - ours.time_s) > LATER_S:
        return columns
    return replace(
        columns,
        lumbar=flexion_between(lower, calibration, ticks, theirs.calibration),
        clock_lag_s=clock_lag_s(lower, ticks, theirs.time_s),
    )


def _calibration_among(events: Sequence[Event]) -> Calibration | None:
    return next((e.calibration for e in events if isinstance(e, CalibrationFound)), None)


def _found_in(ticks: Ticks, tick_s: float, movement: Movement | None) -> Calibration | None:
    """A stand-and-bow in the recording; failing that, the best guess; failing that, None."""
    if found := search(ticks, tick_s):
        return found.calibration
    try:
        return infer(ticks, movement)
    except CalibrationError:
        return None


def _columns(parts: Sequence[Angles]) -> AngleColumns:
    """Join columns; none gives empty ones."""
    parts = [*parts, angle_columns([])]
    return AngleColumns(
        np.concatenate([part.time_s for part in parts]),
        np.concatenate([part.flexion_rad for part in parts]),
        np.concatenate([part.lateral_rad for part in parts]),
        np.concatenate([part.rotation_rad for part in parts]),
    )
