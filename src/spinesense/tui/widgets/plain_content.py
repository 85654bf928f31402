"""What is drawn, made plain: no text from outside takes the terminal or is taken for markup."""

from textual.content import Content

from spinesense.model.plain_text import plain

Part = str | Content | tuple[str, str]


def plain_words(text: str, style: str = "") -> Content:
    """These words as they are, in one style; square brackets are no markup."""
    return (
        Content.styled(plain(text, lines=True), style)
        if style
        else Content(plain(text, lines=True))
    )


def joined(*parts: Part) -> Content:
    """Parts one after the other: words, words with their style, and what is drawn already."""
    return Content.assemble(*(_plain(part) for part in parts))


def _plain(part: Part) -> Part:
    if isinstance(part, Content):
        return part
    if isinstance(part, tuple):
        return plain(part[0], lines=True), part[1]
    return plain(part, lines=True)
