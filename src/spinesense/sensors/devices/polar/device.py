"""Finding and starting a Polar Verity Sense (acceleration and gyro) or H10 (acceleration only).

The settings are negotiated: the sensor says what it can, and the nearest of it is asked for. Frames
come only when they are full, so everything is 1 to 2 s late: good for posture and for recordings,
too late for a cue in the middle of a movement.
"""

from collections.abc import Mapping
from typing import Final

from spinesense.model.errors import SensorError
from spinesense.model.packets import DeviceProfile
from spinesense.sensors.device import Advertisement, Gatt, read_battery
from spinesense.sensors.devices.polar.decoder import CONTROL_CHANNEL, DATA_CHANNEL
from spinesense.sensors.devices.polar.frames import (
    ACC,
    ALREADY_STREAMING,
    CHANNELS,
    GET_SETTINGS,
    GYRO,
    IN_CHARGER,
    RANGE,
    RATE,
    RESOLUTION,
    RESPONSE,
    START,
    STOP,
    ControlReply,
    FrameError,
    parse_reply,
)

_BASE = "fb005c{}-02e7-f387-1cad-8acd2d8df0c8"
SERVICE_UUID: Final = _BASE.format("80")
CONTROL_UUID: Final = _BASE.format("81")
DATA_UUID: Final = _BASE.format("82")

_FEATURES = 0x0F
"""First byte of the control point when it is read; the bits of the second are the measurements."""
_WISHES = {RESOLUTION: 16, CHANNELS: 3}
_RANGES = {ACC: 8, GYRO: 2000}
"""±8 g and ±2000 °/s: what both sensors offer, and far beyond what a back does."""
_WIDTHS = {RATE: 2, RESOLUTION: 2, RANGE: 2, CHANNELS: 1}


class PolarDevice:
    """Finds and starts a Polar sensor with the PMD service."""

    profile = "polar"
    label = "Polar"

    def recognises(self, seen: Advertisement) -> bool:
        """By a name like ``Polar Sense 12345678`` or ``Polar H10 12345678``."""
        return seen.name.startswith(("Polar Sense", "Polar H10"))

    async def start(self, gatt: Gatt, rate_hz: float) -> DeviceProfile:
        """Start acceleration, and the gyro where there is one, both at the same rate."""
        features = await gatt.read(CONTROL_UUID)
        if len(features) < 2 or features[0] != _FEATURES or not features[1] >> ACC & 1:
            raise SensorError(
                "it has no accelerometer to offer",
                where=self.label,
                remedy="use a Verity Sense or an H10, with its newest firmware",
            )
        has_gyro = bool(features[1] >> GYRO & 1)
        await gatt.subscribe(CONTROL_UUID, CONTROL_CHANNEL)
        await gatt.subscribe(DATA_UUID, DATA_CHANNEL)
        nearest_hz = await self._begin(gatt, ACC, rate_hz)
        if has_gyro:
            await self._begin(gatt, GYRO, nearest_hz)
        return DeviceProfile(self.profile, self.label, nearest_hz, has_gyro=has_gyro)

    async def stop(self, gatt: Gatt) -> None:
        """Stop both measurements: an H10 that is left streaming runs flat."""
        for kind in (ACC, GYRO):
            await gatt.write(CONTROL_UUID, bytes([STOP, kind]), response=True)

    async def battery_percent(self, gatt: Gatt) -> int | None:
        """Read the battery service."""
        return await read_battery(gatt)

    async def _begin(self, gatt: Gatt, kind: int, rate_hz: float) -> float:
        """Ask what a measurement can do, start it, and tell its rate."""
        offered = await self._command(gatt, bytes([GET_SETTINGS, kind]))
        if RATE not in offered.settings:
            raise SensorError(
                "it does not say at which rates it measures",
                where=self.label,
                remedy="bring its firmware up to date with the Polar Flow app",
            )
        chosen = choose(offered.settings, {RATE: rate_hz, RANGE: _RANGES[kind], **_WISHES})
        await self._command(gatt, start_command(kind, chosen))
        return float(chosen[RATE])

    async def _command(self, gatt: Gatt, command: bytes) -> ControlReply:
        await gatt.write(CONTROL_UUID, command, response=True)
        answer = await gatt.answer(CONTROL_CHANNEL, bytes([RESPONSE, *command[:2]]))
        try:
            reply = parse_reply(answer)
        except FrameError as problem:
            raise SensorError(
                f"it answered with {problem}", where=self.label, remedy="connect once more"
            ) from problem
        if reply.error == IN_CHARGER:
            raise SensorError(
                "it does not measure while it is charged",
                where=self.label,
                remedy="take it out of its charger",
            )
        if reply.error not in (0, ALREADY_STREAMING):
            raise SensorError(
                f"it refuses to measure (error {reply.error})",
                where=self.label,
                remedy="close other apps that use it, put it on, and try again",
            )
        return reply


def choose(offered: Mapping[int, tuple[int, ...]], wished: Mapping[int, float]) -> dict[int, int]:
    """Of each setting that is offered the value nearest to the one wished for."""
    return {
        setting: min(offered[setting], key=lambda each: abs(each - wish))
        for setting, wish in sorted(wished.items())
        if setting in offered
    }


def start_command(kind: int, chosen: Mapping[int, int]) -> bytes:
    """The command that starts a measurement with these settings."""
    settings = b"".join(
        bytes([setting, 1]) + value.to_bytes(_WIDTHS[setting], "little")
        for setting, value in sorted(chosen.items())
    )
    return bytes([START, kind]) + settings
