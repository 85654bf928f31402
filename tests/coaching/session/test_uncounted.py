"""A movement that is no repetition is noted, and said why of: at once, kindly, at times."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.coaching.person import Person, in_move, one_exercise, repetition

from spinesense.coaching.session import phrases
from spinesense.model.events import GapFound, MotionEvent, PartialMovement, Uncounted
from spinesense.model.movement import Side
from spinesense.model.snapshot import Phase

BENDS = one_exercise("forward_bend", repetitions=10)


def partial(end_s: float, why: Uncounted, lasted_s: float = 2.0) -> PartialMovement:
    start_s = end_s - lasted_s
    return PartialMovement(end_s, start_s, end_s - lasted_s / 2, end_s, math.radians(12.0), why)


def idle(text: str = BENDS) -> Person:
    """Somebody in the middle of a set, of whom the test says what they do."""
    person = in_move(text, lazy=True)
    person.live(5.0)
    return person


@pytest.mark.parametrize("why", Uncounted)
def test_each_reason_is_said_at_once_and_shown(why: Uncounted) -> None:
    person = idle()
    person.step(partial(person.time_s, why))
    person.live(1.0)
    assert person.words[-1] == phrases.UNCOUNTED[why]
    assert person.session.view().uncounted == 1
    assert person.session.view().repetitions == 0


def test_it_is_said_at_most_every_third_time() -> None:
    person = idle()
    for _ in range(7):
        person.step(partial(person.time_s, Uncounted.TOO_SMALL))
        person.live(6.0)
    assert person.words.count(phrases.UNCOUNTED[Uncounted.TOO_SMALL]) == 3
    assert person.session.view().uncounted == 7


def test_the_better_one_that_follows_is_praised() -> None:
    person = idle()
    person.step(partial(person.time_s, Uncounted.TOO_QUICK))
    person.live(8.0)
    person.step(repetition(1, person.time_s, side=Side.POSITIVE, range_deg=32.0))
    person.live(4.0)
    assert phrases.BETTER in person.words


def test_what_led_to_the_start_posture_is_none_of_the_set() -> None:
    person = in_move(BENDS, lazy=True)
    person.step(partial(person.time_s, Uncounted.TOO_FAR, lasted_s=person.time_s))
    person.live(5.0)
    assert person.session.view().uncounted == 0
    assert phrases.UNCOUNTED[Uncounted.TOO_FAR] not in person.words


def test_a_gap_is_not_the_persons_fault() -> None:
    person = idle()
    gap = GapFound(person.time_s, person.time_s - 1.0, person.time_s)
    person.step(gap, partial(person.time_s, Uncounted.NOT_BACK))
    person.live(3.0)
    assert person.session.view().uncounted == 1
    assert phrases.UNCOUNTED[Uncounted.NOT_BACK] not in person.words


def test_where_only_the_time_counts_nothing_is_said_of_movements() -> None:
    person = idle(one_exercise("hamstring_stretch", hold_s=30))
    person.step(partial(person.time_s, Uncounted.TOO_SMALL))
    person.live(3.0)
    assert person.session.view().uncounted == 0


def test_an_ended_set_keeps_them() -> None:
    person = idle(one_exercise("forward_bend", repetitions=1))
    seen = partial(person.time_s, Uncounted.OTHER_DIRECTION)
    person.step(seen)
    person.live(6.0)
    person.step(repetition(1, person.time_s, side=Side.POSITIVE, range_deg=32.0))
    person.live(3.0, lambda session: session.view().phase is not Phase.MOVE)
    (done,) = person.sets
    assert done.uncounted == (seen,)
    assert len(done.repetitions) == 1
    (line,) = person.session.view().lines
    assert line.uncounted == (Uncounted.OTHER_DIRECTION,)


@given(st.lists(st.one_of(st.none(), st.sampled_from(Uncounted)), max_size=12))
@settings(max_examples=30, deadline=None)
def test_nothing_that_is_done_in_a_set_is_passed_over(done: list[Uncounted | None]) -> None:
    person = idle(one_exercise("forward_bend", repetitions=15))
    for number, why in enumerate(done, 1):
        person.live(5.0)
        made: MotionEvent = repetition(number, person.time_s, side=Side.POSITIVE, range_deg=32.0)
        person.step(made if why is None else partial(person.time_s, why))
    view = person.session.view()
    assert (view.repetitions, view.uncounted) == (done.count(None), len(done) - done.count(None))
