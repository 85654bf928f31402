import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from spinesense.model.packets import Intent, Packet
from spinesense.store.recordings.read import read_recording
from spinesense.store.recordings.recording import finish_interrupted

# Writes one recording after the other and says on stdout what has been acknowledged.
WRITER = """
import os, sys
from pathlib import Path
from spinesense.model.packets import Action, DeviceProfile, Intent, Packet
from spinesense.model.recording import RecordingInfo
from spinesense.store.recordings.recording import RecordingWriter

info = RecordingInfo(device=DeviceProfile("open", "x", 100.0), started_at="2026-01-31T09:30:00Z")
for file in range(10_000):
    writer = RecordingWriter.create(Path(sys.argv[1]) / f"{file:04}.mcap", info)
    for number in range(int(sys.argv[2])):
        if number % 7 == 6:
            writer.append(Intent(number * 0.05, Action.MARK, str(number)))
        else:
            writer.append(Packet(number * 0.05, "imu", str(number).encode() * 20))
        os.write(1, b"%d %d\\n" % (file, number))
    writer.close()
"""


def acknowledged_before_kill(folder: Path, chance: random.Random) -> dict[int, int]:
    """Let a process write and kill it; gives the acknowledged items of each of its files."""
    spoken = folder / "spoken.txt"
    length = chance.choice([10, 100, 2000])
    with spoken.open("wb") as out:
        command = [sys.executable, "-c", WRITER, str(folder), str(length)]
        process = subprocess.Popen(command, stdout=out)
        while spoken.stat().st_size == 0 and process.poll() is None:
            time.sleep(0.005)
        time.sleep(chance.uniform(0, 0.1))
        process.send_signal(signal.SIGKILL)
        assert process.wait() == -signal.SIGKILL
    counts: dict[int, int] = {}
    for line in spoken.read_text().splitlines():
        file, number = line.split()
        counts[int(file)] = int(number) + 1
    return counts


def check_nothing_is_lost(folder: Path, counts: dict[int, int]) -> None:
    for file, count in counts.items():
        items = read_recording(folder / f"{file:04}.mcap").items
        # One more may be stored than was acknowledged: the kill came in between.
        assert count <= len(items) <= count + 1
        for number, item in enumerate(items):
            assert item.arrival_s == number * 0.05
            if isinstance(item, Packet):
                assert item.payload == str(number).encode() * 20
            else:
                assert isinstance(item, Intent)
                assert item.value == str(number)


def kill_and_check(folder: Path, seed: int) -> None:
    counts = acknowledged_before_kill(folder, random.Random(seed))
    assert counts
    check_nothing_is_lost(folder, counts)
    finish_interrupted(folder)
    check_nothing_is_lost(folder, counts)
    assert not read_recording(folder / f"{max(counts):04}.mcap").damage
    assert not list(folder.glob("*.new"))


@pytest.mark.parametrize("seed", range(10))
def test_a_kill_loses_no_acknowledged_item(tmp_path: Path, seed: int) -> None:
    kill_and_check(tmp_path, seed)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(10, 110))
def test_a_hundred_kills_lose_no_acknowledged_item(tmp_path: Path, seed: int) -> None:
    kill_and_check(tmp_path, seed)
