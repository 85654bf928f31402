"""What the pages of kept days share: looking up in a thread, and what is said instead."""

import asyncio
from collections.abc import Callable
from typing import ClassVar

from textual import work
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.widget import Widget

from spinesense.model.errors import SpinesenseError
from spinesense.tui.launch import KeptDays
from spinesense.tui.screens.face import Face, mistake
from spinesense.tui.widgets.lines import Line
from spinesense.tui.widgets.plain_content import joined


class KeptPage(Face):
    """Looks its days up whenever the person comes here.

    Parameters
    ----------
    days
        Where days are looked up, in a thread.
    day
        The date to show; empty for today, whatever day that is by then.
    report
        Keeps what is known of a defect of the program, and gives the sentence to show.
    """

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "leave", "Back")]

    def __init__(
        self, days: KeptDays, day: str = "", report: Callable[[BaseException], str] = mistake
    ) -> None:
        super().__init__()
        self.days = days
        self.day = day
        self.today = ""
        self.report = report

    def body(self) -> list[Widget]:
        """The page, and the words that stand in its place where there is nothing to show."""
        return [Vertical(*self.page(), id="page"), Line(id="instead")]

    def page(self) -> list[Widget]:
        """What shows the days, from top to bottom."""
        raise NotImplementedError

    def find(self) -> Callable[[], None]:
        """Look up, in a thread, and return what shows it; may raise SpinesenseError."""
        raise NotImplementedError

    def on_mount(self) -> None:
        """Say that it is being looked up."""
        self.entitle("One moment …")

    def on_screen_resume(self) -> None:
        """Look whenever the person comes here."""
        self.look()

    @work(exclusive=True)
    async def look(self) -> None:
        """Look up and show, or say why that cannot be."""
        try:
            self.today = await asyncio.to_thread(self.days.today)
            show = await asyncio.to_thread(self.find)
            self.remove_class("-failed")
            show()
        except SpinesenseError as error:
            self.fail(str(error))
        except Exception as error:  # noqa: BLE001  # the person gets a sentence, the log the rest
            self.fail(self.report(error))
        self.refresh_bindings()

    def say_instead(self, sentence: str) -> None:
        """Show these words in place of the page; none to show the page."""
        self.set_class(bool(sentence), "-empty")
        self.query_one("#instead", Line).say(sentence)

    def fail(self, sentence: str) -> None:
        """Say why there is nothing to see."""
        self.entitle("Your days")
        self.add_class("-failed")
        self.query_one("#instead", Line).say(
            joined(("This did not work", "bold"), "\n\n", sentence)
        )

    def action_leave(self) -> None:
        """Go back."""
        self.app.pop_screen()
