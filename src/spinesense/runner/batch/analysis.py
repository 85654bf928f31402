"""A whole recording through the pipeline at once, and what was found in it as one record."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from spinesense.coaching.exercises.catalogue import load_catalogue
from spinesense.coaching.exercises.schema import Exercise
from spinesense.coaching.routines.parse import parse_routine
from spinesense.coaching.session.session import Session
from spinesense.model.calibration import Calibration
from spinesense.model.errors import TextError
from spinesense.model.events import (
    Bend,
    CalibrationFound,
    Event,
    GapFound,
    PartialMovement,
    Posture,
    PostureChanged,
    Repetition,
    SignalSuspect,
    TransitionMade,
    WalkingBout,
)
from spinesense.model.grade import SensorGrade, grade_of
from spinesense.model.movement import Axis, Movement, Pattern, StartPosture
from spinesense.model.readings import LeftOut
from spinesense.motion.core import Findings, Mounting, Recorded, mounting_in, recorded
from spinesense.motion.core import analyse as analyse_recorded
from spinesense.motion.posture.params import PostureParams
from spinesense.motion.ticks import without_gyro
from spinesense.runner.batch.angle_columns import AngleColumns, columns_of, with_lumbar
from spinesense.runner.batch.open_file import Stored, open_stored, samples_of
from spinesense.runner.engine import Engine

ANY_FLEXION = Movement(
    exercise="flexion",
    start_posture=StartPosture.STANDING,
    axis=Axis.FLEXION,
    pattern=Pattern.EITHER,
    smallest_range=math.radians(10.0),
    expected_range=math.radians(30.0),
    shortest_repetition_s=0.8,
    longest_repetition_s=60.0,
    hold_s=0.0,
)
"""Any bend of the lower back and back again, when no exercise is named. 10 degrees is beyond the
3-6 degrees of pelvic movement in walking and within the smallest exercise excursion."""


NO_RATE = (
    "The rate could not be measured: no second of the recording is without a hole; "
    "check the times of the samples."
)


@dataclass(frozen=True, slots=True)
class PostureSpan:
    """The person stayed in one posture from ``start_s`` to ``end_s``."""

    start_s: float
    end_s: float
    posture: Posture
    confidence: float


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
    """Forward bends: none in a coached routine. Without a stand-and-bow, which tells forward from
    backward, only those on the feet, from the first walk on."""
    repetitions: tuple[Repetition, ...]
    uncounted: tuple[PartialMovement, ...]
    """Excursions that are no repetition, and why; none where no exercise was meant."""
    angles: AngleColumns | None
    warnings: tuple[str, ...] = ()
    """Why the readings should not be trusted, a sentence each."""
    grade: SensorGrade = SensorGrade.FULL
    left_out: LeftOut = field(default_factory=LeftOut)
    """Samples that came and were not used."""
    damage: str = ""
    """One sentence when only the intact beginning of the file could be read."""


def analyse(
    path: Path,
    *,
    exercise: str | None = None,
    angles: bool = False,
    as_heard: bool = False,
    catalogue: Mapping[str, Exercise] | None = None,
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
    catalogue
        All exercises that there are; None for those that ship with the project.

    Raises
    ------
    FileError
        When the file cannot be read or holds no samples.
    TextError
        When the exercise is not in the catalogue.
    """
    stored = open_stored(path)
    known_exercises = load_catalogue() if catalogue is None else catalogue
    coached: tuple[Event, ...] = ()
    if stored.routine and exercise is None:
        coached = _coached_again(stored, path, known_exercises)
    movement = None if coached else movement_of(exercise, known_exercises)
    recording = recorded(samples_of(stored, path), stored.profile.nominal_rate_hz)
    known = stored.calibration or _calibration_among(coached)
    if known is not None:
        mounting: Mounting | None = Mounting(known)
    else:
        mounting = mounting_in(recording, movement if exercise else None, guess=True)
    calibration = None if mounting is None else mounting.calibration
    found = analyse_recorded(
        recording,
        mounting,
        movement,
        as_heard=as_heard,
        angles=angles,
        daily=not coached,
        one_exercise=exercise is not None,
    )
    columns = None
    if angles and calibration is not None:
        columns = with_lumbar(columns_of(found.angles), stored, path, recording, calibration)
    meant = bool(coached) or exercise is not None
    return _as_analysis(stored, recording, calibration, coached, found, columns, meant=meant)


