"""Tables of samples as packets, so that imported files take the same way as a live sensor.

A payload is rows of seven little-endian float64: time (s), specific force x y z (m/s²), angular
rate x y z (rad/s). A table without a gyroscope has NaN for the angular rate.
"""

from collections.abc import Sequence
from itertools import pairwise
from typing import Final

import numpy as np

from spinesense.model.errors import SensorError
from spinesense.model.packets import Packet
from spinesense.model.samples import Decoded, Floats, ImuBlock
from spinesense.sensors.decoding.rows import sift

CHANNEL: Final = "samples"
_COLUMNS = 7
_ROW_BYTES = 8 * _COLUMNS
_LARGEST_TIME_S = 1e12
"""Beyond it a time is none, as in the tables that are imported."""
_PACKET_S = 0.25
"""About as long as the longest connection interval of a Bluetooth sensor keeps samples back."""


def encode(
    time_s: Floats,
    acc_mps2: Floats,
    gyr_radps: Floats | None = None,
    *,
    rows_per_packet: int = 64,
) -> list[Packet]:
    """The packets of a table of samples, each arriving at the time of its last row.

    A packet holds a quarter of a second, so that a replay tells nothing later than that.

    Parameters
    ----------
    time_s
        (n,) times of the samples; arrival 0 is the first of them.
    acc_mps2, gyr_radps
        (n, 3) samples; None for a table without a gyroscope.

    Raises
    ------
    SensorError
        When the columns differ in length, or a time is not a number.
    """
    rows = len(time_s)
    gyr = np.full((rows, 3), np.nan) if gyr_radps is None else gyr_radps
    if acc_mps2.shape != (rows, 3) or gyr.shape != (rows, 3):
        raise SensorError(
            f"a table of {rows} samples has columns of shapes {acc_mps2.shape} and {gyr.shape}",
            remedy="give three acceleration and three gyro values for each time",
        )
    if not np.isfinite(time_s).all():
        row = int(np.flatnonzero(~np.isfinite(time_s))[0])
        raise SensorError(
            f"sample {row} has no time", remedy="leave it out or give every sample a time"
        )
    if not rows:
        return []
    table = np.column_stack([time_s, acc_mps2, gyr]).astype("<f8")
    arrival_s = np.maximum.accumulate(time_s - time_s[0])
    turns = np.flatnonzero(np.diff(np.floor(arrival_s / _PACKET_S))) + 1
    bounds = [0, *turns.tolist(), rows]
    return [
        Packet(
            float(arrival_s[min(first + rows_per_packet, stop) - 1]),
            CHANNEL,
            table[first : min(first + rows_per_packet, stop)].tobytes(),
        )
        for start, stop in pairwise(bounds)
        for first in range(start, stop, rows_per_packet)
    ]


class SamplesDecoder:
    """Decoder of a table of samples; its times are the clock of the device.

    Each sample counts as having arrived when it was taken, and not with the last row of its packet:
    the cut into packets is ours, and no radio delayed anything.
    """

    def __init__(self) -> None:
        self._samples = 0
        self._zero_s: float | None = None

    def decode(self, packets: Sequence[Packet]) -> Decoded:
        """Samples of these packets; see `spinesense.sensors.source.Decoder`."""
        good, bad = sift(packets, _fault)
        if not good:
            return Decoded(None, bad)
        table = np.frombuffer(b"".join(packet.payload for packet in good), dtype="<f8")
        table = table.astype(np.float64).reshape(-1, _COLUMNS)
        first = self._samples
        self._samples += len(table)
        if self._zero_s is None:
            self._zero_s = float(table[0, 0])
        block = ImuBlock(
            arrival_s=table[:, 0] - self._zero_s,
            acc_mps2=table[:, 1:4],
            gyr_radps=table[:, 4:7],
            index=np.arange(first, self._samples),
            counted=False,
            device_time_s=table[:, 0],
        )
        return Decoded(block, bad)


def _fault(payload: bytes) -> str:
    if not payload or len(payload) % _ROW_BYTES:
        return f"{len(payload)} bytes are not rows of {_COLUMNS} numbers"
    time_s = np.frombuffer(payload, dtype="<f8")[::_COLUMNS]
    if not (np.abs(time_s) <= _LARGEST_TIME_S).all():
        return "a sample has no time"
    return ""
