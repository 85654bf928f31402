"""The Bluetooth radio of this computer, by bleak: the only module that imports it.

Whatever goes wrong there comes out as one sentence with what to do about it. Each connection is a
fresh client made from the newest scan, since a used client or a bare address fails after a drop on
one system or another.
"""

import asyncio
import logging
import sys
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterator
from contextlib import contextmanager, suppress

from bleak import BleakClient, BleakScanner
from bleak.backends.client import BaseBleakClient
from bleak.backends.device import BLEDevice
from bleak.backends.scanner import AdvertisementData, BaseBleakScanner
from bleak.exc import (
    BleakBluetoothNotAvailableError,
    BleakBluetoothNotAvailableReason,
    BleakCharacteristicNotFoundError,
    BleakDBusError,
    BleakDeviceNotFoundError,
    BleakError,
)

from spinesense.model.errors import SensorError
from spinesense.sensors.bluetooth.radio import RadioError, ServicesError
from spinesense.sensors.device import Advertisement

CONNECT_S = 15.0
"""A connection takes a second or two; on a crowded band several tries of the controller."""

REQUEST_S = 6.0
"""A read or write that is not answered by then will not be: ATT itself gives up after 30 s."""

CLOSE_S = 3.0
"""Windows takes up to two minutes to disconnect; nobody is to wait for that."""

_BUSY_TRIES = 4
_BUSY_PAUSE_S = 1.0
"""Another program's scan ends within seconds; BlueZ then lets us begin."""

Backends = tuple[type[BaseBleakScanner], type[BaseBleakClient]]
"""A radio that bleak does not know, such as the virtual one."""


class BleRadio:
    """Fits `spinesense.sensors.bluetooth.radio.Radio`.

    Parameters
    ----------
    backends
        Another radio than the computer's; it is called simulated.
    let_go
        Called when the radio is closed.
    adapter
        Which adapter of the computer to use, such as ``hci1``; empty for the system's choice.
    """

    def __init__(
        self,
        backends: Backends | None = None,
        let_go: Callable[[], Awaitable[None]] | None = None,
        adapter: str = "",
    ) -> None:
        self._adapter = adapter
        self._scanner = backends[0] if backends else None
        self._client = backends[1] if backends else None
        self._let_go = let_go
        self._devices: dict[str, BLEDevice] = {}
        _quieten()

    @property
    def simulated(self) -> bool:
        """Whether the radio is a virtual one."""
        return self._client is not None

    async def scan(self) -> AsyncGenerator[Advertisement]:
        """Advertisements as they are heard."""
        heard: asyncio.Queue[tuple[BLEDevice, AdvertisementData]] = asyncio.Queue()
        chosen = {"backend": self._scanner} if self._scanner else {}
        with _in_words("scanning"), self._adapter_in_words():
            scanner = BleakScanner(
                lambda device, data: heard.put_nowait((device, data)),
                bluez={"adapter": self._adapter} if self._adapter else {},
                **chosen,  # type: ignore[arg-type]
            )
            await _begin(scanner)
        try:
            while True:
                device, data = await heard.get()
                self._devices[device.address] = device
                yield Advertisement(
                    address=device.address,
                    name=data.local_name or device.name or "",
                    rssi_dbm=data.rssi,
                    service_uuids=tuple(uuid.lower() for uuid in data.service_uuids),
                    company_ids=tuple(data.manufacturer_data),
                )
        finally:
            await _within(CLOSE_S, scanner.stop())

    @contextmanager
    def _adapter_in_words(self) -> Iterator[None]:
        """Name the adapter that is wanted and not there."""
        try:
            yield
        except BleakError as problem:
            if not self._adapter or "not found" not in str(problem):
                raise
            raise RadioError(
                "this machine has no such Bluetooth adapter",
                where=self._adapter,
                remedy="plug it in, or name one that 'ls /sys/class/bluetooth' lists",
            ) from problem

    async def connect(self, address: str, lost: Callable[[], None]) -> "BleConnection":
        """Connect by a fresh client."""
        device = self._devices.get(address)
        if device is None:
            raise SensorError(
                "was not heard", where=address, remedy="switch it on and bring it near"
            )
        chosen = {"backend": self._client} if self._client else {}
        client = BleakClient(
            device,
            disconnected_callback=lambda _: lost(),
            timeout=CONNECT_S,
            winrt={"use_cached_services": False},
            **chosen,  # type: ignore[arg-type]
        )
        connection = BleConnection(client, device.name or address)
        try:
            with _in_words(connection.name):
                async with asyncio.timeout(CONNECT_S):
                    await client.connect()
        except BaseException:
            await connection.close()
            raise
        return connection

    async def forget(self, address: str) -> None:
        """Remove the device from the system's list, where the system lets us: BlueZ does."""
        device = self._devices.pop(address, None)
        if device is not None and sys.platform == "linux" and not self.simulated:
            await _within(REQUEST_S, BleakClient(device).unpair())

    async def close(self) -> None:
        """Forget what was heard, and let go of another radio."""
        self._devices.clear()
        let_go, self._let_go = self._let_go, None
        if let_go is not None:
            await let_go()


