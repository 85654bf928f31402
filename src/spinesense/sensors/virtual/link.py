"""Lends the antennas of an air to other processes over TCP, one to each that connects."""

import asyncio
import itertools
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

from bumble.transport.common import StreamPacketSink, StreamPacketSource

from spinesense.model.errors import SensorError
from spinesense.sensors.virtual.air import Air, Antenna

LOCAL_HOST: Final = "127.0.0.1"


def parse_link(link: str) -> tuple[str, int]:
    """Host and port of ``tcp:HOST:PORT`` or ``tcp:PORT``, by default on this machine.

    Raises
    ------
    SensorError
        When it is written otherwise.
    """
    kind, _, place = link.partition(":")
    host, _, port = place.rpartition(":")
    if kind != "tcp" or not port.isdecimal() or int(port) > 65535:
        raise SensorError(
            "this is no link", where=link, remedy="write it as tcp:PORT or tcp:HOST:PORT"
        )
    return host or LOCAL_HOST, int(port)


class _Visitor(StreamPacketSource):
    """One process that has connected, with the antenna it was lent."""

    def __init__(self, air: Air, number: int) -> None:
        super().__init__()
        self._air = air
        self._number = number
        self._antenna: Antenna | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.WriteTransport)
        self._antenna = self._air.antenna(
            f"visitor {self._number}",
            f"F0:F1:F2:F3:F4:{self._number % 256:02X}",
            host_source=self,
            host_sink=StreamPacketSink(transport),
        )

    def connection_lost(self, exc: Exception | None) -> None:
        if self._antenna is not None:
            self._air.remove(self._antenna)


@asynccontextmanager
async def lent(air: Air, host: str, port: int) -> AsyncIterator[int]:
    """Let other processes use the air; gives the port, a free one for port 0.

    Raises
    ------
    SensorError
        When the port is in use.
    """
    numbers = itertools.count()
    loop = asyncio.get_running_loop()
    try:
        server = await loop.create_server(lambda: _Visitor(air, next(numbers)), host, port)
    except OSError as problem:
        raise SensorError(
            f"this port cannot be opened ({problem.strerror or problem})",
            where=f"tcp:{host}:{port}",
            remedy="choose another, or end the program that uses it",
        ) from problem
    async with server:
        yield server.sockets[0].getsockname()[1]
