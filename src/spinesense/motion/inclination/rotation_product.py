"""Rotations multiplied up, the same to the last bit however a stream is cut."""

from dataclasses import dataclass

import numpy as np

from spinesense.model.samples import Floats
from spinesense.motion.maths.quaternion import (
    IDENTITY,
    Quat,
    components,
    multiply,
    normalised,
    right_factors,
)

GROUP_ROWS = 16
"""Rows that are multiplied up from the start of their group."""


@dataclass(slots=True)
class RotationProductState:
    """Where the chain stands."""

    quat_group: Quat[float] = IDENTITY
    """Orientation at the start of the group."""
    quat_in_group: Quat[float] = IDENTITY
    """Rotation since then."""
    rows_in_group: int = 0


class RotationProduct:
    """Running product of rotations, in groups on a fixed grid.

    Within a group rotations are multiplied up from its start, for all groups of a feed at once;
    the groups are then chained one at a time, in floats, and normalised.

    Parameters
    ----------
    group_rows
        Rows in a group; for speed, about the square root of the rows in a feed.
    """

    def __init__(self, group_rows: int = GROUP_ROWS) -> None:
        self._group_rows = group_rows
        self.state = RotationProductState()

    def feed(self, turns: Quat[Floats]) -> tuple[Quat[Floats], Quat[Floats]]:
        """Orientations before and after each rotation."""
        count = len(turns[0])
        before, after, base = (np.empty((4, count)) for _ in range(3))
        done = 0
        while done < count:
            room = self._group_rows - self.state.rows_in_group
            whole = (count - done) // self._group_rows if room == self._group_rows else 0
            width = self._group_rows if whole else min(room, count - done)
            stop = done + max(whole, 1) * width
            self._groups(
                np.stack([turn[done:stop] for turn in turns]).reshape(4, -1, width),
                before[:, done:stop].reshape(4, -1, width),
                after[:, done:stop].reshape(4, -1, width),
                base[:, done:stop].reshape(4, -1, width),
            )
            done = stop
        # q = q at the start of the group ⊗ r since then.
        origin = components(base)
        return multiply(origin, components(before)), multiply(origin, components(after))

    def _groups(self, turns: Floats, before: Floats, after: Floats, base: Floats) -> None:
        """Fill the running products of equally wide groups (4, groups, width) and their bases."""
        state = self.state
        groups, width = turns.shape[1:]
        # r = r ⊗ r_k, for the same place in all groups at once.
        one, i, j, k = right_factors(components(turns.transpose(0, 2, 1)))
        run = np.repeat(np.array(state.quat_in_group)[:, None], groups, axis=1)
        for place in range(width):
            w, x, y, z = run
            run = w * one[:, place] + x * i[:, place] + y * j[:, place] + z * k[:, place]
            after[:, :, place] = run
        before[:, :, 0] = np.array(state.quat_in_group)[:, None]
        before[:, :, 1:] = after[:, :, :-1]
        state.rows_in_group += width
        full = state.rows_in_group == self._group_rows
        bases = []
        last = state.quat_in_group
        # q at the start of the next group = q at the start of this one ⊗ r over the group.
        for w, x, y, z in run.T.tolist():
            bases.append(state.quat_group)
            last = (w, x, y, z)
            if full:
                state.quat_group = normalised(multiply(state.quat_group, last))
        base[:] = np.array(bases).T[:, :, None]
        state.rows_in_group = 0 if full else state.rows_in_group
        state.quat_in_group = IDENTITY if full else last
