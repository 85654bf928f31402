"""What a whole day costs: ``analyse`` by length, and the growth of the live pipeline.

``uv run python -m benchmarks.long [--hours 1 2 4 8 24] [--live-hours 1] [--json]``

All recordings are simulated: hours of 50 min at a desk, 5 min walking and 5 min standing.
"""

import argparse
import json
import os
import pickle
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from spinesense.model.movement import StartPosture
from spinesense.model.packets import Packet
from spinesense.model.recording import RecordingInfo
from spinesense.model.samples import ImuBlock
from spinesense.motion.pipeline import Pipeline
from spinesense.runner.batch.analysis import ANY_FLEXION
from spinesense.sensors.devices import decoder_for
from spinesense.sensors.simulated.script import Desk, KeepStill, Segment, StandAndBow, Walk
from spinesense.sensors.simulated.source import SimulatedSource
from spinesense.store.recordings.recording import RecordingWriter

HOUR: tuple[Segment, ...] = (Desk(3000.0), Walk(300.0), KeepStill(StartPosture.STANDING, 300.0))
RATE_HZ = 100.0
FEED_SAMPLES = 10
"""100 ms of data."""


def make_recording(path: Path, hours: int) -> None:
    """Write a simulated recording of so many hours."""
    source = SimulatedSource(1, script=(StandAndBow(), *HOUR * hours), speed=0)
    info = RecordingInfo(device=source.profile, started_at="2026-01-01T00:00:00+00:00")
    with RecordingWriter.create(path, info) as writer:
        while not source.ended:
            for item in source.step():
                writer.append(item)


def analyse_cost(path: Path) -> dict[str, float]:
    """CPU time and peak memory of ``spinesense analyse FILE --json`` as a process."""
    words = [sys.executable, "-m", "spinesense", "analyse", str(path), "--json"]
    process = subprocess.Popen(words, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{words} failed: nothing was measured")
    return {
        "cpu_s": round(usage.ru_utime + usage.ru_stime, 2),
        "peak_mb": round(usage.ru_maxrss / 1024, 1),
    }


def simulated_hour() -> ImuBlock:
    """One hour of samples, to be fed again and again with later times."""
    source = SimulatedSource(1, script=HOUR, speed=0)
    packets: list[Packet] = []
    while not source.ended:
        packets += [item for item in source.step() if isinstance(item, Packet)]
    block = decoder_for(source.profile.profile).decode(packets).block
    if block is None:
        raise SystemExit("the simulation gave no samples")
    return block


def later(block: ImuBlock, hour: int) -> ImuBlock:
    """The same samples, so many repetitions later."""
    clock = block.device_time_s
    if clock is None:
        raise SystemExit("the simulated sensor has no clock")
    last = int(block.index[-1]) + 1 - int(block.index[0])
    length_s = float(clock[-1] - clock[0]) + 1.0 / RATE_HZ
    return ImuBlock(
        block.arrival_s + hour * length_s,
        block.acc_mps2,
        block.gyr_radps,
        block.index + hour * last,
        block.counted,
        clock + hour * length_s,
    )


def live_growth(hours: int) -> list[dict[str, float]]:
    """CPU time of ``Pipeline.feed`` of 100 ms, size of the state and memory, hour by hour."""
    block = simulated_hour()
    pipeline = Pipeline(RATE_HZ)
    pipeline.watch(ANY_FLEXION)
    found = []
    for hour in range(hours):
        samples = later(block, hour)
        costs_ms = []
        for start in range(0, len(samples), FEED_SAMPLES):
            begin_s = time.process_time()
            pipeline.feed(samples.rows(start, start + FEED_SAMPLES))
            costs_ms.append((time.process_time() - begin_s) * 1e3)
        found.append(
            {
                "hour": hour + 1,
                "p50_ms": round(float(np.percentile(costs_ms, 50)), 3),
                "p99_ms": round(float(np.percentile(costs_ms, 99)), 3),
                "state_kb": round(len(pickle.dumps(pipeline.state)) / 1024, 1),
                "peak_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1),
            }
        )
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--hours", type=int, nargs="*", default=[1, 2, 4, 8, 24])
    parser.add_argument("--live-hours", type=int, default=1)
    parser.add_argument("--json", action="store_true")
    wanted = parser.parse_args()
    analysed = []
    with tempfile.TemporaryDirectory() as folder:
        for hours in wanted.hours:
            path = Path(folder) / f"{hours}.mcap"
            make_recording(path, hours)
            analysed.append({"hours": hours, **analyse_cost(path)})
            path.unlink()
    live = live_growth(wanted.live_hours)
    if wanted.json:
        print(json.dumps({"analyse": analysed, "live": live}))
        return
    print("spinesense analyse, simulated recordings at 100 Hz:")
    for row in analysed:
        print(f"  {row['hours']:3} h  {row['cpu_s']:6.2f} s of CPU  {row['peak_mb']:6.1f} MB")
    print("CPU time of Pipeline.feed of 100 ms of simulated data, by hour:")
    for row in live:
        print(
            f"  {row['hour']:3}  median {row['p50_ms']} ms, p99 {row['p99_ms']} ms, "
            f"state {row['state_kb']} kB, peak {row['peak_mb']} MB"
        )


if __name__ == "__main__":
    main()
