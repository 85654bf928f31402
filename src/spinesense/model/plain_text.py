"""Words from outside, made fit to be shown: nothing in them is left that a terminal obeys.

Names that sensors advertise, titles, notes, file names and what libraries say of trouble may hold
anything. They are stored as they came and made plain where they are shown, since what is dangerous
depends on where it goes: a terminal obeys escape sequences, a desktop markup, a speech program its
own commands.
"""

import re
from typing import Final

LONGEST: Final = 4096
"""Characters of one line; the longest path has as many."""
INSTEAD: Final = "\N{REPLACEMENT CHARACTER}"
"""Stands for a character that is not shown, one for one, so that places in a text stay right."""

_LINE_BREAKS = re.compile("[\t\n\v\f\r\x85\u2028\u2029]")
_HOSTILE = re.compile(
    "["
    "\x00-\x1f\x7f-\x9f"  # controls, with which every escape sequence begins
    "\u061c\u200b\u200e\u200f\u202a-\u202e\u2066-\u206f"  # direction, and nothing at all
    "\u180e\u2028\u2029\u2060-\u2065\ufeff\ufff9-\ufffb"  # separators, joiners, annotations
    "\ud800-\udfff\ufffe\uffff"  # half a character, and none
    "\U0001d173-\U0001d17a\U000e0000-\U000e001f"
    "]"
    # Joiners spell Persian, the scripts of India and emoji; between other signs they hide.
    "|(?<![\u0590-\u1cff\u2190-\u2bff\ufe0f\U00010000-\U0003ffff])[\u200c\u200d]"
    "|[\u200c\u200d](?![\u0590-\u1cff\u2190-\u2bff\ufe0f\U00010000-\U0003ffff])"
    # Tags spell the flags of a few countries, behind a black flag.
    "|(?<![\U0001f3f4\U000e0020-\U000e007f])[\U000e0020-\U000e007f]"
)


def plain(text: object, *, lines: bool = False, longest: int = LONGEST) -> str:
    """Make a text fit for a terminal: letters of every script, marks and emoji stay.

    Parameters
    ----------
    text
        Anything that has words.
    lines
        Whether line feeds stay; otherwise the result is one line.
    longest
        Characters that are shown; of a longer text the beginning, and an ellipsis.

    Returns
    -------
    str
        The text without controls, changes of direction, invisible characters and lone surrogates:
        each is `INSTEAD`, and a line break or tab is a space. As long as the text, unless cut.
    """
    words = str(text)
    if len(words) > longest:
        words = words[: longest - 1] + "…"
    if words.isprintable():
        return words
    if lines:
        return "\n".join(plain(line, longest=longest) for line in words.split("\n"))
    return _HOSTILE.sub(INSTEAD, _LINE_BREAKS.sub(" ", words))


def without_markup(text: object) -> str:
    """Make a text plain where some readers obey markup (Pango, HTML) and others show it as it is.

    Its signs are replaced by others that look alike, which both show.
    """
    return plain(text).translate({ord("<"): "‹", ord(">"): "›", ord("&"): "＆"})


def spoken(text: object) -> str:
    """Make a text fit for a speech program: no option, no markup, no command in brackets."""
    words = plain(text, longest=500).translate(dict.fromkeys(map(ord, "<>[]{}|&\\"), " "))
    return words.replace(INSTEAD, " ").strip(" -")
