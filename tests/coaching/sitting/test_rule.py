"""The sitting monitor over hours of literal readings, one a second."""

import copy
from dataclasses import replace

import pytest

from spinesense.coaching.pain_limits import (
    NOTICE,
    Light,
    PainLimits,
)
from spinesense.coaching.progression.red_flags import RED_FLAGS, URGENT_FLAGS
from spinesense.coaching.sitting.limits import SittingLimits
from spinesense.coaching.sitting.rule import SittingMonitor
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

MINUTE_S = 60


class Day:
    """A day at the desk."""

    def __init__(self, limits: SittingLimits | None = None, *, starts_seated: bool = False) -> None:
        self.rule = SittingMonitor(limits, starts_seated=starts_seated)
        self.time_s = 0.0
        self.told: list[SittingAlert | WalkSuggested] = []
        self.flexion_rad: float | None = None
        self.confidence = 0.9
        self.calibrated = True

    @property
    def alerts(self) -> list[SittingAlert]:
        """Prompts as they were first given."""
        return [one for one in self.told if isinstance(one, SittingAlert) and one.level == 1]

    def be(self, posture: Posture, seconds: float, *, shift_every_s: float = 0.0) -> None:
        for second in range(round(seconds)):
            shift = shift_every_s and second and second % shift_every_s == 0
            self.step(posture, *([PostureShift(self.time_s, 0.1)] if shift else []))

    def step(self, posture: Posture, *events: MotionEvent) -> None:
        self.time_s += 1.0
        self.told.extend(self.rule.feed(self.readings(posture), events))

    def readings(self, posture: Posture) -> Readings:
        lies = posture is Posture.LYING
        held = StartPosture.SUPINE if lies else StartPosture.STANDING
        return Readings(
            time_s=self.time_s,
            posture=posture,
            posture_confidence=self.confidence,
            held_posture=held if self.calibrated else None,
            still=True,
            flexion_rad=self.flexion_rad,
        )

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
    assert (view.alert, view.counts.shifts) == ("", 1)
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
    day = Day(SittingLimits(still_min=5.0, back_off=1.0))
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
    assert day.rule.view().counts.stand_ups == 0
    day.transition(TransitionKind.SIT_TO_STAND, Posture.STANDING)
    assert day.rule.view().sitting_s == 0.0
    assert day.rule.view().counts.stand_ups == 1


def test_a_stand_up_is_counted_once_however_it_is_seen() -> None:
    day = Day()
    day.be(Posture.SITTING, 600, shift_every_s=100)
    day.transition(TransitionKind.SIT_TO_STAND, Posture.SITTING)
    day.be(Posture.SITTING, 2)
    day.be(Posture.STANDING, 120)
    assert day.rule.view().counts.stand_ups == 1
    day.transition(TransitionKind.STAND_TO_SIT, Posture.SITTING)
    day.be(Posture.SITTING, 60)
    day.be(Posture.WALKING, 60)
    assert day.rule.view().counts.stand_ups == 2
    assert day.rule.view().sitting_s == 0.0


def test_no_stillness_is_claimed_across_a_gap() -> None:
    day = Day()
    day.be(Posture.SITTING, 1100)
    day.time_s += 3600.0
    day.step(Posture.SITTING, GapFound(day.time_s, day.time_s - 3600.0, day.time_s))
    assert day.alerts == []
    assert day.rule.view().still_s <= 2.0
    assert day.rule.view().sat_s == pytest.approx(1100, abs=3)


@pytest.mark.parametrize(("unseen_s", "goes_on"), [(120.0, True), (8 * 3600.0, False)])
def test_the_sitting_clock_goes_on_after_a_nap_of_the_sensor_and_not_after_a_night(
    unseen_s: float, goes_on: bool
) -> None:
    day = Day()
    day.transition(TransitionKind.STAND_TO_SIT, Posture.SITTING)
    day.be(Posture.SITTING, 1100)
    day.time_s += unseen_s
    day.step(Posture.UNKNOWN, GapFound(day.time_s, day.time_s - unseen_s, day.time_s))
    assert day.rule.view().sitting_s == pytest.approx(1101 if goes_on else 0, abs=3)
    day.be(Posture.STANDING, 60)
    assert day.rule.view().counts.stand_ups == (1 if goes_on else 0)


