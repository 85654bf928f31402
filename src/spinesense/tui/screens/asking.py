"""What is asked before a session: the first questions, how it was since last time, what changes."""

import asyncio
from collections.abc import Callable
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.events import Key
from textual.screen import Screen
from textual.types import CSSPathType
from textual.widget import Widget
from textual.widgets import Static

from spinesense.model.asking import Ask, AskKind
from spinesense.model.errors import SpinesenseError
from spinesense.tui.launch import Consult
from spinesense.tui.screens.face import Face, mistake
from spinesense.tui.widgets.flag_list import FlagList
from spinesense.tui.widgets.option_lines import OptionLines
from spinesense.tui.widgets.plain_content import plain_words


class AskScreen(Face):
    """Shows one page after another, then gives way to the session.

    Parameters
    ----------
    consult
        Gives the pages, or None when there are none; called in a thread.
    onward
        Makes the screen that comes after the last page.
    report
        Keeps what is known of a defect of the program, and gives the sentence to show.
    """

    CSS_PATH: ClassVar[CSSPathType | None] = "asking.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y", "flag(True)", "Yes"),
        Binding("n", "flag(False)", "No"),
        Binding("up", "move(-1)", "Choose", key_display="↑↓"),
        Binding("down", "move(1)", "Choose", show=False),
        Binding("enter", "done", "Done", key_display="Enter"),
        Binding("escape", "leave", "Back"),
    ]

    def __init__(
        self,
        consult: Callable[[], Consult | None],
        onward: Callable[[], Screen[None]],
        report: Callable[[BaseException], str] = mistake,
    ) -> None:
        super().__init__()
        self._open = consult
        self._onward = onward
        self._report = report
        self._consult: Consult | None = None
        self._ask: Ask | None = None

    def body(self) -> list[Widget]:
        """The words of the page, then what can be answered."""
        return [Static("", id="words", markup=False), FlagList(), OptionLines()]

    def on_mount(self) -> None:
        """Look up the first page."""
        self.entitle("One moment …")
        self.run_worker(self._guarded(None, ""), exclusive=True)

    async def _guarded(self, answered: Ask | None, value: str) -> None:
        try:
            await self._go_on(answered, value)
        except SpinesenseError as error:
            self._fail(str(error))
        except Exception as error:  # noqa: BLE001  # the person gets a sentence, the log the rest
            self._fail(self._report(error))

    async def _go_on(self, answered: Ask | None, value: str) -> None:
        """Keep an answer, and show the next page or the session."""
        if self._consult is None:
            self._consult = await asyncio.to_thread(self._open)
        ask = None
        if self._consult is not None:
            if answered is not None:
                await asyncio.to_thread(self._consult.answer, answered, value)
            ask = await asyncio.to_thread(self._consult.next)
        if not self.is_current:
            return
        if ask is None:
            self.app.switch_screen(self._onward())
        else:
            self._show(ask)

    def _show(self, ask: Ask) -> None:
        self._ask = ask
        self.entitle(ask.title)
        self.set_class(ask.urgent, "-urgent")
        paragraphs = "\n\n".join(ask.text)
        self.query_one("#words", Static).update(plain_words(paragraphs))
        flags, options = self.query_one(FlagList), self.query_one(OptionLines)
        flags.display = ask.kind is AskKind.FLAGS
        options.display = bool(ask.options)
        flags.start()
        options.show(ask.options)
        self.refresh_bindings()

    def _fail(self, sentence: str) -> None:
        self.trouble = sentence
        self._ask = None
        self.entitle("This did not work")
        self.query_one("#words", Static).update(plain_words(sentence))
        self.query_one(FlagList).display = self.query_one(OptionLines).display = False
        self.refresh_bindings()

    @property
    def _asks_flags(self) -> bool:
        return self._ask is not None and self._ask.kind is AskKind.FLAGS

    def check_action(self, action: str, _parameters: tuple[object, ...]) -> bool:
        """Offer only what means something on this page."""
        flags = self._asks_flags
        chooses = self._ask is not None and len(self._ask.options) > 1
        complete = flags and self.query_one(FlagList).complete
        offered = {
            "flag": flags,
            "move": flags or chooses,
            "done": complete or (self._ask is not None and bool(self._ask.options)),
        }
        return offered.get(action, True)

    def on_key(self, event: Key) -> None:
        """Take the letter of an option."""
        if self._ask is None or self._asks_flags:
            return
        for option in self._ask.options:
            if option.key == event.key and option.key != "enter":
                event.stop()
                event.prevent_default()
                self._answer(option.value)
                return

    def action_flag(self, yes: bool) -> None:
        """Answer the question that is pointed at, and go to the next."""
        self.query_one(FlagList).answer(yes)
        self.refresh_bindings()

    def action_move(self, lines: int) -> None:
        """Point at another question or option."""
        pointed = self.query_one(FlagList) if self._asks_flags else self.query_one(OptionLines)
        pointed.move(lines)

    def action_done(self) -> None:
        """Give the answer that is complete or pointed at."""
        if self._asks_flags:
            self._answer(" ".join(self.query_one(FlagList).flags))
        else:
            self._answer(self.query_one(OptionLines).value)

    def _answer(self, value: str) -> None:
        asked, self._ask = self._ask, None
        self.refresh_bindings()
        self.run_worker(self._guarded(asked, value), exclusive=True)

    def action_leave(self) -> None:
        """Go back without a session."""
        self.app.pop_screen()
