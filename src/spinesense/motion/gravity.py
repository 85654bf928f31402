"""The direction of gravity in the sensor frame, for whole recordings.

The same filter as ``orientation.py``, laid out for speed: what must be done once a sample is in
``blocks.py``; all else is done here, once a block.
"""

import math
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import ArrayLike

from spinesense.model.errors import SensorError
from spinesense.model.samples import Floats
from spinesense.motion.batch_lowpass import SteadyBlocks, smoothed
from spinesense.motion.blocks import (
    CHUNK_BLOCKS,
    Blocks,
    cross,
    drift_by,
    joined,
    turned_back,
    vector,
)
from spinesense.motion.chain import Chain
from spinesense.motion.gyro_bias import BiasParams, GyroBias, SpanColumns
from spinesense.motion.lowpass import SteadyParams, butterworth
from spinesense.motion.quaternion import Quat, Vec, conjugate, exponential, multiply, rotate, unit
from spinesense.motion.timed_block import LARGEST_READING

FIRST_SPAN_BLOCKS = 16
"""The first bias is taken over after 3 s; the spans then double."""
LONG_GROUP = 64
"""Rows in a group of the chain over a whole recording."""


@dataclass(frozen=True, slots=True)
class GravityParams:
    """Tunables of the batch filter."""

    tau_s: float = 3.0
    """Of the filter that looks ahead too; it does not lag, so one value serves all movement."""
    steady: SteadyParams = field(default_factory=SteadyParams)
    """Of the causal filter."""
    tau_without_gyro_s: float = 0.5
    bias: BiasParams = field(default_factory=BiasParams)


def gravity_direction(
    acc_mps2: ArrayLike,
    gyr_radps: ArrayLike | None,
    rate_hz: float,
    causal: bool = False,
    params: GravityParams | None = None,
) -> Floats:
    """Unit vectors in the sensor frame that point up.

    Parameters
    ----------
    acc_mps2
        (n, 3) specific force, in the sensor frame.
    gyr_radps
        (n, 3) angular rate; None or NaN throughout for a sensor without a gyroscope.
    rate_hz
        Samples a second.
    causal
        Whether each vector may depend on its own sample and earlier ones only. Otherwise the whole
        recording serves for each, which is more accurate.
    params
        Tunables.

    Returns
    -------
    (n, 3)

    Raises
    ------
    SensorError
        When shapes do not fit, values are missing, or the rate is not positive.
    """
    acc, gyr = _checked(acc_mps2, gyr_radps, rate_hz)
    params = params or GravityParams()
    if not len(acc):
        return np.empty((0, 3))
    if gyr is None:
        rule = butterworth(params.tau_without_gyro_s, 1.0 / rate_hz)
        young = max(1, round(params.tau_without_gyro_s * rate_hz))
        smooth = smoothed(np.ascontiguousarray(acc.T), rule, young, causal)
        return np.stack(unit((smooth[0], smooth[1], smooth[2])), axis=1)
    blocks = joined(acc, gyr, rate_hz)
    first, change = (_causal if causal else _offline)(blocks, params)
    up = turned_back(blocks, first, change, len(acc))
    if causal:
        up[: len(blocks.opening)] = blocks.opening
    return up


def _causal(blocks: Blocks, params: GravityParams) -> tuple[Vec[Floats], Vec[Floats]]:
    """Up in the frame of each block's start, from earlier blocks, and its change by the drift."""
    bias, chain = GyroBias(blocks.seconds, params.bias), Chain()
    smooth = SteadyBlocks(params.steady, blocks.seconds)
    count = len(blocks.gyr[0])
    first, change = np.empty((2, 3, count))
    held: Floats | None = None
    start, span = 0, FIRST_SPAN_BLOCKS
    while start < count:
        stop = min(start + span, count)
        part = blocks.rows(start, stop)
        drift = drift_by(part, bias.state.bias_radps)
        before, middle, force = _oriented(part, drift, chain)
        up = np.stack(unit(smooth.feed(force, part.gyr)))
        known = np.concatenate([up[:, [0, 0]] if held is None else held, up], axis=1)
        held = known[:, -2:]
        level = rotate(conjugate(before), vector(known[:, 1:-1]))
        first[:, start:stop] = level
        change[:, start:stop] = rotate(conjugate(before), vector(known[:, 1:-1] - known[:, :-2]))
        change[:, start:stop] += cross(drift, level)
        bias.learn(SpanColumns(np.stack(middle), up, part.gyr, part.acc))
        start, span = stop, min(2 * span, CHUNK_BLOCKS)
    return vector(first), vector(change)


