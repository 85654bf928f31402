"""Readings that should not be trusted: saturated, in another unit, without a gyroscope."""

import math
from dataclasses import dataclass, field

import numpy as np

from spinesense.model.events import SignalFault, SignalSuspect
from spinesense.model.samples import Flags, Floats, Ints
from spinesense.motion.signal.timed_block import TimedBlock

MESSAGES = {
    SignalFault.NO_GYRO: "The sensor sends no rotation rate, so inclination is coarse during "
    "movement; use a sensor with a gyroscope for exercises.",
    SignalFault.STUCK: "The sensor repeats the same reading, which is left out; switch it off and "
    "on again.",
    SignalFault.SATURATED: "The movement is beyond the sensor's measuring range; move more gently "
    "or set a wider range.",
    SignalFault.WRONG_UNITS: "Acceleration at rest is not near 9.8 m/s²; check the unit of the "
    "recording or the settings of the sensor.",
    SignalFault.NOT_A_NUMBER: "Some readings are not numbers and were left out; check the "
    "recording or the sensor.",
    SignalFault.IMPOSSIBLE: "Some readings are beyond what a sensor can measure (32 g, 4000 °/s) "
    "and were left out; check the unit of the recording, or the sensor.",
}
"""What is said of each fault, once."""


@dataclass(frozen=True, slots=True)
class SignalCheckParams:
    """Tunables of the check."""

    no_gyro_s: float = 1.0
    pinned_repeats: int = 2
    """Repetitions of one large reading that show a range's end."""
    large_acc_mps2: float = 18.5
    """Just below the smallest range in use, ±2 g."""
    large_gyr_radps: float = math.radians(240.0)
    """Just below the smallest range in use, ±250 °/s."""
    rest_spread: float = 0.05
    """Spread of the specific force over a second, by its size, that counts as rest."""
    rest_acc_mps2: tuple[float, float] = (7.0, 13.0)
    """Gravity with the scale error of an uncalibrated sensor and a little movement."""
    wrong_unit_windows: int = 3


@dataclass(slots=True)
class SignalCheckState:
    """Runs that are under way, and what was told. Arrays are replaced, never changed in place."""

    told: tuple[SignalFault, ...] = ()
    last: Floats | None = None
    """(6,) the newest sample."""
    without_gyro: int = 0
    pinned: int = 0
    norms: Floats = field(default_factory=lambda: np.empty(0))
    """Size of the specific force in the second under way."""
    wrong_windows: int = 0


