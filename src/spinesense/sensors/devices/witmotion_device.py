"""Finding, starting and asking a WitMotion WT901BLE and its relatives.

Source: the vendor's protocol as described by RGu0/WT901 (MIT), ``docs/protocol.md``, and the
vendor's own WitBluetooth_BWT901BLE5_0. Settings are written to registers after an unlock, with a
pause between; they are not saved, so that switching off restores what was there.
"""

from typing import Final

from spinesense.model.errors import SensorError
from spinesense.model.packets import DeviceProfile
from spinesense.sensors.device import Advertisement, Gatt
from spinesense.sensors.devices.witmotion import CHANNEL, battery_percent

# Not the base of the Bluetooth SIG, which ends in 9b34fb.
_BASE = "{}-0000-1000-8000-00805f9a34fb"
SERVICE_UUID: Final = _BASE.format("0000ffe5")
NOTIFY_UUID: Final = _BASE.format("0000ffe4")
WRITE_UUID: Final = _BASE.format("0000ffe9")

UNLOCK: Final = bytes.fromhex("ffaa6988b5")
RATE_CODES: Final = {10: 0x06, 20: 0x07, 50: 0x08, 100: 0x09, 200: 0x0B}
"""Rate in Hz by its code. A "125 Hz" (0x0A) was measured as 99 Hz and is left out."""
READ_BATTERY: Final = bytes.fromhex("ffaa276400")
_BATTERY_REPLY = bytes.fromhex("55716400")
_BETWEEN_WRITES_S = 0.1
"""The sensor needs so long after an unlock and after a setting."""


def set_rate(rate_hz: int) -> bytes:
    """The command for one of the rates in ``RATE_CODES``."""
    return bytes([0xFF, 0xAA, 0x03, RATE_CODES[rate_hz], 0x00])


class WitmotionDevice:
    """Finds and starts a WT901BLE, BWT901BLE5.0, WT901BLECL or WT9011DCL."""

    profile = "witmotion"
    label = "WitMotion WT901BLE"

    def recognises(self, seen: Advertisement) -> bool:
        """By its service, or by a name like WT901BLE67: not all of them advertise the service."""
        return SERVICE_UUID in seen.service_uuids or seen.name.upper().startswith(("WT", "BWT"))

    async def start(self, gatt: Gatt, rate_hz: float) -> DeviceProfile:
        """Enable notifications, unlock, and set the rate, which is 10 Hz from the factory."""
        nearest_hz = min(RATE_CODES, key=lambda each: abs(each - rate_hz))
        await gatt.subscribe(NOTIFY_UUID, CHANNEL)
        for command in (UNLOCK, set_rate(nearest_hz)):
            await gatt.write(WRITE_UUID, command, response=False)
            await gatt.pause(_BETWEEN_WRITES_S)
        return DeviceProfile(self.profile, self.label, float(nearest_hz))

    async def stop(self, gatt: Gatt) -> None:
        """Nothing to do: the stream ends with the connection."""

    async def battery_percent(self, gatt: Gatt) -> int | None:
        """Ask for the battery register; None when the answer is hidden among data frames.

        The decoder finds it there, too.
        """
        await gatt.write(WRITE_UUID, READ_BATTERY, response=False)
        try:
            return battery_percent(await gatt.answer(CHANNEL, _BATTERY_REPLY))
        except SensorError:
            return None
