"""Live, replay and batch are one pipeline; what is lost on the way is said, never counted."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from functools import cache

import pytest

from spinesense.coaching.exercises.catalogue import load_catalogue
from spinesense.coaching.routines.entry import Routine
from spinesense.coaching.routines.parse import parse_routine
from spinesense.coaching.session.session import Session
from spinesense.model.errors import FileError
from spinesense.model.events import Event, Repetition, SessionEnded, SetDone
from spinesense.model.packets import Action, Intent, Item, Packet
from spinesense.model.snapshot import Link, Phase, Snapshot
from spinesense.runner.batch.scoring import score_sets
from spinesense.runner.engine import Engine
from spinesense.runner.live import LiveRun
from spinesense.runner.playback import PlaybackRun
from spinesense.sensors.replay import ReplaySource
from spinesense.sensors.simulated.source import SimulatedSource

ROUTINE = """
id = "short"
title = "Short"

[[entry]]
exercise = "bridge"
repetitions = 3
hold_s = 3.0
sets = 1
rest_s = 5.0
"""


PACKET_S = 0.15
"""Longer than usual, where a whole session is coached for its end or for a gap in it."""


class Kept:
    """A recorder in memory."""

    def __init__(self) -> None:
        self.items: list[Item] = []
        self.closed = False

    def append(self, item: Item) -> None:
        self.items.append(item)

    def note(self, event: Event) -> None:
        assert self.items, "an event was told before its packet was kept"

    def close(self) -> None:
        self.closed = True


def routine() -> Routine:
    return parse_routine(ROUTINE, "short.toml", load_catalogue())


def session() -> Session:
    return Session(routine(), load_catalogue())


def coach(source: SimulatedSource) -> tuple[list[Event], Kept, list[Snapshot]]:
    """Run a coached session as fast as it goes."""
    events: list[Event] = []
    kept, pictures = Kept(), list[Snapshot]()
    run = LiveRun(
        source,
        Engine(source.profile, session=session()),
        recorder=kept,
        hear=source.hear,
        listeners=[events.extend],
    )
    asyncio.run(run.run(pictures.append))
    return events, kept, pictures


@cache
def undisturbed() -> list[Event]:
    events, _, _ = coach(SimulatedSource(4, speed=0, packet_s=PACKET_S))
    return events


def sets_done(events: Sequence[Event]) -> list[SetDone]:
    return [event for event in events if isinstance(event, SetDone)]


@pytest.fixture(scope="module")
def coached() -> tuple[list[Event], Kept, list[Snapshot], SimulatedSource]:
    source = SimulatedSource(3, speed=0)
    return *coach(source), source


def test_live_counts_what_the_simulated_person_did(
    coached: tuple[list[Event], Kept, list[Snapshot], SimulatedSource],
) -> None:
    events, kept, pictures, source = coached
    assert isinstance(next(e for e in events if isinstance(e, SessionEnded)), SessionEnded)
    scores = score_sets(events, source.person.performed)
    assert [score.counted for score in scores] == [3]
    assert all(score.exact for score in scores)
    assert kept.closed
    assert pictures[0].sensor.link is Link.CONNECTING
    assert pictures[-1].coach.phase is Phase.DONE
    assert pictures[-1].sensor.simulated


def test_replay_and_batch_tell_what_live_told(
    coached: tuple[list[Event], Kept, list[Snapshot], SimulatedSource],
) -> None:
    live, kept, _, source = coached
    replayed: list[Event] = []

    async def replay() -> None:
        replay_source = ReplaySource(kept.items, source.profile, speed=0)
        run = PlaybackRun(
            lambda: Engine(source.profile, session=session()),
            replay_source,
            title="short",
            listeners=[replayed.extend],
        )
        await run.run_once(lambda _: None)

    asyncio.run(replay())
    engine = Engine(source.profile, session=session())
    batch = [event for item in kept.items for event in engine.feed(item)]
    batch.extend(engine.finish())
    assert replayed == live
    assert batch == live


def test_seeking_back_and_forth_ends_in_the_same_picture(
    coached: tuple[list[Event], Kept, list[Snapshot], SimulatedSource],
) -> None:
    _, kept, _, source = coached
    pictures: list[Snapshot] = []
    settled: list[Snapshot] = []

    async def seek() -> None:
        replay_source = ReplaySource(kept.items, source.profile, speed=1.0, paused=True)
        run = PlaybackRun(
            lambda: Engine(source.profile, session=session()), replay_source, title="short"
        )
        running = asyncio.ensure_future(run.run(pictures.append))
        for position_s in (40.0, 20.0, 40.0):
            run.seek(position_s)
            before: list[Snapshot] = []
            while not before or abs(before[0].time_s - position_s) > 0.5 or before != pictures[-1:]:
                before = pictures[-1:]
                await asyncio.sleep(0.5)
                run.pause(True)
            settled.append(pictures[-1])
        await run.close()
        await running

    asyncio.run(seek())
    first, back, again = settled
    assert back.playback.position_s == pytest.approx(20.0, abs=0.2)
    assert first.time_s == pytest.approx(40.0, abs=0.5)
    assert again == first


def test_two_quick_seeks_add_up(
    coached: tuple[list[Event], Kept, list[Snapshot], SimulatedSource],
) -> None:
    _, kept, _, source = coached
    pictures: list[Snapshot] = []

    async def seek() -> None:
        replay_source = ReplaySource(kept.items, source.profile, speed=1.0, paused=True)
        run = PlaybackRun(
            lambda: Engine(source.profile, session=session()), replay_source, title="short"
        )
        running = asyncio.ensure_future(run.run(pictures.append))
        run.seek(30.0)
        await asyncio.sleep(1.0)
        for step_s in (5.0, 5.0, -5.0, -5.0, -5.0):
            run.seek(pictures[-1].playback.position_s + step_s)
        assert pictures[-1].playback.position_s == pytest.approx(25.0, abs=0.2)
        await run.close()
        await running

    asyncio.run(seek())


class Failing(Kept):
    """A recorder whose disk is full when it shall finish."""

    def close(self) -> None:
        super().close()
        raise FileError("cannot be written", where="a.mcap", remedy="free some space")


def test_whatever_fails_at_the_end_the_rest_of_the_end_is_done() -> None:
    class Broken(Engine):
        def finish(self) -> tuple[Event, ...]:
            raise ArithmeticError

    source = SimulatedSource(5, speed=0)
    kept, entered, pictures = Failing(), list[str](), list[Snapshot]()
    run = LiveRun(
        source,
        Broken(source.profile),
        recorder=kept,
        at_end=lambda: entered.append("history"),
        stop_after_s=1.0,
    )
    with pytest.raises((FileError, ArithmeticError)):
        asyncio.run(run.run(pictures.append))
    assert kept.closed
    assert entered == ["history"]
    assert pictures[-1].sensor.samples > 50


def test_a_sensor_that_falls_silent_after_the_last_word_ends_the_session() -> None:
    class Silent(SimulatedSource):
        """A sensor that is taken off when the routine is done."""

        async def items(self) -> AsyncIterator[Item]:
            async for item in super().items():
                yield item
                if engine.coach_view().phase is Phase.DONE:
                    await asyncio.Event().wait()

    source = Silent(5, speed=0, packet_s=PACKET_S)
    engine = Engine(source.profile, session=session())
    pictures: list[Snapshot] = []
    asyncio.run(LiveRun(source, engine, hear=source.hear).run(pictures.append))
    assert pictures[-1].coach.phase is Phase.DONE


@pytest.mark.parametrize("into_set_s", [2.0, 8.0, 15.0])
def test_a_source_that_stops_mid_set_pauses_and_counts_nothing_twice(into_set_s: float) -> None:
    begin_s = sets_done(undisturbed())[0].start_s + into_set_s
    source = SimulatedSource(4, speed=0, dropouts=[(begin_s, 6.0)], packet_s=PACKET_S)
    events, kept, _ = coach(source)
    said = [item.action for item in kept.items if isinstance(item, Intent)]
    assert Action.SENSOR_LOST in said
    assert said.index(Action.SENSOR_BACK) == said.index(Action.SENSOR_LOST) + 1
    (done,) = sets_done(events)
    assert len(done.repetitions) == done.goal
    numbers = [event.peak_s for event in events if isinstance(event, Repetition)]
    assert len(set(numbers)) == len(numbers)
    assert not any(begin_s < peak_s < begin_s + 6.0 for peak_s in numbers)
    assert any(isinstance(event, SessionEnded) and event.finished for event in events)


def test_bytes_are_kept_before_anyone_thinks_about_them() -> None:
    class Broken(Engine):
        def feed(self, item: Item) -> tuple[Event, ...]:
            raise ArithmeticError

    source = SimulatedSource(5, speed=0)
    kept = Kept()
    run = LiveRun(source, Broken(source.profile), recorder=kept)
    with pytest.raises(ArithmeticError):
        asyncio.run(run.run(lambda _: None))
    assert [type(item) for item in kept.items] == [Packet]
    assert kept.closed


def test_silence_is_noticed_while_it_lasts() -> None:
    source = SimulatedSource(6, speed=20.0, dropouts=[(3.0, 60.0)])
    pictures: list[Snapshot] = []

    async def watch() -> None:
        run = LiveRun(source, Engine(source.profile))
        running = asyncio.ensure_future(run.run(pictures.append))
        await asyncio.sleep(2.8)
        await run.close()
        await running

    asyncio.run(watch())
    lost = [picture for picture in pictures if picture.sensor.link is Link.LOST]
    assert lost
    assert "come closer" in lost[0].sensor.message
