"""The page of a day: what it was spent on, how long on end, and how much of it was seen."""

import asyncio
from collections.abc import Callable
from datetime import date, timedelta
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.types import CSSPathType
from textual.widget import Widget

from spinesense.coaching.coverage import is_too_little
from spinesense.model.day import DayView
from spinesense.model.errors import SpinesenseError
from spinesense.tui import day_words
from spinesense.tui.launch import Days
from spinesense.tui.screens.face import Face, mistake, simulated_tag
from spinesense.tui.screens.week import WeekScreen
from spinesense.tui.widgets.day_figures import DayFigures, DayNumbers
from spinesense.tui.widgets.day_lanes import DayLanes
from spinesense.tui.widgets.lines import Line

REFRESH_S = 20.0
"""A minute of the day is kept when it is over: within this time after that it is seen."""


class DayScreen(Face):
    """Shows a day, by default the one that is going on.

    Parameters
    ----------
    days
        Where days are looked up, in a thread.
    report
        Keeps what is known of a defect of the program, and gives the sentence to show.
    """

    CSS_PATH: ClassVar[CSSPathType | None] = "day.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left", "go(-1)", "Day before", key_display="←"),
        Binding("right", "go(1)", "Day after", key_display="→"),
        Binding("t", "today", "Today"),
        Binding("w", "week", "Week"),
        Binding("escape", "leave", "Back"),
    ]

    def __init__(self, days: Days, report: Callable[[BaseException], str] = mistake) -> None:
        super().__init__()
        self._days = days
        self._report = report
        self._today = ""
        self._wanted = ""
        """The date to show; empty for today, whatever day that is by then."""

    def body(self) -> list[Widget]:
        """How much was seen, the lanes, and the figures; or the words in their place."""
        page = Vertical(
            Line(id="coverage"),
            Line(id="caveat"),
            DayLanes(),
            DayNumbers(id="numbers"),
            DayFigures(),
            id="page",
        )
        return [page, Line(id="instead")]

    def on_mount(self) -> None:
        """Look up the day, and today again now and then."""
        self.entitle("One moment …")
        self.set_interval(REFRESH_S, self._look_again)

    def on_screen_resume(self) -> None:
        """Look whenever the person comes here."""
        self._look()

    def _look_again(self) -> None:
        if self.is_active and not self._wanted:
            self._look()

    def _look(self) -> None:
        self.run_worker(self._find, exclusive=True)

    async def _find(self) -> None:
        try:
            self._today = await asyncio.to_thread(self._days.today)
            self.show(await asyncio.to_thread(self._days.day, self._wanted or self._today))
        except SpinesenseError as error:
            self.fail(str(error))
        except Exception as error:  # noqa: BLE001  # the person gets a sentence, the log the rest
            self.fail(self._report(error))

    def show(self, view: DayView) -> None:
        """Show this day."""
        today = view.date == self._today
        name = f"Today, {day_words.full_date(view.date)}" if today else ""
        self.entitle(name or day_words.full_date(view.date), simulated_tag(view.simulated))
        self.remove_class("-failed")
        self.set_class(not view.ribbon, "-empty")
        self.refresh_bindings()
        if not view.ribbon:
            self.query_one("#instead", Line).say(day_words.empty(today=today))
            return
        caveat = day_words.caveat(view, today=today)
        self.set_class(bool(caveat), "-partial")
        self.set_class(is_too_little(view), "-too-little")
        self.query_one("#coverage", Line).say(Content.styled(day_words.coverage(view), "bold"))
        self.query_one("#caveat", Line).say(caveat)
        self.query_one(DayLanes).show(view)
        self.query_one(DayNumbers).show(view)
        self.query_one(DayFigures).show(view)

    def fail(self, sentence: str) -> None:
        """Say why there is nothing to see."""
        self.trouble = sentence
        self.entitle("Your day")
        self.add_class("-failed")
        self.query_one("#instead", Line).say(
            Content.assemble(("This did not work", "bold"), "\n\n", sentence)
        )

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool:
        """Offer no day after today, and today only on another one."""
        if (action, parameters) == ("go", (1,)) or action == "today":
            return bool(self._wanted)
        return True

    def action_go(self, days: int) -> None:
        """Go to a day before or after."""
        if self._today:
            there = date.fromisoformat(self._wanted or self._today) + timedelta(days=days)
            self.open(there.isoformat())

    def action_today(self) -> None:
        """Go to the day that is going on, and stay with it past midnight."""
        self.open(self._today)

    def open(self, day: str) -> None:
        """Go to this day."""
        self._wanted = "" if day >= self._today else day
        self._look()

    def action_week(self) -> None:
        """Show the week that this day belongs to."""
        self.app.push_screen(WeekScreen(self._days, self._wanted, self.open, self._report))

    def action_leave(self) -> None:
        """Go back."""
        self.app.pop_screen()
