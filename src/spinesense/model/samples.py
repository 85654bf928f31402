"""Decoded samples as columns."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from spinesense.model.packets import BadPacket

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class ImuBlock:
    """Consecutive samples of one IMU in the sensor frame; rows are samples.

    A block may hold one packet or a whole recording: no result depends on where a stream is cut.
    """

    arrival_s: Floats
    """(n,) host time at which the packet that held the sample arrived."""
    acc_mps2: Floats
    """(n, 3) specific force."""
    gyr_radps: Floats
    """(n, 3) angular rate; NaN throughout for a sensor without a gyroscope."""
    index: Ints
    """(n,) number of the sample since the sensor was started, unwrapped. Gaps in it are lost
    samples. A device that sends no counter is numbered by the decoder, without gaps."""
    counted: bool
    """Whether ``index`` comes from a counter of the device, so that lost samples show in it."""
    device_time_s: Floats | None = None
    """(n,) the device's own clock, unwrapped; None for a device without one."""

    def __len__(self) -> int:
        return len(self.arrival_s)

    def rows(self, start: int, stop: int) -> "ImuBlock":
        """Samples ``start`` to ``stop`` (exclusive) as a view."""
        cut = slice(start, stop)
        clock = None if self.device_time_s is None else self.device_time_s[cut]
        return ImuBlock(
            self.arrival_s[cut],
            self.acc_mps2[cut],
            self.gyr_radps[cut],
            self.index[cut],
            self.counted,
            clock,
        )


def concatenate(blocks: "list[ImuBlock]") -> ImuBlock:
    """Join blocks of one stream; all must come from the same decoder."""
    clocks = [block.device_time_s for block in blocks if block.device_time_s is not None]
    return ImuBlock(
        np.concatenate([block.arrival_s for block in blocks]),
        np.concatenate([block.acc_mps2 for block in blocks]),
        np.concatenate([block.gyr_radps for block in blocks]),
        np.concatenate([block.index for block in blocks]),
        blocks[0].counted,
        np.concatenate(clocks) if len(clocks) == len(blocks) else None,
    )


@dataclass(frozen=True, slots=True, eq=False)
class Decoded:
    """What a decoder made of some packets."""

    block: ImuBlock | None
    """The samples in order of arrival, or None when the packets held none."""
    bad: tuple[BadPacket, ...] = ()
    battery_percent: int | None = None
    """The newest battery level among these packets."""
