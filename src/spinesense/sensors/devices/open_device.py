"""Sensors that people build themselves, as ``firmware_notes/packet-format.md`` asks for them.

They stream as soon as notifications are enabled, at a rate of their own, and send their battery
level along: there is nothing to set and nothing to ask for.
"""

from spinesense.model.packets import DeviceProfile
from spinesense.sensors.device import Advertisement, Gatt
from spinesense.sensors.devices import open_format


class OpenDevice:
    """Finds and starts a sensor that speaks the open packet format."""

    profile = "open"
    label = "Own sensor (open format)"

    def recognises(self, seen: Advertisement) -> bool:
        """By its service; any name will do."""
        return open_format.SERVICE_UUID in seen.service_uuids

    async def start(self, gatt: Gatt, rate_hz: float) -> DeviceProfile:
        """Enable notifications, and take the rate from the first description that comes."""
        await gatt.subscribe(open_format.DATA_UUID, open_format.CHANNEL)
        while True:
            payload = await gatt.answer(open_format.CHANNEL)
            period_us = open_format.described_period_us(payload)
            if period_us:
                return DeviceProfile(self.profile, self.label, 1e6 / period_us)

    async def stop(self, gatt: Gatt) -> None:
        """Nothing to do: the stream ends with the connection."""

    async def battery_percent(self, gatt: Gatt) -> int | None:
        """None: the level is in the packets."""
        return None
