"""A model person who hears the coach and does what it says."""

from collections.abc import Sequence

import numpy as np

from spinesense.model.movement import StartPosture
from spinesense.model.packets import Action, Intent
from spinesense.model.snapshot import CoachView, Phase
from spinesense.sensors.simulated.exercises import EXERCISES
from spinesense.sensors.simulated.performance import Performance
from spinesense.sensors.simulated.script import Segment, act
from spinesense.sensors.simulated.truth import Performed

REACTION_S = 0.8
"""From a spoken cue to the first movement: hearing the words takes most of it."""
_ANSWER_S = 3.0
_TRY_AGAIN_S = 4.0
"""After so long without an answer from the coach, a person does it once more."""
_PRESS_S = 6.0
"""One press of a machine, with a breath."""
_WALK_ON_S = 10.0
"""One walks until the end is said."""
_FAULT_SHARE = 0.5
_PAIN = {Phase.PAIN_BEFORE: "2", Phase.PAIN_AFTER: "1"}


class SimulatedPerson:
    """Follows the coach, or a script.

    Parameters
    ----------
    rng
        Draws all that differs from one person and repetition to the next.
    answers
        Whether the person answers the coach's questions; otherwise someone else must.
    script
        What to do, deaf to the coach; None to follow the coach.
    fault
        A fault that about every second repetition shows, of those exercises that can have it.
    """

    def __init__(
        self,
        rng: np.random.Generator,
        *,
        answers: bool = True,
        script: Sequence[Segment] | None = None,
        fault: str = "",
    ) -> None:
        self._rng = rng
        self._answers = answers
        self._fault = fault
        self._listens = script is None
        self._now_s = 0.0
        self._view = CoachView()
        self._to_say: list[Intent] = []
        self.performance = Performance(rng)
        for segment in script or ():
            act(self.performance, segment)

    @property
    def performed(self) -> list[Performed]:
        """The repetitions done and planned; the last may still be taken back by an interruption."""
        return self.performance.truth.performed

    @property
    def done_s(self) -> float:
        """End of all that is planned."""
        return self.performance.at_s

    def hear(self, view: CoachView) -> None:
        """Take note of the coach's present picture; costs nothing while it asks for the same."""
        before, self._view = self._view, view
        if self._listens and _matter(view) != _matter(before):
            self.performance.interrupt(self._now_s + REACTION_S)
            self._obey()

    def live_until(self, time_s: float) -> list[Intent]:
        """Let time pass; gives what the person says meanwhile."""
        self._now_s = time_s
        if (
            self._listens
            and time_s > self.performance.at_s + _TRY_AGAIN_S
            and self._is_waited_for()
        ):
            self.performance.interrupt(time_s + REACTION_S)
            self._obey(again=True)
        said = [intent for intent in self._to_say if intent.arrival_s <= time_s]
        self._to_say = [intent for intent in self._to_say if intent.arrival_s > time_s]
        return said

    def _is_waited_for(self) -> bool:
        """Whether the coach still wants what the person believes to have done."""
        if self._view.phase is Phase.CALIBRATE:
            return True
        goal = self._view.repetition_goal
        return self._view.phase is Phase.MOVE and (goal == 0 or self._view.repetitions < goal)

    def _obey(self, *, again: bool = False) -> None:
        phase, exercise = self._view.phase, EXERCISES.get(self._view.exercise)
        self._to_say.clear()
        if phase is Phase.CALIBRATE:
            self.performance.stand_and_bow()
        elif phase is Phase.GET_READY and exercise:
            self.performance.take(exercise.posture, self._view.side)
        elif phase is Phase.GET_READY and self._view.walked:
            self.performance.take(StartPosture.STANDING)
        elif phase is Phase.MOVE and exercise:
            self._move(again)
        elif phase is Phase.MOVE and self._view.walked:
            self.performance.walk(self._view.hold_goal_s - self._view.hold_s + _WALK_ON_S)
        elif phase is Phase.MOVE:
            # An exercise that somebody showed: this person has not seen it.
            self._to_say.append(Intent(self._now_s + _ANSWER_S, Action.SKIP, ""))
        elif phase is Phase.DONE:
            self.performance.take(StartPosture.STANDING)
        elif phase in _PAIN and self._answers:
            self._to_say.append(Intent(self._now_s + _ANSWER_S, Action.PAIN, _PAIN[phase]))

    def _move(self, again: bool) -> None:
        view = self._view
        left_to_do = max(view.repetition_goal - view.repetitions, 1)
        hold_s = view.hold_goal_s
        if view.guarded:
            left_to_do, hold_s = max(1, round(hold_s / _PRESS_S)), 0.0
        if hold_s:
            # One waits for the end of the hold to be said, and then hears it.
            hold_s += float(self._rng.uniform(0.3, REACTION_S))
        flaws = EXERCISES[view.exercise].flaws
        self.performance.perform(
            view.exercise,
            1 if again else left_to_do,
            hold_s,
            view.side,
            level=view.level,
            fault=self._fault if self._fault in flaws else "",
            fault_share=_FAULT_SHARE,
        )


def _matter(view: CoachView) -> tuple[Phase, str, int]:
    """What makes a person begin something else. Sides change within a set, or after a rest."""
    return view.phase, view.exercise, view.set_number
