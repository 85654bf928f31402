"""Nordic Thingy:52: a real payload, and its configuration."""

import numpy as np
import pytest
from tests.sensors.gatt import Talking
from tests.sensors.streams import THINGY

from spinesense.model.packets import BadPacket, Packet
from spinesense.sensors.device import BATTERY_LEVEL_UUID, Advertisement
from spinesense.sensors.devices import decoder_for
from spinesense.sensors.devices.thingy import (
    ADVERTISED_UUID,
    CHANNEL,
    CONFIGURATION_UUID,
    ThingyDevice,
)

DEVICE = ThingyDevice()


def test_a_real_notification() -> None:
    block = decoder_for("thingy").decode([Packet(0.5, CHANNEL, THINGY)]).block
    assert block is not None
    assert (block.acc_mps2[0] / 9.80665).round(4).tolist() == [-0.0127, -0.0654, -0.998]
    assert np.degrees(block.gyr_radps[0]).round(4).tolist() == [-0.6875, 0.1562, -0.3125]
    assert block.arrival_s.tolist() == [0.5]
    assert not block.counted


@pytest.mark.parametrize("length", [0, 17, 19])
def test_any_other_length_is_named(length: int) -> None:
    decoded = decoder_for("thingy").decode([Packet(0.0, CHANNEL, bytes(length))])
    assert decoded.bad == (BadPacket(0.0, f"{length} bytes are no raw motion data"),)


def test_it_is_known_by_its_service_or_factory_name() -> None:
    assert DEVICE.recognises(Advertisement("AA", "back", -50, (ADVERTISED_UUID,)))
    assert DEVICE.recognises(Advertisement("AA", "Thingy", -50))
    assert not DEVICE.recognises(Advertisement("AA", "back", -50))


@pytest.mark.parametrize(
    ("wished_hz", "rate", "rate_hz"), [(100, "6400", 100), (99.6, "6400", 100), (2, "0500", 5)]
)
async def test_its_rate_is_set(wished_hz: float, rate: str, rate_hz: float) -> None:
    gatt = Talking({BATTERY_LEVEL_UUID: b"\x40"})
    profile = await DEVICE.start(gatt, wished_hz)
    assert gatt.written == [(CONFIGURATION_UUID, f"e803f401f401{rate}01")]
    assert profile.nominal_rate_hz == rate_hz
    assert await DEVICE.battery_percent(gatt) == 64
