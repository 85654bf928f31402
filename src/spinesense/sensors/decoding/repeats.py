"""Samples of a sensor whose messages may bring again what came before, as those of phones do."""

import numpy as np

from spinesense.model.packets import BadPacket
from spinesense.model.samples import Floats
from spinesense.sensors.decoding.rows import newer_than


class NewSamples:
    """What one sensor has sent so far, by time.

    Parameters
    ----------
    what
        Name of its samples, for reports.
    """

    def __init__(self, what: str) -> None:
        self._what = what
        self._last_s = -np.inf
        self.period_s = 0.01
        """Time between samples, as the newest message with several has it."""

    def grown(
        self, time_s: Floats, values: Floats, arrival_s: float, bad: list[BadPacket]
    ) -> tuple[Floats, Floats]:
        """The times (n,) and values (n, 3) that are newer than all before; others are reported."""
        newer = newer_than(self._last_s, time_s)
        repeated = len(time_s) - int(newer.sum())
        if repeated:
            bad.append(BadPacket(arrival_s, f"{repeated} {self._what} came twice"))
        time_s = time_s[newer]
        if len(time_s) > 1:
            self.period_s = float(np.median(np.diff(time_s)))
        if len(time_s):
            self._last_s = float(time_s[-1])
        return time_s, values[newer]
