"""What every screen has: a title, the line of keys, and a smallest size."""

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.screen import Screen
from textual.widget import Widget

from spinesense.tui.widgets.keyline import KeyLine
from spinesense.tui.widgets.lines import Line, SplitLine
from spinesense.tui.widgets.plain_content import joined

SMALLEST = (60, 20)
"""Columns and rows below which the figures would no longer be readable."""
WIDTHS = [(0, "-narrow"), (SMALLEST[0], "-slim"), (80, "-fits"), (100, "-wide")]
HEIGHTS = [(0, "-short"), (SMALLEST[1], "-low"), (24, "-normal"), (32, "-tall")]
"""Classes that the style sheets know, each from so many columns or rows on."""


def mistake(error: BaseException) -> str:
    """A sentence for a defect of the program itself."""
    return (
        f"spinesense itself made a mistake ({type(error).__name__}: {error}). "
        "What was recorded is kept; please report this and start again."
    )


def simulated_tag(simulated: bool) -> Content:
    """The mark of what nobody real did; empty where somebody did it."""
    return joined((" SIMULATED ", "bold reverse $warning") if simulated else "")


class Face(Screen[None]):
    """A screen with a title line on top and its keys at the bottom.

    In a terminal that is too small it says so; its keys go on working.
    """

    trouble = ""
    """What went wrong on this screen, in one sentence; empty when nothing did."""

    HORIZONTAL_BREAKPOINTS = WIDTHS
    VERTICAL_BREAKPOINTS = HEIGHTS

    def compose(self) -> ComposeResult:
        """Title, body and keys, and the words that stand in for them where there is no room."""
        with Vertical(id="face"):
            yield SplitLine(id="title")
            with Vertical(id="body"):
                yield from self.body()
            yield from self.feet()
            yield KeyLine(id="keys")
        yield Line(id="too-small")

    def body(self) -> list[Widget]:
        """What fills the screen between the title and the feet."""
        raise NotImplementedError

    def feet(self) -> list[Widget]:
        """Lines between the body and the keys."""
        return []

    def on_resize(self) -> None:
        """Say the present size where it is too small."""
        width, height = self.app.size
        self.query_one("#too-small", Line).say(
            f"spinesense needs {SMALLEST[0]} x {SMALLEST[1]} characters.\n"
            f"This window has {width} x {height}: please make it larger."
        )

    def break_off(self, why: str) -> None:
        """Tell what runs on this screen, if anything does, why the program ends."""

    async def close_run(self) -> None:
        """End what runs on this screen, if anything does."""

    def entitle(self, left: str, right: Content | str = "") -> None:
        """Show the title, and where the person is at the right end.

        A screen that is left before it was painted has none any more.
        """
        for title in self.query("#title").results(SplitLine):
            title.say(left, right)
