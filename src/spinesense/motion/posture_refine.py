"""Postures with hindsight: a second look at a whole recording, over the same stages.

Two things are known at the end that nobody could know while it happened: where up along the spine
was, from all the walking; and what posture a movement must have started from.
"""

from dataclasses import replace

import numpy as np

from spinesense.model.calibration import Vector
from spinesense.model.events import (
    MotionEvent,
    Posture,
    PostureChanged,
    TransitionKind,
    TransitionMade,
)
from spinesense.model.samples import Floats
from spinesense.motion.gait import Gait
from spinesense.motion.posture import GRAVITY_MPS2, PostureStage, mean_direction, row_dot, segments
from spinesense.motion.posture_judge import KINDS
from spinesense.motion.posture_state import PostureParams
from spinesense.motion.ticks import TICK_RATE_HZ, Ticks

_FORMER = {kind: former for (former, _), kind in KINDS.items()}
_UPRIGHT = (Posture.SITTING, Posture.STANDING)
PASSED_SEAT_S = 3.0
"""A seat that is left again sooner was passed on the way: no posture is told sooner either."""


def refine_postures(
    ticks: Ticks,
    up_trunk: Floats | None,
    params: PostureParams | None = None,
    tick_rate_hz: float = TICK_RATE_HZ,
) -> list[MotionEvent]:
    """Posture events of a whole recording as they are known at its end.

    Parameters
    ----------
    ticks
        All ticks of the recording.
    up_trunk
        (m, 3) up in the trunk frame, or None without a calibration.
    """
    stage = PostureStage(params, tick_rate_hz)
    axis = None if up_trunk is not None else axis_from_walking(ticks, params, tick_rate_hz)
    if axis is not None:
        stage.know_axis(axis)
    return corrected(stage.feed(ticks, up_trunk) + stage.finish())


def axis_from_walking(
    ticks: Ticks, params: PostureParams | None = None, tick_rate_hz: float = TICK_RATE_HZ
) -> Vector | None:
    """Up along the upright spine in the sensor frame, from all the walking of a recording.

    For a second look at a recording without a calibration: the median of up while walking, or
    None where nobody walks.
    """
    gait = Gait((params or PostureParams()).gait, tick_rate_hz)
    vertical = row_dot(ticks.acc_sensor_mps2, ticks.up_sensor) - GRAVITY_MPS2
    bouts = []
    for start, stop in segments(ticks.segment):
        times_s = ticks.time_s[start:stop].tolist()
        for time_s, wave_mps2 in zip(
            times_s, gait.wave(vertical[start:stop]).tolist(), strict=True
        ):
            bouts.append(gait.tick(time_s, wave_mps2))
        bouts.append(gait.restart(times_s[-1]))
    walking = np.zeros(len(ticks), dtype=bool)
    for bout in bouts:
        if bout is not None:
            walking |= (ticks.time_s >= bout.start_s) & (ticks.time_s <= bout.end_s)
    if not walking.any():
        return None
    x, y, z = (float(each) for each in np.median(ticks.up_sensor[walking], axis=0))
    return mean_direction([(x, y, z)])


def corrected(events: list[MotionEvent]) -> list[MotionEvent]:
    """Rename an upright posture that the movement out of it contradicts.

    Who sank by the height of a seat did not sit before. Only a posture that was less sure than
    the movement is renamed, and only where the way into it allows the new name. Sitting for a
    moment on the way from lying to standing is part of that way.
    """
    result = list(events)
    for place in reversed(range(len(result))):
        event = result[place] if place < len(result) else None
        if not isinstance(event, TransitionMade):
            continue
        before = _posture_before(result, place - 1)
        leaving = result[place - 1]
        if before is None or not isinstance(leaving, PostureChanged):
            continue
        _rename(result, before, _FORMER[event.kind], leaving.confidence)
    return _through_sitting(result)


def _posture_before(events: list[MotionEvent], place: int) -> int | None:
    """Place of the newest change of posture before ``place``."""
    for earlier in reversed(range(place)):
        if isinstance(events[earlier], PostureChanged):
            return earlier
    return None


def _rename(events: list[MotionEvent], place: int, posture: Posture, confidence: float) -> None:
    """Give the posture at ``place`` another name, if its way in allows it."""
    changed = events[place]
    if not isinstance(changed, PostureChanged) or changed.confidence >= confidence:
        return
    if changed.posture is posture or {changed.posture, posture} != set(_UPRIGHT):
        return
    entry = events[place - 1] if place else None
    earlier = _posture_before(events, place)
    came_from = None if earlier is None else events[earlier]
    if isinstance(came_from, PostureChanged) and came_from.posture is Posture.WALKING:
        return
    events[place] = replace(changed, posture=posture, confidence=confidence)
    if not isinstance(entry, TransitionMade):
        return
    kind = KINDS.get((_FORMER[entry.kind], posture))
    if kind is not None:
        events[place - 1] = replace(entry, kind=kind)
    elif earlier is not None:
        # The way in led to the posture that was there already: it was a movement on the spot.
        del events[earlier:place]


def _through_sitting(events: list[MotionEvent]) -> list[MotionEvent]:
    """Join lying to sitting and sitting to standing to one way where the seat was passed."""
    result: list[MotionEvent] = []
    for event in events:
        result.append(event)
        parts = result[-5:]
        if not (isinstance(event, TransitionMade) and event.kind is TransitionKind.SIT_TO_STAND):
            continue
        if len(parts) < 5:
            continue
        rising, sitting = parts[1], parts[2]
        if not isinstance(rising, TransitionMade) or not isinstance(sitting, PostureChanged):
            continue
        passed = event.start_s - sitting.start_s < PASSED_SEAT_S
        if rising.kind is TransitionKind.LIE_TO_SIT and passed:
            whole = TransitionMade(
                event.time_s, rising.start_s, event.end_s, TransitionKind.LIE_TO_STAND
            )
            result[-5:] = [parts[0], whole]
    return result
