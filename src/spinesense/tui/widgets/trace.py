"""The last ten seconds of an angle, with the target range behind it."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip
from textual.widget import Widget

from spinesense.tui.widgets.braille import DOTS_ACROSS, DOTS_DOWN, Point, draw

WINDOW_S = 10.0
LONGEST_STEP_S = 0.5
"""Samples further apart are not joined: nothing is drawn across a gap."""
SCALE_STEP_DEG = 5
"""The scale ends on multiples of it, so that it stands still while the angle moves."""
SMALLEST_SPAN_DEG = 15
"""Breathing and sway of a degree or so stay small on the screen."""
GUTTER = 6
"""Cells for the labels of the scale."""
EDGE = "╌"


@dataclass(frozen=True, slots=True)
class TraceView:
    """What a trace shows; times ascend."""

    times_s: tuple[float, ...] = ()
    angles_rad: tuple[float, ...] = ()
    low_rad: float | None = None
    high_rad: float | None = None


def scale_deg(view: TraceView) -> tuple[float, float]:
    """Bottom and top of the scale in degrees: the angle, the target and zero are all inside."""
    marks = [mark for mark in (view.low_rad, view.high_rad) if mark is not None]
    values = [0.0, *(math.degrees(angle) for angle in (*marks, *view.angles_rad))]
    bottom = math.floor((min(values) - 1) / SCALE_STEP_DEG) * SCALE_STEP_DEG
    top = math.ceil((max(values) + 1) / SCALE_STEP_DEG) * SCALE_STEP_DEG
    return bottom, max(top, bottom + SMALLEST_SPAN_DEG)


def dot_paths(view: TraceView, width: int, height: int) -> list[list[Point]]:
    """Points of the trace in dots, one path for each stretch without a gap.

    Time falls on a fixed grid of columns, so that the picture moves by whole dots and the shape
    of a movement does not shimmer while it wanders to the left.
    """
    bottom, top = scale_deg(view)
    columns, rows = width * DOTS_ACROSS, height * DOTS_DOWN
    per_column_s = WINDOW_S / columns
    newest = math.floor(view.times_s[-1] / per_column_s) if view.times_s else 0
    dots_per_rad = math.degrees(1) * (rows - 1) / (top - bottom)
    top_rad = math.radians(top)
    paths: list[list[Point]] = []
    previous_s = -math.inf
    for time_s, angle_rad in zip(view.times_s, view.angles_rad, strict=True):
        x = columns - 1 - newest + math.floor(time_s / per_column_s)
        if time_s - previous_s > LONGEST_STEP_S:
            paths.append([])
        paths[-1].append((x, round((top_rad - angle_rad) * dots_per_rad)))
        previous_s = time_s
    return paths


class Trace(Widget):
    """The trace as a widget. Component classes: ``axis``, ``band`` and ``edge``."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"trace--axis", "trace--band", "trace--edge"}

    _view = TraceView()
    _strips: Sequence[Strip] = ()

    def show(self, view: TraceView) -> None:
        """Show this trace."""
        if view != self._view:
            self._view, self._strips = view, ()
            self.refresh()

    def on_resize(self) -> None:
        """Draw it again at the new size."""
        self._strips = ()

    def notify_style_update(self) -> None:
        """Draw it again in the new colours."""
        super().notify_style_update()
        self._strips = ()

    def render_line(self, y: int) -> Strip:
        """One row of labels and dots."""
        if not self._strips:
            self._strips = self._draw()
        return self._strips[y] if y < len(self._strips) else Strip.blank(self.size.width)

    def _draw(self) -> list[Strip]:
        width, height = self.size.width - GUTTER, self.size.height
        if width < 1 or height < 1:
            return []
        rows = draw(dot_paths(self._view, width, height), width, height)
        labels, edges, band = _rows_of_scale(self._view, height)
        line, axis = self.rich_style, self.get_component_rich_style("trace--axis")
        tint, edge = (self.get_component_rich_style(f"trace--{name}") for name in ("band", "edge"))
        strips = []
        for y, row in enumerate(rows):
            shade = Style(bgcolor=tint.bgcolor) if y in band else Style()
            label = labels.get(y, "").rjust(GUTTER - 1) + " "
            segments = [Segment(label, edge if y in edges else axis)]
            segments += _segments(row, EDGE if y in edges else " ", line + shade, edge + shade)
            strips.append(Strip(segments, self.size.width))
        return strips


def _segments(row: str, empty: str, line: Style, behind: Style) -> list[Segment]:
    """Split a row into dots and what shows where there are none."""
    return [
        Segment(empty * len(text), behind) if blank else Segment(text, line)
        for blank, run in groupby(row, key=" ".__eq__)
        for text in ["".join(run)]
    ]


def _rows_of_scale(view: TraceView, height: int) -> tuple[dict[int, str], set[int], range]:
    """Labels by row, the rows of the target's edges, and the rows of the target."""
    bottom, top = scale_deg(view)

    def row(angle_deg: float) -> int:
        dots = round((top - angle_deg) / (top - bottom) * (height * DOTS_DOWN - 1))
        return min(height - 1, dots // DOTS_DOWN)

    labels = {row(mark): f"{mark:.0f}°" for mark in (top, bottom, 0.0)}
    edges: Sequence[float] = ()
    if view.low_rad is not None and view.high_rad is not None:
        edges = (math.degrees(view.low_rad), math.degrees(view.high_rad))
        labels |= {row(mark): f"{mark:.0f}°" for mark in edges}
    rows = [row(mark) for mark in edges]
    return labels, set(rows), range(min(rows), max(rows) + 1) if rows else range(0)
