"""The phase in which the person moves: counting, hold words, faults, patience."""

from collections.abc import Sequence

from spinesense.coaching.exercises.schema import Sides
from spinesense.coaching.routines.plan import SetPlan
from spinesense.coaching.session import pacer, phrases, unsafe_moves
from spinesense.coaching.session.faults import first_fault, loses_hold
from spinesense.coaching.session.phases import after_set, close_set
from spinesense.coaching.session.state import SessionState
from spinesense.model.events import (
    CoachEvent,
    FaultSeen,
    GapFound,
    HoldBegan,
    HoldPaused,
    MotionEvent,
    PartialMovement,
    Priority,
    Repetition,
)
from spinesense.model.readings import Readings

PATIENCE_S = 30.0
PATIENCE_REPETITIONS = 4
"""Nothing for half a minute, or for the time of four repetitions, is more than a breather."""
HOLD_TOLD_S = 0.1
"""The clock of a long hold has begun."""
HALF_WAY_FROM_S = 10.0
THREE_MORE_FROM_S = 5.0
"""Shorter holds would be talked over from end to end."""


def step_move(
    state: SessionState, readings: Readings, events: Sequence[MotionEvent]
) -> list[CoachEvent]:
    """Take what the signal core found, and close the set when it is done."""
    time_s = readings.time_s
    unbroken = not any(isinstance(event, GapFound) for event in events)
    told: list[CoachEvent] = []
    _follow_pace(state, readings, events)
    for event in events:
        if isinstance(event, Repetition):
            told += _take_repetition(state, event, time_s)
        elif isinstance(event, PartialMovement):
            _take_partial(state, event, time_s, unbroken=unbroken)
        elif isinstance(event, HoldBegan):
            _take_hold_begin(state, time_s)
        elif isinstance(event, HoldPaused) and unbroken:
            told += _take_lost_hold(state, event, time_s)
    _follow_hold(state, readings)
    told += _watch_over(state, readings)
    if _complete(state):
        if state.set_plan.exercise.held_only:
            exercise = state.set_plan.exercise
            kept = exercise.time_only or exercise.guarded
            said = phrases.TIME_OVER if kept else phrases.LET_GO
            state.desk.request(time_s, Priority.COUNT, said)
        told.append(close_set(state, time_s, skipped=False))
        after_set(state)
        return told
    _be_patient(state, time_s)
    return told


def _follow_pace(state: SessionState, readings: Readings, events: Sequence[MotionEvent]) -> None:
    """Let the pacer go on, and say a stage that begins where nobody else is speaking."""
    plan, progress = state.set_plan, state.progress
    if progress.pace is None:
        return
    before = progress.pace
    progress.pace = pacer.followed(before, plan, readings, events)
    said = pacer.said_at(before, progress.pace, plan, readings)
    if said and state.desk.quiet(readings.time_s) and not state.script:
        state.desk.request(readings.time_s, Priority.PACE, said)


def _watch_over(state: SessionState, readings: Readings) -> list[CoachEvent]:
    """Notice what is no repetition, and say what to do instead."""
    plan, progress = state.set_plan, state.progress
    found = unsafe_moves.check_guards(
        plan.exercise, progress.watched, readings, clock_runs=readings.holding
    )
    if found is None:
        return []
    return [
        _see_fault(
            state,
            (found.id, found.words),
            readings.time_s,
            at_s=found.at_s,
            priority=Priority.STOP if found.urgent else Priority.FAULT,
        )
    ]


def _see_fault(
    state: SessionState,
    found: tuple[str, str],
    time_s: float,
    *,
    at_s: float,
    priority: Priority = Priority.FAULT,
) -> FaultSeen:
    """Note a fault, and name it when it is time for it."""
    progress, exercise = state.progress, state.set_plan.exercise
    name, said = found
    attempts = progress.attempts
    if progress.faults.may_name(exercise, attempts, time_s):
        progress.faults.name(name, attempts, time_s)
        state.desk.request(time_s, Priority.STOP if exercise.guarded else priority, said)
    return FaultSeen(time_s, exercise.id, name, at_s)


def _take_repetition(
    state: SessionState, repetition: Repetition, time_s: float
) -> list[CoachEvent]:
    """Count it, once: not what ended before this set was looked for, nor what is counted."""
    plan, progress = state.set_plan, state.progress
    counted = progress.repetitions
    newest_s = max(progress.armed_s, counted[-1].end_s if counted else progress.armed_s)
    if plan.goal == 0 or len(counted) >= plan.goal or repetition.end_s <= newest_s:
        return []
    counted.append(repetition)
    progress.progress_s = time_s
    fault = first_fault(plan.exercise, repetition, plan.hold_s, state.own_now)
    _tell_repetition(state, plan, fault, time_s)
    if len(counted) < plan.goal:
        _tell_side(state, plan.exercise.side_of(repetition.side), time_s)
    if fault is None:
        state.own_now.learn(plan.exercise, repetition)
        return []
    return [FaultSeen(time_s, plan.exercise.id, fault[0], repetition.peak_s)]


def _take_partial(
    state: SessionState, partial: PartialMovement, time_s: float, *, unbroken: bool
) -> None:
    """Note a movement that is no repetition, and say why when it is time for it.

    Not what began before this set was looked for: that led to its start posture. What a gap in the
    data broke off is noted, and is not the person's to correct.
    """
    plan, progress = state.set_plan, state.progress
    if plan.goal == 0 or partial.start_s < progress.armed_s:
        return
    progress.uncounted.append(partial)
    memory, attempts = progress.faults, progress.attempts
    if unbroken and memory.may_name(plan.exercise, attempts, time_s):
        memory.name(partial.why.value, attempts, time_s)
        state.desk.request(time_s, Priority.FAULT, phrases.UNCOUNTED[partial.why])


