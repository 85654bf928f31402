"""Phones as live sources, over real HTTP on this computer."""

import asyncio
import contextlib
import http.client
import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import aclosing, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import pytest
from tests.sensors.streams import phyphox_reply, push_message

from spinesense.model.errors import SensorError
from spinesense.model.packets import Action, Intent, Packet
from spinesense.sensors.devices import decoder_for
from spinesense.sensors.phones import pushed
from spinesense.sensors.phones.polled import PhyphoxSource
from spinesense.sensors.phones.pushed import (
    LARGEST_BYTES,
    MOST_CONNECTIONS,
    TOKEN_LETTERS,
    SensorLoggerSource,
)

HERE = "127.0.0.1"


def answer_to(url: str, body: bytes, method: str = "POST") -> int:
    """Status of one request."""
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=5)
    try:
        connection.request(method, parts.path, body)
        return connection.getresponse().status
    finally:
        connection.close()


async def until(met: Callable[[], bool]) -> None:
    async with asyncio.timeout(60):
        while not met():  # noqa: ASYNC110  # what is waited for happens in another thread
            await asyncio.sleep(0.01)


async def opened(source: SensorLoggerSource) -> asyncio.Task[None]:
    """A source whose port is open; it still waits for the phone."""
    opening = asyncio.create_task(source.open())
    await until(lambda: urlsplit(source.address).port != 0)
    return opening


async def push(source: SensorLoggerSource, body: bytes) -> int:
    return await asyncio.to_thread(answer_to, source.address, body)


async def test_messages_that_are_pushed_become_packets() -> None:
    source = SensorLoggerSource(HERE, 0)
    # Nobody is told an address where nobody listens yet.
    assert "http" not in source.status
    opening = await opened(source)
    assert source.address in source.status
    assert "Gravity, Gyroscope" in source.status
    # Two lines of the smallest terminal.
    assert len(source.status.replace(HERE, "192.168.178.123")) <= 2 * 76
    try:
        bodies = [push_message(number) for number in (0, 1, 3, 2, *range(4, 14))]
        for body in bodies:
            assert await push(source, body) == 200
        async with asyncio.timeout(60):
            await opening
        assert (source.profile.profile, source.profile.has_gyro) == ("sensorlogger", True)
        assert source.profile.nominal_rate_hz == pytest.approx(100.0, abs=0.5)
        assert source.status == ""
    finally:
        await source.close()
    packets = [item async for item in source.items()]
    assert all(isinstance(item, Packet) for item in packets)
    assert [item.payload for item in packets if isinstance(item, Packet)] == bodies
    kept = [item for item in packets if isinstance(item, Packet)]
    block = decoder_for("sensorlogger").decode(kept).block
    assert block is not None
    assert len(block) == 139


async def test_the_port_is_open_only_while_the_source_is() -> None:
    source = SensorLoggerSource(HERE, 0)
    opening = await opened(source)
    address = source.address
    opening.cancel()
    await source.close()
    await source.close()
    with pytest.raises(ConnectionRefusedError):
        await asyncio.to_thread(answer_to, address, push_message(0))


async def test_others_are_refused() -> None:
    source = SensorLoggerSource(HERE, 0)
    opening = await opened(source)
    base = source.address[:-TOKEN_LETTERS]
    try:
        for token in ("", "x" * TOKEN_LETTERS, source.address[-TOKEN_LETTERS:-1]):
            assert await asyncio.to_thread(answer_to, base + token, push_message(0)) == 403
        assert await asyncio.to_thread(answer_to, source.address, b"", "GET") == 405
        assert await asyncio.to_thread(answer_to, source.address, b"", "PUT") == 501
        assert await push(source, b"{}") == 400
        assert not opening.done()
    finally:
        opening.cancel()
        await source.close()


def test_the_word_in_the_address_is_new_every_time() -> None:
    assert len({SensorLoggerSource(HERE, 0).address for _ in range(50)}) == 50


