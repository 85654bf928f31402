"""A connected sensor that answers as a test says."""

from collections.abc import Callable, Mapping

from spinesense.model.errors import SensorError

Notification = tuple[str, bytes]
"""Characteristic and value."""


class Talking:
    """Remembers what a device module does with it, in order.

    Parameters
    ----------
    reads
        Values of the characteristics that can be read.
    answers
        What the sensor notifies when something is written to it.
    """

    def __init__(
        self,
        reads: Mapping[str, bytes] | None = None,
        answers: Callable[[str, bytes], list[Notification]] = lambda _uuid, _payload: [],
    ) -> None:
        self._reads = dict(reads or {})
        self._answers = answers
        self._channels: dict[str, str] = {}
        self._came: list[Notification] = []
        self.written: list[tuple[str, str]] = []
        """Characteristic and payload in hexadecimal digits."""
        self.done: list[str] = []

    async def read(self, uuid: str) -> bytes:
        self.done.append(f"read {uuid}")
        if uuid not in self._reads:
            raise SensorError("it has no such characteristic", remedy="use another")
        return self._reads[uuid]

    async def write(self, uuid: str, payload: bytes, *, response: bool) -> None:
        self.done.append(f"write {payload.hex()}")
        self.written.append((uuid, payload.hex()))
        if uuid in self._reads:
            self._reads[uuid] = payload
        self._came.extend(
            (self._channels[came], value)
            for came, value in self._answers(uuid, payload)
            if came in self._channels
        )

    async def subscribe(self, uuid: str, channel: str) -> None:
        self.done.append(f"subscribe {channel}")
        self._channels[uuid] = channel

    async def answer(self, channel: str, starts_with: bytes = b"") -> bytes:
        for place, (came, value) in enumerate(self._came):
            if came == channel and value.startswith(starts_with):
                del self._came[place]
                return value
        raise SensorError("it does not answer", remedy="switch it off and on")

    async def pause(self, seconds: float) -> None:
        self.done.append(f"pause {seconds}")
