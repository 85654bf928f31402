"""What the person, or the watchdog of the sensor, says to a session."""

from spinesense.coaching import pain_limits
from spinesense.coaching.pain_limits import PAIN_QUESTION, Light, PainLimits
from spinesense.coaching.session import phrases
from spinesense.coaching.session.personal_range import PersonalRange
from spinesense.coaching.session.phases import (
    after_set,
    close_set,
    ease,
    end,
    enter,
    enter_calibrate,
    enter_ready,
    leave_calibrate,
    stop,
    stop_for_pain,
)
from spinesense.coaching.session.state import SessionState, SetProgress
from spinesense.model.events import CoachEvent, PainMoment, PainReported, Priority, SessionLeft
from spinesense.model.intent_values import UsualRange
from spinesense.model.packets import Action, Intent
from spinesense.model.snapshot import Phase

IN_EXERCISE = frozenset({Phase.GET_READY, Phase.MOVE, Phase.REST})
SCORES = {str(score): score for score in range(11)}


def take(state: SessionState, intent: Intent, limits: PainLimits) -> list[CoachEvent]:
    """Do what was said, as far as it means something in the present phase."""
    if state.phase is Phase.DONE:
        return []
    if intent.action is Action.STOP:
        return _take_stop(state, intent.value)
    if intent.action is Action.PAIN:
        return _take_pain(state, intent.value, limits)
    if intent.action is Action.SKIP:
        return _take_skip(state)
    if intent.action is Action.BREAK_OFF:
        return _left(state, intent.value)
    if intent.action is Action.CONTINUE:
        return _take_continue(state)
    if intent.action is Action.OWN_RANGE:
        _take_own_range(state, intent.value)
    quiet = {
        Action.PAUSE: _take_pause,
        Action.RESUME: _take_resume,
        Action.START: _take_start,
        Action.REPEAT: _take_repeat,
        Action.CALIBRATE: _take_calibrate,
        Action.SENSOR_LOST: _take_sensor_lost,
        Action.SENSOR_BACK: _take_sensor_back,
    }
    if intent.action in quiet:
        quiet[intent.action](state)
    return []


def _take_own_range(state: SessionState, value: str) -> None:
    """Take over what earlier sessions showed; what is not understood is left out.

    Where there are levels an earlier range may be that of another one.
    """
    usual = UsualRange.from_value(value)
    known = {plan.exercise.id for plan in state.plan if not plan.exercise.levels}
    if usual is not None and usual.exercise in known:
        state.own[f"{usual.exercise} 0"] = PersonalRange.from_history(usual.range_rad)


def _take_stop(state: SessionState, value: str) -> list[CoachEvent]:
    """Stop, at once; a score that is given with it is the pain after the session."""
    time_s, flexion_rad = state.readings.time_s, state.readings.flexion_rad
    if state.phase is Phase.PAIN_AFTER:
        return end(state, time_s)
    told: list[CoachEvent] = []
    if value in SCORES:
        state.pain_after = SCORES[value]
        told = [PainReported(time_s, SCORES[value], PainMoment.AFTER, "", flexion_rad)]
    return [*told, *stop(state, time_s, phrases.STOPPED, phrases.YOU_STOPPED)]


def _take_skip(state: SessionState) -> list[CoachEvent]:
    """Skip the exercise with all its sets, the calibration, or the last question."""
    time_s = state.readings.time_s
    if state.phase is Phase.CALIBRATE:
        leave_calibrate(state, phrases.UNCALIBRATED)
    elif state.phase is Phase.PAIN_AFTER:
        return end(state, time_s)
    elif state.phase in IN_EXERCISE or _paused_in_exercise(state):
        return _skip_exercise(state)
    return []


def _skip_exercise(state: SessionState) -> list[CoachEvent]:
    time_s, position = state.readings.time_s, state.set_plan.position
    told: list[CoachEvent] = []
    while state.place < len(state.plan) and state.set_plan.position == position:
        told.append(close_set(state, time_s, skipped=True))
    state.desk.clear()
    if state.phase is Phase.PAUSED and state.place < len(state.plan):
        state.script = (phrases.SKIPPED,)
    else:
        state.rest_s = 0.0
        after_set(state, phrases.SKIPPED)
    return told


def _take_repeat(state: SessionState) -> None:
    """Do the set again from its beginning; during a rest, the one that was just done."""
    if state.phase is Phase.REST:
        state.place = state.last_place
    elif state.phase not in IN_EXERCISE and not _paused_in_exercise(state):
        return
    state.desk.clear()
    state.progress = SetProgress()
    if state.phase is Phase.PAUSED:
        state.script = (phrases.ONCE_MORE,)
    else:
        enter_ready(state, phrases.ONCE_MORE)


def _paused_in_exercise(state: SessionState) -> bool:
    return state.phase is Phase.PAUSED and state.resume_to in IN_EXERCISE


def _take_start(state: SessionState) -> None:
    """The person is ready: go on without waiting."""
    if state.phase is Phase.PAUSED:
        _take_resume(state)
    elif state.phase is Phase.REST:
        enter_ready(state)
    elif state.phase is Phase.GET_READY:
        state.script = ()
        state.readying.hurry = True


