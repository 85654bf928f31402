"""Samples of a sensor whose acceleration and angular rate come apart, each with its times."""

import numpy as np

from spinesense.model.packets import BadPacket
from spinesense.model.samples import Floats, ImuBlock
from spinesense.sensors.decoding.join_by_time import JoinByTime, Pairs


class AccGyroJoin:
    """Makes samples of the two halves.

    Without a gyroscope each acceleration is a sample at once; with one it waits for the angular
    rate of its time. What finds no other half is left out and named.
    """

    def __init__(self) -> None:
        self.has_gyro = False
        """Whether angular rates are to be expected; true from the first one on."""
        self._pairing = JoinByTime()
        self._samples = 0

    def acceleration(
        self,
        arrival_s: float,
        time_s: Floats,
        values: Floats,
        period_s: float,
        bad: list[BadPacket],
    ) -> list[ImuBlock]:
        """Take accelerations (m/s²) that are so far apart, in the order of time."""
        if self.has_gyro:
            return self._joined(arrival_s, self._pairing.add_left(time_s, values, period_s), bad)
        return [self._block(arrival_s, time_s, values, np.full_like(values, np.nan))]

    def rotation(
        self, arrival_s: float, time_s: Floats, values: Floats, bad: list[BadPacket]
    ) -> list[ImuBlock]:
        """Take angular rates (rad/s) in the order of time."""
        self.has_gyro = True
        return self._joined(arrival_s, self._pairing.add_right(time_s, values), bad)

    def restart(self) -> int:
        """Begin again after the clock was set; tells how many values waited in vain."""
        waiting = self._pairing.waiting
        self._pairing = JoinByTime()
        return waiting

    def _joined(self, arrival_s: float, pairs: Pairs, bad: list[BadPacket]) -> list[ImuBlock]:
        lone = (
            (pairs.lone_left, "acceleration samples without angular rate"),
            (pairs.lone_right, "angular rate samples without acceleration"),
        )
        bad.extend(BadPacket(arrival_s, f"{count} {what}") for count, what in lone if count)
        if not len(pairs.time_s):
            return []
        return [self._block(arrival_s, pairs.time_s, pairs.left, pairs.right)]

    def _block(self, arrival_s: float, time_s: Floats, acc: Floats, gyr: Floats) -> ImuBlock:
        first = self._samples
        self._samples += len(time_s)
        return ImuBlock(
            arrival_s=np.full(len(time_s), arrival_s),
            acc_mps2=acc,
            gyr_radps=gyr,
            index=np.arange(first, self._samples),
            counted=False,
            device_time_s=time_s,
        )
