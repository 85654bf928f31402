"""The direction of gravity in the sensor frame, for whole recordings.

The same filter as ``inclination/live.py``, laid out for speed: what must be done once a sample
stands in ``inclination/blocks.py``; all else is done here, once a block.
"""

import math
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import ArrayLike

from spinesense.model.errors import SensorError
from spinesense.model.samples import Floats
from spinesense.motion.inclination.blocks import (
    CAUSAL_BLOCK_S,
    OFFLINE_BLOCK_S,
    Blocks,
    bad_reading,
    cross,
    joined,
    mean_turns,
    opening,
    orientations,
    samples_per_block,
    turned_back,
    vector,
)
from spinesense.motion.inclination.gyro_bias import (
    THINNING,
    BiasParams,
    BiasState,
    GyroBias,
    SpanColumns,
)
from spinesense.motion.inclination.lowpass import (
    BatchRateAdaptiveLowPass,
    LowPassParams,
    butterworth,
    smoothed,
)
from spinesense.motion.maths.quaternion import (
    IDENTITY,
    Quat,
    Vec,
    components,
    conjugate,
    exponential,
    multiply,
    rotate,
    unit,
)
from spinesense.motion.signal.timed_block import LARGEST_READING

FIRST_SPAN_BLOCKS = 15
LONGEST_SPAN_BLOCKS = 1440
"""A new bias is taken over at the end of a span. Spans double from 3 s up to 288 s, which is below
the memory of the bias."""


@dataclass(frozen=True, slots=True)
class GravityParams:
    """Tunables of the batch filter."""

    tau_s: float = 3.0
    """Of the filter that looks ahead too; it does not lag, so one value serves all movement."""
    steady: LowPassParams = field(default_factory=LowPassParams)
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
        # No q: up is the low-pass of a in the sensor frame.
        rule = butterworth(params.tau_without_gyro_s, 1.0 / rate_hz)
        young = max(1, round(params.tau_without_gyro_s * rate_hz))
        smooth = smoothed(np.ascontiguousarray(acc.T), rule, young, causal)
        return np.stack(unit((smooth[0], smooth[1], smooth[2])), axis=1)
    per = samples_per_block(rate_hz, CAUSAL_BLOCK_S if causal else OFFLINE_BLOCK_S)
    up = np.empty((-(-len(acc) // per) * per, 3))
    (_causal if causal else _offline)(acc, gyr, rate_hz, per, params, up)
    return up[: len(acc)]


def _causal(
    acc: Floats, gyr: Floats, rate_hz: float, per: int, params: GravityParams, up: Floats
) -> None:
    """Fill in up span by span, each with the bias that those before it told."""
    bias = GyroBias(per / rate_hz, params.bias)
    smooth = BatchRateAdaptiveLowPass(params.steady, per / rate_hz)
    quat = IDENTITY
    held: Floats | None = None
    start, span = 0, FIRST_SPAN_BLOCKS * per
    while start < len(acc):
        cut = slice(start, start + span)
        blocks = joined(acc[cut], gyr[cut], rate_hz, per, bias.state.bias_radps, start)
        before, quat = orientations(blocks.turn, quat)
        # e = q f q*, once a block, and u = ē / |ē|.
        force = np.stack(rotate(before, blocks.force))
        steady = np.stack(unit(vector(smooth.feed(force, blocks.gyr))))
        # The u of a block is known at its end only. Up to there u goes on from that of the block
        # before, changing as it did last: u_(n-1) + share (u_(n-1) - u_(n-2)), in the frame of the
        # block.
        known = np.concatenate([steady[:, [0, 0]] if held is None else held, steady], axis=1)
        held = known[:, -2:]
        back = conjugate(before)
        first = rotate(back, vector(known[:, 1:-1]))
        change = rotate(back, vector(known[:, 1:-1] - known[:, :-2]))
        turned_back(blocks, first, change, up[cut])
        if not start:
            up[: min(per, len(acc))] = opening(acc, blocks)
        bias.learn(_span(before, blocks, steady))
        start, span = start + span, min(2 * span, LONGEST_SPAN_BLOCKS * per)


def _offline(
    acc: Floats, gyr: Floats, rate_hz: float, per: int, params: GravityParams, up: Floats
) -> None:
    """Fill in up, with the bias of the whole recording, which is found in two rounds.

    The bias turns the frame of a block a little, evenly over its samples.
    """
    blocks = joined(acc, gyr, rate_hz, per, np.zeros(3))
    bias = GyroBias(blocks.seconds, replace(params.bias, memory_s=math.inf, up_delay_s=0.0))
    rule = butterworth(params.tau_s, blocks.seconds)
    young = max(1, round(params.tau_s / blocks.seconds))
    turns = mean_turns(blocks)
    for again in (True, True, False):
        # d = (∫ R(r) dt) b: the turn by which each block is wrong, in the frame of its start.
        drift = vector(np.einsum("ijm,j->im", turns, bias.state.bias_radps))
        before, force = _drifted(blocks, drift)
        steady = np.stack(unit(vector(smoothed(np.stack(force), rule, young, causal=False))))
        if again:
            bias.state = BiasState(bias.state.bias_radps)
            bias.learn(_span(before, blocks, steady))
    # u of a block holds at its middle; at the edge of two blocks it is their mean.
    middles = 0.5 * (steady[:, 1:] + steady[:, :-1])
    edges = np.concatenate([steady[:, :1], middles, steady[:, -1:]], axis=1)
    back = conjugate(before)
    first, last = rotate(back, vector(edges[:, :-1])), rotate(back, vector(edges[:, 1:]))
    # The samples were turned by r with the bias in it. So the u at the end is turned by exp(d), to
    # the second order: u + d × u + ½ d × (d × u).
    once = cross(drift, last)
    twice = cross(drift, once)
    x, y, z = (b + t + 0.5 * u - a for a, b, t, u in zip(first, last, once, twice, strict=True))
    turned_back(blocks, first, (x, y, z), up)


def _drifted(blocks: Blocks, drift: Vec[Floats]) -> tuple[Quat[Floats], Vec[Floats]]:
    """Orientation at the start of each block, and the specific force seen from there.

    The drift over half a block is taken off the mean specific force, being small.
    """
    if not any(part.any() for part in drift):
        before, _ = orientations(blocks.turn, IDENTITY)
        return before, rotate(before, blocks.force)
    # exp(-½ d) ⊗ r is the turn of the block without the bias.
    back = exponential(-0.5 * drift[0], -0.5 * drift[1], -0.5 * drift[2])
    before, _ = orientations(multiply(back, blocks.turn), IDENTITY)
    # f without it: half of the drift has gone by in the middle of the block, f - ½ d × f.
    lean = cross(drift, blocks.force)
    x, y, z = (part - 0.5 * more for part, more in zip(blocks.force, lean, strict=True))
    return before, rotate(before, (x, y, z))


def _span(before: Quat[Floats], blocks: Blocks, up: Floats) -> SpanColumns:
    """What the bias is learnt from; the orientation is that of the middle of the blocks."""
    seldom = np.s_[:, ::THINNING]
    # q in the middle of the block = q at its start ⊗ r over half of it.
    middle = multiply(
        components(np.stack(before)[seldom]), components(np.stack(blocks.middle)[seldom])
    )
    return SpanColumns(np.stack(middle), up[seldom], blocks.gyr, blocks.acc)


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
    if gyr is None and not (np.abs(acc) < LARGEST_READING).all():
        raise bad_reading("acceleration", acc, 0)
    return acc, gyr
