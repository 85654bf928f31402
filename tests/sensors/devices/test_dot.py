"""Movella DOT. No captured payload is public: these are built from its specification."""

import numpy as np
import pytest
from tests.sensors.gatt import Talking
from tests.sensors.streams import dot_reading

from spinesense.model.packets import BadPacket, Packet
from spinesense.model.samples import Decoded
from spinesense.sensors.device import Advertisement
from spinesense.sensors.devices import decoder_for
from spinesense.sensors.devices.dot import (
    BATTERY_UUID,
    CHANNEL,
    CONTROL_UUID,
    MEASUREMENT_UUID,
    DotDevice,
)

DEVICE = DotDevice()
VALUES = (0.5, -1.25, 9.75, 90.0, -180.0, 1.5)


def decode(*payloads: bytes) -> Decoded:
    packets = [Packet(row / 60, CHANNEL, payload) for row, payload in enumerate(payloads)]
    return decoder_for("dot").decode(packets)


@pytest.mark.parametrize("length", [28, 34, 40])
def test_a_reading_may_be_filled_up(length: int) -> None:
    block = decode(dot_reading(1000, *VALUES, filled_to=length)).block
    assert block is not None
    assert block.acc_mps2.tolist() == [[0.5, -1.25, 9.75]]
    assert np.degrees(block.gyr_radps).round(6).tolist() == [[90.0, -180.0, 1.5]]


def test_a_reading_that_is_cut_is_named() -> None:
    decoded = decode(dot_reading(1000, *VALUES)[:27])
    assert decoded.bad == (BadPacket(0.0, "27 bytes are too few for a reading"),)
    assert decoded.block is None


def test_its_clock_wraps_and_shows_what_was_lost() -> None:
    clocks_us = [2**32 - 16_667, 0, 3 * 16_667]
    block = decode(*(dot_reading(clock, *VALUES) for clock in clocks_us)).block
    assert block is not None
    assert block.device_time_s is not None
    assert np.diff(block.device_time_s).tolist() == pytest.approx([0.016667, 0.050001])
    assert not block.counted


@pytest.mark.parametrize(
    ("name", "company_ids"), [("Xsens DOT", ()), ("Movella DOT", ()), ("left", (0x0886,))]
)
def test_it_is_known_by_its_maker(name: str, company_ids: tuple[int, ...]) -> None:
    assert DEVICE.recognises(Advertisement("AA", name, -50, (), company_ids))
    assert not DEVICE.recognises(Advertisement("AA", "dot", -50, (), (76,)))


async def test_the_rate_is_set_before_it_measures_and_it_measures_after_we_listen() -> None:
    gatt = Talking({BATTERY_UUID: b"\x58\x01"})
    profile = await DEVICE.start(gatt, 100.0)
    rate = (b"\x10" + bytes(23) + b"\x3c\x00" + bytes(6)).hex()
    assert gatt.done == ["write 010015", f"write {rate}", "subscribe medium", "write 010115"]
    assert [uuid for uuid, _ in gatt.written] == [MEASUREMENT_UUID, CONTROL_UUID, MEASUREMENT_UUID]
    assert profile.nominal_rate_hz == 60.0
    assert await DEVICE.battery_percent(gatt) == 88
    await DEVICE.stop(gatt)
    assert gatt.written[-1] == (MEASUREMENT_UUID, "010015")
