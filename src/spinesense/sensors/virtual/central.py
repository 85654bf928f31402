"""The computer's end of the virtual radio, in this process or behind a TCP link."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from bumble import hci
from bumble.device import Device, DeviceConfiguration
from bumble.transport.common import AsyncPipeSink
from bumble.transport.tcp_client import open_tcp_client_transport

from spinesense.sensors.bluetooth.radio import RadioError
from spinesense.sensors.virtual.air import Air

ADDRESS = "F0:F1:F2:F3:F4:F5"

Wires = tuple[Any, Any, Callable[[], Awaitable[None]]]
"""bumble's packet source and sink, and what closes them."""


class Central:
    """A computer that hears virtual sensors; connects to its antenna when it is first needed.

    Parameters
    ----------
    wire
        Opens the wires to the antenna.
    """

    def __init__(self, wire: Callable[[], Awaitable[Wires]]) -> None:
        self._wire = wire
        self._device: Device | None = None
        self._close: Callable[[], Awaitable[None]] | None = None
        self._opening = asyncio.Lock()

    async def device(self) -> Device:
        """The powered device; a new one after the link was lost.

        Raises
        ------
        RadioError
            When there is nothing at the other end of the link.
        """
        async with self._opening:
            if self._device is None:
                source, sink, self._close = await self._wire()
                device = Device.from_config_with_hci(
                    DeviceConfiguration(name="spinesense", address=hci.Address(ADDRESS)),
                    source,
                    sink,
                )
                device.host.on("flush", self._forget)
                await device.power_on()
                self._device = device
            return self._device

    async def close(self) -> None:
        """Let go of the antenna."""
        close, self._close, self._device = self._close, None, None
        if close is not None:
            await close()

    def _forget(self) -> None:
        """The link is gone, and with it all connections."""
        device, self._device = self._device, None
        if device is not None:
            for connection in list(device.connections.values()):
                connection.emit(connection.EVENT_DISCONNECTION, 0)


def central_on(air: Air) -> Central:
    """A computer with an antenna on this air."""

    async def wire() -> Wires:
        antenna = air.antenna("central", ADDRESS)

        async def close() -> None:
            air.remove(antenna)

        return antenna, AsyncPipeSink(antenna), close

    return Central(wire)


def central_behind(host: str, port: int) -> Central:
    """A computer whose antenna is in another process, at ``spinesense virtual-sensor --link``."""

    async def wire() -> Wires:
        try:
            transport = await open_tcp_client_transport(f"{host}:{port}")
        except OSError as problem:
            raise RadioError(
                "no virtual sensor answers there",
                where=f"tcp:{host}:{port}",
                remedy=f"start one with 'spinesense virtual-sensor --link tcp:{host}:{port}'",
            ) from problem
        return transport.source, transport.sink, transport.close

    return Central(wire)
