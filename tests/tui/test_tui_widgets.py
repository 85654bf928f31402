"""What the widgets draw, as text."""

import math

from hypothesis import given
from hypothesis import strategies as st

from spinesense.model.snapshot import Link, SensorView, TrunkView
from spinesense.tui import words
from spinesense.tui.screens.replay import SPEEDS, file_name, next_speed
from spinesense.tui.widgets.blocks import fit_rows, glyph, text_rows
from spinesense.tui.widgets.braille import draw
from spinesense.tui.widgets.meter import bar, dots
from spinesense.tui.widgets.trace import TraceView, dot_paths, scale_deg

angles = st.floats(-1.5, 1.5)


@given(st.text("0123456789.:°-", min_size=1, max_size=8), st.integers(3, 16))
def test_number_is_a_rectangle_as_tall_as_asked(text: str, rows: int) -> None:
    drawn = text_rows(text, rows)
    assert len(drawn) == rows
    assert len({len(row) for row in drawn}) == 1


@given(st.integers(3, 20))
def test_digits_differ_and_share_one_width(rows: int) -> None:
    drawn = {glyph(digit, rows) for digit in "0123456789"}
    assert len(drawn) == 10
    assert len({len(rows_of_digit[0]) for rows_of_digit in drawn}) == 1


@given(st.text("0123456789.:", min_size=1, max_size=7), st.integers(1, 120), st.integers(1, 20))
def test_fitted_number_fits_and_one_row_more_would_not(text: str, width: int, height: int) -> None:
    rows = fit_rows(text, width, height)
    assert rows <= height
    if rows:
        assert len(text_rows(text, rows)[0]) <= width
    if rows and rows < height:
        assert len(text_rows(text, rows + 1)[0]) > width


@given(st.floats(-1, 2), st.integers(1, 100))
def test_bar_always_fills_its_width(fraction: float, width: int) -> None:
    full, track = bar(fraction, width)
    assert len(full) + len(track) == width
    if fraction >= 1:
        assert not track


def test_dots_count_what_is_done() -> None:
    assert dots(3, 5) == ("● ● ● ", "○ ○ ")
    assert dots(7, 5) == ("● ● ● ● ● ", "")


@given(st.lists(angles, max_size=60), st.none() | st.tuples(angles, angles))
def test_scale_holds_angle_target_and_zero(
    bends: list[float], target: tuple[float, float] | None
) -> None:
    low, high = sorted(target) if target else (None, None)
    times = tuple(0.04 * k for k in range(len(bends)))
    view = TraceView(times, tuple(bends), low, high)
    bottom, top = scale_deg(view)
    marks = [0.0, *(math.degrees(angle) for angle in (*bends, *(target or ())))]
    assert bottom < min(marks)
    assert max(marks) < top
    assert bottom % 5 == 0
    for path in dot_paths(view, 40, 6):
        assert all(0 <= y < 24 for _, y in path)


@given(st.lists(st.tuples(st.integers(-50, 200), st.integers(-50, 100)), min_size=1, max_size=30))
def test_picture_never_leaves_its_frame(points: list[tuple[int, int]]) -> None:
    rows = draw([sorted(points)], 30, 5)
    assert [len(row) for row in rows] == [30] * 5


def test_trace_is_not_joined_across_a_gap() -> None:
    view = TraceView((0.0, 0.1, 3.0, 3.1), (0.0, 0.0, 0.5, 0.5))
    assert len(dot_paths(view, 40, 6)) == 2


def test_trace_moves_left_by_whole_dots_as_time_goes_on() -> None:
    times = tuple(0.04 * k for k in range(200))
    bends = tuple(0.3 * math.sin(time) for time in times)
    step_s = 10 / 80
    earlier = dot_paths(TraceView(times, bends), 40, 6)[0]
    later = dot_paths(TraceView((*times, times[-1] + step_s), (*bends, 0.0)), 40, 6)[0]
    moved = {(x - 1, y) for x, y in earlier}
    assert moved == set(later[: len(earlier)])


def test_flat_line_is_drawn_at_its_height() -> None:
    rows = draw([[(x, 0) for x in range(8)]], 4, 2)
    assert rows == ["⠛⠛⠛⠛", "    "]


def test_times_are_plain() -> None:
    assert [words.clock(s) for s in (-1, 0, 59.9, 61, 3730)] == [
        "0:00",
        "0:00",
        "0:59",
        "1:01",
        "1:02:10",
    ]
    assert [words.span(s) for s in (1, 45, 90, 2530, 5400)] == [
        "1 second",
        "45 seconds",
        "1 minute",
        "42 minutes",
        "1:30 hours",
    ]


def test_angles_are_whole_degrees() -> None:
    assert words.degrees(math.radians(23.6)) == "24°"
    assert words.degrees(math.radians(-0.2)) == "0°"


def test_flexion_between_two_sensors_carries_its_uncertainty() -> None:
    known = TrunkView(lumbar_rad=math.radians(24.2), lumbar_sd_rad=math.radians(1.6))
    assert words.lumbar(known, SensorView()) == "Lumbar flexion (two sensors): 24° ± 2°"
    lost = SensorView(message="Nothing from the upper sensor.")
    assert words.lumbar(TrunkView(), lost) == "Nothing from the upper sensor."
    assert words.lumbar(TrunkView(), SensorView()) == "Lumbar flexion (two sensors): not known yet"


def test_loss_is_a_share_of_what_was_expected() -> None:
    assert words.lost_percent(SensorView()) == 0
    assert words.lost_percent(SensorView(samples=75, lost_samples=25)) == 25


def test_each_link_state_has_its_own_mark() -> None:
    marks = {words.sensor_state(SensorView(link=link))[0] for link in Link}
    assert len(marks) == len(Link)


@given(st.floats(0.1, 40), st.integers(-3, 3))
def test_speed_stays_among_those_offered(speed: float, steps: int) -> None:
    assert next_speed(speed, steps) in SPEEDS


def test_speed_goes_one_step_at_a_time_and_stops_at_the_ends() -> None:
    assert next_speed(1.0, 1) == 2.0
    assert next_speed(0.5, -1) == 0.5
    assert next_speed(16.0, 1) == 16.0


def test_file_name_of_any_path() -> None:
    assert file_name("/a/b/c.mcap") == "c.mcap"
    assert file_name("C:\\a\\c.mcap") == "c.mcap"
    assert file_name("") == ""
