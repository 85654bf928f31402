"""Whole sessions from calibration to the last question."""

import copy
from collections.abc import Sequence

import pytest
from tests.coaching.person import (
    CATALOGUE,
    person_in,
)

from spinesense.coaching.routines.parse import shipped_routines
from spinesense.coaching.session.cues import speech_s
from spinesense.model.events import (
    CalibrationRefused,
    Cue,
    Priority,
    SessionEnded,
)
from spinesense.model.packets import Action
from spinesense.model.readings import Readings
from spinesense.model.snapshot import CalibrationStep, CalibrationView, Phase


def test_the_whole_demo_is_led_from_calibration_to_the_end() -> None:
    person = person_in("demo", calibrated=False)
    assert person.session.wants_calibration
    person.do_all()
    assert [(one.exercise, len(one.repetitions), one.goal) for one in person.sets] == [
        ("pelvic_tilt", 4, 4),
        ("bridge", 3, 3),
        ("cat_stretch", 2, 2),
    ]
    assert person.end == SessionEnded(person.end.time_s, True, "")
    assert 100.0 < person.end.time_s < 200.0
    view = person.session.view()
    assert (view.pain_before, view.pain_after) == (2, 2)
    assert [line.title for line in view.lines] == ["Pelvic tilt", "Bridge", "Cat stretch"]
    assert view.lines[1].mean_hold_s == pytest.approx(3.0)
    assert person.sets[1].held_s == pytest.approx(9.0)


def test_the_demo_says_where_when_and_how_many() -> None:
    person = person_in("demo")
    person.do_all()
    heard = iter(person.words)
    for expected in (
        "Pelvic tilt.",
        CATALOGUE["pelvic_tilt"].start_words,
        "Three.",
        "Two.",
        "One.",
        "Begin.",
        "One.",
        "Two.",
        "Three.",
        "Four. Well done.",
        "Next: Bridge, on your back.",
        "Hold.",
        "And down, breathe in.",
        "Next: Cat stretch, on your hands and knees.",
        "Let it sink.",
        "That was the last one.",
    ):
        assert expected in heard, f"{expected!r} was not said in its turn"


def test_every_shipped_routine_can_be_finished() -> None:
    for routine in shipped_routines():
        person = person_in(routine)
        person.do_all()
        assert person.end.finished
        assert not any(one.skipped for one in person.sets)


def test_speech_never_overlaps() -> None:
    person = person_in("first_steps")
    person.do_all()
    free_s, saying = 0.0, Priority.STOP
    for cue in (one for one in person.heard if isinstance(one, Cue)):
        interrupts = cue.priority is Priority.STOP or saying is Priority.PACE
        assert interrupts or cue.time_s >= free_s
        free_s, saying = cue.time_s + speech_s(cue.words), cue.priority


def test_equal_input_gives_equal_output_and_a_copy_goes_on_alike() -> None:
    first, second = person_in("demo"), person_in("demo")
    first.do_all()
    second.say(Action.PAIN, "2")
    second.live(40.0)
    third = copy.deepcopy(second)
    for one in (second, third):
        one.do_all()
    assert second.heard == third.heard
    assert second.session.state == third.session.state
    again = person_in("demo")
    again.do_all()
    assert again.heard == first.heard


def test_a_refused_calibration_is_told_and_asked_for_anew() -> None:
    person = person_in("demo", calibrated=False)
    person.live(5.0)
    person.step(CalibrationRefused(person.time_s, "The bows were too small. Bow further."))
    assert not person.session.wants_calibration
    person.live(5.0)
    assert person.session.wants_calibration
    assert "The bows were too small. Bow further." in person.words
    assert person.session.view().step == "The bows were too small. Bow further."
    view = CalibrationView(step=CalibrationStep.BOW)
    person.session.feed(Readings(time_s=person.time_s + 5, calibration_view=view), [])
    assert person.session.view().step.startswith("Now bow")


def texts_of(steps: Sequence[Phase]) -> list[Phase]:
    return [phase for at, phase in enumerate(steps) if at == 0 or steps[at - 1] is not phase]


def test_phases_follow_each_other_in_order() -> None:
    person = person_in("demo")
    person.do_all()
    turn = [Phase.GET_READY, Phase.MOVE]
    assert texts_of(person.phases) == [
        Phase.PAIN_BEFORE,
        *turn,
        Phase.REST,
        *turn,
        Phase.REST,
        *turn,
        Phase.PAIN_AFTER,
        Phase.DONE,
    ]
