"""The stream of a Polar sensor: frames of acceleration and angular rate, joined by their time."""

from collections.abc import Sequence
from typing import Final

import numpy as np

from spinesense.model.packets import BadPacket, Packet
from spinesense.model.samples import Decoded, Floats, ImuBlock, concatenate
from spinesense.sensors.decoding.acc_and_gyro import AccGyroJoin
from spinesense.sensors.decoding.clock import Epoch
from spinesense.sensors.devices.polar.frames import (
    ACC,
    ALREADY_STREAMING,
    GYRO,
    START,
    Frame,
    FrameError,
    parse_frame,
    parse_reply,
)

CONTROL_CHANNEL: Final = "control"
DATA_CHANNEL: Final = "data"

_BACKWARDS_S = 10.0
"""Frames of both kinds come in turns and hold up to 2 s, so the time may step back that far."""
_SHORTEST_S, _LONGEST_S = 1 / 500, 1 / 10
"""Spacing of samples: Polar's rates are 25 to 416 Hz."""
_LARGEST_OFF = 0.05
"""Share by which the spacing of samples differs from frame to frame at the most."""


class PolarDecoder:
    """Decoder of one Polar stream.

    The replies of the control point, which are part of the stream, tell whether a gyroscope runs
    and by which factor values are multiplied. Without a gyroscope each frame of acceleration is
    given at once; with one, samples wait for the frame of angular rate of their time.
    """

    def __init__(self) -> None:
        self._factors: dict[int, float] = {}
        self._streams = {ACC: _Stream(), GYRO: _Stream()}
        self._halves = AccGyroJoin()
        self._epoch = Epoch(_BACKWARDS_S)

    def decode(self, packets: Sequence[Packet]) -> Decoded:
        """Samples of these packets; see `spinesense.sensors.source.Decoder`."""
        blocks: list[ImuBlock] = []
        bad: list[BadPacket] = []
        for packet in packets:
            try:
                if packet.channel == CONTROL_CHANNEL:
                    self._take_reply(packet.payload)
                else:
                    frame = parse_frame(packet.payload, self._factors)
                    blocks.extend(self._take(frame, packet.arrival_s, bad))
            except FrameError as problem:
                bad.append(BadPacket(packet.arrival_s, str(problem)))
        return Decoded(concatenate(blocks) if blocks else None, tuple(bad))

    def is_preface(self, packet: Packet) -> bool:
        """The replies of the control point."""
        return packet.channel == CONTROL_CHANNEL

    def _take_reply(self, payload: bytes) -> None:
        reply = parse_reply(payload)
        if reply.command != START or reply.error not in (0, ALREADY_STREAMING):
            return
        self._halves.has_gyro |= reply.kind == GYRO
        if reply.factor is not None and np.isfinite(reply.factor):
            self._factors[reply.kind] = reply.factor

    def _take(self, frame: Frame, arrival_s: float, bad: list[BadPacket]) -> list[ImuBlock]:
        if self._epoch.set_anew(frame.last_ns, arrival_s):
            lost = sum(stream.restart() for stream in self._streams.values())
            lost += self._halves.restart()
            if lost:
                reason = f"the clock was set again while {lost} values waited for it"
                bad.append(BadPacket(arrival_s, reason))
        stream = self._streams[frame.kind]
        blocks: list[ImuBlock] = []
        for time_s, values in stream.timed(self._epoch.seconds(frame.last_ns), frame.values):
            if frame.kind == ACC:
                period_s = stream.spacing_s
                blocks += self._halves.acceleration(arrival_s, time_s, values, period_s, bad)
            else:
                blocks += self._halves.rotation(arrival_s, time_s, values, bad)
        return blocks


class _Stream:
    """Times of the samples of one kind of frame.

    The first frame is held until the next one shows how far apart its samples are.
    """

    def __init__(self) -> None:
        self.spacing_s = 0.0
        self._last_s: float | None = None
        self._first: Floats | None = None
        self._doubted_s = 0.0

    def restart(self) -> int:
        """Begin again; the spacing stays known. Tells how many samples get no time any more."""
        held = 0 if self._first is None else len(self._first)
        self._last_s = self._first = None
        return held

    def timed(self, last_s: float, values: Floats) -> list[tuple[Floats, Floats]]:
        """Times and values of a frame, and of the first one when this is the second.

        Raises
        ------
        FrameError
            When its time is not after that of the frame before.
        """
        before_s, self._last_s = self._last_s, last_s
        if before_s is None and not self.spacing_s:
            self._first = values
            return []
        if before_s is not None:
            if last_s <= before_s:
                self._last_s = before_s
                raise FrameError("a frame from before the last one")
            self._measure((last_s - before_s) / len(values), values)
        timed = [(self._times(last_s, len(values)), values)]
        if self._first is not None and before_s is not None:
            timed.insert(0, (self._times(before_s, len(self._first)), self._first))
            self._first = None
        return timed

    def _measure(self, spacing_s: float, values: Floats) -> None:
        """Take a new spacing; a longer one, which a lost frame makes, only when it comes twice."""
        if spacing_s < _SHORTEST_S or (spacing_s > _LONGEST_S and not self.spacing_s):
            self._first = values
            raise FrameError(f"samples {spacing_s:.4f} s apart")
        known = self.spacing_s or spacing_s
        twice = abs(spacing_s - self._doubted_s) <= _LARGEST_OFF * spacing_s
        if spacing_s <= known * (1 + _LARGEST_OFF) or twice:
            self.spacing_s, self._doubted_s = spacing_s, 0.0
        else:
            self._doubted_s = spacing_s

    def _times(self, last_s: float, count: int) -> Floats:
        return last_s - self.spacing_s * np.arange(count - 1, -1, -1, dtype=np.float64)
