"""Progress as a bar and repetitions as dots, drawn with characters that need no colour."""

from textual.content import Content
from textual.widget import Widget

from spinesense.tui.widgets.plain_content import joined

PARTS = " ▏▎▍▌▋▊▉"
"""Eighths of a cell."""
MOST_DOTS = 20
"""More repetitions than these are shown as a bar."""


def bar(fraction: float, width: int) -> tuple[str, str]:
    """Split a bar of ``width`` cells into its full part and the track that is left."""
    eighths = round(min(max(fraction, 0.0), 1.0) * width * 8)
    full = "█" * (eighths // 8) + PARTS[eighths % 8].strip()
    return full, "░" * (width - len(full))


def dots(done: int, goal: int) -> tuple[str, str]:
    """Write repetitions as filled and open circles."""
    return "● " * min(done, goal), "○ " * max(0, goal - done)


class Meter(Widget):
    """A bar that fills from the left, or dots where whole things are counted.

    A place of several rows is filled in all of them: a thick bar.
    """

    DEFAULT_CSS = "Meter { height: 1; text-wrap: nowrap; }"

    _done, _goal, _counted = 0.0, 0.0, False

    def fill(self, fraction: float) -> None:
        """Show a share of the whole, 0 to 1."""
        self._change(fraction, 1.0, False)

    def count(self, done: int, goal: int) -> None:
        """Show how many of a goal are done."""
        self._change(done, goal, goal <= MOST_DOTS)

    def _change(self, done: float, goal: float, counted: bool) -> None:
        if (done, goal, counted) != (self._done, self._goal, self._counted):
            self._done, self._goal, self._counted = done, goal, counted
            self.refresh()

    def render(self) -> Content:
        """The bar or the dots, as wide as the place; nothing without a goal."""
        if not self._goal:
            return Content("")
        if self._counted:
            full, rest = dots(int(self._done), int(self._goal))
        else:
            full, rest = bar(self._done / self._goal, self.content_size.width)
        line = joined((full, "$primary"), (rest.rstrip(), "$dim"))
        return Content("\n").join([line] * max(1, self.content_size.height))
