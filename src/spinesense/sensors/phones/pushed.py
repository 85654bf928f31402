"""Sensor Logger as a live source: the phone pushes to a port of this computer.

The port is open only between ``open`` and ``close``, and takes nothing but messages of the app that
are sent to an address with a word in it that is new every time. The first phone that knows it is
the only one from then on.
"""

import asyncio
import secrets
import socket
import threading
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Final

import msgspec

from spinesense.model.errors import SensorError
from spinesense.sensors.devices.sensorlogger import CHANNEL, parse
from spinesense.sensors.phones.inbox import Inbox, PhoneSource

PORT: Final = 8137
TOKEN_LETTERS: Final = 12
_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
"""Without letters and figures that look alike: the word is typed on a phone. Twelve of them are
59 bits, which nobody guesses over a network."""

LARGEST_BYTES: Final = 4_000_000
"""Sensor Logger's longest batches with all sensors on are a tenth of that."""
LONGEST_S: Final = 10.0
"""A message that is not there by then is cut off: on the weakest network one takes a second."""
MOST_CONNECTIONS: Final = 32
"""A phone needs one at a time. Each takes a thread and a file; strangers cannot use up either."""
_WAITING = 128
"""Connections that the system keeps until they are taken."""

Take = Callable[[str, bytes], tuple[int, str]]
"""Client address and body in, HTTP status and a sentence out."""


class SensorLoggerSource(PhoneSource):
    """Fits `spinesense.sensors.source.Connectable`.

    Parameters
    ----------
    host
        Address of this computer to listen at; by default that of its network.
    port
        0 takes any that is free.
    """

    profile_name = "sensorlogger"

    def __init__(self, host: str = "", port: int = PORT) -> None:
        super().__init__()
        self._host = host or network_address()
        self._port = port
        self._token = "".join(secrets.choice(_ALPHABET) for _ in range(TOKEN_LETTERS))
        self._server: _Server | None = None
        self._phone = ""

    @property
    def address(self) -> str:
        """Where the phone has to push to; only while the port is open."""
        port = self._server.server_port if self._server else self._port
        return f"http://{self._host}:{port}/{self._token}"

    @property
    def status(self) -> str:
        """What the person has to do; empty once the phone sends what is needed."""
        if self._profile is not None:
            return ""
        if self._server is None:
            return "Opening a port for the phone …"
        trouble = self._inbox.trouble if self._inbox else ""
        if trouble:
            return f"The phone is heard, but: {trouble}."
        return (
            f"Sensor Logger: push to {self.address} with Accelerometer, Gravity, Gyroscope "
            "(iPhone: standardised); then record."
        )

    async def open(self) -> None:
        """Open the port, and wait until a phone has sent a second of samples.

        Raises
        ------
        SensorError
            When the port cannot be opened.
        """
        inbox = self._inbox = Inbox(self.profile_name, "Sensor Logger")
        loop = asyncio.get_running_loop()

        def take(client: str, body: bytes) -> tuple[int, str]:
            if self._phone not in ("", client):
                return 403, "another phone is connected"
            try:
                parse(body)
            except (msgspec.MsgspecError, UnicodeDecodeError):
                return 400, "no message of Sensor Logger"
            self._phone = client
            loop.call_soon_threadsafe(inbox.put, CHANNEL, body)
            return 200, "thank you"

        try:
            server = _Server((self._host, self._port), self._token, take)
        except OSError as problem:
            raise SensorError(
                f"the port cannot be opened ({problem.strerror or problem})",
                where=f"{self._host}:{self._port}",
                remedy="name another with --sensor phone:sensorlogger=ADDRESS:PORT, "
                "or close the program that has it",
            ) from problem
        server.begin()
        self._server = server
        self._profile = await inbox.profile()

    async def close(self) -> None:
        """Close the port, and end ``items``."""
        server, self._server = self._server, None
        if server is not None:
            await asyncio.to_thread(server.end)
        if self._inbox is not None:
            self._inbox.end()