def test_another_day_begins_with_what_was_learned_and_still_holds() -> None:
    day = Day(SittingLimits(slouch=True))
    day.flexion_rad = 0.0
    day.be(Posture.SITTING, 5)
    assert day.rule.carry_over() == ()
    day.say(Action.LEARN_SLOUCH)
    day.be(Posture.SITTING, 7)
    day.flexion_rad = -0.3
    day.be(Posture.SITTING, 8)
    day.say(Action.PAUSE)
    day.say(Action.HOLD_OFF, "camera in use")
    other = Day(SittingLimits(slouch=True))
    other.flexion_rad = -0.3
    for action, value in day.rule.carry_over():
        other.say(action, value)
    other.be(Posture.SITTING, 30 * MINUTE_S, shift_every_s=100)
    assert other.rule.view().slouch == pytest.approx(1.0)
    assert (other.alerts, other.rule.view().quiet) == ([], "camera in use")
    other.say(Action.HOLD_OFF)
    assert (other.rule.view().quiet, other.rule.carry_over()) == (
        "paused",
        day.rule.carry_over()[:2],
    )
    other.say(Action.RESUME)
    other.step(Posture.SITTING)
    assert [one.kind for one in other.alerts] == [AlertKind.SLOUCH]
    other.say(Action.OWN_SLOUCH, "tall")
    assert other.rule.view().slouch == pytest.approx(1.0)


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


def test_a_snooze_says_when_it_is_over_by_the_clock_on_the_wall() -> None:
    day = Day()
    day.say(Action.MARK, "snooze")
    day.be(Posture.SITTING, 1)
    assert day.rule.view().quiet_words == "snoozed"
    day.say(Action.CLOCK, "2026-11-25T23:50:00+01:00")
    day.be(Posture.SITTING, 1)
    assert day.rule.view().quiet_words in ("snoozed until 00:20", "snoozed until 00:21")
    day.say(Action.RESUME)
    assert day.rule.view().quiet_until == ""


@pytest.mark.parametrize("odd", ["nan", "inf", "-5", "0", "1e9", "long", "", " "])
def test_what_is_left_of_a_snooze_is_taken_and_odd_lengths_are_not(odd: str) -> None:
    day = Day()
    day.say(Action.MARK, "snooze 90")
    day.be(Posture.SITTING, 60)
    assert day.rule.view().quiet == "snoozed"
    ((action, left),) = day.rule.carry_over()
    assert action is Action.MARK
    assert 0.0 < float(left.removeprefix("snooze ")) <= 31.0
    day.be(Posture.SITTING, 40)
    assert (day.rule.view().quiet, day.rule.carry_over()) == ("", ())
    if odd.strip():
        day.say(Action.MARK, f"snooze {odd}")
        day.step(Posture.SITTING)
        assert day.rule.view().quiet == ""


def test_another_mark_is_no_snooze() -> None:
    day = Day()
    day.be(Posture.SITTING, 1000)
    day.say(Action.MARK, "coffee")
    day.be(Posture.SITTING, 300)
    assert len(day.alerts) == 1


def test_an_upright_trunk_of_unknown_posture_sits_only_when_that_was_said() -> None:
    unsaid, said = Day(), Day(starts_seated=True)
    for day in (unsaid, said):
        day.be(Posture.UNKNOWN, 600)
    assert unsaid.rule.view().sitting_s == 0.0
    assert said.rule.view().sitting_s == pytest.approx(600, abs=2)
    said.transition(TransitionKind.SIT_TO_STAND, Posture.UNKNOWN)
    said.be(Posture.UNKNOWN, 600)
    assert said.rule.view().sitting_s == 0.0


def test_whoever_starts_the_monitor_in_the_seat_is_prompted() -> None:
    for starts_seated in (False, True):
        day = Day(starts_seated=starts_seated)
        day.confidence, day.calibrated = 0.5, False
        day.be(Posture.STANDING, 21 * MINUTE_S)
        assert len(day.alerts) == 1
        seated_s = 21 * MINUTE_S if starts_seated else 0.0
        assert day.rule.view().sitting_s == pytest.approx(seated_s, abs=2)
        day.confidence = 0.9
        day.be(Posture.STANDING, 60)
        assert day.rule.view().sitting_s == 0.0


