"""What the widgets of a day share."""

from textual.content import Content
from textual.widget import Widget

from spinesense.model.day import DayView


class DayWidget(Widget):
    """Draws a day as wide and high as its place, and again when it is shown another."""

    DEFAULT_CSS = "DayWidget { text-wrap: nowrap; }"

    _view: DayView | None = None

    def show(self, view: DayView) -> None:
        """Show this day."""
        if view != self._view:
            self._view = view
            self.refresh()

    def render(self) -> Content:
        """The day; nothing before there is one."""
        if self._view is None:
            return Content("")
        return self.drawn(self._view, *self.content_size)

    def drawn(self, view: DayView, width: int, height: int) -> Content:
        """Draw a day into so many cells and rows."""
        raise NotImplementedError
