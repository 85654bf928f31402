"""The Linux Bluetooth service as programs see it, on a private D-Bus, with virtual sensors.

What it models is what bleak's own BlueZ backend asks of ``org.bluez``: objects that come and go,
discovery, connections, characteristics. It proves that code, not bluetoothd or a radio.
"""

import asyncio
import os
import shutil
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

from dbus_fast import Message, MessageType, Variant
from dbus_fast.aio import MessageBus

from spinesense.sensors.virtual.firmware import Can, Firmware, Notification
from spinesense.sensors.virtual.sensor import VirtualSensor
from spinesense.sensors.virtual.wearer import AT_DESK, Wearer

DAEMON = shutil.which("dbus-daemon")
CONFIG = """<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>system</type>
  <listen>unix:path={socket}</listen>
  <auth>EXTERNAL</auth>
  <policy context="default">
    <allow send_destination="*"/><allow receive_type="method_call"/>
    <allow receive_type="method_return"/><allow receive_type="error"/>
    <allow receive_type="signal"/><allow send_type="signal"/><allow own="*"/>
  </policy>
</busconfig>
"""
FLAGS = {
    Can.READ: "read",
    Can.WRITE: "write",
    Can.WRITE_WITHOUT_RESPONSE: "write-without-response",
    Can.NOTIFY: "notify",
    Can.INDICATE: "indicate",
}
SIGNATURES = {
    "Powered": "b", "Connected": "b", "ServicesResolved": "b", "Paired": "b", "Primary": "b",
    "Notifying": "b", "NotifyAcquired": "b", "Discovering": "b", "Trusted": "b", "Blocked": "b",
    "LegacyPairing": "b", "RSSI": "n", "MTU": "q", "Value": "ay", "UUIDs": "as", "Flags": "as",
    "Roles": "as", "Adapter": "o", "Device": "o", "Service": "o",
}  # fmt: skip
Properties = dict[str, Any]


class RefusedError(Exception):
    """A call is answered with an error of this name."""


class Bluez:
    """``org.bluez`` with adapters, of which the last hears the devices.

    ``refusal`` is the error that discovery is answered with; ``copies`` how often each notification
    is told; ``powered`` and ``adapter`` may be taken away before `start`.
    """

    def __init__(self, adapters: Sequence[str] = ("hci0",)) -> None:
        self.adapters = [f"/org/bluez/{name}" for name in adapters]
        self.adapter = True
        self.powered = True
        self.refusal = ""
        self.copies = 1
        self.devices: list[Device] = []
        self._discovering = False
        self._bus: MessageBus | None = None
        self._tasks: list[asyncio.Task[None]] = []

    async def start(self, address: str) -> None:
        self._bus = await MessageBus(bus_address=address).connect()
        self._bus.add_message_handler(self._answer)
        await self._bus.request_name("org.bluez")
        self._tasks.append(asyncio.create_task(self._advertise()))

    async def close(self) -> None:
        for device in self.devices:
            device.running.cancel()
        for task in self._tasks:
            task.cancel()
        if self._bus is not None:
            self._bus.disconnect()

    def add(self, firmware: Firmware, *, exercise: Any = AT_DESK, seed: int = 1) -> "Device":
        device = Device(self, firmware, Wearer(seed, exercise), len(self.devices))
        self.devices.append(device)
        return device

    def objects(self) -> dict[str, dict[str, Properties]]:
        if not self.adapter:
            return {}
        found: dict[str, dict[str, Properties]] = {
            path: {
                "org.bluez.Adapter1": {
                    "Address": "00:11:22:33:44:55",
                    "Name": "desk",
                    "Alias": "desk",
                    "Powered": self.powered,
                    "Discovering": self._discovering,
                    "UUIDs": [],
                    "Roles": ["central", "peripheral"],
                }
            }
            for path in self.adapters
        }
        for device in self.devices:
            if device.listed:
                found |= device.objects()
        return found

    def changed(self, path: str, interface: str, changes: Properties) -> None:
        body = [interface, variants(changes), []]
        self._signal(path, "org.freedesktop.DBus.Properties", "PropertiesChanged", "sa{sv}as", body)

    def appeared(self, path: str, interfaces: dict[str, Properties]) -> None:
        body = [path, {name: variants(values) for name, values in interfaces.items()}]
        manager = "org.freedesktop.DBus.ObjectManager"
        self._signal("/", manager, "InterfacesAdded", "oa{sa{sv}}", body)

    def disappeared(self, path: str, *interfaces: str) -> None:
        manager = "org.freedesktop.DBus.ObjectManager"
        self._signal("/", manager, "InterfacesRemoved", "oas", [path, list(interfaces)])

    def _signal(self, path: str, interface: str, name: str, signature: str, body: Any) -> None:
        if self._bus is not None and self._bus.connected:
            self._bus.send(Message.new_signal(path, interface, name, signature, body))

    async def _advertise(self) -> None:
        while True:
            await asyncio.sleep(0.1)
            for device in self.devices:
                if self._discovering and device.in_reach and not device.connected:
                    device.heard()

    def _answer(self, message: Message) -> Message | bool | None:
        if message.message_type is not MessageType.METHOD_CALL or message.destination is None:
            return None
        if message.interface == "org.freedesktop.DBus.ObjectManager":
            objects = {
                path: {name: variants(values) for name, values in interfaces.items()}
                for path, interfaces in self.objects().items()
            }
            return Message.new_method_return(message, "a{oa{sa{sv}}}", [objects])
        if message.interface and message.interface.startswith("org.bluez."):
            self._tasks.append(asyncio.create_task(self._obey(message)))
            return True
        return None

    async def _obey(self, message: Message) -> None:
        assert self._bus is not None
        try:
            reply = await self._do(message)
        except RefusedError as refused:
            reply = Message.new_error(message, str(refused), "refused by the test")
        await self._bus.send(reply)

    async def _do(self, message: Message) -> Message:
        if message.path in self.adapters[:-1]:
            return Message.new_method_return(message)  # and hears nothing
        if message.path == self.adapters[-1]:
            self._obey_adapter(str(message.member), message.body)
            return Message.new_method_return(message)
        for device in self.devices:
            if str(message.path).startswith(device.path):
                return await device.obey(message)
        raise RefusedError("org.freedesktop.DBus.Error.UnknownObject")

    def _obey_adapter(self, member: str, body: list[Any]) -> None:
        if member == "StartDiscovery":
            if self.refusal:
                raise RefusedError(self.refusal)
            self._discovering = True
        elif member == "StopDiscovery":
            self._discovering = False
        elif member == "RemoveDevice":
            for device in self.devices:
                if device.path == body[0]:
                    device.forgotten()


