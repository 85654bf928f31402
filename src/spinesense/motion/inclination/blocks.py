"""A recording in short blocks: the part of the filter that is done once a sample.

Samples are joined to blocks of a fifth of a second or two, short against a low-pass of seconds.
Per sample remain the rotation since the start of its block, the turning of the specific force into
the block's frame, and the turning back of the result.
"""

import math
from dataclasses import dataclass

import numpy as np

from spinesense.model.errors import SensorError
from spinesense.model.samples import Floats
from spinesense.motion.maths.quaternion import (
    ROOT_2,
    Array,
    Quat,
    Singles,
    Vec,
    components,
    exponential,
    fill_right_factors,
    matrices,
    matrices_of_scaled,
    multiply,
    normalised,
    right_factors,
    unit,
)
from spinesense.motion.signal.timed_block import LARGEST_READING

CAUSAL_BLOCK_S = 0.2
"""Up to the end of a block only the gyroscope tells how up has turned."""
OFFLINE_BLOCK_S = 0.4
"""Looking ahead nothing is late, so blocks may be longer: twice as long they need half the work
that is done once a block, and the mean error on BROAD moves by less than 0.001°."""
CHUNK_SAMPLES = 30_000
"""Samples per pass: in single precision a component takes 120 kB, so that those at work stay
near the processor, and yet no call of numpy is over before it has paid."""

_SMALL_RAD2 = math.radians(7.5) ** 2
"""Square of half a turn up to which what three terms of the series leave out is below 1e-8."""
_FLAT_CHORD = 0.02
"""Change of up over a block, in one axis, to which the way straight there is no more than 1.5e-4
shorter than a unit vector."""
_NAMES = ("acceleration", "angular rate")


@dataclass(frozen=True, slots=True, eq=False)
class Blocks:
    """A stretch of a recording in blocks; single precision per sample, double per block."""

    seconds: float
    local: list[Singles]
    """Per chunk (3, 3, per, m): matrix of the rotation since the start of the block."""
    turn: Quat[Floats]
    """(m,) rotation over the block."""
    middle: Quat[Floats]
    """(m,) rotation over half of the block."""
    force: Vec[Floats]
    """(m,) mean specific force, in the frame of the block's start."""
    gyr: Floats
    """(3, m) mean angular rate, nothing taken off."""
    acc: Floats
    """(3, m) mean specific force, in the sensor frame."""


def samples_per_block(rate_hz: float, longest_s: float) -> int:
    """How many samples are joined to a block."""
    return max(1, int(longest_s * rate_hz))


