"""What is passed over in bulk is what would have been found tick by tick."""

import copy

import numpy as np
import pytest
from tests.motion.exact import same
from tests.paths import SHARED

from spinesense.coaching.exercises.catalogue import load_catalogue
from spinesense.model.calibration import Calibration
from spinesense.model.events import MotionEvent, Repetition
from spinesense.model.movement import StartPosture
from spinesense.model.packets import Packet
from spinesense.model.samples import ImuBlock
from spinesense.motion.mounting.inferred import infer
from spinesense.motion.mounting.sensor_moved import changes_among
from spinesense.motion.mounting.stand_and_bow import search
from spinesense.motion.pipeline import Pipeline
from spinesense.motion.posture.stage import PostureStage
from spinesense.motion.repetitions.detector import RepetitionParams
from spinesense.motion.repetitions.watch import MovementWatch
from spinesense.motion.ticks import Ticks, concatenate
from spinesense.motion.trunk.angles import up_in_trunk
from spinesense.runner.batch.analysis import ANY_FLEXION
from spinesense.sensors.devices import decoder_for
from spinesense.sensors.simulated.script import Desk, ExerciseSet, KeepStill, StandAndBow, Walk
from spinesense.sensors.simulated.source import SimulatedSource

POSTURES = SHARED / "data/postures"
GRAVITY_MPS2 = 9.80665
SCRIPT = (
    StandAndBow(),
    Desk(240.0),
    Walk(40.0),
    ExerciseSet("bridge", 2, 2.0),
    KeepStill(StartPosture.SUPINE, 20.0),
    KeepStill(StartPosture.SIDE_LYING, 20.0),
    KeepStill(StartPosture.STANDING, 40.0),
    Walk(20.0),
)
MOVEMENTS = {"flexion": ANY_FLEXION} | {
    name: entry.watch_for(entry.dose.hold_s[1])
    for name, entry in load_catalogue().items()
    if name in ("bridge", "bird_dog", "ball_march", "forward_bend", "wrist_wave")
}


def ticks_of(block: ImuBlock, rate_hz: float) -> Ticks:
    pipeline = Pipeline(rate_hz)
    parts = [pipeline.to_ticks(block), pipeline.flush_ticks()]
    return concatenate([part.ticks for part in parts])


@pytest.fixture(scope="module")
def simulated() -> tuple[Ticks, Calibration]:
    """A day in six minutes, with lost packets and a dropout."""
    source = SimulatedSource(3, script=SCRIPT, lost_fraction=0.01, dropouts=[(150.0, 5.0)])
    packets: list[Packet] = []
    while not source.ended:
        packets += [item for item in source.step() if isinstance(item, Packet)]
    block = decoder_for("open").decode(packets).block
    assert block is not None
    ticks = ticks_of(block, 100.0)
    found = search(ticks, 0.04)
    assert found is not None
    return ticks, found.calibration


def real(name: str) -> tuple[Ticks, Calibration]:
    """A recording of SBHAR, 50 Hz, at the waist."""
    if not POSTURES.is_dir():
        pytest.skip("the folder of posture recordings is absent")
    with np.load(POSTURES / f"{name}.npz") as data:
        acc, gyr = data["acc_g"].astype(float) * GRAVITY_MPS2, data["gyr_radps"].astype(float)
    time_s = np.arange(len(acc)) / 50.0
    ticks = ticks_of(ImuBlock(time_s, acc, gyr, np.arange(len(acc)), False, time_s), 50.0)
    return ticks, infer(ticks)


def tracked(
    ticks: Ticks, calibration: Calibration, movement: str, *, bulk: bool
) -> tuple[list[MotionEvent], MovementWatch]:
    up_trunk = up_in_trunk(ticks.up_sensor, calibration)
    changes = changes_among(PostureStage().feed(ticks, up_trunk))
    tracking = MovementWatch(0.04, RepetitionParams())
    tracking.watch(MOVEMENTS[movement])
    if bulk:
        events = tracking.feed_in_bulk(ticks, up_trunk, changes)
    else:
        events, _ = tracking.feed(ticks, up_trunk, changes)
    return sorted(events, key=lambda event: event.time_s), tracking


def assert_tracked_alike(ticks: Ticks, calibration: Calibration, movement: str) -> None:
    quick, bulk = tracked(ticks, calibration, movement, bulk=True)
    slow, single = tracked(ticks, calibration, movement, bulk=False)
    assert quick == slow
    assert same(bulk.state.watch, single.state.watch)
    assert same(bulk.state.shift, single.state.shift)
    assert same(bulk.state.recent, single.state.recent)


def assert_postures_alike(ticks: Ticks, calibration: Calibration | None) -> None:
    up_trunk = None if calibration is None else up_in_trunk(ticks.up_sensor, calibration)
    bulk, single = PostureStage(), PostureStage()
    events = bulk.feed(ticks, up_trunk)
    assert events
    one_by_one: list[MotionEvent] = []
    for row in range(len(ticks)):
        up = None if up_trunk is None else up_trunk[row : row + 1]
        one_by_one += single.feed(ticks.rows(row, row + 1), up)
    assert events == one_by_one
    assert same(copy.deepcopy(bulk.state), single.state)


@pytest.mark.parametrize("movement", sorted(MOVEMENTS))
def test_rest_is_passed_over_exactly(simulated: tuple[Ticks, Calibration], movement: str) -> None:
    assert_tracked_alike(*simulated, movement)


@pytest.mark.parametrize("calibrated", [True, False])
def test_a_lasting_posture_is_passed_over_exactly(
    simulated: tuple[Ticks, Calibration], calibrated: bool
) -> None:
    ticks, calibration = simulated
    assert_postures_alike(ticks, calibration if calibrated else None)


@pytest.mark.parametrize("movement", ["flexion", "ball_march", "forward_bend", "wrist_wave"])
def test_real_movement_is_tracked_exactly(movement: str) -> None:
    assert_tracked_alike(*real("exp30_user15"), movement)


def test_real_postures_are_passed_over_exactly() -> None:
    ticks, calibration = real("exp30_user15")
    assert_postures_alike(ticks, calibration)
    assert_postures_alike(ticks, None)


def test_something_is_found_to_compare(simulated: tuple[Ticks, Calibration]) -> None:
    events, _ = tracked(*simulated, "bridge", bulk=True)
    assert any(isinstance(event, Repetition) for event in events)
