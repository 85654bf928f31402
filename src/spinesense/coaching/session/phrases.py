"""What the coach says: short, kind, second person."""

from spinesense.coaching.exercises.schema import Sides
from spinesense.coaching.routines.plan import SetPlan
from spinesense.model.events import Uncounted
from spinesense.model.movement import StartPosture

_NUMBERS = (
    *("Zero", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine", "Ten"),
    *("Eleven", "Twelve", "Thirteen", "Fourteen", "Fifteen", "Sixteen", "Seventeen", "Eighteen"),
    *("Nineteen", "Twenty"),
)

STAND = "Stand tall and stay still for a moment."
BOW = "Now bow forward slowly and come back up. Twice."
CALIBRATED = "Thank you. Now I know how the sensor sits."
UNCALIBRATED = "We go on without. I may not see every movement."
BEGIN = "Begin."
BEGIN_LEFT = "Begin with the left."
HOLD = "Hold."
AND_BACK = "And back."
LET_GO = "And let go. Well done."
REST = "Rest."
HALF_WAY = "Half way."
THREE_MORE_S = "Three more seconds."
SLOWER = "A little slower."
HOLD_LONGER = "Stay a little longer."
BETTER = "Better. Just like that."
TIME_ONLY = "I cannot see this movement. I keep the time, and see that you stay in place."
WATCHING = "I watch your low back. Train as you like."
TIME_RUNS = "The time runs."
WALK_OVER = "That is your walk. Well done."
WALK_WAITS = "The clock waits for you. Walk on when you like."
LAST_MINUTE = "One more minute. Slow down a little."
TIME_OVER = "And done. Well done."
OTHER_SIDE = "That looked like your other side."
UNCOUNTED = {
    Uncounted.TOO_SMALL: "A bit further, if it feels fine: that one I could not count.",
    Uncounted.TOO_QUICK: "Slower: that one I could not count.",
    Uncounted.TOO_SLOW: "A little quicker: that one I could not count.",
    Uncounted.OTHER_DIRECTION: "That went another way, so I did not count it.",
    Uncounted.TOO_FAR: "Not so far: that one I could not count.",
    Uncounted.ONE_WAY: "That was one way. Do the other way as well.",
    Uncounted.NOT_BACK: "Come all the way back: that one I could not count.",
    Uncounted.SHAKEN: "The sensor was shaken: that one I could not count.",
    Uncounted.WALKING: "You walked, so I did not count that one.",
}
SAME_SIDE = "That was the same side again."
OFFER_SKIP = "If this one is not for you today, you can skip it."
NOT_SEEN = "I cannot see your position, so we go on. Take your time."
PAUSED = "Pause."
RESUMED = "Good, we go on."
SENSOR_LOST = "I have lost the sensor. We wait."
SENSOR_BACK = "The sensor is back."
SENSOR_STILL_AWAY = "The sensor is still away. We go on when it is back."
CONTINUED = "Welcome back. We go on where you stopped."
LONG_GAP = "The sensor was away for a moment. Carry on."
STOPPED = "Stop. We end here."
SKIPPED = "Skipped."
ONCE_MORE = "The same set once more."
LAST_DONE = "That was the last one."
YOU_STOPPED = "You stopped here."
FINISHED = "We are done. Well done today."

_WHERE = {
    StartPosture.STANDING: "standing",
    StartPosture.SITTING: "sitting",
    StartPosture.SUPINE: "on your back",
    StartPosture.HANDS_AND_KNEES: "on your hands and knees",
    StartPosture.SIDE_LYING: "on your side",
}


_SHOWN = {
    StartPosture.STANDING: "upright",
    StartPosture.SITTING: "upright",
    StartPosture.SUPINE: "on your back",
    StartPosture.HANDS_AND_KNEES: "face down",
    StartPosture.SIDE_LYING: "on your side",
}
"""What gravity shows of a posture."""


def number(value: int) -> str:
    """A number as a word, capitalised; in figures above twenty."""
    return _NUMBERS[value] if 0 <= value < len(_NUMBERS) else str(value)


def count(done: int, goal: int) -> str:
    """What is said at a repetition."""
    if done >= goal:
        return f"{number(done)}. Well done."
    if goal - done == 2 and goal >= 6:
        return f"{number(done)}. Two more."
    return f"{number(done)}."


def walked(minutes: float, cadence_spm: float | None) -> str:
    """How far a walk is."""
    if cadence_spm is None:
        return f"{number(round(minutes))} minutes."
    steps = 5 * round(cadence_spm / 5)  # a cadence is known to some four steps
    return f"{number(round(minutes))} minutes, about {steps} steps a minute."


def with_breath(said: str, breath: str) -> str:
    """Words of the pacer with the breath: ``out`` or ``in``."""
    return f"{said}, breathe {breath}"


def dose(plan: SetPlan) -> str:
    """What this set asks for, in one sentence."""
    if plan.exercise.guarded:
        return f"I watch for {plan.hold_s / 60:.0f} minutes, or until you stop."
    if plan.exercise.time_only:
        return f"For {plan.hold_s:g} seconds."
    if plan.exercise.walked:
        return f"For {plan.hold_s / 60.0:g} minutes."
    if plan.exercise.held_only:
        return f"Hold for {plan.hold_s:g} seconds."
    if plan.exercise.sides is Sides.ALTERNATING:
        return f"{number(plan.goal // 2)} on each side, in turn."
    return {1: "Once.", 2: "Twice."}.get(plan.goal, f"{number(plan.goal)} times.")


def introduction(plan: SetPlan) -> tuple[str, ...]:
    """What is said before a set: all of it before the first of an exercise, less before others."""
    exercise = plan.exercise
    side = _side_of(plan)
    if plan.side == "right":
        parts: tuple[str, ...] = ("Change sides.", side)
    elif plan.set_number > 1:
        higher = plan.steps[0] if plan.exercise.levels else ""
        parts = (f"Set {plan.set_number} of {plan.sets}.", higher, side)
    else:
        parts = (
            f"{exercise.title}.",
            exercise.start_words,
            plan.steps[0],
            exercise.breathing,
            plan.note,
            TIME_ONLY if exercise.time_only else "",
            dose(plan),
            side,
        )
    return tuple(part for part in parts if part)


def _side_of(plan: SetPlan) -> str:
    """The side that works; lying on a side, it is the upper one."""
    if not plan.side:
        return ""
    up = " up" if plan.exercise.start_posture is StartPosture.SIDE_LYING else ""
    return f"{plan.side.capitalize()} side{up}."


def again(plan: SetPlan, done: int) -> tuple[str, ...]:
    """What is said when a set goes on after an interruption."""
    if done:
        return (f"{plan.exercise.title}. {number(done)} done, {plan.goal - done} to go.",)
    return (f"{plan.exercise.title}.", plan.exercise.start_words)


def elsewhere(shown: StartPosture, plan: SetPlan) -> str:
    """What is said to somebody who is in another position than the exercise starts from."""
    return f"I see you {_SHOWN[shown]}. {plan.exercise.start_words}"


def begin(plan: SetPlan) -> str:
    """The start signal."""
    return BEGIN_LEFT if plan.exercise.sides is Sides.ALTERNATING else BEGIN


def coming(plan: SetPlan) -> str:
    """What comes next, for the rest before it."""
    title = plan.exercise.title
    if plan.set_number > 1:
        return f"Next: {title}, set {plan.set_number}."
    return f"Next: {title}, {_WHERE[plan.exercise.start_posture]}."


def next_side(side: str) -> str:
    """Which side is next."""
    return f"{side.capitalize()} next."


def reminder(plan: SetPlan) -> str:
    """The step once more, for somebody who seems to wait."""
    return f"Whenever you are ready: {plan.steps[0]}"
