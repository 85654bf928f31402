"""A person of literal readings and events who does what a session asks, ten times a second."""

import math
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from spinesense.coaching.exercises.catalogue import load_catalogue
from spinesense.coaching.routines.parse import parse_routine, shipped_routines
from spinesense.coaching.session.session import Session
from spinesense.model.calibration import Calibration, CalibrationMethod
from spinesense.model.events import (
    CalibrationFound,
    CoachEvent,
    Cue,
    HoldBegan,
    MotionEvent,
    Posture,
    Repetition,
    SessionEnded,
    SetDone,
)
from spinesense.model.movement import Axis, Movement, Pattern, Side, StartPosture
from spinesense.model.packets import Action, Intent
from spinesense.model.readings import Readings
from spinesense.model.snapshot import Phase

CATALOGUE = load_catalogue()
CALIBRATION = Calibration((1.0, 0.0, 0.0, 0.0), CalibrationMethod.STAND_AND_BOW, 1.0, 0.02, 0.01)
STEP_S = 0.1
MOVING_S = 4.0
"""Time out and back of the person's repetitions."""


def repetition(
    number: int,
    end_s: float,
    *,
    hold_s: float = 0.0,
    moving_s: float = MOVING_S,
    side: Side = Side.NEGATIVE,
    off_axis_deg: float = 2.0,
    range_deg: float = 10.0,
) -> Repetition:
    return Repetition(
        time_s=end_s,
        number=number,
        start_s=end_s - moving_s - hold_s,
        peak_s=end_s - moving_s / 2,
        end_s=end_s,
        range_rad=math.radians(range_deg),
        hold_s=hold_s,
        side=side,
        off_axis_rad=math.radians(off_axis_deg),
        smoothness=-6.0,
        range_sd_rad=0.01,
    )


@dataclass
class Person:
    """Does what the session asks for, one repetition after another, and hears what it says."""

    session: Session
    time_s: float = 0.0
    heard: list[CoachEvent] = field(default_factory=list)
    phases: list[Phase] = field(default_factory=list)
    makes: Callable[[int, float, Movement], Repetition] | None = None
    lazy: bool = False
    visible: bool = True
    shown: StartPosture | None = None
    """The posture that gravity shows; by default the one that is asked for."""
    pain: str = "2"
    _watched: Movement | None = None
    _began_s: float = 0.0
    _number: int = 0

    @property
    def words(self) -> list[str]:
        return [one.words for one in self.heard if isinstance(one, Cue)]

    @property
    def sets(self) -> list[SetDone]:
        return [one for one in self.heard if isinstance(one, SetDone)]

    @property
    def end(self) -> SessionEnded:
        (end,) = [one for one in self.heard if isinstance(one, SessionEnded)]
        return end

    def live(self, seconds: float, until: Callable[[Session], bool] | None = None) -> None:
        """Live on for so long, or until the session is as asked for."""
        for _ in range(round(seconds / STEP_S)):
            if until and until(self.session):
                return
            self.step()
        assert until is None or until(self.session), "the session never came so far"

    def to(self, phase: Phase) -> None:
        self.live(400.0, lambda session: session.view().phase is phase)

    def step(self, *extra: MotionEvent) -> None:
        self.time_s = round(self.time_s + STEP_S, 6)
        view = self.session.view()
        events, hold_s = self._move()
        asked = CATALOGUE[view.exercise].start_posture
        posture = (self.shown or asked) if self.visible else None
        readings = self.readings(held_posture=posture, still=True, hold_s=hold_s)
        if view.phase is Phase.MOVE and view.walked and not self.lazy:
            readings = replace(readings, posture=Posture.WALKING)
        self.heard.extend(self.session.feed(readings, [*events, *extra]))
        self.phases.append(self.session.view().phase)

    def readings(
        self, held_posture: StartPosture | None, *, still: bool, hold_s: float = 0.0
    ) -> Readings:
        return Readings(
            time_s=self.time_s,
            held_posture=held_posture,
            still=still,
            hold_s=hold_s,
            holding=hold_s > 0,
            flexion_rad=0.2,
        )

    def say(self, action: Action, value: str = "") -> list[CoachEvent]:
        told = self.session.say(
            Intent(self.time_s, action, value), Readings(time_s=self.time_s, flexion_rad=0.2)
        )
        self.heard.extend(told)
        return list(told)

    def do_all(self) -> None:
        """Calibrate, answer, and do the whole routine."""
        while self.session.view().phase is not Phase.DONE and self.time_s < 3000.0:
            phase = self.session.view().phase
            if phase is Phase.CALIBRATE and self.time_s > 6.0:
                self.step(CalibrationFound(self.time_s, CALIBRATION))
            elif phase in (Phase.PAIN_BEFORE, Phase.PAIN_AFTER):
                self.live(6.0)
                self.say(Action.PAIN, self.pain)
            else:
                self.step()
        self.live(5.0)

    def _move(self) -> tuple[list[MotionEvent], float]:
        wanted = self.session.wanted
        if wanted is not self._watched:
            self._watched, self._began_s, self._number = wanted, self.time_s, 0
        if wanted is None or self.lazy:
            return [], 0.0
        if wanted.axis is Axis.STILLNESS:
            return [], max(0.0, self.time_s - self._began_s - 1.0)
        since_s = self.time_s - self._began_s
        hold_from_s = MOVING_S / 2
        if since_s < MOVING_S + wanted.hold_s:
            hold_s = min(max(0.0, since_s - hold_from_s), wanted.hold_s)
            began = wanted.hold_s > 0 and 0 < hold_s < 1.5 * STEP_S
            return ([HoldBegan(self.time_s, self.time_s)] if began else []), hold_s
        self._number += 1
        self._began_s = self.time_s
        side = Side.BOTH if wanted.pattern is Pattern.BOTH else Side.NEGATIVE
        if wanted.pattern is Pattern.EITHER:
            side = Side.POSITIVE if self._number % 2 else Side.NEGATIVE
        made = repetition(self._number, self.time_s, hold_s=wanted.hold_s, side=side)
        if wanted.pattern is Pattern.BOTH:
            made = repetition(
                self._number, self.time_s, hold_s=wanted.hold_s, side=side, moving_s=14.0
            )
        return [self.makes(self._number, self.time_s, wanted) if self.makes else made], 0.0


def person_in(routine: str, *, calibrated: bool = True, **changes: Any) -> Person:
    text = shipped_routines().get(routine, routine)
    session = Session(parse_routine(text, "test", CATALOGUE), CATALOGUE, calibrated=calibrated)
    person = Person(session)
    for name, value in changes.items():
        setattr(person, name, value)
    return person


def one_exercise(exercise: str, **dose: float) -> str:
    lines = "\n".join(f"{key} = {value:g}" for key, value in dose.items())
    return f'id = "one"\ntitle = "One"\n[[entry]]\nexercise = "{exercise}"\n{lines}\n'


def in_move(routine: str, **changes: Any) -> Person:
    person = person_in(routine, **changes)
    person.say(Action.PAIN, "2")
    person.to(Phase.MOVE)
    return person
