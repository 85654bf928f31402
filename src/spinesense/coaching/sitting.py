"""The sitting monitor: a prompt to move after long stillness, and a clock of sitting."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from spinesense.model.events import (
    GapFound,
    MotionEvent,
    Posture,
    PostureShift,
    SittingAlert,
    TransitionKind,
    TransitionMade,
)
from spinesense.model.movement import StartPosture
from spinesense.model.packets import Action, Intent
from spinesense.model.readings import Readings
from spinesense.model.snapshot import PostureView

SNOOZE = "snooze"
"""The text of a ``MARK`` that asks for quiet for a while."""
_TO_SEAT = (TransitionKind.STAND_TO_SIT, TransitionKind.LIE_TO_SIT)


@dataclass(frozen=True, slots=True, kw_only=True)
class SittingSettings:
    """When to prompt.

    Stillness is watched, no angle: prompting shifts cut new back pain to 7 % against 33 %
    (Waongenngarm 2021, doi 10.5271/sjweh.3949), an alarm on a held angle changed nothing
    (Ribeiro 2020, doi 10.1136/oemed-2019-106293).
    """

    still_s: float = 1200.0
    """Office workers shift 9 times in 15 minutes (doi 10.1016/j.apergo.2024.104374), once in 100 s:
    20 minutes without a shift is twelve times that, rare in usual sitting, and below the half hour
    after which break timers speak."""
    alerts_per_hour: int = 2
    """Pushy reminders are what people complain of most."""
    snooze_s: float = 1800.0
    """Half an hour: a call or a meal."""
    stand_up_s: float = 20.0
    """Standing or walking for this long is a stand-up even when the rise was not seen. Shorter
    spells may be an upright seat, since sitting and standing differ little at the pelvis."""
    starts_seated: bool = False
    """The person said that they sit. An upright trunk of unknown posture then counts as sitting
    until they stand up; otherwise it counts as nothing."""


@dataclass(slots=True)
class SittingState:
    """The sitting monitor at one moment."""

    seated: bool
    """Whether the person sat down, or was seen sitting, since the last stand-up."""
    readings: Readings = field(default_factory=Readings)
    fed: bool = False
    """Whether there were readings before: no clock runs before the first."""
    sitting_s: float = 0.0
    still_s: float = 0.0
    on_feet_s: float = 0.0
    shifts: int = 0
    stand_ups: int = 0
    alert: str = ""
    stood_up_s: float = float("-inf")
    """When the newest stand-up became known."""
    alerts_s: tuple[float, ...] = ()
    """Times of the alerts of the last hour."""
    quiet_until_s: float = float("-inf")


class SittingRule:
    """Prompts a person who has sat still for long. Silent while they lie, stand or walk.

    The sitting clock runs while the person sits, stands still while that is unknown, and is reset
    by a real stand-up only. The stillness clock is reset by a postural shift, and by leaving the
    seat. No clock runs across a gap, and stillness is not claimed for it.
    """

    state: SittingState
    """Readable, comparable, and copyable with ``copy.deepcopy``."""

    def __init__(self, settings: SittingSettings = SittingSettings()) -> None:
        self.settings = settings
        self.state = SittingState(seated=settings.starts_seated)

    def feed(self, readings: Readings, events: Sequence[MotionEvent]) -> tuple[SittingAlert, ...]:
        """Take the newest readings and what was found since the last call; an alert, or nothing."""
        state = self.state
        elapsed_s = max(0.0, readings.time_s - state.readings.time_s) if state.fed else 0.0
        state.readings, state.fed = readings, True
        for event in events:
            if isinstance(event, GapFound):
                elapsed_s = max(0.0, elapsed_s - (event.end_s - event.start_s))
                self._move()
            elif isinstance(event, PostureShift) and self._sits():
                state.shifts += 1
                self._move()
            elif isinstance(event, TransitionMade):
                self._take_transition(event.kind)
        self._run_clocks(elapsed_s)
        return self._alert()

    def say(self, intent: Intent, readings: Readings) -> None:
        """``PAUSE`` is quiet until ``RESUME``; a ``MARK`` of "snooze" is quiet for a while."""
        state = self.state
        if intent.action is Action.PAUSE:
            state.quiet_until_s = float("inf")
        elif intent.action is Action.RESUME:
            state.quiet_until_s = float("-inf")
        elif intent.action is Action.MARK and intent.value == SNOOZE:
            state.quiet_until_s = readings.time_s + self.settings.snooze_s
        else:
            return
        state.alert = ""

    def view(self) -> PostureView:
        """What the sitting monitor shows now."""
        state, readings = self.state, self.state.readings
        return PostureView(
            posture=readings.posture,
            lying_side=readings.lying_side,
            confidence=readings.posture_confidence,
            since_s=readings.posture_since_s,
            sitting_s=state.sitting_s,
            still_s=state.still_s,
            shifts=state.shifts,
            alert=state.alert,
            alert_after_s=self.settings.still_s,
            steps=readings.steps,
            stand_ups=state.stand_ups,
        )

    def _sits(self) -> bool:
        readings = self.state.readings
        if readings.posture is Posture.SITTING:
            return True
        upright = readings.held_posture is StartPosture.STANDING
        unknown = readings.posture is Posture.UNKNOWN
        return unknown and upright and self.settings.starts_seated and self.state.seated

    def _move(self) -> None:
        self.state.still_s = 0.0
        self.state.alert = ""

    def _take_transition(self, kind: TransitionKind) -> None:
        if kind is TransitionKind.SIT_TO_STAND:
            self.state.seated = True
            self._stand_up()
        elif kind in _TO_SEAT:
            self.state.seated = True

    def _stand_up(self) -> None:
        """Count a stand-up once, however it was seen."""
        state = self.state
        if state.seated:
            state.stand_ups += 1
        state.seated = False
        state.stood_up_s = state.readings.time_s
        state.sitting_s = 0.0
        self._move()

    def _run_clocks(self, elapsed_s: float) -> None:
        state = self.state
        if self._sits():
            # The label of the posture may lag behind the rise: it does not undo a stand-up.
            if state.readings.time_s - state.stood_up_s > self.settings.stand_up_s:
                state.seated = True
            state.on_feet_s = 0.0
            state.sitting_s += elapsed_s
            state.still_s += elapsed_s
            return
        if state.readings.posture in (Posture.STANDING, Posture.WALKING):
            state.on_feet_s += elapsed_s
            if state.on_feet_s >= self.settings.stand_up_s:
                self._stand_up()
        elif state.readings.posture is Posture.LYING:
            state.on_feet_s = 0.0
        if state.readings.posture not in (Posture.UNKNOWN, Posture.TRANSITION):
            self._move()

    def _alert(self) -> tuple[SittingAlert, ...]:
        """Prompt once for each stillness, within the budget of the hour."""
        state, settings = self.state, self.settings
        time_s = state.readings.time_s
        state.alerts_s = tuple(one for one in state.alerts_s if time_s - one < 3600.0)
        due = self._sits() and state.still_s >= settings.still_s and not state.alert
        if (
            not due
            or time_s < state.quiet_until_s
            or len(state.alerts_s) >= settings.alerts_per_hour
        ):
            return ()
        minutes = round(state.still_s / 60)
        state.alert = f"You have sat still for {minutes} minutes. Shift, or take a few steps."
        state.alerts_s = (*state.alerts_s, time_s)
        return (SittingAlert(time_s, state.alert),)
