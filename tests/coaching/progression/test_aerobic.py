"""Aerobic minutes: what counts, what is joined, and which week it belongs to."""

from datetime import date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spinesense.coaching.progression.aerobic import AerobicLimits, Bout, joined, week_of, week_words

LIMITS = AerobicLimits()
MONDAY = datetime(2026, 3, 2, 0, 0, tzinfo=timezone(timedelta(hours=1)))
DAY = date(2026, 3, 4)


def walk(at_min: float, minutes: float) -> Bout:
    return Bout(began=MONDAY + timedelta(minutes=at_min), minutes=minutes, seen=True)


def entry(at_min: float, minutes: float, kind: str = "swim") -> Bout:
    return Bout(began=MONDAY + timedelta(minutes=at_min), minutes=minutes, kind=kind)


@pytest.mark.parametrize(("bouts", "minutes", "count", "short"), [
    ([], 0, 0, 0),
    ([walk(60, 10)], 10, 1, 0),
    ([walk(60, 9.9)], 0, 0, 9.9),
    ([walk(60, 6), walk(67, 6)], 12, 1, 0),  # a red light of a minute
    ([walk(60, 6), walk(68.1, 6)], 0, 0, 12),  # a chat of two minutes and more
    ([walk(60, 4), walk(65, 4), walk(70, 4)], 12, 1, 0),
    ([entry(60, 6), entry(67, 6)], 0, 0, 12),  # entries by hand are whole
    ([entry(60, 30), walk(91, 5)], 30, 1, 5),
    ([entry(0, 20)], 20, 1, 0),
    ([entry(7 * 1440 - 1, 20)], 20, 1, 0),  # begun on Sunday
    ([entry(-1, 20), entry(7 * 1440, 20)], 0, 0, 0),
])  # fmt: skip
def test_what_counts_in_a_week(bouts: list[Bout], minutes: float, count: int, short: float) -> None:
    week = week_of(bouts, DAY, LIMITS)
    assert week.monday == MONDAY.date()
    assert (week.minutes, week.bouts, week.short_min) == pytest.approx((minutes, count, short))


@given(st.lists(st.tuples(st.floats(0, 3000), st.floats(0.1, 90), st.booleans()), max_size=12))
def test_no_minute_is_lost_or_made_by_joining(story: list[tuple[float, float, bool]]) -> None:
    bouts = [
        Bout(began=MONDAY + timedelta(minutes=at), minutes=minutes, seen=seen)
        for at, minutes, seen in story
    ]
    whole = joined(bouts, LIMITS)
    assert sum(one.minutes for one in whole) == pytest.approx(sum(one.minutes for one in bouts))
    assert list(whole) == sorted(whole, key=lambda one: one.began)
    assert joined(whole, AerobicLimits(pause_s=0.0)) == whole or len(whole) < len(bouts) + 1


def test_a_week_in_words() -> None:
    assert week_words(week_of([walk(60, 45)], DAY, LIMITS)) == "45 of 150 aerobic minutes"
    full = week_of([walk(60, 90), entry(300, 60), walk(600, 5)], DAY, LIMITS)
    assert week_words(full) == (
        "150 of 150 aerobic minutes, goal reached, 5 more in bouts too short to count"
    )
