"""Finding and starting boards that speak one of the common Arduino layouts.

Their rate is that of the sketch and cannot be asked for, so it is measured before the stream counts
as started.
"""

from typing import Final

from spinesense.model.errors import SensorError
from spinesense.model.packets import DeviceProfile, Packet
from spinesense.sensors.device import Advertisement, Gatt
from spinesense.sensors.devices.arduino import ACC, GYR, SIX, TEXT, ArduinoDecoder

DASHBOARD: Final = "6fbe1da7-{}-44de-92c4-bb6e04fb0212"
SKETCH: Final = "13012f{}-f8c3-4f4a-a8f4-15cd926da146"
UART: Final = "6e40000{}-b5a3-f393-e0a9-e50e24dcca9e"

MEASURED_S: Final = 3.0
"""Long enough to know a rate of 50 Hz and more to 2 %, though notifications come in bursts."""
_FEWEST_SAMPLES = 30


class ArduinoDevice:
    """Finds and starts a board that advertises the service of one layout.

    Parameters
    ----------
    label
        Name for people.
    service_uuid
        By which it is known.
    characteristics
        (UUID, channel) of what notifies; the first carries the acceleration.
    """

    profile = "arduino"

    def __init__(self, label: str, service_uuid: str, *characteristics: tuple[str, str]) -> None:
        self.label = label
        self._service_uuid = service_uuid
        self._characteristics = characteristics

    def recognises(self, seen: Advertisement) -> bool:
        """By its service."""
        return self._service_uuid in seen.service_uuids

    async def start(self, gatt: Gatt, rate_hz: float) -> DeviceProfile:
        """Enable notifications, see that they are samples, and measure their rate."""
        for uuid, channel in self._characteristics:
            await gatt.subscribe(uuid, channel)
        channel = self._characteristics[0][1]
        return DeviceProfile(self.profile, self.label, await self._measured_hz(gatt, channel))

    async def stop(self, gatt: Gatt) -> None:
        """Nothing to do: the stream ends with the connection."""

    async def battery_percent(self, gatt: Gatt) -> int | None:
        """None: these layouts tell no battery level."""
        return None

    async def _measured_hz(self, gatt: Gatt, channel: str) -> float:
        """Samples a second over some seconds.

        Raises
        ------
        SensorError
            When most of what comes is something else than samples, or too little comes.
        """
        import asyncio  # late: reading a recording needs this module, and no loop

        loop = asyncio.get_running_loop()
        samples, strange, first_s, last_s = 0, 0, 0.0, 0.0
        begin_s = loop.time()
        decoder = ArduinoDecoder()
        while last_s - begin_s < MEASURED_S:
            payload = await gatt.answer(channel)
            last_s = loop.time()
            first_s = first_s or last_s
            # Where they come apart, the acceleration tells the rate of both.
            channels = (ACC, GYR) if channel == ACC else (channel,)
            decoded = decoder.decode([Packet(0.0, each, payload) for each in channels])
            strange += bool(decoded.bad)
            if last_s > first_s and decoded.block is not None:
                samples += len(decoded.block)
        if samples < _FEWEST_SAMPLES or strange > samples:
            raise SensorError(
                f"it sends no samples of a known layout ({samples} in {MEASURED_S:.0f} s)",
                where=self.label,
                remedy="load a sketch that sends the open packet format (see firmware_notes)",
            )
        return round(samples / (last_s - first_s), 1)


DASHBOARD_DEVICE: Final = ArduinoDevice(
    "Arduino BLESense dashboard",
    DASHBOARD.format("0000"),
    (DASHBOARD.format("3001"), ACC),
    (DASHBOARD.format("3002"), GYR),
)
SKETCH_DEVICE: Final = ArduinoDevice(
    "Arduino sketch (six floats)", SKETCH.format("00"), (SKETCH.format("01"), SIX)
)
UART_DEVICE: Final = ArduinoDevice(
    "Board with text lines (Nordic UART)", UART.format("1"), (UART.format("3"), TEXT)
)
