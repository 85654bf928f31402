"""What may be said of a day, by how much of it was worn."""

from hypothesis import given
from hypothesis import strategies as st

from spinesense.coaching.day.wear_time import ENOUGH_MIN, is_enough, is_too_little, mean_day
from spinesense.model.day import COUNTED, Counts, DayView, Stay, Stretch

views = st.builds(
    DayView,
    date=st.just("2026-11-25"),
    worn_min=st.floats(0, 1440),
    span_min=st.floats(0, 1440),
    sitting_min=st.floats(0, 1440),
    walking_min=st.floats(0, 300),
    counts=st.builds(
        Counts,
        steps=st.integers(0, 30_000),
        shifts=st.integers(0, 500),
        bends=st.integers(0, 500),
    ),
    sitting_bouts=st.lists(
        st.integers(1, 300).map(lambda length: Stretch(600, 600 + length, Stay.SITTING)), max_size=2
    ).map(tuple),
)


@given(st.lists(views, max_size=7))
def test_the_mean_is_over_days_worn_long_enough_and_no_others(days: list[DayView]) -> None:
    enough = [view for view in days if view.worn_min >= ENOUGH_MIN]
    mean = mean_day(days)
    if mean is None:
        assert not enough
        return
    assert mean == mean_day(enough)
    assert mean.days == len(enough)
    for name in ("worn_min", "span_min", "sitting_min", "walking_min", "steps", "bends"):
        values = [getattr(view.counts if name in COUNTED else view, name) for view in enough]
        assert min(values) - 1e-6 <= getattr(mean, name) <= max(values) + 1e-6


def test_shifts_of_the_mean_are_all_shifts_over_all_sitting() -> None:
    still = DayView(date="", worn_min=300, sitting_min=300, counts=Counts(shifts=0))
    lively = DayView(date="", worn_min=300, sitting_min=60, counts=Counts(shifts=60))
    mean = mean_day([still, lively])
    assert mean is not None
    assert mean.shifts_per_h == 10.0
    standing = mean_day([DayView(date="", worn_min=300, sitting_min=10, counts=Counts(shifts=3))])
    assert standing is not None
    assert standing.shifts_per_h is None


def test_four_hours_stand_for_a_day_and_a_quarter_of_an_hour_for_nothing() -> None:
    assert [is_enough(DayView(date="", worn_min=worn)) for worn in (239.9, 240)] == [False, True]
    assert [is_too_little(DayView(date="", worn_min=worn)) for worn in (14.9, 15)] == [True, False]
