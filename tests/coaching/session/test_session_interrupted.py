"""Sessions that are paused, skipped, stopped, or lose their sensor; pain and its limits."""

import pytest
from tests.coaching.person import CATALOGUE, in_move, one_exercise, person_in, repetition

from spinesense.coaching.session.phases import lead_s
from spinesense.model.events import (
    Cue,
    PainMoment,
    PainReported,
    Priority,
)
from spinesense.model.packets import Action
from spinesense.model.snapshot import Phase


@pytest.mark.parametrize("answer", ["11", "-1", "a lot", "", "3.5", "9" * 5000, "٣"])
def test_an_answer_that_is_no_score_is_asked_again(answer: str) -> None:
    person = person_in("demo")
    assert person.say(Action.PAIN, answer)[0].time_s == 0.0
    person.live(20.0)
    assert person.session.view().phase is Phase.PAIN_BEFORE
    assert sum("whole number" in words for words in person.words) == 1
    assert not any(isinstance(one, PainReported) for one in person.heard)


@pytest.mark.parametrize(("score", "goal", "phase"), [
    ("0", 12, Phase.GET_READY),
    ("3", 12, Phase.GET_READY),
    ("4", 8, Phase.GET_READY),
    ("5", 8, Phase.GET_READY),
    ("6", 12, Phase.DONE),
    ("10", 12, Phase.DONE),
])  # fmt: skip
def test_pain_before_decides_how_much_is_done(score: str, goal: int, phase: Phase) -> None:
    person = person_in(one_exercise("pelvic_tilt", repetitions=12))
    person.say(Action.PAIN, score)
    assert person.session.view().phase is phase
    assert person.session.view().repetition_goal == goal
    if phase is Phase.DONE:
        assert not person.end.finished
        assert "rest" in person.end.reason
        assert isinstance(person.heard[0], Cue)
        assert person.heard[0].priority is Priority.STOP


def test_pain_while_moving_is_kept_with_the_exercise_and_ends_the_session_when_high() -> None:
    person = in_move("demo")
    person.live(10.0)
    person.say(Action.PAIN, "7")
    reports = [one for one in person.heard if isinstance(one, PainReported)]
    assert reports[-1] == PainReported(person.time_s, 7, PainMoment.DURING, "pelvic_tilt", 0.2)
    assert not person.end.finished
    assert person.sets[-1].skipped
    assert len(person.sets[-1].repetitions) == 2


def test_more_pain_afterwards_brings_advice() -> None:
    person = in_move(one_exercise("pelvic_tilt", repetitions=1))
    person.to(Phase.PAIN_AFTER)
    person.live(8.0)
    person.say(Action.PAIN, "4")
    person.live(5.0)
    assert person.end.finished
    assert person.words[-1].startswith("That is more than before.")


def test_pain_that_stays_is_asked_about_and_then_ends_the_session() -> None:
    person = person_in("demo", lazy=True)
    person.say(Action.PAIN, "4")
    person.live(880.0)
    assert any("still hurt" in words for words in person.words)
    person.live(40.0)
    assert not person.end.finished
    assert "quarter of an hour" in person.end.reason


INTERRUPTIONS = [(Action.PAUSE, Action.RESUME), (Action.SENSOR_LOST, Action.SENSOR_BACK)]


@pytest.mark.parametrize(("away", "back"), INTERRUPTIONS)
@pytest.mark.parametrize("after_s", [1.0, 4.1, 9.0, 13.0])
def test_an_interruption_neither_loses_nor_doubles_a_repetition(
    away: Action, back: Action, after_s: float
) -> None:
    person = in_move(one_exercise("pelvic_tilt", repetitions=6))
    person.live(after_s)
    before = person.session.view().repetitions
    old = person.session.wanted
    assert isinstance(person.say(away)[0], Cue)
    assert person.session.wanted is None
    person.step(repetition(before + 1, person.time_s))
    person.live(30.0)
    assert person.session.view().phase is Phase.PAUSED
    assert person.session.view().repetitions == before
    person.say(back)
    assert person.session.view().phase is Phase.GET_READY
    person.to(Phase.MOVE)
    assert person.session.wanted is not old
    assert person.session.wanted == old
    person.to(Phase.PAIN_AFTER)
    counted = person.sets[0].repetitions
    assert len(counted) == 6
    assert len({one.end_s for one in counted}) == 6


