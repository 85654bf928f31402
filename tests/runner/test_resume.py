"""A session that was broken off goes on where it stopped: nothing twice, nothing lost."""

import asyncio
from dataclasses import replace
from functools import cache

import pytest
from tests.runner.test_one_pipeline import ROUTINE, Kept, sets_done

from spinesense.coaching.exercises.catalogue import load_catalogue
from spinesense.coaching.routines.parse import parse_routine
from spinesense.coaching.session.session import Session
from spinesense.model.errors import SensorError
from spinesense.model.events import Cue, Event, PainReported, Repetition, SessionEnded
from spinesense.model.packets import Item
from spinesense.runner.engine import Engine
from spinesense.runner.live import LiveRun
from spinesense.runner.resume import ShiftedSource, check_sensor, fast_forward
from spinesense.sensors.simulated.source import SimulatedSource

TWO = ROUTINE + '\n[[entry]]\nexercise = "pelvic_tilt"\nrepetitions = 3\nsets = 1\n'


PACKET_S = 0.15
"""Longer than usual: whole sessions are coached here, many times."""


def engine(source: SimulatedSource) -> Engine:
    catalogue = load_catalogue()
    return Engine(source.profile, session=Session(parse_routine(TWO, "two", catalogue), catalogue))


@cache
def begun(until_s: float) -> tuple[Item, ...]:
    """The items of a session that ended without a word at this time."""
    source, kept = SimulatedSource(3, speed=0, packet_s=PACKET_S), Kept()
    run = LiveRun(source, engine(source), recorder=kept, hear=source.hear, stop_after_s=until_s)
    asyncio.run(run.run(lambda _: None))
    return tuple(kept.items)


@cache
def continued(items: tuple[Item, ...], seed: int) -> tuple[list[Event], Kept]:
    """What was told and kept of the whole session, the second part by another sensor."""
    source, kept = SimulatedSource(seed, speed=0, packet_s=PACKET_S), Kept()
    events: list[Event] = []
    core = engine(source)
    from_s = fast_forward(core, items, kept, [events.extend])
    run = LiveRun(
        ShiftedSource(source, from_s),
        core,
        recorder=kept,
        hear=source.hear,
        listeners=[events.extend],
        from_s=from_s,
    )
    asyncio.run(run.run(lambda _: None))
    return events, kept


@pytest.mark.parametrize(
    "until_s",
    [6.0, 25.0, 45.0, 85.0, *(pytest.param(s, marks=pytest.mark.slow) for s in (14.0, 60.0))],
)
def test_every_set_is_done_once_and_whole_wherever_it_was_broken_off(until_s: float) -> None:
    items = begun(until_s)
    events, _ = continued(items, seed=4)
    done = sets_done(events)
    assert [(one.exercise, one.goal, one.skipped) for one in done] == [
        ("bridge", 3, False),
        ("pelvic_tilt", 3, False),
    ]
    counted = [rep for one in done for rep in one.repetitions]
    assert len(counted) == 6
    ends_s = [rep.end_s for rep in counted]
    assert ends_s == sorted(set(ends_s))
    assert len([one for one in events if isinstance(one, PainReported)]) == 2
    (end,) = [one for one in events if isinstance(one, SessionEnded)]
    assert end.finished
    told_s = [one.time_s for one in events if isinstance(one, Cue)]
    assert told_s == sorted(told_s)


def test_what_was_counted_before_stays_counted() -> None:
    items = begun(45.0)
    source = SimulatedSource(3, speed=0)
    core, kept = engine(source), Kept()
    fast_forward(core, items, kept, [])
    before = core.coach_view().repetitions
    assert before >= 1
    events, _ = continued(items, seed=4)
    break_s = items[-1].arrival_s
    first = sets_done(events)[0]
    assert sum(rep.end_s < break_s for rep in first.repetitions) == before
    seen = [one for one in events if isinstance(one, Repetition) and one.end_s < break_s]
    assert list(first.repetitions[:before]) == seen[:before]
    assert "Welcome back. We go on where you stopped." in [
        one.words for one in events if isinstance(one, Cue)
    ]


def test_a_replay_of_the_whole_tells_what_was_told() -> None:
    told, kept = continued(begun(45.0), seed=4)
    source = SimulatedSource(3, speed=0)
    again = engine(source)
    replayed = [event for item in kept.items for event in again.feed(item)]
    replayed.extend(again.finish())
    assert replayed == told


def test_another_kind_of_sensor_is_refused_with_what_to_do() -> None:
    profile = SimulatedSource(1).profile
    check_sensor(profile, replace(profile, name="another of the same kind"))
    with pytest.raises(SensorError, match="go on with the same kind"):
        check_sensor(profile, replace(profile, profile="witmotion"))
