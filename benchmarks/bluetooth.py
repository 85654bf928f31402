"""What a Bluetooth sensor costs and loses on its way, over a virtual radio with real ATT traffic.

``uv run python -m benchmarks.bluetooth [--runs 10] [--seconds 60] [--speed 5] [--json]``

Delay: from the moment a simulated sensor sends a notification to the first snapshot that holds its
samples, with the coach's screen running. Return: from the moment a sensor can be heard again to its
first packet, after drops that the system notices and drops that it does not. Loss: what bleak was
handed by the radio against what stands in the recordings, with a drop in each run, and what sensors
sent while they went out of reach; time runs faster there.
"""

import argparse
import asyncio
import json
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from tests.bluetooth.band import Band, Listener, address, band, listening, until
from tests.bluetooth.fast_loop import run_fast

from spinesense.coaching.exercises.catalogue import load_catalogue
from spinesense.coaching.routines.parse import parse_routine, shipped_routines
from spinesense.coaching.session.session import Session
from spinesense.model.packets import BATTERY_CHANNEL, Packet
from spinesense.model.recording import RecordingInfo
from spinesense.model.snapshot import EMPTY, Snapshot
from spinesense.runner.engine import Engine
from spinesense.runner.live import LiveRun
from spinesense.sensors.bluetooth.source import BluetoothSource
from spinesense.sensors.virtual.firmware import Firmware, Notification
from spinesense.sensors.virtual.movesense import Movesense
from spinesense.sensors.virtual.open_board import OpenBoard
from spinesense.sensors.virtual.sensor import Luck
from spinesense.sensors.virtual.verity import VeritySense
from spinesense.sensors.virtual.wearer import Wearer
from spinesense.sensors.virtual.wt901 import Wt901
from spinesense.store.recordings.read import read_recording
from spinesense.store.recordings.recording import RecordingWriter
from spinesense.tui.app import SpinesenseApp
from spinesense.tui.launch import HomeView, Launch, LaunchKind

KINDS: tuple[type[Firmware], ...] = (Wt901, OpenBoard, Movesense, VeritySense)


async def delay_ms(seconds: float) -> dict[str, float]:
    """Percentiles of the delay from notification to snapshot, with Textual drawing."""
    sent_at_s: list[tuple[int, float]] = []
    shown_at_s: list[tuple[int, float]] = []
    async with band() as air:
        wearer = Wearer(1, None, say=lambda intent: run.say(intent.action, intent.value))

        def note_sent(_: Notification) -> None:
            sent_at_s.append((OpenBoard.batch * (len(sent_at_s) + 1), time.monotonic()))

        await air.add(OpenBoard(), wearer, luck=Luck(stall_chance=0.0), watch=note_sent)
        source = air.source()
        await source.open()
        catalogue = load_catalogue()
        routine = parse_routine(shipped_routines()["demo"], "demo", catalogue)
        run = LiveRun(
            source,
            Engine(source.profile, session=Session(routine, catalogue)),
            hear=wearer.hear,
            status=lambda: source.status,
        )
        app = SpinesenseApp(
            lambda _: GuardState(run, shown_at_s), HomeView, Launch(LaunchKind.DEMO, "demo")
        )
        async with app.run_test(size=(120, 40)):
            await asyncio.sleep(seconds)
            await run.close()
    return _percentiles(_waits_ms(sent_at_s, shown_at_s))


class GuardState:
    """A run that notes when each picture was published, and how many samples it held."""

    def __init__(self, run: LiveRun, shown_at_s: list[tuple[int, float]]) -> None:
        self._run = run
        self._shown_at_s = shown_at_s

    async def run(self, publish: Callable[[Snapshot], None]) -> None:
        def note(picture: Snapshot) -> None:
            self._shown_at_s.append((picture.sensor.samples, time.monotonic()))
            publish(picture)

        await self._run.run(note)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._run, name)