def test_a_repetition_that_is_told_twice_counts_once() -> None:
    person = in_move("demo", lazy=True)
    person.live(5.0)
    one = repetition(1, person.time_s)
    person.step(one)
    person.step(one)
    old = repetition(1, person.time_s - 10.0)
    person.step(old)
    assert person.session.view().repetitions == 1


def test_the_sensor_does_not_end_a_pause_of_the_person_nor_the_person_the_loss() -> None:
    person = in_move("demo")
    person.say(Action.PAUSE)
    person.say(Action.SENSOR_LOST)
    person.say(Action.RESUME)
    assert person.session.view().phase is Phase.PAUSED
    person.say(Action.PAUSE)
    person.say(Action.SENSOR_BACK)
    assert person.session.view().phase is Phase.PAUSED
    person.say(Action.RESUME)
    assert person.session.view().phase is Phase.GET_READY


def test_a_jump_of_time_over_a_loss_gives_the_person_the_whole_time_to_get_ready() -> None:
    person = in_move("demo")
    person.say(Action.SENSOR_LOST)
    person.say(Action.SENSOR_BACK)
    person.time_s += 600.0
    person.visible = False
    person.live(20.0)
    assert person.session.view().phase is Phase.GET_READY


def test_questions_are_answered_without_a_sensor_but_moving_waits_for_it() -> None:
    person = person_in("demo")
    person.live(5.0)
    person.say(Action.SENSOR_LOST)
    person.say(Action.PAIN, "1")
    assert person.session.view().phase is Phase.PAUSED
    person.say(Action.SENSOR_BACK)
    assert person.session.view().phase is Phase.GET_READY


def test_skip_leaves_the_exercise_with_all_its_sets() -> None:
    person = in_move(
        one_exercise("pelvic_tilt", repetitions=5, sets=2)
        + '[[entry]]\nexercise = "bridge"\nrepetitions = 1\n'
    )
    person.live(5.0)
    person.say(Action.SKIP)
    assert [(one.set_number, one.skipped, len(one.repetitions)) for one in person.sets] == [
        (1, True, 1),
        (2, True, 0),
    ]
    assert person.session.view().exercise == "bridge"
    assert person.session.view().phase is Phase.GET_READY
    person.to(Phase.PAIN_AFTER)
    assert not person.sets[-1].skipped


def test_skip_while_paused_stays_paused() -> None:
    person = in_move("demo")
    person.say(Action.PAUSE)
    person.say(Action.SKIP)
    assert person.session.view().phase is Phase.PAUSED
    person.say(Action.RESUME)
    assert person.session.view().exercise == "bridge"


def test_repeat_starts_the_set_again_and_in_a_rest_the_one_before() -> None:
    person = in_move("demo")
    person.live(9.0)
    assert person.session.view().repetitions == 2
    person.say(Action.REPEAT)
    assert person.session.view().repetitions == 0
    person.to(Phase.REST)
    person.say(Action.REPEAT)
    assert person.session.view().exercise == "pelvic_tilt"
    person.to(Phase.REST)
    assert [len(one.repetitions) for one in person.sets] == [4, 4]


@pytest.mark.parametrize(
    "phase", [Phase.PAIN_BEFORE, Phase.GET_READY, Phase.MOVE, Phase.REST, Phase.PAUSED]
)
def test_stop_is_heard_first_at_any_moment(phase: Phase) -> None:
    person = person_in("demo")
    if phase is not Phase.PAIN_BEFORE:
        person.say(Action.PAIN, "0")
    if phase is Phase.PAUSED:
        person.say(Action.PAUSE)
    person.to(phase)
    told = person.say(Action.STOP)
    assert isinstance(told[0], Cue)
    assert told[0].priority is Priority.STOP
    assert told[0].words.startswith("Stop")
    assert not person.end.finished
    assert person.session.wanted is None
    assert person.say(Action.STOP) == []
    person.live(10.0)
    assert person.words[-1] == told[0].words


def test_a_long_hold_keeps_what_was_held_before_an_interruption() -> None:
    person = in_move(one_exercise("hamstring_stretch", hold_s=15, sets=1))
    person.live(11.0)
    held_s = person.session.view().hold_s
    person.say(Action.PAUSE)
    person.say(Action.RESUME)
    assert person.session.view().hold_s == held_s
    person.to(Phase.MOVE)
    began_s = person.time_s
    person.live(20.0, lambda session: bool(session.state.done))
    into_s = lead_s(CATALOGUE["hamstring_stretch"])
    assert person.time_s - began_s == pytest.approx(1.0 + into_s + 15.0 - held_s, abs=0.3)
