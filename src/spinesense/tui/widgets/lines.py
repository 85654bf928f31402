"""Lines of text that change many times a second without moving the layout."""

from textual.content import Content
from textual.widget import Widget

from spinesense.tui.widgets.plain_content import joined, plain_words


def as_content(text: Content | str) -> Content:
    """Take words as they are: square brackets in a title are no markup."""
    return text if isinstance(text, Content) else plain_words(text)


class Line(Widget):
    """Text whose place is fixed by the style sheet; drawn again only when it has changed."""

    DEFAULT_CSS = "Line { height: 1; text-wrap: nowrap; text-overflow: ellipsis; }"

    _content = Content("")

    def say(self, text: Content | str) -> None:
        """Show this text."""
        content = as_content(text)
        if not content.is_same(self._content):
            self._content = content
            self.refresh()

    def render(self) -> Content:
        """The text as it stands."""
        return self._content


class SplitLine(Widget):
    """One line with words at both ends; the right end is never cut."""

    DEFAULT_CSS = "SplitLine { height: 1; text-wrap: nowrap; }"

    _ends = (Content(""), Content(""))

    def say(self, left: Content | str, right: Content | str = "") -> None:
        """Show these words at the left and the right end."""
        ends = (as_content(left), as_content(right))
        if not all(new.is_same(old) for new, old in zip(ends, self._ends, strict=True)):
            self._ends = ends
            self.refresh()

    def render(self) -> Content:
        """Both ends, with as much space between them as the width leaves."""
        left, right = self._ends
        width = self.content_size.width
        room = width - right.cell_length - (2 if right else 0)
        left = left.truncate(max(0, room), ellipsis=True)
        return joined(left, " " * (width - left.cell_length - right.cell_length), right)