class Device:
    """One device that BlueZ knows or may hear."""

    def __init__(self, bluez: Bluez, firmware: Firmware, wearer: Wearer, number: int) -> None:
        self.address = f"C0:11:22:33:44:{number:02X}"
        self.path = f"{bluez.adapters[-1]}/dev_{self.address.replace(':', '_')}"
        self.sent: list[Notification] = []
        self.sensor = VirtualSensor(firmware, wearer, watch=self.sent.append)
        self.in_reach = True
        self.answers = True
        """Whether it can be connected; one may be heard and not answer."""
        self.connected = False
        self.listed = False
        self.stale = False
        """Whether BlueZ remembers another device's services at this address."""
        self._bluez = bluez
        self._notifying: set[str] = set()
        self._paths: dict[str, str] = {}
        for row, service in enumerate(firmware.services):
            for column, (uuid, _) in enumerate(service.characteristics):
                self._paths[uuid] = f"{self.path}/service{row:04x}/char{16 * row + column:04x}"
        self.running = asyncio.create_task(self.sensor.run(self._send))

    def objects(self) -> dict[str, dict[str, Properties]]:
        found: dict[str, dict[str, Properties]] = {
            self.path: {"org.bluez.Device1": self._properties()}
        }
        if not self.connected or self.stale:
            return found
        for row, service in enumerate(self.sensor.firmware.services):
            path = f"{self.path}/service{row:04x}"
            found[path] = {
                "org.bluez.GattService1": {
                    "UUID": service.uuid, "Primary": True, "Device": self.path,
                }
            }  # fmt: skip
            for uuid, can in service.characteristics:
                found[self._paths[uuid]] = {
                    "org.bluez.GattCharacteristic1": {
                        "UUID": uuid,
                        "Service": path,
                        "Value": b"",
                        "Notifying": uuid in self._notifying,
                        "NotifyAcquired": False,
                        "Flags": [FLAGS[flag] for flag in can],
                        "MTU": 247,
                    }
                }
        return found

    def heard(self) -> None:
        """An advertisement has come in."""
        if self.listed:
            self._bluez.changed(self.path, "org.bluez.Device1", {"RSSI": -57})
        else:
            self.listed = True
            self._bluez.appeared(self.path, {"org.bluez.Device1": self._properties()})

    def vanish(self) -> None:
        """Go out of reach; BlueZ notices."""
        self.in_reach = False
        self._disconnected()

    def forgotten(self) -> None:
        self._disconnected()
        self.listed = self.stale = False
        self._bluez.disappeared(self.path, "org.bluez.Device1")

    async def obey(self, message: Message) -> Message:
        member = str(message.member)
        if message.interface == "org.bluez.Device1":
            await self._obey_device(member)
            return Message.new_method_return(message)
        (uuid,) = [uuid for uuid, path in self._paths.items() if path == message.path]
        if member == "ReadValue":
            value = self.sensor.firmware.read(uuid)
            return Message.new_method_return(message, "ay", [value])
        if member == "WriteValue":
            for reply in self.sensor.write(uuid, bytes(message.body[0])):
                await self._send(*reply)
        elif member == "StartNotify":
            self._notifying.add(uuid)
            self.sensor.subscribe(uuid, wanted=True)
        elif member == "StopNotify":
            self._notifying.discard(uuid)
            self.sensor.subscribe(uuid, wanted=False)
        return Message.new_method_return(message)

    async def _obey_device(self, member: str) -> None:
        if member == "Connect":
            if not (self.in_reach and self.answers):
                raise RefusedError("org.freedesktop.DBus.Error.NoReply")
            self.connected = True
            self._bluez.changed(self.path, "org.bluez.Device1", {"Connected": True})
            for path, interfaces in self.objects().items():
                if path != self.path:
                    self._bluez.appeared(path, interfaces)
            self._bluez.changed(self.path, "org.bluez.Device1", {"ServicesResolved": True})
        elif member == "Disconnect":
            self._disconnected()

    def _disconnected(self) -> None:
        if self.connected:
            gone = [path for path in self.objects() if path != self.path]
            self.connected = False
            self._notifying.clear()
            self.sensor.disconnected()
            changes = {"Connected": False, "ServicesResolved": False}
            self._bluez.changed(self.path, "org.bluez.Device1", changes)
            for path in gone:
                kind = "GattCharacteristic1" if "/char" in path else "GattService1"
                self._bluez.disappeared(path, f"org.bluez.{kind}")

    async def _send(self, uuid: str, payload: bytes) -> None:
        if uuid in self._notifying:
            for _ in range(self._bluez.copies):
                path, interface = self._paths[uuid], "org.bluez.GattCharacteristic1"
                self._bluez.changed(path, interface, {"Value": payload})

    def _properties(self) -> Properties:
        firmware = self.sensor.firmware
        return {
            "Address": self.address,
            "AddressType": "random",
            "Name": firmware.name,
            "Alias": firmware.name,
            "Adapter": self._bluez.adapters[-1],
            "UUIDs": list(firmware.advertised_uuids),
            "Paired": False,
            "Trusted": False,
            "Blocked": False,
            "LegacyPairing": False,
            "Connected": self.connected,
            "ServicesResolved": self.connected,
            "RSSI": -57,
        }