async def test_a_body_that_is_too_long_is_refused_unread() -> None:
    source = SensorLoggerSource(HERE, 0)
    opening = await opened(source)
    parts = urlsplit(source.address)

    def announce() -> int:
        connection = http.client.HTTPConnection(HERE, parts.port, timeout=5)
        connection.putrequest("POST", parts.path)
        connection.putheader("Content-Length", str(LARGEST_BYTES + 1))
        connection.endheaders()
        status = connection.getresponse().status
        connection.close()
        return status

    try:
        assert await asyncio.to_thread(announce) == 413
    finally:
        opening.cancel()
        await source.close()


async def test_what_the_phone_leaves_out_is_said() -> None:
    source = SensorLoggerSource(HERE, 0)
    opening = await opened(source)
    try:
        assert await push(source, push_message(0, gravity=False)) == 200
        await until(lambda: "heard" in source.status)
        assert "acceleration without gravity: switch on Gravity, too" in source.status
        assert not opening.done()
    finally:
        opening.cancel()
        await source.close()


async def test_a_port_that_is_taken_is_named() -> None:
    with ThreadingHTTPServer((HERE, 0), BaseHTTPRequestHandler) as other:
        source = SensorLoggerSource(HERE, other.server_port)
        with pytest.raises(SensorError, match=r"port cannot be opened .* phone:sensorlogger="):
            await source.open()
        await source.close()


class Phone(BaseHTTPRequestHandler):
    """phyphox's remote interface, with an experiment that runs at 100 Hz (simulated)."""

    config = json.dumps(
        {
            "title": "Acceleration and gyroscope",
            "inputs": [
                {
                    "source": source,
                    "outputs": [{"x": f"{a}X"}, {"y": f"{a}Y"}, {"z": f"{a}Z"}, {"t": f"{a}_time"}],
                }
                for source, a in (("accelerometer", "acc"), ("gyroscope", "gyr"))
            ],
        }
    )
    begun_s: float | None = None
    session = "a"
    commands: list[str]

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        asked = {name: values[0] for name, values in parse_qs(parts.query).items()}
        kind = type(self)
        body = b"{}"
        if parts.path == "/config":
            body = kind.config.encode()
        elif parts.path == "/control":
            kind.commands.append(asked["cmd"])
            kind.begun_s = time.monotonic()
        elif parts.path == "/get":
            since_s = float(asked["acc_time"])
            assert asked["accX"] == f"{asked['acc_time']}|acc_time"
            now = int((time.monotonic() - (kind.begun_s or time.monotonic())) * 100)
            first = max(0, round(since_s * 100) + 1)
            body = phyphox_reply(first, max(0, now - first), kind.session)
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def phone(config: str = Phone.config, port: int = 0) -> Iterator[tuple[type[Phone], int]]:
    kind = type("APhone", (Phone,), {"commands": [], "config": config})
    with ThreadingHTTPServer((HERE, port), kind) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        yield kind, server.server_port
        server.shutdown()
        thread.join()


async def test_phyphox_is_asked_for_what_is_new() -> None:
    with phone() as (kind, port):
        source = PhyphoxSource(f"http://{HERE}:{port}")
        async with asyncio.timeout(60):
            await source.open()
        assert (source.profile.profile, source.profile.has_gyro) == ("phyphox", True)
        assert source.profile.nominal_rate_hz == pytest.approx(100.0, abs=0.5)
        packets: list[Packet] = []
        async with aclosing(source.items()) as items:
            async for item in items:
                assert isinstance(item, Packet)
                packets.append(item)
                if len(packets) == 16:
                    break
        await source.close()
    assert kind.commands == ["start", "stop"]
    decoded = decoder_for("phyphox").decode(packets)
    assert not decoded.bad
    assert decoded.block is not None
    assert decoded.block.device_time_s is not None
    steps_s = decoded.block.device_time_s[1:] - decoded.block.device_time_s[:-1]
    assert steps_s == pytest.approx(0.01, abs=1e-6)


