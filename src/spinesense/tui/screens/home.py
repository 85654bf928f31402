"""Where everything begins: what can be opened, and what was done lately."""

import asyncio
from collections.abc import Callable
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widget import Widget
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from spinesense.model.errors import SpinesenseError
from spinesense.model.plain_text import plain
from spinesense.tui.launch import Choice, HomeView, Launch, LaunchKind
from spinesense.tui.screens.face import Face, mistake
from spinesense.tui.widgets.lines import Line, SplitLine
from spinesense.tui.widgets.plain_content import joined, plain_words

DEMO = Choice(Launch(LaunchKind.DEMO), "Demo", "watch a simulated person being coached")
SIT = Choice(Launch(LaunchKind.SIT), "Sitting watch", "says when you have sat still for long")
DAY = Choice(Launch(LaunchKind.DAY), "Your day and week", "sitting, walking and pain, by the hour")
RECENT = "Recent sessions"
MOST_DIGITS = 9
KEY_WIDTH = 3
TITLE_WIDTH = 24
POINTER = plain_words("›", "bold $accent")
SEARCHING = "Looking for routines and recordings …"
NOTHING_FOUND = "Your routines and recordings cannot be read"


class Choices(OptionList, inherit_bindings=False):
    """The list, with its keys named for the line of keys."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down", "cursor_down", "Choose", key_display="↑↓"),
        Binding("up", "cursor_up", show=False),
        Binding("home", "first", show=False),
        Binding("end", "last", show=False),
        Binding("pageup", "page_up", show=False),
        Binding("pagedown", "page_down", show=False),
        Binding("enter", "select", "Open", key_display="Enter"),
    ]


class HomeScreen(Face):
    """Lists what can be opened; the demo and the sitting watch are there at once."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("c", "open('c')", show=False),
        Binding("d", "open('d')", "Demo"),
        *(Binding(str(n), f"open('{n}')", show=False) for n in range(1, MOST_DIGITS + 1)),
        Binding("s", "open('s')", "Sit"),
        Binding("t", "open('t')", "Today"),
        Binding("b", "sensor", "Sensor"),
        Binding("r", "recordings", "Replay"),
        Binding("q", "app.quit", "Quit"),
    ]

    def __init__(
        self,
        open_launch: Callable[[Launch], None],
        look_up: Callable[[], HomeView],
        report: Callable[[BaseException], str] = mistake,
    ) -> None:
        super().__init__()
        self._open = open_launch
        self._look_up = look_up
        self._report = report
        self._view: HomeView | None = None
        self._failed = False
        self._by_key: dict[str, Launch] = {}
        self._launches: dict[str, Launch] = {}
        self._words: dict[str, Content] = {}
        self._pointed: str | None = None

    def body(self) -> list[Widget]:
        """The list, the recent sessions, and the wellness notice."""
        recent = Vertical(
            SplitLine(id="heading", classes="heading"), Line(id="history"), id="recent"
        )
        return [
            Vertical(Choices(id="choices", markup=False), recent, id="desk"),
            Static(id="notice", markup=False),
        ]

    def on_mount(self) -> None:
        """Offer at once what needs no looking up."""
        self.entitle("spinesense", "")
        self.query_one("#heading", SplitLine).say(RECENT)
        self._fill()

    def on_resize(self) -> None:
        """Keep the list in hand: it is let go while the terminal is too small to show it."""
        super().on_resize()
        self.call_after_refresh(self.query_one(Choices).focus)

    def on_screen_resume(self) -> None:
        """Look again whenever the person comes here, once the screen has been painted."""
        self.call_after_refresh(self.run_worker, self._find, exclusive=True)

    async def _find(self) -> None:
        try:
            self.show(await asyncio.to_thread(self._look_up))
        except SpinesenseError as error:
            self.fail(str(error))
        except Exception as error:  # noqa: BLE001  # the person gets a sentence, the log the rest
            self.fail(self._report(error))

    def show(self, view: HomeView) -> None:
        """Show what was found."""
        self._view = view
        self.entitle("spinesense", f"Sensor: {view.sensor}" if view.sensor else "")
        self.query_one("#notice", Static).update(plain(view.notice, lines=True))
        self.set_class(bool(view.trouble), "-trouble")
        self.query_one("#heading", SplitLine).say(RECENT, view.week)
        recent = "\n".join(view.history) or "None yet."
        self.query_one("#history", Line).say(view.trouble or recent)
        self._fill()
        self.refresh_bindings()

    def fail(self, sentence: str) -> None:
        """Say why nothing was found, and look no more."""
        self._failed = True
        self._fill()
        self.query_one("#notice", Static).update(plain(sentence, lines=True))

    def _fill(self) -> None:
        """Write the list again, with the same line chosen as before."""
        view = self._view or HomeView()
        self._launches, self._by_key = {}, {}
        options = [_heading("Exercise")]
        if view.interrupted is not None:
            options.append(self._option("c", view.interrupted))
        options.append(self._option("d", DEMO))
        for number, choice in enumerate(view.routines, start=1):
            options.append(self._option(str(number) if number <= MOST_DIGITS else "", choice))
        options += [
            _heading(""),
            _heading("In the day"),
            self._option("s", SIT),
            self._option("t", DAY),
        ]
        if view.recordings:
            options += [_heading(""), _heading("Watch a recording again")]
            options += [self._option("", choice) for choice in view.recordings]
        if self._view is None:
            options += [_heading(""), _heading(NOTHING_FOUND if self._failed else SEARCHING)]
        choices = self.query_one(Choices)
        before = choices.highlighted_option
        choices.set_options(options)
        chosen = before.id if before is not None else None
        choices.highlighted = choices.get_option_index(chosen) if chosen in self._launches else 1

    def _option(self, key: str, choice: Choice) -> Option:
        option_id = f"{choice.launch.kind}:{choice.launch.target}"
        self._launches[option_id] = choice.launch
        if key:
            self._by_key[key] = choice.launch
        self._words[option_id] = joined(
            (key.upper().rjust(KEY_WIDTH), "bold $primary"),
            "  ",
            plain_words(plain(choice.title)).truncate(TITLE_WIDTH, ellipsis=True, pad=True),
            "  ",
            (choice.detail, "$text-muted"),
        )
        return Option(self._words[option_id], id=option_id)

    def on_option_list_option_highlighted(self, event: OptionList.OptionHighlighted) -> None:
        """Point at the chosen line with a mark too, for screens without colour."""
        choices = self.query_one(Choices)
        for option_id in (self._pointed, event.option_id):
            if option_id in self._words:
                chosen = option_id == event.option_id
                line = self._words[option_id]
                choices.replace_option_prompt(option_id, POINTER + line[1:] if chosen else line)
        self._pointed = event.option_id

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Open the chosen line."""
        self._open(self._launches[event.option_id or ""])

    def action_open(self, key: str) -> None:
        """Open the line that shows this key."""
        if key in self._by_key:
            self._open(self._by_key[key])

    def action_sensor(self) -> None:
        """Choose the sensor to wear."""
        self._open(Launch(LaunchKind.SENSOR))

    def action_recordings(self) -> None:
        """Go to the newest recording."""
        if self._view is not None and self._view.recordings:
            first = self._view.recordings[0].launch
            choices = self.query_one(Choices)
            choices.highlighted = choices.get_option_index(f"{first.kind}:{first.target}")

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool:
        """Offer recordings, and a session to go on with, where there are any."""
        if (action, parameters) == ("open", ("c",)):
            return bool(self._view and self._view.interrupted)
        return action != "recordings" or bool(self._view and self._view.recordings)


def _heading(words: str) -> Option:
    return Option(plain_words(words, "bold"), disabled=True)