def variants(values: Properties) -> dict[str, Variant]:
    return {name: Variant(SIGNATURES.get(name, "s"), value) for name, value in values.items()}


@asynccontextmanager
async def bus(folder: Path) -> AsyncIterator[str]:
    """A private D-Bus, while the block runs; gives its address."""
    assert DAEMON
    socket = folder / "bus"
    socket.unlink(missing_ok=True)
    config = folder / "bus.conf"
    config.write_text(CONFIG.format(socket=socket))
    daemon = await asyncio.create_subprocess_exec(
        DAEMON,
        f"--config-file={config}",
        "--nofork",
        "--nopidfile",
        "--nosyslog",
        "--print-address",
        stdout=asyncio.subprocess.PIPE,
    )
    try:
        # The socket's file is there before anyone listens at it; the address is printed after.
        assert daemon.stdout
        assert await daemon.stdout.readline()
        yield f"unix:path={socket}"
    finally:
        with suppress(ProcessLookupError):
            daemon.kill()
        await daemon.wait()


@asynccontextmanager
async def bluetooth_service(folder: Path, bluez: Bluez) -> AsyncIterator[dict[str, str]]:
    """The service on a bus of its own; gives the environment of programs that are to use it."""
    async with bus(folder) as address:
        await bluez.start(address)
        try:
            yield environment(folder, address)
        finally:
            await bluez.close()


def environment(folder: Path, address: str) -> dict[str, str]:
    return {
        **os.environ,
        "DBUS_SYSTEM_BUS_ADDRESS": address,
        "SPINESENSE_HOME": str(folder / "home"),
        "PYTHONUNBUFFERED": "1",
    }