def test_who_may_well_sit_is_prompted_though_the_label_says_standing() -> None:
    day = Day()
    day.transition(TransitionKind.SIT_TO_STAND, Posture.STANDING)
    day.be(Posture.WALKING, 120)
    day.confidence = 0.57
    day.be(Posture.STANDING, 19 * MINUTE_S)
    assert day.alerts == []
    day.step(Posture.STANDING, PostureShift(day.time_s, 0.1))
    day.be(Posture.STANDING, 21 * MINUTE_S)
    assert len(day.alerts) == 1
    view = day.rule.view()
    assert (view.sitting_s, view.counts.shifts, view.counts.stand_ups) == (0.0, 0, 1)
    day.confidence = 0.95
    day.step(Posture.STANDING)
    assert day.rule.view().alert == ""


def test_a_prompt_that_nobody_moves_on_is_given_more_strongly() -> None:
    day = Day(SittingLimits(strongest=4))
    day.be(Posture.SITTING, 40 * MINUTE_S)
    told = [
        (round(one.time_s / 60), one.level) for one in day.told if isinstance(one, SittingAlert)
    ]
    assert told == [(20, 1), (22, 2), (24, 3), (26, 4)]
    mild = Day(SittingLimits(strongest=1))
    mild.be(Posture.SITTING, 40 * MINUTE_S)
    assert len(mild.told) == 1


def test_prompts_that_are_not_followed_come_later_and_one_that_is_brings_them_back() -> None:
    day = Day()
    waited = []
    for moves_after_min in (10, 10, 10, 1, 1):
        before = len(day.alerts)
        start_s = day.time_s
        while len(day.alerts) == before:
            day.step(Posture.SITTING)
        waited.append(round((day.time_s - start_s) / 60))
        day.be(Posture.SITTING, moves_after_min * MINUTE_S)
        day.step(Posture.SITTING, PostureShift(day.time_s, 0.2))
        day.be(Posture.SITTING, 2 * 60 * MINUTE_S, shift_every_s=100)
        day.step(Posture.SITTING, PostureShift(day.time_s, 0.2))
    assert waited == [20, 25, 30, 30, 20]


def test_half_an_hour_of_stillness_is_always_caught() -> None:
    day = Day()
    for _ in range(6):
        day.be(Posture.SITTING, 31 * MINUTE_S)
        day.step(Posture.SITTING, PostureShift(day.time_s, 0.2))
        day.be(Posture.SITTING, 90 * MINUTE_S, shift_every_s=100)
    assert len(day.alerts) == 6


@pytest.mark.parametrize(
    ("clock", "quiet"),
    [("21:30", False), ("22:30", True), ("23:59", True), ("03:00", True), ("07:10", False)],
)
def test_quiet_hours_go_by_the_clock_that_was_told(clock: str, quiet: bool) -> None:
    day = Day()
    day.say(Action.CLOCK, f"2026-11-25T{clock}:00+01:00")
    day.be(Posture.SITTING, 21 * MINUTE_S)
    assert len(day.alerts) == (0 if quiet else 1)


def test_quiet_hours_follow_midnight_and_a_clock_that_is_set() -> None:
    day = Day()
    day.say(Action.CLOCK, "2026-11-25T23:00:00+01:00")
    day.be(Posture.SITTING, 7 * 60 * MINUTE_S)
    assert day.rule.view().quiet == "quiet hours"
    day.say(Action.CLOCK, "2026-11-26T08:00:00+02:00")
    day.step(Posture.SITTING)
    assert (day.rule.view().quiet, len(day.alerts)) == ("", 1)
    day.say(Action.CLOCK, "later")
    assert day.rule.view().quiet == ""


def test_nobody_is_disturbed_who_is_not_to_be() -> None:
    day = Day()
    day.say(Action.HOLD_OFF, "microphone in use")
    day.be(Posture.SITTING, 40 * MINUTE_S)
    assert (day.told, day.rule.view().quiet) == ([], "microphone in use")
    day.say(Action.HOLD_OFF, "")
    day.step(Posture.SITTING)
    assert len(day.alerts) == 1


