"""The phases of a session and what leads from one to the next."""

from collections.abc import Sequence

from spinesense.coaching.exercises.schema import Exercise
from spinesense.coaching.pain_limits import EASIER, PAIN_QUESTION
from spinesense.coaching.routines.plan import made_easier
from spinesense.coaching.session import phrases
from spinesense.coaching.session.cues import speech_s
from spinesense.coaching.session.pacer import begun
from spinesense.coaching.session.state import Readying, SessionState, SetProgress, WalkProgress
from spinesense.coaching.session.unsafe_moves import GuardState
from spinesense.model.events import (
    CalibrationFound,
    CalibrationRefused,
    CoachEvent,
    MotionEvent,
    Priority,
    SessionEnded,
    SetDone,
)
from spinesense.model.movement import StartPosture
from spinesense.model.readings import Readings
from spinesense.model.snapshot import CalibrationStep, Phase

SETTLED_S = 1.0
"""In position and still for this long means ready."""
WAIT_S = 25.0
"""Time for getting down to the floor and settling with a sore back."""
CORRECT_S = 12.0
"""Time for getting into a position before another one is taken for a misunderstanding."""
COUNTDOWN = ("Three.", "Two.", "One.")


def enter(state: SessionState, phase: Phase, script: tuple[str, ...] = ()) -> None:
    """Begin a phase, with what is to be said in it. What is still unsaid of the one before goes."""
    state.phase = phase
    state.since_s = None
    state.script = script
    state.wanted = None
    state.wants_calibration = phase is Phase.CALIBRATE


def enter_calibrate(state: SessionState, *said_first: str) -> None:
    """Begin to look for a stand-and-bow."""
    enter(state, Phase.CALIBRATE, (*said_first, phrases.STAND))
    state.calibration_step = CalibrationStep.NONE
    state.refusal = ""


def leave_calibrate(state: SessionState, said: str) -> None:
    """Go on to the question of pain, or to the exercises when it was answered already."""
    if state.pain_before is None:
        enter(state, Phase.PAIN_BEFORE, (said, PAIN_QUESTION))
    else:
        enter_ready(state, said)


def enter_ready(state: SessionState, *said_first: str) -> None:
    """Get ready for the set that is due; one that was interrupted keeps what was done of it."""
    plan, progress = state.set_plan, state.progress
    if progress.start_s is None:
        script = phrases.introduction(plan)
    else:
        script = phrases.again(plan, len(progress.repetitions))
    enter(state, Phase.GET_READY, (*said_first, *script))
    state.readying = Readying()


def enter_move(state: SessionState, time_s: float) -> None:
    """The person moves from now on."""
    plan, progress = state.set_plan, state.progress
    enter(state, Phase.MOVE, (phrases.begin(plan),))
    if not plan.exercise.walked:
        state.wanted = plan.exercise.watch_for(plan.hold_s)
    progress.armed_s = progress.progress_s = time_s
    progress.hold_s = 0.0
    progress.hold_told = 0
    progress.lead_s = lead_s(plan.exercise)
    progress.watched = GuardState()
    progress.walk = WalkProgress(pauses=progress.walk.pauses)
    progress.pace = begun(plan, time_s)
    if progress.start_s is None:
        progress.start_s = time_s


def lead_s(exercise: Exercise) -> float:
    """Time from the start signal to the position of an exercise that is only held.

    The sensor sees the pelvis rest, not the leg come up, so this is taken off the hold clock: the
    signal is heard to its end, then the person moves; at once where only the time is kept.
    """
    if not exercise.held_only or exercise.guarded:
        return 0.0
    return speech_s(phrases.BEGIN) + (0.0 if exercise.time_only else exercise.tempo.out_s)


def close_set(state: SessionState, time_s: float, *, skipped: bool) -> SetDone:
    """Note the set that is due as done (or skipped) and move on to the next place."""
    plan, progress = state.set_plan, state.progress
    exercise = plan.exercise
    held_s = progress.held_s if exercise.clocked else 0.0
    if not exercise.clocked and plan.hold_s > 0:
        held_s = exercise.excursions * sum(one.hold_s for one in progress.repetitions)
    done = SetDone(
        time_s=time_s,
        exercise=exercise.id,
        set_number=plan.set_number,
        side=plan.side,
        goal=plan.goal,
        repetitions=tuple(progress.repetitions),
        held_s=held_s,
        start_s=time_s if progress.start_s is None else progress.start_s,
        skipped=skipped,
        uncounted=tuple(progress.uncounted),
    )
    state.done.append(done)
    state.last_place = state.place
    state.rest_s = plan.rest_s
    state.place += 1
    state.progress = SetProgress()
    return done


def after_set(state: SessionState, *said_first: str) -> None:
    """Rest, go on, or come to the end."""
    if state.place >= len(state.plan):
        enter(state, Phase.PAIN_AFTER, (*said_first, phrases.LAST_DONE, PAIN_QUESTION))
    elif state.rest_s > 0:
        enter(state, Phase.REST, (*said_first, phrases.REST, phrases.coming(state.set_plan)))
    else:
        enter_ready(state, *said_first)


