"""The question of how much it hurts, 0 to 10."""

from textual.content import Content
from textual.widget import Widget

from spinesense.tui.widgets.plain_content import joined, plain_words
from spinesense.tui.words import pain_anchor

WORST = 10


def after_digit(score: int | None, digit: int) -> int:
    """Choose a score by typing: after a 1 the number goes on (10 is ten, and 11 no score at all).

    After any other score a digit starts afresh.
    """
    return 10 + digit if score == 1 else digit


class PainScale(Widget):
    """Shows the scale with the chosen score in brackets, and what the score means."""

    DEFAULT_CSS = "PainScale { height: 3; text-align: center; text-wrap: nowrap; }"

    _score: int | None = None

    def show(self, score: int | None) -> None:
        """Show this choice, or none yet."""
        if score != self._score:
            self._score = score
            self.refresh()

    def render(self) -> Content:
        """The scale, and the words for the choice."""
        marks = [
            (f"[{score}]", "bold reverse") if score == self._score else (f" {score} ", "")
            for score in range(WORST + 1)
        ]
        if self._score is None:
            words = "0 is no pain, 10 the worst pain you can imagine"
        else:
            words = f"{self._score} of {WORST}: {pain_anchor(self._score)}"
        scale = Content(" ").join(plain_words(text, style) for text, style in marks)
        return joined(scale, "\n\n", words)
