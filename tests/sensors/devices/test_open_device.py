"""Finding and starting a sensor of the open format."""

import numpy as np
import pytest

from spinesense.sensors.device import Advertisement
from spinesense.sensors.devices import DEVICES, decoder_for
from spinesense.sensors.devices.open_format import (
    CHANNEL,
    DATA_UUID,
    SERVICE_UUID,
    OpenDevice,
    described_period_us,
    encode,
)

ZERO = np.zeros((1, 3))
SHORT = encode(0, 0, ZERO, ZERO)
DESCRIBED = encode(1, 0, ZERO, ZERO, period_us=9615)


class Notifying:
    """A connected sensor that says these packets once it is subscribed to."""

    def __init__(self, *payloads: bytes) -> None:
        self.payloads = list(payloads)
        self.subscribed: list[tuple[str, str]] = []

    async def read(self, uuid: str) -> bytes:
        raise AssertionError

    async def write(self, uuid: str, payload: bytes, *, response: bool) -> None:
        raise AssertionError

    async def subscribe(self, uuid: str, channel: str) -> None:
        self.subscribed.append((uuid, channel))

    async def answer(self, channel: str, starts_with: bytes = b"") -> bytes:
        assert self.subscribed
        return self.payloads.pop(0)

    async def pause(self, seconds: float) -> None:
        raise AssertionError


def test_it_is_known_by_its_service_whatever_its_name() -> None:
    heard = Advertisement("AA", "belt", -60, ("0000180f-0000-1000-8000-00805f9b34fb", SERVICE_UUID))
    assert OpenDevice().recognises(heard)
    assert not OpenDevice().recognises(Advertisement("AA", "spine", -60))


async def test_its_rate_is_the_one_it_describes() -> None:
    gatt = Notifying(b"", b"\xff" * 20, SHORT, DESCRIBED)
    profile = await OpenDevice().start(gatt, 50.0)
    assert gatt.subscribed == [(DATA_UUID, CHANNEL)]
    assert profile.profile == "open"
    assert profile.nominal_rate_hz == pytest.approx(104.0, abs=0.01)


def test_a_description_is_read_from_whole_packets_only() -> None:
    assert described_period_us(DESCRIBED) == 9615
    for length in range(len(DESCRIBED)):
        assert described_period_us(DESCRIBED[:length]) is None


@pytest.mark.parametrize("device", DEVICES, ids=lambda device: device.label)
def test_every_device_has_a_decoder(device: OpenDevice) -> None:
    assert decoder_for(device.profile)