def _take_calibrate(state: SessionState) -> None:
    """Calibrate again; a set that was under way is taken up again afterwards."""
    if state.phase in IN_EXERCISE:
        _bank_hold(state)
        state.desk.clear()
        enter_calibrate(state)


def _take_pause(state: SessionState) -> None:
    if state.phase in IN_EXERCISE or state.phase is Phase.CALIBRATE:
        _suspend(state, phrases.PAUSED)
        state.paused = True
    elif state.phase is Phase.PAUSED:
        state.paused = True


def _take_resume(state: SessionState) -> None:
    if state.phase is not Phase.PAUSED:
        return
    state.paused = False
    if state.sensor_lost:
        state.desk.request(state.readings.time_s, Priority.GUIDE, phrases.SENSOR_STILL_AWAY)
    else:
        _go_on(state, phrases.RESUMED)


def _take_sensor_lost(state: SessionState) -> None:
    """Wait for the sensor, except at a question: that can be answered without it."""
    state.sensor_lost = True
    if state.phase in IN_EXERCISE or state.phase is Phase.CALIBRATE:
        _suspend(state, phrases.SENSOR_LOST)


def _take_sensor_back(state: SessionState) -> None:
    if not state.sensor_lost:
        return
    state.sensor_lost = False
    if state.phase is Phase.PAUSED and not state.paused:
        _go_on(state, phrases.SENSOR_BACK)


def _left(state: SessionState, reason: str) -> list[CoachEvent]:
    state.left_because = reason
    return [SessionLeft(state.readings.time_s, reason)]


def _take_continue(state: SessionState) -> list[CoachEvent]:
    """Go on with a session that was broken off. The sensor may sit otherwise now."""
    told = _left(state, "") if state.left_because else []
    _bank_hold(state)
    state.desk.clear()
    state.paused = state.sensor_lost = False
    if state.phase is Phase.PAIN_AFTER:
        enter(state, Phase.PAIN_AFTER, (PAIN_QUESTION,))
    else:
        enter_calibrate(state, phrases.CONTINUED)
    return told


def _suspend(state: SessionState, said: str) -> None:
    """Pause, at once and aloud. Only a set is taken up again, so a rest ends with it."""
    _bank_hold(state)
    state.resume_to = state.phase
    state.desk.clear()
    enter(state, Phase.PAUSED)
    state.desk.request(state.readings.time_s, Priority.STOP, said)


def _go_on(state: SessionState, said: str) -> None:
    if state.resume_to is Phase.CALIBRATE:
        enter_calibrate(state)
    else:
        enter_ready(state, said)


def _bank_hold(state: SessionState) -> None:
    """Keep what was held before an interruption, where only a hold is asked for."""
    if state.set_plan.exercise.clocked:
        state.progress.banked_s = state.progress.held_s
    state.progress.hold_s = 0.0


def _take_pain(state: SessionState, value: str, limits: PainLimits) -> list[CoachEvent]:
    """Note a pain score and follow the traffic light."""
    if value not in SCORES:
        state.script = (pain_limits.PAIN_AGAIN, *state.script)
        return []
    score, time_s = SCORES[value], state.readings.time_s
    state.pain_last = score
    moment = _moment_of(state)
    exercise = state.set_plan.exercise.id if moment is PainMoment.DURING else ""
    told: list[CoachEvent] = [
        PainReported(time_s, score, moment, exercise, state.readings.flexion_rad)
    ]
    if score < limits.easier_from:
        state.pain_high_since_s = None
        state.pain_asked = False
    elif state.pain_high_since_s is None:
        state.pain_high_since_s = time_s
    if moment is PainMoment.AFTER:
        return [*told, *_end_with_advice(state, score, limits)]
    if moment is PainMoment.BEFORE:
        state.pain_before = score
    else:
        state.pain_worst = max(score, state.pain_worst or 0)
    return [*told, *_follow_light(state, limits.light(score), moment)]


def _moment_of(state: SessionState) -> PainMoment:
    if state.phase is Phase.PAIN_AFTER:
        return PainMoment.AFTER
    return PainMoment.BEFORE if state.pain_before is None else PainMoment.DURING


def _follow_light(state: SessionState, light: Light, moment: PainMoment) -> list[CoachEvent]:
    if light is Light.STOP:
        said = pain_limits.STOP_BEFORE if moment is PainMoment.BEFORE else pain_limits.STOP_DURING
        return stop_for_pain(state, state.readings.time_s, said)
    if state.phase is Phase.PAIN_BEFORE:
        enter_ready(state)
        if state.sensor_lost:
            _suspend(state, phrases.SENSOR_LOST)
    if light is Light.EASIER:
        ease(state)
    return []


def _end_with_advice(state: SessionState, score: int, limits: PainLimits) -> list[CoachEvent]:
    state.pain_after = score
    told = end(state, state.readings.time_s)
    advice: tuple[str, ...] = ()
    if limits.light(score) is Light.STOP:
        advice = (pain_limits.HIGH_AFTER,)
    elif state.pain_before is not None and score - state.pain_before >= limits.worse_by:
        advice = (pain_limits.WORSE_AFTER,)
    state.script = advice or (phrases.FINISHED,)
    return told
