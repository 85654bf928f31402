"""Sitting as it was told live and with hindsight, against the truth, over many ways to sit.

``python -m benchmarks.agreement [--days 12] [--minutes 25] [--rate 25] [--no-gyro] [--jobs 1]``

A day is compressed: ``--minutes`` in which somebody sits some eight times in one of eight ways, and
stands, works on their feet or walks between. A person has a speed, a lean and a seat of their own
and varies about them. Some wear the sensor calibrated, some not, some begin on the seat, some end
there, some lose the link for a minute. The default is a sample; ``--days 200 --jobs 2`` takes some
minutes.

A contradiction is a stretch of more than a minute that one of the two tells as sitting and the
other does not: who was right for more of it has won it. Minutes in brackets are those of sitting
that were told as such.
"""

import argparse
import math
from collections import defaultdict
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from spinesense.model.events import MotionEvent, PostureChanged
from spinesense.model.samples import ImuBlock
from spinesense.motion.core import analyse, mounting_in, recorded
from spinesense.sensors.simulated import rotations
from spinesense.sensors.simulated.daily import chores
from spinesense.sensors.simulated.imu import Imu, ImuErrors
from spinesense.sensors.simulated.performance import Performance
from spinesense.sensors.simulated.seats import Seat, Sit, WayDown, begin_on, sit

WAYS = ("brisk", "usual", "slow", "on the hands", "in two steps", "aside", "perched", "recliner")
CONTRADICTION_S = 60.0
CHUNK_S = 60.0


@dataclass(frozen=True)
class Day:
    """Of every second whether the person sat, and whether it was told so."""

    way: str
    seed: int
    known: NDArray[np.bool_]
    """Seconds that are not a change from one posture to another."""
    truth: NDArray[np.bool_]
    live: NDArray[np.str_]
    hindsight: NDArray[np.str_]


def way_of(way: str, rng: np.random.Generator) -> tuple[Seat, WayDown]:
    """How a person of this kind sits and moves, once."""
    seat = Seat(rng.uniform(0.47, 0.60), math.radians(rng.uniform(-24, -4)))
    turn_rad = rng.choice((0.0, 1.0)) * math.radians(rng.uniform(60, 180))
    lean_rad = math.radians(rng.uniform(10, 40))
    slides_rad = rng.choice((0.0, 1.0)) * math.radians(rng.uniform(5, 18))
    slumps = Seat(seat.height_m, seat.pitch_rad, slides_rad=slides_rad)
    match way:
        case "brisk":
            return seat, WayDown(rng.uniform(1.2, 1.8), math.radians(rng.uniform(25, 45)))
        case "usual":
            return slumps, WayDown(rng.uniform(1.8, 2.8), lean_rad, turn_rad=turn_rad)
        case "slow":
            return slumps, WayDown(rng.uniform(3.0, 5.0), lean_rad, turn_rad=turn_rad)
        case "on the hands":
            small_rad = math.radians(rng.uniform(5, 15))
            return slumps, WayDown(rng.uniform(2.5, 5.0), small_rad)
        case "in two steps":
            return seat, WayDown(rng.uniform(2.5, 4.0), lean_rad, rng.uniform(0.4, 2.0))
        case "aside":
            aside_rad = math.radians(rng.uniform(6, 15)) * rng.choice((-1, 1))
            return slumps, WayDown(rng.uniform(2.0, 4.5), lean_rad, 0.0, aside_rad, turn_rad)
        case "perched":
            high = Seat(rng.uniform(0.62, 0.70), math.radians(rng.uniform(-10, 0)))
            return high, WayDown(rng.uniform(1.5, 3.5), lean_rad)
        case _:
            back_rad = math.radians(rng.uniform(20, 42))
            leans = Seat(seat.height_m, math.radians(rng.uniform(-16, -8)), reclines_rad=back_rad)
            return leans, WayDown(rng.uniform(1.8, 4.0), lean_rad)


def act(way: str, seed: int, minutes: float) -> tuple[Performance, list[tuple[float, float]]]:
    """What the person does, and when the link is down."""
    rng = np.random.default_rng([seed, WAYS.index(way)])
    person = Performance(rng)
    seated_first, calibrated = rng.random() < 0.25, rng.random() < 0.5
    end_s = 60.0 * minutes

    def one(*, walks_off: bool) -> Sit:
        seat, down = way_of(way, rng)
        return Sit(rng.uniform(60, 260), seat, down, walks_off)

    if seated_first:
        begin_on(person, one(walks_off=False))
    elif calibrated:
        person.stand_and_bow()
    person.walk(rng.uniform(20, 60))
    while person.at_s < end_s:
        # Between two sits: a walk straight from the chair, a stand, or work on the feet.
        kind = int(rng.integers(4))
        sit(person, one(walks_off=kind == 0))
        if person.at_s > end_s and rng.random() < 0.5:
            break
        if kind == 1:
            person.wait(rng.uniform(8, 60))
        elif kind == 2:
            chores(person, rng.uniform(20, 90))
        if kind in (0, 3):
            person.walk(rng.uniform(12, 60))
    gap = rng.uniform(0.3, 0.7) * person.at_s
    gaps = [(gap, gap + rng.uniform(1, 60))] if rng.random() < 0.25 else []
    return person, gaps