def end(state: SessionState, time_s: float, reason: str = "") -> list[CoachEvent]:
    """End the session: finished when there is no reason. What was begun is kept as skipped."""
    told: list[CoachEvent] = []
    if state.place < len(state.plan) and state.progress.start_s is not None:
        told.append(close_set(state, time_s, skipped=True))
    enter(state, Phase.DONE)
    state.ended_because = reason
    return [*told, SessionEnded(time_s, not reason, reason, state.pain_stop)]


def stop(state: SessionState, time_s: float, said: str, reason: str) -> list[CoachEvent]:
    """End the session now; the spoken stop comes before everything else."""
    state.desk.clear()
    state.desk.request(time_s, Priority.STOP, said)
    return end(state, time_s, reason)


def stop_for_pain(state: SessionState, time_s: float, said: str) -> list[CoachEvent]:
    """End the session now, because of the newest pain score."""
    state.pain_stop = state.pain_last
    return stop(state, time_s, said, said)


def ease(state: SessionState) -> None:
    """Make what is left easier, once, and say so."""
    if state.eased:
        return
    state.eased = True
    left = tuple(made_easier(plan) for plan in state.plan[state.place :])
    state.plan = (*state.plan[: state.place], *left)
    state.script = (EASIER, *state.script)


def step_calibrate(state: SessionState, readings: Readings, events: Sequence[MotionEvent]) -> None:
    """Guide through standing and bowing.

    After a refusal the wish is withdrawn for one step and made again, so that whoever serves it
    starts again.
    """
    state.wants_calibration = True
    step = readings.calibration_view.step
    if step is CalibrationStep.BOW and state.calibration_step is not CalibrationStep.BOW:
        state.script = (phrases.BOW,)
    state.calibration_step = step
    for event in events:
        if isinstance(event, CalibrationFound):
            leave_calibrate(state, phrases.CALIBRATED)
            return
        if isinstance(event, CalibrationRefused):
            state.refusal = event.reason
            state.script = (event.reason, phrases.STAND)
            state.wants_calibration = False


def step_ready(state: SessionState, readings: Readings) -> None:
    """Wait until the person lies, stands or kneels as asked, then count down."""
    ready, time_s = state.readying, readings.time_s
    exercise = state.set_plan.exercise
    # The bench of a machine may lean at any angle.
    fits = exercise.guarded or _fits(exercise.start_posture, readings)
    settled = readings.still and fits
    if not settled:
        ready.settled_s = None
    elif ready.settled_s is None:
        ready.settled_s = time_s
    if ready.countdown_from_s is not None or ready.hurry:
        _count_down(state, time_s)
        return
    if state.script or not state.desk.quiet(time_s):
        return
    if ready.told_s is None:
        ready.told_s = time_s
    long_settled = ready.settled_s is not None and time_s - ready.settled_s >= SETTLED_S
    if long_settled or ready.unseen:
        _count_down(state, time_s)
    elif _elsewhere(state, readings) and time_s - ready.told_s >= CORRECT_S:
        _correct(state, readings)
    elif time_s - ready.told_s >= WAIT_S:
        ready.unseen = True
        state.script = (phrases.NOT_SEEN,)


def _elsewhere(state: SessionState, readings: Readings) -> bool:
    """Whether the person keeps still in another position, which was not said yet."""
    exercise, shown = state.set_plan.exercise, readings.held_posture
    if state.readying.corrected or exercise.guarded or shown is None:
        return False
    return readings.still and not _fits(exercise.start_posture, readings)


def _correct(state: SessionState, readings: Readings) -> None:
    """Say which position is seen, and which one is asked for."""
    if readings.held_posture is not None:
        state.readying.corrected = True
        state.script = (phrases.elsewhere(readings.held_posture, state.set_plan),)


def _fits(start: StartPosture, readings: Readings) -> bool:
    """Whether gravity shows the start posture; sitting looks like standing to it."""
    shown = StartPosture.STANDING if start is StartPosture.SITTING else start
    return readings.held_posture is shown


def _count_down(state: SessionState, time_s: float) -> None:
    ready = state.readying
    if ready.countdown_from_s is None:
        ready.countdown_from_s = time_s
    gone_s = time_s - ready.countdown_from_s
    if gone_s >= len(COUNTDOWN):
        enter_move(state, time_s)
    elif gone_s >= ready.counted:
        state.desk.request(time_s, Priority.COUNT, COUNTDOWN[int(gone_s)])
        ready.counted = int(gone_s) + 1


def step_rest(state: SessionState, readings: Readings) -> None:
    """Let the rest run out."""
    if state.since_s is not None and readings.time_s - state.since_s >= state.rest_s:
        enter_ready(state)
