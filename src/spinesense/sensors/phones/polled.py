"""phyphox as a live source: its remote interface is asked ten times a second for what is new."""

import asyncio
import http.client
import itertools
from contextlib import suppress
from typing import Final
from urllib.parse import urlencode, urlsplit

import msgspec

from spinesense.model.errors import SensorError
from spinesense.model.packets import Action, Intent
from spinesense.sensors.cancelling import cancelled
from spinesense.sensors.devices.phyphox import (
    ACCELEROMETER,
    CONFIG_CHANNEL,
    GET_CHANNEL,
    USUAL,
    BufferReply,
    Buffers,
    buffers_in,
    parse,
)
from spinesense.sensors.phones.inbox import Inbox, PhoneSource

PORT: Final = 8080
_ASK_EVERY_S = 0.1
_TIMEOUT_S = 3.0
_AGAIN_S = 1.0
"""Between tries, once the phone does not answer."""
_LARGEST_BYTES = 16_000_000
_PAUSED = "The experiment is paused: press play in phyphox."
_HINT = (
    "in phyphox add a simple experiment (+) with accelerometer and gyroscope, open it, and allow "
    "remote access in its menu"
)


class PhyphoxSource(PhoneSource):
    """Fits `spinesense.sensors.source.Connectable`.

    Parameters
    ----------
    url
        What phyphox shows when remote access is allowed, such as ``http://192.168.1.7:8080``.

    Raises
    ------
    SensorError
        When that is no such address.
    """

    def __init__(self, url: str) -> None:
        super().__init__()
        parts = urlsplit(url if "//" in url else f"http://{url}")
        try:
            port = parts.port or PORT
        except ValueError:
            port = 0
        if parts.scheme != "http" or not parts.hostname or not port:
            raise SensorError(
                "is no address of phyphox", where=url, remedy="copy it from the app: http://…:8080"
            )
        self._place = (parts.hostname, port)
        self._buffers: Buffers = USUAL
        self._newest: dict[str, float] = {}
        self._session = ""
        self._asking: asyncio.Task[None] | None = None
        self._doing = ""

    @property
    def status(self) -> str:
        """What is going on with the connection; empty when all is well."""
        trouble = self._inbox.trouble if self._inbox else ""
        return self._doing or (f"The phone is heard, but: {trouble}." if trouble else "")

    async def open(self) -> None:
        """Start the experiment, and wait until a second of samples has come.

        Raises
        ------
        SensorError
            When the phone does not answer, or its experiment has no accelerometer.
        """
        self._doing = f"Asking phyphox at {self._place[0]} …"
        config = await self._ask("/config")
        try:
            self._buffers = buffers_in(config) or USUAL
        except (msgspec.MsgspecError, UnicodeDecodeError) as problem:
            raise SensorError(
                "what answers is not phyphox", where=self._place[0], remedy=_HINT
            ) from problem
        if ACCELEROMETER not in self._buffers:
            raise SensorError(
                "its experiment has no accelerometer", where=self._place[0], remedy=_HINT
            )
        inbox = self._inbox = Inbox("phyphox", "phyphox")
        inbox.put(CONFIG_CHANNEL, config)
        await self._ask("/control?cmd=start")
        self._doing = "Waiting for the first samples of phyphox …"
        self._asking = asyncio.create_task(self._keep_asking(inbox))
        self._profile = await inbox.profile()
        self._doing = ""

    async def close(self) -> None:
        """Stop the experiment, and end ``items``."""
        asking, self._asking = self._asking, None
        if asking is not None:
            await cancelled(asking)
            with suppress(SensorError):
                await self._ask("/control?cmd=stop")
        if self._inbox is not None:
            self._inbox.end()

    async def _keep_asking(self, inbox: Inbox) -> None:
        for failures in itertools.count():
            with suppress(SensorError):
                while True:
                    measuring = await self._ask_once(inbox)
                    self._doing = "" if measuring else _PAUSED
                    await asyncio.sleep(_ASK_EVERY_S)
            why = f"phyphox at {self._place[0]} does not answer: is the app open and near?"
            if self._doing in ("", _PAUSED):
                inbox.say(Intent(inbox.now_s(), Action.SENSOR_LOST, why))
            self._doing = why
            await asyncio.sleep(min(_AGAIN_S, _ASK_EVERY_S * 2**failures))

    async def _ask_once(self, inbox: Inbox) -> bool:
        """Ask for what is newer than what is known; tells whether the experiment runs."""
        wanted = {}
        for time, *others in self._buffers.values():
            since = repr(self._newest.get(time, -1.0))
            wanted[time] = since
            wanted.update(dict.fromkeys(others, f"{since}|{time}"))
        answer = await self._ask(f"/get?{urlencode(wanted)}")
        try:
            reply = parse(answer)
        except (msgspec.MsgspecError, UnicodeDecodeError) as problem:
            inbox.put(GET_CHANNEL, answer)  # counted and shown as what it is
            raise SensorError("the reply cannot be read", remedy=_HINT) from problem
        if self._remember(reply):
            inbox.put(GET_CHANNEL, answer)
        return reply.status.measuring

    def _remember(self, reply: BufferReply) -> bool:
        """Remember how far the buffers are known; tells whether there is anything new."""
        if reply.status.session != self._session:
            # Its times begin at 0 again.
            self._session, self._newest = reply.status.session, {}
        new = False
        for time, *_ in self._buffers.values():
            times_s = [each for each in reply.values(time) if each is not None]
            if times_s:
                new, self._newest[time] = True, max(times_s)
        return new

    async def _ask(self, path: str) -> bytes:
        return await asyncio.to_thread(self._get, path)

    def _get(self, path: str) -> bytes:
        """Body of the answer to one request.

        Raises
        ------
        SensorError
            When there is none.
        """
        connection = http.client.HTTPConnection(*self._place, timeout=_TIMEOUT_S)
        try:
            connection.request("GET", path)
            answer = connection.getresponse()
            body = answer.read(_LARGEST_BYTES)
        except (OSError, http.client.HTTPException) as problem:
            raise SensorError(
                "phyphox does not answer", where=f"{self._place[0]}:{self._place[1]}", remedy=_HINT
            ) from problem
        finally:
            connection.close()
        if answer.status != 200:
            raise SensorError(
                f"phyphox answers with error {answer.status}", where=self._place[0], remedy=_HINT
            )
        return body
