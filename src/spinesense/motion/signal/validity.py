"""Samples that are no readings of a working sensor are left out, counted and told.

Three kinds: values that are not numbers, values beyond the range of any sensor, and values that a
frozen sensor repeats. The noise of a chip exceeds one step of its 16 bits (0.7 mg and 0.05 °/s
against 0.5 mg and 0.06 °/s), so that no triad of axes repeats itself for seconds. Readings that
were rounded to coarse steps do while the sensor rests, and a gyroscope with a dead band then shows
exactly nothing; neither is taken for frozen.
"""

from dataclasses import dataclass, field, replace

import numpy as np

from spinesense.model.events import SignalFault
from spinesense.model.readings import LeftOut
from spinesense.model.samples import Flags, Floats, ImuBlock, Ints
from spinesense.model.units import STANDARD_GRAVITY_MPS2
from spinesense.motion.signal.signal_check import run_lengths
from spinesense.motion.signal.timed_block import LARGEST_READING


@dataclass(frozen=True, slots=True)
class ValidityParams:
    """Tunables of the check."""

    largest_acc_mps2: float = 33.0 * STANDARD_GRAVITY_MPS2
    """Just beyond the widest range in use, ±32 g."""
    largest_gyr_radps: float = 71.0
    """Just beyond the widest range in use, ±4000 °/s."""
    frozen_s: float = 0.5
    """Longer than any triad of a chip repeats itself: its noise exceeds one step."""
    told_s: float = 2.0
    """After so long it is told; a shorter hold is only left out and counted."""
    frozen_without_gyro_s: float = 10.0
    """Chips without a gyroscope are often of low power and filter their noise."""
    frozen_coarse_s: float = 60.0
    """Readings in coarse steps may repeat for a while."""
    fewest_repeats: int = 8
    """However slowly samples come: that many by chance are fewer than one in 10^10."""
    fine_acc_mps2: float = 0.02
    """A step smaller than this is one of a chip, not of rounding: 2 mg."""
    fine_gyr_radps: float = 0.005


@dataclass(frozen=True, slots=True)
class Triad:
    """What three axes have shown so far."""

    repeated: int = 0
    """How often the newest reading repeats the one before, in a row."""
    changed: bool = False
    fine: bool = False
    """Whether a step smaller than those of rounding was seen."""


@dataclass(slots=True)
class ValidityState:
    """Where the check stands. Arrays are replaced, never changed in place."""

    has_gyro: bool = False
    last: Floats | None = None
    """(6,) the newest sample, left out or not."""
    acc: Triad = field(default_factory=Triad)
    gyr: Triad = field(default_factory=Triad)
    pending: tuple[SignalFault, ...] = ()
    """Why samples were left out since the newest one that was not."""
    left_out: LeftOut = field(default_factory=LeftOut)
    until_clock_s: float | None = None
    """Clock of the newest sample that was left out, when none has followed that was not."""


@dataclass(frozen=True, slots=True, eq=False)
class ValidSamples:
    """The samples that are left of a block."""

    block: ImuBlock
    faults: tuple[tuple[int, SignalFault], ...]
    """What is to be told, and at which of these samples."""
    upgraded: Flags
    """Flag at the sample with which a gyroscope appears in a stream that had none."""


