"""The application: its theme, its first screen, and which screen shows which launch."""

from collections.abc import Callable
from typing import TYPE_CHECKING, ClassVar

from textual.app import App
from textual.binding import Binding, BindingType
from textual.screen import Screen
from textual.theme import Theme
from textual.types import CSSPathType

from spinesense.tui.launch import HomeView, Launch, LaunchKind, Run
from spinesense.tui.screens.face import Face
from spinesense.tui.screens.home import HomeScreen

if TYPE_CHECKING:
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
    speak
        Says a cue aloud; called in a thread; None for silence.
    """

    TITLE = "spinesense"
    CSS_PATH: ClassVar[CSSPathType | None] = ["app.tcss", "screens/home.tcss"]
    ENABLE_COMMAND_PALETTE = False
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+q", "quit", "Quit", show=False, priority=True)
    ]

    def __init__(
        self,
        open_run: Callable[[Launch], Run],
        home: Callable[[], HomeView],
        first: Launch | None = None,
        speak: Callable[[str], None] | None = None,
    ) -> None:
        super().__init__()
        self._open_run = open_run
        self._home = home
        self._first = first
        self._speak = speak
        self.register_theme(THEME)
        self.theme = THEME.name

    def get_default_screen(self) -> Screen[None]:
        """The home screen is the bottom of the stack."""
        return HomeScreen(self.start, self._home)

    def on_mount(self) -> None:
        """Open what was asked for."""
        if self._first is not None:
            self.start(self._first)

    def start(self, launch: Launch) -> None:
        """Show a launch."""
        self.push_screen(live_screen(launch.kind)(launch, self._open_run, self._speak))

    async def action_quit(self) -> None:
        """Finish the recording, then end."""
        if isinstance(self.screen, Face):
            await self.screen.close_run()
        self.exit()


def live_screen(kind: LaunchKind) -> "type[LiveScreen]":
    """The screen that shows this kind of launch; imported when the first one is opened."""
    from spinesense.tui.screens.coach import CoachScreen
    from spinesense.tui.screens.replay import ReplayScreen
    from spinesense.tui.screens.sit import SitScreen

    screens: dict[LaunchKind, type[LiveScreen]] = {
        LaunchKind.DEMO: CoachScreen,
        LaunchKind.COACH: CoachScreen,
        LaunchKind.SIT: SitScreen,
        LaunchKind.REPLAY: ReplayScreen,
    }
    return screens[kind]