def _waits_ms(sent: list[tuple[int, float]], shown: list[tuple[int, float]]) -> list[float]:
    """For each count of samples sent, how long until a picture held as many."""
    counts = [count for count, _ in shown]
    waits = []
    for count, at_s in sent:
        row = int(np.searchsorted(counts, count))
        if row < len(shown):
            waits.append((shown[row][1] - at_s) * 1e3)
    return waits


def _percentiles(values: list[float]) -> dict[str, float]:
    found = {f"p{share}": float(np.percentile(values, share)) for share in (50, 95, 99)}
    return {**found, "worst": max(values), "count": float(len(values))}


async def return_s(drops: int) -> dict[str, float]:
    """Percentiles of the time from a sensor's return to its first packet."""
    waits: list[float] = []
    async with band() as air:
        sensor = await air.add(Wt901())
        async with listening(air.source()) as listener:
            for drop in range(drops):
                await _heard(listener, 20)
                await sensor.vanish(silently=bool(drop % 2))
                await asyncio.sleep(7.0)
                await sensor.come_back(rebooted=bool(drop % 3))
                begun_s = asyncio.get_running_loop().time()
                await _heard(listener, 1)
                waits.append(asyncio.get_running_loop().time() - begun_s)
    return _percentiles(waits)


async def _heard(listener: Listener, more: int) -> None:
    """Wait for so many more packets."""
    goal = len(listener.packets) + more
    await until(lambda: len(listener.packets) >= goal)


async def loss(number: int, seconds: float, folder: Path) -> dict[str, float]:
    """Notifications of one run that are missing from its recording, or in it twice."""
    async with band() as air:
        sensor = await air.add(KINDS[number % len(KINDS)](), seed=number + 1)
        source = BluetoothSource(air.radio(), address(0))
        await source.open()
        path = folder / f"{number}.mcap"
        info = RecordingInfo(device=source.profile, started_at="2026-01-01T00:00:00+00:00")
        pictures = [EMPTY]

        def keep(picture: Snapshot) -> None:
            pictures[0] = picture

        run = LiveRun(source, Engine(source.profile), recorder=RecordingWriter.create(path, info))
        running = asyncio.create_task(run.run(keep))
        await asyncio.sleep(seconds / 2)
        await sensor.vanish()
        await asyncio.sleep(3.0)
        await sensor.come_back()
        await asyncio.sleep(seconds / 2)
        await _fall_silent(air)
        sent = Counter(payload for _, payload in air.sent[0])
        handed = Counter(air.handed)
        await run.close()
        await running
    stored = Counter(
        item.payload
        for item in read_recording(path).items
        if isinstance(item, Packet) and item.channel != BATTERY_CHANNEL
    )
    return {
        "notifications": handed.total(),
        "samples": pictures[0].sensor.samples,
        "lost": (handed - stored).total(),
        "doubled": (stored - handed).total(),
        "lost_in_the_air": (sent - handed).total(),
    }


async def _fall_silent(air: Band) -> None:
    """Let what is under way arrive before the session is closed."""
    air.sensors[0].disconnected()
    await asyncio.sleep(0.5)


def measured(runs: int, seconds: float, speed: float) -> dict[str, object]:
    with tempfile.TemporaryDirectory() as folder:
        lost = [run_fast(speed, loss(number, seconds, Path(folder))) for number in range(runs)]
    return {
        "delay_ms": asyncio.run(delay_ms(30.0)),
        "return_s": asyncio.run(return_s(6)),
        "loss": {name: sum(run[name] for run in lost) for name in lost[0]} | {"runs": runs},
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=10)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--speed", type=float, default=5.0)
    parser.add_argument("--json", action="store_true")
    wanted = parser.parse_args()
    found = measured(wanted.runs, wanted.seconds, wanted.speed)
    if wanted.json:
        print(json.dumps(found))
        return
    for name, figures in found.items():
        assert isinstance(figures, dict)
        print(name, *(f"{key} {value:.4g}" for key, value in figures.items()), sep="  ")


if __name__ == "__main__":
    main()
