"""A belt that is put on anyhow, or gives way: what is told of the day stays what it was."""

import math

import numpy as np
import pytest

from spinesense.model.calibration import Quaternion
from spinesense.model.events import (
    Bend,
    MotionEvent,
    PostureShift,
    SignalFault,
    SignalSuspect,
    TransitionMade,
    WalkingBout,
)
from spinesense.model.movement import StartPosture
from spinesense.model.samples import ImuBlock
from spinesense.motion.pipeline import Pipeline
from spinesense.motion.posture.bends import Bends
from spinesense.sensors.simulated import rotations
from spinesense.sensors.simulated.belts import Belt, Belted
from spinesense.sensors.simulated.desk import Desk
from spinesense.sensors.simulated.imu import Imu, ImuErrors
from spinesense.sensors.simulated.performance import Performance
from spinesense.sensors.simulated.script import BendDown, KeepStill, StandAndBow, Walk, act

STANDING = StartPosture.STANDING
RATE_HZ = 100.0
MINUTE = 6000
DEG = math.radians(1.0)
ANY = rotations.random_quaternion(np.random.default_rng(3))
MOUNTINGS: dict[str, Quaternion] = {
    "upside down": (0.0, 1.0, 0.0, 0.0),
    "inside out": (0.0, 0.0, 0.0, 1.0),
    "both": (0.0, 0.0, 1.0, 0.0),
    "anyhow": ANY,
}
BELTS = {
    "slides round by 60 degrees": Belt(round_rad=60.0 * DEG, from_s=20.0, until_s=500.0),
    "slides back by 60 degrees": Belt(round_rad=-60.0 * DEG, from_s=20.0, until_s=500.0),
    "swings at each step": Belt(swing_rad=8.0 * DEG),
}


def a_day(mounting: Quaternion, belt: Belt, *, calibrated: bool) -> list[MotionEvent]:
    performance = Performance(np.random.default_rng(1))
    act(performance, StandAndBow())
    for depth_deg in (60.0, 50.0):
        act(performance, KeepStill(STANDING, 10.0))
        act(performance, Desk(120.0))
        for segment in (KeepStill(STANDING, 10.0), Walk(30.0), KeepStill(STANDING, 8.0)):
            act(performance, segment)
        act(performance, BendDown(depth_deg * DEG, 1.0))
        act(performance, KeepStill(STANDING, 8.0))
    imu = Imu(
        Belted(performance.body, belt), RATE_HZ, mounting, np.random.default_rng(2), ImuErrors()
    )
    pipeline, bends = Pipeline(RATE_HZ), Bends()
    if calibrated:
        pipeline.calibrate()
    events: list[MotionEvent] = []
    for done in range(0, round(performance.at_s * RATE_HZ), MINUTE):
        time_s, acc, gyr = imu.sample(MINUTE)
        block = ImuBlock(time_s, acc, gyr, np.arange(done, done + MINUTE), True, time_s)
        step = pipeline.feed(block)
        found = bends.feed(step.ticks.time_s, step.ticks.up_sensor, step.events)
        events += [*step.events, *found]
    return [*events, *pipeline.finish().events, *bends.finish()]


def told(events: list[MotionEvent]) -> tuple[list[str], int, int, list[float], int]:
    """Transitions, bouts, shifts, depths of bends, and steps."""
    bouts = [each for each in events if isinstance(each, WalkingBout)]
    return (
        [each.kind.value for each in events if isinstance(each, TransitionMade)],
        len(bouts),
        sum(isinstance(each, PostureShift) for each in events),
        [each.depth_rad for each in events if isinstance(each, Bend)],
        sum(bout.steps for bout in bouts),
    )


@pytest.mark.parametrize("calibrated", [True, False], ids=["calibrated", "from the first minute"])
@pytest.mark.parametrize("name", [*MOUNTINGS, *BELTS])
def test_the_day_stays_what_it_was(name: str, calibrated: bool) -> None:
    mounting, belt = MOUNTINGS.get(name, ANY), BELTS.get(name, Belt())
    expected = told(a_day((1.0, 0.0, 0.0, 0.0), Belt(), calibrated=calibrated))
    found = told(a_day(mounting, belt, calibrated=calibrated))
    assert found[:3] == expected[:3]
    assert found[3] == pytest.approx(expected[3], abs=3.0 * DEG)
    assert len(found[3]) == 2
    assert abs(found[4] - expected[4]) <= 2


def test_a_belt_that_tips_says_so_and_the_day_goes_on() -> None:
    """Its wearer is asked to calibrate again."""
    tipping = Belt(tip_rad=30.0 * DEG, from_s=150.0, until_s=160.0)
    events = a_day(ANY, tipping, calibrated=True)
    faults = [each.fault for each in events if isinstance(each, SignalSuspect)]
    assert faults == [SignalFault.SHIFTED]
    expected = told(a_day(ANY, Belt(), calibrated=True))
    found = told(events)
    assert found[:2] == expected[:2]
    assert abs(found[4] - expected[4]) <= 2
