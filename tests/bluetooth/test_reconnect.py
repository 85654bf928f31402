"""Sensors that go away and come back: the stream goes on, whole and once."""

import asyncio
from itertools import pairwise

import pytest
from tests.bluetooth.band import band, listening, until
from tests.bluetooth.fast_loop import run_fast

from spinesense.coaching.exercises.catalogue import load_catalogue
from spinesense.coaching.routines.parse import parse_routine
from spinesense.coaching.session.session import Session
from spinesense.model.events import Event, GapFound, Repetition, SetDone
from spinesense.model.packets import Action, Packet
from spinesense.model.snapshot import EMPTY, Link, Phase
from spinesense.runner.engine import Engine
from spinesense.runner.live import LiveRun
from spinesense.sensors.devices import decoder_for
from spinesense.sensors.virtual.open_board import OpenBoard
from spinesense.sensors.virtual.wearer import Wearer
from spinesense.sensors.virtual.wt901 import Wt901

ROUTINE = """
id = "one"
title = "One"
[[entry]]
exercise = "bridge"
repetitions = 5
hold_s = 2.0
"""


def numbers(packets: list[Packet]) -> list[int]:
    """Numbers of the samples, as the sensor counted them."""
    block = decoder_for("open").decode(packets).block
    return [] if block is None else block.index.tolist()


@pytest.mark.parametrize("silently", [False, True], ids=["told", "silent"])
def test_a_sensor_that_comes_back_is_connected_anew(silently: bool) -> None:
    async def main() -> None:
        async with band() as air:
            sensor = await air.add(OpenBoard())
            async with listening(air.source()) as listener:
                await until(lambda: len(listener.packets) > 20)
                await sensor.vanish(silently=silently)
                await until(lambda: bool(listener.said))
                assert listener.said[0].action is Action.SENSOR_LOST
                await asyncio.sleep(3)
                before = len(listener.packets)
                await sensor.come_back()
                await until(lambda: len(listener.packets) > before + 20)
                assert len(listener.said) == 1
                found = numbers(listener.packets)
                assert found == sorted(set(found))
                arrivals = [item.arrival_s for item in listener.items]
                assert all(early <= late for early, late in pairwise(arrivals))

    run_fast(4.0, main())


def test_a_sensor_that_was_switched_off_is_set_up_again() -> None:
    async def main() -> None:
        async with band() as air:
            sensor = await air.add(Wt901())
            async with listening(air.source()) as listener:
                await until(lambda: len(listener.packets) > 20)
                await sensor.vanish()
                await sensor.come_back(rebooted=True)
                await until(lambda: bool(listener.said))
                before = len(listener.payloads("ffe4"))
                await until(lambda: len(listener.payloads("ffe4")) > before + 30)
                # Four frames in a notification: it has been unlocked and set to 100 Hz once more.
                later = listener.payloads("ffe4")[before:]
                assert sum(len(payload) == 80 for payload in later) >= 25

    run_fast(4.0, main())


def test_a_connection_that_fails_is_tried_again() -> None:
    async def main() -> None:
        async with band() as air:
            sensor = await air.add(OpenBoard())
            async with listening(air.source()) as listener:
                await until(lambda: len(listener.packets) > 20)
                for _ in range(3):
                    await sensor.vanish(silently=True)
                    await asyncio.sleep(6)
                    await sensor.come_back()
                    # Away again before it can be started.
                    await asyncio.sleep(0.2)
                    await sensor.vanish(silently=True)
                    await asyncio.sleep(1)
                    await sensor.come_back()
                before = len(listener.packets)
                await until(lambda: len(listener.packets) > before + 20)
                found = numbers(listener.packets)
                assert found == sorted(set(found))

    run_fast(8.0, main())


def test_the_set_goes_on_after_the_sensor_was_away() -> None:
    run_fast(4.0, coached_with_a_break())


async def coached_with_a_break() -> None:
    events: list[Event] = []
    pictures = [EMPTY]
    catalogue = load_catalogue()
    async with band() as air:
        wearer = Wearer(3, None, say=lambda intent: run.say(intent.action, intent.value))
        sensor = await air.add(OpenBoard(), wearer)
        source = air.source()
        await source.open()
        run = LiveRun(
            source,
            Engine(
                source.profile, session=Session(parse_routine(ROUTINE, "", catalogue), catalogue)
            ),
            hear=wearer.hear,
            listeners=[events.extend],
            status=lambda: source.status,
        )
        running = asyncio.create_task(run.run(pictures.append))
        await until(lambda: pictures[-1].coach.repetitions == 2, 300)
        await sensor.vanish()
        await until(lambda: pictures[-1].sensor.link is Link.LOST)
        await until(lambda: pictures[-1].coach.phase is Phase.PAUSED)
        assert "lost" in pictures[-1].sensor.message
        await asyncio.sleep(4)
        await sensor.come_back()
        await until(lambda: pictures[-1].coach.phase is Phase.MOVE)
        await until(lambda: pictures[-1].sensor.message == "")
        await until(lambda: pictures[-1].coach.phase is Phase.DONE, 300)
        await run.close()
        await running
    (done,) = [event for event in events if isinstance(event, SetDone)]
    assert len(done.repetitions) == 5
    counted = [event for event in events if isinstance(event, Repetition)]
    assert all(one.end_s <= two.start_s for one, two in pairwise(counted))
    assert any(event.end_s - event.start_s > 3 for event in events if isinstance(event, GapFound))
