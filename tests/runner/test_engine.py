"""What the engine shows of a stream that cannot be trusted."""

import numpy as np

from spinesense.model.packets import Action, DeviceProfile, Intent
from spinesense.runner.engine import Engine
from spinesense.sensors.devices.samples import encode


def test_a_reason_to_distrust_stays_on_the_screen_through_gaps_and_losses() -> None:
    """A sensor that reports g as m/s²; 100 ms are missing later, and then the link drops."""
    time_s = np.delete(np.arange(3000) / 100.0, slice(1500, 1510))
    rng = np.random.default_rng(1)
    acc = rng.normal(0.0, 0.002, (len(time_s), 3)) + np.array([0.0, 0.0, 1.0])
    engine = Engine(DeviceProfile("samples", "wrong units", 100.0))
    for packet in encode(time_s, acc, rng.normal(0.0, 0.002, acc.shape)):
        engine.feed(packet)
    said = engine.snapshot().sensor.message
    assert said
    engine.feed(Intent(31.0, Action.SENSOR_LOST, "Nothing comes."))
    assert engine.snapshot().sensor.message == "Nothing comes."
    engine.feed(Intent(32.0, Action.SENSOR_BACK))
    assert engine.snapshot().sensor.message == said
