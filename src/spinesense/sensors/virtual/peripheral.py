"""Puts a software sensor on the air: advertises, serves characteristics, drops out on request."""

import asyncio
from typing import Any, Final

from bumble import core, gatt, hci
from bumble.device import Connection, Device, DeviceConfiguration
from bumble.transport.common import AsyncPipeSink

from spinesense.sensors.cancelling import cancelled
from spinesense.sensors.virtual.air import Air
from spinesense.sensors.virtual.firmware import Can, Service
from spinesense.sensors.virtual.sensor import VirtualSensor

ADVERTISING_MS: Final = 100
"""Sensors that wait for a connection advertise some ten times a second."""

_PROPERTIES = {
    Can.READ: gatt.Characteristic.Properties.READ,
    Can.WRITE: gatt.Characteristic.Properties.WRITE,
    Can.WRITE_WITHOUT_RESPONSE: gatt.Characteristic.Properties.WRITE_WITHOUT_RESPONSE,
    Can.NOTIFY: gatt.Characteristic.Properties.NOTIFY,
    Can.INDICATE: gatt.Characteristic.Properties.INDICATE,
}


class Peripheral:
    """A sensor on the air.

    Parameters
    ----------
    air
        Where it is heard.
    sensor
        What it is.
    address
        A static random address.
    """

    def __init__(self, air: Air, sensor: VirtualSensor, address: str) -> None:
        self._air = air
        self._sensor = sensor
        self._antenna = air.antenna(sensor.firmware.name, address)
        self._characteristics: dict[str, gatt.Characteristic[bytes]] = {}
        firmware = sensor.firmware
        self._device = Device.from_config_with_hci(
            DeviceConfiguration(name=firmware.name, address=hci.Address(address)),
            self._antenna,
            AsyncPipeSink(self._antenna),
        )
        self._device.add_services([self._service(service) for service in firmware.services])
        self._device.on(Device.EVENT_CONNECTION, self._connected)
        self._running: asyncio.Task[None] | None = None
        self._indicating: set[asyncio.Future[None]] = set()

    async def start(self) -> None:
        """Switch the sensor on."""
        await self._device.power_on()
        self._running = asyncio.create_task(self._sensor.run(self.send))
        await self._advertise()

    async def close(self) -> None:
        """Switch it off for good."""
        if self._running is not None:
            await cancelled(self._running)
        self._air.remove(self._antenna)

    async def vanish(self, *, silently: bool = False) -> None:
        """Go out of reach, or be switched off; then the peer notices nothing by itself."""
        if not silently:
            for connection in list(self._device.connections.values()):
                await connection.disconnect()
            await self._device.stop_advertising()
        self._air.out_of_reach.add(self._antenna)

    async def come_back(self, *, rebooted: bool = False) -> None:
        """Be in reach again; ``rebooted`` after having been switched off."""
        self._antenna.time_out()
        # The disconnection is told over the virtual wire, one step of the loop later.
        await asyncio.sleep(0.05)
        if rebooted:
            self._sensor.power_on()
        self._air.out_of_reach.discard(self._antenna)
        await self._advertise()

    async def _advertise(self) -> None:
        firmware = self._sensor.firmware
        uuids = [core.UUID(uuid) for uuid in firmware.advertised_uuids]
        parts: list[tuple[int, Any]] = [
            (core.AdvertisingData.COMPLETE_LOCAL_NAME, firmware.name.encode())
        ]
        parts += [_service_part(uuid) for uuid in uuids]
        await self._device.start_advertising(
            auto_restart=True,
            advertising_data=bytes(core.AdvertisingData(parts)),
            advertising_interval_min=ADVERTISING_MS,
            advertising_interval_max=ADVERTISING_MS,
        )

    def _connected(self, connection: Connection) -> None:
        connection.on(Connection.EVENT_DISCONNECTION, lambda _: self._sensor.disconnected())

    def _service(self, service: Service) -> gatt.Service:
        characteristics = [self._characteristic(uuid, can) for uuid, can in service.characteristics]
        return gatt.Service(core.UUID(service.uuid), characteristics)

    def _characteristic(self, uuid: str, can: Can) -> gatt.Characteristic[bytes]:
        properties = gatt.Characteristic.Properties(0)
        for flag in can:
            properties |= _PROPERTIES[flag]
        permissions = gatt.Characteristic.READABLE | gatt.Characteristic.WRITEABLE
        value = gatt.CharacteristicValue[bytes](
            read=lambda _: self._sensor.firmware.read(uuid),
            write=lambda _, payload: self._write(uuid, payload),
        )
        made = gatt.Characteristic[bytes](core.UUID(uuid), properties, permissions, value)
        made.on(
            gatt.Characteristic.EVENT_SUBSCRIPTION,
            lambda _, notify, indicate: self._sensor.subscribe(uuid, notify or indicate),
        )
        self._characteristics[uuid] = made
        return made

    async def _write(self, uuid: str, payload: bytes) -> None:
        for reply in self._sensor.write(uuid, payload):
            await self.send(*reply)

    async def send(self, uuid: str, payload: bytes) -> None:
        """Bring a value to whoever has subscribed to this characteristic."""
        characteristic = self._characteristics[uuid]
        if characteristic.properties & gatt.Characteristic.Properties.INDICATE:
            # Not waited for: the peer confirms only after the write that asked is answered.
            going = self._device.indicate_subscribers(characteristic, payload)
            task = asyncio.ensure_future(going)
            self._indicating.add(task)
            task.add_done_callback(self._indicating.discard)
        else:
            await self._device.notify_subscribers(characteristic, payload)


def _service_part(uuid: core.UUID) -> tuple[int, bytes]:
    kinds = {
        2: core.AdvertisingData.COMPLETE_LIST_OF_16_BIT_SERVICE_CLASS_UUIDS,
        16: core.AdvertisingData.COMPLETE_LIST_OF_128_BIT_SERVICE_CLASS_UUIDS,
    }
    short = uuid.to_bytes()
    return kinds[len(short)], short
