"""The sitting monitor: prompts to move, and the clocks of a day at the desk."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from spinesense.coaching.sitting.limits import SittingLimits
from spinesense.coaching.sitting.prompter import Prompter, PromptState
from spinesense.coaching.sitting.slouch import Slouch, SlouchState
from spinesense.model.day import NOTHING_COUNTED, Counts
from spinesense.model.events import (
    AlertKind,
    Bend,
    GapFound,
    MotionEvent,
    Posture,
    PostureShift,
    SignalFault,
    SignalSuspect,
    SittingAlert,
    TransitionKind,
    TransitionMade,
    WalkSuggested,
    WornChanged,
)
from spinesense.model.movement import StartPosture
from spinesense.model.packets import Action, Intent
from spinesense.model.readings import Readings
from spinesense.model.snapshot import PostureView

_TO_SEAT = (TransitionKind.STAND_TO_SIT, TransitionKind.LIE_TO_SIT)
_WALK_PAUSE_S = 120.0
"""A walk goes on after a pause of up to two minutes, such as a red light (Troiano et al. 2008)."""
UNSEEN_S = 300.0
"""After five minutes unseen the person may have been anywhere: so long is the usual break. Nobody
is told of hours in the seat that were hours of sleep."""
_EVEN = 0.5
"""At this confidence a posture is as likely as not: nothing was seen that speaks for it."""
_SURE = 0.9
"""At work people sit for 90 % of the time (doi 10.1016/j.apergo.2024.104374): standing has to be
nine times as likely before nobody sits. Whoever does stand shifts every 200 to 320 s (Duarte &
Zatsiorsky 1999, Motor Control 3:12) and is hardly ever found still for long."""
_CAME_UP = 0.1
"""So much nearer to tall than the limit ends a slump: the error of the inclination is less."""


@dataclass(slots=True)
class SittingState:
    """The sitting monitor at one moment."""

    seated: bool
    """Whether the person sat down, or was seen sitting, since the last stand-up."""
    prompts: PromptState
    slouching: SlouchState
    readings: Readings = field(default_factory=Readings)
    fed: bool = False
    """Whether there were readings before: no clock runs before the first."""
    sitting_s: float = 0.0
    still_s: float = 0.0
    slouched_s: float = 0.0
    on_feet_s: float = 0.0
    """Length of the present stay on the feet."""
    walk_s: float = 0.0
    """Length of the present walk, pauses left out."""
    walk_pause_s: float = 0.0
    without_walk_s: float = 0.0
    """Time awake since the last walk that was long enough, or since one was suggested."""
    suggestion: str = ""
    worn: bool = True
    counts: Counts = NOTHING_COUNTED
    stood_up_s: float = float("-inf")
    """When the newest stand-up became known."""
    sat_all_s: float = 0.0
    stood_all_s: float = 0.0
    walked_all_s: float = 0.0


class SittingMonitor:
    """Prompts a person who has sat still for long. Silent while they lie, stand or walk.

    The sitting clock runs while the person sits, stands still while that is unknown, and is reset
    by a real stand-up only. The stillness clock is reset by a postural shift, and by leaving the
    seat. No clock runs across a gap, stillness is not claimed for it, and after a long one not even
    that the person still sits.

    Parameters
    ----------
    limits
        When to prompt.
    starts_seated
        An upright trunk of which nothing more is known counts as sitting until they stand up;
        otherwise it counts as nothing. At work people sit for 90 % of the time (doi
        10.1016/j.apergo.2024.104374), and whoever starts a sitting monitor mostly does.
    """

    def __init__(self, limits: SittingLimits | None = None, *, starts_seated: bool = False) -> None:
        self.limits = limits = limits or SittingLimits()
        self._starts_seated = starts_seated
        self._prompter = Prompter(limits)
        self._slouch = Slouch()
        self._state = SittingState(starts_seated, self._prompter.state, self._slouch.state)

    @property
    def state(self) -> SittingState:
        """Readable, comparable, and copyable with ``copy.deepcopy``."""
        return self._state

    @state.setter
    def state(self, state: SittingState) -> None:
        self._state = state
        self._prompter.state, self._slouch.state = state.prompts, state.slouching

    def feed(
        self, readings: Readings, events: Sequence[MotionEvent]
    ) -> tuple[SittingAlert | WalkSuggested, ...]:
        """Take the newest readings and what was found since the last call; mostly nothing."""
        state = self._state
        elapsed_s = max(0.0, readings.time_s - state.readings.time_s) if state.fed else 0.0
        state.readings, state.fed = readings, True
        for event in events:
            if isinstance(event, GapFound):
                unseen_s = event.end_s - event.start_s
                elapsed_s = max(0.0, elapsed_s - unseen_s)
                self._move()
                if unseen_s >= UNSEEN_S:
                    self._lose_sight()
            else:
                self._take(event)
        self._slouch.feed(readings)
        self._run_clocks(elapsed_s)
        self._run_walk(elapsed_s)
        self._run_slouch(elapsed_s)
        return (*self._prompt(), *self._suggest_walk())

    def say(self, intent: Intent, readings: Readings) -> None:
        """``PAUSE`` is quiet until ``RESUME``; a ``MARK`` of "snooze" is quiet for a while.

        A ``MARK`` of "snooze 90" is quiet for what is left of an earlier one, in seconds.
        ``CLOCK`` tells the time for the quiet hours, ``HOLD_OFF`` that the person is busy,
        ``LEARN_SLOUCH`` begins to learn how they slump, and ``OWN_SLOUCH`` tells what was learned.
        """
        if intent.action is Action.LEARN_SLOUCH:
            self._slouch.learn(readings)
        elif intent.action is Action.OWN_SLOUCH:
            self._slouch.know(intent.value)
        self._prompter.say(intent, readings.time_s)

    def carry_over(self) -> tuple[tuple[Action, str], ...]:
        """What another day begins with: what was learned, and what was said and still holds."""
        scale = self._slouch.learned()
        learned = ((Action.OWN_SLOUCH, scale),) if scale else ()
        return (*learned, *self._prompter.carry_over(self._state.readings.time_s))

    def view(self) -> PostureView:
        """What the sitting monitor shows now."""
        state, readings = self._state, self._state.readings
        return PostureView(
            posture=readings.posture,
            lying_side=readings.lying_side,
            confidence=readings.posture_confidence,
            since_s=readings.posture_since_s,
            sitting_s=state.sitting_s,
            still_s=state.still_s,
            counts=replace(state.counts, steps=readings.steps),
            sits=self._sits(),
            alert=state.prompts.words,
            alert_after_s=self._prompter.patience_s(),
            alert_level=state.prompts.level,
            worn=state.worn,
            suggestion=state.suggestion,
            quiet=self._prompter.quiet(readings.time_s),
            quiet_until=self._prompter.quiet_until(readings.time_s),
            slouch=self._slouch.share(readings),
            slouch_hint=state.slouching.hint,
            sat_s=state.sat_all_s,
            on_feet_s=state.stood_all_s,
            walked_s=state.walked_all_s,
        )

    def _take(self, event: MotionEvent) -> None:
        state = self._state
        if isinstance(event, PostureShift) and self._may_sit():
            state.counts += Counts(shifts=self._sits())
            self._move()
        elif isinstance(event, TransitionMade):
            self._take_transition(event.kind)
        elif isinstance(event, WornChanged):
            self._take_off(event)
        elif isinstance(event, SignalSuspect) and event.fault is SignalFault.SHIFTED:
            self._slouch.forget()
        elif isinstance(event, Bend) and not event.seated:
            state.counts += Counts(bends=1, deep_bends=event.deep, held_bends=event.held)

    def _take_off(self, event: WornChanged) -> None:
        """What a sensor showed on a chair was nobody's sitting."""
        state = self._state
        state.worn = event.worn
        if not event.worn:
            lost_s = min(state.sitting_s, event.time_s - event.start_s)
            state.sat_all_s -= lost_s
            state.sitting_s -= lost_s
            self._leave_seat()

    def _sits(self) -> bool:
        readings = self._state.readings
        if not self._state.worn:
            return False
        if readings.posture is Posture.SITTING:
            return True
        if readings.posture is Posture.UNKNOWN:
            upright = readings.held_posture is StartPosture.STANDING
        else:
            upright = readings.posture is Posture.STANDING
            upright &= readings.posture_confidence <= _EVEN
        return upright and self._starts_seated and self._state.seated

    def _may_sit(self) -> bool:
        """Whether stillness is looked for: the person sits, or that is likelier than not."""
        readings = self._state.readings
        doubtful = readings.posture is Posture.STANDING and readings.posture_confidence < _SURE
        return self._sits() or (doubtful and self._state.worn)

    def _move(self) -> None:
        """A shift, or another posture: what a prompt about stillness asks for."""
        self._state.still_s = 0.0
        if self._state.prompts.kind is AlertKind.STILL:
            self._prompter.follow(self._state.readings.time_s)

    def _take_transition(self, kind: TransitionKind) -> None:
        if kind is TransitionKind.SIT_TO_STAND:
            self._state.seated = True
            self._stand_up()
        elif kind in _TO_SEAT:
            self._state.seated = True

    def _stand_up(self) -> None:
        """Count a stand-up once, however it was seen."""
        state = self._state
        if state.seated:
            state.counts += Counts(stand_ups=1)
        state.seated = False
        state.stood_up_s = state.readings.time_s
        state.sitting_s = 0.0
        self._leave_seat()

    def _lose_sight(self) -> None:
        """Nobody knows whether the person still sits: no clock goes on, and nothing is counted."""
        state = self._state
        state.seated = self._starts_seated
        state.sitting_s = state.on_feet_s = state.walk_s = 0.0
        self._leave_seat()

    def _leave_seat(self) -> None:
        """No prompt outlasts the seat."""
        self._state.still_s = self._state.slouched_s = 0.0
        self._prompter.follow(self._state.readings.time_s)

    def _run_clocks(self, elapsed_s: float) -> None:
        state = self._state
        if self._sits():
            # The label of the posture may lag behind the rise: it does not undo a stand-up.
            if state.readings.time_s - state.stood_up_s > self.limits.stand_up_s:
                state.seated = True
            state.on_feet_s = 0.0
            state.sitting_s += elapsed_s
            state.sat_all_s += elapsed_s
            state.still_s += elapsed_s
            return
        if not state.worn:
            return
        if state.readings.posture in (Posture.STANDING, Posture.WALKING):
            state.on_feet_s += elapsed_s
            state.stood_all_s += elapsed_s
            if state.on_feet_s >= self.limits.stand_up_s and (state.seated or not self._may_sit()):
                self._stand_up()
        elif state.readings.posture is Posture.LYING:
            state.on_feet_s = 0.0
        if self._may_sit():
            state.still_s += elapsed_s
        elif state.readings.posture not in (Posture.UNKNOWN, Posture.TRANSITION):
            self._leave_seat()

    def _run_walk(self, elapsed_s: float) -> None:
        """The time since the last walk that was long enough; lying is rest and does not count."""
        state = self._state
        posture = state.readings.posture
        if posture is Posture.WALKING:
            state.walk_s += elapsed_s
            state.walked_all_s += elapsed_s
            state.walk_pause_s, state.suggestion = 0.0, ""
        else:
            state.walk_pause_s += elapsed_s
        if state.walk_pause_s > _WALK_PAUSE_S:
            state.walk_s = 0.0
        if posture is not Posture.LYING and state.worn:
            state.without_walk_s += elapsed_s
        if state.walk_s >= 60.0 * self.limits.walk_min:
            state.without_walk_s = 0.0

    def _run_slouch(self, elapsed_s: float) -> None:
        state = self._state
        share = self._slouch.share(state.readings)
        limit = self.limits.slouch_percent / 100.0
        if not self.limits.slouch or share is None or not self._sits() or share < limit - _CAME_UP:
            state.slouched_s = 0.0
            if state.prompts.kind is AlertKind.SLOUCH:
                self._prompter.follow(state.readings.time_s)
        elif share >= limit or state.slouched_s:
            state.slouched_s += elapsed_s

    def _prompt(self) -> tuple[SittingAlert, ...]:
        """Prompt for the most pressing reason that holds."""
        state, limits = self._state, self.limits
        if not self._may_sit():
            return ()
        time_s = state.readings.time_s
        if state.prompts.words:
            return self._prompter.offer(time_s, state.prompts.kind, state.prompts.words)
        if state.still_s >= self._prompter.patience_s():
            minutes = round(state.still_s / 60)
            words = f"You have sat still for {minutes} minutes. Shift, or take a few steps."
            return self._prompter.offer(time_s, AlertKind.STILL, words)
        if state.slouched_s >= 60.0 * limits.slouch_min:
            words = f"Slumped for {round(state.slouched_s / 60)} minutes. Come up, or lean back."
            return self._prompter.offer(time_s, AlertKind.SLOUCH, words)
        return ()

    def _suggest_walk(self) -> tuple[WalkSuggested, ...]:
        """Suggest a walk once, when it is due and would not disturb."""
        state, limits = self._state, self.limits
        due = limits.walk_every_h and state.without_walk_s >= 3600.0 * limits.walk_every_h
        if not due or not self._sits() or self._prompter.quiet(state.readings.time_s):
            return ()
        hours = round(state.without_walk_s / 3600.0)
        span = "an hour" if hours <= 1 else f"{hours} hours"
        state.without_walk_s = 0.0
        state.suggestion = f"No walk for {span}: {limits.walk_min:g} minutes would do you good."
        return (WalkSuggested(state.readings.time_s, state.suggestion),)
