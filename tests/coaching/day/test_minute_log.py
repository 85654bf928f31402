"""Minutes of literal readings: whatever the clock does, each second of the day is told once."""

import copy
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spinesense.coaching.day.minute_log import AT_HAND_S, MinuteLog
from spinesense.model.day import Counts, Minute
from spinesense.model.events import GapFound, MotionEvent, Posture, PostureChanged, WornChanged
from spinesense.model.packets import Action, Intent
from spinesense.model.readings import Readings
from spinesense.model.snapshot import PostureView

MORNING = datetime.fromisoformat("2026-03-03T09:00:00+01:00")
BERLIN = ZoneInfo("Europe/Berlin")
SIT, STAND, LIE, WALK = Posture.SITTING, Posture.STANDING, Posture.LYING, Posture.WALKING


@dataclass(frozen=True)
class Fed:
    """One call of ``feed``."""

    time_s: float
    posture: Posture
    events: tuple[MotionEvent, ...] = ()
    seen: PostureView = field(default_factory=PostureView)


class Wearer:
    """Somebody who wears the sensor, and somebody who takes the minutes now and then."""

    def __init__(self, began: datetime = MORNING) -> None:
        self.minutes = MinuteLog(began)
        self.kept: dict[str, Minute] = {}
        self.time_s = 0.0
        self.posture = Posture.UNKNOWN
        self.seen = PostureView()

    def feed(self, fed: Fed) -> None:
        self.time_s, self.posture = fed.time_s, fed.posture
        now = Readings(time_s=fed.time_s, posture=fed.posture, posture_confidence=0.8)
        self.minutes.feed(now, fed.events, fed.seen)

    def be(self, posture: Posture, seconds: float, step_s: float = 1.0) -> None:
        """Be in a posture for a while, known from its beginning."""
        end_s = self.time_s + seconds
        events = (PostureChanged(self.time_s, self.time_s, posture, 1.0),)
        while self.time_s < end_s:
            now_s = min(self.time_s + step_s, end_s)
            self.feed(Fed(now_s, posture, events if posture is not self.posture else (), self.seen))

    def clock(self, now: datetime) -> None:
        self.minutes.say(Intent(self.time_s, Action.CLOCK, now.isoformat(timespec="seconds")))

    def rows(self) -> dict[str, Minute]:
        """What a table holds after all that was taken."""
        for minute in self.minutes.drain():
            self.kept[minute.at] = minute
        return self.kept


def watched_s(minute: Minute) -> float:
    return (
        minute.lying_s
        + minute.sitting_s
        + minute.standing_s
        + minute.walking_s
        + minute.unknown_s
        + minute.not_worn_s
    )


def begun() -> Wearer:
    """Somebody sitting, from the first moment on."""
    wearer = Wearer()
    wearer.feed(Fed(1e-3, SIT))
    return wearer


def test_seconds_of_a_minute_are_what_they_were() -> None:
    wearer = begun()
    wearer.be(SIT, 90.0)
    wearer.be(STAND, 20.0)
    wearer.be(WALK, 40.0)
    rows = wearer.rows()
    assert list(rows) == [
        "2026-03-03T09:00+01:00",
        "2026-03-03T09:01+01:00",
        "2026-03-03T09:02+01:00",
    ]
    first, second, third = rows.values()
    assert first.sitting_s == 59.0, "the second that had begun before is not told"
    assert (second.sitting_s, second.standing_s, second.walking_s) == (31.0, 20.0, 9.0)
    assert third.walking_s == 31.0


def test_a_posture_that_is_told_late_counts_from_its_beginning() -> None:
    wearer = begun()
    wearer.be(SIT, 30.0)
    told = PostureChanged(33.0, 25.0, STAND, 0.9)
    wearer.feed(Fed(33.0, STAND, (told,)))
    wearer.be(STAND, 26.0)
    (row, *_) = wearer.rows().values()
    assert (row.sitting_s, row.standing_s) == (24.0, 34.0)


def test_a_belt_on_the_chair_is_taken_back_when_it_is_found() -> None:
    wearer = begun()
    wearer.be(SIT, 600.0)
    kept = dict(wearer.rows())
    assert all(row.not_worn_s == 0.0 for row in kept.values())
    wearer.feed(Fed(601.0, SIT, (WornChanged(601.0, 240.0, False),)))
    wearer.be(SIT, 59.0)
    rows = list(wearer.rows().values())
    assert [row.sitting_s for row in rows[:5]] == [59.0, 60.0, 60.0, 60.0, 0.0]
    assert [row.not_worn_s for row in rows[4:11]] == [60.0] * 7
    wearer.feed(Fed(661.0, SIT, (WornChanged(661.0, 655.0, True),)))
    wearer.be(SIT, 59.0)
    rows = list(wearer.rows().values())
    assert (rows[10].not_worn_s, rows[10].sitting_s) == (55.0, 5.0)
    assert rows[11].sitting_s == 60.0


