"""What a day came to: two columns of figures, and three large numbers where there is room."""

from collections.abc import Callable, Sequence
from itertools import zip_longest

from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.content import Content

from spinesense.coaching.day.wear_time import is_too_little
from spinesense.model.day import DayView
from spinesense.tui import day_words
from spinesense.tui.widgets.day_widget import DayWidget
from spinesense.tui.widgets.meter import bar
from spinesense.tui.widgets.number_panel import NumberPanel
from spinesense.tui.widgets.plain_content import joined, plain_words

LEFT_WIDTH = 41
"""Holds ``Longest sitting`` and when it was."""
SMALLEST_RIGHT = 20
LEFT_NAME, RIGHT_NAME = 17, 9
SMALLEST_BAR = 6
"""Cells in which a bar still tells something."""

Writer = Callable[[int], Content]
"""Writes a figure into so many cells."""


def sitting_rows(view: DayView) -> list[tuple[str, Writer]]:
    """What is about sitting, the most telling first."""
    length, since = day_words.duration(view.longest_sitting_min), day_words.longest_since(view)
    return [
        ("Longest sitting", _longest_of(f"{length}, {since}" if since else length, length)),
        ("Shifts an hour", _longest_of(day_words.shifts_per_h(view.shifts_per_h))),
        ("Sat down", _longest_of(day_words.times(len(view.sitting_bouts)))),
        ("Stood up", _longest_of(day_words.times(view.counts.stand_ups))),
        ("Prompts", _longest_of(str(view.alerts))),
    ]


def moving_rows(view: DayView) -> list[tuple[str, Writer]]:
    """What is about moving and how it felt, the most telling first."""
    pain = day_words.pain(view)
    return [
        ("Walking", lambda room: walking(view, room)),
        ("Steps", _longest_of(day_words.number(view.counts.steps))),
        ("Bends", _longest_of(*day_words.bends(view))),
        ("Pain", _longest_of(*([f"{pain} of 10", pain] if pain else [day_words.NONE]))),
    ]


def walking(view: DayView, room: int) -> Content:
    """The minutes walked; where they can be held against the goal and there is room, as a bar."""
    words = day_words.walking(view)
    cells = room - len(words) - 1
    if not day_words.judges_walking(view) or cells < SMALLEST_BAR:
        return plain_words(words)
    full, track = bar(view.walking_min / view.walking_goal_min, cells)
    return joined((full, "$primary"), (track, "$dim"), " ", words)


def figures(view: DayView, width: int, *, brief: bool) -> Content:
    """What is about sitting at the left, what is about moving at the right.

    Parameters
    ----------
    brief
        Without the figures that are shown large.
    """
    left_width = min(LEFT_WIDTH, width - SMALLEST_RIGHT)
    left, right = sitting_rows(view), moving_rows(view)
    if brief:
        left, right = left[2:], right[1:]
    left_column = _column(left, LEFT_NAME, left_width)
    right_column = _column(right, RIGHT_NAME, width - left_width)
    rows = zip_longest(left_column, right_column, fillvalue=Content(""))
    return Content("\n").join(joined(*row) for row in rows)


def _column(rows: Sequence[tuple[str, Writer]], name_width: int, width: int) -> list[Content]:
    return [
        joined(
            (f"{name:<{name_width}}", "$text-muted"),
            write(width - name_width - 1).stylize("bold"),
        ).truncate(width, pad=True)
        for name, write in rows
    ]


def _longest_of(*ways: str) -> Writer:
    """Write the first of these that fits, or else the last."""
    return lambda room: plain_words(next((way for way in ways if len(way) <= room), ways[-1]))


class DayFigures(DayWidget):
    """The figures; nothing for a day of which too little was seen.

    In a place of fewer rows than there are, those that are shown large elsewhere are left out.
    """

    DEFAULT_CSS = "DayFigures { height: 5; }"

    def drawn(self, view: DayView, width: int, height: int) -> Content:
        """The two columns."""
        if is_too_little(view):
            return Content("")
        return figures(view, width, brief=height < len(sitting_rows(view)))


class DayNumbers(Horizontal):
    """The figures that matter most, large: for pages with room for them."""

    def compose(self) -> ComposeResult:
        """How long on end, how often shifted, how much on foot."""
        yield NumberPanel("longest")
        yield NumberPanel("shifts")
        yield NumberPanel("walked")

    def show(self, view: DayView) -> None:
        """Show those of this day; a dash where too little was seen to tell."""
        told = not is_too_little(view)
        longest = day_words.brief(view.longest_sitting_min) if told else day_words.NONE
        since = day_words.longest_since(view)
        self._tell("longest", longest, ", ".join(filter(None, ("hours sat on end", since))))
        shifts = day_words.shifts_per_h(view.shifts_per_h)
        self._tell("shifts", shifts, "shifts in an hour of sitting")
        judged = told and day_words.judges_walking(view)
        goal = f" of {view.walking_goal_min:.0f}" if judged else ""
        walked = f"{view.walking_min:.0f}" if told else day_words.NONE
        panel = self._tell("walked", walked, f"minutes walked{goal}")
        if judged:
            panel.meter.fill(view.walking_min / view.walking_goal_min)
        else:
            panel.meter.count(0, 0)

    def _tell(self, panel_id: str, number: str, label: str) -> NumberPanel:
        panel = self.query_one(f"#{panel_id}", NumberPanel)
        panel.number.show(number)
        panel.label.say(label)
        return panel
