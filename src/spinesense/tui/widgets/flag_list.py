"""The questions before the first use, each with its answer."""

from textual.content import Content
from textual.widget import Widget

from spinesense.coaching.progression.red_flags import RED_FLAGS
from spinesense.tui.widgets.plain_content import joined, plain_words

POINTER = "› "
ANSWERS = "  yes   no "
"""Room for both answers behind a question."""


class FlagList(Widget):
    """Shows all questions at once; one is pointed at and can be answered."""

    DEFAULT_CSS = "FlagList { height: auto; max-width: 90; }"

    def __init__(self) -> None:
        super().__init__()
        self._answers: dict[str, bool] = {}
        self._at = 0

    def start(self) -> None:
        """Ask again."""
        self._answers, self._at = {}, 0
        self.refresh(layout=True)

    @property
    def complete(self) -> bool:
        """Whether all are answered."""
        return len(self._answers) == len(RED_FLAGS)

    @property
    def flags(self) -> tuple[str, ...]:
        """Ids of the questions that were answered with yes."""
        return tuple(flag.id for flag in RED_FLAGS if self._answers.get(flag.id))

    def answer(self, yes: bool) -> None:
        """Answer the question that is pointed at, and point at the next."""
        self._answers[RED_FLAGS[self._at].id] = yes
        self.move(1)

    def move(self, lines: int) -> None:
        """Point at another question."""
        self._at = max(0, min(len(RED_FLAGS) - 1, self._at + lines))
        self.refresh(layout=True)

    def render(self) -> Content:
        """A line for each question, its answer in brackets.

        Where questions had to be cut, the one that is pointed at stands below in full.
        """
        width = self.content_size.width or self.app.size.width
        lines: list[Content] = []
        room = width - len(POINTER) - len(ANSWERS)
        for place, flag in enumerate(RED_FLAGS):
            pointed = place == self._at
            answer = self._answers.get(flag.id)
            words = plain_words(flag.question).truncate(room, ellipsis=True, pad=True)
            lines.append(
                joined(
                    (POINTER if pointed else "  ", "bold $accent"),
                    words.stylize("bold") if pointed else words,
                    " ",
                    _mark("yes", chosen=answer is True),
                    _mark("no", chosen=answer is False),
                )
            )
        if any(len(flag.question) > room for flag in RED_FLAGS):
            lines += [Content(""), plain_words(RED_FLAGS[self._at].question)]
        return Content("\n").join(lines)


def _mark(word: str, *, chosen: bool) -> tuple[str, str]:
    return (f"[{word}]", "bold reverse") if chosen else (f" {word} ", "$text-muted")
