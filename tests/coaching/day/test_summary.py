"""A day from its minutes: what is claimed of it, and what is not."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from spinesense.coaching.day.summary import day_view, stay_of, walking_goal_min
from spinesense.coaching.progression.aerobic import AerobicLimits
from spinesense.model.day import MINUTES_A_DAY, Counts, Minute, PainMark, Prompt, Stay, Stretch

DAY = date(2026, 3, 3)
SAT = Minute(at="", sitting_s=60.0)
STOOD = Minute(at="", standing_s=60.0)
LAY = Minute(at="", lying_s=60.0)
OFF = Minute(at="", not_worn_s=60.0)
WALKED = Minute(at="", walking_s=60.0, counts=Counts(steps=100))


def at(place: int, offset: str = "+01:00") -> str:
    return f"2026-03-03T{place // 60:02}:{place % 60:02}{offset}"


def rows(start: int, *minutes: Minute) -> list[Minute]:
    return [replace(one, at=at(start + number)) for number, one in enumerate(minutes)]


def test_figures_and_coverage_of_a_morning() -> None:
    morning = rows(
        540,
        *[replace(SAT, counts=Counts(shifts=1))] * 30,
        replace(SAT, counts=Counts(stand_ups=1)),
        *[WALKED] * 4,
        *[OFF] * 5,
    )
    view = day_view(DAY, [*morning, *rows(600, *[STOOD] * 10)], goal_min=21.0)
    assert (view.date, view.simulated, view.walking_goal_min) == ("2026-03-03", False, 21.0)
    assert view.span_min == 70.0
    assert (view.watched_min, view.worn_min) == (50.0, 45.0)
    assert (view.sitting_min, view.walking_min, view.standing_min) == (31.0, 4.0, 10.0)
    assert (view.counts.steps, view.counts.shifts, view.counts.stand_ups) == (400, 30, 1)
    assert view.shifts_per_h is not None
    assert round(view.shifts_per_h, 6) == round(30 / 31 * 60, 6)
    assert view.ribbon == (
        Stretch(540, 571, Stay.SITTING),
        Stretch(571, 575, Stay.WALKING),
        Stretch(575, 580, Stay.NOT_WORN),
        Stretch(600, 610, Stay.STANDING),
    )


def test_an_empty_day_claims_nothing() -> None:
    view = day_view(DAY, [])
    assert (view.ribbon, view.sitting_bouts, view.span_min, view.shifts_per_h) == (
        (),
        (),
        0.0,
        None,
    )
    assert day_view(DAY, rows(600, *[SAT] * 14)).shifts_per_h is None, "too little sitting"


def test_a_bout_goes_on_until_a_real_stand_up() -> None:
    upright = Minute(at="", standing_s=35.0, sitting_s=25.0)
    sitting = rows(
        600, *[SAT] * 10, upright, *[SAT] * 9, replace(SAT, counts=Counts(stand_ups=1)), *[SAT] * 5
    )
    bouts = day_view(DAY, sitting).sitting_bouts
    assert [(one.start_min, one.end_min) for one in bouts] == [(600, 621), (621, 626)]
    assert day_view(DAY, sitting).longest_sitting_min == 21


def test_what_else_ends_a_bout() -> None:
    for between in ([LAY], [OFF], [STOOD], [WALKED]):
        view = day_view(DAY, rows(600, SAT, SAT, *between, SAT))
        ends = [(one.start_min, one.end_min) for one in view.sitting_bouts]
        assert ends == [(600, 602), (603, 604)]
    hole = [*rows(600, SAT, SAT), *rows(603, SAT)]
    assert len(day_view(DAY, hole).sitting_bouts) == 2, "nobody knows what was in the hole"
    unknown = Minute(at="", unknown_s=60.0)
    view = day_view(DAY, rows(600, SAT, unknown, SAT, unknown))
    assert [(one.start_min, one.end_min) for one in view.sitting_bouts] == [(600, 603)]


def test_two_watches_of_one_minute_add_up_or_the_later_one_counts() -> None:
    parts = [replace(SAT, at=at(600), sitting_s=20.0), replace(STOOD, at=at(600), standing_s=35.0)]
    view = day_view(DAY, parts)
    assert (view.watched_min * 60.0, view.ribbon[0].stay) == (55.0, Stay.STANDING)
    twice = [replace(SAT, at=at(600)), replace(STOOD, at=at(600), standing_s=35.0)]
    view = day_view(DAY, twice)
    assert (view.watched_min * 60.0, view.sitting_min) == (35.0, 0.0)


def test_the_hour_that_comes_twice_counts_twice_and_is_shown_once() -> None:
    first = [replace(SAT, at=at(120 + number, "+02:00")) for number in range(60)]
    again = [replace(STOOD, at=at(120 + number, "+01:00")) for number in range(60)]
    view = day_view(DAY, [*first, *again])
    assert (view.span_min, view.watched_min) == (120.0, 120.0)
    assert [(one.start_min, one.end_min) for one in view.ribbon] == [(120, 180)]


def test_prompts_and_pain_are_of_their_day() -> None:
    prompts = [
        Prompt("2026-03-03T09:00:00+01:00", "still", 1, "Move."),
        Prompt("2026-03-03T09:02:00+01:00", "still", 2, "Move."),
        Prompt("2026-03-03T12:00:00+01:00", "walk", 0, "Walk."),
        Prompt("2026-03-04T09:00:00+01:00", "still", 1, "Move."),
    ]
    evening = datetime(2026, 3, 3, 18, 30, tzinfo=UTC)
    pain = [(evening, 3), (evening + timedelta(days=1), 5)]
    view = day_view(DAY, [], prompts=prompts, pain=pain)
    assert view.alerts == 1
    assert view.pain == (PainMark(18 * 60 + 30, 3),)


def test_seven_days_at_the_goal_are_the_goal_of_the_week() -> None:
    assert 7.0 * walking_goal_min(AerobicLimits()) == 150.0


@st.composite
def seconds(draw: st.DrawFn) -> tuple[int, ...]:
    """Six parts of a minute, which need not be full."""
    cuts = sorted(draw(st.lists(st.integers(0, 60), min_size=6, max_size=6)))
    return tuple(end - start for start, end in pairwise((0, *cuts)))


@st.composite
def some_rows(draw: st.DrawFn) -> list[Minute]:
    places = draw(st.lists(st.integers(0, MINUTES_A_DAY - 1), max_size=40))
    found = []
    for place in sorted(places):
        lying, sitting, standing, walking, unknown, off = draw(seconds())
        one = Minute(
            at=at(place),
            lying_s=lying,
            sitting_s=sitting,
            standing_s=standing,
            walking_s=walking,
            unknown_s=unknown,
            not_worn_s=off,
            counts=Counts(stand_ups=draw(st.integers(0, 1))),
        )
        found.append(one)
    return found


@given(some_rows())
def test_whatever_the_minutes_a_day_adds_up(minutes: list[Minute]) -> None:
    view = day_view(DAY, minutes)
    kinds = view.lying_min + view.sitting_min + view.standing_min + view.walking_min
    assert kinds <= view.worn_min + 1e-9
    assert view.worn_min <= view.watched_min <= view.span_min + 1e-9
    for stretches in (view.ribbon, view.sitting_bouts):
        assert all(0 <= one.start_min < one.end_min <= MINUTES_A_DAY for one in stretches)
        assert all(one.end_min <= other.start_min for one, other in pairwise(stretches))
    shown = sum(one.end_min - one.start_min for one in view.ribbon)
    assert shown == len({one.at for one in minutes if stay_of(one) is not None})
