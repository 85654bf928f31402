"""The sitting monitor over simulated days: false prompts, stillness missed, cost and memory.

``python -m benchmarks.desk [--hours 8] [--seeds 3] [--json]``

Ordinary sitting has 9 shifts and 13 fidgets in 15 minutes (Davidson & Callaghan 2025); a prompt in
it is a false one. Then comes half an hour in which nobody shifts. Cost is processor time per second
of data for recording apart: decoder, signal core, rule and a picture twenty times a second. Memory
is what the process has grown by from the end of the first hour to the end of the last.
"""

import argparse
import json
import time
from dataclasses import asdict, dataclass
from pathlib import Path

from spinesense.coaching.sitting import SittingRule
from spinesense.model.events import SittingAlert
from spinesense.runner.engine import Engine
from spinesense.sensors.simulated.script import Desk, StandAndBow
from spinesense.sensors.simulated.source import SimulatedSource

HOUR_S = 3600.0
PICTURES_HZ = 20.0
LEAST_STILL_S = 60.0


@dataclass
class Day:
    """What one simulated day showed."""

    seed: int
    false_prompts: int
    caught_still: bool
    processor_share: float
    grown_mb: float
    shifts: int


def sit(seed: int, hours: float) -> Day:
    """One person for one day."""
    still = Desk(0.5 * HOUR_S + LEAST_STILL_S, shifts_per_15min=0, fidgets_per_15min=0)
    source = SimulatedSource(seed, script=(StandAndBow(), Desk(hours * HOUR_S), still))
    engine = Engine(source.profile, sitting=SittingRule())
    spent_s = at_hour_mb = picture_s = 0.0
    prompts = []
    while not source.ended:
        items = source.step()
        began = time.process_time()
        for item in items:
            told = engine.feed(item)
            prompts += [e for e in told if isinstance(e, SittingAlert) and e.level == 1]
        if engine.readings.time_s - picture_s >= 1.0 / PICTURES_HZ:
            picture_s = engine.readings.time_s
            engine.snapshot()
        spent_s += time.process_time() - began
        if not at_hour_mb and engine.readings.time_s >= HOUR_S:
            at_hour_mb = memory_mb()
    end_s = engine.readings.time_s
    false = [e for e in prompts if e.time_s < end_s - still.duration_s]
    return Day(
        seed,
        len(false),
        len(prompts) > len(false),
        spent_s / end_s,
        memory_mb() - (at_hour_mb or memory_mb()),
        engine.snapshot().posture.shifts,
    )


def memory_mb() -> float:
    """Memory of this process that is in use; 0 where the system does not say."""
    status = Path("/proc/self/status")
    if not status.exists():
        return 0.0
    lines = dict(line.split(":", 1) for line in status.read_text().splitlines() if ":" in line)
    return float(lines["VmRSS"].split()[0]) / 1024.0


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--hours", type=float, default=8.0)
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    days = [sit(seed, asked.hours) for seed in range(1, asked.seeds + 1)]
    if asked.json:
        print(json.dumps([asdict(day) for day in days]))
        return
    for day in days:
        print(
            f"seed {day.seed}: {day.false_prompts} false prompts in {asked.hours:g} h of ordinary "
            f"sitting ({day.shifts} shifts seen), half an hour of stillness "
            f"{'caught' if day.caught_still else 'MISSED'}, {day.processor_share:.1%} of a core, "
            f"{day.grown_mb:+.1f} MB from the first hour to the last"
        )


if __name__ == "__main__":
    main()
