"""A day of the week: a small ribbon over its figures."""

from collections.abc import Mapping, Sequence

from textual.content import Content

from spinesense.coaching.day.wear_time import MeanDay, is_enough
from spinesense.model.day import DayView, Stay, Stretch
from spinesense.tui import day_words
from spinesense.tui.widgets.day_axis import Hours, hour_labels, hours, shares
from spinesense.tui.widgets.day_lanes import EIGHTHS, FLAT_LANES, LANES
from spinesense.tui.widgets.plain_content import joined, plain_words

HEIGHTS = {Stay.WALKING: 8, Stay.STANDING: 6, Stay.SITTING: 4, Stay.LYING: 2}
"""Eighths of the ribbon's height: the taller, the more upright."""
LEAD_WIDTH = 10
"""Holds the pointer and ``Tue 24*``."""
LEAST_GAP, MOST_GAP = 2, 5


def small_ribbon(ribbon: Sequence[Stretch], shown: Hours, width: int) -> list[Stay | None]:
    """What most of each cell's watched minutes were; None where nothing was watched.

    Where two took as long it is the more upright one.
    """
    kinds = [*LANES, *FLAT_LANES]
    parts = {
        stay: shares([one for one in ribbon if one.stay is stay], shown, width) for stay in kinds
    }
    most = [max(kinds, key=lambda stay, k=k: parts[stay][k]) for k in range(width)]  # type: ignore[misc]
    return [stay if parts[stay][k] else None for k, stay in enumerate(most)]


def week_hours(views: Sequence[DayView]) -> Hours:
    """The hours that hold all days."""
    return hours([stretch for view in views for stretch in view.ribbon])


def columns(width: int) -> list[str]:
    """The columns of the table that fit, the most important ones first."""
    fitting: list[str] = []
    room = width - LEAD_WIDTH + LEAST_GAP
    for name, cells in day_words.WEEK_HEAD.items():
        room -= cells + LEAST_GAP
        if room < 0:
            break
        fitting.append(name)
    return fitting


def head(width: int) -> Content:
    """The names of the columns."""
    names = _cells({name: name for name in day_words.WEEK_HEAD}, width)
    return plain_words(" " * LEAD_WIDTH + names, "$text-muted")


def axis(shown: Hours, width: int) -> Content:
    """The hours over the ribbons."""
    return plain_words(" " * LEAD_WIDTH + hour_labels(shown, width - LEAD_WIDTH), "$text-muted")


def day_lines(
    view: DayView, shown: Hours, width: int, rows: int, *, pointed: bool, missing: str
) -> Content:
    """A day: its ribbon ``rows`` high, and its figures, or what is said where there are none."""
    pointer = ("› " if pointed else "  ", "bold $accent")
    star = "" if is_enough(view) or not view.ribbon else "*"
    name = (f"{day_words.brief_date(view.date) + star:<{LEAD_WIDTH - 2}}", "bold")
    if not view.ribbon:
        return joined("\n" * (rows - 1), pointer, name, (missing, "$text-muted"), "\n")
    stays = small_ribbon(view.ribbon, shown, width - LEAD_WIDTH)
    ribbon = [
        joined(*(_cell(stay, below, rows) for stay in stays)) for below in range(rows - 1, -1, -1)
    ]
    lead = plain_words(" " * LEAD_WIDTH)
    leads = [*([lead] * (rows - 1)), joined(pointer, name)]
    shade = "" if is_enough(view) else "$text-muted"
    figures = plain_words(_cells(day_words.day_cells(view), width), shade)
    drawn = [one + other for one, other in zip(leads, ribbon, strict=True)]
    return Content("\n").join([*drawn, lead + figures])


def mean_line(mean: MeanDay, width: int) -> Content:
    """The mean in the columns of the table."""
    cells = _cells(day_words.mean_cells(mean), width)
    return plain_words(f"{'  Mean':<{LEAD_WIDTH}}{cells}", "bold")


def legend() -> Content:
    """What the marks of the ribbons mean."""
    parts = [
        joined((EIGHTHS[HEIGHTS[stay]], shade), f" {name.lower()}")
        for stay, (name, shade) in reversed(LANES.items())
    ]
    flat = [plain_words(f"{mark} {name.lower()}") for name, mark in FLAT_LANES.values()]
    return Content("  ").join([*parts, *flat])


def _cell(stay: Stay | None, below: int, rows: int) -> tuple[str, str]:
    """One cell of a ribbon, with ``below`` rows of it underneath."""
    if stay is None:
        return " ", ""
    if stay in FLAT_LANES:
        return (" " if below else FLAT_LANES[stay][1]), "$text-muted"
    height = HEIGHTS[stay] * rows - 8 * below
    return EIGHTHS[min(max(height, 0), 8)], LANES[stay][1]


def _cells(cells: Mapping[str, str], width: int) -> str:
    names = columns(width)
    taken = sum(day_words.WEEK_HEAD[name] for name in names)
    gap = (width - LEAD_WIDTH - taken) // max(len(names) - 1, 1)
    return (" " * min(max(gap, LEAST_GAP), MOST_GAP)).join(
        cells[name].rjust(day_words.WEEK_HEAD[name]) for name in names
    )