def joined(
    acc: Floats, gyr: Floats, rate_hz: float, per: int, bias_radps: Floats, first_row: int = 0
) -> Blocks:
    """Join samples (n, 3), ``per`` to a block; the last stands still, filled up with its last.

    The bias is taken off the angular rate first. ``first_row`` is that of these samples in the
    recording, for messages.

    Raises
    ------
    SensorError
        When a reading is not a number or beyond any sensor.
    """
    # Whole blocks in chunks; what is left at the end is filled up with samples that do not turn.
    missing = -len(acc) % per
    whole = len(acc) - len(acc) % per
    chunk = max(1, CHUNK_SAMPLES // per) * per
    cuts = [slice(start, min(start + chunk, whole)) for start in range(0, whole, chunk)]
    pieces = [(acc[cut], gyr[cut], first_row + cut.start) for cut in cuts]
    if missing:
        tail = np.concatenate([acc[whole:], np.repeat(acc[-1:], missing, axis=0)])
        still = np.concatenate([gyr[whole:], np.repeat(bias_radps[None], missing, axis=0)])
        pieces.append((tail, still, first_row + whole))
    parts = [_join(*piece, per, rate_hz, bias_radps) for piece in pieces]
    columns = np.concatenate([columns for _, columns in parts], axis=1)
    return Blocks(
        per / rate_hz,
        [local for local, _ in parts],
        _normalised(columns[0:4]),
        _normalised(columns[4:8]),
        vector(columns[8:11]),
        columns[14:17],
        columns[11:14],
    )


def _join(
    acc: Floats, gyr: Floats, first_row: int, per: int, rate_hz: float, bias_radps: Floats
) -> tuple[Singles, Floats]:
    """Matrices (3, 3, per, m) inside the blocks of a chunk, and its seventeen columns (17, m)."""
    count = len(acc) // per
    both = np.empty((2, 3, per, count), dtype=np.float32)
    for name, table, readings in zip(_NAMES, both, (acc, gyr), strict=True):
        with np.errstate(over="ignore"):
            rows = readings.astype(np.float32)
        if not (rows.max() < LARGEST_READING and rows.min() > -LARGEST_READING):
            raise bad_reading(name, readings, first_row)
        table[:] = rows.reshape(count, per, 3).transpose(2, 1, 0)
    force, half = both
    columns = np.empty((17, count))
    columns[11:17] = np.add.reduce(both, axis=2).reshape(6, count)
    # ½ (w - b) Δt, in place.
    half -= bias_radps.astype(np.float32)[:, None, None]
    half *= np.float32(0.5 / rate_hz)
    # √2 r_i, the rotation since the block began, and from it the matrices R(r_i).
    turns = _running_products(_step_factors(half), ROOT_2)
    local = matrices_of_scaled(components(turns))
    # r over the whole and over half of the block; normalised by ``joined``.
    columns[0:4] = turns[:, -1]
    columns[4:8] = turns[:, (per - 1) // 2]
    # Σ R(r_i) a_i; divided below it is f.
    columns[8:11] = np.einsum("ijpm,jpm->im", local, force)
    columns[8:17] /= per
    return local, columns


def _step_factors(half: Singles) -> Singles:
    """The right factors (4, 4, per, m) of rotations by the half vectors (3, per, m).

    Turns of up to 15° a sample, 1490 °/s at 100 Hz, take as many terms of the series as single
    precision can tell.
    """
    square = np.einsum("jpm,jpm->pm", half, half)
    if square.max() > _SMALL_RAD2:
        return right_factors(exponential(half[0], half[1], half[2]))
    factors = np.empty((4, 4, *square.shape), dtype=np.float32)
    cosine = factors[0, 0]
    # cos h = 1 - h²/2 + h⁴/24, with h the half angle.
    np.multiply(square, 1.0 / 24, out=cosine)
    cosine -= 1.0 / 2
    cosine *= square
    cosine += 1.0
    # sin h / h = 1 - h²/6 + h⁴/120, which times the half vector is the vector part.
    sine = np.multiply(square, 1.0 / 120)
    sine -= 1.0 / 6
    sine *= square
    sine += 1.0
    np.multiply(sine, half, out=factors[0, 1:])
    fill_right_factors(factors)
    return factors


def bad_reading(name: str, readings: Floats, first_row: int) -> SensorError:
    """The error that names the first row that no sensor can have measured."""
    good = (np.abs(readings) < LARGEST_READING).all(axis=1)
    return SensorError(
        f"the {name} is not a number, or beyond any sensor",
        where=f"row {first_row + int(np.argmin(good))}",
        remedy="cut the recording at its gaps and pass the pieces one by one",
    )


def _running_products(factors: Array, scale: float = 1.0) -> Array:
    """Products (4, per, m) of each column's rotations up to each place, times ``scale``.

    The rotations are given as right factors (4, 4, per, m).
    """
    # r_i = r_(i-1) ⊗ step, where the right factor of each step stands ready.
    products = np.empty(factors.shape[1:], dtype=factors.dtype)
    np.multiply(factors[0, :, 0], scale, out=products[:, 0])
    for place in range(1, factors.shape[2]):
        run, step = products[:, place - 1], factors[:, :, place]
        np.einsum("km,kcm->cm", run, step, out=products[:, place])
    return products


def orientations(turns: Quat[Floats], start: Quat[float]) -> tuple[Quat[Floats], Quat[float]]:
    """Orientation before each rotation (m,), and after the last, given that before the first.

    ⅓√m rotations are multiplied up in each of 3√m groups at once, and then the groups.
    """
    count = len(turns[0])
    # A place in the groups costs a call of numpy, a group one product of Python's numbers.
    width = math.isqrt(count - 1) // 3 + 1
    groups = -(-count // width)
    laid = np.zeros((4, groups * width))
    laid[0, count:] = 1.0
    laid[:, :count] = turns
    products = _running_products(
        right_factors(components(laid.reshape(4, groups, width).transpose(0, 2, 1)))
    )
    # q at the start of each group, and q after each rotation = that ⊗ the product within the group.
    bases = _bases(products[:, -1], start)
    after = np.stack(multiply(components(bases[:, None]), components(products)))
    before = np.empty((4, groups * width + 1))
    before[:, 0] = start
    before[:, 1:].reshape(4, groups, width)[:] = after.transpose(0, 2, 1)
    w, x, y, z = before[:, count].tolist()
    return components(before[:, :count]), normalised((w, x, y, z))


def _bases(turns: Floats, start: Quat[float]) -> Floats:
    """Orientation (4, m) before each rotation (4, m), given that before the first.

    A quaternion is a + b j with two complex numbers, and j c = c* j: their product takes Python a
    fifth of the time that sixteen products of floats take.
    """
    pairs = np.ascontiguousarray(turns.T).view(np.complex128)
    a, b = complex(start[0], start[1]), complex(start[2], start[3])
    bases = []
    for (c, d), (c_mirrored, d_mirrored) in zip(pairs.tolist(), pairs.conj().tolist(), strict=True):
        bases.append((a, b))
        # (a + b j)(c + d j) = a c - b d* + (a d + b c*) j.
        a, b = a * c - b * d_mirrored, a * d + b * c_mirrored
    return np.array(bases).view(np.float64).T


def opening(acc: Floats, blocks: Blocks) -> Floats:
    """Up (n, 3) at the samples of the first block, each from the mean of those before it."""
    per = blocks.local[0].shape[2]
    acc = acc[:per]
    # u_i = Σ r_k a_k r_k* up to k = i, made a unit vector, and turned back by r_i*.
    here = blocks.local[0][:, :, : len(acc), 0].astype(np.float64)
    mean = np.stack(unit(vector(np.cumsum(np.einsum("ijn,nj->in", here, acc), axis=1))))
    return np.asarray(np.einsum("jin,jn->ni", here, mean))


def mean_turns(blocks: Blocks) -> Floats:
    """Matrices (3, 3, m): what a constant angular rate adds over each block, in its first frame.

    The mean of the turning rate by Simpson's rule, times the length of the block.
    """
    # ∫ R(r) dt = T/6 (1 + 4 R(r at T/2) + R(r at T)), T being the length of the block.
    turns = 4.0 * matrices(blocks.middle) + matrices(blocks.turn)
    turns[(0, 1, 2), (0, 1, 2)] += 1.0
    return turns * (blocks.seconds / 6.0)


def turned_back(blocks: Blocks, first: Vec[Floats], change: Vec[Floats], up: Floats) -> None:
    """Fill ``up`` (n, 3) at each sample, from its block's start value and change over the block.

    ``up`` has a row for each sample of the blocks, the filled up last one too.
    """
    per = blocks.local[0].shape[2]
    # How much of the block has passed at each of its samples.
    share = (np.arange(1, per + 1) / per).astype(np.float32)[:, None]
    start = 0
    for local in blocks.local:
        cut = slice(start, start + local.shape[3])
        smooth = np.empty(local.shape[1:], dtype=np.float32)
        for axis in range(3):
            np.multiply(share, change[axis][cut].astype(np.float32), out=smooth[axis])
            smooth[axis] += first[axis][cut].astype(np.float32)
        # A straight way between unit vectors is too short: where it matters, its length is set to
        # 1.
        if any(np.abs(part[cut]).max() > _FLAT_CHORD for part in change):
            length = np.sqrt(np.einsum("jpm,jpm->pm", smooth, smooth))
            smooth /= np.maximum(length, np.float32(1e-6))
        # up = R(r_i)ᵀ (u at the block's start + share · change).
        rows = up[cut.start * per : cut.stop * per].reshape(-1, per, 3)
        for axis, part in enumerate(np.einsum("jipm,jpm->ipm", local, smooth)):
            rows[:, :, axis] = part.T
        start = cut.stop


def vector(columns: Floats) -> Vec[Floats]:
    """The rows of a (3, n) array."""
    return columns[0], columns[1], columns[2]


def _normalised(columns: Floats) -> Quat[Floats]:
    """Unit quaternions from nearly unit ones, (4, m)."""
    w, x, y, z = columns
    scale = 1.0 / np.sqrt(w * w + x * x + y * y + z * z)
    return w * scale, x * scale, y * scale, z * scale


def cross(a: Vec[Floats], b: Vec[Floats]) -> Vec[Floats]:
    """The cross product."""
    return a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]