class ValidityCheck:
    """Leaves samples out. Equal samples give equal results, however they are cut into blocks.

    Parameters
    ----------
    nominal_rate_hz
        Samples a second.
    params
        Tunables.
    """

    def __init__(self, nominal_rate_hz: float, params: ValidityParams | None = None) -> None:
        self._params = params or ValidityParams()
        self._rate_hz = nominal_rate_hz
        self.state = ValidityState()

    def feed(self, block: ImuBlock, clock_s: Floats) -> ValidSamples:
        """Check the next samples, whose clock reads ``clock_s`` (n,)."""
        upgraded = np.zeros(len(block), dtype=np.bool_)
        if not len(block):
            return ValidSamples(block, (), upgraded)
        state = self.state
        frozen, long = self._frozen(block)
        if state.has_gyro and not state.pending and not frozen.any() and self._all_possible(block):
            return ValidSamples(block, (), upgraded)
        possible = self._possible(block)
        finite = self._finite(block, possible & ~frozen, upgraded)
        good = finite & possible & ~frozen
        why = {
            SignalFault.IMPOSSIBLE: finite & ~possible,
            SignalFault.NOT_A_NUMBER: ~finite,
            SignalFault.STUCK: finite & possible & long,
        }
        rows = np.flatnonzero(good)
        faults = self._told(why, rows)
        why[SignalFault.STUCK] = finite & possible & frozen
        self._count(why, rows, clock_s)
        return ValidSamples(_taken(block, rows), tuple(sorted(faults)), upgraded[rows])

    def _frozen(self, block: ImuBlock) -> tuple[Flags, Flags]:
        """Rows that only repeat what a frozen sensor sent, and those of them to be told of."""
        state, params = self.state, self._params
        last = np.full(6, np.nan) if state.last is None else state.last
        state.last = np.concatenate([block.acc_mps2[-1], block.gyr_radps[-1]])
        acc = _Runs(state.acc, last[:3], block.acc_mps2, params.fine_acc_mps2)
        gyr = _Runs(state.gyr, last[3:], block.gyr_radps, params.fine_gyr_radps)
        state.acc, state.gyr = acc.after, gyr.after
        frozen, long = np.zeros((2, len(block)), dtype=np.bool_)
        soon, told = self._repeats_in(params.frozen_s), self._repeats_in(params.told_s)
        for runs, limits in ((acc, self._limits_of_acc), (gyr, self._limits_of_gyr)):
            if runs.repeated.max() >= soon:
                beyond = runs.repeated > limits(block, runs)
                frozen |= beyond
                long |= beyond & (runs.repeated >= told)
        return frozen, long

    def _limits_of_acc(self, block: ImuBlock, runs: "_Runs") -> Floats:
        """How many repetitions (n,) a living accelerometer may show: none for long of nothing."""
        soon, late = self._repeats_in(self._params.frozen_s), self._late
        without_gyro = self._repeats_in(self._params.frozen_without_gyro_s)
        blind = np.isnan(block.gyr_radps[:, 0])
        # How often a reading may repeat: 10 s or 60 s without a gyroscope, 60 s in coarse steps,
        # else 0.5 s; a specific force of exactly 0 for 0.5 s only.
        limit = np.where(
            blind, np.where(runs.fine, without_gyro, late), np.where(runs.coarse, late, soon)
        )
        return np.where(block.acc_mps2.any(axis=1), limit, soon).astype(np.float64)

    def _limits_of_gyr(self, block: ImuBlock, runs: "_Runs") -> Floats:
        """How many repetitions (n,) a living gyroscope may show: of nothing as many as it likes."""
        soon = self._repeats_in(self._params.frozen_s)
        # 60 s in coarse steps, else 0.5 s; a rate of exactly 0 for ever, as within a dead band.
        limit = np.where(runs.coarse, self._late, soon).astype(np.float64)
        return np.where(block.gyr_radps.any(axis=1), limit, np.inf)

    @property
    def _late(self) -> int:
        return self._repeats_in(self._params.frozen_coarse_s)

    def _repeats_in(self, duration_s: float) -> int:
        return max(round(duration_s * self._rate_hz), self._params.fewest_repeats)

    def _all_possible(self, block: ImuBlock) -> bool:
        """Whether all readings are possible; a NaN is least and largest, and is not."""
        params = self._params
        return all(
            readings.max() <= largest and readings.min() >= -largest
            for readings, largest in (
                (block.acc_mps2, params.largest_acc_mps2),
                (block.gyr_radps, params.largest_gyr_radps),
            )
        )

    def _possible(self, block: ImuBlock) -> Flags:
        """Rows in which nothing is beyond the range of any sensor."""
        params = self._params
        beyond = _any(np.abs(block.acc_mps2) > params.largest_acc_mps2)
        return ~(beyond | _any(np.abs(block.gyr_radps) > params.largest_gyr_radps))

    def _finite(self, block: ImuBlock, otherwise_good: Flags, upgraded: Flags) -> Flags:
        """Rows of numbers; sets the flag of the row with which a gyroscope appears."""
        state = self.state
        acc = _every(np.abs(block.acc_mps2) < LARGEST_READING)
        gyr = _every(np.abs(block.gyr_radps) < LARGEST_READING)
        if not state.has_gyro:
            whole = acc & gyr & otherwise_good
            appears = int(whole.argmax()) if whole.any() else len(block)
            upgraded[appears : appears + 1] = True
            state.has_gyro = appears < len(block)
            gyr[:appears] |= _every(np.isnan(block.gyr_radps[:appears]))
        return acc & gyr

    def _told(self, why: dict[SignalFault, Flags], rows: Ints) -> list[tuple[int, SignalFault]]:
        """Each reason at the first row left, of these, that follows one left out for it."""
        told, pending = [], []
        newest = int(rows[-1]) if len(rows) else -1
        for fault, flags in why.items():
            known = fault in self.state.pending
            since = -1 if known else int(flags.argmax())
            at = int(np.searchsorted(rows, since))
            if (known or flags.any()) and at < len(rows):
                told.append((at, fault))
            if flags[newest + 1 :].any() or (known and newest < 0):
                pending.append(fault)
        self.state.pending = tuple(pending)
        return told

    def _count(self, why: dict[SignalFault, Flags], rows: Ints, clock_s: Floats) -> None:
        """Count what is left out, and remember how far it reaches."""
        state = self.state
        before = state.left_out
        state.left_out = LeftOut(
            before.impossible + int(why[SignalFault.IMPOSSIBLE].sum()),
            before.not_a_number + int(why[SignalFault.NOT_A_NUMBER].sum()),
            before.repeated + int(why[SignalFault.STUCK].sum()),
        )
        last_is_left_out = not len(rows) or int(rows[-1]) < len(clock_s) - 1
        state.until_clock_s = float(clock_s[-1]) if last_is_left_out else None


