"""Choosing a sensor among those that are heard."""

import asyncio
from collections.abc import Callable
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.content import Content
from textual.types import CSSPathType
from textual.widget import Widget
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from spinesense.model.errors import SpinesenseError
from spinesense.model.plain_text import plain
from spinesense.model.search import HeardSensor, SearchView
from spinesense.tui import words
from spinesense.tui.launch import Search
from spinesense.tui.screens.face import Face, mistake
from spinesense.tui.screens.home import POINTER, Choices
from spinesense.tui.widgets.lines import Line
from spinesense.tui.widgets.plain_content import joined, plain_words

SIMULATED = "simulated"
NAME_WIDTH = 22
"""Holds ``Movesense`` with its serial number, the longest name of the known kinds."""
SIGNAL_WIDTH = 11
ADDRESS_WIDTH = 17
HINT = "Not listed? Switch it on, bring it near, and disconnect it from any phone."


class Sensors(Choices, inherit_bindings=False):
    """The list of sensors."""

    BINDINGS: ClassVar[list[BindingType]] = [
        *(key for key in Choices.BINDINGS if isinstance(key, Binding) and key.key != "enter"),
        Binding("enter", "select", "Use it", key_display="Enter"),
    ]


class SearchScreen(Face):
    """Lists sensors as they are heard, with the strength of their signal."""

    CSS_PATH: ClassVar[CSSPathType | None] = "search.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "leave", "Back")]

    def __init__(
        self, search: Callable[[], Search], report: Callable[[BaseException], str] = mistake
    ) -> None:
        super().__init__()
        self._open = search
        self._report = report
        self._search: Search | None = None
        self._leaving = False
        self._view = SearchView()
        self._pointed = SIMULATED

    def body(self) -> list[Widget]:
        """The list alone."""
        return [Sensors(id="choices", markup=False)]

    def feet(self) -> list[Widget]:
        """What else is around, what to do, and what went wrong."""
        return [Line(id="failure"), Line(id="others"), Line(id="hint")]

    def on_mount(self) -> None:
        """Listen."""
        self.entitle("Choose a sensor", "Listening …")
        self.query_one("#hint", Line).say(HINT)
        self.show(SearchView())
        self.query_one(Sensors).focus()
        self.run_worker(self._listen())

    async def _listen(self) -> None:
        try:
            self._search = await asyncio.to_thread(self._open)
            if not self._leaving:
                await self._search.run(self.show)
        except SpinesenseError as error:
            self.fail(str(error))
        except Exception as error:  # noqa: BLE001  # the person gets a sentence, the log the rest
            self.fail(self._report(error))

    def show(self, view: SearchView) -> None:
        """Show a moment of the search; lines keep their places and the chosen one its mark."""
        self._view = view
        if self._leaving:
            return
        choices = self.query_one(Sensors)
        ids = [SIMULATED, *(sensor.address for sensor in view.sensors)]
        if ids != [option.id for option in choices.options]:
            pointed = self._pointed if self._pointed in ids else SIMULATED
            choices.set_options([Option(self._line(option_id), id=option_id) for option_id in ids])
            choices.highlighted = ids.index(pointed)
        else:
            self._draw()
        heard = f"{len(view.sensors)} heard" if view.sensors else ""
        self.entitle("Choose a sensor", f"Listening … {heard}".rstrip())
        others = words.counted(view.others, "other Bluetooth device")
        self.query_one("#others", Line).say(f"{others} around." if view.others else "")

    def fail(self, sentence: str) -> None:
        """Say why nothing can be heard."""
        self.add_class("-failed")
        self.entitle("Choose a sensor", "")
        self.query_one("#failure", Line).say(sentence)

    def on_option_list_option_highlighted(self, event: OptionList.OptionHighlighted) -> None:
        """Point at the line with a mark too, for screens without colour."""
        self._pointed = event.option_id or SIMULATED
        self._draw()

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Use the chosen sensor and go back."""
        if self._search is None:
            return
        address = "" if event.option_id == SIMULATED else event.option_id or ""
        try:
            self._search.choose(address)
        except SpinesenseError as error:
            self.fail(str(error))
        else:
            self.run_worker(self.action_leave())

    async def close_run(self) -> None:
        """End the search."""
        self._leaving = True
        if self._search is not None:
            self._search.end()

    async def action_leave(self) -> None:
        """End the search and go back."""
        await self.close_run()
        if self.is_current:
            self.app.pop_screen()

    def _draw(self) -> None:
        choices = self.query_one(Sensors)
        for option in choices.options:
            if option.id is not None:
                choices.replace_option_prompt(option.id, self._line(option.id))

    def _line(self, option_id: str) -> Content:
        """One line: the pointer, whether it is in use, and what is known of it."""
        pointer = POINTER if option_id == self._pointed else " "
        if option_id == SIMULATED:
            used = not self._view.chosen
            told = _columns("Simulated sensor", ("no hardware needed", "$text-muted"))
        else:
            used = option_id == self._view.chosen
            told = _sensor(next(s for s in self._view.sensors if s.address == option_id))
        return joined(pointer, " ", ("✓ " if used else "  ", "bold $primary"), told)


def _sensor(sensor: HeardSensor) -> Content:
    """Last what may be cut where there is no room: the name mostly tells the kind."""
    strength = f"{words.signal(sensor.rssi_dbm):<{SIGNAL_WIDTH}}  "
    identity = f"{sensor.address:<{ADDRESS_WIDTH}}  {sensor.kind}"
    return _columns(sensor.name, strength, (identity, "$text-muted"))


def _columns(name: str, *rest: str | tuple[str, str]) -> Content:
    return joined(
        plain_words(plain(name)).truncate(NAME_WIDTH, ellipsis=True, pad=True), "  ", *rest
    )
