"""How a prompt is given: one at a time, within an hourly budget, more strongly while nobody moves.

Silent in quiet hours, after a snooze, while paused, and while the person is not to be disturbed.
"""

import math
from dataclasses import dataclass

from spinesense.coaching.sitting.limits import SittingLimits
from spinesense.model.events import AlertKind, SittingAlert
from spinesense.model.intent_values import Snooze, clock_of
from spinesense.model.packets import Action, Intent

FOLLOWED_S = 300.0
"""Moving within five minutes of a prompt is taken as an answer to it."""
_HOUR_S = 3600.0
_DAY_S = 86400.0


@dataclass(slots=True)
class PromptState:
    """What is being prompted, and what keeps quiet."""

    words: str = ""
    kind: AlertKind = AlertKind.STILL
    level: int = 0
    raised_s: float = 0.0
    given_s: tuple[float, ...] = ()
    """Times of the prompts of the last hour."""
    ignored: int = 0
    """Prompts in a row that were put off or not followed."""
    snoozed_until_s: float = float("-inf")
    held_off: str = ""
    """Why the person is not to be disturbed."""
    midnight_s: float | None = None
    """Data time of a midnight by the clock on the wall; None until that was heard."""


class Prompter:
    """Gives prompts.

    Parameters
    ----------
    limits
        How often, how strongly and when not.
    """

    state: PromptState

    def __init__(self, limits: SittingLimits) -> None:
        self.limits = limits
        self.state = PromptState()

    def say(self, intent: Intent, time_s: float) -> None:
        """Take what concerns prompts: pauses, snoozes, the clock, and being busy."""
        state = self.state
        if intent.action is Action.CLOCK:
            self._hear_clock(intent)
        elif intent.action is Action.HOLD_OFF:
            state.held_off = intent.value
        elif intent.action is Action.PAUSE:
            state.snoozed_until_s = float("inf")
            self._clear()
        elif intent.action is Action.RESUME:
            state.snoozed_until_s = float("-inf")
            self._clear()
        elif intent.action is Action.MARK:
            self._snooze(intent.value, time_s)

    def carry_over(self, time_s: float) -> tuple[tuple[Action, str], ...]:
        """What was said and still holds, to be said again at the beginning of another day."""
        left_s = self.state.snoozed_until_s - time_s
        paused = left_s == float("inf")
        snoozed = not paused and left_s > 0
        held_off = self.state.held_off
        return (
            *(((Action.PAUSE, ""),) if paused else ()),
            *(((Action.MARK, Snooze(left_s).to_value()),) if snoozed else ()),
            *(((Action.HOLD_OFF, held_off),) if held_off else ()),
        )

    def quiet(self, time_s: float) -> str:
        """Why no prompt would be given now; empty when one would."""
        state = self.state
        if state.held_off:
            return state.held_off
        if time_s < state.snoozed_until_s:
            return "paused" if state.snoozed_until_s == float("inf") else "snoozed"
        return "quiet hours" if self._in_quiet_hours(time_s) else ""

    def quiet_until(self, time_s: float) -> str:
        """When a snooze is over by the clock on the wall; empty without one."""
        state = self.state
        if state.midnight_s is None or not time_s < state.snoozed_until_s < float("inf"):
            return ""
        minutes = math.ceil((state.snoozed_until_s - state.midnight_s) / 60.0)
        return f"{minutes // 60 % 24:02}:{minutes % 60:02}"

    def patience_s(self) -> float:
        """Stillness after which to prompt: longer after prompts that were not followed."""
        limits = self.limits
        minutes = limits.still_min * limits.back_off**self.state.ignored
        return 60.0 * min(minutes, limits.still_most_min)

    def offer(self, time_s: float, kind: AlertKind, words: str) -> tuple[SittingAlert, ...]:
        """Prompt for a reason that holds just now, or go on with the prompt that is on."""
        state = self.state
        state.given_s = tuple(one for one in state.given_s if time_s - one < _HOUR_S)
        if self.quiet(time_s):
            return ()
        if state.words:
            return self._press_on(time_s)
        if len(state.given_s) >= self.limits.alerts_per_hour:
            return ()
        state.words, state.kind, state.level, state.raised_s = words, kind, 1, time_s
        state.given_s = (*state.given_s, time_s)
        return (SittingAlert(time_s, words, kind),)

    def follow(self, time_s: float) -> None:
        """The person did what a prompt asks for, whether one was on or not."""
        state = self.state
        if not state.words:
            return
        followed = time_s - state.raised_s <= FOLLOWED_S
        state.ignored = 0 if followed else state.ignored + 1
        self._clear()

    def _press_on(self, time_s: float) -> tuple[SittingAlert, ...]:
        state, limits = self.state, self.limits
        due_s = state.raised_s + 60.0 * limits.escalate_min * state.level
        if not limits.escalate_min or state.level >= limits.strongest or time_s < due_s:
            return ()
        state.level += 1
        return (SittingAlert(time_s, state.words, state.kind, state.level),)

    def _snooze(self, value: str, time_s: float) -> None:
        """Be quiet for a while, or for what is left of it; another mark is none of ours."""
        asked = Snooze.from_value(value)
        whole_s = 60.0 * self.limits.snooze_min
        left_s = whole_s if asked is None or asked.left_s is None else asked.left_s
        if asked is None or not 0.0 < left_s <= whole_s:
            return
        state = self.state
        state.snoozed_until_s = time_s + left_s
        state.ignored += bool(state.words)
        self._clear()

    def _clear(self) -> None:
        self.state.words, self.state.level = "", 0

    def _hear_clock(self, intent: Intent) -> None:
        now = clock_of(intent.value)
        if now is None:
            return
        into_day_s = _HOUR_S * now.hour + 60.0 * now.minute + now.second
        self.state.midnight_s = intent.arrival_s - into_day_s

    def _in_quiet_hours(self, time_s: float) -> bool:
        midnight_s, limits = self.state.midnight_s, self.limits
        if midnight_s is None or not limits.quiet_from:
            return False
        begin_s, end_s = _seconds(limits.quiet_from), _seconds(limits.quiet_until)
        into_day_s = (time_s - midnight_s) % _DAY_S
        if begin_s <= end_s:
            return begin_s <= into_day_s < end_s
        return into_day_s >= begin_s or into_day_s < end_s


def _seconds(time_of_day: str) -> float:
    hours, minutes = time_of_day.split(":")
    return _HOUR_S * int(hours) + 60.0 * int(minutes)