class _Runs:
    """What each row (n, 3) of a triad shows, given what the rows before them did."""

    def __init__(self, triad: Triad, last: Floats, table: Floats, fine_step: float) -> None:
        same = np.empty(len(table), dtype=np.bool_)
        same[1:] = _every(table[1:] == table[:-1])
        same[0] = bool((table[0] == last).all())
        self.repeated = run_lengths(same, triad.repeated)
        self.fine = np.ones(len(table), dtype=np.bool_)
        """Whether a fine step was seen by then."""
        self.coarse = ~self.fine
        """Whether there were steps by then, and all of them coarse."""
        self.after = replace(triad, repeated=int(self.repeated[-1]))
        if not triad.fine:
            with np.errstate(over="ignore", invalid="ignore"):  # of infinities: no step
                steps = np.abs(np.diff(table, axis=0, prepend=last[None]))
            # Once a step was seen, and once a fine one was, that stays so.
            changed = triad.changed | np.logical_or.accumulate(_any(steps > 0.0))
            self.fine = np.logical_or.accumulate(_any((steps > 0.0) & (steps < fine_step)))
            self.coarse = changed & ~self.fine
            self.after = Triad(self.after.repeated, bool(changed[-1]), bool(self.fine[-1]))


def _every(flags: Flags) -> Flags:
    """Whether all three axes of a row are flagged."""
    return flags[:, 0] & flags[:, 1] & flags[:, 2]


def _any(flags: Flags) -> Flags:
    """Whether some axis of a row is flagged."""
    return flags[:, 0] | flags[:, 1] | flags[:, 2]


def _taken(block: ImuBlock, rows: Ints) -> ImuBlock:
    """Copies of some rows."""
    clock = block.device_time_s
    return ImuBlock(
        block.arrival_s[rows],
        block.acc_mps2[rows],
        block.gyr_radps[rows],
        block.index[rows],
        block.counted,
        None if clock is None else clock[rows],
    )
