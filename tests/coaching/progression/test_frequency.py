"""What earlier days mean for today."""

from datetime import timedelta

import pytest
from tests.coaching.histories import at, course, session

from spinesense.coaching.pain_limits import PainLimits
from spinesense.coaching.progression.frequency import (
    DayLimits,
    PastSession,
    closed_today,
    newest_rest,
    to_ask_about,
)
from spinesense.coaching.progression.progression import next_changes
from spinesense.model.care import NextDay

PAIN, DAYS = PainLimits(), DayLimits()


@pytest.mark.parametrize(("past", "now_day", "asked_day"), [
    ([], 1.0, None),
    ([session(0)], 0.2, None),
    ([session(0)], 0.4, None),  # after midnight, but no night has passed
    ([session(0)], 0.6, 0.0),
    ([session(0)], 2.9, 0.0),
    ([session(0)], 3.1, None),
    ([session(0, "none")], 1.0, None),
    ([session(0), session(0.6, "none")], 1.2, 0.0),
    ([session(0), session(1)], 1.7, 1.0),
    ([session(0, next_day=NextDay.SAME)], 1.0, None),
])  # fmt: skip
def test_the_next_day_is_asked_about_once_and_in_time(
    past: list[PastSession], now_day: float, asked_day: float | None
) -> None:
    found = to_ask_about(past, at(now_day), DAYS)
    assert (found.began if found else None) == (None if asked_day is None else at(asked_day))


REST = "day of rest"
ENOUGH = "exercised twice today"


@pytest.mark.parametrize(("past", "now_day", "why"), [
    ([], 0.0, ""),
    ([session(0)], 1.0, ""),
    ([session(0, "worse")], 0.1, REST),
    ([session(0, "worse")], 1.0, REST),
    ([session(0, "worse")], 2.0, ""),
    ([session(0, next_day=NextDay.WORSE)], 1.0, REST),
    ([session(0, next_day=NextDay.WORSE)], 2.0, ""),
    ([session(0, during=(("bridge", 7),))], 1.0, REST),
    ([session(0, "none", before=7)], 1.0, ""),
    ([session(0, "none", before=7)], 0.1, ""),
    ([session(0), session(0.1)], 0.2, ENOUGH),
    ([session(0), session(0.1)], 0.5, ""),
    ([session(0), session(0.1, "none")], 0.2, ""),
    ([session(0), session(0.1, done=("arm_circles",))], 0.2, ""),
])  # fmt: skip
def test_a_day_is_closed_with_its_reason(past: list[PastSession], now_day: float, why: str) -> None:
    said = closed_today(past, at(now_day), PAIN, DAYS, strengthens=True)
    assert why in said if why else not said


def test_stretches_are_closed_by_rest_only() -> None:
    twice = [session(0), session(0.1)]
    assert not closed_today(twice, at(0.2), PAIN, DAYS, strengthens=False)
    worse = [session(0, "worse")]
    assert closed_today(worse, at(1.0), PAIN, DAYS, strengthens=False)


def test_a_rest_lasts_as_long_as_the_settings_say() -> None:
    worse = [session(0, "worse"), session(5)]
    for days in range(4):
        rest = newest_rest(worse, PAIN, DayLimits(rest_days=days))
        last = rest.last if rest else None
        assert last == (at(0).date() + timedelta(days=days) if days else None)
    said = closed_today(worse, at(1), PAIN, DayLimits(rest_days=3), strengthens=True)
    assert "come back on Friday, 06 March" in said


def test_the_session_that_was_too_much_is_named_by_its_day() -> None:
    past = [session(0, "worse"), session(0.6, next_day=NextDay.BETTER)]
    said = closed_today(past, at(1), PAIN, DAYS, strengthens=True)
    assert "worse after the session on Monday, 02 March" in said
    two = [session(0, "worse"), session(0.8, "worse")]
    said = closed_today(two, at(1), PAIN, DAYS, strengthens=True)
    assert "worse after the session on Tuesday, 03 March" in said
    (lowered,) = next_changes(course(past[:1], 2))
    assert "worse after the session on Monday, 02 March." in lowered.reason


def test_the_exercise_that_raised_pain_is_the_one_during_which_it_rose() -> None:
    rising = session(0, during=(("cat_stretch", 3), ("bridge", 5), ("bridge", 6), ("bird_dog", 7)))
    assert rising.raised(PAIN) == ("bridge",)
    assert session(0, during=(("bridge", 3), ("bridge", 4))).raised(PAIN) == ("bridge",)
    assert session(0, during=(("bridge", 3),)).raised(PAIN) == ()
    assert session(0, after=9).raised(PAIN) == ()


@pytest.mark.parametrize(("one", "well"), [
    (session(0), True),
    (session(0, after=1), True),
    (session(0, after=3), False),
    (session(0, "left"), False),
    (session(0, before=4), False),
    (session(0, during=(("bridge", 4),)), False),
    (session(0, next_day=NextDay.WORSE), False),
    (session(0, next_day=NextDay.SAME), True),
])  # fmt: skip
def test_a_session_went_well_when_it_was_whole_easy_and_without_more_pain(
    one: PastSession, well: bool
) -> None:
    assert one.went_well(PAIN) is well
