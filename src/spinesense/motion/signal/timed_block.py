"""Samples whose times are known."""

from dataclasses import dataclass

import numpy as np

from spinesense.model.samples import Floats

LARGEST_READING = 1e6
"""In m/s² or rad/s; beyond it no sensor measures, and a reading counts as not a number."""


@dataclass(frozen=True, slots=True, eq=False)
class TimedBlock:
    """Consecutive samples of one segment, with their times; rows are samples."""

    time_s: Floats
    """(n,) strictly increasing."""
    period_s: Floats
    """(n,) the time that each sample stands for: one over the measured rate, and after a short hole
    the time since the sample before it."""
    acc_mps2: Floats
    """(n, 3) specific force, finite."""
    gyr_radps: Floats
    """(n, 3) angular rate: finite, or NaN throughout the segment for want of a gyroscope."""
    segment: int
    """Number of the stretch without a gap that is too long to be bridged, from 0."""

    def __len__(self) -> int:
        return len(self.time_s)

    def rows(self, start: int, stop: int) -> "TimedBlock":
        """Samples ``start`` to ``stop`` (exclusive) as a view."""
        cut = slice(start, stop)
        return TimedBlock(
            self.time_s[cut],
            self.period_s[cut],
            self.acc_mps2[cut],
            self.gyr_radps[cut],
            self.segment,
        )

    def followed_by(self, other: "TimedBlock") -> "TimedBlock":
        """These samples and then those of the same segment."""
        return TimedBlock(
            np.concatenate([self.time_s, other.time_s]),
            np.concatenate([self.period_s, other.period_s]),
            np.concatenate([self.acc_mps2, other.acc_mps2]),
            np.concatenate([self.gyr_radps, other.gyr_radps]),
            self.segment,
        )

    def copied(self) -> "TimedBlock":
        """The same samples, keeping no larger array alive."""
        return TimedBlock(
            self.time_s.copy(),
            self.period_s.copy(),
            self.acc_mps2.copy(),
            self.gyr_radps.copy(),
            self.segment,
        )
