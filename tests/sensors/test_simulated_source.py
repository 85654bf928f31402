"""The model spine as a sensor: packets, luck of the radio, and a person who hears."""

import asyncio
import math
import time
from dataclasses import replace

import numpy as np
import pytest

from spinesense.model.errors import SensorError
from spinesense.model.movement import Side, StartPosture
from spinesense.model.packets import Action, Intent, Item, Packet
from spinesense.model.samples import Floats, ImuBlock
from spinesense.model.snapshot import CoachView, Phase
from spinesense.model.units import STANDARD_GRAVITY_MPS2
from spinesense.sensors.devices import decoder_for
from spinesense.sensors.simulated import rotations
from spinesense.sensors.simulated.script import ExerciseSet, KeepStill, StandAndBow
from spinesense.sensors.simulated.source import SimulatedSource

STILL = [KeepStill(StartPosture.STANDING, 60.0)]
BRIDGE = CoachView(phase=Phase.MOVE, exercise="bridge", repetition_goal=2, hold_goal_s=3.0)


def run(source: SimulatedSource) -> list[Item]:
    items: list[Item] = []
    while not source.ended:
        items.extend(source.step())
    return items


def live(source: SimulatedSource, duration_s: float) -> list[Item]:
    return [item for _ in range(round(duration_s / 0.05)) for item in source.step()]


def decode(items: list[Item]) -> ImuBlock:
    packets = [item for item in items if isinstance(item, Packet)]
    decoded = decoder_for("open").decode(packets)
    assert decoded.block is not None
    assert not decoded.bad
    return decoded.block


def up_trunk(source: SimulatedSource, block: ImuBlock) -> Floats:
    """Mean direction of specific force in the trunk frame, over the last half second."""
    acc = block.acc_mps2[-50:].mean(axis=0)
    turned = rotations.rotate(np.array([source.mounting]), acc[None])[0]
    unit: Floats = turned / np.linalg.norm(turned)
    return unit


def test_equal_seeds_give_equal_items_and_others_do_not() -> None:
    script = (StandAndBow(), ExerciseSet("bridge", 1, 2.0))
    one, same, other = (run(SimulatedSource(seed, script=script)) for seed in (7, 7, 8))
    assert one == same
    assert one != other


def test_items_arrive_in_order_and_never_before_they_are_measured() -> None:
    items = run(SimulatedSource(4, script=STILL))
    arrivals_s = np.array([item.arrival_s for item in items])
    assert (np.diff(arrivals_s) >= 0).all()
    # Packets of 50 ms: bursts and stalls within what a real link does.
    assert 0.15 < np.diff(arrivals_s).max() < 0.31
    assert np.diff(arrivals_s).min() < 0.002
    assert (arrivals_s - 0.05 * np.arange(1, len(items) + 1) * (1 - 0.0071) > 0).all()


@pytest.mark.parametrize("rate_hz", [10, 12.5, 50, 100, 200, 1000])
def test_the_rate_is_nominal_by_the_clock_and_off_in_truth(rate_hz: float) -> None:
    items = run(SimulatedSource(5, rate_hz=rate_hz, script=STILL))
    block = decode(items)
    assert block.device_time_s is not None
    assert np.diff(block.device_time_s).mean() == pytest.approx(1 / rate_hz, rel=1e-6)
    assert len(block) / 60 == pytest.approx(rate_hz, rel=0.03)
    assert max(len(item.payload) for item in items if isinstance(item, Packet)) <= 244


def test_a_sensor_at_rest_reads_about_one_g() -> None:
    block = decode(run(SimulatedSource(6, script=STILL)))
    norm = np.linalg.norm(block.acc_mps2, axis=1).mean()
    assert norm == pytest.approx(STANDARD_GRAVITY_MPS2, rel=0.04)
    # Bias (0.5 °/s), its walk, and the mean of sway.
    assert np.abs(block.gyr_radps.mean(axis=0)).max() < math.radians(2.5)


def test_lost_packets_show_in_the_numbers() -> None:
    whole = decode(run(SimulatedSource(3, script=STILL)))
    lossy = decode(run(SimulatedSource(3, script=STILL, lost_fraction=0.1)))
    assert (np.diff(whole.index) == 1).all()
    missing = int((np.diff(lossy.index) - 1).sum())
    assert missing == pytest.approx(0.1 * len(whole), rel=0.4)
    assert len(lossy) + missing == pytest.approx(len(whole), abs=30)


def test_repeated_packets_keep_their_numbers() -> None:
    block = decode(run(SimulatedSource(3, script=STILL, repeated_fraction=0.1)))
    numbers, counts = np.unique(block.index, return_counts=True)
    assert (np.diff(numbers) == 1).all()
    assert 0.03 < (counts == 2).mean() < 0.2


def test_a_dropout_loses_what_is_sent_meanwhile() -> None:
    block = decode(run(SimulatedSource(3, script=STILL, dropouts=[(20.0, 4.0)])))
    hole = int(np.argmax(np.diff(block.index)))
    assert np.diff(block.index)[hole] == pytest.approx(400, abs=10)
    assert block.arrival_s[hole] == pytest.approx(20.0, abs=0.3)
    assert block.arrival_s[hole + 1] == pytest.approx(24.0, abs=0.3)


