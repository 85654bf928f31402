"""Messages of the Sensor Logger app (iOS and Android), as it pushes them over HTTP.

Source: tszheichoi/awesome-sensor-logger (MIT), ``PUSHING.md`` and ``UNITS.md``. A message is JSON:
a ``messageId`` that counts up within a ``sessionId``, and a ``payload`` of readings with ``name``,
``time`` (ns, UTC) and ``values``. Messages may overtake each other. ``accelerometer`` is without
gravity, so the specific force is ``totalacceleration``, or ``accelerometer`` and ``gravity`` added.
"""

from collections.abc import Sequence
from typing import Annotated, Final

import msgspec
import numpy as np

from spinesense.model.packets import BadPacket, Packet
from spinesense.model.samples import Decoded, Floats, ImuBlock, concatenate
from spinesense.sensors.decoding.acc_and_gyro import AccGyroJoin
from spinesense.sensors.decoding.clock import Epoch
from spinesense.sensors.decoding.join_by_time import JoinByTime
from spinesense.sensors.decoding.repeats import NewSamples

CHANNEL: Final = "push"
TOTAL: Final = "totalacceleration"
MOVEMENT: Final = "accelerometer"
GRAVITY: Final = "gravity"
GYROSCOPE: Final = "gyroscope"
_WANTED = frozenset({TOTAL, MOVEMENT, GRAVITY, GYROSCOPE})

_LONGEST_WAIT_S = 2.0
"""Arrival time that a missing message is waited for. Each goes its own way through the network; one
that needs longer was lost."""
_EARLY_ID = 8
"""A first message with a smaller number has been overtaken by none or a few: those are awaited."""


Whole = Annotated[int, msgspec.Meta(ge=0, le=2**62)]


class Reading(msgspec.Struct):
    """One reading of any sensor of the phone."""

    name: str
    time: Whole
    values: msgspec.Raw = msgspec.Raw(b"{}")


class Message(msgspec.Struct):
    """What one request brings."""

    messageId: Whole  # noqa: N815  # as the app spells it
    payload: list[Reading]
    sessionId: str = ""  # noqa: N815


class _Axes(msgspec.Struct):
    x: float
    y: float
    z: float


_MESSAGE = msgspec.json.Decoder(Message)
_AXES = msgspec.json.Decoder(_Axes)


def parse(payload: bytes) -> Message:
    """Read a message.

    Raises
    ------
    msgspec.MsgspecError, UnicodeDecodeError
        When it is none.
    """
    return _MESSAGE.decode(payload)


