"""The sitting monitor over simulated days: false prompts, stillness missed, and what it costs.

``python -m benchmarks.desk [--seeds 1 2] [--hours 8] [--smallest] [--rate 50] [--cost-hours 1]``

A seed is a person with a sensor, its mounting, and the usual inclination of their seated pelvis.
A day is ``--hours`` of ordinary sitting with 9 shifts and 13 fidgets in 15 minutes (Davidson &
Callaghan 2025), while the person types, reaches out and turns the head; a prompt in it is a false
one. Then come two half hours without a shift, with a walk and ten minutes of ordinary sitting
before the second: in one the person only breathes, in the other they work as before. Each is to be
prompted in. Shifts are of 5° to 10°; with ``--smallest`` of 5° to 5.5°, and a shift is one from 5°
(Dunk & Callaghan 2010). The sensor samples at 50 Hz (``--rate 25`` takes half of the time) and
sends what fits into a packet.

Cost is processor time per second of data of 100 Hz in packets of 50 ms, for recording apart:
decoder, signal core, rule and a picture twenty times a second.
"""

import argparse
import json
import math
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass

from spinesense.coaching.sitting.rule import SittingMonitor
from spinesense.model.events import SittingAlert
from spinesense.runner.engine import Engine
from spinesense.sensors.simulated.script import Desk, Script, StandAndBow, Walk
from spinesense.sensors.simulated.source import SimulatedSource

HOUR_S = 3600.0
STILL_S = 0.5 * HOUR_S
SETTLING_S = 60.0
"""To sit down and to be seen sitting."""
BETWEEN = (Walk(120.0), Desk(600.0, works=True))
PICTURES_HZ = 20.0
USUAL_DEG, SMALLEST_DEG = (5.0, 10.0), (5.0, 5.5)
LEANS_DEG = (-7.0, -3.5, 0.0, 3.5, 7.0)
"""Of the seated pelvis against 12° behind standing: 5° to 19°."""
PACKET_SAMPLES = 41
"""What fits into a packet."""


@dataclass
class Day:
    """What one simulated day showed."""

    seed: int
    lean_deg: float
    shifts_done: int
    shifts_seen: int
    seen_sitting: float
    """Share of the sitting that was taken for sitting."""
    false_prompts: int
    caught_breathing: bool
    caught_working: bool


def sit(seed: int, hours: float, shift_deg: tuple[float, float], rate_hz: float) -> Day:
    """One person for one day."""
    lean_deg = LEANS_DEG[seed % len(LEANS_DEG)]
    usual = Desk(hours * HOUR_S, shift_deg=shift_deg, lean_deg=lean_deg, works=True)
    breathes, works = (
        Desk(STILL_S + SETTLING_S, 0, 0, lean_deg=lean_deg, works=works) for works in (False, True)
    )
    source, engine, prompts = _watch(
        seed, rate_hz, (StandAndBow(), usual, breathes, *BETWEEN, works)
    )
    truth = source.person.performance.truth
    stays = [stay for stay in truth.spans if stay.posture.value == "sitting"]
    working_s = engine.readings.time_s - works.duration_s
    breathing_s = working_s - sum(segment.duration_s for segment in BETWEEN) - breathes.duration_s
    caught = [
        [alert for alert in prompts if begin_s <= alert.time_s <= begin_s + STILL_S + SETTLING_S]
        for begin_s in (breathing_s, working_s)
    ]
    view = engine.snapshot().posture
    return Day(
        seed,
        lean_deg,
        len(truth.shifts_s),
        view.counts.shifts,
        view.sat_s / sum(stay.end_s - stay.start_s for stay in stays),
        len(prompts) - sum(map(len, caught)),
        bool(caught[0]),
        bool(caught[1]),
    )


def _watch(
    seed: int, rate_hz: float, script: Script
) -> tuple[SimulatedSource, Engine, list[SittingAlert]]:
    source = SimulatedSource(
        seed, rate_hz=rate_hz, script=script, packet_s=PACKET_SAMPLES / rate_hz
    )
    engine = Engine(source.profile, sitting=SittingMonitor(starts_seated=True))
    prompts = []
    while not source.ended:
        for item in source.step():
            told = engine.feed(item)
            prompts += [one for one in told if isinstance(one, SittingAlert) and one.level == 1]
    return source, engine, prompts


def cost(hours: float) -> float:
    """Processor time per second of data."""
    source = SimulatedSource(1, script=(StandAndBow(), Desk(hours * HOUR_S)))
    engine = Engine(source.profile, sitting=SittingMonitor())
    spent_s = picture_s = 0.0
    while not source.ended:
        items = source.step()
        began_s = time.process_time()
        for item in items:
            engine.feed(item)
        if engine.readings.time_s - picture_s >= 1.0 / PICTURES_HZ:
            picture_s = engine.readings.time_s
            engine.snapshot()
        spent_s += time.process_time() - began_s
    return spent_s / engine.readings.time_s


def show(day: Day, hours: float) -> None:
    """One day as a line."""
    caught = ["caught" if one else "MISSED" for one in (day.caught_breathing, day.caught_working)]
    print(
        f"seed {day.seed:3}, leaning {day.lean_deg:+4.1f}°: {day.false_prompts} false prompts in "
        f"{hours:g} h, {day.shifts_seen} of {day.shifts_done} shifts seen, {day.seen_sitting:.1%} "
        f"of the sitting seen; stillness while breathing {caught[0]}, while working {caught[1]}",
        flush=True,
    )


def total(days: Sequence[Day], hours: float) -> str:
    """All days in a line."""
    most = max(day.false_prompts for day in days)
    caught = sum(day.caught_breathing + day.caught_working for day in days)
    return (
        f"{len(days)} days: {sum(day.false_prompts for day in days)} false prompts in "
        f"{math.fsum([hours] * len(days)):g} h, at most {most} a day; "
        f"{caught} of {2 * len(days)} half hours of stillness caught"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, nargs="*", default=[1, 2, 3, 4, 5])
    parser.add_argument("--hours", type=float, default=8.0)
    parser.add_argument("--rate", type=float, default=50.0)
    parser.add_argument("--smallest", action="store_true")
    parser.add_argument("--cost-hours", type=float, default=0.0)
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    days = []
    for seed in asked.seeds:
        shift_deg = SMALLEST_DEG if asked.smallest else USUAL_DEG
        days.append(sit(seed, asked.hours, shift_deg, asked.rate))
        if not asked.json:
            show(days[-1], asked.hours)
    share = cost(asked.cost_hours) if asked.cost_hours else None
    if asked.json:
        print(json.dumps({"days": [asdict(day) for day in days], "processor_share": share}))
        return
    if days:
        print(total(days, asked.hours))
    if share is not None:
        print(f"{share:.1%} of a core")


if __name__ == "__main__":
    main()
