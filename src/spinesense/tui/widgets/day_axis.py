"""The axis of a day: hours from left to right, and which cell of a row a minute falls into."""

from collections.abc import Iterable, Sequence

from spinesense.model.day import MINUTES_A_DAY, Stretch

GROUND, MARK, MARK_ALONE = "─", "┴", "╵"
STEPS_H = (1, 2, 3, 4, 6, 12)
"""Hours between two labels: those that divide a day."""
WORKING_HOURS = (9 * 60, 17 * 60)
"""Shown where there is nothing to show."""

Hours = tuple[int, int]
"""Minutes of the day at which a picture begins and ends, whole hours both."""


def hours(stretches: Iterable[Stretch], moments: Iterable[int] = ()) -> Hours:
    """The whole hours that hold all stretches and moments; working hours where there are none."""
    stretches, moments = tuple(stretches), tuple(moments)
    begins = [*(stretch.start_min for stretch in stretches), *moments]
    ends = [*(stretch.end_min for stretch in stretches), *(at + 1 for at in moments)]
    if not begins:
        return WORKING_HOURS
    return min(begins) // 60 * 60, min(-(-max(ends) // 60) * 60, MINUTES_A_DAY)


def cells_of(begin_min: int, end_min: int, shown: Hours, width: int) -> range:
    """The cells that minutes from ``begin_min`` up to ``end_min`` touch, at least one."""
    begin, end = shown
    first = (begin_min - begin) * width // (end - begin)
    last = -(-(end_min - begin) * width // (end - begin))
    first = min(max(first, 0), width - 1)
    return range(first, min(max(last, first + 1), width))


def cell_of(at_min: int, shown: Hours, width: int) -> int:
    """The cell in which a minute begins."""
    return cells_of(at_min, at_min, shown, width)[0]


def shares(stretches: Iterable[Stretch], shown: Hours, width: int) -> list[float]:
    """How much of each cell's minutes the stretches take, 0 to 1; exactly 0 where they take none.

    Whole numbers throughout (time in ``width``-ths of a minute), so that no minute is lost.
    """
    begin, end = shown
    cell = end - begin
    taken = [0] * width
    for stretch in stretches:
        from_, to = ((at - begin) * width for at in (stretch.start_min, stretch.end_min))
        for k in cells_of(stretch.start_min, stretch.end_min, shown, width):
            taken[k] += max(0, min(to, (k + 1) * cell) - max(from_, k * cell))
    return [part / cell for part in taken]


def hour_marks(shown: Hours, width: int) -> list[tuple[int, str]]:
    """Cells and labels of the hours, as many as can be told apart."""
    begin, end = shown
    room = width * 60 / (end - begin)
    step_h = next((step for step in STEPS_H if step * room >= 4), STEPS_H[-1])
    full = step_h * room >= 7
    return [
        (cell_of(60 * hour, shown, width), f"{hour}:00" if full else str(hour))
        for hour in range(begin // 60, end // 60)
        if hour % step_h == 0
    ]


def hour_labels(shown: Hours, width: int) -> str:
    """The hours, each beginning under its mark; a last one that does not fit is left out."""
    marks = hour_marks(shown, width)
    return spread([mark for mark in marks if mark[0] + len(mark[1]) <= width], width)


def ground(stretches: Iterable[Stretch], shown: Hours, width: int) -> str:
    """The line on which a picture stands, drawn where something was watched, and the hour marks."""
    marks = {cell for cell, _ in hour_marks(shown, width)}
    watched = shares(stretches, shown, width)
    kinds = {(True, True): MARK, (True, False): MARK_ALONE, (False, True): GROUND}
    return "".join(kinds.get((k in marks, part > 0), " ") for k, part in enumerate(watched))


def spread(labels: Sequence[tuple[int, str]], width: int) -> str:
    """Write labels at their cells, in order; those that would touch move apart.

    What does not fit at the right end moves to the left; where even that is not enough, what comes
    first is left out.
    """
    places: list[int] = []
    free = 0
    for cell, label in labels:
        places.append(max(cell, free))
        free = places[-1] + len(label) + 1
    line = [" "] * width
    limit = width
    for place, (_, label) in zip(reversed(places), reversed(labels), strict=True):
        at = min(place, limit - len(label))
        if at < 0:
            break
        line[at : at + len(label)] = label
        limit = at - 1
    return "".join(line)
