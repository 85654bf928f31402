"""Lets bleak use the virtual radio: a scanner and a client over bumble."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

from bleak.backends.characteristic import BleakGATTCharacteristic
from bleak.backends.client import BaseBleakClient, NotifyCallback
from bleak.backends.descriptor import BleakGATTDescriptor
from bleak.backends.scanner import AdvertisementData, BaseBleakScanner
from bleak.backends.service import BleakGATTService, BleakGATTServiceCollection
from bleak.exc import BleakDeviceNotFoundError, BleakError
from bumble import core, hci
from bumble.device import Advertisement, Connection, Device, Peer

from spinesense.sensors.virtual.central import Central

Backends = tuple[type[BaseBleakScanner], type[BaseBleakClient]]

MTU = 247
"""ATT MTU that hosts of the last ten years agree on."""


class _Scanner(BaseBleakScanner):
    """Made by `backends`, which sets ``central``."""

    central: Central

    def __init__(self, detection_callback: Any, service_uuids: Any, *_: Any, **__: Any) -> None:
        super().__init__(detection_callback, service_uuids)
        self._device: Device | None = None

    async def start(self) -> None:
        """Scan actively, every advertisement told."""
        self.seen_devices = {}
        device = self._device = await self.central.device()
        device.on(device.EVENT_ADVERTISEMENT, self._heard)
        await device.start_scanning(active=True, filter_duplicates=False)

    async def stop(self) -> None:
        """Stop; a link that is lost has stopped by itself."""
        device, self._device = self._device, None
        if device is not None:
            device.remove_listener(device.EVENT_ADVERTISEMENT, self._heard)
            with _told():
                await device.stop_scanning()

    def _heard(self, told: Advertisement) -> None:
        data = told.data
        name = data.get(core.AdvertisingData.COMPLETE_LOCAL_NAME)
        uuids = [
            _full(uuid)
            for kind in (
                core.AdvertisingData.COMPLETE_LIST_OF_16_BIT_SERVICE_CLASS_UUIDS,
                core.AdvertisingData.COMPLETE_LIST_OF_128_BIT_SERVICE_CLASS_UUIDS,
            )
            for uuid in data.get(kind) or ()
        ]
        address = told.address.to_string(with_type_qualifier=False)
        news = AdvertisementData(name, {}, {}, uuids, None, told.rssi, ())
        device = self.create_or_update_device(address, address, name, told.address, news)
        self.call_detection_callbacks(device, news)


class _Client(BaseBleakClient):
    """Made by `backends`, which sets ``central``."""

    central: Central

    def __init__(self, address_or_ble_device: Any, *_: Any, **kwargs: Any) -> None:
        super().__init__(
            address_or_ble_device,
            disconnected_callback=kwargs.get("disconnected_callback"),
            timeout=kwargs.get("timeout", 10.0),
        )
        self._address: hci.Address = address_or_ble_device.details
        self._peer: Peer | None = None

    @property
    def mtu_size(self) -> int:
        """Agreed on when connecting."""
        return self._connected().connection.att_mtu

    @property
    def is_connected(self) -> bool:
        """Whether there is a connection."""
        return self._peer is not None

    async def connect(self, pair: bool, **kwargs: Any) -> None:
        """Connect and discover everything."""
        device = await self.central.device()
        try:
            connection = await device.connect(self._address, timeout=self._timeout)
        except (core.BaseBumbleError, TimeoutError) as problem:
            raise BleakDeviceNotFoundError(self.address) from problem
        connection.on(Connection.EVENT_DISCONNECTION, self._gone)
        peer = self._peer = Peer(connection)
        await peer.request_mtu(MTU)
        await peer.discover_services()
        self.services = BleakGATTServiceCollection()
        for service in peer.services:
            made = BleakGATTService(service, service.handle, _full(service.uuid))
            self.services.add_service(made)
            for found in await service.discover_characteristics():
                names = [str(flag.name).lower().replace("_", "-") for flag in found.properties]
                self.services.add_characteristic(
                    BleakGATTCharacteristic(
                        found,
                        found.handle,
                        _full(found.uuid),
                        names,  # type: ignore[arg-type]
                        lambda: self.mtu_size - 3,
                        made,
                    )
                )

    async def disconnect(self) -> None:
        """Disconnect if connected."""
        peer = self._peer
        if peer is not None:
            self._disconnected_callback = None
            await peer.connection.disconnect()
            self._peer = None

    async def pair(self, *args: Any, **kwargs: Any) -> None:
        """Not needed here."""
        raise NotImplementedError

    async def unpair(self) -> None:
        """Not needed here."""
        raise NotImplementedError

    async def read_gatt_char(
        self, characteristic: BleakGATTCharacteristic, *, use_cached: bool = False, **kwargs: Any
    ) -> bytearray:
        """Read from the peer."""
        with _told():
            return bytearray(await characteristic.obj.read_value())

    async def read_gatt_descriptor(
        self, descriptor: BleakGATTDescriptor, *, use_cached: bool = False, **kwargs: Any
    ) -> bytearray:
        """Not needed here."""
        raise NotImplementedError

    async def write_gatt_char(
        self, characteristic: BleakGATTCharacteristic, data: Any, response: bool
    ) -> None:
        """Write to the peer."""
        self._connected()
        with _told():
            await characteristic.obj.write_value(bytes(data), with_response=response)

    async def write_gatt_descriptor(self, descriptor: BleakGATTDescriptor, data: Any) -> None:
        """Not needed here."""
        raise NotImplementedError

    async def start_notify(
        self, characteristic: BleakGATTCharacteristic, callback: NotifyCallback, **kwargs: Any
    ) -> None:
        """Subscribe."""
        self._connected()
        with _told():
            await characteristic.obj.subscribe(lambda value: callback(bytearray(value)))

    async def stop_notify(self, characteristic: BleakGATTCharacteristic) -> None:
        """Unsubscribe."""
        with _told():
            await characteristic.obj.unsubscribe()

    def _connected(self) -> Peer:
        if self._peer is None:
            raise BleakError("Not connected")
        return self._peer

    def _gone(self, _reason: int) -> None:
        self._peer = None
        if self._disconnected_callback is not None:
            self._disconnected_callback()


def _full(uuid: core.UUID) -> str:
    """All 128 bits, in lower case."""
    return str(UUID(bytes=uuid.to_bytes(force_128=True)[::-1]))


@contextmanager
def _told() -> Iterator[None]:
    """Let what goes wrong look as it does with any other radio."""
    try:
        yield
    except (core.BaseBumbleError, asyncio.InvalidStateError) as problem:
        raise BleakError(str(problem) or type(problem).__name__) from problem


def backends(central: Central) -> Backends:
    """The two classes that bleak takes as ``backend``, bound to one computer."""
    scanner = type("VirtualScanner", (_Scanner,), {"central": central})
    client = type("VirtualClient", (_Client,), {"central": central})
    return scanner, client
