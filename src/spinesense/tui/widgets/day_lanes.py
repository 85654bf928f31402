"""A day as lanes: one for each posture, the hours from left to right, the totals at the end.

The lane says what was done and the height of a column how much of its minutes, so that nothing
depends on colour, and a minute of walking is seen beside an hour in a chair. Where nothing was
watched there is nothing, not even ground.
"""

from collections.abc import Iterable, Sequence

from textual.content import Content

from spinesense.model.day import DayView, PainMark, Stay, Stretch
from spinesense.tui import day_words
from spinesense.tui.widgets.day_axis import (
    Hours,
    cell_of,
    cells_of,
    ground,
    hour_labels,
    hours,
    shares,
    spread,
)
from spinesense.tui.widgets.day_widget import DayWidget
from spinesense.tui.widgets.plain_content import joined

EIGHTHS = " ▁▂▃▄▅▆▇█"
"""A cell filled from below."""
LANES = {
    Stay.WALKING: ("Walking", "$primary"),
    Stay.STANDING: ("Standing", "$secondary"),
    Stay.SITTING: ("Sitting", "$accent"),
    Stay.LYING: ("Lying", "$text-muted"),
}
"""Names and colours, from the highest posture to the lowest."""
FLAT_LANES = {Stay.NOT_WORN: ("Not worn", "╌"), Stay.UNKNOWN: ("Unclear", "?")}
"""No postures: no height, a mark of their own, and no lane on a day without them."""
NAME_WIDTH = 11
TOTAL_WIDTH = 12
Strokes = tuple[str, str, str, str]
"""Left end, middle, right end, and all of it where there is a single cell."""
LIGHT, HEAVY = ("├", "─", "┤", "│"), ("┣", "━", "┫", "┃")
MOST_ROWS = 5
"""Lanes that are higher part the picture more than they show."""


def columns(parts: Sequence[float], rows: int) -> list[str]:
    """Draw shares as columns over ``rows`` rows, the top one first.

    The smallest share shows, and a full one stays an eighth below the lane above.
    """
    most = 8 * rows - 1
    heights = [max(round(part * most), 1) if part else 0 for part in parts]
    return [
        "".join(EIGHTHS[min(max(height - 8 * below, 0), 8)] for height in heights)
        for below in range(rows - 1, -1, -1)
    ]


def bout_line(bouts: Sequence[Stretch], shown: Hours, width: int) -> str:
    """Each stretch of sitting as a bracket; the longest is heavy and says how long it was."""
    line = [" "] * width
    longest = max(bouts, key=_length_min, default=None)
    for bout in bouts:
        if bout is not longest:
            _bracket(line, bout, shown, LIGHT)
    if longest is not None:
        _bracket(line, longest, shown, HEAVY, day_words.duration(_length_min(longest)))
    return "".join(line)


def pain_line(marks: Sequence[PainMark], shown: Hours, width: int) -> str:
    """The pain scores at their times."""
    return spread([(cell_of(mark.at_min, shown, width), str(mark.score)) for mark in marks], width)


def _length_min(stretch: Stretch) -> int:
    return stretch.end_min - stretch.start_min


def _bracket(
    line: list[str], bout: Stretch, shown: Hours, strokes: Strokes, inscription: str = ""
) -> None:
    left, middle, right, alone = strokes
    cells = cells_of(bout.start_min, bout.end_min, shown, len(line))
    if len(cells) == 1:
        line[cells[0]] = alone
        return
    words = f" {inscription} " if inscription else ""
    if len(words) + 4 > len(cells):
        words = ""
    line[cells[0] : cells[-1] + 1] = left + words.center(len(cells) - 2, middle) + right


class DayLanes(DayWidget):
    """The lanes, the ground with its hours, the stretches of sitting, and the pain scores.

    As high as its place: lanes take several rows each where there is room.
    """

    DEFAULT_CSS = "DayLanes { height: 1fr; }"

    def drawn(self, view: DayView, width: int, height: int) -> Content:
        """All of it."""
        return Content("\n").join(lines(view, width, height))


def lines(view: DayView, width: int, height: int) -> list[Content]:
    """Draw a day, at best in ``height`` rows; a row for each lane and line is the least."""
    shown = hours(view.ribbon, (mark.at_min for mark in view.pain))
    cells = max(1, width - NAME_WIDTH - TOTAL_WIDTH)
    below = [
        *(_flat_lane(view, stay, shown, cells) for stay in FLAT_LANES if any(_of(view, stay))),
        _row("", ground(view.ribbon, shown, cells), "$text-muted"),
        _row("", hour_labels(shown, cells), "$text-muted"),
    ]
    if view.sitting_bouts:
        below.append(_row("Sat on end", bout_line(view.sitting_bouts, shown, cells), "$accent"))
    if view.pain:
        below.append(_row("Pain", pain_line(view.pain, shown, cells), "bold $error"))
    rows = min(max((height - len(below)) // len(LANES), 1), MOST_ROWS)
    lanes = [row for stay in LANES for row in _lane(view, stay, shown, cells, rows)]
    return [*lanes, *below]


def _of(view: DayView, stay: Stay) -> Iterable[Stretch]:
    return (stretch for stretch in view.ribbon if stretch.stay is stay)


def _lane(view: DayView, stay: Stay, shown: Hours, cells: int, rows: int) -> list[Content]:
    name, shade = LANES[stay]
    drawn = columns(shares(_of(view, stay), shown, cells), rows)
    above = [_row("", line, shade) for line in drawn[:-1]]
    return [*above, _row(name, drawn[-1], shade, day_words.total(view, stay))]


def _flat_lane(view: DayView, stay: Stay, shown: Hours, cells: int) -> Content:
    name, mark = FLAT_LANES[stay]
    drawn = "".join(mark if part else " " for part in shares(_of(view, stay), shown, cells))
    return _row(name, drawn, "$text-muted", day_words.total(view, stay))


def _row(name: str, drawn: str, shade: str, total: str = "") -> Content:
    return joined(f"{name:<{NAME_WIDTH}}", (drawn, shade), (f"{total:>{TOTAL_WIDTH}}", "bold"))