def test_a_walk_is_suggested_once_and_taken_back_by_walking() -> None:
    day = Day()
    day.be(Posture.SITTING, 3.5 * 60 * MINUTE_S, shift_every_s=100)
    (walk,) = day.told
    assert isinstance(walk, WalkSuggested)
    assert walk.time_s == pytest.approx(3 * 60 * MINUTE_S, abs=2)
    assert day.rule.view().suggestion == walk.words
    for _ in range(3):
        day.be(Posture.WALKING, 4 * MINUTE_S)
        day.be(Posture.STANDING, MINUTE_S)
    assert day.rule.view().suggestion == ""
    assert day.rule.view().walked_s == pytest.approx(12 * MINUTE_S, abs=3)
    day.be(Posture.SITTING, 2.9 * 60 * MINUTE_S, shift_every_s=100)
    assert len(day.told) == 1
    day.be(Posture.SITTING, 12 * MINUTE_S, shift_every_s=100)
    assert len(day.told) == 2


def test_a_slump_is_measured_on_the_own_scale_and_told_only_on_request() -> None:
    for asked in (False, True):
        day = Day(SittingLimits(slouch=asked))
        day.flexion_rad = 0.0
        day.be(Posture.SITTING, 5)
        day.say(Action.LEARN_SLOUCH)
        assert day.rule.view().slouch_hint == "Sit tall and hold still"
        day.be(Posture.SITTING, 7)
        assert "slump" in day.rule.view().slouch_hint
        day.flexion_rad = -0.3
        day.be(Posture.SITTING, 8)
        assert day.rule.view().slouch_hint == ""
        assert day.rule.view().slouch == pytest.approx(1.0)
        day.flexion_rad = -0.15
        day.be(Posture.SITTING, 30 * MINUTE_S, shift_every_s=100)
        assert day.told == []
        assert day.rule.view().slouch == pytest.approx(0.5)
        day.flexion_rad = -0.27
        day.be(Posture.SITTING, 11 * MINUTE_S, shift_every_s=100)
        assert [one.kind for one in day.alerts] == ([AlertKind.SLOUCH] if asked else [])
        day.flexion_rad = -0.1
        day.step(Posture.SITTING)
        assert day.rule.view().alert == ""


def test_slouch_is_not_learned_from_nothing() -> None:
    day = Day()
    day.say(Action.LEARN_SLOUCH)
    assert "Calibrate" in day.rule.view().slouch_hint
    day.flexion_rad = 0.0
    day.step(Posture.SITTING)
    day.say(Action.LEARN_SLOUCH)
    day.be(Posture.SITTING, 70)
    assert "Nothing was learned" in day.rule.view().slouch_hint
    assert day.rule.view().slouch is None


def test_a_sensor_on_a_chair_sits_for_nobody() -> None:
    day = Day()
    day.be(Posture.SITTING, 10 * MINUTE_S, shift_every_s=100)
    sat_s = day.rule.view().sat_s
    day.be(Posture.SITTING, 5 * MINUTE_S)
    day.step(Posture.SITTING, WornChanged(day.time_s, day.time_s - 300.0, False))
    day.be(Posture.SITTING, 5 * 60 * MINUTE_S)
    view = day.rule.view()
    assert (day.told, view.worn) == ([], False)
    assert view.sat_s == pytest.approx(sat_s, abs=3)
    day.step(Posture.SITTING, WornChanged(day.time_s, day.time_s, True))
    day.be(Posture.SITTING, 21 * MINUTE_S)
    assert len(day.alerts) == 1


def test_bends_are_counted() -> None:
    day = Day()
    day.step(Posture.STANDING, Bend(0.0, 0.0, 2.0, 0.9, 0.9, 1.0, 5.0))
    day.step(Posture.STANDING, Bend(0.0, 0.0, 2.0, 0.4, 0.4, 1.0, 0.5))
    view = day.rule.view()
    assert (view.counts.bends, view.counts.deep_bends, view.counts.held_bends) == (2, 1, 1)


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


def test_a_prompt_stays_as_mild_as_it_is_where_that_is_wanted() -> None:
    day = Day(SittingLimits(escalate_min=0.0))
    day.be(Posture.SITTING, 40 * MINUTE_S)
    assert [one.level for one in day.told if isinstance(one, SittingAlert)] == [1]


def test_a_prompt_that_is_put_off_was_not_followed() -> None:
    day = Day()
    day.be(Posture.SITTING, 21 * MINUTE_S)
    assert day.rule.view().alert_after_s == 20 * MINUTE_S
    day.say(Action.MARK, "snooze")
    day.step(Posture.SITTING)
    assert (day.rule.view().alert, day.rule.view().alert_after_s) == ("", 25 * MINUTE_S)


