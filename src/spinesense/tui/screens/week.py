"""Seven days under each other, and the mean of those that were worn long enough."""

from collections.abc import Callable
from datetime import date, timedelta
from functools import partial
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.types import CSSPathType
from textual.widget import Widget
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from spinesense.coaching.day.wear_time import mean_day
from spinesense.model.day import DayView
from spinesense.tui import day_words
from spinesense.tui.launch import KeptDays
from spinesense.tui.screens.face import simulated_tag
from spinesense.tui.screens.home import Choices
from spinesense.tui.screens.kept import KeptPage
from spinesense.tui.widgets import week_rows
from spinesense.tui.widgets.lines import Line

WEEK_DAYS = 7
TALL_ROWS = 2
"""Height of a ribbon where there is room."""


class WeekScreen(KeptPage, inherit_bindings=False):
    """Shows the week that holds a day; Enter opens one of its days.

    Parameters
    ----------
    choose
        Takes the date of the day that was chosen.
    """

    CSS_PATH: ClassVar[CSSPathType | None] = ["day.tcss", "week.tcss"]
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left", "go(-1)", "Week before", key_display="←"),
        Binding("right", "go(1)", "Week after", key_display="→"),
        Binding("t", "today", "This week"),
        Binding("escape", "leave", "Back"),
    ]

    def __init__(
        self,
        days: KeptDays,
        day: str,
        report: Callable[[BaseException], str],
        choose: Callable[[str], None],
    ) -> None:
        super().__init__(days, day, report)
        self._choose = choose
        self._views: tuple[DayView, ...] = ()
        self._pointed = 0

    def page(self) -> list[Widget]:
        """The names of the columns and the hours over the days, the mean and the legend below."""
        return [
            Line(id="columns"),
            Line(id="axis"),
            Choices(id="choices", markup=False),
            Line(id="mean"),
            Line(id="note"),
            Line(id="legend"),
        ]

    def on_resize(self) -> None:
        """Draw it again at the size that fits now."""
        super().on_resize()
        self.call_after_refresh(self._draw)

    def find(self) -> Callable[[], None]:
        """Look up the week."""
        return partial(self.show, self.days.week(self.day or self.today))

    def show(self, views: tuple[DayView, ...]) -> None:
        """Show these days."""
        self._views = views
        dates = [view.date for view in views]
        self._pointed = dates.index(self.day or self.today)
        simulated = any(view.simulated for view in views)
        self.entitle(f"Week, {day_words.week_of(views)}", simulated_tag(simulated))
        watched = any(view.ribbon for view in views)
        self.say_instead("" if watched else day_words.empty_week())
        choices = self.query_one(Choices)
        choices.set_options([Option("", id=day, disabled=day > self.today) for day in dates])
        choices.highlighted = self._pointed
        choices.focus()
        self.call_after_refresh(self._draw)

    def _draw(self) -> None:
        """Write the days as wide as the page is, with room between them where there is some."""
        page, choices = self.query_one("#page"), self.query_one(Choices)
        if not self._views or not page.content_size.width:
            return  # drawn once the page has its place
        rows = TALL_ROWS if self.has_class("-tall") else 1
        scrolls = choices.size.height < (rows + 1) * len(self._views)
        width = page.content_size.width - scrolls  # the bar takes a column
        shown = week_rows.week_hours(self._views)
        self.query_one("#axis", Line).say(week_rows.axis(shown, width))
        self.query_one("#columns", Line).say(week_rows.head(width))
        for k, view in enumerate(self._views):
            pointed = k == self._pointed
            missing = "still to come" if view.date > self.today else "not watched"
            lines = week_rows.day_lines(view, shown, width, rows, pointed=pointed, missing=missing)
            choices.replace_option_prompt_at_index(k, lines + "\n" if rows > 1 else lines)
        mean = mean_day(self._views)
        self.query_one("#mean", Line).say(week_rows.mean_line(mean, width) if mean else "")
        self.query_one("#note", Line).say(day_words.mean_note(mean))
        self.query_one("#legend", Line).say(week_rows.legend())

    def on_option_list_option_highlighted(self, event: OptionList.OptionHighlighted) -> None:
        """Point at the chosen day with a mark too, for screens without colour."""
        self._pointed = event.option_index
        self._draw()

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Open the chosen day."""
        self._choose(event.option_id or "")
        self.app.pop_screen()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool:
        """Offer no week after this one, and this one only from another."""
        if (action, parameters) == ("go", (1,)) or action == "today":
            return bool(self._views) and self._views[-1].date < self.today
        return True

    def action_go(self, weeks: int) -> None:
        """Go to a week before or after."""
        if self.today:
            day = date.fromisoformat(self.day or self.today)
            there = (day + timedelta(days=WEEK_DAYS * weeks)).isoformat()
            self.day = "" if there >= self.today else there
            self.look()

    def action_today(self) -> None:
        """Go to the week that is going on."""
        self.day = ""
        self.look()
