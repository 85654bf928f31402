"""Whatever happens in whatever order, a session stays sound."""

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.coaching.person import Person, person_in, repetition

from spinesense.model.events import HoldBegan, HoldPaused, MotionEvent, SessionEnded, SetDone
from spinesense.model.packets import Action
from spinesense.model.snapshot import Phase

ROUTINE = """
id = "mixed"
title = "Mixed"
[[entry]]
exercise = "hamstring_stretch"
hold_s = 4
sets = 1
[[entry]]
exercise = "bird_dog"
repetitions = 1
hold_s = 1
rest_s = 3
sets = 2
[[entry]]
exercise = "bridge"
repetitions = 2
"""
SETS = 5

HAPPENINGS = st.lists(
    st.one_of(
        st.tuples(st.just("live"), st.floats(0.1, 30.0)),
        st.tuples(st.just("jump"), st.floats(0.0, 100.0)),
        st.tuples(st.just("say"), st.sampled_from(Action)),
        st.tuples(st.just("pain"), st.sampled_from(["0", "3", "4", "5", "x"])),
        st.tuples(st.just("event"), st.sampled_from(["repetition", "began", "paused"])),
    ),
    max_size=40,
)


def happen(person: Person, kind: str, value: object) -> None:
    if kind == "live" and isinstance(value, float):
        person.live(value)
    elif kind == "jump" and isinstance(value, float):
        person.time_s += value
    elif kind == "say" and isinstance(value, Action):
        person.say(value)
    elif kind == "pain":
        person.say(Action.PAIN, str(value))
    else:
        time_s = person.time_s
        events: dict[str, MotionEvent] = {
            "repetition": repetition(1, time_s),
            "began": HoldBegan(time_s, time_s),
            "paused": HoldPaused(time_s, 0.5),
        }
        person.step(events[str(value)])


def check(person: Person) -> None:
    session, view = person.session, person.session.view()
    assert (session.wanted is not None) == (view.phase is Phase.MOVE)
    assert not session.wants_calibration or view.phase is Phase.CALIBRATE
    assert view.repetition_goal == 0 or view.repetitions <= view.repetition_goal
    assert 1 <= view.position <= view.total
    assert view.step
    ended = [one for one in person.heard if isinstance(one, SessionEnded)]
    assert len(ended) == (view.phase is Phase.DONE)


@settings(max_examples=60, deadline=None)
@given(st.floats(0.0, 90.0), HAPPENINGS)
def test_anything_may_happen(first_s: float, happenings: list[tuple[str, object]]) -> None:
    person = person_in(ROUTINE)
    person.say(Action.PAIN, "0")
    person.live(first_s)
    for kind, value in happenings:
        happen(person, kind, value)
        check(person)
    repetitions = [one for done in person.session.state.done for one in done.repetitions]
    assert len({one.end_s for one in repetitions}) == len(repetitions)
    assert person.session.state.done == [one for one in person.heard if isinstance(one, SetDone)]


@settings(max_examples=30, deadline=None)
@given(HAPPENINGS)
def test_after_anything_the_routine_can_still_be_finished(
    happenings: list[tuple[str, object]],
) -> None:
    person = person_in(ROUTINE)
    for kind, value in happenings:
        if value not in (Action.STOP, Action.CALIBRATE):
            happen(person, kind, value)
    person.say(Action.PAIN, "0")
    person.say(Action.SENSOR_BACK)
    person.say(Action.RESUME)
    person.time_s += 1.0
    person.do_all()
    assert person.end.finished
    done = [(one.exercise, one.set_number, one.side) for one in person.session.state.done]
    assert len(set(done)) == SETS
