"""A belt that gives way: it slides round the waist, tips, and swings at each step. Simulated."""

import math
from dataclasses import dataclass

import numpy as np

from spinesense.model.samples import Floats
from spinesense.sensors.simulated import rotations
from spinesense.sensors.simulated.body import Body
from spinesense.sensors.simulated.trajectory import minimum_jerk

_WAIST_M = 0.09
"""From the middle of the trunk to the skin of the lower back."""
_STEP_TURNS = 2
"""A step is half a stride: the swing goes to and fro once a step."""


@dataclass(frozen=True, slots=True)
class Belt:
    """How a belt gives way. The default holds."""

    round_rad: float = 0.0
    """Slides so far round the waist between ``from_s`` and ``until_s``, to the left positive."""
    tip_rad: float = 0.0
    """Meanwhile its upper edge comes forward by so much, as over a belly or a waistband."""
    from_s: float = 0.0
    until_s: float = 3600.0
    swing_rad: float = 0.0
    """Tips to and fro by so much at each step of a walk."""


class Belted:
    """A body whose belt gives way.

    Parameters
    ----------
    body
        Who wears it.
    belt
        What it does.
    """

    def __init__(self, body: Body, belt: Belt) -> None:
        self._body, self._belt = body, belt

    def pose(self, time_s: Floats) -> tuple[Floats, Floats]:
        """(n, 4) belt to earth, and (n, 3) place of the sensor in metres, at ascending times."""
        belt = self._belt
        quat, place_m = self._body.pose(time_s)
        share = minimum_jerk((time_s - belt.from_s) / (belt.until_s - belt.from_s))
        amount, stride_rad = self._body.gait(time_s)
        swing_rad = belt.swing_rad * amount * np.sin(_STEP_TURNS * stride_rad)
        round_rad = belt.round_rad * share
        slid_m = -_WAIST_M * np.column_stack(
            [np.cos(round_rad) - 1.0, np.sin(round_rad), np.zeros(len(time_s))]
        )
        turned = rotations.product(
            rotations.about(2, round_rad), rotations.about(1, belt.tip_rad * share + swing_rad)
        )
        return rotations.product(quat, turned), place_m + rotations.rotate(quat, slid_m)


SLIDING = Belt(round_rad=math.radians(60.0))
"""Over an hour, as a belt does that is worn over a shirt."""
