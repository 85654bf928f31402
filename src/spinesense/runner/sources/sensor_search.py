"""A search for sensors, going on until it is closed."""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import aclosing, suppress
from typing import Final

from spinesense.model.search import HeardSensor, SearchView
from spinesense.sensors.bluetooth.finding import Sightings
from spinesense.sensors.bluetooth.radio import Radio
from spinesense.sensors.cancelling import cancelled
from spinesense.sensors.device import Device
from spinesense.sensors.devices import DEVICES

SILENT_S: Final = 8.0
"""A sensor unheard for so long is taken off the list: it advertises at least every two seconds."""

PUBLISH_S: Final = 0.25

AGAIN_S: Final = 10.0
"""The scan is begun again after so long: one that Bluetooth was switched off under hears nothing
and does not say so."""

_NEWEST_SHARE = 0.3
"""The signal of a sensor that lies still jumps by several dB from one advertisement to the next."""


class SensorSearch:
    """Fits `spinesense.tui.launch.Search`.

    Parameters
    ----------
    radio
        Closed at the end of the search.
    chosen
        Address of the sensor in use.
    choose
        Takes the address and name of the sensor that is to be used; both empty for the simulated.
    """

    def __init__(
        self,
        radio: Radio,
        chosen: str,
        choose: Callable[[str, str], None],
        devices: Sequence[Device] = DEVICES,
    ) -> None:
        self._radio = radio
        self._chosen = chosen
        self._choose = choose
        self._sightings = Sightings(devices)
        self._rssi_dbm: dict[str, float] = {}
        self._heard_s: dict[str, float] = {}
        self._closing = asyncio.Event()

    async def run(self, publish: Callable[[SearchView], None]) -> None:
        """Listen until closed.

        Raises
        ------
        SensorError
            When the radio cannot be used.
        """
        listening = asyncio.create_task(self._listen())
        closing = asyncio.create_task(self._closing.wait())
        try:
            while not closing.done():
                publish(self._view())
                await asyncio.wait(
                    {listening, closing}, timeout=PUBLISH_S, return_when=asyncio.FIRST_COMPLETED
                )
                if listening.done():
                    listening.result()
            publish(self._view())
        finally:
            await cancelled(listening, closing)
            await self._radio.close()

    def choose(self, address: str) -> None:
        """Use this sensor from now on, or with an empty address the simulated one."""
        names = {heard.seen.address: heard.title for heard in self._sightings.all()}
        self._choose(address, names.get(address, ""))

    def end(self) -> None:
        """End the search."""
        self._closing.set()

    async def _listen(self) -> None:
        while True:
            with suppress(TimeoutError):
                async with asyncio.timeout(AGAIN_S), aclosing(self._radio.scan()) as scan:
                    async for seen in scan:
                        self._sightings.add(seen)
                        before = self._rssi_dbm.get(seen.address, seen.rssi_dbm)
                        change = _NEWEST_SHARE * (seen.rssi_dbm - before)
                        self._rssi_dbm[seen.address] = before + change
                        self._heard_s[seen.address] = asyncio.get_running_loop().time()

    def _view(self) -> SearchView:
        now_s = asyncio.get_running_loop().time()
        here = [
            heard
            for heard in self._sightings.all()
            if now_s - self._heard_s[heard.seen.address] < SILENT_S
        ]
        sensors = tuple(
            HeardSensor(
                heard.seen.address,
                heard.title,
                heard.device.label,
                self._rssi_dbm[heard.seen.address],
            )
            for heard in here
            if heard.device
        )
        return SearchView(sensors, len(here) - len(sensors), self._chosen)