def test_what_the_monitor_takes_for_sitting_is_sitting_and_other_doubt_is_unknown() -> None:
    def doubtful(sat: bool) -> Minute:
        minutes = MinuteLog(MORNING)
        for second in range(1, 61):
            now = Readings(time_s=float(second), posture=STAND, posture_confidence=0.5)
            told = (PostureChanged(2.0, 0.0, STAND, 0.5),) if second == 2 else ()
            minutes.feed(now, told, PostureView(sits=sat))
        return minutes.drain()[0]

    assert (doubtful(sat=True).sitting_s, doubtful(sat=False).unknown_s) == (59.0, 59.0)


def test_nothing_is_told_of_a_gap_or_of_a_break() -> None:
    wearer = begun()
    wearer.be(SIT, 60.0)
    wearer.feed(Fed(400.0, SIT, (GapFound(400.0, 60.5, 399.5),)))
    wearer.be(SIT, 20.0)
    wearer.minutes.say(Intent(430.0, Action.CONTINUE))
    wearer.feed(Fed(500.0, SIT))
    wearer.be(SIT, 40.0)
    rows = wearer.rows()
    assert [int(at[14:16]) for at in rows] == [0, 1, 6, 8]
    assert sum(map(watched_s, rows.values())) == 59.0 + 1.0 + 20.0 + 40.0


def test_what_is_counted_belongs_to_the_minute_in_which_it_was_seen() -> None:
    wearer = begun()
    wearer.be(SIT, 60.0)
    wearer.seen = PostureView(counts=Counts(shifts=2, steps=5))
    wearer.be(SIT, 60.0)
    wearer.rows()
    wearer.seen = PostureView(
        counts=Counts(shifts=3, stand_ups=1, steps=60, bends=3, deep_bends=2, held_bends=1)
    )
    wearer.be(WALK, 60.0)
    first, second, third, *_ = wearer.rows().values()
    assert (first.counts.shifts, second.counts.shifts, second.counts.steps) == (0, 2, 5)
    assert (third.counts.shifts, third.counts.stand_ups, third.counts.steps) == (1, 1, 55)
    assert (third.counts.bends, third.counts.deep_bends, third.counts.held_bends) == (3, 2, 1)


def test_midnight_begins_a_day() -> None:
    wearer = Wearer(datetime.fromisoformat("2026-12-31T23:59:00+01:00"))
    wearer.be(SIT, 120.0)
    assert [at[:16] for at in wearer.rows()] == ["2026-12-31T23:59", "2027-01-01T00:00"]


@pytest.mark.parametrize(("day", "second_hour", "last"), [(25, 120, "04:59"), (29, 0, "06:59")])
def test_the_hour_that_comes_twice_is_two_and_the_missing_one_is_none(
    day: int, second_hour: int, last: str
) -> None:
    month = 10 if second_hour else 3
    start = datetime(2026, month, day, tzinfo=BERLIN)
    wearer = Wearer(start)
    told = start.utcoffset()
    while wearer.time_s < 6 * 3600.0:
        wearer.be(SIT, 10.0, step_s=10.0)
        now = (start.astimezone(UTC) + timedelta(seconds=wearer.time_s)).astimezone(BERLIN)
        if now.utcoffset() != told:
            told = now.utcoffset()
            wearer.clock(now)
    rows = wearer.rows()
    assert len(rows) == 360
    assert all(watched_s(row) == 60.0 for row in list(rows.values())[1:])
    assert sum(at[11:13] == "02" for at in rows) == second_hour
    assert list(rows)[-1][11:16] == last


def test_a_clock_that_is_a_second_off_is_the_same_clock() -> None:
    wearer = begun()
    for minute in range(1, 10):
        wearer.be(SIT, 60.0)
        wearer.clock(MORNING + timedelta(minutes=minute, seconds=minute % 3 - 1))
    assert {watched_s(row) for row in list(wearer.rows().values())[1:9]} == {60.0}


def test_a_clock_that_is_set_back_tells_the_time_anew() -> None:
    wearer = begun()
    wearer.be(SIT, 1800.0)
    wearer.rows()
    wearer.clock(MORNING + timedelta(minutes=10, seconds=20))
    wearer.be(LIE, 300.0)
    rows = wearer.rows()
    assert rows["2026-03-03T09:09+01:00"].sitting_s == 60.0
    assert rows["2026-03-03T09:10+01:00"].lying_s == 40.0
    assert rows["2026-03-03T09:12+01:00"].lying_s == 60.0
    assert rows["2026-03-03T09:20+01:00"].sitting_s == 60.0, "it was not seen again"
    assert max(map(watched_s, rows.values())) == 60.0


