"""Clocks of devices: they wrap around, and start again when the device does."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from spinesense.model.samples import Floats, Ints

# A notification that comes late by a radio retry is late by less than a second, and a sensor that
# buffers while out of reach holds some seconds. Beyond these bounds its clock was started again.
BACKWARDS_RESTART_S: Final = 2
APART_RESTART_S: Final = 60
APART_RESTART_NS: Final = 60_000_000_000


@dataclass(frozen=True, slots=True)
class SensorClock:
    """How a device counts time."""

    ticks_per_s: int
    wrap: int
    """Number of readings; after the last it begins at 0 again."""


def nearest(raw: Ints, expected: Ints, wrap: int) -> Ints:
    """The numbers equal to ``raw`` modulo ``wrap`` that lie nearest to ``expected``."""
    return (raw - expected + wrap // 2) % wrap - wrap // 2 + expected


def clock_advances(
    clock: SensorClock, raw: Ints, arrival_s: Floats, least: Ints
) -> tuple[Ints, NDArray[np.bool_]]:
    """By how much a clock went on from each reading to the next, and where it was started again.

    Between two readings it advanced by the amount nearest to the advance of the arrival times, so
    that hours of silence are bridged. An advance that cannot be lateness is a restart: the time
    then goes on by the arrival times.

    Parameters
    ----------
    raw, arrival_s
        (n + 1,) readings and the times at which they arrived.
    least
        (n,) ticks that the clock goes on by at the least when it was started again.

    Returns
    -------
    (n,) ticks, and (n,) flags.
    """
    waited = np.rint(np.diff(arrival_s) * clock.ticks_per_s).astype(np.int64)
    advance = nearest(np.diff(raw), waited, clock.wrap)
    restarted = (advance < -BACKWARDS_RESTART_S * clock.ticks_per_s) | (
        np.abs(advance - waited) > APART_RESTART_S * clock.ticks_per_s
    )
    return np.where(restarted, np.maximum(waited, least), advance), restarted


class Unwrapping:
    """The clock of one device that counts nothing else, over all its packets."""

    def __init__(self, clock: SensorClock) -> None:
        self._clock = clock
        self._raw = 0
        self._arrival_s: float | None = None
        self._ticks = 0

    def ticks(self, raw: Ints, arrival_s: Floats) -> Ints:
        """Readings that do not wrap; the first of all is as it was read.

        Parameters
        ----------
        raw, arrival_s
            (n,) the next readings, n > 0, and the times at which they arrived.
        """
        if self._arrival_s is None:
            self._raw = self._ticks = int(raw[0])
            self._arrival_s = float(arrival_s[0])
        advances, _ = clock_advances(
            self._clock,
            np.concatenate([[self._raw], raw]),
            np.concatenate([[self._arrival_s], arrival_s]),
            np.ones(len(raw), dtype=np.int64),
        )
        ticks = self._ticks + np.cumsum(advances)
        self._raw, self._arrival_s, self._ticks = int(raw[-1]), float(arrival_s[-1]), int(ticks[-1])
        return ticks


class Epoch:
    """A clock that counts nanoseconds from some date, as seconds since it was first read.

    It does not wrap, but the device may set it again; the seconds then go on by the arrival times.

    Parameters
    ----------
    backwards_s
        How far a reading may lie before the one before it, where streams take turns.
    """

    def __init__(self, backwards_s: float = BACKWARDS_RESTART_S) -> None:
        self._backwards_ns = round(backwards_s * 1e9)
        self._zero_ns: int | None = None
        self._newest_ns = 0
        self._arrival_s = 0.0

    def set_anew(self, newest_ns: int, arrival_s: float) -> bool:
        """Take the newest reading, and tell whether the clock was set again before it."""
        if self._zero_ns is None:
            self._zero_ns = self._newest_ns = newest_ns
            self._arrival_s = arrival_s
        advance_ns = newest_ns - self._newest_ns
        waited_ns = round((arrival_s - self._arrival_s) * 1e9)
        self._newest_ns, self._arrival_s = newest_ns, arrival_s
        if advance_ns >= -self._backwards_ns and abs(advance_ns - waited_ns) <= APART_RESTART_NS:
            return False
        self._zero_ns += advance_ns - waited_ns
        return True

    def seconds(self, reading_ns: int) -> float:
        """Seconds since the first reading that was taken."""
        return (reading_ns - (self._zero_ns or 0)) / 1e9
