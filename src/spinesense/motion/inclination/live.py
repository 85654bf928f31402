"""The direction of gravity in the sensor frame, tick by tick.

The filter is that of Laidig and Seel (VQF, Information Fusion 91, 2023), section 3: integrate the
gyroscope to a slowly drifting inertial frame, low-pass the specific force there, and turn the
result back. It has no feedback, so whole stretches are computed at once; and since every operation
works on a fixed grid, any cut of the stream gives the same bits.
"""

import math
from dataclasses import dataclass, field

import numpy as np

from spinesense.model.samples import Floats
from spinesense.motion.inclination.gyro_bias import THINNING, BiasParams, GyroBias, SpanColumns
from spinesense.motion.inclination.lowpass import LowPass, LowPassParams, RateAdaptiveLowPass
from spinesense.motion.inclination.rotation_product import RotationProduct
from spinesense.motion.maths.quaternion import (
    Quat,
    Vec,
    components,
    conjugate,
    exponential,
    multiply,
    rotate,
    unit,
)
from spinesense.motion.signal.timed_block import TimedBlock
from spinesense.motion.ticks import EMPTY_TICKS, Ticks, concatenate, samples_per_tick

FIRST_SPAN_TICKS = 32
LONGEST_SPAN_TICKS = 1024
"""A new gyroscope bias is taken over at the end of a span. Spans double from 1.3 s to 41 s: soon at
first, when little is known, and seldom later, when it hardly changes."""


@dataclass(frozen=True, slots=True)
class OrientationParams:
    """Tunables of the filter."""

    steady: LowPassParams = field(default_factory=LowPassParams)
    tau_without_gyro_s: float = 0.5
    """Without a gyroscope the low-pass cannot follow a turning trunk, so it must be quick."""
    bias: BiasParams = field(default_factory=BiasParams)


@dataclass(slots=True)
class OrientationState:
    """Where the filter stands. Arrays are replaced, never changed in place, but for ``columns``."""

    segment: int = -1
    pending: TimedBlock | None = None
    """Samples of the tick under way."""
    has_gyro: bool = True
    span_ticks: int = FIRST_SPAN_TICKS
    ticks_in_span: int = 0
    columns: Floats = field(default_factory=lambda: np.zeros((13, LONGEST_SPAN_TICKS)))
    """The span so far, for the bias: quaternion, up, angular rate, specific force."""
    last_up: Vec[float] | None = None