def test_a_clock_that_was_told_in_no_way_changes_nothing() -> None:
    wearer = begun()
    before = copy.deepcopy(wearer.minutes.state)
    for value in ("", "noon", "2026-03-03T12:00:00"):
        wearer.minutes.say(Intent(1.0, Action.CLOCK, value))
    assert wearer.minutes.state == before


def test_memory_does_not_grow_with_the_days() -> None:
    wearer = begun()
    most = 0
    for hour in range(72):
        wearer.be(SIT if hour % 2 else STAND, 3600.0, step_s=30.0)
        wearer.clock(MORNING + timedelta(hours=hour + 1, seconds=10 * hour))
        wearer.rows()
        state = wearer.minutes.state
        most = max(most, len(state.open) + len(state.closed) + len(state.clocks))
    assert most <= AT_HAND_S / 60.0 + 10


@st.composite
def streams(draw: st.DrawFn) -> list[Fed | datetime]:
    """Some minutes of readings a few times in a second, with all that may come between."""
    wall, now_s, posture = MORNING, 0.0, Posture.UNKNOWN
    found: list[Fed | datetime] = []
    for _ in range(draw(st.integers(1, 60))):
        events: list[MotionEvent] = []
        begin_s = now_s
        now_s += draw(st.sampled_from([0.04, 0.5, 1.0, 7.3, 61.0]))
        kind = draw(st.sampled_from(["", "", "", "posture", "gap", "worn", "clock", "zone"]))
        if kind == "gap":
            end_s = now_s
            now_s += 0.5
            events.append(GapFound(now_s, begin_s, end_s))
        elif kind == "posture":
            posture = draw(st.sampled_from(list(Posture)))
            late_s = draw(st.floats(0.0, 30.0))
            events.append(PostureChanged(now_s, max(0.0, now_s - late_s), posture, 0.8))
        elif kind == "worn":
            late_s = draw(st.floats(0.0, 700.0))
            worn = draw(st.booleans())
            events.append(WornChanged(now_s, max(0.0, now_s - late_s), worn))
        elif kind in ("clock", "zone"):
            shift_s = draw(st.sampled_from([-7200, -300, -61, -20, -2, 3, 40, 3600, 80000]))
            wall += timedelta(seconds=shift_s)
            now = wall + timedelta(seconds=now_s)
            offset = timedelta(hours=draw(st.integers(-2, 2)))
            found.append(now if kind == "clock" else (now + offset).replace(tzinfo=None))
        found.append(Fed(now_s, posture, tuple(events)))
    return found


def told(stream: Sequence[Fed | datetime], *, take_every: int = 1) -> tuple[Wearer, float]:
    """Feed a stream; gives who wore the sensor, and for how long."""
    wearer, worn_s, last_s = Wearer(), 0.0, None
    for number, one in enumerate(stream):
        if isinstance(one, Fed):
            gap_s = sum(e.end_s - e.start_s for e in one.events if isinstance(e, GapFound))
            worn_s += 0.0 if last_s is None else one.time_s - last_s - gap_s
            last_s = one.time_s
            wearer.feed(one)
        else:
            aware = one if one.tzinfo else one.astimezone(BERLIN)
            wearer.clock(aware)
        if number % take_every == 0:
            wearer.rows()
    wearer.rows()
    return wearer, worn_s


@given(streams())
def test_no_second_is_told_twice_and_none_is_made_up(stream: list[Fed | datetime]) -> None:
    wearer, worn_s = told(stream)
    rows = wearer.kept.values()
    assert all(0.0 <= watched_s(row) <= 60.0 for row in rows)
    assert sum(map(watched_s, rows)) <= worn_s + len(stream)
    if not any(isinstance(one, datetime) for one in stream):
        breaks = sum(bool(one.events) for one in stream if isinstance(one, Fed))
        assert abs(sum(map(watched_s, rows)) - worn_s) <= 1.0 + breaks


@given(streams(), st.integers(1, 30))
def test_when_the_minutes_are_taken_changes_nothing(
    stream: list[Fed | datetime], take_every: int
) -> None:
    assert told(stream, take_every=take_every)[0].kept == told(stream)[0].kept


@given(streams(), st.data())
def test_however_the_stream_is_cut_the_minutes_are_equal(
    stream: list[Fed | datetime], data: st.DataObject
) -> None:
    """Readings between which nothing is said may come together."""
    joined: list[Fed | datetime] = []
    for one in stream:
        last = joined[-1] if joined else None
        begun = any(isinstance(before, Fed) for before in joined[:-1])
        together = isinstance(last, Fed) and isinstance(one, Fed) and begun
        if together and data.draw(st.booleans()):
            assert isinstance(last, Fed)
            assert isinstance(one, Fed)
            joined[-1] = Fed(one.time_s, one.posture, (*last.events, *one.events))
        else:
            joined.append(one)
    assert told(joined)[0].kept == told(stream)[0].kept
