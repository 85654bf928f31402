"""The sitting monitor over a simulated week: memory, state, cost, and each day as it was kept.

``python -m benchmarks.week [--days 7] [--worn-hours 16] [--json]``

The watch itself runs, as ``spinesense sit --headless`` puts it together: recorder, engine, rule,
minutes into a history, news for others. The clock on the wall is simulated with the packets, of 25
samples a second; an hour of a simulated person is sent again and again, with the sensor's own
counter and clock going on. It is the week in which summer time ends:

- every night but the sixth the sensor is switched off, and counts from 0 in the morning;
- on the first day it naps for 90 s; on the second the machine is suspended for two hours;
- on the third evening the clock is set back by ten minutes over midnight, while the person works;
- on the fourth the clock is set forward by an hour and back again;
- on the fifth the battery is flat after half of the day;
- in the sixth night the sensor lies on a table and goes on sending, eight hours.

Memory is the resident set of the whole process; state is the signal core's.
"""

import argparse
import asyncio
import json
import os
import pickle
import struct
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any, cast

import numpy as np

from spinesense.app.desktop.context import DeskNews
from spinesense.app.sitting_monitor import sit_run
from spinesense.model.events import Event, SittingAlert
from spinesense.model.movement import StartPosture
from spinesense.model.packets import BATTERY_CHANNEL, DeviceProfile, Item, Packet
from spinesense.model.snapshot import Link, Snapshot
from spinesense.model.units import STANDARD_GRAVITY_MPS2
from spinesense.runner.daily import DailyRun
from spinesense.runner.monitored import MonitoredRun
from spinesense.sensors.devices import open_format
from spinesense.sensors.simulated.script import Desk, KeepStill, Walk
from spinesense.sensors.simulated.source import SimulatedSource
from spinesense.store import monitor
from spinesense.store.monitor import moment
from spinesense.store.places import HOME_VARIABLE, recordings_folder

HOUR_S = 3600.0
RATE_HZ = 25.0
HALF = 19
SAMPLES = 2 * HALF
"""A packet's worth, at the largest ATT MTU there is; fewer and larger packets make a week short."""
PACKET_S = SAMPLES / RATE_HZ
HOUR = (Desk(3000.0, works=True), Walk(300.0), KeepStill(StartPosture.STANDING, 290.0))
MONDAY = datetime(2026, 10, 19, 5, 30, tzinfo=UTC)
SUMMER_ENDS = datetime(2026, 10, 25, 1, 0, tzinfo=UTC)
_NUMBER_AND_CLOCK = struct.Struct("<HI")


@dataclass
class Row:
    """What an hour of data left behind."""

    day: int
    hour: int
    memory_mb: float
    state_kb: float
    processor_share: float


@dataclass
class Kept:
    """A day as it was kept."""

    begun: str
    recorded_mb: float
    sat_h: float
    shifts: int
    prompts: int


class Week:
    """The sensor of the week, as a source, with the clock on the wall."""

    profile = DeviceProfile("open", "week", RATE_HZ)
    status = ""

    def __init__(self, days: int, worn_h: int) -> None:
        self._days, self._worn_h = days, worn_h
        self._time_s = 0.0
        self._set_s = 0.0
        self._worn = worn_hour()
        self._table = table_hour()
        self.hours: list[tuple[int, int]] = []
        self.look: Callable[[], object] = list

    def now(self) -> datetime:
        """The local time."""
        true = MONDAY + timedelta(seconds=self._time_s)
        offset = timedelta(hours=1 if true >= SUMMER_ENDS else 2)
        return (true + timedelta(seconds=self._set_s)).astimezone(timezone(offset))

    async def items(self) -> AsyncIterator[Item]:
        """All packets of the week."""
        for day in range(self._days):
            begin_s = day * 24 * HOUR_S
            # The third day ends at a quarter to one.
            late_s = (17.25 - self._worn_h) * HOUR_S if day == 2 else 0.0
            sensor = _Sensor(begin_s + late_s)
            for hour in range(self._worn_h + (8 if day == 5 else 0)):
                for item in self._hour(day, hour, sensor):
                    self._time_s = item.arrival_s
                    yield item
                self.hours.append((day + 1, hour + 1))
                self.look()

    async def close(self) -> None:
        """Nothing is open."""

    def _hour(self, day: int, hour: int, sensor: "_Sensor") -> Iterator[Item]:
        noon = self._worn_h // 2
        if (day, hour) == (1, noon):
            sensor.arrival_s += 2 * HOUR_S
        if day == 3:
            self._set_s = {noon: HOUR_S, noon + 1: 0.0}.get(hour, self._set_s)
        if (day, hour) == (2, self._worn_h - 1):
            self._set_s = -600.0
        if day == 4 and hour >= noon:
            return
        payloads = self._table if hour >= self._worn_h else self._worn
        yield Packet(sensor.arrival_s, BATTERY_CHANNEL, bytes([max(1, 95 - 6 * hour)]))
        for number, payload in enumerate(payloads):
            packet = sensor.send(payload)
            napping = (day, hour) == (0, noon) and 1000 <= number * PACKET_S < 1090
            if not napping:
                yield packet


