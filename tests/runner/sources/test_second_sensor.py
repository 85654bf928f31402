"""Two sensors at once, simulated: the flexion between them, and what becomes of one alone."""

import asyncio
import math
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from spinesense.app.sensors import open_sensor
from spinesense.cli import group
from spinesense.model.errors import SensorError
from spinesense.model.events import Event, Repetition
from spinesense.model.movement import StartPosture
from spinesense.model.packets import Action, Intent, Item, is_upper
from spinesense.model.recording import RecordingInfo
from spinesense.model.samples import Floats
from spinesense.model.snapshot import Link
from spinesense.runner.batch.analysis import ANY_FLEXION, analyse
from spinesense.runner.engine import Engine
from spinesense.runner.live import LiveRun
from spinesense.sensors.simulated.imu import PERFECT
from spinesense.sensors.simulated.script import ExerciseSet, KeepStill, StandAndBow
from spinesense.sensors.simulated.source import SimulatedSource
from spinesense.store.recordings.read import read_recording
from spinesense.store.recordings.recording import RecordingWriter

SCRIPT = (
    KeepStill(StartPosture.STANDING, 4.0),
    StandAndBow(),
    KeepStill(StartPosture.STANDING, 3.0),
    StandAndBow(),
    ExerciseSet("forward_bend", 3, 1.0),
    ExerciseSet("pelvic_tilt", 3, 2.0),
)


def few_of(seeds: range) -> list[object]:
    """The first two seeds; the others are slow."""
    return [*seeds[:2], *(pytest.param(seed, marks=pytest.mark.slow) for seed in seeds[2:])]


SHORT = (*SCRIPT[:2], ExerciseSet("forward_bend", 2, 1.0))


def items_of(source: SimulatedSource) -> list[Item]:
    items: list[Item] = []
    while not source.ended:
        items += source.step()
    return items


def truth(seed: int, time_s: Floats) -> Floats:
    """What the spine of the same person does, from the stand before the first bow.

    Breath tips both segments alike.
    """
    lumbar = SimulatedSource(seed, script=SCRIPT).person.performance.body.lumbar_rad
    stand_rad = lumbar(np.arange(5.0, 8.0, 0.1)).mean()
    body = SimulatedSource(seed, script=SCRIPT).person.performance.body
    moved: Floats = body.lumbar_rad(time_s) - stand_rad
    return moved


def follow(engine: Engine, items: list[Item]) -> tuple[list[Event], Floats]:
    """Events, and (n, 3) time, flexion and its uncertainty as they were shown."""
    engine.feed(Intent(0.0, Action.CALIBRATE))
    events: list[Event] = []
    rows: list[tuple[float, float, float]] = []
    for item in items:
        events += engine.feed(item)
        shown = engine.snapshot()
        if shown.trunk.lumbar_rad is not None and shown.trunk.lumbar_sd_rad is not None:
            rows.append((shown.time_s, shown.trunk.lumbar_rad, shown.trunk.lumbar_sd_rad))
    return events, np.array(rows).reshape(-1, 3)


def store(items: list[Item], source: SimulatedSource, path: Path) -> Path:
    info = RecordingInfo(
        device=source.profile, upper=source.upper_profile, started_at="2025-01-01T12:00:00+00:00"
    )
    with RecordingWriter.create(path, info) as writer:
        for item in items:
            writer.append(item)
    return path


@pytest.mark.parametrize("seed", few_of(range(1, 6)))
def test_flexion_is_that_between_the_segments(seed: int, tmp_path: Path) -> None:
    """Sensors off by 10 mg and 0.5 °/s, mounted anyhow, clocks up to 1.4 % apart, late packets."""
    source = SimulatedSource(seed, script=SCRIPT, upper=True)
    found = analyse(store(items_of(source), source, tmp_path / "two.mcap"), angles=True).angles
    assert found is not None
    assert found.lumbar is not None
    known = np.isfinite(found.lumbar.flexion_rad)
    assert known.mean() > 0.95
    error_rad = found.lumbar.flexion_rad[known] - truth(seed, found.lumbar.time_s)[known]
    assert math.degrees(rms(error_rad)) < 2.5
    assert (np.abs(error_rad) < 3.0 * found.lumbar.sd_rad[known]).all()
    assert abs(found.clock_lag_s) < 0.03


@pytest.mark.parametrize("seed", few_of(range(1, 5)))
def test_clocks_cost_next_to_nothing(seed: int, tmp_path: Path) -> None:
    """With perfect sensors only clocks, bursts and the calibration are left."""
    source = SimulatedSource(seed, script=SCRIPT, upper=True, errors=PERFECT)
    found = analyse(store(items_of(source), source, tmp_path / "two.mcap"), angles=True).angles
    assert found is not None
    assert found.lumbar is not None
    known = np.isfinite(found.lumbar.flexion_rad)
    error_rad = found.lumbar.flexion_rad[known] - truth(seed, found.lumbar.time_s)[known]
    assert math.degrees(rms(error_rad)) < 0.6


def test_live_shows_what_the_analysis_finds(tmp_path: Path) -> None:
    source = SimulatedSource(3, script=SCRIPT, upper=True, packet_s=0.1)
    items = items_of(source)
    _, shown = follow(Engine(source.profile, upper=source.upper_profile), items)
    found = analyse(store(items, source, tmp_path / "two.mcap"), angles=True).angles
    assert found is not None
    assert found.lumbar is not None
    assert len(shown) > 1000
    error_rad = shown[:, 1] - truth(3, shown[:, 0])
    assert math.degrees(rms(error_rad)) < 2.5