class SignalCheck:
    """Tells each fault of the readings once.

    Parameters
    ----------
    nominal_rate_hz
        Samples a second.
    params
        Tunables.
    """

    def __init__(self, nominal_rate_hz: float, params: SignalCheckParams | None = None) -> None:
        self._params = params or SignalCheckParams()
        self._rate_hz = nominal_rate_hz
        self.state = SignalCheckState()

    def feed(self, block: TimedBlock) -> list[SignalSuspect]:
        """Faults that these samples show for the first time, in the order of time."""
        if not len(block):
            return []
        state, params = self.state, self._params
        acc, gyr = block.acc_mps2, block.gyr_radps
        # Which of the six readings repeat the sample before to the last bit.
        same = np.empty((len(block), 6), dtype=np.bool_)
        np.equal(acc[1:], acc[:-1], out=same[1:, :3])
        np.equal(gyr[1:], gyr[:-1], out=same[1:, 3:])
        newest = np.concatenate([acc[-1], gyr[-1]])
        same[0] = state.last is not None and np.concatenate([acc[0], gyr[0]]) == state.last
        state.last = newest
        blind = np.isnan(gyr[:, 0])
        without_gyro = run_lengths(blind, state.without_gyro)
        pinned = run_lengths(self._pinned(acc, gyr, same), state.pinned)
        state.without_gyro, state.pinned = int(without_gyro[-1]), int(pinned[-1])
        found = (
            (SignalFault.NO_GYRO, without_gyro >= params.no_gyro_s * self._rate_hz),
            (SignalFault.SATURATED, pinned >= params.pinned_repeats),
            (SignalFault.WRONG_UNITS, self._wrong_unit(block.acc_mps2)),
        )
        events = [self._tell(fault, flags, block.time_s) for fault, flags in found]
        return sorted((event for event in events if event), key=lambda event: event.time_s)

    def _pinned(self, acc: Floats, gyr: Floats, same: Flags) -> Flags:
        """Rows in which some large reading is the one before to the last bit."""
        params = self._params
        pinned = np.zeros(len(acc), dtype=np.bool_)
        for first, table, limit in (
            (0, acc, params.large_acc_mps2),
            (3, gyr, params.large_gyr_radps),
        ):
            if max(np.fmax.reduce(table, axis=None), -np.fmin.reduce(table, axis=None)) >= limit:
                pinned |= (same[:, first : first + 3] & (np.abs(table) >= limit)).any(axis=1)
        return pinned

    def tell(self, fault: SignalFault, time_s: float) -> list[SignalSuspect]:
        """The event of a fault seen elsewhere, unless it was told already."""
        if fault in self.state.told:
            return []
        self.state.told = tuple(sorted((*self.state.told, fault)))
        return [SignalSuspect(time_s, fault, MESSAGES[fault])]

    def _tell(self, fault: SignalFault, flags: Flags, time_s: Floats) -> SignalSuspect | None:
        """The event of a fault at the first row that shows it."""
        if fault in self.state.told or not flags.any():
            return None
        return self.tell(fault, float(time_s[int(flags.argmax())]))[0]

    def _wrong_unit(self, acc_mps2: Floats) -> Flags:
        """Rows at which enough seconds of rest in a row had the wrong size of gravity."""
        state, params = self.state, self._params
        flags = np.zeros(len(acc_mps2), dtype=np.bool_)
        if SignalFault.WRONG_UNITS in state.told:
            return flags
        x, y, z = acc_mps2.T
        carried = len(state.norms)
        # |a| of each sample, in windows of one second.
        norms = np.concatenate([state.norms, np.sqrt(x * x + y * y + z * z)])
        width = max(2, round(self._rate_hz))
        windows = norms[: len(norms) // width * width].reshape(-1, width)
        state.norms = norms[windows.size :].copy()
        if not len(windows):
            return flags
        wrong = self._rest_of_wrong_size(windows)
        runs = run_lengths(wrong, state.wrong_windows)
        state.wrong_windows = int(runs[-1])
        ends = (np.arange(len(windows)) + 1) * width - carried - 1
        flags[ends[runs >= params.wrong_unit_windows]] = True
        return flags

    def _rest_of_wrong_size(self, windows: Floats) -> Flags:
        """Windows (w, n) of specific force that hardly varies about a size that gravity has not."""
        params = self._params
        low, high = params.rest_acc_mps2
        least, most = windows.min(axis=1), windows.max(axis=1)
        wrong: Flags = (least < low) | (most > high)
        # The middle of the others lies where it should: a median takes longer than all else here.
        rows = np.flatnonzero(wrong)
        middle = np.median(windows[rows], axis=1)
        # At rest |a| varies by 5 % at most; its median should then be that of gravity.
        rest = most[rows] - least[rows] <= params.rest_spread * middle
        wrong[rows] = rest & ((middle < low) | (middle > high))
        return wrong


def run_lengths(flags: Flags, carried: int) -> Ints:
    """Length of the run of true flags that ends at each row, ``carried`` long before the first."""
    if not flags.any():
        return np.zeros(len(flags), dtype=np.int64)
    rows = np.arange(1, len(flags) + 1)
    # The newest row at or before each that is not flagged, counted from 1; -carried before the
    # first.
    last_break = np.maximum.accumulate(np.where(flags, -carried, rows))
    return np.asarray(rows - last_break, dtype=np.int64)