def _as_analysis(
    stored: Stored,
    recording: Recorded,
    calibration: Calibration | None,
    coached: Sequence[Event],
    found: Findings,
    columns: AngleColumns | None,
    *,
    meant: bool,
) -> Analysis:
    ticks, rate_hz = recording.ticks, recording.rate_hz
    gaps = tuple(event for event in recording.signal if isinstance(event, GapFound))
    seen_s = float(ticks.time_s[-1]) if len(ticks) else 0.0
    end_s = max([seen_s, *(gap.end_s for gap in gaps[-1:])])
    repetitions = coached or sorted(found.tracked, key=lambda event: event.time_s)
    return Analysis(
        duration_s=end_s,
        rate_hz=rate_hz,
        samples=recording.samples,
        calibration=calibration,
        gaps=gaps,
        postures=posture_spans(found.shown, seen_s, end_s),
        transitions=tuple(e for e in found.shown if isinstance(e, TransitionMade)),
        walking_bouts=tuple(e for e in found.shown if isinstance(e, WalkingBout)),
        bends=found.bends,
        repetitions=tuple(e for e in repetitions if isinstance(e, Repetition)),
        uncounted=tuple(e for e in repetitions if meant and isinstance(e, PartialMovement)),
        angles=columns,
        warnings=(
            *stored.remarks,
            *(e.message for e in recording.signal if isinstance(e, SignalSuspect)),
            *([NO_RATE] if not rate_hz and not recording.left_out.total else []),
        ),
        left_out=recording.left_out,
        grade=grade_of(rate_hz, has_gyro=not without_gyro(ticks).all() or not len(ticks)),
        damage=stored.damage,
    )


def movement_of(exercise: str | None, exercises: Mapping[str, Exercise] | None = None) -> Movement:
    """The movement of an exercise of these, or of the shipped ones; any flexion without one.

    Raises
    ------
    TextError
        When the exercise is not in the catalogue.
    """
    if exercise is None:
        return ANY_FLEXION
    exercises = load_catalogue() if exercises is None else exercises
    catalogue = {name: one for name, one in exercises.items() if not one.walked}
    if exercise not in catalogue:
        raise TextError(
            "is no exercise of the catalogue with repetitions or a hold",
            where=exercise,
            remedy=f"use one of {', '.join(sorted(catalogue))}",
        )
    entry = catalogue[exercise]
    return entry.watch_for(entry.dose.hold_s[1])


def posture_spans(
    events: Sequence[Event], end_s: float, left_out_until_s: float = 0.0
) -> tuple[PostureSpan, ...]:
    """Postures as spans: each lasts until the next begins, the last until ``end_s``.

    Samples that were left out from then on show no posture.
    """
    changes = [event for event in events if isinstance(event, PostureChanged)]
    if not changes:
        return ()
    starts_s = [change.start_s for change in changes]
    spans = tuple(
        PostureSpan(change.start_s, until_s, change.posture, change.confidence)
        for change, until_s in zip(changes, [*starts_s[1:], end_s], strict=True)
        if until_s > change.start_s
    )
    rest = PostureSpan(end_s, left_out_until_s, Posture.UNKNOWN, 0.0)
    return (*spans, rest) if left_out_until_s - end_s > PostureParams().long_gap_s else spans


def _coached_again(
    stored: Stored, path: Path, catalogue: Mapping[str, Exercise]
) -> tuple[Event, ...]:
    """The events of a coached recording, as the present coach and core tell them."""
    routine = parse_routine(stored.routine, str(path), catalogue)
    session = Session(routine, catalogue, calibrated=stored.calibration is not None)
    engine = Engine(
        stored.profile, session=session, calibration=stored.calibration, upper=stored.upper
    )
    told = [event for item in stored.items for event in engine.feed(item)]
    return (*told, *engine.finish())


def _calibration_among(events: Sequence[Event]) -> Calibration | None:
    return next((e.calibration for e in events if isinstance(e, CalibrationFound)), None)
