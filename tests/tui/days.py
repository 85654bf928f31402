"""Days as literals, and a place where they are looked up."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, timedelta

from hypothesis import strategies as st

from spinesense.model.day import MINUTES_A_DAY, Counts, DayView, PainMark, Stay, Stretch

TODAY = "2026-11-25"
"""A Wednesday."""
MORNING = (
    (484, Stay.UNKNOWN, 3),
    (487, Stay.STANDING, 8),
    (495, Stay.SITTING, 47),
    (542, Stay.STANDING, 3),
    (545, Stay.SITTING, 60),
    (605, Stay.WALKING, 12),
    (617, Stay.SITTING, 72),
    (689, Stay.NOT_WORN, 50),
)
AFTERNOON = (
    (800, Stay.LYING, 20),
    (820, Stay.WALKING, 1),
    (835, Stay.SITTING, 40),
    (875, Stay.STANDING, 35),
    (910, Stay.SITTING, 114),
)


def day(*script: tuple[int, Stay, int], **changes: object) -> DayView:
    """A day of stays with their beginnings and minutes."""
    ribbon = tuple(Stretch(begin, begin + length, stay) for begin, stay, length in script)

    def minutes(stay: Stay) -> int:
        return sum(one.end_min - one.start_min for one in ribbon if one.stay is stay)

    watched = sum(one.end_min - one.start_min for one in ribbon)
    view = DayView(
        date=TODAY,
        ribbon=ribbon,
        sitting_bouts=tuple(one for one in ribbon if one.stay is Stay.SITTING),
        span_min=ribbon[-1].end_min - ribbon[0].start_min if ribbon else 0,
        watched_min=watched,
        worn_min=watched - minutes(Stay.NOT_WORN),
        lying_min=minutes(Stay.LYING),
        sitting_min=minutes(Stay.SITTING),
        standing_min=minutes(Stay.STANDING),
        walking_min=minutes(Stay.WALKING),
        walking_goal_min=30,
        shifts_per_h=61 / max(minutes(Stay.SITTING), 1) * 60,
        counts=Counts(steps=4240, shifts=61, stand_ups=9, bends=23, deep_bends=4, held_bends=2),
        alerts=3,
        pain=(PainMark(500, 3), PainMark(905, 5)),
    )
    return replace(view, **changes)  # type: ignore[arg-type]


WHOLE = day(*MORNING, *AFTERNOON)
PART = day(*MORNING[:5])
MINUTES = day(*MORNING[:2], shifts_per_h=None, pain=())
EMPTY = DayView(date=TODAY)


class Kept:
    """Days that are what they are told to be, and remember what was asked for."""

    def __init__(self, view: DayView = WHOLE, others: Sequence[DayView] = ()) -> None:
        self.view = view
        self.others = {one.date: one for one in others}
        self.asked: list[str] = []
        self.trouble: Callable[[], None] = lambda: None
        self.now = TODAY

    def today(self) -> str:
        self.trouble()
        return self.now

    def day(self, day: str) -> DayView:
        self.asked.append(day)
        return replace(self.others.get(day, self.view), date=day)

    def week(self, day: str) -> tuple[DayView, ...]:
        self.asked.append(f"week of {day}")
        then = date.fromisoformat(day)
        monday = then - timedelta(days=then.weekday())
        dates = [(monday + timedelta(days=k)).isoformat() for k in range(7)]
        none = DayView(date="")
        return tuple(
            replace(self.others.get(one, self.view if one == self.now else none), date=one)
            for one in dates
        )


def scripts() -> st.SearchStrategy[tuple[Stretch, ...]]:
    """Stretches of a day in order, some of them apart."""
    gaps, lengths = st.sampled_from((0, 0, 0, 1, 7, 100)), st.integers(1, 90)
    steps = st.lists(st.tuples(gaps, lengths, st.sampled_from(Stay)), min_size=1, max_size=12)
    return st.builds(_laid_out, st.integers(0, MINUTES_A_DAY - 1), steps)


def _laid_out(begin: int, steps: list[tuple[int, int, Stay]]) -> tuple[Stretch, ...]:
    found = []
    at = begin
    for gap, length, stay in steps:
        end = min(at + length, MINUTES_A_DAY)
        if at < end:
            found.append(Stretch(at, end, stay))
        at = end + gap
    return tuple(found)