def network_address() -> str:
    """The address that this computer has on its network; its own when there is none."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            # Nothing is sent: connecting a datagram socket only chooses the way out. The address is
            # one of those that stand for none (RFC 5737).
            probe.connect(("192.0.2.1", 9))
        except OSError:
            return "127.0.0.1"
        return str(probe.getsockname()[0])


class _Server(ThreadingHTTPServer):
    """Listens in a thread of its own."""

    daemon_threads = True
    allow_reuse_address = True
    request_queue_size = _WAITING

    def __init__(self, place: tuple[str, int], token: str, take: Take) -> None:
        self.token = token
        self.take = take
        self._lock = threading.Lock()
        self._open: dict[socket.socket, tuple[float, str]] = {}
        """When each connection was taken, the oldest first, and from where."""
        super().__init__(place, _Handler)
        self._thread = threading.Thread(target=self.serve_forever, args=(0.1,), daemon=True)

    def begin(self) -> None:
        """Answer from now on."""
        self._thread.start()

    def end(self) -> None:
        """Answer no more, and free the port."""
        self.shutdown()
        self.server_close()
        self._thread.join()

    def process_request(self, request: Any, client_address: Any) -> None:
        """Answer a connection in a thread; where there are too many, one makes room."""
        with self._lock:
            if len(self._open) >= MOST_CONNECTIONS:
                self._cut_off(self._least_missed())
            self._open[request] = time.monotonic(), client_address[0]
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        """A connection has ended."""
        with self._lock:
            self._open.pop(request, None)
        super().shutdown_request(request)

    def service_actions(self) -> None:
        """Cut off what takes too long; called ten times a second."""
        with self._lock:
            latest_s = time.monotonic() - LONGEST_S
            for request, (begun_s, _) in list(self._open.items()):
                if begun_s < latest_s:
                    self._cut_off(request)

    def _least_missed(self) -> socket.socket:
        """The oldest connection of whoever has the most of them."""
        having = Counter(client for _, client in self._open.values())
        (most, _), *_ = having.most_common(1)
        return next(request for request, (_, client) in self._open.items() if client == most)

    def _cut_off(self, request: socket.socket) -> None:
        """Let the thread of a connection read its end."""
        self._open.pop(request, None)
        with suppress(OSError):
            request.shutdown(socket.SHUT_RDWR)

    def handle_error(self, _request: object, _client: object) -> None:
        """Nothing: a client that breaks off is no news."""


class _Handler(BaseHTTPRequestHandler):
    """Answers one client."""

    server: _Server
    protocol_version = "HTTP/1.1"
    server_version = "spinesense"
    sys_version = ""
    timeout = LONGEST_S

    def do_POST(self) -> None:
        """Take a message."""
        given = self.path.strip("/").encode()
        length = self.headers.get("Content-Length", "")
        if not secrets.compare_digest(given, self.server.token.encode()):
            self._answer(403, "the address is wrong: copy it from the screen of spinesense")
        elif not length.isdecimal():
            self._answer(411, "the length is missing")
        elif int(length) > LARGEST_BYTES:
            self._answer(413, "too long: push more often")
        else:
            body = self.rfile.read(int(length))
            self._answer(*self.server.take(self.client_address[0], body))

    def do_GET(self) -> None:
        """Refuse: there is nothing to see."""
        self._answer(405, "Sensor Logger is to push here")

    def log_message(self, *_: object) -> None:
        """Nothing: the screen belongs to the person."""

    def _answer(self, status: int, sentence: str) -> None:
        """Answer and hang up: no connection outlives the port."""
        text = f"{sentence}\n".encode()
        self.send_response(status)
        self.send_header("Content-Type", "text/plain; charset=utf-8")
        self.send_header("Content-Length", str(len(text)))
        self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(text)
