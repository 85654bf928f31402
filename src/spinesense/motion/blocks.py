"""A recording in short blocks: the part of the filter that is done once a sample.

Samples are joined to blocks of a fifth of a second, which is short against a low-pass of seconds.
Per sample remain the rotation since the start of its block, the turning of the specific force into
the block's frame, and the turning back of the result. The gyroscope's bias comes in per block: it
turns the frame of the block a little, evenly over its samples.
"""

from dataclasses import dataclass

import numpy as np

from spinesense.model.samples import Floats
from spinesense.motion.quaternion import (
    Quat,
    Singles,
    Vec,
    components,
    conjugate,
    exponential,
    rotate,
    unit,
)

LONGEST_BLOCK_S = 0.2
CHUNK_BLOCKS = 1024
"""Blocks per pass over the samples: some ten thousand samples, which fit the cache."""


@dataclass(slots=True, eq=False)
class Blocks:
    """A recording in blocks; single precision per sample, double per block."""

    seconds: float
    local: list[Singles]
    """Per chunk (4, per, m): rotation since the start of the block."""
    opening: Floats
    """(per, 3) up at the samples of the first block, by the mean of those before."""
    turn: Quat[Floats]
    """(m,) rotation over the block."""
    middle: Quat[Floats]
    """(m,) rotation over half of the block."""
    force: Vec[Floats]
    """(m,) mean specific force, in the frame of the block's start."""
    gyr: Floats
    """(3, m) mean angular rate."""
    acc: Floats
    """(3, m) mean specific force, in the sensor frame."""

    def rows(self, start: int, stop: int) -> "Blocks":
        """Blocks ``start`` to ``stop`` (exclusive) as a view, without their samples."""
        w, x, y, z = (part[start:stop] for part in self.turn)
        mw, mx, my, mz = (part[start:stop] for part in self.middle)
        fx, fy, fz = (part[start:stop] for part in self.force)
        return Blocks(
            self.seconds,
            [],
            self.opening,
            (w, x, y, z),
            (mw, mx, my, mz),
            (fx, fy, fz),
            self.gyr[:, start:stop],
            self.acc[:, start:stop],
        )


def joined(acc: Floats, gyr: Floats, rate_hz: float) -> Blocks:
    """Join samples to blocks; the last is filled up with its last sample, standing still."""
    per = max(1, int(LONGEST_BLOCK_S * rate_hz))
    missing = -len(acc) % per
    whole = len(acc) - len(acc) % per
    parts = [
        _join(acc[start:stop], gyr[start:stop], per, rate_hz)
        for start, stop in _stretches(whole, CHUNK_BLOCKS * per)
    ]
    if missing:
        tail = np.concatenate([acc[whole:], np.repeat(acc[-1:], missing, axis=0)])
        still = np.concatenate([gyr[whole:], np.zeros((missing, 3))])
        parts.append(_join(tail, still, per, rate_hz))
    columns = np.concatenate([columns for _, columns in parts], axis=1)
    local = [part for part, _ in parts]
    return Blocks(
        per / rate_hz,
        local,
        _opening(acc[:per], local[0][:, :, 0]),
        _normalised(columns[0:4]),
        _normalised(columns[4:8]),
        (columns[8], columns[9], columns[10]),
        columns[11:14],
        columns[14:17],
    )


def _join(acc: Floats, gyr: Floats, per: int, rate_hz: float) -> tuple[Singles, Floats]:
    """Rotations (4, per, m) inside the blocks of a chunk, and its seventeen columns (17, m)."""
    count = len(acc) // per
    force, half = np.empty((2, 3, per, count), dtype=np.float32)
    force[:] = acc.reshape(count, per, 3).transpose(2, 1, 0)
    half[:] = gyr.reshape(count, per, 3).transpose(2, 1, 0)
    columns = np.empty((17, count))
    half.mean(axis=1, out=columns[11:14])
    force.mean(axis=1, out=columns[14:17])
    half *= 0.5 / rate_hz
    local = _running_products(exponential(half[0], half[1], half[2]))
    turned = rotate(components(local), (force[0], force[1], force[2]))
    columns[0:4] = local[:, -1]
    columns[4:8] = local[:, (per - 1) // 2]
    for row, part in enumerate(turned):
        part.mean(axis=0, out=columns[8 + row])
    return local, columns


def _running_products(steps: Quat[Singles]) -> Singles:
    """Products (4, per, m) of each block's rotations up to each place.

    A rotation q is laid out as the matrix of p ⊗ q = Σ pₖ (eₖ ⊗ q), eₖ = 1, i, j, k, so that one
    call multiplies all blocks.
    """
    w, x, y, z = steps
    rows = ((w, x, y, z), (-x, w, -z, y), (-y, z, w, -x), (-z, -y, x, w))
    factors = np.empty((4, 4, *w.shape), dtype=np.float32)
    for unit_part, row in enumerate(rows):
        for part, values in enumerate(row):
            factors[unit_part, part] = values
    local = np.empty((4, *w.shape), dtype=np.float32)
    local[:, 0] = factors[0, :, 0]
    for place in range(1, len(w)):
        run, step = local[:, place - 1], factors[:, :, place]
        np.einsum("km,kcm->cm", run, step, out=local[:, place])
    return local


def _opening(acc: Floats, local: Singles) -> Floats:
    """Up at each sample of the first block, from the mean of what came before it."""
    here = components(local[:, : len(acc)].astype(np.float64))
    x, y, z = rotate(here, (acc[:, 0], acc[:, 1], acc[:, 2]))
    mean = unit((np.cumsum(x), np.cumsum(y), np.cumsum(z)))
    return np.stack(rotate(conjugate(here), mean), axis=1)


def drift_by(blocks: Blocks, bias_radps: Floats) -> Vec[Floats]:
    """Rotation vector that the bias adds over each block, in the frame of its start.

    The mean of the turning bias by Simpson's rule.
    """
    b = vector(np.repeat(bias_radps[:, None], len(blocks.force[0]), axis=1))
    share = blocks.seconds / 6.0
    middle, end = rotate(blocks.middle, b), rotate(blocks.turn, b)
    x, y, z = (
        share * (part + 4.0 * mid + last) for part, mid, last in zip(b, middle, end, strict=True)
    )
    return x, y, z


def turned_back(blocks: Blocks, first: Vec[Floats], change: Vec[Floats], count: int) -> Floats:
    """Up at each sample (n, 3), from its block's start value and change over the block."""
    per = blocks.local[0].shape[1]
    up = np.empty((sum(part.shape[1] * part.shape[2] for part in blocks.local), 3))
    share = (np.arange(1, per + 1, dtype=np.float32) / per)[:, None]
    start = 0
    for local in blocks.local:
        cut = slice(start, start + local.shape[2])
        x, y, z = (
            a[cut].astype(np.float32) + share * b[cut].astype(np.float32)
            for a, b in zip(first, change, strict=True)
        )
        turned = rotate(conjugate(components(local)), (x, y, z))
        rows = up[cut.start * per : cut.stop * per].reshape(-1, per, 3)
        for axis, part in enumerate(turned):
            rows[:, :, axis] = part.T
        start = cut.stop
    return up[:count]


def _stretches(count: int, longest: int) -> list[tuple[int, int]]:
    """Bounds of stretches that cover ``count`` rows."""
    return [(start, min(start + longest, count)) for start in range(0, count, longest)]


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