class _Sensor:
    """The counter and clock of a sensor that was switched on at ``arrival_s``."""

    def __init__(self, arrival_s: float) -> None:
        self.arrival_s = arrival_s
        self._number = 0

    def send(self, payload: bytes) -> Packet:
        """The same samples with the next numbers and times."""
        clock_us = round(self._number / RATE_HZ * 1e6)
        head = _NUMBER_AND_CLOCK.pack(self._number % (1 << 16), clock_us % (1 << 32))
        self._number += SAMPLES
        self.arrival_s += PACKET_S
        return Packet(self.arrival_s, open_format.CHANNEL, payload[:2] + head + payload[8:])


def worn_hour() -> list[bytes]:
    """The packets of an hour of a person."""
    source = SimulatedSource(1, rate_hz=RATE_HZ, script=HOUR, packet_s=HALF / RATE_HZ)
    halves: list[bytes] = []
    while not source.ended:
        halves += [item.payload for item in source.step() if isinstance(item, Packet)]
    return [_joined(*two) for two in zip(halves[::2], halves[1::2], strict=False)]


def _joined(first: bytes, second: bytes) -> bytes:
    """Two packets as one: its second byte counts the samples, which follow the first twelve."""
    return first[:1] + bytes([first[1] + HALF]) + first[2:] + second[12:]


def table_hour() -> list[bytes]:
    """The packets of an hour of a sensor that lies."""
    rng = np.random.default_rng(1)
    up = np.array([0.0, 0.0, STANDARD_GRAVITY_MPS2])
    period_us = round(1e6 / RATE_HZ)
    return [
        open_format.encode(
            0,
            0,
            up + rng.normal(0.0, 0.01, (SAMPLES, 3)),
            rng.normal(0.0, 0.0008, (SAMPLES, 3)),
            period_us=period_us,
        )
        for _ in range(round(HOUR_S / PACKET_S))
    ]


class Watch:
    """The week through the watch, and what is noted of it."""

    def __init__(self, days: int, worn_h: int) -> None:
        self.week = Week(days, worn_h)
        self.rows: list[Row] = []
        self.kept: list[Kept] = []
        self._prompts = 0
        self._newest = Snapshot()
        self._spent_s = time.process_time()
        self.week.look = self._look
        listen = DeskNews(lambda: (), self.week.now, lambda: "")
        source = cast(Any, self.week)
        self._daily: DailyRun = sit_run(source, listen, [self._take], now=self.week.now)

    def run(self) -> None:
        """Run, as a process of its own would."""
        with monitor.monitoring() as here:
            tell = lambda snapshot: here.tell(snapshot, moment(snapshot))  # noqa: E731
            asyncio.run(MonitoredRun(self._daily, tell, lambda: None).run(self._show))
        self._keep()
        for kept, path in zip(self.kept, sorted(recordings_folder().glob("*.mcap")), strict=False):
            kept.begun, kept.recorded_mb = path.stem, round(path.stat().st_size / 1e6, 1)

    def _take(self, events: Sequence[Event]) -> None:
        self._prompts += sum(isinstance(one, SittingAlert) and one.level == 1 for one in events)

    def _show(self, snapshot: Snapshot) -> None:
        if snapshot.time_s < self._newest.time_s and snapshot.sensor.link is not Link.ENDED:
            self._keep()
        self._newest = snapshot

    def _keep(self) -> None:
        view = self._newest.posture
        self.kept.append(
            Kept("", 0.0, round(view.sat_s / HOUR_S, 2), view.counts.shifts, self._prompts)
        )
        self._prompts = 0

    def _look(self) -> None:
        spent_s = time.process_time()
        day, hour = self.week.hours[-1]
        engine = self._daily.engine
        state_kb = len(pickle.dumps(engine.core.pipeline.state)) / 1024 if engine else 0.0
        share = (spent_s - self._spent_s) / HOUR_S
        self.rows.append(Row(day, hour, round(memory_mb(), 1), round(state_kb, 1), round(share, 5)))
        self._spent_s = time.process_time()


def memory_mb() -> float:
    """Resident set of this process; 0 where the system does not say."""
    status = Path("/proc/self/status")
    if not status.exists():
        return 0.0
    lines = dict(line.split(":", 1) for line in status.read_text().splitlines() if ":" in line)
    return float(lines["VmRSS"].split()[0]) / 1024.0


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--days", type=int, default=7)
    parser.add_argument("--worn-hours", type=int, default=16)
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        os.environ[HOME_VARIABLE] = folder
        watch = Watch(asked.days, asked.worn_hours)
        watch.run()
    if asked.json:
        found = {"hours": [asdict(row) for row in watch.rows]}
        print(json.dumps({**found, "days": [asdict(kept) for kept in watch.kept]}))
        return
    for row in watch.rows:
        if row.hour in (1, asked.worn_hours, asked.worn_hours + 8):
            print(
                f"day {row.day}, hour {row.hour:2}: {row.memory_mb:6.1f} MB, state "
                f"{row.state_kb:6.1f} kB, {row.processor_share:.2%} of a core"
            )
    for kept in watch.kept:
        print(
            f"{kept.begun}: {kept.recorded_mb} MB, sat {kept.sat_h} h, {kept.shifts} shifts, "
            f"{kept.prompts} prompts"
        )


if __name__ == "__main__":
    main()