class Orientation:
    """Inclination filter with an estimate of the gyroscope's bias.

    Parameters
    ----------
    rate_hz
        Nominal sample rate; the grid of ticks is laid out from it.
    params
        Tunables.
    """

    def __init__(self, rate_hz: float, params: OrientationParams | None = None) -> None:
        self._params = params or OrientationParams()
        self.samples_per_tick = samples_per_tick(rate_hz)
        self._tick_s = self.samples_per_tick / rate_hz
        self.state = OrientationState()
        self.bias = GyroBias(self._tick_s, self._params.bias)
        self.steady = RateAdaptiveLowPass(self._tick_s, self._params.steady)
        self.coarse = LowPass(self._params.tau_without_gyro_s, self._tick_s)
        self.chain = RotationProduct()

    def feed(self, block: TimedBlock) -> Ticks:
        """Filter the samples and return the ticks that they complete.

        Samples of a new segment start the filter afresh, but keep the bias; those of a tick that
        the gap cut off are left out.
        """
        state = self.state
        if not len(block):
            return EMPTY_TICKS
        if block.segment != state.segment:
            self._restart(block)
        elif state.pending is not None:
            block = state.pending.followed_by(block)
        count = len(block) // self.samples_per_tick
        done = 0
        parts = []
        while done < count:
            stop = min(count, done + state.span_ticks - state.ticks_in_span)
            per = self.samples_per_tick
            parts.append(self._filter(block.rows(done * per, stop * per)))
            done = stop
        rest = block.rows(done * self.samples_per_tick, len(block))
        state.pending = rest.copied() if len(rest) else None
        return concatenate(parts)

    def _restart(self, block: TimedBlock) -> None:
        """Begin a new drifting frame at the first sample of the block."""
        state = self.state
        state.segment = block.segment
        state.pending = None
        state.has_gyro = not math.isnan(block.gyr_radps[0, 0])
        state.ticks_in_span = 0
        state.last_up = None
        self.chain = RotationProduct()
        self.bias.restart()
        self.steady = RateAdaptiveLowPass(self._tick_s, self._params.steady)
        self.coarse = LowPass(self._params.tau_without_gyro_s, self._tick_s)

    def _filter(self, block: TimedBlock) -> Ticks:
        """Filter whole ticks that lie in one span."""
        per = self.samples_per_tick
        count = len(block) // per
        acc = by_block(block.acc_mps2, per)
        acc_mean = _mean(acc)
        if self.state.has_gyro:
            up, gyr_radps = self._follow(block, acc, acc_mean)
        else:
            # No q: up is the low-pass of the specific force as the sensor sees it.
            up = unit(self.coarse.feed(acc_mean))
            gyr_radps = np.stack(self._rate_of(up), axis=1)
        return Ticks(
            block.time_s[per - 1 :: per].copy(),
            np.full(count, block.segment, dtype=np.int64),
            np.stack(up, axis=1),
            np.stack(acc_mean, axis=1),
            gyr_radps,
        )

    def _follow(
        self, block: TimedBlock, acc: Vec[Floats], acc_mean: Vec[Floats]
    ) -> tuple[Vec[Floats], Floats]:
        """Up at the end of each tick, and its mean angular rate without the bias."""
        per = self.samples_per_tick
        gyr = by_block(block.gyr_radps, per)
        gyr_mean = _mean(gyr)
        bias_x, bias_y, bias_z = self.bias.state.bias_radps.tolist()
        half_s = 0.5 * np.ascontiguousarray(block.period_s.reshape(-1, per).T)
        # Half the rotation vector of each sample, ½ (w - b) Δt; from it the turn r of each tick and
        # its mean force f, as seen from the start of the tick.
        turns, force = integrate(
            (
                (gyr[0] - bias_x) * half_s,
                (gyr[1] - bias_y) * half_s,
                (gyr[2] - bias_z) * half_s,
            ),
            acc,
        )
        # q before and after each tick: q_k = q_(k-1) ⊗ r.
        start, end = self.chain.feed(turns)
        x, y, z = gyr_mean[0] - bias_x, gyr_mean[1] - bias_y, gyr_mean[2] - bias_z
        # e = q f q*, and u = ē / |ē|, its low-pass, in the drifting frame.
        drifting = unit(self.steady.feed(rotate(start, force), x * x + y * y + z * z))
        self._remember(end, drifting, gyr_mean, acc_mean)
        # up = q* u q, back in the sensor.
        return rotate(conjugate(end), drifting), np.stack((x, y, z), axis=1)

    def _remember(
        self, quat: Quat[Floats], up: Vec[Floats], gyr: Vec[Floats], acc: Vec[Floats]
    ) -> None:
        """Keep the ticks for the bias, and take a new bias over where the span ends."""
        state = self.state
        stop = state.ticks_in_span + len(up[0])
        for row, column in enumerate((*quat, *up, *gyr, *acc)):
            state.columns[row, state.ticks_in_span : stop] = column
        state.ticks_in_span = stop
        if stop == state.span_ticks:
            span = state.columns[:, :stop].copy()
            seldom = span[:, ::THINNING]
            self.bias.learn(SpanColumns(seldom[:4], seldom[4:7], span[7:10], span[10:]))
            state.span_ticks = min(2 * state.span_ticks, LONGEST_SPAN_TICKS)
            state.ticks_in_span = 0

    def _rate_of(self, up: Vec[Floats]) -> Vec[Floats]:
        """The angular rate that turns up as seen: (du/dt) × u, nothing about the vertical."""
        state = self.state
        first = state.last_up or (float(up[0][0]), float(up[1][0]), float(up[2][0]))
        x, y, z = (np.concatenate([[b], part]) for b, part in zip(first, up, strict=True))
        state.last_up = (float(x[-1]), float(y[-1]), float(z[-1]))
        # du/dt from neighbouring ticks.
        scale = 1.0 / self._tick_s
        dx, dy, dz = ((part[1:] - part[:-1]) * scale for part in (x, y, z))
        ux, uy, uz = up
        # (du/dt) × u.
        return dy * uz - dz * uy, dz * ux - dx * uz, dx * uy - dy * ux


def by_block(columns: Floats, per: int) -> Vec[Floats]:
    """Rows (m * per, 3) as three arrays (per, m): the place in the block first."""
    laid = np.ascontiguousarray(columns.reshape(-1, per, 3).transpose(2, 1, 0))
    return laid[0], laid[1], laid[2]


def integrate(half_turns: Vec[Floats], acc: Vec[Floats]) -> tuple[Quat[Floats], Vec[Floats]]:
    """Rotation during each block, and its mean specific force in the frame of the block's start.

    Parameters
    ----------
    half_turns
        Half the rotation vector of each sample, three arrays (per, m).
    acc
        Specific force at the end of each of these turns, three arrays (per, m).

    Returns
    -------
    rotation, force
        Four and three arrays (m,).
    """
    steps = np.stack(exponential(*half_turns))
    acc_x, acc_y, acc_z = acc
    per = len(acc_x)
    # The rotation since the block began: r_i = r_(i-1) ⊗ exp(½ (w_i - b) Δt), and the sum of r_i
    # a_i r_i*.
    run = components(steps[:, 0])
    x, y, z = rotate(run, (acc_x[0], acc_y[0], acc_z[0]))
    for place in range(1, per):
        run = multiply(run, components(steps[:, place]))
        more_x, more_y, more_z = rotate(run, (acc_x[place], acc_y[place], acc_z[place]))
        x, y, z = x + more_x, y + more_y, z + more_z
    # f is the mean of the turned forces.
    share = 1.0 / per
    return run, (x * share, y * share, z * share)


def _mean(parts: Vec[Floats]) -> Vec[Floats]:
    """Mean over the places of the blocks, added up in their order."""
    scale = 1.0 / len(parts[0])
    sums = []
    for part in parts:
        total = part[0]
        for row in part[1:]:
            total = total + row
        sums.append(total * scale)
    return sums[0], sums[1], sums[2]