def _oriented(
    blocks: Blocks, drift: Vec[Floats], chain: Chain
) -> tuple[Quat[Floats], Quat[Floats], Vec[Floats]]:
    """Orientation at the start and middle of each block, and the specific force seen from there.

    The drift over half a block is taken off the mean specific force, being small.
    """
    back = exponential(-0.5 * drift[0], -0.5 * drift[1], -0.5 * drift[2])
    before, _ = chain.feed(multiply(back, blocks.turn))
    lean = cross(drift, blocks.force)
    x, y, z = (part - 0.5 * more for part, more in zip(blocks.force, lean, strict=True))
    return before, multiply(before, blocks.middle), rotate(before, (x, y, z))


def _offline(blocks: Blocks, params: GravityParams) -> tuple[Vec[Floats], Vec[Floats]]:
    """Up in the frame of each block's start, and its change to the block's end."""
    radps = np.zeros(3)
    rule = butterworth(params.tau_s, blocks.seconds)
    young = max(1, round(params.tau_s / blocks.seconds))
    for again in (True, True, False):
        drift = drift_by(blocks, radps)
        before, middle, force = _oriented(blocks, drift, Chain(LONG_GROUP))
        up = np.stack(unit(vector(smoothed(np.stack(force), rule, young, causal=False))))
        if again:
            bias = GyroBias(blocks.seconds, replace(params.bias, memory_s=np.inf, up_delay_s=0.0))
            bias.state.bias_radps = radps
            bias.learn(SpanColumns(np.stack(middle), up, blocks.gyr, blocks.acc))
            radps = bias.state.bias_radps
    middles = 0.5 * (up[:, 1:] + up[:, :-1])
    edges = np.concatenate([up[:, :1], middles, up[:, -1:]], axis=1)
    first = rotate(conjugate(before), vector(edges[:, :-1]))
    last = rotate(conjugate(before), vector(edges[:, 1:]))
    turned = cross(drift, last)
    x, y, z = (b + t - a for a, b, t in zip(first, last, turned, strict=True))
    return first, (x, y, z)


def _checked(
    acc_mps2: ArrayLike, gyr_radps: ArrayLike | None, rate_hz: float
) -> tuple[Floats, Floats | None]:
    """The columns as arrays, the angular rate None where there is none."""
    try:
        acc = np.asarray(acc_mps2, dtype=np.float64)
        gyr = None if gyr_radps is None else np.asarray(gyr_radps, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise SensorError(
            "acceleration and angular rate must be tables of numbers", remedy="pass (n, 3) arrays"
        ) from error
    if acc.ndim != 2 or acc.shape[1] != 3 or (gyr is not None and gyr.shape != acc.shape):
        shape = None if gyr is None else gyr.shape
        raise SensorError(
            f"acceleration has the shape {acc.shape} and angular rate {shape}",
            remedy="pass two arrays of one shape (n, 3)",
        )
    if not (math.isfinite(rate_hz) and rate_hz > 0):
        raise SensorError(f"the rate is {rate_hz} Hz", remedy="pass samples a second, above 0")
    if gyr is not None and len(gyr) and np.isnan(gyr[0, 0]) and np.isnan(gyr).all():
        gyr = None
    for name, table in (("acceleration", acc), ("angular rate", gyr)):
        if table is not None and not (np.abs(table) < LARGEST_READING).all():
            row = int(np.flatnonzero(~(np.abs(table) < LARGEST_READING).all(axis=1))[0])
            raise SensorError(
                f"the {name} is not a number, or beyond any sensor",
                where=f"row {row}",
                remedy="cut the recording at its gaps and pass the pieces one by one",
            )
    return acc, gyr
