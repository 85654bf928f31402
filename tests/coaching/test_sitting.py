"""The sitting monitor over hours of literal readings, one a second."""

import copy

import pytest

from spinesense.coaching.safety import (
    NOTICE,
    RED_FLAGS,
    URGENT_FLAGS,
    Light,
    PainLimits,
)
from spinesense.coaching.sitting import SittingRule, SittingSettings
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

MINUTE_S = 60


class Day:
    """A day at the desk."""

    def __init__(self, settings: SittingSettings | None = None) -> None:
        self.rule = SittingRule(settings or SittingSettings())
        self.time_s = 0.0
        self.alerts: list[SittingAlert] = []

    def be(self, posture: Posture, seconds: float, *, shift_every_s: float = 0.0) -> None:
        for second in range(round(seconds)):
            shift = shift_every_s and second and second % shift_every_s == 0
            self.step(posture, *([PostureShift(self.time_s, 0.1)] if shift else []))

    def step(self, posture: Posture, *events: MotionEvent) -> None:
        self.time_s += 1.0
        self.alerts.extend(self.rule.feed(self.readings(posture), events))

    def readings(self, posture: Posture) -> Readings:
        lies = posture is Posture.LYING
        held = StartPosture.SUPINE if lies else StartPosture.STANDING
        return Readings(time_s=self.time_s, posture=posture, held_posture=held)

    def transition(self, kind: TransitionKind, posture: Posture) -> None:
        self.step(posture, TransitionMade(self.time_s, self.time_s - 2, self.time_s, kind))

    def say(self, action: Action, value: str = "") -> None:
        self.rule.say(Intent(self.time_s, action, value), self.readings(Posture.SITTING))


def test_stillness_brings_one_alert_and_a_shift_ends_it() -> None:
    day = Day()
    day.be(Posture.SITTING, 19 * MINUTE_S)
    assert day.alerts == []
    day.be(Posture.SITTING, 5 * MINUTE_S)
    (alert,) = day.alerts
    assert alert.time_s == pytest.approx(20 * MINUTE_S, abs=2)
    assert "20 minutes" in alert.reason
    assert day.rule.view().alert == alert.reason
    day.step(Posture.SITTING, PostureShift(day.time_s, 0.2))
    view = day.rule.view()
    assert (view.alert, view.shifts) == ("", 1)
    assert view.still_s <= 1.0
    assert view.sitting_s == pytest.approx(24 * MINUTE_S, abs=3)


def test_usual_sitting_is_left_alone() -> None:
    day = Day()
    day.be(Posture.SITTING, 4 * 60 * MINUTE_S, shift_every_s=100)
    assert day.alerts == []


@pytest.mark.parametrize("posture", [Posture.STANDING, Posture.WALKING, Posture.LYING])
def test_whoever_does_not_sit_is_left_alone(posture: Posture) -> None:
    day = Day()
    day.be(posture, 90 * MINUTE_S)
    assert day.alerts == []
    assert day.rule.view().sitting_s == 0.0


def test_the_hour_has_a_budget() -> None:
    day = Day(SittingSettings(still_s=300.0))
    for _ in range(12):
        day.be(Posture.SITTING, 301)
        day.step(Posture.SITTING, PostureShift(day.time_s, 0.2))
    assert len(day.alerts) == 2
    day.be(Posture.SITTING, 10 * MINUTE_S)
    assert len(day.alerts) == 3


def test_only_a_real_stand_up_resets_the_sitting_clock() -> None:
    day = Day()
    day.be(Posture.SITTING, 600, shift_every_s=100)
    day.be(Posture.STANDING, 10)
    day.be(Posture.SITTING, 10)
    assert day.rule.view().sitting_s > 600
    assert day.rule.view().stand_ups == 0
    day.transition(TransitionKind.SIT_TO_STAND, Posture.STANDING)
    assert day.rule.view().sitting_s == 0.0
    assert day.rule.view().stand_ups == 1


def test_a_stand_up_is_counted_once_however_it_is_seen() -> None:
    day = Day()
    day.be(Posture.SITTING, 600, shift_every_s=100)
    day.transition(TransitionKind.SIT_TO_STAND, Posture.SITTING)
    day.be(Posture.SITTING, 2)
    day.be(Posture.STANDING, 120)
    assert day.rule.view().stand_ups == 1
    day.transition(TransitionKind.STAND_TO_SIT, Posture.SITTING)
    day.be(Posture.SITTING, 60)
    day.be(Posture.WALKING, 60)
    assert day.rule.view().stand_ups == 2
    assert day.rule.view().sitting_s == 0.0


def test_no_stillness_is_claimed_across_a_gap() -> None:
    day = Day()
    day.be(Posture.SITTING, 1100)
    day.time_s += 3600.0
    day.step(Posture.SITTING, GapFound(day.time_s, day.time_s - 3600.0, day.time_s))
    assert day.alerts == []
    assert day.rule.view().still_s <= 2.0
    assert day.rule.view().sitting_s == pytest.approx(1100, abs=3)


def test_snooze_is_quiet_for_a_while_and_pause_until_resume() -> None:
    day = Day()
    day.be(Posture.SITTING, 1000)
    day.say(Action.MARK, "snooze")
    day.be(Posture.SITTING, 1790)
    assert day.alerts == []
    day.be(Posture.SITTING, 30)
    assert len(day.alerts) == 1
    day.say(Action.PAUSE)
    assert day.rule.view().alert == ""
    day.be(Posture.SITTING, 7200)
    assert len(day.alerts) == 1
    day.say(Action.RESUME)
    day.step(Posture.SITTING)
    assert len(day.alerts) == 2


def test_another_mark_is_no_snooze() -> None:
    day = Day()
    day.be(Posture.SITTING, 1000)
    day.say(Action.MARK, "coffee")
    day.be(Posture.SITTING, 300)
    assert len(day.alerts) == 1


def test_an_upright_trunk_of_unknown_posture_sits_only_when_that_was_said() -> None:
    unsaid, said = Day(), Day(SittingSettings(starts_seated=True))
    for day in (unsaid, said):
        day.be(Posture.UNKNOWN, 600)
    assert unsaid.rule.view().sitting_s == 0.0
    assert said.rule.view().sitting_s == pytest.approx(600, abs=2)
    said.transition(TransitionKind.SIT_TO_STAND, Posture.UNKNOWN)
    said.be(Posture.UNKNOWN, 600)
    assert said.rule.view().sitting_s == 0.0


def test_a_copy_goes_on_alike() -> None:
    day = Day()
    day.be(Posture.SITTING, 1100)
    other = copy.deepcopy(day)
    for one in (day, other):
        one.be(Posture.SITTING, 200)
    assert day.alerts == other.alerts
    assert day.rule.state == other.rule.state


def test_the_traffic_light() -> None:
    lights = [PainLimits().light(score) for score in range(11)]
    assert lights == [Light.GO_ON] * 4 + [Light.EASIER] * 2 + [Light.STOP] * 5
    assert PainLimits(stop_from=7).light(6) is Light.EASIER


def test_the_red_flags_are_questions_and_the_urgent_ones_are_among_them() -> None:
    assert all(flag.question.endswith("?") for flag in RED_FLAGS)
    assert {flag.id for flag in RED_FLAGS} > URGENT_FLAGS
    assert "wellness" in NOTICE
