"""What is said of a sensor that sends at another rate than agreed on, or unevenly."""

import numpy as np
import pytest

from spinesense.model.events import SignalFault, SignalSuspect
from spinesense.model.packets import DeviceProfile, Packet
from spinesense.runner.engine import Engine
from spinesense.sensors.devices.open_format import encode
from spinesense.sensors.simulated.source import SimulatedSource

PER_PACKET = 4


def stream(rate_hz: float, seconds: float, begin_s: float = 0.0, number: int = 0) -> list[Packet]:
    """A WitMotion at rest that claims another rate: nothing in its bytes tells."""
    rng = np.random.default_rng(1)
    packets = []
    for row in range(int(seconds * rate_hz / PER_PACKET)):
        counts = rng.integers(-3, 4, size=(PER_PACKET, 9), dtype=np.int16)
        counts[:, 2] += 2048
        payload = b"".join(b"\x55\x61" + frame.tobytes() for frame in counts)
        packets.append(Packet(begin_s + (row + 1) * PER_PACKET / rate_hz, "ffe4", payload))
    return packets


def fed(engine: Engine, packets: list[Packet]) -> list[SignalSuspect]:
    told = [event for packet in packets for event in engine.feed(packet)]
    return [
        event
        for event in told
        if isinstance(event, SignalSuspect) and event.fault is SignalFault.WRONG_RATE
    ]


def claiming(rate_hz: float) -> Engine:
    return Engine(DeviceProfile("witmotion", "Belt", rate_hz))


@pytest.mark.parametrize("rate_hz", [12.0, 57.0, 130.0])
def test_a_sensor_that_sends_another_rate_than_it_claims_is_told_once(rate_hz: float) -> None:
    engine = claiming(100.0)
    (told,) = fed(engine, stream(rate_hz, 20.0))
    assert f"Belt sends {rate_hz:.0f} samples a second instead of 100" in told.message
    assert engine.snapshot().sensor.message == told.message


@pytest.mark.parametrize("rate_hz", [8.0, 12.0, 25.0, 40.0])
@pytest.mark.parametrize("well_s", [6.0, 7.3, 8.1, 9.9, 10.7, 12.2])
def test_a_rate_that_falls_far_is_said_within_5_s(rate_hz: float, well_s: float) -> None:
    engine = claiming(100.0)
    assert not fed(engine, stream(100.0, well_s))
    (told,) = fed(engine, stream(rate_hz, 10.0, begin_s=well_s))
    assert well_s < told.time_s <= well_s + 5.0


@pytest.mark.parametrize("rate_hz", [96.0, 100.0, 104.0])
def test_an_oscillator_that_is_a_little_off_is_well(rate_hz: float) -> None:
    engine = claiming(100.0)
    assert not fed(engine, stream(rate_hz, 20.0))
    assert engine.snapshot().sensor.message == ""


def test_a_rate_that_is_right_again_is_said_no_more() -> None:
    engine = claiming(100.0)
    assert fed(engine, stream(12.0, 11.0))
    assert not fed(engine, stream(100.0, 16.0, begin_s=11.0))
    assert engine.snapshot().sensor.message == ""


def test_a_break_is_no_wrong_rate() -> None:
    engine = claiming(100.0)
    assert not fed(engine, [*stream(100.0, 6.0), *stream(100.0, 9.0, begin_s=10.0)])


def test_a_counter_that_shows_losses_is_no_wrong_rate() -> None:
    source = SimulatedSource(1, lost_fraction=0.4, speed=0)
    engine = Engine(source.profile)
    packets = [item for _ in range(400) for item in source.step() if isinstance(item, Packet)]
    assert not fed(engine, packets)
    assert engine.snapshot().sensor.lost_samples > 0


def test_unevenness_is_measured_from_the_arrivals() -> None:
    zero = np.zeros((5, 3))
    even, uneven = (Engine(DeviceProfile("open", "Belt", 100.0)) for _ in range(2))
    for row in range(300):
        payload = encode(5 * row, 50_000 * row, zero, zero, period_us=10_000)
        even.feed(Packet(0.05 * row, "imu", payload))
        late_s = 0.24 if row % 10 == 0 else 0.0
        uneven.feed(Packet(0.05 * row + late_s, "imu", payload))
    assert even.snapshot().sensor.jitter_s == pytest.approx(0.0, abs=1e-9)
    assert uneven.snapshot().sensor.jitter_s == pytest.approx(0.24, abs=0.01)
