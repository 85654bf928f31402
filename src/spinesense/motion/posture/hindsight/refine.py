"""Postures with hindsight: a second look at a whole recording, over the same stages.

What nobody could know while it happened: where up along the spine was, from all the walking; what
posture a movement must have started from; and how this person sits and stands.
"""

from dataclasses import dataclass

from spinesense.model.calibration import Vector
from spinesense.model.events import (
    LyingSide,
    MotionEvent,
    Posture,
    PostureChanged,
    TransitionMade,
)
from spinesense.model.samples import Floats
from spinesense.motion.posture.hindsight.smoother import STATES, Posteriors, smooth_stays
from spinesense.motion.posture.hindsight.stays import Segmenter, StaySequence
from spinesense.motion.posture.params import PostureParams
from spinesense.motion.posture.posture_log import KINDS
from spinesense.motion.posture.sit_or_stand import SURE
from spinesense.motion.posture.stage import PostureStage
from spinesense.motion.ticks import TICK_RATE_HZ, Ticks
from spinesense.motion.walking.upright import axis_from_walking

_PASSING = (Posture.SITTING, Posture.STANDING, Posture.LYING)


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
    params = params or PostureParams()
    axis = None if up_trunk is not None else axis_from_walking(ticks, params.gait, tick_rate_hz)
    if axis is not None:
        stage.set_upright_axis(axis)
    told = stage.feed(ticks, up_trunk) + stage.finish()
    known = axis is not None or up_trunk is not None
    axis = axis or stage.state.axis.up
    return with_hindsight(told, ticks, up_trunk, axis, params, tick_rate_hz, guessed=not known)


def with_hindsight(
    told: list[MotionEvent],
    ticks: Ticks,
    up_trunk: Floats | None,
    axis: Vector | None,
    params: PostureParams | None = None,
    tick_rate_hz: float = TICK_RATE_HZ,
    *,
    guessed: bool = False,
) -> list[MotionEvent]:
    """What was told of a recording, with sitting and standing judged again.

    Walking, lying and shifts stay as they were told. ``time_s`` of a changed posture or a
    transition is when it happened.

    Parameters
    ----------
    told
        All posture events of these ticks, as ``PostureStage`` told them.
    ticks, up_trunk
        The ticks, and (m, 3) up in the trunk frame, or None without a calibration.
    axis
        Up along the upright spine in the frame of ``up_trunk``, or of the sensor without one; None
        where that is unknown.
    guessed
        Whether nobody walked, so that ``axis`` is only where up was in the first rest.
    """
    if not len(ticks):
        return told
    params = params or PostureParams()
    calibrated = up_trunk is not None
    up = ticks.up_sensor if up_trunk is None else up_trunk
    cutter = Segmenter(ticks, up, axis, params, 1.0 / tick_rate_hz, calibrated=calibrated)
    course = cutter.course(told)
    if not course.stays:
        return told
    beliefs = smooth_stays(
        course,
        axis,
        params,
        calibrated=calibrated,
        guessed=guessed,
    )
    parts = _without_passed(_parts(course, beliefs, params.long_gap_s), params.hindsight.passed_s)
    kept = [event for event in told if not isinstance(event, PostureChanged | TransitionMade)]
    retold = _retold(parts, course, params.long_gap_s, float(ticks.time_s[0]))
    return sorted([*retold, *kept], key=lambda event: event.time_s)


@dataclass(slots=True)
class _Part:
    """Successive stays of one posture, as places ``first`` to ``last`` (inclusive) of a course."""

    first: int
    last: int
    posture: Posture
    side: LyingSide | None
    start_s: float
    end_s: float
    confidence: float
    after_gap: bool
    """Whether a long gap lies before it."""

    def goes_on_in(self, other: "_Part") -> bool:
        """Whether the next part is more of the same."""
        same = (self.posture, self.side) == (other.posture, other.side)
        return same and not other.after_gap

    def join(self, other: "_Part") -> None:
        """Take in the next part."""
        self.last, self.end_s = other.last, other.end_s
        self.confidence = max(self.confidence, other.confidence)


