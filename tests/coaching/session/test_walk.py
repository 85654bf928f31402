"""A walk as an exercise: literal seconds of walking and standing."""

from dataclasses import dataclass, field

import pytest
from tests.coaching.person import CATALOGUE

from spinesense.coaching.routines.parse import parse_routine
from spinesense.coaching.session.session import Session
from spinesense.model.events import CoachEvent, Cue, Posture, SetDone
from spinesense.model.movement import StartPosture
from spinesense.model.packets import Action, Intent
from spinesense.model.readings import Readings
from spinesense.model.snapshot import Phase

LATE_S = 2.0
"""How late the signal core knows of a change."""


@dataclass
class Walker:
    """Walks and stands as told, at 110 steps a minute."""

    session: Session
    time_s: float = 0.0
    steps: float = 0.0
    walking: bool = False
    since_s: float = 0.0
    heard: list[CoachEvent] = field(default_factory=list)

    @property
    def words(self) -> list[str]:
        return [one.words for one in self.heard if isinstance(one, Cue)]

    def live(self, seconds: float, *, walking: bool) -> None:
        changes_s = self.time_s if walking != self.walking else float("-inf")
        for _ in range(round(seconds * 2)):
            self.time_s += 0.5
            if walking != self.walking and self.time_s >= changes_s + LATE_S:
                self.walking, self.since_s = walking, changes_s
            if walking:
                self.steps += 110 / 120
            self.heard += self.session.feed(self.readings(), [])

    def readings(self) -> Readings:
        return Readings(
            time_s=self.time_s,
            posture=Posture.WALKING if self.walking else Posture.STANDING,
            posture_since_s=self.since_s,
            held_posture=StartPosture.STANDING,
            still=not self.walking,
            steps=int(self.steps),
        )

    def say(self, action: Action, value: str = "") -> None:
        self.heard += self.session.say(Intent(self.time_s, action, value), self.readings())

    @property
    def done(self) -> SetDone:
        (done,) = [one for one in self.heard if isinstance(one, SetDone)]
        return done


def ready(minutes: float) -> Walker:
    text = f'id = "w"\ntitle = "W"\n[[entry]]\nexercise = "walk"\nminutes = {minutes}\n'
    walker = Walker(Session(parse_routine(text, "w", CATALOGUE), CATALOGUE, calibrated=True))
    walker.live(1, walking=False)
    walker.say(Action.PAIN, "1")
    walker.say(Action.START)
    for _ in range(100):
        if walker.session.view().phase is Phase.MOVE:
            return walker
        walker.live(0.5, walking=False)
    raise AssertionError("the walk never began")


def test_a_walk_is_its_minutes_and_pauses_do_not_count() -> None:
    walker = ready(10)
    walker.live(5, walking=False)
    walker.live(200, walking=True)
    walker.live(60, walking=False)
    view = walker.session.view()
    assert view.hold_s == pytest.approx(200)
    assert (view.walked, view.holding, view.pauses) == (True, False, 1)
    assert "The clock waits for you. Walk on when you like." in walker.words
    walker.live(396, walking=True)
    assert walker.session.view().phase is Phase.MOVE
    walker.live(6, walking=True)
    assert walker.session.view().phase is Phase.PAIN_AFTER
    assert walker.done.held_s == pytest.approx(600, abs=LATE_S)
    assert not walker.done.skipped
    (line,) = walker.session.view().lines
    assert line.walked


def test_half_way_cadence_and_the_last_minute_are_told() -> None:
    walker = ready(20)
    walker.live(1210, walking=True)
    told = [said for said in walker.words if "minute" in said or "Half" in said]
    assert "Five minutes, about 110 steps a minute." in told
    assert "Half way. Ten minutes, about 110 steps a minute." in told
    assert "Fifteen minutes, about 110 steps a minute." in told
    assert "One more minute. Slow down a little." in told
    assert walker.words.count("That is your walk. Well done.") == 1


def test_the_cadence_is_of_the_last_seconds() -> None:
    walker = ready(10)
    walker.live(4, walking=True)
    assert walker.session.view().cadence_spm is None
    walker.live(30, walking=True)
    assert walker.session.view().cadence_spm == pytest.approx(110, abs=4)
    walker.live(10, walking=False)
    assert walker.session.view().cadence_spm is None


def test_whoever_does_not_begin_is_reminded_and_nothing_is_counted() -> None:
    walker = ready(5)
    walker.live(60, walking=False)
    assert sum(said.startswith("Whenever you are ready") for said in walker.words) == 1
    assert walker.session.view().hold_s == 0.0
    walker.say(Action.SKIP)
    assert walker.done.skipped
    assert walker.done.held_s == 0.0


def test_a_pause_of_the_session_keeps_what_was_walked() -> None:
    walker = ready(3)
    walker.live(100, walking=True)
    walker.say(Action.PAUSE)
    walker.live(30, walking=True)
    walker.say(Action.RESUME)
    walker.live(1, walking=False)
    walker.say(Action.START)
    walker.live(20, walking=False)
    assert walker.session.view().phase is Phase.MOVE
    assert walker.session.view().hold_s == pytest.approx(100, abs=LATE_S)
    walker.live(90, walking=True)
    assert walker.done.held_s == pytest.approx(180, abs=LATE_S)
