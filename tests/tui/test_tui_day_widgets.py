"""What the pictures of a day draw, at any width: all that was watched, in order, and no more."""

from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.tui.days import EMPTY, MINUTES, PART, WHOLE, day, scripts

from spinesense.coaching.day.wear_time import mean_day
from spinesense.model.day import DayView, PainMark, Stay, Stretch
from spinesense.tui import day_words
from spinesense.tui.widgets import day_lanes, week_rows
from spinesense.tui.widgets.day_axis import (
    cells_of,
    ground,
    hour_labels,
    hour_marks,
    hours,
    shares,
    spread,
)
from spinesense.tui.widgets.day_figures import figures, sitting_rows

widths = st.integers(20, 200)
Ribbon = tuple[Stretch, ...]


@settings(deadline=None)
@given(scripts(), widths)
def test_every_watched_minute_shows_in_its_lane_and_nothing_else_does(
    ribbon: Ribbon, width: int
) -> None:
    shown = hours(ribbon)
    for stay in Stay:
        mine = [one for one in ribbon if one.stay is stay]
        minutes = (minute for one in mine for minute in range(one.start_min, one.end_min))
        cells = {cell for at in minutes for cell in cells_of(at, at + 1, shown, width)}
        for rows in (1, 2, 3):
            drawn = day_lanes.columns(shares(mine, shown, width), rows)
            assert [len(row) for row in drawn] == [width] * rows
            assert _marked(drawn[-1]) == sorted(cells)
            assert all(set(_marked(row)) <= cells for row in drawn), "nothing floats"


def _marked(row: str) -> list[int]:
    return [cell for cell, mark in enumerate(row) if mark != " "]


@settings(deadline=None)
@given(scripts(), widths)
def test_a_column_is_shared_among_the_lanes_and_never_overfull(ribbon: Ribbon, width: int) -> None:
    shown = hours(ribbon)
    lanes = [shares([one for one in ribbon if one.stay is stay], shown, width) for stay in Stay]
    together = shares(ribbon, shown, width)
    for cell in range(width):
        total = sum(lane[cell] for lane in lanes)
        assert abs(total - together[cell]) < 1e-9
        assert total < 1 + 1e-9


@settings(deadline=None)
@given(scripts(), widths)
def test_order_is_kept(ribbon: Ribbon, width: int) -> None:
    shown = hours(ribbon)
    cells = [cells_of(one.start_min, one.end_min, shown, width) for one in ribbon]
    for earlier, later in pairwise(cells):
        assert earlier[0] <= later[0]
        assert earlier[-1] <= later[-1]
        assert later[0] >= earlier[-1]


@settings(deadline=None)
@given(scripts(), widths)
def test_ground_is_where_something_was_watched(ribbon: Ribbon, width: int) -> None:
    shown = hours(ribbon)
    parts = shares(ribbon, shown, width)
    line = ground(ribbon, shown, width)
    assert len(line) == width
    for cell, part in enumerate(parts):
        assert (line[cell] in "─┴") == (part > 0)


@settings(deadline=None)
@given(scripts(), widths)
def test_the_small_ribbon_is_blank_exactly_where_nothing_was_watched(
    ribbon: Ribbon, width: int
) -> None:
    shown = hours(ribbon)
    parts = shares(ribbon, shown, width)
    stays = week_rows.small_ribbon(ribbon, shown, width)
    assert [stay is not None for stay in stays] == [part > 0 for part in parts]


@settings(deadline=None)
@given(scripts(), widths)
def test_hours_hold_the_day_and_their_labels_stand_under_their_marks(
    ribbon: Ribbon, width: int
) -> None:
    begin, end = hours(ribbon)
    assert begin % 60 == end % 60 == 0
    assert begin <= ribbon[0].start_min < ribbon[-1].end_min <= end
    labels = hour_labels((begin, end), width)
    assert len(labels) == width
    for cell, label in hour_marks((begin, end), width):
        if cell + len(label) <= width:
            assert labels[cell : cell + len(label)] == label


@settings(deadline=None)
@given(st.lists(st.tuples(st.integers(0, 1439), st.integers(0, 10)), max_size=12), widths)
def test_pain_marks_stand_in_order_and_apart(found: list[tuple[int, int]], width: int) -> None:
    marks = [PainMark(at_min, score) for at_min, score in sorted(found)]
    line = day_lanes.pain_line(marks, (0, 1440), width)
    assert len(line) == width
    written = [int(word) for word in line.split()]
    scores = [mark.score for mark in marks]
    assert written == scores[len(scores) - len(written) :]
    if len(marks) <= 6:
        assert written == scores


def test_labels_at_the_end_move_to_the_left() -> None:
    assert spread([(0, "3"), (8, "10"), (9, "4")], 10) == "3     10 4"


