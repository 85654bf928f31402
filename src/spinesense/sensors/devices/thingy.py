"""Nordic Thingy:52: raw motion data, acceleration, gyro and magnetometer in one notification.

Source: NordicSemiconductor/Nordic-Thingy52-FW, ``ble_tms.h`` and ``m_motion.c``. A notification is
nine little-endian int16: acceleration in 1/1024 g, angular rate in 1/32 °/s, magnetic field. There
is neither a clock nor a counter.
"""

import math
from collections.abc import Sequence
from typing import Final

import numpy as np

from spinesense.model.packets import DeviceProfile, Packet
from spinesense.model.samples import Decoded, ImuBlock
from spinesense.model.units import STANDARD_GRAVITY_MPS2
from spinesense.sensors.decoding.rows import sift
from spinesense.sensors.device import Advertisement, Gatt, read_battery

_BASE = "ef68{}-9b35-4933-9b10-52ffa9740042"
ADVERTISED_UUID: Final = _BASE.format("0100")
CONFIGURATION_UUID: Final = _BASE.format("0401")
RAW_UUID: Final = _BASE.format("0406")
CHANNEL: Final = "raw"

_PACKET_BYTES = 18
_ACC_LSB_MPS2 = STANDARD_GRAVITY_MPS2 / 1024
_GYR_LSB_RADPS = math.radians(1) / 32
_SLOWEST_HZ, _FASTEST_HZ = 5, 200
_OTHER_INTERVALS = bytes.fromhex("e803f401f401")
"""Steps every 1000 ms, temperature and compass every 500 ms: what it does from the factory."""
_WAKE_ON_MOTION = b"\x01"


class ThingyDecoder:
    """Decoder of one stream of raw motion data."""

    def __init__(self) -> None:
        self._samples = 0

    def decode(self, packets: Sequence[Packet]) -> Decoded:
        """Samples of these packets; see `spinesense.sensors.source.Decoder`."""
        good, bad = sift(packets, _fault)
        if not good:
            return Decoded(None, bad)
        data = b"".join(packet.payload for packet in good)
        raw = np.frombuffer(data, dtype="<i2").reshape(-1, 9).astype(np.float64)
        first = self._samples
        self._samples += len(raw)
        block = ImuBlock(
            arrival_s=np.array([packet.arrival_s for packet in good]),
            acc_mps2=raw[:, :3] * _ACC_LSB_MPS2,
            gyr_radps=raw[:, 3:6] * _GYR_LSB_RADPS,
            index=np.arange(first, self._samples),
            counted=False,
        )
        return Decoded(block, bad)


def _fault(payload: bytes) -> str:
    return "" if len(payload) == _PACKET_BYTES else f"{len(payload)} bytes are no raw motion data"


class ThingyDevice:
    """Finds and starts a Thingy:52."""

    profile = "thingy"
    label = "Nordic Thingy:52"

    def recognises(self, seen: Advertisement) -> bool:
        """By its service, or by the name it has from the factory."""
        return ADVERTISED_UUID in seen.service_uuids or seen.name == "Thingy"

    async def start(self, gatt: Gatt, rate_hz: float) -> DeviceProfile:
        """Set the rate of motion, and enable the raw data."""
        rate = min(max(round(rate_hz), _SLOWEST_HZ), _FASTEST_HZ)
        configuration = _OTHER_INTERVALS + rate.to_bytes(2, "little") + _WAKE_ON_MOTION
        await gatt.write(CONFIGURATION_UUID, configuration, response=True)
        await gatt.subscribe(RAW_UUID, CHANNEL)
        return DeviceProfile(self.profile, self.label, float(rate))

    async def stop(self, gatt: Gatt) -> None:
        """Nothing to do: the stream ends with the connection."""

    async def battery_percent(self, gatt: Gatt) -> int | None:
        """Read the battery service."""
        return await read_battery(gatt)
