"""Bends of simulated days with known truth: ``python -m benchmarks.bends [--persons 4]``.

Simulated. Each person stands, walks, sits at a desk, does chores, bends on their feet by 25 to 65°
with and without staying there, and does what is no bend of the day: squats, sits, ties shoes on the
seat, lies down. A found bend is right when it starts within 1 s of a true one. Each row is a way in
which the sensor sits.
"""

import argparse
import math
from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np

from spinesense.model.calibration import Quaternion
from spinesense.model.events import Bend
from spinesense.model.movement import StartPosture
from spinesense.model.samples import ImuBlock
from spinesense.motion.pipeline import Pipeline
from spinesense.motion.posture.bends import Bends
from spinesense.sensors.simulated import rotations
from spinesense.sensors.simulated.belts import Belt, Belted
from spinesense.sensors.simulated.desk import Desk
from spinesense.sensors.simulated.imu import Imu, ImuErrors
from spinesense.sensors.simulated.performance import Performance
from spinesense.sensors.simulated.script import (
    BendDown,
    Chores,
    KeepStill,
    Segment,
    Squat,
    StandAndBow,
    Walk,
    act,
)
from spinesense.sensors.simulated.truth import Bent

RATE_HZ = 100.0
CHUNK = 6000
NEAR_S = 1.0


@dataclass(frozen=True)
class SensorInUse:
    """How the sensor sits."""

    name: str
    mounting: Quaternion | None = None
    """None for any."""
    belt: Belt = field(default_factory=Belt)
    calibrated: bool = True


WEARINGS = (
    SensorInUse("any mounting"),
    SensorInUse("upside down", (0.0, 1.0, 0.0, 0.0)),
    SensorInUse("inside out", (0.0, 0.0, 0.0, 1.0)),
    SensorInUse("slides round by 60°", belt=Belt(round_rad=math.radians(60), until_s=1800.0)),
    SensorInUse("tips by 30°", belt=Belt(tip_rad=math.radians(30), until_s=1800.0)),
    SensorInUse("swings by 8°", belt=Belt(swing_rad=math.radians(8))),
    SensorInUse("no calibration", calibrated=False),
)


@dataclass
class Score:
    """Bends of the day, and those on a seat."""

    true: int = 0
    found: int = 0
    right: int = 0
    seated_right: int = 0
    seated_true: int = 0
    depth_errors_deg: list[float] = field(default_factory=list)
    held_errors_s: list[float] = field(default_factory=list)


def day(rng: np.random.Generator) -> Iterator[Segment]:
    """Half an hour of one person."""
    yield StandAndBow()
    for _ in range(3):
        yield from (
            KeepStill(StartPosture.STANDING, 6.0),
            Walk(20.0),
            KeepStill(StartPosture.STANDING, 6.0),
        )
        for held_s in (0.0, 0.0, 2.0, 7.0):
            yield BendDown(math.radians(rng.uniform(25, 65)), rng.uniform(0.8, 2.5), held_s)
            yield KeepStill(StartPosture.STANDING, 7.0)
        yield from (Squat(), KeepStill(StartPosture.STANDING, 6.0), Chores(120.0))
        yield from (
            KeepStill(StartPosture.STANDING, 6.0),
            Desk(240.0),
            KeepStill(StartPosture.SITTING, 6.0),
        )
        yield BendDown(math.radians(rng.uniform(50, 75)), 1.5, 6.0, seated=True)
        yield from (KeepStill(StartPosture.SITTING, 20.0), KeepStill(StartPosture.SUPINE, 20.0))


def score(wearing: SensorInUse, seed: int, total: Score) -> None:
    """Add one person."""
    rngs = [np.random.default_rng(each) for each in np.random.SeedSequence(seed).spawn(3)]
    performance = Performance(rngs[0])
    for segment in day(rngs[1]):
        act(performance, segment)
    mounting = wearing.mounting or rotations.random_quaternion(rngs[2])
    body = Belted(performance.body, wearing.belt)
    imu = Imu(body, RATE_HZ, mounting, rngs[2], ImuErrors())
    found = list(_found(imu, performance.at_s, calibrated=wearing.calibrated))
    for seated in (False, True):
        true = [bent for bent in performance.truth.bends if bent.seated is seated]
        _compare(true, [bend for bend in found if bend.seated is seated], total, seated=seated)


def _found(imu: Imu, end_s: float, *, calibrated: bool) -> Iterator[Bend]:
    pipeline, bends = Pipeline(RATE_HZ), Bends()
    if calibrated:
        pipeline.calibrate()
    for done in range(0, round(end_s * RATE_HZ), CHUNK):
        time_s, acc, gyr = imu.sample(CHUNK)
        block = ImuBlock(time_s, acc, gyr, np.arange(done, done + CHUNK), True, time_s)
        step = pipeline.feed(block)
        yield from bends.feed(step.ticks.time_s, step.ticks.up_sensor, step.events)
    step = pipeline.finish()
    yield from bends.feed(step.ticks.time_s, step.ticks.up_sensor, step.events)
    yield from bends.finish()


def _compare(true: list[Bent], found: list[Bend], total: Score, *, seated: bool) -> None:
    pairs = [
        (bent, bend)
        for bent in true
        for bend in found
        if abs(bend.start_s - bent.start_s - 0.4 * (bent.end_s - bent.start_s - bent.held_s) / 2.0)
        < NEAR_S
    ]
    if seated:
        total.seated_true += len(true)
        total.seated_right += len(pairs)
        return
    total.true, total.found = total.true + len(true), total.found + len(found)
    total.right += len(pairs)
    for bent, bend in pairs:
        total.depth_errors_deg.append(math.degrees(bend.depth_rad - bent.depth_rad))
        total.held_errors_s.append(bend.held_s - bent.held_s)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--persons", type=int, default=4)
    persons = parser.parse_args().persons
    print("simulated                precision  recall  depth error rms, largest   seated found")
    for wearing in WEARINGS:
        total = Score()
        for seed in range(persons):
            score(wearing, seed, total)
        errors = np.array(total.depth_errors_deg or [math.nan])
        print(
            f"{wearing.name:24} {total.right / max(total.found, 1):9.3f} "
            f"{total.right / total.true:7.3f} {np.sqrt(np.mean(errors**2)):9.1f}° "
            f"{np.abs(errors).max():6.1f}°       {total.seated_right:6} of {total.seated_true}",
            flush=True,
        )


if __name__ == "__main__":
    main()
