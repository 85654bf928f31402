"""An accelerometer's offset and sensitivity, from what it shows at rest in several inclinations.

Whatever way up, a resting sensor should show standard gravity. What it shows too much is its
offset along up, and the error of its sensitivity. Along an axis that never pointed up nothing is
known, and nothing is taken out.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from spinesense.model.samples import Floats
from spinesense.model.units import STANDARD_GRAVITY_MPS2


@dataclass(frozen=True, slots=True)
class OffsetParams:
    """How far off an accelerometer may be, and how well a rest shows it."""

    offset_sd_mps2: float = 0.5
    level_sd_mps2: float = 0.3
    """Of a cheap accelerometer: 50 mg along an axis, and 3 % of gravity (MPU-6050, its data
    sheet)."""
    rest_sd_mps2: float = 0.03
    """What sway and breath leave in the mean of a rest."""
    most_mps2: float = 1.5
    """Beyond three times both, this is no accelerometer that works, or no rest."""


@dataclass(frozen=True, slots=True)
class AccOffset:
    """What a resting sensor shows too much: ``level_mps2``, and an offset along each axis."""

    offset_mps2: tuple[float, float, float] = (0.0, 0.0, 0.0)
    level_mps2: float = 0.0

    def along(self, up: Floats) -> Floats:
        """What (m, 3) directions of up show too much at rest."""
        x, y, z = self.offset_mps2
        return np.asarray(up[:, 0] * x + up[:, 1] * y + up[:, 2] * z + self.level_mps2)


@dataclass(slots=True)
class OffsetEstimator:
    """What the rests so far showed, as normal equations for the offset and the level."""

    params: OffsetParams = field(default_factory=OffsetParams)
    normal: Floats = field(init=False)
    shown: Floats = field(init=False)

    def __post_init__(self) -> None:
        p = self.params
        # Priors: 1/sd² of the three offsets and of the level.
        self.normal = np.diag([p.offset_sd_mps2**-2] * 3 + [p.level_sd_mps2**-2])
        self.shown = np.zeros(4)

    def add(self, up: Floats, too_much_mps2: Floats) -> None:
        """Add rests, by their directions of up (m, 3) and what they showed beyond gravity (m,)."""
        # Each rest is a row (u, 1)/sd of K, with y = what it showed too much/sd: (P + KᵀK) (c, ℓ) =
        # Kᵀy.
        known = np.column_stack([up, np.ones(len(up))]) / self.params.rest_sd_mps2
        self.normal = self.normal + known.T @ known
        self.shown = self.shown + known.T @ (too_much_mps2 / self.params.rest_sd_mps2)

    def estimate(self) -> AccOffset:
        """The likeliest offset and level."""
        x, y, z, level = np.linalg.solve(self.normal, self.shown).tolist()
        return AccOffset((x, y, z), level)


def estimated_offset(
    acc_mps2: Floats, rests: Sequence[tuple[int, int]], params: OffsetParams | None = None
) -> AccOffset:
    """The likeliest offset and level of a whole recording.

    Parameters
    ----------
    acc_mps2
        (m, 3) specific force.
    rests
        Rows of the rests, the second exclusive.
    """
    params = params or OffsetParams()
    if not rests:
        return AccOffset()
    sums = np.concatenate([np.zeros((1, 3)), np.cumsum(acc_mps2, axis=0)])
    first, last = np.array(rests).T
    # The mean specific force of each rest: its direction is up, and its size less g is too much.
    means = (sums[last] - sums[first]) / (last - first)[:, None]
    sizes = np.sqrt((means * means).sum(axis=1))
    too_much = sizes - STANDARD_GRAVITY_MPS2
    still = np.abs(too_much) < params.most_mps2
    seen = OffsetEstimator(params)
    seen.add(means[still] / sizes[still, None], too_much[still])
    return seen.estimate()