@pytest.mark.parametrize(("clock", "quiet"), [("11:59", False), ("12:30", True), ("13:01", False)])
def test_quiet_hours_may_be_at_noon(clock: str, quiet: bool) -> None:
    day = Day(SittingLimits(quiet_from="12:00", quiet_until="13:00"))
    day.say(Action.CLOCK, f"2026-11-25T{clock}:00+01:00")
    day.step(Posture.SITTING)
    assert bool(day.rule.view().quiet) is quiet


def test_a_walk_is_suggested_to_those_only_who_sit_and_may_be_disturbed() -> None:
    stands, busy, lies = Day(), Day(), Day()
    stands.be(Posture.STANDING, 4 * 60 * MINUTE_S)
    busy.say(Action.HOLD_OFF, "camera in use")
    busy.be(Posture.SITTING, 4 * 60 * MINUTE_S, shift_every_s=100)
    lies.be(Posture.LYING, 8 * 60 * MINUTE_S)
    lies.be(Posture.SITTING, 60 * MINUTE_S, shift_every_s=100)
    assert stands.told == busy.told == lies.told == []
    for waited in (stands, busy):
        waited.say(Action.HOLD_OFF)
        waited.step(Posture.SITTING)
        assert isinstance(waited.told[-1], WalkSuggested)


def test_a_few_steps_are_no_walk_and_a_sensor_on_a_chair_waits_for_none() -> None:
    day = Day()
    day.be(Posture.SITTING, 2.5 * 60 * MINUTE_S, shift_every_s=100)
    day.be(Posture.WALKING, 2 * MINUTE_S)
    day.step(Posture.SITTING, WornChanged(day.time_s, day.time_s, False))
    day.be(Posture.SITTING, 60 * MINUTE_S)
    assert day.told == []
    day.step(Posture.SITTING, WornChanged(day.time_s, day.time_s, True))
    day.be(Posture.SITTING, 30 * MINUTE_S, shift_every_s=100)
    assert isinstance(day.told[-1], WalkSuggested)


def slumping(limits: SittingLimits) -> Day:
    """A day of a person whose scale is 0 to 0.3 rad."""
    day = Day(limits)
    day.flexion_rad = 0.0
    day.be(Posture.SITTING, 5)
    day.say(Action.OWN_SLOUCH, "0.0 0.3")
    return day


def test_a_slump_about_the_limit_is_one_and_coming_up_a_little_ends_none() -> None:
    day = slumping(SittingLimits(slouch=True))
    for _ in range(11):
        day.flexion_rad = 0.3 * 0.82
        day.be(Posture.SITTING, 30, shift_every_s=20)
        day.flexion_rad = 0.3 * 0.75
        day.be(Posture.SITTING, 30, shift_every_s=20)
    assert [one.kind for one in day.alerts] == [AlertKind.SLOUCH]
    assert day.rule.view().alert
    day.flexion_rad = 0.3 * 0.65
    day.step(Posture.SITTING)
    assert not day.rule.view().alert


def test_nobody_is_told_of_a_slump_by_a_sensor_that_has_moved() -> None:
    day = slumping(SittingLimits(slouch=True))
    day.flexion_rad = 0.3
    day.step(Posture.SITTING, SignalSuspect(day.time_s, SignalFault.SHIFTED, "moved"))
    day.be(Posture.SITTING, 60 * MINUTE_S, shift_every_s=100)
    assert (day.alerts, day.rule.view().slouch, day.rule.carry_over()) == ([], None, ())
    assert "has moved" in day.rule.view().slouch_hint


@pytest.mark.parametrize("percent", [60.0, 90.0])
def test_how_far_is_too_far_is_the_persons_choice(percent: float) -> None:
    day = slumping(SittingLimits(slouch=True, slouch_percent=percent))
    day.flexion_rad = 0.3 * 0.8
    day.be(Posture.SITTING, 12 * MINUTE_S, shift_every_s=100)
    assert len(day.alerts) == (1 if percent < 80.0 else 0)


def test_nothing_is_learned_from_a_person_who_moves() -> None:
    day = Day()
    day.flexion_rad = 0.0
    day.say(Action.LEARN_SLOUCH)
    for _ in range(30):
        day.time_s += 1.0
        day.rule.feed(replace(day.readings(Posture.SITTING), still=False), [])
    assert "tall" in day.rule.view().slouch_hint