def _parts(course: StaySequence, beliefs: Posteriors, long_gap_s: float) -> list[_Part]:
    """Join successive stays of one posture."""
    parts: list[_Part] = []
    for place, (stay, belief) in enumerate(zip(course.stays, beliefs, strict=True)):
        confidence = max(belief)
        posture = STATES[belief.index(confidence)]
        if stay.posture is Posture.WALKING:
            posture = stay.posture
        if stay.in_hand:
            posture, confidence = Posture.UNKNOWN, 0.0
        side = stay.lying_side if posture is Posture.LYING else None
        after_gap = place > 0 and course.movements[place - 1].gap_s > long_gap_s
        span_s = (stay.start_s, stay.end_s)
        part = _Part(place, place, posture, side, *span_s, min(SURE, confidence), after_gap)
        if parts and parts[-1].goes_on_in(part):
            parts[-1].join(part)
        else:
            parts.append(part)
    return parts


def _without_passed(parts: list[_Part], passed_s: float) -> list[_Part]:
    """Leave out seats and stands that were only passed; a first or last one is not known."""
    kept: list[_Part] = []
    for place, part in enumerate(parts):
        before = kept[-1] if kept and not part.after_gap else None
        after = parts[place + 1] if place + 1 < len(parts) else None
        if part.posture in _PASSING and part.end_s - part.start_s < passed_s:
            if before and after and _passed(before, after, part.posture):
                continue
            neighbour = after if before is None else before if after is None else None
            if neighbour and _on_feet(neighbour.posture) is not part.posture:
                part.posture, part.side, part.confidence = Posture.UNKNOWN, None, 0.0
        if before and before.goes_on_in(part):
            before.join(part)
        else:
            kept.append(part)
    return kept


def _passed(before: _Part, after: _Part, posture: Posture) -> bool:
    """Whether a short stay in a posture does not count between these two.

    A seat counts on the way to lying only, a stand only where there is walking beside it.
    """
    if posture is Posture.LYING:
        return False
    if posture is Posture.SITTING:
        return before.posture is not Posture.LYING or after.posture is not Posture.LYING
    return Posture.STANDING not in (_on_feet(before.posture), _on_feet(after.posture))


def _retold(
    parts: list[_Part], course: StaySequence, long_gap_s: float, begun_s: float
) -> list[MotionEvent]:
    """Changes of posture and transitions, part by part."""
    events: list[MotionEvent] = []
    since_s = begun_s
    for place, part in enumerate(parts):
        movement = course.movements[part.first - 1] if part.first else None
        if movement and movement.gap_s > long_gap_s:
            left_s = max(since_s, movement.travel.start_s)
            events.append(PostureChanged(left_s, left_s, Posture.UNKNOWN, 0.0))
            since_s = max(left_s, part.start_s)
        elif place and movement:
            before = parts[place - 1]
            start_s, end_s = _way(before, part, course)
            since_s = start_s = max(since_s, start_s)
            kind = KINDS.get((_on_feet(before.posture), _on_feet(part.posture)))
            if kind and not movement.unseen:
                confidence = min(before.confidence, part.confidence)
                since_s = max(start_s, end_s)
                events.append(PostureChanged(start_s, start_s, Posture.TRANSITION, confidence))
                events.append(TransitionMade(start_s, start_s, since_s, kind))
        events.append(PostureChanged(since_s, since_s, part.posture, part.confidence, part.side))
    return events


def _way(before: _Part, after: _Part, course: StaySequence) -> tuple[float, float]:
    """Start and end of the way from one part to the next, by all stays that it only passed."""
    if _on_feet(before.posture) is _on_feet(after.posture):
        edge_s = before.end_s if before.posture is Posture.WALKING else after.start_s
        return edge_s, edge_s
    start_s = course.movements[before.last].travel.start_s
    end_s = course.movements[after.first - 1].travel.end_s
    if before.posture is Posture.WALKING:
        start_s = max(start_s, before.end_s)
    if after.posture is Posture.LYING:
        start_s = min(start_s, after.start_s)
    if after.posture is Posture.WALKING:
        end_s = min(end_s, after.start_s)
        start_s = min(start_s, after.start_s)
    return start_s, end_s


def _on_feet(posture: Posture) -> Posture:
    return Posture.STANDING if posture is Posture.WALKING else posture
