"""kill -9 while days pass one into the other: nothing that was acknowledged is lost."""

import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from spinesense.model.packets import Packet
from spinesense.store.recordings.read import read_recording
from spinesense.store.recordings.recording import finish_interrupted

# A day has forty packets. What is acknowledged is said on stdout.
WATCH = """
import asyncio, os, sys
from datetime import datetime, timedelta
from pathlib import Path
from spinesense.coaching.sitting.rule import SittingMonitor
from spinesense.model.packets import DeviceProfile, Packet
from spinesense.model.recording import RecordingInfo
from spinesense.runner.daily import DailyRun, Day
from spinesense.runner.engine import Engine
from spinesense.runner.live import LiveRun
from spinesense.runner.keeping.disk_guard import DiskGuardedRecorder
from spinesense.store.recordings.recording import RecordingWriter, finish_interrupted

FOLDER = Path(sys.argv[1])
BEGIN = datetime.fromisoformat("2026-11-25T05:00:00+01:00")

class Source:
    profile = DeviceProfile("open", "x", 100.0)
    number = 0

    def now(self):
        return BEGIN + timedelta(days=self.number // 40)

    async def items(self):
        while True:
            yield Packet(self.number * 0.05, "imu", b"%d" % self.number)
            os.write(1, b"%d\\n" % self.number)
            self.number += 1
            await asyncio.sleep(0)

    async def close(self):
        pass

source, days = Source(), 0

def begin(day, carried):
    global days
    info = RecordingInfo(device=source.profile, started_at=source.now().isoformat())
    finish_interrupted(FOLDER)
    writer = RecordingWriter.create(FOLDER / f"{days:05}.mcap", info)
    days += 1
    recorder = DiskGuardedRecorder(writer, lambda: sys.maxsize)
    engine = Engine(source.profile, sitting=SittingMonitor())
    return Day(LiveRun(day, engine, recorder=recorder), engine, recorder)

asyncio.run(DailyRun(source, begin, source.now).run(lambda _: None))
"""


@pytest.mark.parametrize("seed", range(5))
def test_a_kill_where_days_meet_loses_nothing(tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    folder, spoken = tmp_path / "days", tmp_path / "spoken.txt"
    folder.mkdir()
    with spoken.open("wb") as out:
        process = subprocess.Popen([sys.executable, "-c", WATCH, str(folder)], stdout=out)
        while spoken.stat().st_size < 500 and process.poll() is None:
            time.sleep(0.005)
        time.sleep(chance.uniform(0, 0.3))
        process.send_signal(signal.SIGKILL)
        assert process.wait() == -signal.SIGKILL
    acknowledged = len(spoken.read_text().splitlines())
    finish_interrupted(folder)
    # One that was killed in the moment of its creation is empty: nothing in it was acknowledged.
    written = [path for path in sorted(folder.glob("*.mcap")) if path.stat().st_size]
    recordings = [read_recording(path) for path in written]
    assert len(recordings) > 2
    assert not any(one.damage for one in recordings)
    found = [
        int(item.payload) for one in recordings for item in one.items if isinstance(item, Packet)
    ]
    assert found == list(range(len(found)))
    assert acknowledged <= len(found) <= acknowledged + 1
    assert not list(folder.glob("*.new"))