class SensorLoggerDecoder:
    """Decoder of the messages of one phone."""

    def __init__(self) -> None:
        self._session: str | None = None
        self._next_id = 0
        self._early: dict[int, Message] = {}
        """Messages that came before an earlier one."""
        self._early_since_s = 0.0
        self._has_total = False
        self._has_gravity = False
        self._streams = {name: NewSamples(f"{name} readings") for name in _WANTED}
        self._with_gravity = JoinByTime()
        self._epoch = Epoch()
        self._halves = AccGyroJoin()

    def decode(self, packets: Sequence[Packet]) -> Decoded:
        """Samples of these packets; see `spinesense.sensors.source.Decoder`."""
        blocks: list[ImuBlock] = []
        bad: list[BadPacket] = []
        for packet in packets:
            try:
                message = parse(packet.payload)
            except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as problem:
                reason = f"no message of Sensor Logger ({problem})"
                bad.append(BadPacket(packet.arrival_s, reason))
                continue
            for each in self._in_order(message, packet.arrival_s, bad):
                blocks += self._take(each, packet.arrival_s, bad)
        return Decoded(concatenate(blocks) if blocks else None, tuple(bad))

    def _in_order(self, message: Message, arrival_s: float, bad: list[BadPacket]) -> list[Message]:
        """Messages whose turn has come."""
        number, early = message.messageId, self._early
        if message.sessionId != self._session:
            self._session = message.sessionId
            self._next_id = 0 if number < _EARLY_ID else number
            early.clear()
        if number < self._next_id or number in early:
            bad.append(BadPacket(arrival_s, f"message {number} came twice or too late"))
            return []
        if not early:
            self._early_since_s = arrival_s
        early[number] = message
        turn = []
        while self._next_id in early or (
            early and arrival_s - self._early_since_s > _LONGEST_WAIT_S
        ):
            if self._next_id not in early:
                missing, self._next_id = self._next_id, min(early)
                count = self._next_id - missing
                bad.append(BadPacket(arrival_s, f"{count} messages from {missing} on are missing"))
            turn.append(early.pop(self._next_id))
            self._next_id += 1
            self._early_since_s = arrival_s
        return turn

    def _take(self, message: Message, arrival_s: float, bad: list[BadPacket]) -> list[ImuBlock]:
        """Samples of the next message."""
        rows = _rows(message, arrival_s, bad)
        if not rows:
            return []
        newest_ns = max(row[0] for each in rows.values() for row in each)
        if self._epoch.set_anew(newest_ns, arrival_s):
            self._restart(arrival_s, bad)
        streams = {}
        for name, each in rows.items():
            each.sort()
            time_s = np.array([self._epoch.seconds(row[0]) for row in each])
            values = np.array([row[1:] for row in each], dtype=np.float64)
            streams[name] = self._streams[name].grown(time_s, values, arrival_s, bad)
        self._has_gravity |= GRAVITY in streams
        self._has_total |= TOTAL in streams
        self._halves.has_gyro |= GYROSCOPE in streams
        blocks = []
        for time_s, force, period_s in self._force(streams, arrival_s, bad):
            blocks += self._halves.acceleration(arrival_s, time_s, force, period_s, bad)
        if GYROSCOPE in streams:
            time_s, rates = streams[GYROSCOPE]
            if len(time_s):
                blocks += self._halves.rotation(arrival_s, time_s, rates, bad)
        return blocks

    def _force(
        self, streams: dict[str, tuple[Floats, Floats]], arrival_s: float, bad: list[BadPacket]
    ) -> list[tuple[Floats, Floats, float]]:
        """Specific force: times, values and the time between them."""
        if self._has_total:
            time_s, values = streams.get(TOTAL, (np.empty(0), np.empty((0, 3))))
            return [(time_s, values, self._streams[TOTAL].period_s)] if len(time_s) else []
        found = []
        period_s = self._streams[MOVEMENT].period_s
        for name, (time_s, values) in sorted(streams.items()):
            if name == GYROSCOPE or not len(time_s):
                continue
            if not self._has_gravity:
                reason = "acceleration without gravity: switch on Gravity, too"
                bad.append(BadPacket(arrival_s, reason))
                continue
            if name == MOVEMENT:
                pairs = self._with_gravity.add_left(time_s, values, period_s)
            else:
                pairs = self._with_gravity.add_right(time_s, values)
            if len(pairs.time_s):
                found.append((pairs.time_s, pairs.left + pairs.right, period_s))
            if pairs.lone_left:
                reason = f"{pairs.lone_left} accelerations without gravity"
                bad.append(BadPacket(arrival_s, reason))
        return found

    def _restart(self, arrival_s: float, bad: list[BadPacket]) -> None:
        waiting = self._halves.restart() + self._with_gravity.waiting
        self._with_gravity = JoinByTime()
        self._streams = {name: NewSamples(f"{name} readings") for name in _WANTED}
        if waiting:
            reason = f"the phone's clock was set again while {waiting} values waited for it"
            bad.append(BadPacket(arrival_s, reason))


_Rows = list[tuple[int, float, float, float]]


def _rows(message: Message, arrival_s: float, bad: list[BadPacket]) -> dict[str, _Rows]:
    """Time, x, y and z of the readings that are wanted, by the name of their sensor."""
    rows: dict[str, _Rows] = {}
    for reading in message.payload:
        if reading.name in _WANTED:
            try:
                axes = _AXES.decode(reading.values)
            except msgspec.MsgspecError:
                bad.append(BadPacket(arrival_s, f"{reading.name} without x, y and z"))
                continue
            rows.setdefault(reading.name, []).append((reading.time, axes.x, axes.y, axes.z))
    return rows
