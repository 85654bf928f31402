"""Walking as an exercise: minutes of walking, pauses that do not count, and the cadence."""

from spinesense.coaching.session import phrases
from spinesense.coaching.session.phases import after_set, close_set
from spinesense.coaching.session.state import SessionState, WalkProgress
from spinesense.model.events import CoachEvent, Posture, Priority
from spinesense.model.readings import Readings

CADENCE_S = 15.0
"""Some 25 to 30 steps: a cadence to within about 4 a minute, and soon enough to be of use."""
PAUSE_S = 10.0
"""A door or a kerb takes less."""
TOLD_EVERY_S = 300.0
"""Minutes and cadence are told every five minutes: a walk is no place for a voice in the ear."""
LAST_S = 60.0


def step_walk(state: SessionState, readings: Readings) -> list[CoachEvent]:
    """Let the clock run while the person walks, and close the set when the minutes are full."""
    plan, progress, time_s = state.set_plan, state.progress, readings.time_s
    before_s = progress.held_s
    _follow(progress.walk, progress.armed_s, readings)
    progress.hold_s = progress.walk.walked_s(time_s)
    if progress.walk.since_s is not None:
        progress.progress_s = time_s
    if progress.held_s >= plan.hold_s:
        state.desk.request(time_s, Priority.COUNT, phrases.WALK_OVER)
        told: list[CoachEvent] = [close_set(state, time_s, skipped=False)]
        after_set(state)
        return told
    said = _due(before_s, progress.held_s, plan.hold_s, progress.walk.cadence_spm)
    if said:
        state.desk.request(time_s, Priority.GUIDE, said)
    _wait(state, time_s)
    return []


def _follow(walk: WalkProgress, armed_s: float, readings: Readings) -> None:
    """Take over whether the person walks; a change became true a little before it is known."""
    walking = readings.posture is Posture.WALKING
    changed_s = max(armed_s, readings.posture_since_s)
    if walking and walk.since_s is None:
        walk.since_s = max(changed_s, walk.until_s)
        walk.steps = ((walk.since_s, readings.steps),)
        walk.paused = False
    elif not walking and walk.since_s is not None:
        walk.banked_s += max(0.0, changed_s - walk.since_s)
        walk.since_s, walk.until_s, walk.steps = None, changed_s, ()
    if walking:
        kept = [one for one in walk.steps if one[0] >= readings.time_s - CADENCE_S]
        if not kept or readings.time_s - kept[-1][0] >= 1.0:
            kept.append((readings.time_s, readings.steps))
        walk.steps = tuple(kept)


def _due(before_s: float, now_s: float, goal_s: float, cadence_spm: float | None) -> str:
    """What is said as the clock passes its marks."""
    marks = {goal_s - LAST_S: phrases.LAST_MINUTE} if goal_s > 2 * LAST_S else {}
    if goal_s / 2 not in marks and goal_s >= 2 * LAST_S:
        marks[goal_s / 2] = phrases.HALF_WAY
    told_s = TOLD_EVERY_S
    while told_s < goal_s - LAST_S:
        half = f"{phrases.HALF_WAY} " if told_s == goal_s / 2 else ""
        marks[told_s] = half + phrases.walked(told_s / 60.0, cadence_spm)
        told_s += TOLD_EVERY_S
    return next((said for mark_s, said in marks.items() if before_s < mark_s <= now_s), "")


def _wait(state: SessionState, time_s: float) -> None:
    """Say once that the clock stands when the person does, and remind whoever has not begun."""
    walk, progress = state.progress.walk, state.progress
    if walk.since_s is not None or walk.paused:
        return
    if walk.banked_s > 0.0 and time_s - walk.until_s >= PAUSE_S:
        walk.paused = True
        walk.pauses += 1
        state.script = (phrases.WALK_WAITS,)
    elif walk.banked_s == 0.0 and time_s - progress.progress_s >= 3 * PAUSE_S:
        walk.paused = True
        state.script = (phrases.reminder(state.set_plan),)
