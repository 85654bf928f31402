"""The application: its theme, its first screen, and which screen shows which launch."""

import asyncio
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, ClassVar

from rich.text import Text
from textual.app import App
from textual.binding import Binding, BindingType
from textual.screen import Screen
from textual.theme import Theme
from textual.types import CSSPathType

from spinesense.model.plain_text import plain
from spinesense.tui.launch import Consult, HomeView, KeptDays, Launch, LaunchKind, Search
from spinesense.tui.screens.face import Face, mistake
from spinesense.tui.screens.home import HomeScreen

if TYPE_CHECKING:
    from rich.console import RenderableType

    from spinesense.model.run import Run
    from spinesense.tui.screens.live import LiveScreen

THEME = Theme(
    name="spinesense",
    primary="#62d6c3",
    secondary="#8fb8de",
    accent="#f4c06a",
    warning="#f4c06a",
    error="#ff8f78",
    success="#62d6c3",
    foreground="#eef3f2",
    background="#0e1416",
    surface="#0e1416",
    panel="#182124",
    text_alpha=1.0,
    variables={
        "text-muted": "#9fb0b3",
        "dim": "#4b5c60",
        "band": "#16302e",
    },
)
"""Calm and dark. Contrast to the background (WCAG 2): words 16:1, muted words 8:1."""


CLOSED = "the terminal was closed"
"""Why a session ends whose screen nobody can see any more."""


class SpinesenseApp(App[None]):
    """Shows the home screen, or at once what was asked for.

    Parameters
    ----------
    open_run
        Makes the run of a launch; called in a thread, since it imports and opens much.
    home
        Looks up what the home screen shows; called in a thread after the first paint.
    first
        What to open at once; None shows the home screen.
    report
        Keeps what is known of a defect of the program, and gives the sentence to show.
    consult
        Gives the pages that come before a launch, or None; called in a thread.
    search
        Makes a search for sensors; None where there is none to choose.
    days
        Where the days that were kept are looked up; None where none are.
    """

    TITLE = "spinesense"
    CSS_PATH: ClassVar[CSSPathType | None] = ["app.tcss", "screens/home.tcss"]
    ENABLE_COMMAND_PALETTE = False
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+q,ctrl+c", "quit", "Quit", show=False, priority=True),
        Binding("ctrl+z", "suspend_process", "Suspend", show=False, priority=True),
    ]

    def __init__(
        self,
        open_run: "Callable[[Launch], Run]",
        home: Callable[[], HomeView],
        first: Launch | None = None,
        report: Callable[[BaseException], str] = mistake,
        consult: Callable[[Launch], Consult | None] = lambda _: None,
        *,
        search: Callable[[], Search] | None = None,
        days: KeptDays | None = None,
    ) -> None:
        super().__init__()
        self._days = days
        self._consult = consult
        self._search = search
        self._open_run = open_run
        self._home = home
        self._first = first
        self._report = report
        self._shown = asyncio.Event()
        self._ending: asyncio.Task[None] | None = None
        self.register_theme(THEME)
        self.theme = THEME.name

    def get_default_screen(self) -> Screen[None]:
        """The home screen is the bottom of the stack."""
        return HomeScreen(self.start, self._home, self._report)

    def on_mount(self) -> None:
        """Open what was asked for."""
        self._shown.set()
        if self._first is not None:
            self.start(self._first)

    def start(self, launch: Launch) -> None:
        """Show a launch; before a coached session, what is to be asked first."""
        if launch.kind is LaunchKind.COACH:
            from spinesense.tui.screens.asking import AskScreen

            self.push_screen(
                AskScreen(lambda: self._consult(launch), lambda: self._live(launch), self._report)
            )
        elif launch.kind is LaunchKind.SENSOR:
            self._choose_sensor()
        elif launch.kind is LaunchKind.DAY:
            self.action_day()
        else:
            self.push_screen(self._live(launch))

    def _live(self, launch: Launch) -> "LiveScreen":
        """The screen of a launch."""
        screen = live_screen(launch.kind)
        return screen(launch, self._open_run, self._report)

    def _choose_sensor(self) -> None:
        from spinesense.tui.screens.search import SearchScreen

        if self._search is not None:
            self.push_screen(SearchScreen(self._search, self._report))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002
        """Offer the day's page where days are kept."""
        return action != "day" or self._days is not None

    def action_day(self) -> None:
        """Show the day that is going on."""
        from spinesense.tui.screens.day import DayScreen

        if self._days is not None:
            self.push_screen(DayScreen(self._days, report=self._report))

    def end(self, why: str) -> None:
        """End as if the person quit, because the system asks for it and says why."""
        if self._ending is None:
            self._ending = asyncio.ensure_future(self._end(why))

    def panic(self, *renderables: "RenderableType") -> None:
        """End in order where the thread that reads the keys has lost the terminal."""
        if sys.__stdin__ is not None and sys.__stdin__.isatty():
            super().panic(*renderables)
        else:
            self.end(CLOSED)

    async def _end(self, why: str) -> None:
        await self._shown.wait()
        for screen in self.screen_stack:
            if isinstance(screen, Face) and why:
                screen.break_off(why)
        await self.action_quit()

    async def action_quit(self) -> None:
        """Finish the recording, then end; trouble that comes of it is the last thing said."""
        trouble = ""
        for screen in reversed(self.screen_stack):  # a page may lie above a running session
            if isinstance(screen, Face):
                known = screen.trouble
                await screen.close_run()
                trouble = trouble or (screen.trouble if screen.trouble != known else "")
        self.exit(
            return_code=2 if trouble else 0, message=_last_words(trouble) if trouble else None
        )

    def _handle_exception(self, error: Exception) -> None:
        """End with one sentence where textual would print a traceback with all its variables.

        The workers are cancelled on the way out, which finishes a running recording.
        """
        if self.is_headless:
            super()._handle_exception(error)  # a test driver raises it again
            return
        self.exit(return_code=2, message=_last_words(self._report(error)))


def _last_words(sentence: str) -> Text:
    """What stays in the terminal when the screens are gone; square brackets are no markup."""
    return Text(plain(f"spinesense: {sentence}", lines=True))


def live_screen(kind: LaunchKind) -> "type[LiveScreen]":
    """The screen that shows this kind of launch; imported when the first one is opened."""
    from spinesense.tui.screens.coach import CoachScreen
    from spinesense.tui.screens.replay import ReplayScreen
    from spinesense.tui.screens.sit import SitScreen

    screens: dict[LaunchKind, type[LiveScreen]] = {
        LaunchKind.DEMO: CoachScreen,
        LaunchKind.COACH: CoachScreen,
        LaunchKind.CONTINUE: CoachScreen,
        LaunchKind.SIT: SitScreen,
        LaunchKind.REPLAY: ReplayScreen,
    }
    return screens[kind]
