"""What was done, on one page."""

from collections.abc import Sequence
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.types import CSSPathType
from textual.widget import Widget
from textual.widgets import Static

from spinesense.model.snapshot import CoachView, Snapshot
from spinesense.tui import words
from spinesense.tui.screens.face import Face
from spinesense.tui.widgets.plain_content import joined, plain_words

HEAD = ("Exercise", "Side", "Set", "Repetitions", "Mean range", "Mean hold")
NUMBERS_FROM = 2
"""Columns from here on are aligned to the right."""


class SummaryScreen(Face):
    """Shows the finished sets of a session."""

    CSS_PATH: ClassVar[CSSPathType | None] = "summary.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,enter", "leave", "Home", key_display="Enter"),
        Binding("up", "scroll(-1)", "Up", key_display="↑"),
        Binding("down", "scroll(1)", "Down", key_display="↓"),
    ]

    def __init__(self, snapshot: Snapshot, trouble: str = "") -> None:
        super().__init__()
        self.snapshot = snapshot
        self.trouble = trouble

    def body(self) -> list[Widget]:
        """How it ended, what the coach said last, pain before and after, and the table."""
        coach = self.snapshot.coach
        return [
            _where_any(plain_words(self.trouble), "trouble"),
            Static(ending(self.snapshot), id="ending"),
            _where_any(plain_words(self.snapshot.unrecorded), "unrecorded"),
            _where_any(plain_words(f"“{coach.caption}”" if coach.caption else ""), "last-words"),
            Static(pain_line(coach), id="pain-line"),
            VerticalScroll(
                Static(sets_table(coach), id="sets"),
                _where_any(plain_words(words.not_counted(coach.lines)), "not-counted"),
                can_focus=False,
            ),
        ]

    def on_mount(self) -> None:
        """Name the routine."""
        self.entitle("What you did", self.snapshot.coach.routine)

    def action_scroll(self, lines: int) -> None:
        """Move a long table."""
        self.query_one(VerticalScroll).scroll_relative(y=lines, animate=False)

    def action_leave(self) -> None:
        """Go home."""
        self.app.pop_screen()


def _where_any(content: Content, name: str) -> Static:
    """A paragraph that takes no room where there is nothing to say."""
    found = Static(content, id=name)
    found.display = bool(content)
    return found


def ending(snapshot: Snapshot) -> Content:
    """How it ended, and whether anyone real moved."""
    coach = snapshot.coach
    parts: list[str | tuple[str, str]] = [(words.ending(coach), "bold")]
    if snapshot.sensor.simulated:
        parts += ["  ", (" SIMULATED ", "bold reverse $warning"), (" nobody moved", "$warning")]
    return joined(*parts)


def pain_line(coach: CoachView) -> Content:
    """Pain before and after, or the score that ended the session."""
    last = ("Pain after", coach.pain_after)
    if coach.pain_stop is not None:
        last = ("Pain that stopped it", coach.pain_stop)
    return joined(
        ("Pain before  ", "$text-muted"),
        (words.pain(coach.pain_before), "bold"),
        (f"     {last[0]}  ", "$text-muted"),
        (words.pain(last[1]), "bold"),
    )


def sets_table(coach: CoachView) -> Content:
    """One row a set; a dash stands where nothing was measured."""
    if not coach.lines:
        return plain_words("No set was finished.")
    rows = [words.set_cells(line) for line in coach.lines]
    widths = [max(len(row[column]) for row in (HEAD, *rows)) for column in range(len(HEAD))]
    lines = [plain_words(_aligned(HEAD, widths), "$text-muted")]
    lines += [plain_words(_aligned(row, widths)) for row in rows]
    return Content("\n").join(lines)


def _aligned(cells: Sequence[str], widths: Sequence[int]) -> str:
    return "   ".join(
        cell.ljust(width) if column < NUMBERS_FROM else cell.rjust(width)
        for column, (cell, width) in enumerate(zip(cells, widths, strict=True))
    )
