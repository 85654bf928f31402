"""The fixed grid of about 25 rows a second on which every stage after the orientation works."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from spinesense.model.samples import Flags, Floats, Ints

TICK_RATE_HZ = 25.0
"""Trunk movement of exercises and walking lies below 10 Hz; 25 Hz keeps it and leaves a live cue
most of its 300 ms."""


def samples_per_tick(rate_hz: float) -> int:
    """Whole samples in one tick, at least one."""
    return max(1, round(rate_hz / TICK_RATE_HZ))


@dataclass(frozen=True, slots=True, eq=False)
class Ticks:
    """Columns with one row a tick. The grid starts again at every gap, so no tick spans one."""

    time_s: Floats
    """(m,) time of the tick's last sample."""
    segment: Ints
    """(m,) number of the stretch, from 0; it grows by one at every gap too long to be bridged."""
    up_sensor: Floats
    """(m, 3) unit vector pointing up at the last sample, in the sensor frame."""
    acc_sensor_mps2: Floats
    """(m, 3) specific force, mean over the tick."""
    gyr_sensor_radps: Floats
    """(m, 3) angular rate, mean over the tick, bias removed. For a sensor without a gyroscope it
    is what the direction of gravity shows of it: the part about the vertical is 0."""

    def __len__(self) -> int:
        return len(self.time_s)

    def rows(self, start: int, stop: int) -> "Ticks":
        """Ticks ``start`` to ``stop`` (exclusive) as a view."""
        cut = slice(start, stop)
        return Ticks(
            self.time_s[cut],
            self.segment[cut],
            self.up_sensor[cut],
            self.acc_sensor_mps2[cut],
            self.gyr_sensor_radps[cut],
        )


def without_gyro(ticks: Ticks) -> Flags:
    """Whether each tick (m,) is of a sensor without a gyroscope: nothing turns about the vertical.

    A gyroscope is never so still, its noise and its bias being known to some 1e-4 rad/s.
    """
    gyr, up = ticks.gyr_sensor_radps, ticks.up_sensor
    turning = gyr[:, 0] * up[:, 0] + gyr[:, 1] * up[:, 1] + gyr[:, 2] * up[:, 2]
    return np.asarray(np.abs(turning) < 1e-9)


EMPTY_TICKS = Ticks(
    np.empty(0), np.empty(0, dtype=np.int64), np.empty((0, 3)), np.empty((0, 3)), np.empty((0, 3))
)


def concatenate(parts: Sequence[Ticks]) -> Ticks:
    """Join ticks in order; none gives no ticks."""
    if not parts:
        return EMPTY_TICKS
    if len(parts) == 1:
        return parts[0]
    return Ticks(
        np.concatenate([part.time_s for part in parts]),
        np.concatenate([part.segment for part in parts]),
        np.concatenate([part.up_sensor for part in parts]),
        np.concatenate([part.acc_sensor_mps2 for part in parts]),
        np.concatenate([part.gyr_sensor_radps for part in parts]),
    )