class BleConnection:
    """Fits `spinesense.sensors.bluetooth.radio.Connection`; made by `BleRadio.connect`."""

    def __init__(self, client: BleakClient, name: str) -> None:
        self._client = client
        self.name = name

    async def read(self, uuid: str) -> bytes:
        """Value of a characteristic."""
        with _in_words(self.name):
            async with asyncio.timeout(REQUEST_S):
                return bytes(await self._client.read_gatt_char(uuid))

    async def write(self, uuid: str, payload: bytes, *, response: bool) -> None:
        """Write a characteristic."""
        with _in_words(self.name):
            async with asyncio.timeout(REQUEST_S):
                await self._client.write_gatt_char(uuid, payload, response=response)

    async def notify(self, uuid: str, heard: Callable[[bytes], None]) -> None:
        """Call ``heard`` with every notification or indication of a characteristic."""
        with _in_words(self.name):
            async with asyncio.timeout(REQUEST_S):
                await self._client.start_notify(uuid, lambda _, data: heard(bytes(data)))

    async def close(self) -> None:
        """Disconnect; a client that lost its device holds a connection to D-Bus until then."""
        await _within(CLOSE_S, self._client.disconnect())


async def _begin(scanner: BleakScanner) -> None:
    """Start a scan, and wait for that of another program to end."""
    for left in reversed(range(_BUSY_TRIES)):
        try:
            await scanner.start()
        except BleakDBusError as problem:
            if not left or problem.dbus_error != "org.bluez.Error.InProgress":
                raise
            await asyncio.sleep(_BUSY_PAUSE_S)
        else:
            return


async def _within(limit_s: float, going: Awaitable[object]) -> None:
    """Wait for the end of something that may fail or hang without harm."""
    with suppress(BleakError, SensorError, OSError, EOFError):
        async with asyncio.timeout(limit_s):
            await going


@contextmanager
def _in_words(where: str) -> Iterator[None]:
    """Turn what bleak raises into a sentence."""
    try:
        yield
    except BleakBluetoothNotAvailableError as problem:
        raise _unavailable(problem.reason) from problem
    except BleakDBusError as problem:
        raise _refused_by_bluez(problem, where) from problem
    except BleakCharacteristicNotFoundError as problem:
        raise ServicesError(
            "this is not the kind of sensor that it seemed: a part of it is missing",
            where=where,
            remedy="choose it again with 'spinesense scan', or remove it from the Bluetooth "
            "settings of this computer so that it is asked again",
        ) from problem
    except (BleakDeviceNotFoundError, TimeoutError) as problem:
        raise SensorError(
            "does not answer",
            where=where,
            remedy="switch it off and on, bring it near and end its connection to any phone",
        ) from problem
    except PermissionError as problem:
        raise RadioError(_DENIED[0], remedy=_DENIED[1]) from problem
    except (FileNotFoundError, ConnectionRefusedError) as problem:
        raise RadioError(
            "this machine has no Bluetooth service (its system bus cannot be reached)",
            remedy="install BlueZ and start it, or use --sensor sim",
        ) from problem
    except (BleakError, OSError, EOFError) as problem:
        raise SensorError(
            f"the Bluetooth connection failed ({problem or type(problem).__name__})",
            where=where,
            remedy="switch the sensor off and on, then Bluetooth on this computer",
        ) from problem