def blocks(
    person: Performance, gaps: list[tuple[float, float]], seed: int, rate_hz: float, *, gyro: bool
) -> Iterator[ImuBlock]:
    rng = np.random.default_rng(seed)
    imu = Imu(person.body, rate_hz, rotations.random_quaternion(rng), rng, ImuErrors())
    left, number = int(person.at_s * rate_hz), 0
    while left > 0:
        count = min(left, round(CHUNK_S * rate_hz))
        time_s, acc, gyr = imu.sample(count)
        if not gyro:
            gyr = np.full_like(gyr, np.nan)
        numbers = np.arange(number, number + count)
        there = np.ones(count, dtype=bool)
        for begin_s, end_s in gaps:
            there &= (time_s < begin_s) | (time_s > end_s)
        if there.any():
            times_s = time_s[there]
            yield ImuBlock(times_s, acc[there], gyr[there], numbers[there], False, times_s)
        left, number = left - count, number + count


def by_second(events: list[MotionEvent], seconds: int) -> NDArray[np.str_]:
    told = np.full(seconds, "unknown", dtype="<U10")
    for change in (event for event in events if isinstance(event, PostureChanged)):
        told[max(0, math.ceil(change.start_s - 0.5)) :] = change.posture.value
    return told


def day(job: tuple[str, int], minutes: float, rate_hz: float, *, gyro: bool) -> Day:
    """One day through the signal core, live and with hindsight."""
    way, seed = job
    person, gaps = act(way, seed, minutes)
    seen = recorded(blocks(person, gaps, seed, rate_hz, gyro=gyro), rate_hz)
    calibration = mounting_in(seen, guess=False)
    seconds = int(seen.ticks.time_s[-1])
    told = [
        by_second(list(analyse(seen, calibration, as_heard=heard, daily=False).shown), seconds)
        for heard in (True, False)
    ]
    known, truth = np.zeros(seconds, dtype=bool), np.zeros(seconds, dtype=bool)
    for span in person.truth.spans:
        first, last = math.ceil(span.start_s), min(seconds, math.floor(span.end_s))
        known[first:last] = True
        truth[first:last] = span.posture.value == "sitting"
    for begin_s, end_s in gaps:
        known[int(begin_s) : math.ceil(end_s) + 1] = False
    return Day(way, seed, known, truth, told[0], told[1])


def contradictions(one: Day) -> list[tuple[int, float, float]]:
    """Stretches of over a minute told otherwise: seconds, and how far each was right."""
    live, later = one.live == "sitting", one.hindsight == "sitting"
    differ = np.concatenate([[False], live != later, [False]]).astype(np.int8)
    edges = np.flatnonzero(np.diff(differ))
    found = []
    for first, last in zip(edges[::2], edges[1::2], strict=True):
        known = one.known[first:last]
        if last - first > CONTRADICTION_S and known.any():
            truth = one.truth[first:last][known]
            right = [float((each[first:last][known] == truth).mean()) for each in (live, later)]
            found.append((int(last - first), right[0], right[1]))
    return found


def show(days: list[Day]) -> None:
    """A line for each way, and one for all."""
    groups: dict[str, list[Day]] = defaultdict(list)
    for one in days:
        groups[one.way].append(one)
    title = "days  sat min  live right  hindsight right  contradictions"
    print(f"{'way':13} {title}")
    for name, group in [*groups.items(), ("all", days)]:
        sat = sum(int((one.truth & one.known).sum()) for one in group)
        seconds = sum(int(one.known.sum()) for one in group)
        right = [
            sum(
                int((((told == "sitting") == one.truth) & one.known).sum())
                for one, told in ((one, getattr(one, which)) for one in group)
            )
            / seconds
            for which in ("live", "hindsight")
        ]
        seen = [
            sum(
                int(((getattr(one, which) == "sitting") & one.truth & one.known).sum())
                for one in group
            )
            for which in ("live", "hindsight")
        ]
        odd = [each for one in group for each in contradictions(one)]
        lost = sum(live > later for _, live, later in odd)
        won = sum(later > live for _, live, later in odd)
        print(
            f"{name:13} {len(group):4} {sat / 60:8.0f}  {right[0]:.3f} ({seen[0] / 60:.0f})"
            f"  {right[1]:.3f} ({seen[1] / 60:.0f})  {won} won, {lost} lost"
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--days", type=int, default=16)
    parser.add_argument("--minutes", type=float, default=25.0)
    parser.add_argument("--rate", type=float, default=25.0)
    parser.add_argument("--no-gyro", action="store_true")
    parser.add_argument("--jobs", type=int, default=1)
    asked = parser.parse_args()
    jobs = [(WAYS[seed % len(WAYS)], seed) for seed in range(asked.days)]
    run = partial(day, minutes=asked.minutes, rate_hz=asked.rate, gyro=not asked.no_gyro)
    with ProcessPoolExecutor(asked.jobs) as pool:
        days = list(pool.map(run, jobs))
    show(days)


if __name__ == "__main__":
    main()
