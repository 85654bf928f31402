"""The low-pass of the specific force: how long it remembers depends on how fast the sensor turns.

The error of the low-passed direction has two parts. Shaking averages out: with speeds of v it is
about v / (g τ). The gyroscope's scale and cross-axis errors let the frame drift at a share k of the
angular rate w, of which a filter that lags by τ shows k w τ. Their sum is least at τ = √(v / (g k
w)). `RateAdaptiveLowPass` takes samples as they come, `BatchRateAdaptiveLowPass` a whole recording
by scipy.
"""

import math
from dataclasses import dataclass, field

import numpy as np

from spinesense.model.samples import Floats
from spinesense.motion.maths.quaternion import Vec


@dataclass(frozen=True, slots=True)
class Biquad:
    """Coefficients of y[k] = b0 x[k] + b1 x[k-1] + b2 x[k-2] - a1 y[k-1] - a2 y[k-2]."""

    b0: float
    b1: float
    b2: float
    a1: float
    a2: float


def butterworth(tau_s: float, step_s: float) -> Biquad:
    """Second-order Butterworth whose step response takes about ``tau_s``.

    The cutoff is √2/(2πτ), as in VQF (Laidig and Seel 2023, equation 17); bilinear transform. A
    cutoff beyond a quarter of the rate is lowered to it.
    """
    # The cutoff as a share of the rate.
    cutoff = min(math.sqrt(2.0) * step_s / (2.0 * math.pi * tau_s), 0.25)
    # Bilinear transform: H(s) = 1 / (s² + √2 s + 1) with s = (1 - z⁻¹) / (c (1 + z⁻¹)).
    c = math.tan(math.pi * cutoff)
    d = c * c + math.sqrt(2.0) * c + 1.0
    b0 = c * c / d
    return Biquad(b0, 2 * b0, b0, 2 * (c * c - 1) / d, (1 - math.sqrt(2.0) * c + c * c) / d)


Pair = tuple[float, float]


@dataclass(slots=True)
class LowPassState:
    """Where the filter stands: the newest two values of three axes, the newest first."""

    young: int = 0
    """Rows seen while the output was still their mean."""
    total: list[float] = field(default_factory=lambda: [0.0] * 3)
    given: list[Pair] = field(default_factory=lambda: [(0.0, 0.0)] * 3)
    told: list[Pair] = field(default_factory=lambda: [(0.0, 0.0)] * 3)


class LowPass:
    """Low-pass of a stream of vectors: any cut gives the same bits.

    During the first ``tau_s`` the output is the mean of what came so far; from there on the filter
    runs, started as if it had seen that mean for ever. What depends on the input alone is computed
    by numpy; the recursion runs in plain floats.
    """

    def __init__(self, tau_s: float, step_s: float) -> None:
        self._biquad = butterworth(tau_s, step_s)
        self._young_rows = max(1, round(tau_s / step_s))
        self.state = LowPassState()

    def feed(self, v: Vec[Floats]) -> Vec[Floats]:
        """Filtered rows of three arrays (m,)."""
        state = self.state
        young = min(max(self._young_rows - state.young, 0), len(v[0]))
        parts = []
        for axis, column in enumerate(v):
            head = self._mean(axis, column[:young].tolist())
            row = head + self._filtered(axis, column[young:])
            parts.append(np.fromiter(row, np.float64, len(row)))
        state.young += young
        return parts[0], parts[1], parts[2]

    def _mean(self, axis: int, column: list[float]) -> list[float]:
        """The mean of all rows so far, at each of these."""
        state = self.state
        seen, total = state.young, state.total[axis]
        out: list[float] = []
        for x in column:
            seen += 1
            total += x
            out.append(total / seen)
        if out:
            state.total[axis] = total
            state.given[axis] = state.told[axis] = (out[-1], out[-1])
        return out

    def _filtered(self, axis: int, column: Floats) -> list[float]:
        state, biquad = self.state, self._biquad
        if not len(column):
            return []
        newest, before = state.given[axis]
        x = np.concatenate([(before, newest), column])
        # b0 x[k] + b1 x[k-1] + b2 x[k-2], for all k at once.
        forward = biquad.b0 * x[2:] + biquad.b1 * x[1:-1] + biquad.b2 * x[:-2]
        a1, a2 = biquad.a1, biquad.a2
        y, y1 = state.told[axis]
        out: list[float] = []
        tell = out.append
        for value in forward.tolist():
            # y[k] = that - a1 y[k-1] - a2 y[k-2].
            y, y1 = value - a1 * y - a2 * y1, y
            tell(y)
        state.given[axis] = (float(x[-1]), float(x[-2]))
        state.told[axis] = (y, y1)
        return out


@dataclass(frozen=True, slots=True)
class LowPassParams:
    """Tunables of the low-pass."""

    tau_s: float = 3.0
    """Time constant at ``usual_rate_radps``: √(v / (g k w)) with limbs and trunks moving at some
    0.3 m/s and k of 0.3 %, what is left of a gyroscope's scale and cross-axis error after trim.
    Laidig and Seel (2023) find the same value best over many movements."""
    usual_rate_radps: float = 1.0
    quick_tau_s: float = 2.0
    """About τ/√2, where the rule ends at twice the usual rate. Beyond an octave one speed v serves
    no more: who turns faster also moves faster."""
    slow_tau_s: float = 4.0
    """About τ·√2, where the rule ends at half of the usual rate: what is left of the bias drifts
    the frame too, however slowly the sensor turns."""
    rate_memory_s: float = 10.0
    """Over which the angular rate is averaged: several repetitions' worth."""


