"""Numbers that can be read from two metres: strokes of block characters at any size."""

from functools import lru_cache

from rich.segment import Segment
from textual.strip import Strip
from textual.widget import Widget

STROKES = {
    "0": "abcdef",
    "1": "i",
    "2": "abged",
    "3": "abgcd",
    "4": "fgbc",
    "5": "afgcd",
    "6": "afgedc",
    "7": "abc",
    "8": "abcdefg",
    "9": "abcdfg",
    "–": "g",
    "-": "g",
    " ": "",
}
"""Seven segments, named as data sheets name them: a top, b and c right, d bottom, e and f left,
g middle; i is an upright in the middle."""

ROUND = "0235689°"
"""Characters that lose the pixels of their outer corners."""

Box = tuple[int, int, int, int]
"""Left, top, right, bottom in pixels, right and bottom exclusive."""

SMALLEST_ROWS = 3


def stroke_px(rows: int) -> int:
    """Thickness of a stroke: a seventh of the height, as in bold type."""
    return max(1 if rows < 5 else 2, round(2 * rows / 7))


def digit_width(rows: int) -> int:
    """Width of a digit in cells; a half row is about as high as a cell is wide."""
    return round(2 * rows * 0.66)


def _segments(rows: int) -> dict[str, Box]:
    """Boxes of the segments of a digit ``rows`` high."""
    height, width, thick = 2 * rows, digit_width(rows), stroke_px(rows)
    middle = (height - thick) // 2
    left, right, bottom = thick, width - thick, height - thick
    centre = (width - thick) // 2
    return {
        "a": (0, 0, width, thick),
        "b": (right, 0, width, middle + thick),
        "c": (right, middle, width, height),
        "d": (0, bottom, width, height),
        "e": (0, middle, left, height),
        "f": (0, 0, left, middle + thick),
        "g": (0, middle, width, middle + thick),
        "i": (centre, 0, centre + thick, height),
    }


def _marks(rows: int) -> dict[str, tuple[int, list[Box]]]:
    """Width and boxes of the marks that are narrower than a digit."""
    height, thick = 2 * rows, stroke_px(rows)
    third = height // 3
    ring = max(3, third)
    return {
        ".": (thick, [(0, height - thick, thick, height)]),
        ":": (thick, [(0, y, thick, y + thick) for y in (third - thick // 2, height - third)]),
        "°": (
            ring,
            [
                (0, 0, ring, 1),
                (0, ring - 1, ring, ring),
                (0, 0, 1, ring),
                (ring - 1, 0, ring, ring),
            ],
        ),
    }


def _boxes(char: str, rows: int) -> tuple[int, list[Box]]:
    """Width and boxes of one character; KeyError for one that has no strokes."""
    if char in STROKES:
        segments = _segments(rows)
        return digit_width(rows), [segments[name] for name in STROKES[char]]
    return _marks(rows)[char]


@lru_cache(maxsize=512)
def glyph(char: str, rows: int) -> tuple[str, ...]:
    """Draw one character ``rows`` high; each cell holds two pixels, one above the other."""
    width, boxes = _boxes(char, rows)
    filled = {
        (x, y)
        for left, top, right, bottom in boxes
        for x in range(left, right)
        for y in range(top, bottom)
    }
    filled -= {corner for corner in _outer_corners(width, 2 * rows) if char in ROUND}
    shades = {(False, False): " ", (True, False): "▀", (False, True): "▄", (True, True): "█"}
    return tuple(
        "".join(shades[(x, 2 * row) in filled, (x, 2 * row + 1) in filled] for x in range(width))
        for row in range(rows)
    )


def _outer_corners(width: int, height: int) -> set[tuple[int, int]]:
    """Pixels left out so that round digits look round."""
    return {(x, y) for x in (0, width - 1) for y in (0, height - 1)}


def text_rows(text: str, rows: int) -> list[str]:
    """Draw a number ``rows`` high.

    Parameters
    ----------
    text
        Digits, ``.``, ``:``, ``°``, ``-``, ``–`` and spaces.
    """
    gap = " " * (1 + rows // 6)
    glyphs = [glyph(char, rows) for char in text]
    return [gap.join(part[row] for part in glyphs) for row in range(rows)]


def fit_rows(text: str, width: int, height: int) -> int:
    """Largest height in rows at which the number fits; 0 when it fits at none."""
    for rows in range(height, SMALLEST_ROWS - 1, -1):
        if len(text_rows(text, rows)[0]) <= width:
            return rows
    return 0


class BlockNumber(Widget):
    """A number drawn as large as its place allows, in the middle of it.

    A place too small for blocks shows the plain number.
    """

    _text = ""
    _drawn: list[str] | None = None

    def show(self, text: str) -> None:
        """Show this number (see `text_rows`)."""
        if text != self._text:
            self._text, self._drawn = text, None
            self.refresh()

    def on_resize(self) -> None:
        """Draw it again at the size that fits now."""
        self._drawn = None

    def _lines(self) -> list[str]:
        width, height = self.size
        rows = fit_rows(self._text, width, height)
        drawn = text_rows(self._text, rows) if rows else [self._text]
        above = (height - len(drawn)) // 2
        lines = [""] * above + drawn
        lines += [""] * (height - len(lines))
        return [line.center(width) for line in lines]

    def render_line(self, y: int) -> Strip:
        """One row of the number."""
        if self._drawn is None:
            self._drawn = self._lines()
        text = self._drawn[y] if y < len(self._drawn) else " " * self.size.width
        return Strip([Segment(text, self.rich_style)], len(text))
