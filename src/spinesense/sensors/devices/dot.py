"""Movella (Xsens) DOT in its measurement mode 0x15, "rate quantities".

Source: Xsens DOT BLE Services Specifications, XD0506P rev F. A reading is 28 bytes, little-endian:
time in µs (uint32), acceleration in m/s² and angular rate in °/s (three float32 each). The
characteristic is 40 bytes long, and what the mode does not use is filled up; mode 0x14 puts a
magnetometer there.
"""

from collections.abc import Sequence
from typing import Final

import numpy as np

from spinesense.model.packets import DeviceProfile, Packet
from spinesense.model.samples import Decoded, ImuBlock
from spinesense.sensors.decoding.clock import SensorClock, Unwrapping
from spinesense.sensors.decoding.rows import doubles, sift
from spinesense.sensors.device import Advertisement, Gatt, read_battery

_BASE = "1517{}-4947-11e9-8646-d663bd873d93"
CONTROL_UUID: Final = _BASE.format("1002")
MEASUREMENT_UUID: Final = _BASE.format("2001")
MEDIUM_UUID: Final = _BASE.format("2003")
BATTERY_UUID: Final = _BASE.format("3001")
CHANNEL: Final = "medium"
COMPANY_ID: Final = 0x0886

RATES_HZ: Final = (1, 4, 10, 12, 15, 20, 30, 60)
"""120 Hz is for recording in the sensor only."""
START: Final = bytes.fromhex("010115")
STOP: Final = bytes.fromhex("010015")
_CONTROL_BYTES = 32
_VISIT_RATE = 0x10
_RATE_BYTE = 24

_READING = np.dtype([("clock_us", "<u4"), ("acc_mps2", "<f4", 3), ("gyr_dps", "<f4", 3)])


class DotDecoder:
    """Decoder of one stream of DOT readings; lost ones show in its clock."""

    def __init__(self) -> None:
        self._samples = 0
        self._clock = Unwrapping(SensorClock(ticks_per_s=1_000_000, wrap=1 << 32))

    def decode(self, packets: Sequence[Packet]) -> Decoded:
        """Samples of these packets; see `spinesense.sensors.source.Decoder`."""
        good, bad = sift(packets, _fault)
        if not good:
            return Decoded(None, bad)
        data = b"".join(packet.payload[: _READING.itemsize] for packet in good)
        readings = np.frombuffer(data, dtype=_READING)
        arrival_s = np.array([packet.arrival_s for packet in good])
        first = self._samples
        self._samples += len(good)
        block = ImuBlock(
            arrival_s=arrival_s,
            acc_mps2=doubles(readings["acc_mps2"]),
            gyr_radps=np.radians(doubles(readings["gyr_dps"])),
            index=np.arange(first, self._samples),
            counted=False,
            device_time_s=self._clock.ticks(readings["clock_us"].astype(np.int64), arrival_s) / 1e6,
        )
        return Decoded(block, bad)


def _fault(payload: bytes) -> str:
    if len(payload) < _READING.itemsize:
        return f"{len(payload)} bytes are too few for a reading"
    return ""


def set_rate(rate_hz: int) -> bytes:
    """The 32 bytes that change nothing but the output rate."""
    control = bytearray(_CONTROL_BYTES)
    control[0] = _VISIT_RATE
    control[_RATE_BYTE : _RATE_BYTE + 2] = rate_hz.to_bytes(2, "little")
    return bytes(control)


class DotDevice:
    """Finds and starts a DOT. No real one has been tried."""

    profile = "dot"
    label = "Movella DOT"

    def recognises(self, seen: Advertisement) -> bool:
        """By its maker, or by its name of before or after the company's."""
        return COMPANY_ID in seen.company_ids or seen.name in ("Xsens DOT", "Movella DOT")

    async def start(self, gatt: Gatt, rate_hz: float) -> DeviceProfile:
        """Set the rate, which a measurement under way forbids; then listen, then measure."""
        nearest_hz = min(RATES_HZ, key=lambda each: abs(each - rate_hz))
        await self.stop(gatt)
        await gatt.write(CONTROL_UUID, set_rate(nearest_hz), response=True)
        await gatt.subscribe(MEDIUM_UUID, CHANNEL)
        await gatt.write(MEASUREMENT_UUID, START, response=True)
        return DeviceProfile(self.profile, self.label, float(nearest_hz))

    async def stop(self, gatt: Gatt) -> None:
        """End the measurement."""
        await gatt.write(MEASUREMENT_UUID, STOP, response=True)

    async def battery_percent(self, gatt: Gatt) -> int | None:
        """Read its own battery service."""
        return await read_battery(gatt, BATTERY_UUID)
