"""The constant error of the gyroscope, found from what it does to the direction of gravity.

Integrating the gyroscope gives an inertial frame that drifts with the error that is left. Seen
from there the low-passed specific force u should stand still; instead du/dt = (R(q) (b - b̂)) × u,
where b̂ is the bias already taken off. Over a lag L that is linear in b:

    u(t) - u(t - L) + ∫ A b̂ dt = (∫ A dt) b,    A = -[u]× R(q)

Each pair of instants adds to 3×3 normal equations, which forget over some minutes and start from a
prior. At rest the mean angular rate is the bias itself.
"""

import math
from dataclasses import dataclass, field

import numpy as np

from spinesense.model.samples import Floats
from spinesense.motion.maths.quaternion import components, matrices

_IDENTITY = np.eye(3)

THINNING = 4
"""Every so many ticks are looked at for drift: it is slow, and the low-passed up smooth."""


@dataclass(frozen=True, slots=True)
class BiasParams:
    """Tunables of the bias estimate."""

    prior_sd_radps: float = math.radians(1.0)
    """Usual zero-rate error of a MEMS gyroscope after its factory trim (data sheets: ±1 °/s for
    the LSM6DSO, ±0.5 °/s for the BMI270, ±5 °/s for the ICM-20948)."""
    memory_s: float = 300.0
    """Zero-rate errors follow the temperature of the case, over minutes."""
    lag_s: float = 10.0
    """Long enough for the drift to outgrow the error of up, and for several time constants of its
    filter; short enough not to average out a bias about an axis that a repeated movement tips."""
    up_delay_s: float = 3.0
    """Delay of the low-passed up: the time constant of its filter."""
    up_sd_rad: float = math.radians(1.0)
    """Error of the low-passed up during movement: causal it is 0.3° to 1.5° on BROAD, by trial
    (Laidig and Seel 2023, and our own measurement)."""
    up_correlation_s: float = 6.0
    """Time over which that error keeps its sign: twice the time constant of the filter."""
    rest_window_s: float = 1.2
    """One look at rest: a good part of a breath."""
    rest_gyr_radps: float = math.radians(2.5)
    """Largest departure from the mean at rest: breathing turns a trunk by up to 0.8 °/s, standing
    sways more. Half of such windows of people who stand still are within 2.2 °/s (SBHAR; sitting,
    1.5 °/s)."""
    rest_acc_mps2: float = 0.3
    """Likewise; it also holds a turn that tips the sensor to 1.8° to either side."""
    rest_sd_radps: float = math.radians(0.5)
    """Uncertainty of one window at rest: breathing tips a resting trunk by about a degree every
    four seconds, which is this rate over a window."""
    largest_radps: float = math.radians(10.0)
    """A steady rate above it is a turn and no error of a gyroscope."""


@dataclass(slots=True)
class BiasState:
    """What is known of the bias. Arrays are replaced, never changed in place."""

    bias_radps: Floats = field(default_factory=lambda: np.zeros(3))
    information: Floats = field(default_factory=lambda: np.zeros((3, 3)))
    vector: Floats = field(default_factory=lambda: np.zeros(3))
    up: Floats = field(default_factory=lambda: np.empty((3, 0)))
    """Recent up, in the drifting frame; (3, h), oldest first."""
    effect: Floats = field(default_factory=lambda: np.empty((9, 0)))
    """∫ A dt, by rows, since the frame was started; (9, h)."""
    removed: Floats = field(default_factory=lambda: np.empty((3, 0)))
    """∫ A b̂ dt since the frame was started; (3, h)."""


@dataclass(frozen=True, slots=True, eq=False)
class SpanColumns:
    """A span of ticks during which one bias was taken off; component first."""

    quat: Floats
    """(4, h) sensor to drifting frame, at the first of every ``THINNING`` ticks."""
    up: Floats
    """(3, h) low-passed unit up in the drifting frame, at the same ticks."""
    gyr_radps: Floats
    """(3, m) mean angular rate of the tick, nothing taken off."""
    acc_mps2: Floats
    """(3, m) mean specific force of the tick."""


