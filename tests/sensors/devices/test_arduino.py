"""The layouts that are passed around for Arduino boards."""

import asyncio

import numpy as np
import pytest
from tests.sensors.gatt import Talking
from tests.sensors.streams import six_floats

from spinesense.model.errors import SensorError
from spinesense.model.packets import BadPacket, Packet
from spinesense.model.samples import Decoded
from spinesense.sensors.device import Advertisement
from spinesense.sensors.devices import decoder_for
from spinesense.sensors.devices.arduino import (
    ACC,
    DASHBOARD_DEVICE,
    GYR,
    MEASURED_S,
    SIX,
    SKETCH_DEVICE,
    TEXT,
    UART_DEVICE,
    ArduinoDevice,
)

ROW = (0.5, -0.25, 0.75, 90.0, -45.0, 180.0)
EXPECTED = ([0.5, -0.25, 0.75], [90.0, -45.0, 180.0])


def decode(*notifications: tuple[str, bytes]) -> Decoded:
    packets = [Packet(0.01 * row, *each) for row, each in enumerate(notifications)]
    return decoder_for("arduino").decode(packets)


def rows(decoded: Decoded) -> list[tuple[list[float], list[float]]]:
    assert decoded.block is not None
    acc = (decoded.block.acc_mps2 / 9.80665).round(4).tolist()
    return list(zip(acc, np.degrees(decoded.block.gyr_radps).round(4).tolist(), strict=True))


def test_six_floats_and_batches_of_them() -> None:
    decoded = decode((SIX, six_floats(*ROW)), (SIX, six_floats(*ROW, *ROW)))
    assert rows(decoded) == [EXPECTED] * 3
    assert decoded.block is not None
    assert decoded.block.arrival_s.tolist() == [0.0, 0.01, 0.01]


def test_two_characteristics_of_three_floats() -> None:
    decoded = decode((ACC, six_floats(*ROW[:3])), (GYR, six_floats(*ROW[3:])))
    assert rows(decoded) == [EXPECTED]


def test_lines_of_text_with_and_without_a_time_in_any_pieces() -> None:
    text = b"0.5,-0.25,0.75,90,-45,180\r\n1234, 0.5, -0.25, 0.75, 9e1, -45, 180.0\n"
    for cut in range(1, len(text)):
        decoded = decode((TEXT, text[:cut]), (TEXT, text[cut:]))
        assert rows(decoded) == [EXPECTED] * 2
        assert not decoded.bad


@pytest.mark.parametrize(
    ("channel", "payload", "reason"),
    [
        (SIX, six_floats(*ROW, 1.0), "28 bytes are no samples"),
        (SIX, b"", "0 bytes are no samples"),
        (ACC, bytes(11), "11 bytes are no samples"),
        (TEXT, b"accelerometer ready\n", "a line that is not six or seven numbers"),
        (TEXT, b"1,2,3\n", "a line that is not six or seven numbers"),
        (TEXT, b"x" * 201, "text without an end of line"),
    ],
)
def test_what_is_no_sample_is_named(channel: str, payload: bytes, reason: str) -> None:
    assert decode((channel, payload)).bad == (BadPacket(0.0, reason),)


class Streaming(Talking):
    """Says the same again and again, a step of the loop's time apart."""

    def __init__(
        self, monkeypatch: pytest.MonkeyPatch, payload: bytes, step_s: float, burst: int = 1
    ) -> None:
        super().__init__()
        self._payload, self._step_s, self._burst = payload, step_s, burst
        self._told = 0
        loop = asyncio.get_running_loop()
        begin_s = loop.time()
        monkeypatch.setattr(loop, "time", lambda: begin_s + self._now_s())

    def _now_s(self) -> float:
        return self._told // self._burst * self._burst * self._step_s

    async def answer(self, channel: str, starts_with: bytes = b"") -> bytes:
        self._told += 1
        return self._payload


@pytest.mark.parametrize(
    ("device", "payload"),
    [
        (SKETCH_DEVICE, six_floats(*ROW)),
        (DASHBOARD_DEVICE, six_floats(*ROW[:3])),
        (UART_DEVICE, b"0.5,-0.25,0.75,90,-45,180\n"),
    ],
    ids=["sketch", "dashboard", "text"],
)
@pytest.mark.parametrize("burst", [1, 4])
async def test_the_rate_is_measured(
    device: ArduinoDevice, payload: bytes, burst: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    gatt = Streaming(monkeypatch, payload, 1 / 104, burst)
    profile = await device.start(gatt, 100.0)
    # The signal core makes up for 3 %.
    assert profile.nominal_rate_hz == pytest.approx(104, rel=0.02)
    assert profile.profile == "arduino"


async def test_another_use_of_the_same_service_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    gatt = Streaming(monkeypatch, b"\x01", MEASURED_S / 100)
    with pytest.raises(SensorError, match=r"no samples of a known layout .* open packet format"):
        await SKETCH_DEVICE.start(gatt, 100.0)


def test_each_is_known_by_its_service() -> None:
    nordic_uart = "6e400001-b5a3-f393-e0a9-e50e24dcca9e"
    assert UART_DEVICE.recognises(Advertisement("AA", "", -50, (nordic_uart,)))
    assert not SKETCH_DEVICE.recognises(Advertisement("AA", "Arduino", -50, (nordic_uart,)))
