"""Replies of the phyphox app's remote interface.

Source: phyphox wiki, "Remote-interface communication". On channel ``config`` is the experiment: its
``inputs`` say which sensor goes into which buffers. On channel ``get`` are the buffers as far as
they are new: JSON numbers, times in seconds since the experiment was started, m/s² (with gravity)
and rad/s. Without a configuration the buffers are taken to have the names that the app gives them.
"""

from collections.abc import Sequence
from typing import Final

import msgspec
import numpy as np

from spinesense.model.packets import BadPacket, Packet
from spinesense.model.samples import Decoded, Floats, ImuBlock, concatenate
from spinesense.sensors.decoding.acc_and_gyro import AccGyroJoin
from spinesense.sensors.decoding.clock import Epoch
from spinesense.sensors.decoding.repeats import NewSamples

CONFIG_CHANNEL: Final = "config"
GET_CHANNEL: Final = "get"
ACCELEROMETER: Final = "accelerometer"
GYROSCOPE: Final = "gyroscope"
_COMPONENTS = ("t", "x", "y", "z")
_LONGEST_S = 1e9
"""Thirty years: more is no time since an experiment was started."""

Buffers = dict[str, tuple[str, str, str, str]]
"""Names of the buffers of time, x, y and z, for each sensor."""

USUAL: Final[Buffers] = {
    ACCELEROMETER: ("acc_time", "accX", "accY", "accZ"),
    GYROSCOPE: ("gyr_time", "gyrX", "gyrY", "gyrZ"),
}


class _Input(msgspec.Struct):
    source: str = ""
    outputs: list[dict[str, str | None]] = []  # msgspec copies it


class _Experiment(msgspec.Struct):
    inputs: list[_Input] = []


class _Buffer(msgspec.Struct):
    buffer: list[float | None]


class Status(msgspec.Struct):
    """How the experiment is doing."""

    session: str = ""
    """Another one after it was cleared or loaded again."""
    measuring: bool = True


class BufferReply(msgspec.Struct):
    """Answer to ``/get``."""

    buffer: dict[str, _Buffer]
    status: Status = msgspec.field(default_factory=Status)

    def values(self, name: str) -> list[float | None]:
        """What is new in a buffer; nothing when it is not part of the reply."""
        found = self.buffer.get(name)
        return found.buffer if found else []


_EXPERIMENT = msgspec.json.Decoder(_Experiment)
_REPLY = msgspec.json.Decoder(BufferReply)


def buffers_in(config: bytes) -> Buffers:
    """The buffers that an experiment fills from acceleration and gyroscope.

    Raises
    ------
    msgspec.MsgspecError, UnicodeDecodeError
        When this is no answer to ``/config``.
    """
    found: Buffers = {}
    for each in _EXPERIMENT.decode(config).inputs:
        names = {component: name for output in each.outputs for component, name in output.items()}
        wanted = [names.get(component) for component in _COMPONENTS]
        if each.source in USUAL and all(wanted):
            t, x, y, z = (name or "" for name in wanted)
            found[each.source] = (t, x, y, z)
    return found


def parse(payload: bytes) -> BufferReply:
    """Read an answer to ``/get``.

    Raises
    ------
    msgspec.MsgspecError, UnicodeDecodeError
        When it is none.
    """
    return _REPLY.decode(payload)


class PhyphoxDecoder:
    """Decoder of the replies of one experiment."""

    def __init__(self) -> None:
        self._buffers = USUAL
        self._streams = _streams()
        self._epoch = Epoch()
        self._halves = AccGyroJoin()

    def decode(self, packets: Sequence[Packet]) -> Decoded:
        """Samples of these packets; see `spinesense.sensors.source.Decoder`."""
        blocks: list[ImuBlock] = []
        bad: list[BadPacket] = []
        for packet in packets:
            try:
                if packet.channel == CONFIG_CHANNEL:
                    self._buffers = buffers_in(packet.payload) or USUAL
                    self._halves.has_gyro |= GYROSCOPE in self._buffers
                else:
                    blocks += self._take(parse(packet.payload), packet.arrival_s, bad)
            except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as problem:
                bad.append(BadPacket(packet.arrival_s, f"no reply of phyphox ({problem})"))
        return Decoded(concatenate(blocks) if blocks else None, tuple(bad))

    def is_preface(self, packet: Packet) -> bool:
        """The configuration of the experiment."""
        return packet.channel == CONFIG_CHANNEL

    def _take(self, reply: BufferReply, arrival_s: float, bad: list[BadPacket]) -> list[ImuBlock]:
        tables = self._tables(reply, arrival_s, bad)
        if not tables:
            return []
        newest_ns = round(max(float(table[-1, 0]) for table in tables.values()) * 1e9)
        if self._epoch.set_anew(newest_ns, arrival_s):
            self._streams = _streams()
            waiting = self._halves.restart()
            if waiting:
                reason = f"the experiment was started again while {waiting} values waited"
                bad.append(BadPacket(arrival_s, reason))
        grown = {}
        for sensor, table in tables.items():
            times = table[:, 0].tolist()
            time_s = np.array([self._epoch.seconds(round(t * 1e9)) for t in times])
            grown[sensor] = self._streams[sensor].grown(time_s, table[:, 1:], arrival_s, bad)
        self._halves.has_gyro |= GYROSCOPE in grown
        blocks = []
        if ACCELEROMETER in grown and len(grown[ACCELEROMETER][0]):
            time_s, values = grown[ACCELEROMETER]
            period_s = self._streams[ACCELEROMETER].period_s
            blocks += self._halves.acceleration(arrival_s, time_s, values, period_s, bad)
        if GYROSCOPE in grown and len(grown[GYROSCOPE][0]):
            blocks += self._halves.rotation(arrival_s, *grown[GYROSCOPE], bad)
        return blocks

    def _tables(
        self, reply: BufferReply, arrival_s: float, bad: list[BadPacket]
    ) -> dict[str, Floats]:
        """Rows of time, x, y and z of each sensor that the reply has something of."""
        tables = {}
        for sensor, names in self._buffers.items():
            columns = [reply.values(name) for name in names]
            if len({len(column) for column in columns}) > 1:
                bad.append(BadPacket(arrival_s, f"{sensor} buffers of different lengths"))
                continue
            table = np.array(columns, dtype=np.float64).T
            if not (np.abs(table[:, 0]) < _LONGEST_S).all():
                bad.append(BadPacket(arrival_s, f"{sensor} times that are no times"))
            elif len(table):
                tables[sensor] = table
        return tables


def _streams() -> dict[str, NewSamples]:
    return {sensor: NewSamples(f"{sensor} samples") for sensor in USUAL}
