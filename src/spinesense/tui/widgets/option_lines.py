"""A few answers to choose from, each with its key."""

from textual.content import Content
from textual.widget import Widget

from spinesense.model.asking import Option
from spinesense.tui.widgets.plain_content import joined

POINTER = "› "
KEY_WIDTH = 7


class OptionLines(Widget):
    """Shows one line an answer; one is pointed at."""

    DEFAULT_CSS = "OptionLines { height: auto; }"

    def __init__(self) -> None:
        super().__init__()
        self._options: tuple[Option, ...] = ()
        self._at = 0

    def show(self, options: tuple[Option, ...]) -> None:
        """Show these answers, pointing at the first."""
        self._options, self._at = options, 0
        self.refresh(layout=True)

    @property
    def value(self) -> str:
        """The answer that is pointed at."""
        return self._options[self._at].value

    def move(self, lines: int) -> None:
        """Point at another answer."""
        self._at = max(0, min(len(self._options) - 1, self._at + lines))
        self.refresh()

    def render(self) -> Content:
        """A line for each answer."""
        return Content("\n").join(
            joined(
                (POINTER if place == self._at else "  ", "bold $accent"),
                (option.key.capitalize().ljust(KEY_WIDTH), "bold $primary"),
                (option.words, "bold" if place == self._at else ""),
            )
            for place, option in enumerate(self._options)
        )
