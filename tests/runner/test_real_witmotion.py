"""Real bytes of a WT901BLE at 100 Hz, from the air to the angles of gravity."""

import json
import math

import numpy as np
import pytest
from tests.paths import SHARED

from spinesense.model.events import GapFound, PacketRejected
from spinesense.model.packets import DeviceProfile, Packet
from spinesense.model.samples import concatenate
from spinesense.motion.pipeline import Pipeline
from spinesense.runner.engine import Engine
from spinesense.sensors.devices import decoder_for

FIXTURE = SHARED / "data/fixtures/witmotion/wt901-100hz.jsonl"
PROFILE = DeviceProfile("witmotion", "WT901BLE67", 100.0)

pytestmark = pytest.mark.skipif(not FIXTURE.exists(), reason="the shared recordings are not here")


def notifications() -> list[Packet]:
    _, *lines = FIXTURE.read_text(encoding="utf-8").splitlines()
    rows = [json.loads(line) for line in lines]
    return [Packet(row["t"], "data", bytes.fromhex(row["hex"])) for row in rows]


def test_the_whole_recording_is_understood() -> None:
    engine = Engine(PROFILE)
    events = [event for packet in notifications() for event in engine.feed(packet)]
    events.extend(engine.finish())
    assert not any(isinstance(event, GapFound | PacketRejected) for event in events)
    assert engine.readings.samples == 288
    assert engine.readings.time_s == pytest.approx(2.9, abs=0.15)


def test_up_follows_the_accelerometer_of_a_sensor_turned_by_hand() -> None:
    decoder = decoder_for("witmotion")
    blocks = [decoder.decode([packet]).block for packet in notifications()]
    block = concatenate([part for part in blocks if part is not None])
    ticks = Pipeline(100.0).feed(block).ticks
    assert len(ticks) == 72
    assert np.linalg.norm(ticks.up_sensor, axis=1) == pytest.approx(1.0, abs=1e-9)
    forces = ticks.acc_sensor_mps2 / np.linalg.norm(ticks.acc_sensor_mps2, axis=1)[:, None]
    apart = np.arccos(np.clip((forces * ticks.up_sensor).sum(axis=1), -1.0, 1.0))
    # A hand shakes a sensor by a few m/s²; that is what the filter is for.
    assert math.degrees(float(np.median(apart))) < 10.0
