"""The passes over a whole recording of which an analysis is made."""

from collections import deque
from collections.abc import Iterable, Sequence

from spinesense.model.calibration import Calibration, CalibrationMethod
from spinesense.model.events import Bend, MotionEvent, PostureChanged
from spinesense.model.movement import Movement
from spinesense.model.samples import ImuBlock
from spinesense.motion.pipeline import Pipeline
from spinesense.motion.posture.bends import Bends
from spinesense.motion.posture.hindsight.refine import refine_postures, with_hindsight
from spinesense.motion.posture.stage import PostureStage
from spinesense.motion.repetitions.detector import RepetitionParams
from spinesense.motion.repetitions.watch import Tracking
from spinesense.motion.ticks import Ticks, concatenate
from spinesense.motion.trunk.angles import Angles, up_in_trunk
from spinesense.motion.trunk.trunk import angle_columns

TICKS_AT_ONCE = 90_000
"""An hour: their rows as Python numbers take some 30 MB."""


def sensed(pipeline: Pipeline, blocks: Iterable[ImuBlock]) -> tuple[Ticks, list[MotionEvent], int]:
    """All ticks of a recording, what its timeline told, and the number of samples."""
    parts, samples = [], 0
    for block in blocks:
        parts.append(pipeline.sense(block))
        samples += len(block)
    parts.append(pipeline.sense_rest())
    events = [event for part in parts for event in part.events]
    return concatenate([part.ticks for part in parts]), events, samples


def told_and_shown(
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


def bends_among(
    ticks: Ticks, calibration: Calibration | None, told: Sequence[MotionEvent]
) -> tuple[Bend, ...]:
    """Bends, given the postures as they were told. An inferred mounting knows no forward."""
    known = calibration is not None and calibration.method is CalibrationMethod.STAND_AND_BOW
    bends = Bends(calibration if known else None)
    return (*bends.feed(ticks.time_s, ticks.up_sensor, told), *bends.finish())


def tracked(
    ticks: Ticks,
    calibration: Calibration,
    tick_s: float,
    movement: Movement | None,
    changes: deque[PostureChanged],
    *,
    angles: bool,
) -> tuple[list[MotionEvent], list[Angles]]:
    """What the calibrated trunk does, and its angles, part by part, if they are asked for."""
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
    return events, columns
