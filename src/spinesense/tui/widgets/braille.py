"""A line drawn in braille: two by four dots in each cell."""

from collections.abc import Iterator, Sequence

DOTS_ACROSS = 2
DOTS_DOWN = 4
BITS = ((0x01, 0x02, 0x04, 0x40), (0x08, 0x10, 0x20, 0x80))
"""Bit of each dot of U+2800..U+28FF, by column and row within the cell (Unicode, chapter 21.1)."""

Point = tuple[int, int]
"""Column and row of a dot, from the top left."""


def line_between(start: Point, end: Point) -> Iterator[Point]:
    """Dots that join two points without a hole, from left to right."""
    (x0, y0), (x1, y1) = start, end
    steps = max(x1 - x0, 1)
    y = y0
    for step in range(1, steps + 1):
        goal = y0 + round((y1 - y0) * step / steps)
        x = min(x0 + step, x1)
        down = 1 if goal >= y else -1
        for dot in range(y, goal + down, down):
            yield x, dot
        y = goal


def draw(paths: Sequence[Sequence[Point]], width: int, height: int) -> list[str]:
    """Draw unbroken paths into ``height`` rows of ``width`` cells; an empty cell is a space.

    The line is two dots thick, to be seen from afar. Dots outside the picture are left out. Points
    of a path run from left to right.
    """
    cells = [[0] * width for _ in range(height)]
    last_x, last_y = width * DOTS_ACROSS, height * DOTS_DOWN
    for path in paths:
        previous = path[0]
        for point in path:
            for x, middle in line_between(previous, point):
                for y in (middle, middle + 1):
                    if 0 <= x < last_x and 0 <= y < last_y:
                        cells[y >> 2][x >> 1] |= BITS[x & 1][y & 3]
            previous = point
    return ["".join(chr(0x2800 + bits) if bits else " " for bits in row) for row in cells]