def _tell_repetition(
    state: SessionState, plan: SetPlan, fault: tuple[str, str] | None, time_s: float
) -> None:
    """Say the number, with a fault when there is one and it is time for it."""
    memory, done = state.progress.faults, len(state.progress.repetitions)
    attempts = state.progress.attempts
    if fault and done < plan.goal and memory.may_name(plan.exercise, attempts, time_s):
        name, said = fault
        memory.name(name, attempts, time_s)
        state.desk.request(time_s, Priority.FAULT, f"{phrases.number(done)}. {said}")
        return
    if memory.fault and fault is None:
        memory.fault = ""
        state.desk.request(time_s, Priority.ENCOURAGEMENT, phrases.BETTER)
    state.desk.request(time_s, Priority.COUNT, phrases.count(done, plan.goal))


def _tell_side(state: SessionState, side: str, time_s: float) -> None:
    """Lead the sides that alternate; where they are done apart, name the other one once."""
    plan, progress = state.set_plan, state.progress
    if plan.exercise.sides is Sides.ALTERNATING:
        _tell_next_side(state, side, time_s)
    elif side != plan.side and not progress.side_named:
        progress.side_named = True
        state.desk.request(time_s, Priority.GUIDE, phrases.OTHER_SIDE)


def _tell_next_side(state: SessionState, side: str, time_s: float) -> None:
    progress = state.progress
    following = "left" if side == "right" else "right"
    said = phrases.next_side(following)
    if side != progress.next_side:
        said = f"{phrases.SAME_SIDE} {said}"
    progress.next_side = following
    state.desk.request(time_s, Priority.GUIDE, said)


def _take_hold_begin(state: SessionState, time_s: float) -> None:
    """A hold within a repetition; one without repetitions begins when its clock says so.

    A long hold that goes on after it was lost is the correction, which is praised.
    """
    memory = state.progress.faults
    if state.set_plan.exercise.held_only and memory.fault:
        memory.fault = ""
        state.desk.request(time_s, Priority.ENCOURAGEMENT, phrases.BETTER)
    if state.set_plan.hold_s > 0 and not state.set_plan.exercise.held_only:
        state.progress.hold_told = 0
        state.desk.request(time_s, Priority.GUIDE, phrases.HOLD)


def _take_lost_hold(state: SessionState, event: HoldPaused, time_s: float) -> list[CoachEvent]:
    """Name a hold that was left too early."""
    plan, progress = state.set_plan, state.progress
    held_s = progress.banked_s + max(0.0, event.held_s - progress.lead_s)
    fault = loses_hold(plan.exercise, held_s, plan.hold_s)
    return [_see_fault(state, fault, time_s, at_s=event.time_s)] if fault else []


def _follow_hold(state: SessionState, readings: Readings) -> None:
    """Take over the hold clock and say its words as they come due."""
    progress = state.progress
    if readings.time_s <= progress.armed_s:
        return
    if readings.hold_s > progress.hold_s:
        progress.progress_s = readings.time_s
    progress.hold_s = readings.hold_s
    due = [said for at_s, said in _hold_words(state) if progress.held_s >= at_s]
    if len(due) > progress.hold_told and readings.holding:
        state.desk.request(readings.time_s, Priority.GUIDE, due[-1])
        progress.hold_told = len(due)


def _hold_words(state: SessionState) -> list[tuple[float, str]]:
    """Words of one hold with the time on its clock."""
    plan = state.set_plan
    if plan.exercise.guarded:
        return [(HOLD_TOLD_S, phrases.WATCHING)]
    began = phrases.TIME_RUNS if plan.exercise.time_only else phrases.HOLD
    found = [(HOLD_TOLD_S, began)] if plan.exercise.held_only else []
    if plan.hold_s >= HALF_WAY_FROM_S:
        found.append((plan.hold_s / 2, phrases.HALF_WAY))
    if plan.hold_s >= THREE_MORE_FROM_S:
        found.append((plan.hold_s - 3.0, phrases.THREE_MORE_S))
    if plan.hold_s > 0 and not plan.exercise.held_only:
        found.append((plan.hold_s, pacer.let_go_words(state.progress.pace, plan)))
    return found


def _complete(state: SessionState) -> bool:
    plan, progress = state.set_plan, state.progress
    if plan.exercise.held_only:
        return progress.held_s >= plan.hold_s
    return len(progress.repetitions) >= plan.goal


def _be_patient(state: SessionState, time_s: float) -> None:
    """Remind once of the step, then offer to skip; never count by itself."""
    plan, progress = state.set_plan, state.progress
    patience_s = PATIENCE_S
    if not plan.exercise.held_only:
        usual_s = plan.exercise.repetition_s(plan.hold_s)
        patience_s = max(PATIENCE_S, PATIENCE_REPETITIONS * usual_s)
    if time_s - progress.progress_s < patience_s or progress.skip_offered:
        return
    progress.progress_s = time_s
    if progress.reminded:
        progress.skip_offered = True
        state.script = (phrases.OFFER_SKIP,)
    else:
        progress.reminded = True
        state.script = (phrases.reminder(plan),)
