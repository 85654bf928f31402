"""A coached session: findings and intents in, cues and results out."""

from collections.abc import Mapping, Sequence

from spinesense.coaching import pain_limits
from spinesense.coaching.exercises.schema import Exercise
from spinesense.coaching.pain_limits import PAIN_QUESTION, PainLimits
from spinesense.coaching.routines.entry import Routine
from spinesense.coaching.routines.plan import plan_of
from spinesense.coaching.session import commands, phrases, view
from spinesense.coaching.session.active_set import step_move
from spinesense.coaching.session.phases import (
    enter,
    enter_calibrate,
    step_calibrate,
    step_ready,
    step_rest,
    stop_for_pain,
)
from spinesense.coaching.session.state import SessionState
from spinesense.coaching.session.walk import step_walk
from spinesense.model.events import CoachEvent, GapFound, MotionEvent, Priority, SignalSuspect
from spinesense.model.movement import Movement
from spinesense.model.packets import Intent
from spinesense.model.readings import Readings
from spinesense.model.snapshot import CoachView, Phase

DEFAULT_LIMITS = PainLimits()
LONG_GAP_S = 2.0
"""A shorter gap is over before it could be named; about half a repetition."""


class Session:
    """Leads through a routine. Equal readings, events and intents give equal cues and results.

    Parameters
    ----------
    routine
        What to do.
    catalogue
        Exercises by id; holds all that the routine names.
    calibrated
        Whether it is known already how the sensor sits; otherwise a stand-and-bow comes first.
    limits
        Where the pain traffic light changes.
    """

    state: SessionState
    """Readable, comparable, and copyable with ``copy.deepcopy``."""

    def __init__(
        self,
        routine: Routine,
        catalogue: Mapping[str, Exercise],
        *,
        calibrated: bool = False,
        limits: PainLimits = DEFAULT_LIMITS,
    ) -> None:
        self.routine = routine
        self.limits = limits
        self.state = SessionState(plan=plan_of(routine, catalogue), phase=Phase.NONE)
        if calibrated:
            enter(self.state, Phase.PAIN_BEFORE, (PAIN_QUESTION,))
        else:
            enter_calibrate(self.state)

    @property
    def wanted(self) -> Movement | None:
        """What the signal core shall look for now; another object means to start again."""
        return self.state.wanted

    @property
    def wants_calibration(self) -> bool:
        """Whether the signal core shall look for a stand-and-bow.

        Each change from false to true means to start again.
        """
        return self.state.wants_calibration

    def feed(self, readings: Readings, events: Sequence[MotionEvent]) -> tuple[CoachEvent, ...]:
        """Take the newest readings and what was found since the last call, in order of data time.

        Returns
        -------
        tuple of CoachEvent
            Finished sets and the like, then at most one cue.
        """
        state = self.state
        state.readings = readings
        if state.since_s is None:
            state.since_s = readings.time_s
        told: list[CoachEvent] = []
        self._watch_signal(events)
        if state.phase is Phase.CALIBRATE:
            step_calibrate(state, readings, events)
        elif state.phase is Phase.GET_READY:
            step_ready(state, readings)
        elif state.phase is Phase.MOVE:
            if state.set_plan.exercise.walked:
                told.extend(step_walk(state, readings))
            else:
                told.extend(step_move(state, readings, events))
        elif state.phase is Phase.REST:
            step_rest(state, readings)
        told.extend(self._watch_pain(readings.time_s))
        return (*told, *self._speak())

    def say(self, intent: Intent, readings: Readings) -> tuple[CoachEvent, ...]:
        """Take what the person or the watchdog of the sensor says.

        Returns
        -------
        tuple of CoachEvent
            A spoken stop first where there is one, then what follows from the intent.
        """
        self.state.readings = readings
        told = commands.take(self.state, intent, self.limits)
        return (*self._speak(), *told)

    def view(self) -> CoachView:
        """What the coach shows now."""
        return view.view_of(self.state, self.routine)

    def _speak(self) -> tuple[CoachEvent, ...]:
        """The cue that is due, if any: a wish, or the next sentence of the script when quiet."""
        state, time_s = self.state, self.state.readings.time_s
        if state.script and state.desk.quiet(time_s):
            state.desk.request(time_s, Priority.GUIDE, state.script[0])
            state.script = state.script[1:]
        cue = state.desk.next(time_s)
        return (cue,) if cue else ()

    def _watch_signal(self, events: Sequence[MotionEvent]) -> None:
        """Say once what is wrong with the signal. A gap costs the person no patience."""
        state = self.state
        for event in events:
            if isinstance(event, SignalSuspect) and event.fault not in state.signal_told:
                state.signal_told |= {event.fault}
                state.script = (*state.script, event.message)
            elif isinstance(event, GapFound) and state.phase is Phase.MOVE:
                gap_s = event.end_s - event.start_s
                state.progress.progress_s += gap_s
                if gap_s > LONG_GAP_S:
                    state.script = (*state.script, phrases.LONG_GAP)

    def _watch_pain(self, time_s: float) -> list[CoachEvent]:
        """End a session in which more than mild pain stays, after asking once."""
        state, limits = self.state, self.limits
        if state.pain_high_since_s is None or state.phase in (Phase.PAIN_AFTER, Phase.DONE):
            return []
        hurting_s = time_s - state.pain_high_since_s
        if hurting_s > limits.longest_s:
            return stop_for_pain(state, time_s, pain_limits.STOP_LONG)
        if hurting_s > limits.longest_s - limits.ask_before_s and not state.pain_asked:
            state.pain_asked = True
            state.script = (pain_limits.PAIN_STILL, *state.script)
        return []
