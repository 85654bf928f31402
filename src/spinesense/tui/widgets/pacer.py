"""The pacer: a rail with a ball that shows where a controlled movement would be now.

What the person has reached fills the rail from the left, so following means to keep the filled end
under the ball. Both can be read without colour.
"""

from textual.content import Content
from textual.widget import Widget

from spinesense.model.snapshot import PaceStage, PaceView
from spinesense.tui.widgets.plain_content import joined, plain_words

BALL, PEAK, START = "●", "┤", "├"
REACHED, RAIL = "━", "┄"
WORDS_WIDTH = 26
"""Room for the longest words of the pacer, such as ``Press down, breathe out``."""


def rail(share: float, reached: float, width: int) -> tuple[str, int]:
    """Draw the rail, without the ball.

    Parameters
    ----------
    share, reached
        Of the way out: where the ball is and what the person has reached, each 0 to 1.
    width
        In cells, ends included.

    Returns
    -------
    tuple
        The rail, and the cell of the ball.
    """
    inner = max(1, width - 2)
    filled = round(min(max(reached, 0.0), 1.0) * inner)
    line = START + REACHED * filled + RAIL * (inner - filled) + PEAK
    return line, 1 + round(min(max(share, 0.0), 1.0) * (inner - 1))


class Pacer(Widget):
    """One line: what to do now, the rail, and the seconds left of a hold."""

    DEFAULT_CSS = "Pacer { height: 1; text-wrap: nowrap; }"

    _pace: PaceView | None = None

    def show(self, pace: PaceView | None) -> None:
        """Show the pacer; without one the line is empty."""
        if pace != self._pace:
            self._pace = pace
            self.refresh()

    def render(self) -> Content:
        """The line as wide as the place."""
        pace = self._pace
        if pace is None:
            return Content("")
        left = f"{pace.left_s:4.1f} s" if pace.stage is PaceStage.HOLD else " " * 6
        width = max(8, self.content_size.width - WORDS_WIDTH - len(left) - 1)
        line, ball = rail(pace.share, pace.reached, width)
        filled = 1 + line.count(REACHED)
        parts = [(line[:filled], "$primary"), (line[filled:], "$dim")]
        drawn = joined(*parts)
        drawn = joined(drawn[:ball], (BALL, "bold $accent"), drawn[ball + 1 :])
        words = plain_words(f"{pace.words:<{WORDS_WIDTH}}", "bold")
        return joined(words, drawn, " ", (left, "$text-muted"))
