"""What a live session costs: signal core, start-up, first paint. Ratios, from one run.

``uv run python -m benchmarks.live [--minutes 5] [--json]``
"""

import argparse
import json
import os
import pty
import statistics
import subprocess
import sys
import time
from pathlib import Path

import numpy as np

from spinesense.model.packets import Item, Packet
from spinesense.model.samples import concatenate
from spinesense.motion.pipeline import Pipeline
from spinesense.runner.batch.analysis import movement_of
from spinesense.sensors.devices import decoder_for
from spinesense.sensors.simulated.script import Desk, ExerciseSet, StandAndBow, Walk
from spinesense.sensors.simulated.source import SimulatedSource

ROUNDS = 7

LEAVE = """
async def leave(pilot):
    pilot.app.exit()
"""
EMPTY_APP = (
    LEAVE
    + """
from textual.app import App
App().run(auto_pilot=leave)
"""
)
OUR_APP = (
    LEAVE
    + """
from spinesense.tui.app import SpinesenseApp
from spinesense.tui.launch import HomeView
SpinesenseApp(print, HomeView).run(auto_pilot=leave)
"""
)


def feed_ms(minutes: float) -> dict[str, float]:
    """Cost of `Pipeline.feed` for 100 ms of 100 Hz data with a movement watched."""
    script = (StandAndBow(), ExerciseSet("bridge", 20, 3.0), Desk(minutes * 60), Walk(60.0))
    source = SimulatedSource(1, script=script)
    items: list[Item] = []
    while not source.ended and len(items) < minutes * 60 * 25:
        items.extend(source.step())
    decoder = decoder_for(source.profile.profile)
    packets = [item for item in items if isinstance(item, Packet)]
    decoded = [decoder.decode([packet]).block for packet in packets]
    block = concatenate([part for part in decoded if part is not None])
    pipeline = Pipeline(100.0)
    pipeline.calibrate()
    pipeline.watch(movement_of("bridge"))
    costs_ms = []
    for start in range(0, len(block) - 10, 10):
        part = block.rows(start, start + 10)
        begin_s = time.perf_counter()
        pipeline.feed(part)
        costs_ms.append((time.perf_counter() - begin_s) * 1e3)
    return {
        "p50_ms": round(float(np.percentile(costs_ms, 50)), 3),
        "p99_ms": round(float(np.percentile(costs_ms, 99)), 3),
        "worst_ms": round(max(costs_ms), 3),
        "feeds": len(costs_ms),
    }


def _process_s(words: list[str]) -> float:
    """Time of a process in a terminal of its own, from start to end."""
    begin_s = time.perf_counter()
    leader, follower = pty.openpty()
    env = {**os.environ, "TERM": "xterm-256color", "COLUMNS": "80", "LINES": "24"}
    process = subprocess.Popen(words, stdin=follower, stdout=follower, stderr=follower, env=env)
    os.close(follower)
    while True:
        try:
            if not os.read(leader, 65536):
                break
        except OSError:
            break
    os.close(leader)
    if process.wait():
        raise SystemExit(f"{words} failed: nothing was measured")
    return time.perf_counter() - begin_s


def ratio(ours: list[str], theirs: list[str]) -> float:
    """Median time of one process over another's, alternating."""
    for words in (ours, theirs):
        _process_s(words)
    pairs = [(_process_s(ours), _process_s(theirs)) for _ in range(ROUNDS)]
    return statistics.median(a for a, _ in pairs) / statistics.median(b for _, b in pairs)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=5.0)
    parser.add_argument("--json", action="store_true")
    wanted = parser.parse_args()
    python = sys.executable
    feed = feed_ms(wanted.minutes)
    program = str(Path(python).with_name("spinesense"))
    help_ratio = ratio([program, "--help"], [python, "-c", "pass"])
    paint_ratio = ratio([python, "-c", OUR_APP], [python, "-c", EMPTY_APP])
    found = {
        "feed_100_ms_of_data": feed,
        "help_over_bare_python": round(help_ratio, 2),
        "first_paint_over_empty_textual": round(paint_ratio, 2),
    }
    if wanted.json:
        print(json.dumps(found))
        return
    print(f"Pipeline.feed of 100 ms of (simulated) data, {feed['feeds']} feeds:")
    print(f"  median {feed['p50_ms']} ms, p99 {feed['p99_ms']} ms, worst {feed['worst_ms']} ms")
    print(f"spinesense --help: {help_ratio:.2f} x bare python -c pass")
    print(f"home screen, first paint: {paint_ratio:.2f} x an empty Textual app")


if __name__ == "__main__":
    main()
