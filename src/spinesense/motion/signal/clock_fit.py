"""How a device's clock relates to the times of arrival."""

from dataclasses import dataclass, field
from itertools import pairwise

Point = tuple[float, float]
"""Clock reading, and arrival minus clock: one delay, in seconds both."""


@dataclass(frozen=True, slots=True)
class ClockFitParams:
    """Tunables of the line."""

    windows: int = 60
    """Windows of one second that the line is laid under: a quartz drifts over minutes."""
    first_fit: int = 4
    """Windows needed before a slope is believed."""
    eager_windows: int = 30
    """Up to here the line is laid again at every window, then at every ``lazy_every``-th."""
    lazy_every: int = 8
    largest_skew: float = 0.035
    """Cheap modules run up to 3 % off their nominal rate."""
    step_s: float = 0.1
    """Delays that stay this far above the line show that samples were lost unseen."""


@dataclass(slots=True)
class ClockFitState:
    """The least delays of the newest windows, and the line under them."""

    points: list[Point] = field(default_factory=list)
    seen: int = 0
    skew: float = 0.0
    at_s: float = 0.0
    """Clock reading at which the line passes through ``offset_s``."""
    offset_s: float = 0.0


class ClockFit:
    """The line under the delays of arrival: offset and skew of a clock.

    A packet can be late but never early, so the delays lie on or above a line, and touch it where
    nothing held a packet up. It is the line under all points with the least sum of distances (Moon,
    Skelly and Towsley, INFOCOM 1999): the edge of their lower hull over their mean abscissa.
    """

    def __init__(self, params: ClockFitParams | None = None) -> None:
        self._params = params or ClockFitParams()
        self.state = ClockFitState()

    def restart(self, clock_s: float, offset_s: float) -> None:
        """Begin again after the clock was set; the skew stays known."""
        self.state = ClockFitState(skew=self.state.skew, at_s=clock_s, offset_s=offset_s)

    def add(self, point: Point) -> None:
        """Take in the least delay of one window."""
        state, params = self.state, self._params
        state.points = [*state.points[-params.windows + 1 :], point]
        state.seen += 1
        if state.seen < params.first_fit:
            self._lower()
        elif state.seen <= params.eager_windows or state.seen % params.lazy_every == 0:
            self._drop_what_a_loss_left_behind()
            self._lay()

    def offset_s(self, clock_s: float) -> float:
        """Arrival of an undelayed sample minus its clock reading."""
        state = self.state
        # The line at c: d = d₁ + σ (c - c₁).
        return state.offset_s + state.skew * (clock_s - state.at_s)

    def _lower(self) -> None:
        """Keep the skew and lower the line to the lowest point."""
        state = self.state
        # With σ fixed, the line under all points passes through the one with the least d - σ c.
        state.at_s, state.offset_s = min(
            state.points, key=lambda point: point[1] - state.skew * point[0]
        )

    def _drop_what_a_loss_left_behind(self) -> None:
        """Forget the points from before a lasting rise of all delays."""
        recent = self.state.points[-self._params.lazy_every :]
        if all(delay - self.offset_s(clock) > self._params.step_s for clock, delay in recent):
            self.state.points = recent

    def _lay(self) -> None:
        """Lay the line under the points."""
        state, limit = self.state, self._params.largest_skew
        points = state.points
        # The lower convex hull, point by point: one that lies on or above the chord of its
        # neighbours is none of its corners.
        hull: list[Point] = []
        for point in points:
            x, y = point
            while len(hull) > 1:
                (first_x, first_y), (last_x, last_y) = hull[-2], hull[-1]
                # The last lies below the line from the one before it to this point: it stays.
                if (last_y - first_y) * (x - first_x) < (y - first_y) * (last_x - first_x):
                    break
                hull.pop()
            hull.append(point)
        # Of all lines under the points, that with the least Σ (d - line) is the highest at the mean
        # of c: the edge of the hull there.
        middle = sum(clock for clock, _ in points) / len(points)
        edge = next(
            ((a, b) for a, b in pairwise(hull) if b[0] >= middle),
            (hull[-2], hull[-1]) if len(hull) > 1 else None,
        )
        if edge is not None:
            (x, y), (x_end, y_end) = edge
            # σ is the slope of the edge, and (c₁, d₁) its beginning.
            state.skew = min(max((y_end - y) / (x_end - x), -limit), limit)
            state.at_s, state.offset_s = x, y
