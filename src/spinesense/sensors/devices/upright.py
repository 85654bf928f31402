"""Upright GO 2, a posture trainer that tells one angle: for posture only.

Source: the constants that an MIT-licensed Home Assistant integration took from the vendor's app,
and pt.uninova.s4h.citizenhub (its vibration protocol). No real one has been tried, and the sources
do not agree on everything: where one takes the six bytes of BAC4 for three axes of acceleration,
the app reads the first two as an angle in tenths of a degree, and so is done here.

The angle is turned into the direction of gravity in the plane of bending, so that everything after
the decoder is as for any sensor. There is no gyro, no sideways lean, and no more than some 15
angles a second: no exercises. Its motor can give a cue.
"""

from collections.abc import Sequence
from typing import Final

import numpy as np

from spinesense.model.packets import BadPacket, DeviceProfile, Packet
from spinesense.model.samples import Decoded, ImuBlock
from spinesense.model.units import STANDARD_GRAVITY_MPS2
from spinesense.sensors.device import BLUETOOTH_BASE, Advertisement, Gatt

VIBRATION_SETTINGS_UUID: Final = BLUETOOTH_BASE.format(0xBAB2)
VIBRATION_UUID: Final = BLUETOOTH_BASE.format(0xBAB5)
ANGLE_UUID: Final = BLUETOOTH_BASE.format(0xBAC4)
POWER_UUID: Final = BLUETOOTH_BASE.format(0xBAD1)
CHANNEL: Final = "angle"
NAMES: Final = ("UprightGO2", "UprightGOS")

RATE_HZ: Final = 15.0
"""What it notifies, as the integration's author saw it; it cannot be set."""
_ANGLE_BYTES = 2
_LARGEST_ANGLE_DEG = 180

_ON = b"\x00\x00"
"""Both bytes are needed; the other way round than one would think."""
_PATTERN_BYTE = 3
_SHOW = 0x80
"""With this bit the sensor vibrates in the pattern at once, besides keeping it."""
_PATTERN_S = 1.5
"""The longest pattern is over after so long."""
_UNKNOWN_LEVEL, _EMPTY_LEVEL, _LOW_LEVEL = 0, 1, 2


class UprightDecoder:
    """Decoder of one stream of angles."""

    def __init__(self) -> None:
        self._samples = 0

    def decode(self, packets: Sequence[Packet]) -> Decoded:
        """Samples of these packets; see `spinesense.sensors.source.Decoder`."""
        good, bad = [], []
        for packet in packets:
            angle_deg = int.from_bytes(packet.payload[:_ANGLE_BYTES], "little", signed=True) / 10
            if len(packet.payload) < _ANGLE_BYTES:
                bad.append(BadPacket(packet.arrival_s, f"{len(packet.payload)} bytes are no angle"))
            elif abs(angle_deg) > _LARGEST_ANGLE_DEG:
                bad.append(BadPacket(packet.arrival_s, f"an angle of {angle_deg} degrees"))
            else:
                good.append((packet.arrival_s, np.radians(angle_deg)))
        if not good:
            return Decoded(None, tuple(bad))
        arrival_s, angle_rad = np.array(good).T
        first = self._samples
        self._samples += len(good)
        # Bending forward about y by this angle tips the sensor's z forward: up moves towards -x.
        up = np.column_stack([-np.sin(angle_rad), np.zeros(len(good)), np.cos(angle_rad)])
        block = ImuBlock(
            arrival_s=arrival_s,
            acc_mps2=up * STANDARD_GRAVITY_MPS2,
            gyr_radps=np.full((len(good), 3), np.nan),
            index=np.arange(first, self._samples),
            counted=False,
        )
        return Decoded(block, tuple(bad))


class UprightDevice:
    """Finds and starts an Upright GO 2 or GO S."""

    profile = "upright"
    label = "Upright GO 2"

    def recognises(self, seen: Advertisement) -> bool:
        """By its name."""
        return seen.name in NAMES

    async def start(self, gatt: Gatt, rate_hz: float) -> DeviceProfile:
        """Enable the angle; its own settings, and its own alarm, stay as they are."""
        await gatt.subscribe(ANGLE_UUID, CHANNEL)
        return DeviceProfile(self.profile, self.label, RATE_HZ, has_gyro=False)

    async def stop(self, gatt: Gatt) -> None:
        """Nothing to do: the stream ends with the connection."""

    async def battery_percent(self, gatt: Gatt) -> int | None:
        """Read its level of 1 (empty) to 12 (full)."""
        value = await gatt.read(POWER_UUID)
        level = value[0] if value else _UNKNOWN_LEVEL
        if level == _UNKNOWN_LEVEL:
            return None
        return {_EMPTY_LEVEL: 0, _LOW_LEVEL: 5}.get(level, min(10 * (level - 2), 100))

    async def buzz(self, gatt: Gatt) -> None:
        """Vibrate once, in the pattern and strength that the person chose.

        The pattern is shown only while vibration is on, so it is switched on for this moment.
        """
        settings = await gatt.read(VIBRATION_SETTINGS_UUID)
        if len(settings) <= _PATTERN_BYTE:
            return
        was = await gatt.read(VIBRATION_UUID)
        shown = bytearray(settings)
        shown[_PATTERN_BYTE] |= _SHOW
        await gatt.write(VIBRATION_UUID, _ON, response=True)
        await gatt.write(VIBRATION_SETTINGS_UUID, bytes(shown), response=True)
        await gatt.pause(_PATTERN_S)
        await gatt.write(VIBRATION_SETTINGS_UUID, settings, response=True)
        if was and was != _ON:
            await gatt.write(VIBRATION_UUID, was, response=True)