class RateAdaptiveLowPass:
    """Low-pass between a quick and a slow one, by how fast the sensor has turned lately."""

    def __init__(self, step_s: float, params: LowPassParams) -> None:
        self._params = params
        self._gain = rate_gain(step_s, params)
        self.quick = LowPass(params.quick_tau_s, step_s)
        self.slow = LowPass(params.slow_tau_s, step_s)
        self.square_rate = 0.0
        """Mean square of the angular rate lately, rad²/s²."""

    def feed(self, force: Vec[Floats], square_rate: Floats) -> Vec[Floats]:
        """Filtered rows of three arrays (m,), given the squared angular rate (m,)."""
        lately, mean = [], self.square_rate
        for square in square_rate.tolist():
            # w², averaged exponentially over the last 10 s.
            mean += self._gain * (square - mean)
            lately.append(mean)
        self.square_rate = mean
        return blended(
            self.quick.feed(force),
            self.slow.feed(force),
            quick_share(np.fromiter(lately, np.float64, len(lately)), self._params),
        )


def rate_gain(step_s: float, params: LowPassParams) -> float:
    """Weight of the newest step in the mean square of the angular rate."""
    return min(1.0, step_s / params.rate_memory_s)


def quick_share(square_rate: Floats, params: LowPassParams) -> Floats:
    """Share of the quick low-pass, 0 to 1, that makes the blend lag by the best τ."""
    relative = np.maximum(square_rate / params.usual_rate_radps**2, 1e-6)
    # τ is proportional to w^(-½), so to the fourth root of 1 / w².
    tau_s = params.tau_s / np.sqrt(np.sqrt(relative))
    # A low-pass lags by its τ, and a blend by the blend of both: solved for the share.
    share = (params.slow_tau_s - tau_s) / (params.slow_tau_s - params.quick_tau_s)
    return np.minimum(np.maximum(share, 0.0), 1.0)


def blended(quick: Vec[Floats], slow: Vec[Floats], share: Floats) -> Vec[Floats]:
    """Slow + share (quick - slow)."""
    x, y, z = (s + share * (q - s) for q, s in zip(quick, slow, strict=True))
    return x, y, z


class BatchRateAdaptiveLowPass:
    """The blend of ``lowpass.RateAdaptiveLowPass`` for blocks.

    The mean of a block is half a block old, so the time constants are shorter by that.
    """

    def __init__(self, params: LowPassParams, step_s: float) -> None:
        self._params = params
        self._quick = _Smoother(params.quick_tau_s - 0.5 * step_s, step_s)
        self._slow = _Smoother(params.slow_tau_s - 0.5 * step_s, step_s)
        self._gain = rate_gain(step_s, params)
        self._last = np.zeros(1)

    def feed(self, force: Floats, gyr_radps: Floats) -> Floats:
        """Filtered columns (3, m), given the angular rate (3, m)."""
        from scipy.signal import lfilter

        keep = 1.0 - self._gain
        square = (gyr_radps * gyr_radps).sum(axis=0)
        # The mean of w² of the last 10 s, as in ``RateAdaptiveLowPass``.
        lately, self._last = lfilter([self._gain], [1.0, -keep], square, zi=self._last)
        slow = self._slow.feed(force)
        return slow + quick_share(lately, self._params) * (self._quick.feed(force) - slow)


class _Smoother:
    """The low-pass of a stream of blocks, started from the mean of its first time constant."""

    def __init__(self, tau_s: float, step_s: float) -> None:
        self._rule = butterworth(tau_s, step_s)
        self._young = max(1, round(tau_s / step_s))
        self._seen = 0
        self._total = np.zeros((3, 1))
        self._state = np.zeros((3, 2))

    def feed(self, rows: Floats) -> Floats:
        """Filtered columns (3, m)."""
        young = min(max(self._young - self._seen, 0), rows.shape[1])
        out = []
        if young:
            sums = self._total + np.cumsum(rows[:, :young], axis=1)
            self._total = sums[:, -1:]
            out.append(sums / np.arange(self._seen + 1, self._seen + young + 1))
            # The filter starts as if it had seen the mean of the first τ for ever.
            self._state = _settled(self._rule, out[0][:, -1])
        self._seen += rows.shape[1]
        if young < rows.shape[1]:
            later, self._state = _filtered(self._rule, rows[:, young:], self._state)
            out.append(later)
        return out[0] if len(out) == 1 else np.concatenate(out, axis=1)


def smoothed(rows: Floats, rule: Biquad, young: int, causal: bool) -> Floats:
    """Rows (3, n) filtered forwards, or forwards and backwards, from the mean of the ends."""
    out, _ = _filtered(rule, rows, _settled(rule, rows[:, :young].mean(axis=1)))
    if causal:
        return out
    # Once more from the end: what the way there lagged, the way back leads.
    back = out[:, ::-1]
    out, _ = _filtered(rule, back, _settled(rule, back[:, :young].mean(axis=1)))
    return out[:, ::-1]


def _settled(rule: Biquad, level: Floats) -> Floats:
    """State (3, 2) of a filter that has seen this level for ever."""
    # Transposed direct form: with x = y = level, s1 = y - b0 x and s2 = b2 x - a2 y.
    return np.stack([level * (1.0 - rule.b0), level * (rule.b2 - rule.a2)], axis=1)


def _filtered(rule: Biquad, rows: Floats, state: Floats) -> tuple[Floats, Floats]:
    """Rows (3, n) filtered, and the state after them."""
    from scipy.signal import lfilter

    b, a = [rule.b0, rule.b1, rule.b2], [1.0, rule.a1, rule.a2]
    out, state = lfilter(b, a, rows, axis=1, zi=state)
    return out, state
