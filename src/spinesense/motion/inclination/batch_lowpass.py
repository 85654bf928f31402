"""The low-pass of ``inclination/lowpass.py`` for whole recordings, by scipy."""

import numpy as np

from spinesense.model.samples import Floats
from spinesense.motion.inclination.lowpass import (
    Biquad,
    SteadyParams,
    butterworth,
    quick_share,
    rate_gain,
)


class SteadyBlocks:
    """The blend of ``lowpass.Steady`` for blocks.

    The mean of a block is half a block old, so the time constants are shorter by that.
    """

    def __init__(self, params: SteadyParams, step_s: float) -> None:
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
    back = out[:, ::-1]
    out, _ = _filtered(rule, back, _settled(rule, back[:, :young].mean(axis=1)))
    return out[:, ::-1]


def _settled(rule: Biquad, level: Floats) -> Floats:
    """State (3, 2) of a filter that has seen this level for ever."""
    return np.stack([level * (1.0 - rule.b0), level * (rule.b2 - rule.a2)], axis=1)


def _filtered(rule: Biquad, rows: Floats, state: Floats) -> tuple[Floats, Floats]:
    """Rows (3, n) filtered, and the state after them."""
    from scipy.signal import lfilter

    b, a = [rule.b0, rule.b1, rule.b2], [1.0, rule.a1, rule.a2]
    out, state = lfilter(b, a, rows, axis=1, zi=state)
    return out, state
