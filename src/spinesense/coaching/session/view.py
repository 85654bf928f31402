"""What a session shows."""

from spinesense.coaching.exercises.schema import Sides
from spinesense.coaching.pain_limits import PAIN_QUESTION
from spinesense.coaching.routines.entry import Routine
from spinesense.coaching.routines.plan import SetPlan
from spinesense.coaching.session import pacer, phrases
from spinesense.coaching.session.personal_range import target_rad
from spinesense.coaching.session.phases import COUNTDOWN
from spinesense.coaching.session.state import SessionState
from spinesense.model.events import SetDone
from spinesense.model.movement import Unit
from spinesense.model.snapshot import CalibrationStep, CoachView, PaceView, Phase, SetLine


def view_of(state: SessionState, routine: Routine) -> CoachView:
    """One frozen picture of the session."""
    plan, progress, readings = state.set_plan, state.progress, state.readings
    exercise = plan.exercise
    moving = state.phase is Phase.MOVE
    side = progress.next_side if exercise.sides is Sides.ALTERNATING else plan.side
    step, next_step = _steps(state)
    low_rad, high_rad = target_rad(exercise, state.own_now) or (None, None)
    return CoachView(
        phase=state.phase,
        routine=routine.title,
        exercise=exercise.id,
        title=exercise.title,
        step=step,
        next_step=next_step,
        caption=state.desk.caption,
        position=plan.position,
        total=len(routine.entries),
        set_number=plan.set_number,
        sets=plan.sets,
        side=side,
        level=plan.level,
        level_name=plan.level_name,
        repetitions=len(progress.repetitions),
        uncounted=len(progress.uncounted),
        repetition_goal=plan.goal,
        hold_s=progress.held_s,
        hold_goal_s=plan.hold_s,
        guarded=exercise.guarded,
        holding=moving and (readings.holding or progress.walk.since_s is not None),
        walked=exercise.walked,
        cadence_spm=progress.walk.cadence_spm,
        pauses=progress.walk.pauses,
        carrying_rad=_carrying_rad(state, side) if moving else None,
        carrying_name=exercise.movement.name if exercise.movement else "",
        target_low_rad=low_rad,
        target_high_rad=high_rad,
        pace=_pace(state, side) if moving else None,
        countdown_s=_countdown_s(state),
        pain_before=state.pain_before,
        pain_after=state.pain_after,
        pain_worst=state.pain_worst,
        pain_stop=state.pain_stop,
        lines=tuple(_line(done, state.plan) for done in state.done),
        ended_because=state.ended_because or state.left_because,
    )


def _pace(state: SessionState, side: str) -> PaceView | None:
    """The pacer, whose way ends in the middle of the target."""
    plan, pace, time_s = state.set_plan, state.progress.pace, state.readings.time_s
    look = plan.exercise.movement
    if pace is None or look is None:
        return None
    if look.axis.unit is Unit.METRE:
        down_m = state.readings.carrying or 0.0
        return pacer.view_of(pace, plan, time_s, down_m, look.expected)
    aim_rad = target_rad(plan.exercise, state.own_now) or (look.expected, look.expected)
    carrying_rad = _carrying_rad(state, side) or 0.0
    return pacer.view_of(pace, plan, time_s, carrying_rad, 0.5 * sum(aim_rad))


def _carrying_rad(state: SessionState, side: str) -> float | None:
    """The carrying angle, positive in the direction of the side that is due.

    The signal core gives excursions of the right side as negative; a tilt has no side.
    """
    carrying_rad = state.readings.carrying_rad
    if carrying_rad is None or side != "right" or state.set_plan.exercise.held_only:
        return carrying_rad
    return -carrying_rad


def _steps(state: SessionState) -> tuple[str, str]:
    """What to do now, and what comes after."""
    plan = state.set_plan
    exercise = plan.exercise
    start = phrases.coming(plan)
    return {
        Phase.NONE: ("", ""),
        Phase.CALIBRATE: (_calibration_step(state), PAIN_QUESTION),
        Phase.PAIN_BEFORE: (PAIN_QUESTION, start),
        Phase.GET_READY: (exercise.start_words, plan.steps[0]),
        Phase.MOVE: _movement_steps(state, plan),
        Phase.REST: (phrases.REST, start),
        Phase.PAUSED: (phrases.SENSOR_LOST if state.sensor_lost else phrases.PAUSED, start),
        Phase.PAIN_AFTER: (PAIN_QUESTION, ""),
        Phase.DONE: (state.ended_because or phrases.FINISHED, ""),
    }[state.phase]


def _calibration_step(state: SessionState) -> str:
    shown = state.readings.calibration_view.message
    if state.refusal and state.calibration_step is not CalibrationStep.BOW:
        return state.refusal
    if shown:
        return shown
    return phrases.BOW if state.calibration_step is CalibrationStep.BOW else phrases.STAND


def _movement_steps(state: SessionState, plan: SetPlan) -> tuple[str, str]:
    steps = plan.steps
    kept = plan.exercise.time_only or plan.exercise.guarded
    if state.readings.holding and plan.hold_s > 0 and not kept:
        two_ways = plan.exercise.excursions > 1
        return phrases.HOLD, pacer.let_go_words(state.progress.pace, plan) if two_ways else steps[
            -1
        ]
    pace = state.progress.pace
    if pace is not None and pace.other_way and len(steps) > 1:
        return steps[1], ""
    return steps[0], steps[1] if len(steps) > 1 else ""


def _countdown_s(state: SessionState) -> float | None:
    """Seconds left of the countdown to a set, or of a rest."""
    time_s = state.readings.time_s
    from_s = state.readying.countdown_from_s
    if state.phase is Phase.GET_READY and from_s is not None:
        return max(0.0, len(COUNTDOWN) - (time_s - from_s))
    if state.phase is Phase.REST:
        since_s = time_s if state.since_s is None else state.since_s
        return max(0.0, state.rest_s - (time_s - since_s))
    return None


def _line(done: SetDone, plan: tuple[SetPlan, ...]) -> SetLine:
    exercise = next(one.exercise for one in plan if one.exercise.id == done.exercise)
    repetitions = done.repetitions
    held = done.held_s > 0 and bool(repetitions)
    return SetLine(
        title=exercise.title,
        side=done.side,
        set_number=done.set_number,
        repetitions=len(repetitions),
        goal=done.goal,
        mean_range_rad=_mean([one.range_rad for one in repetitions if one.unit is Unit.RADIAN]),
        mean_hold_s=_mean([one.hold_s for one in repetitions]) if held else None,
        held_s=done.held_s,
        skipped=done.skipped,
        walked=exercise.walked,
        uncounted=tuple(one.why for one in done.uncounted),
    )


def _mean(values: list[float]) -> float | None:
    return sum(values) / len(values) if values else None
