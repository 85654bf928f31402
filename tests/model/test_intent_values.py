import math
from datetime import datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spinesense.model.intent_values import (
    SlouchScale,
    Snooze,
    UsualRange,
    clock_of,
    clock_value,
)

angles = st.floats(-math.pi, math.pi)
zones = st.integers(-23, 23).map(lambda hours: timezone(timedelta(hours=hours)))


@given(angles, angles)
def test_a_scale_comes_back_to_the_last_bit(tall_rad: float, slump_rad: float) -> None:
    scale = SlouchScale(tall_rad, slump_rad)
    assert SlouchScale.from_value(scale.to_value()) == scale


@given(st.none() | st.floats(0.0, 1e6))
def test_a_snooze_comes_back_to_the_millisecond(left_s: float | None) -> None:
    found = Snooze.from_value(Snooze(left_s).to_value())
    assert found is not None
    assert (found.left_s is None) == (left_s is None)
    assert found.left_s == (None if left_s is None else pytest.approx(left_s, abs=6e-4))


@given(st.from_regex(r"[a-z][a-z_]*", fullmatch=True), st.floats(0.001, 3.14))
def test_a_range_comes_back(exercise: str, range_rad: float) -> None:
    found = UsualRange.from_value(UsualRange(exercise, range_rad).to_value())
    assert found is not None
    assert found.exercise == exercise
    assert found.range_rad == pytest.approx(range_rad, abs=6e-5)


@given(st.datetimes(timezones=zones).map(lambda moment: moment.replace(microsecond=0)))
def test_the_clock_comes_back(now: datetime) -> None:
    assert clock_of(clock_value(now)) == now


@given(st.text())
@pytest.mark.parametrize("read", [SlouchScale.from_value, UsualRange.from_value, clock_of])
def test_any_text_is_a_value_or_none(read: object, text: str) -> None:
    assert callable(read)
    read(text)


@pytest.mark.parametrize("text", ["", "a mark", "snooze now", "snooze -1", "snooze nan", "snoozed"])
def test_another_mark_is_no_snooze(text: str) -> None:
    assert Snooze.from_value(text) is None
