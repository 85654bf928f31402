"""The page of a day: what it was spent on, how long on end, and how much of it was seen."""

from collections.abc import Callable
from datetime import date, timedelta
from functools import partial
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.types import CSSPathType
from textual.widget import Widget

from spinesense.coaching.day.wear_time import is_too_little
from spinesense.model.day import DayView
from spinesense.tui import day_words
from spinesense.tui.screens.face import simulated_tag
from spinesense.tui.screens.kept import KeptPage
from spinesense.tui.screens.week import WeekScreen
from spinesense.tui.widgets.day_figures import DayFigures, DayNumbers
from spinesense.tui.widgets.day_lanes import DayLanes
from spinesense.tui.widgets.lines import Line
from spinesense.tui.widgets.plain_content import plain_words

REFRESH_S = 20.0
"""A minute of the day is kept when it is over: within this time after that it is seen."""


class DayScreen(KeptPage, inherit_bindings=False):
    """Shows a day, by default the one that is going on."""

    CSS_PATH: ClassVar[CSSPathType | None] = "day.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left", "go(-1)", "Day before", key_display="←"),
        Binding("right", "go(1)", "Day after", key_display="→"),
        Binding("t", "today", "Today"),
        Binding("w", "week", "Week"),
        Binding("escape", "leave", "Back"),
    ]

    def page(self) -> list[Widget]:
        """How much was seen, the lanes, and the figures."""
        return [
            Line(id="coverage"),
            Line(id="caveat"),
            DayLanes(),
            DayNumbers(id="numbers"),
            DayFigures(),
        ]

    def on_mount(self) -> None:
        """Look up today again now and then."""
        self.set_interval(REFRESH_S, self._look_again)

    def _look_again(self) -> None:
        if self.is_active and not self.day:
            self.look()

    def find(self) -> Callable[[], None]:
        """Look up the day."""
        return partial(self.show, self.days.day(self.day or self.today))

    def show(self, view: DayView) -> None:
        """Show this day."""
        today = view.date == self.today
        name = day_words.full_date(view.date)
        self.entitle(f"Today, {name}" if today else name, simulated_tag(view.simulated))
        self.say_instead("" if view.ribbon else day_words.empty(today=today))
        if not view.ribbon:
            return
        caveat = day_words.caveat(view, today=today)
        self.set_class(bool(caveat), "-partial")
        self.set_class(is_too_little(view), "-too-little")
        self.query_one("#coverage", Line).say(plain_words(day_words.coverage(view), "bold"))
        self.query_one("#caveat", Line).say(caveat)
        self.query_one(DayLanes).show(view)
        self.query_one(DayNumbers).show(view)
        self.query_one(DayFigures).show(view)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool:
        """Offer no day after today, and today only on another one."""
        if (action, parameters) == ("go", (1,)) or action == "today":
            return bool(self.day)
        return True

    def action_go(self, days: int) -> None:
        """Go to a day before or after."""
        if self.today:
            there = date.fromisoformat(self.day or self.today) + timedelta(days=days)
            self.open(there.isoformat())

    def action_today(self) -> None:
        """Go to the day that is going on, and stay with it past midnight."""
        self.open(self.today)

    def open(self, day: str) -> None:
        """Go to this day."""
        self.day = "" if day >= self.today else day
        self.look()

    def action_week(self) -> None:
        """Show the week that this day belongs to."""
        self.app.push_screen(WeekScreen(self.days, self.day, self.report, self.open))
