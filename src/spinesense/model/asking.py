"""One page of what is asked and said before a session, for any kind of screen."""

from dataclasses import dataclass
from enum import StrEnum


class AskKind(StrEnum):
    """What the person can do about it."""

    FLAGS = "flags"
    """Answer each of the questions before the first use; the answer is the ids of those with yes,
    with blanks between."""
    CHOICE = "choice"
    """Choose one of the options."""
    CLOSED = "closed"
    """Go back: there is no session now."""


@dataclass(frozen=True, slots=True)
class Option:
    """One answer, and the key for it."""

    key: str
    words: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """One page before a session."""

    id: str
    """What it is about; pages with the same id are about the same thing."""
    kind: AskKind
    title: str
    text: tuple[str, ...]
    """Paragraphs."""
    options: tuple[Option, ...] = ()
    urgent: bool = False