_UNAVAILABLE = {
    BleakBluetoothNotAvailableReason.NO_BLUETOOTH: (
        "this machine has no Bluetooth adapter",
        "plug one in, or use --sensor sim",
    ),
    BleakBluetoothNotAvailableReason.NO_BLE_CENTRAL_ROLE: (
        "the Bluetooth adapter of this machine knows no Low Energy",
        "plug in one with Bluetooth 4.0 or newer",
    ),
    BleakBluetoothNotAvailableReason.POWERED_OFF: (
        "Bluetooth is switched off",
        "switch it on in the settings of this computer (on Linux: bluetoothctl power on)",
    ),
}
_DENIED = (
    "this program may not use Bluetooth",
    "allow it for the terminal in the privacy settings (macOS, Windows), or join the group "
    "bluetooth (Linux)",
)


def _unavailable(reason: BleakBluetoothNotAvailableReason) -> RadioError:
    if reason is BleakBluetoothNotAvailableReason.UNKNOWN:
        return RadioError("Bluetooth cannot be used", remedy="switch it off and on in the settings")
    what, remedy = _UNAVAILABLE.get(reason, _DENIED)
    return RadioError(what, remedy=remedy)


_DBUS = "org.freedesktop.DBus.Error."
_BLUEZ = "org.bluez.Error."


def _refused_by_bluez(problem: BleakDBusError, where: str) -> SensorError:
    """The sentence for an answer of the Linux Bluetooth service."""
    name = problem.dbus_error
    if name in (
        _DBUS + "ServiceUnknown",
        _DBUS + "NameHasNoOwner",
        _DBUS + "Spawn.ServiceNotFound",
    ):
        return RadioError(
            "the Bluetooth service of this machine does not run",
            remedy="start it (sudo systemctl start bluetooth), or use --sensor sim",
        )
    if name in (_DBUS + "AccessDenied", _BLUEZ + "NotAuthorized", _BLUEZ + "NotPermitted"):
        return RadioError(_DENIED[0], remedy=_DENIED[1])
    if name == _BLUEZ + "NotReady":
        return _unavailable(BleakBluetoothNotAvailableReason.POWERED_OFF)
    if name == _BLUEZ + "InProgress":
        return RadioError(
            "another program is using Bluetooth", remedy="close its scan or pairing window"
        )
    if name in (_DBUS + "NoReply", _DBUS + "Timeout", _DBUS + "UnknownObject"):
        return SensorError(
            "does not answer", where=where, remedy="switch it on, bring it near and try again"
        )
    return SensorError(
        f"the Bluetooth connection failed ({problem.dbus_error_details or name})",
        where=where,
        remedy="switch the sensor off and on, and bring it near",
    )


class _LostBus(logging.Filter):
    """Leaves out what asyncio says when D-Bus goes away: we say it ourselves, in words."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether the record is worth a line."""
        error = record.exc_info[1] if record.exc_info else None
        return not isinstance(error, EOFError)


_LOST_BUS = _LostBus()
_NOWHERE = logging.NullHandler()


def _quieten() -> None:
    """Keep log lines of libraries off the screen."""
    logging.getLogger("bleak").addHandler(_NOWHERE)
    logging.getLogger("asyncio").addFilter(_LOST_BUS)