@settings(deadline=None)
@given(scripts(), widths)
def test_every_bout_has_its_bracket_and_the_longest_is_heavy(ribbon: Ribbon, width: int) -> None:
    shown = hours(ribbon)
    line = day_lanes.bout_line(ribbon, shown, width)
    assert len(line) == width
    longest = max(ribbon, key=lambda one: one.end_min - one.start_min)
    cells = cells_of(longest.start_min, longest.end_min, shown, width)
    assert line[cells[0]] in "┣┃"
    assert line[cells[-1]] in "┫┃"
    for one in ribbon:
        assert line[cells_of(one.start_min, one.end_min, shown, width)[0]] != " "


@settings(deadline=None)
@given(scripts(), st.integers(56, 200), st.integers(0, 40))
def test_the_lanes_are_a_rectangle_that_fits_where_it_can(
    ribbon: Ribbon, width: int, height: int
) -> None:
    view = day(*((one.start_min, one.stay, one.end_min - one.start_min) for one in ribbon))
    drawn = day_lanes.lines(view, width, height)
    assert {line.cell_length for line in drawn} == {width}
    flat = len({Stay.NOT_WORN, Stay.UNKNOWN} & {one.stay for one in ribbon})
    least = 4 + flat + 2 + bool(view.sitting_bouts) + bool(view.pain)
    assert len(drawn) <= max(height, least)


@settings(deadline=None)
@given(st.integers(56, 200))
def test_figures_fit_their_width(width: int) -> None:
    for brief in (False, True):
        lines = figures(WHOLE, width, brief=brief).plain.split("\n")
        assert max(len(line) for line in lines) <= width
        assert len(lines) == len(sitting_rows(WHOLE)) - 2 * brief
    assert "35" not in figures(WHOLE, width, brief=True).plain


@settings(deadline=None)
@given(st.integers(56, 200), st.sampled_from((WHOLE, PART, MINUTES, EMPTY)), st.integers(1, 2))
def test_rows_of_a_week_stand_in_columns(width: int, view: DayView, rows: int) -> None:
    shown = week_rows.week_hours([WHOLE])
    drawn = week_rows.day_lines(view, shown, width, rows, pointed=True, missing="not watched")
    lines = drawn.plain.split("\n")
    assert len(lines) == rows + 1
    assert max(len(line) for line in lines) <= width
    head = week_rows.head(width).plain
    if view is WHOLE:
        assert len(lines[-1]) == len(head)
        assert lines[-1].endswith("23") == head.endswith("Bends") == (width >= 76)
    if width >= 76:
        assert head.split() == " ".join(day_words.WEEK_HEAD).split()


def test_walking_is_held_against_the_goal_only_where_that_is_fair() -> None:
    assert day_words.walking(WHOLE) == "13 of 30 min"
    assert day_words.walking(PART) == "0 min seen"
    reached = day(*MINUTES_WALKED)
    assert day_words.walking(reached) == "31 of 30 min"
    assert day_words.walking(day(*MINUTES_WALKED, walking_goal_min=0)) == "31 min"


MINUTES_WALKED = ((600, Stay.WALKING, 31),)


def test_coverage_is_said_first_and_plainly() -> None:
    assert day_words.coverage(WHOLE) == "Worn 6 h 55 min of 9 h, from 8:04 to 17:04"
    assert day_words.coverage(PART) == "Worn all of 2 h 1 min, from 8:04 to 10:05"
    assert day_words.caveat(WHOLE, today=True) == ""
    assert day_words.caveat(PART, today=True).startswith("Under 4 h so far:")
    assert day_words.caveat(PART, today=False).startswith("Under 4 h:")
    assert day_words.caveat(MINUTES, today=False) == "That is too little for figures."


def test_words_for_dates_and_numbers() -> None:
    assert day_words.full_date("2026-11-05") == "Thursday 5 November 2026"
    assert day_words.brief_date("2026-11-05") == "Thu  5"
    assert [day_words.duration(length) for length in (0, 59.6, 90, 540)] == [
        "0 min",
        "1 h",
        "1 h 30 min",
        "9 h",
    ]
    assert [day_words.times(count) for count in (0, 1, 2, 9)] == [
        "never",
        "once",
        "twice",
        "9 times",
    ]
    weeks = [
        (DAYS[0], DAYS[1]),
        (DAYS[1], DAYS[2]),
        (DAYS[2], DAYS[3]),
    ]
    assert [day_words.week_of(week) for week in weeks] == [
        "23 to 29 November 2026",
        "29 November to 5 December 2026",
        "5 December 2026 to 3 January 2027",
    ]


DAYS = [day(date=date) for date in ("2026-11-23", "2026-11-29", "2026-12-05", "2027-01-03")]


def test_the_note_under_a_week_says_what_the_mean_is_of() -> None:
    assert "no day for a mean" in day_words.mean_note(mean_day([PART]))
    assert "not in the mean of 1 day." in day_words.mean_note(mean_day([PART, WHOLE]))


def test_lengths_of_time() -> None:
    assert [day_words.duration(minutes) for minutes in (0.4, 59.4, 59.6, 61.0, 372.0)] == [
        "0 min", "59 min", "1 h", "1 h 1 min", "6 h 12 min",
    ]  # fmt: skip
    assert [day_words.brief(minutes) for minutes in (0.0, 61.0)] == ["0:00", "1:01"]