def test_a_person_told_to_calibrate_stands_and_bows_twice() -> None:
    source = SimulatedSource(2)
    source.hear(CoachView(phase=Phase.CALIBRATE))
    block = decode(live(source, 15.0))
    bows = np.linalg.norm(block.gyr_radps, axis=1) > math.radians(20)
    forward = np.count_nonzero(np.diff(bows.astype(int)) == 1)
    assert forward == 4  # two bows, each out and back
    assert not bows[:450].any()


def test_a_person_takes_the_start_posture_and_keeps_still() -> None:
    source = SimulatedSource(2)
    source.hear(CoachView(phase=Phase.GET_READY, exercise="bridge"))
    block = decode(live(source, 8.0))
    assert up_trunk(source, block)[0] > 0.99
    assert np.linalg.norm(block.gyr_radps[-50:], axis=1).mean() < math.radians(3)


def test_a_person_does_what_the_coach_asks_and_stops_when_it_is_enough() -> None:
    source = SimulatedSource(2)
    source.hear(CoachView(phase=Phase.GET_READY, exercise="bridge"))
    live(source, 8.0)
    source.hear(BRIDGE)
    items = live(source, 20.0)
    source.hear(replace(BRIDGE, repetitions=2))
    first, second = source.person.performed
    assert first.start_s == pytest.approx(8.8)
    assert second.start_s > first.end_s
    assert 3.0 < first.hold_s < 4.0
    assert first.side is Side.NEGATIVE
    live(source, 20.0)
    assert len(source.person.performed) == 2
    block = decode(items)
    near_peak = block.rows(0, int(np.searchsorted(block.arrival_s, first.peak_s + 0.25)))
    assert up_trunk(source, near_peak)[2] < -math.sin(math.radians(20))


def test_a_person_does_one_more_when_the_coach_missed_one() -> None:
    source = SimulatedSource(2)
    source.hear(BRIDGE)
    live(source, 25.0)
    source.hear(replace(BRIDGE, repetitions=1))
    live(source, 20.0)
    assert len(source.person.performed) >= 3


def test_a_pause_ends_the_movement_and_a_resumed_set_does_the_rest() -> None:
    source = SimulatedSource(2)
    goal = replace(BRIDGE, repetition_goal=4)
    source.hear(goal)
    live(source, 17.0)
    source.hear(replace(goal, phase=Phase.PAUSED, repetitions=1))
    block = decode(live(source, 8.0))
    assert up_trunk(source, block)[0] > 0.99
    done = len(source.person.performed)
    assert done in (1, 2)
    source.hear(replace(goal, repetitions=done))
    live(source, 11.0 * (4 - done) + 1.0)
    source.hear(replace(goal, phase=Phase.REST, repetitions=4))
    assert len(source.person.performed) == 4


def test_hearing_the_same_again_changes_nothing() -> None:
    once, often = SimulatedSource(2), SimulatedSource(2)
    once.hear(BRIDGE)
    heard_once = live(once, 10.0)
    heard_often = []
    for step in range(200):
        often.hear(replace(BRIDGE, hold_s=float(step), caption=str(step)))
        heard_often.extend(often.step())
    assert heard_once == heard_often


@pytest.mark.parametrize(("phase", "score"), [(Phase.PAIN_BEFORE, "2"), (Phase.PAIN_AFTER, "1")])
def test_a_person_answers_when_asked_for_pain(phase: Phase, score: str) -> None:
    source = SimulatedSource(2, answers=True)
    source.hear(CoachView(phase=phase))
    said = [item for item in live(source, 6.0) if isinstance(item, Intent)]
    assert said == [Intent(3.0, Action.PAIN, score)]
    quiet = SimulatedSource(2, answers=False)
    quiet.hear(CoachView(phase=phase))
    assert not [item for item in live(quiet, 6.0) if isinstance(item, Intent)]


def test_an_exercise_the_person_does_not_know_is_not_performed() -> None:
    source = SimulatedSource(2)
    source.hear(CoachView(phase=Phase.MOVE, exercise="handstand", repetition_goal=3))
    live(source, 10.0)
    assert source.person.performed == []


async def test_paced_or_not_the_items_are_the_same() -> None:
    script = [KeepStill(StartPosture.STANDING, 3.0)]
    stepped = run(SimulatedSource(9, script=script))
    fast = [item async for item in SimulatedSource(9, script=script, speed=0).items()]
    begun_s = time.monotonic()
    paced = [item async for item in SimulatedSource(9, script=script, speed=20).items()]
    assert stepped == fast == paced
    assert time.monotonic() - begun_s >= 0.14


async def test_closing_ends_the_items() -> None:
    source = SimulatedSource(9)
    asyncio.get_running_loop().call_later(0.15, asyncio.ensure_future, source.close())
    items = [item async for item in source.items()]
    assert items
    await source.close()


@pytest.mark.parametrize("wrong", [{"rate_hz": 5}, {"rate_hz": math.nan}, {"speed": -1}])
def test_what_cannot_be_simulated_is_refused(wrong: dict[str, float]) -> None:
    with pytest.raises(SensorError, match="nothing can be simulated at"):
        SimulatedSource(1, rate_hz=wrong.get("rate_hz", 100), speed=wrong.get("speed", 1))