def test_a_replay_shows_the_same_to_the_last_bit(tmp_path: Path) -> None:
    source = SimulatedSource(4, script=SHORT, upper=True)
    items = items_of(source)
    stored = read_recording(store(items, source, tmp_path / "two.mcap"))
    assert stored.items == tuple(items)
    assert stored.info.upper == source.upper_profile
    live = follow(Engine(source.profile, upper=source.upper_profile), items)
    again = follow(Engine(stored.info.device, upper=stored.info.upper), list(stored.items))
    assert len(live[1]) > 100
    assert live[0] == again[0]
    assert np.array_equal(live[1], again[1])


def test_the_second_sensor_counts_nothing() -> None:
    """What is told of the first sensor is what would be told without the second."""
    source = SimulatedSource(5, script=SHORT, upper=True)
    items = items_of(source)
    alone = [item for item in items if not is_upper(item)]
    two, one = Engine(source.profile, upper=source.upper_profile), Engine(source.profile)
    for engine in (two, one):
        engine.core.watch(ANY_FLEXION)
    told, _ = follow(two, items)
    assert told == follow(one, alone)[0]
    assert any(isinstance(event, Repetition) for event in told)


def test_one_lost_sensor_ends_nothing() -> None:
    """While the upper one is away there is no flexion, and it is said; then there is again."""
    away_s = (22.0, 6.0)
    source = SimulatedSource(3, script=SCRIPT, upper=True, upper_dropouts=[away_s], packet_s=0.1)
    engine = Engine(source.profile, upper=source.upper_profile)
    engine.feed(Intent(0.0, Action.CALIBRATE))
    for item in items_of(source):
        engine.feed(item)
        shown = engine.snapshot()
        assert shown.upper is not None
        if away_s[0] + 3.0 < item.arrival_s < sum(away_s) - 0.5:
            assert shown.trunk.lumbar_rad is None
            assert shown.trunk.flexion_rad is not None
            assert (shown.sensor.link, shown.upper.link) == (Link.STREAMING, Link.LOST)
            assert "upper sensor" in shown.upper.message
    assert shown.upper is not None
    assert shown.upper.link is Link.STREAMING
    assert shown.trunk.lumbar_rad is not None


def test_an_upper_sensor_that_missed_the_bows_does_not_take_others_for_them(tmp_path: Path) -> None:
    """Away during the first stand-and-bow, it sees the second, which nobody asked for."""
    source = SimulatedSource(
        3, script=SCRIPT, upper=True, upper_dropouts=[(6.0, 12.0)], packet_s=0.1
    )
    engine = Engine(source.profile, upper=source.upper_profile)
    items = items_of(source)
    _, rows = follow(engine, items)
    shown = engine.snapshot()
    assert not len(rows)
    assert shown.trunk.flexion_rad is not None
    assert shown.upper is not None
    assert "press C" in shown.upper.message
    found = analyse(store(items, source, tmp_path / "two.mcap"), angles=True).angles
    assert found is not None
    assert found.lumbar is None


def test_nothing_is_made_up_across_a_gap(tmp_path: Path) -> None:
    away_s = (22.0, 6.0)
    source = SimulatedSource(3, script=SCRIPT, upper=True, upper_dropouts=[away_s])
    found = analyse(store(items_of(source), source, tmp_path / "two.mcap"), angles=True).angles
    assert found is not None
    assert found.lumbar is not None
    time_s = found.lumbar.time_s
    inside = (time_s > away_s[0] + 0.3) & (time_s < sum(away_s) - 0.3)
    assert inside.sum() > 100
    assert np.isnan(found.lumbar.flexion_rad[inside]).all()


def test_a_lower_sensor_that_falls_silent_is_noticed_while_the_upper_goes_on() -> None:
    source = SimulatedSource(3, upper=True, speed=0.0, dropouts=[(8.0, 6.0)])
    kept = Kept()
    engine = Engine(source.profile, upper=source.upper_profile)
    run = LiveRun(source, engine, recorder=kept, stop_after_s=20.0)
    asyncio.run(run.run(lambda _: None))
    said = [item.action for item in kept.items if isinstance(item, Intent)]
    assert said == [Action.SENSOR_LOST, Action.SENSOR_BACK]


def test_the_command_line_records_and_analyses_two(tmp_path: Path) -> None:
    path = str(tmp_path / "two.mcap")
    arguments = ["record", "--sensor", "sim", "--upper", "sim", "--speed", "0", "--seconds", "5"]
    done = CliRunner().invoke(group, [*arguments, "--to", path])
    assert done.exit_code == 0, done.output
    assert any(is_upper(item) for item in read_recording(Path(path)).items)
    said = CliRunner().invoke(group, ["analyse", path, "--json", "--angles"])
    assert said.exit_code == 0, said.output


@pytest.mark.parametrize(
    ("sensor", "upper"), [("sim", "ble:A"), ("ble:A", "sim"), ("ble:A", "ble:a"), ("ble:A", "ble")]
)
def test_what_cannot_be_a_second_sensor_is_refused(sensor: str, upper: str) -> None:
    with pytest.raises(SensorError, match="second sensor"):
        open_sensor(sensor, upper=upper)


def rms(values: Floats) -> float:
    return float(np.sqrt((values**2).mean()))


class Kept:
    """A recorder in memory."""

    def __init__(self) -> None:
        self.items: list[Item] = []

    def append(self, item: Item) -> None:
        self.items.append(item)

    def note(self, event: Event) -> None:
        """Events are not of interest."""

    def close(self) -> None:
        """Nothing to close."""
