"""A whole recording through the pipeline at once, and what was found in it as one record."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from spinesense.coaching.catalogue import load_catalogue
from spinesense.coaching.routines import parse_routine
from spinesense.coaching.session import Session
from spinesense.model.calibration import Calibration, CalibrationMethod
from spinesense.model.errors import CalibrationError, TextError
from spinesense.model.events import (
    CalibrationFound,
    Event,
    GapFound,
    MotionEvent,
    Posture,
    PostureChanged,
    Repetition,
    TransitionMade,
    WalkingBout,
)
from spinesense.model.movement import Axis, Movement, Pattern, StartPosture
from spinesense.model.samples import Floats, ImuBlock
from spinesense.motion.angles import Angles, up_in_trunk
from spinesense.motion.calibration import search
from spinesense.motion.mounting import infer
from spinesense.motion.pipeline import Pipeline
from spinesense.motion.posture_refine import refine_postures
from spinesense.motion.ticks import Ticks, concatenate
from spinesense.runner.engine import Engine
from spinesense.runner.files import Stored, open_stored, samples_of

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


@dataclass(frozen=True, slots=True)
class Analysis:
    """What one recording holds. Times are data time in seconds from its start."""

    duration_s: float
    rate_hz: float
    samples: int
    calibration: str
    """The method by which the mounting was found; empty when it was not."""
    gaps: tuple[GapFound, ...]
    postures: tuple[PostureSpan, ...]
    transitions: tuple[TransitionMade, ...]
    walking_bouts: tuple[WalkingBout, ...]
    repetitions: tuple[Repetition, ...]
    angles: AngleColumns | None
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
    block = samples_of(stored, path)
    coached = _coached_again(stored, path) if stored.routine and exercise is None else ()
    movement = None if coached else movement_of(exercise)
    calibration = stored.calibration or _calibration_among(coached)
    if calibration is None:
        calibration = _found_in(stored, block, movement if exercise else None)
    pipeline = Pipeline(stored.profile.nominal_rate_hz, calibration)
    pipeline.watch(movement)
    fed, finished = pipeline.feed(block), pipeline.finish()
    heard = [*fed.events, *finished.events]
    ticks = concatenate([fed.ticks, finished.ticks])
    events = heard if as_heard else _with_hindsight(ticks, calibration, pipeline.tick_s)
    end_s = float(ticks.time_s[-1]) if len(ticks) else 0.0
    repetitions = [e for e in coached or heard if isinstance(e, Repetition)]
    return Analysis(
        duration_s=end_s,
        rate_hz=pipeline.readings().rate_hz,
        samples=len(block),
        calibration=calibration.method.value if calibration else "",
        gaps=tuple(e for e in heard if isinstance(e, GapFound)),
        postures=posture_spans(events, end_s),
        transitions=tuple(e for e in events if isinstance(e, TransitionMade)),
        walking_bouts=tuple(e for e in events if isinstance(e, WalkingBout)),
        repetitions=tuple(repetitions),
        angles=_columns([fed.angles, finished.angles]) if angles and calibration else None,
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
    catalogue = load_catalogue()
    if exercise not in catalogue:
        raise TextError(
            "is no exercise of the catalogue",
            where=exercise,
            remedy=f"use one of {', '.join(sorted(catalogue))}",
        )
    entry = catalogue[exercise]
    return entry.watch_for(entry.dose.hold_s[1])


def posture_spans(events: Sequence[Event], end_s: float) -> tuple[PostureSpan, ...]:
    """Postures as spans: each lasts until the next begins, the last until ``end_s``."""
    changes = [event for event in events if isinstance(event, PostureChanged)]
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
    engine = Engine(stored.profile, session=session, calibration=stored.calibration)
    told = [event for item in stored.items for event in engine.feed(item)]
    return (*told, *engine.finish())


def _with_hindsight(
    ticks: Ticks, calibration: Calibration | None, tick_s: float
) -> Sequence[MotionEvent]:
    """Postures and walking as they are known at the end of the recording.

    A guessed mounting would only repeat what the guess assumed, so postures are judged without it.
    """
    known = calibration is not None and calibration.method is CalibrationMethod.STAND_AND_BOW
    up_trunk = up_in_trunk(ticks.up_sensor, calibration) if calibration and known else None
    return refine_postures(ticks, up_trunk, tick_rate_hz=1.0 / tick_s)


def _calibration_among(events: Sequence[Event]) -> Calibration | None:
    return next((e.calibration for e in events if isinstance(e, CalibrationFound)), None)


def _found_in(stored: Stored, block: ImuBlock, movement: Movement | None) -> Calibration | None:
    """A stand-and-bow in the recording; failing that, the best guess; failing that, None."""
    pipeline = Pipeline(stored.profile.nominal_rate_hz)
    ticks = pipeline.feed(block).ticks
    if found := search(ticks, pipeline.tick_s):
        return found.calibration
    try:
        return infer(ticks, movement)
    except CalibrationError:
        return None


def _columns(parts: Sequence[Angles]) -> AngleColumns:
    return AngleColumns(
        np.concatenate([part.time_s for part in parts]),
        np.concatenate([part.flexion_rad for part in parts]),
        np.concatenate([part.lateral_rad for part in parts]),
        np.concatenate([part.rotation_rad for part in parts]),
    )
