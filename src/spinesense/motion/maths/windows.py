"""Trailing windows on the tick grid that do not depend on where the stream is cut."""

from dataclasses import dataclass

import numpy as np

from spinesense.model.samples import Floats


@dataclass(slots=True)
class TrailingWindow:
    """Weighted sum over the last ticks. The first value is taken to have held before it came."""

    weights: tuple[float, ...]
    """Of the oldest tick in the window first."""
    past: Floats | None = None
    """(len(weights) - 1,) the newest ticks of the feeds before; None before the first."""

    def feed(self, values: Floats) -> Floats:
        """Sums that end at each of ``values`` (m,).

        Adds shifted copies one by one: each sum is formed in the same order however many ticks
        are fed at once, which a reduction along the window would not promise.
        """
        count = len(values)
        if not count:
            return values
        # Each sum is Σ weight_i · value_(k - n + i), with the values before the first set to it.
        past = np.full(len(self.weights) - 1, values[0]) if self.past is None else self.past
        joined = np.concatenate([past, values])
        total = np.zeros(count)
        for shift, weight in enumerate(self.weights):
            if weight:
                total += weight * joined[shift : shift + count]
        self.past = joined[count:].copy()
        return total

    def restart(self) -> None:
        """Forget the past: the next value follows a gap."""
        self.past = None


def mean_window(length_s: float, tick_rate_hz: float) -> TrailingWindow:
    """Plain mean over ``length_s``, at least one tick."""
    length = max(1, round(length_s * tick_rate_hz))
    return TrailingWindow((1.0 / length,) * length)


def band_window(short_s: float, long_s: float, tick_rate_hz: float) -> tuple[TrailingWindow, float]:
    """Mean over ``short_s`` in the middle of ``long_s``, less the mean over ``long_s``.

    Returns
    -------
    The window, and the time from a movement to its place in the result, in seconds.
    """
    short = max(1, round(short_s * tick_rate_hz))
    long = max(short + 2, round(long_s * tick_rate_hz))
    long += (long - short) % 2
    before = (long - short) // 2
    # -1/long throughout, and 1/short more in the middle: the weights add up to 0.
    weights = [-1.0 / long] * long
    for place in range(before, before + short):
        weights[place] += 1.0 / short
    return TrailingWindow(tuple(weights)), 0.5 * long / tick_rate_hz