async def test_a_phone_that_goes_away_is_told_and_comes_back() -> None:
    with phone() as (kind, port):
        source = PhyphoxSource(f"{HERE}:{port}")
        async with asyncio.timeout(60):
            await source.open()
    items = source.items()
    async with asyncio.timeout(60):
        while not isinstance(item := await anext(items), Intent):
            pass
        assert item.action is Action.SENSOR_LOST
        assert "is the app open and near" in item.value == source.status
        with phone(port=port) as (again, _):
            again.begun_s = kind.begun_s
            while not isinstance(await anext(items), Packet):
                pass
            await source.close()


async def test_an_experiment_that_is_cleared_is_read_from_its_beginning() -> None:
    with phone() as (kind, port):
        source = PhyphoxSource(f"http://{HERE}:{port}")
        async with asyncio.timeout(60):
            await source.open()
            kind.begun_s, kind.session = time.monotonic(), "b"
            async with aclosing(source.items()) as items:
                async for item in items:
                    if isinstance(item, Packet) and b'"session": "b"' in item.payload:
                        break
            await source.close()


@pytest.mark.parametrize(
    ("config", "what"),
    [("<html>", "what answers is not phyphox"), ('{"inputs":[]}', "")],
)
async def test_something_else_that_answers_is_named(config: str, what: str) -> None:
    only_gyro = json.loads(Phone.config)
    only_gyro["inputs"] = only_gyro["inputs"][1:]
    with phone(config if what else json.dumps(only_gyro)) as (_, port):
        source = PhyphoxSource(f"http://{HERE}:{port}")
        with pytest.raises(SensorError, match=what or "its experiment has no accelerometer"):
            await source.open()
        await source.close()


async def test_nobody_there_is_named() -> None:
    with ThreadingHTTPServer((HERE, 0), BaseHTTPRequestHandler) as other:
        port = other.server_port
    source = PhyphoxSource(f"http://{HERE}:{port}")
    with pytest.raises(SensorError, match=r"phyphox does not answer; .*simple experiment"):
        await source.open()


@pytest.mark.parametrize("url", ["https://1.2.3.4", "http://", "http://1.2.3.4:99999", "ftp://a"])
def test_an_address_that_is_none_is_refused(url: str) -> None:
    with pytest.raises(SensorError, match="is no address of phyphox"):
        PhyphoxSource(url)


def drip(address: str, count: int) -> list[socket.socket]:
    """Connections of a stranger that never come to the end of their request."""
    parts = urlsplit(address)
    opened = []
    for _ in range(count):
        stranger = socket.create_connection((parts.hostname or "", parts.port or 0), timeout=5)
        stranger.sendall(b"POST /aaaaaaaaaaaa HTTP/1.1\r\nContent-Length: 100\r\nX: ")
        opened.append(stranger)
    return opened


def is_cut_off(stranger: socket.socket) -> bool:
    """Whether the other end has hung up."""
    stranger.setblocking(False)
    try:
        return stranger.recv(1000) == b""
    except BlockingIOError:
        return False
    except ConnectionError:
        return True


async def test_strangers_that_use_up_connections_do_not_shut_the_phone_out() -> None:
    source = SensorLoggerSource(HERE, 0)
    opening = await opened(source)
    threads, most = threading.active_count(), 0
    strangers: list[socket.socket] = []
    try:
        for number in range(14):
            strangers += await asyncio.to_thread(drip, source.address, 25)
            most = max(most, threading.active_count())
            assert await push(source, push_message(number)) == 200
        async with asyncio.timeout(60):
            await opening
        # Some of those that are cut off have not ended yet.
        assert most - threads < 4 * MOST_CONNECTIONS
        await until(lambda: sum(map(is_cut_off, strangers)) >= len(strangers) - MOST_CONNECTIONS)
    finally:
        for stranger in strangers:
            stranger.close()
        await source.close()


async def test_a_request_without_an_end_is_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pushed, "LONGEST_S", 1.0)
    source = SensorLoggerSource(HERE, 0)
    opening = await opened(source)
    try:
        (stranger,) = await asyncio.to_thread(drip, source.address, 1)
        with contextlib.suppress(ConnectionError):
            async with asyncio.timeout(60):
                while not is_cut_off(stranger):
                    stranger.sendall(b"x")
                    await asyncio.sleep(0.1)
        stranger.close()
    finally:
        opening.cancel()
        await source.close()