class GyroBias:
    """Estimates the bias span by span.

    Parameters
    ----------
    tick_s
        Length of a tick in seconds.
    params
        Tunables.
    """

    def __init__(self, tick_s: float, params: BiasParams | None = None) -> None:
        self._tick_s = tick_s
        self._params = params or BiasParams()
        self.state = BiasState()

    def restart(self) -> None:
        """A new drifting frame begins, as after a gap. The bias stays known."""
        self.state.up = np.empty((3, 0))
        self.state.effect = np.empty((9, 0))
        self.state.removed = np.empty((3, 0))

    def learn(self, span: SpanColumns) -> None:
        """Take in a span during which ``state.bias_radps`` was taken off, and set a new bias."""
        state, params = self.state, self._params
        length = span.gyr_radps.shape[1]
        # What was learned fades with e^(-t / memory).
        keep = math.exp(-length * self._tick_s / params.memory_s)
        information, vector = keep * state.information, keep * state.vector
        for more, towards in (self._from_drift(span), self._from_rest(span)):
            information, vector = information + more, vector + towards
        state.information, state.vector = information, vector
        # (P + N) b = n, with P the prior about zero.
        prior = _IDENTITY / params.prior_sd_radps**2
        bias_radps = np.linalg.solve(prior + information, vector)
        largest = params.largest_radps
        state.bias_radps = np.minimum(np.maximum(bias_radps, -largest), largest)

    def _from_drift(self, span: SpanColumns) -> tuple[Floats, Floats]:
        """Information of the pairs of instants that end in this span."""
        state, params = self.state, self._params
        step_s = THINNING * self._tick_s
        slope = drift_slope(span.quat, span.up) * step_s
        # A Δt and A b̂ Δt of each step; their running sums are the integrals.
        offset = np.einsum("ijk,j->ik", slope.reshape(3, 3, -1), state.bias_radps)
        effect = _extended(state.effect, slope)
        removed = _extended(state.removed, offset)
        up = np.concatenate([state.up, span.up], axis=1)
        delay = round(params.up_delay_s / step_s)
        lag = round(params.lag_s / step_s)
        kept = min(up.shape[1], lag + 2 * delay)
        state.up, state.effect, state.removed = up[:, -kept:], effect[:, -kept:], removed[:, -kept:]
        last = up.shape[1]
        # The pairs of instants t and t - L. In the first L of a frame the earlier one stays at the
        # first instant that has two delays behind it.
        late = np.arange(max(2 * delay + 1, last - span.up.shape[1]), last)
        early = np.maximum(late - lag, 2 * delay)
        # Both integrals over the lag, taken earlier by the delay with which u follows.
        sums = np.concatenate([effect, removed])
        turned = sums.take(late - delay, axis=1) - sums.take(early - delay, axis=1)
        # M = ∫ A dt, and m = u(t) - u(t - L) + ∫ A b̂ dt.
        matrix = turned[:9].reshape(3, 3, -1)
        seen = up.take(late, axis=1) - up.take(early, axis=1) + turned[9:]
        # Neighbouring pairs share their error: only so many of them count as independent.
        weight = step_s / params.up_correlation_s / params.up_sd_rad**2
        return (
            # Their share of N = Σ MᵀM / σ² and of n = Σ Mᵀm / σ².
            weight * np.einsum("ijk,ilk->jl", matrix, matrix),
            weight * np.einsum("ijk,ik->j", matrix, seen),
        )

    def _from_rest(self, span: SpanColumns) -> tuple[Floats, Floats]:
        """Information of the windows of this span in which the sensor lay still."""
        params = self._params
        width = round(params.rest_window_s / self._tick_s)
        used = span.gyr_radps.shape[1] // width * width
        gyr, acc = (
            np.ascontiguousarray(part[:, :used].reshape(3, -1, width).transpose(2, 0, 1))
            for part in (span.gyr_radps, span.acc_mps2)
        )
        # At rest the mean of w is a measurement of b, with M = 1.
        mean = gyr.mean(axis=0)
        spread = np.abs(gyr - mean).max(axis=0)
        # Rest: w and a stay near their means throughout the window, along every axis.
        rest = (spread < params.rest_gyr_radps) & (np.abs(mean) < params.largest_radps)
        rest &= np.abs(acc - acc.mean(axis=0)).max(axis=0) < params.rest_acc_mps2
        rest = rest.all(axis=0)
        weight = 1.0 / params.rest_sd_radps**2
        return weight * int(rest.sum()) * _IDENTITY, weight * mean[:, rest].sum(axis=1)


def drift_slope(quat: Floats, up: Floats) -> Floats:
    """A = -[u]× R(q), by rows.

    Parameters
    ----------
    quat, up
        (4, m) and (3, m).

    Returns
    -------
    (9, m)
    """
    ux, uy, uz = up
    rows = matrices(components(quat))
    slope = np.empty((3, 3, quat.shape[1]))
    for row, (after, weight), (before, other) in (
        (0, (1, uz), (2, uy)),
        (1, (2, ux), (0, uz)),
        (2, (0, uy), (1, ux)),
    ):
        # [u]× has two entries in each row; here row i of -[u]× R.
        np.subtract(weight * rows[after], other * rows[before], out=slope[row])
    return slope.reshape(9, -1)


def _extended(total: Floats, more: Floats) -> Floats:
    """The running sum ``total`` continued by the increments ``more``."""
    start = total[:, -1:] if total.shape[1] else np.zeros((len(more), 1))
    return np.concatenate([total, start + np.cumsum(more, axis=1)], axis=1)
