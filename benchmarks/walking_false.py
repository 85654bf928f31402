"""Steps and shifts that are none: vehicles, arms, chores. ``python -m benchmarks.walking_false``.

Simulated throughout: nobody walks in any of these scenes, so every step is a false one. Turning on
the spot takes two to four steps, which are no walking either. In a vehicle the person sits or
stands still: every shift and every rising is false, too. Two persons a scene, each with a mounting
of their own; by default without a calibration, as in the first minute of a day.
"""

import argparse
from collections.abc import Iterable
from dataclasses import dataclass, fields

import numpy as np

from spinesense.model.events import MotionEvent, PostureShift, TransitionMade, WalkingBout
from spinesense.model.movement import StartPosture
from spinesense.model.samples import ImuBlock
from spinesense.motion.pipeline import Pipeline
from spinesense.sensors.simulated import rotations
from spinesense.sensors.simulated.imu import Imu, ImuErrors
from spinesense.sensors.simulated.performance import Performance
from spinesense.sensors.simulated.rides import Passenger, Ride
from spinesense.sensors.simulated.rocking import ROCKINGS
from spinesense.sensors.simulated.script import Chores, KeepStill, Rock, Segment, StandAndBow, act
from spinesense.sensors.simulated.vehicles import BUS, CAR, ROUGH_ROAD, TRAIN, Vehicle

RATE_HZ = 100.0
CHUNK_S = 60.0


@dataclass(frozen=True)
class Scene:
    """What happens after the person has stood, and bowed."""

    name: str
    posture: StartPosture
    vehicle: Vehicle | None = None
    doing: Segment | None = None
    minutes: float = 30.0


SCENES = (
    Scene("a car", StartPosture.SITTING, CAR),
    Scene("a car on a rough road", StartPosture.SITTING, ROUGH_ROAD),
    Scene("a bus, seated", StartPosture.SITTING, BUS),
    Scene("a bus, standing", StartPosture.STANDING, BUS),
    Scene("a train, seated", StartPosture.SITTING, TRAIN),
    Scene("a train, standing", StartPosture.STANDING, TRAIN),
    Scene("chores", StartPosture.STANDING, None, Chores(1800.0)),
    *(
        Scene(name, rocking.posture, None, Rock(rocking, 300.0), 5.0)
        for name, rocking in ROCKINGS.items()
    ),
)


@dataclass
class Count:
    """What was told in a scene, and for how long it went on."""

    hours: float = 0.0
    steps: int = 0
    walking_s: float = 0.0
    shifts: int = 0
    transitions: int = 0

    def add(self, other: "Count") -> None:
        for each in fields(self):
            setattr(self, each.name, getattr(self, each.name) + getattr(other, each.name))


def count(scene: Scene, seed: int, *, calibrated: bool = False, gyro: bool = True) -> Count:
    """One person in one scene."""
    rngs = [np.random.default_rng(each) for each in np.random.SeedSequence(seed).spawn(2)]
    performance = Performance(rngs[0])
    act(performance, StandAndBow())
    performance.take(scene.posture)
    performance.wait(20.0)
    begin_s = performance.at_s
    act(performance, scene.doing or KeepStill(scene.posture, 60.0 * scene.minutes))
    end_s = performance.at_s
    body = performance.body
    ride = Ride(scene.vehicle, begin_s, end_s - begin_s - 60.0, seed) if scene.vehicle else None
    imu = Imu(
        Passenger(body, ride) if ride else body,
        RATE_HZ,
        rotations.random_quaternion(rngs[1]),
        rngs[1],
        ImuErrors(),
    )
    pipeline = Pipeline(RATE_HZ)
    if calibrated:
        pipeline.calibrate()
    told = list(_told(pipeline, imu, end_s, gyro=gyro))
    return _counted([each for each in told if each.time_s > begin_s + 2.0], end_s - begin_s)


def _told(pipeline: Pipeline, imu: Imu, end_s: float, *, gyro: bool) -> Iterable[MotionEvent]:
    done, per = 0, round(CHUNK_S * RATE_HZ)
    while done < end_s * RATE_HZ:
        time_s, acc, gyr = imu.sample(per)
        gyr = gyr if gyro else np.full_like(gyr, np.nan)
        yield from pipeline.feed(
            ImuBlock(time_s, acc, gyr, np.arange(done, done + per), True, time_s)
        ).events
        done += per
    yield from pipeline.finish().events


def _counted(told: list[MotionEvent], length_s: float) -> Count:
    bouts = [each for each in told if isinstance(each, WalkingBout)]
    return Count(
        length_s / 3600.0,
        sum(bout.steps for bout in bouts),
        sum(bout.end_s - bout.start_s for bout in bouts),
        sum(isinstance(each, PostureShift) for each in told),
        sum(isinstance(each, TransitionMade) for each in told),
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--persons", type=int, default=2)
    parser.add_argument("--calibrated", action="store_true")
    parser.add_argument("--no-gyro", action="store_true")
    parser.add_argument("--scene", default="", help="only scenes with this in their name")
    asked = parser.parse_args()
    print("an hour, simulated:                steps  walking min  shifts  transitions")
    for scene in SCENES:
        if asked.scene not in scene.name:
            continue
        total = Count()
        for seed in range(asked.persons):
            total.add(count(scene, seed, calibrated=asked.calibrated, gyro=not asked.no_gyro))
        per_h = 1.0 / total.hours
        print(
            f"{scene.name:30} {total.steps * per_h:9.1f} {total.walking_s / 60.0 * per_h:12.2f} "
            f"{total.shifts * per_h:7.1f} {total.transitions * per_h:12.1f}",
            flush=True,
        )


if __name__ == "__main__":
    main()
