"""What carries a movement: the measure whose excursions from the start posture are repetitions."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Protocol

from spinesense.model.movement import Axis, Unit
from spinesense.motion.repetitions.start_posture import AXIS_INDEX
from spinesense.motion.repetitions.vertical import VerticalDisplacement
from spinesense.motion.trunk.angles import Reference, TrunkSample, relative

Measured = tuple[float, tuple[float, float]]
"""What carries the movement, in its unit, and the two angles that do not, in radians."""

FOLLOW_S = 1.5
"""Time constant with which the height at rest becomes the new zero: standing is standing."""


class Carry(Protocol):
    """One measure of the trunk, from its start posture."""

    unit: Unit

    def feed(self, sample: TrunkSample, step_s: float, band: float) -> bool:
        """Take one tick; gives whether the measure is known. Within ``band`` the person rests."""

    def measure(self, sample: TrunkSample, reference: Reference) -> Measured:
        """The measure at the tick that was taken last."""

    def zero_here(self) -> None:
        """The start posture is where the person is now."""

    def forget(self) -> None:
        """Samples are missing."""


class AngleCarry:
    """An angle of the trunk."""

    unit = Unit.RADIAN

    def __init__(self, axis: Axis) -> None:
        self._carrying = AXIS_INDEX[axis]
        self._beside, self._across = (each for each in range(3) if each != self._carrying)

    def feed(self, sample: TrunkSample, step_s: float, band: float) -> bool:
        """Angles are known whenever the start posture is."""
        return True

    def measure(self, sample: TrunkSample, reference: Reference) -> Measured:
        """The carrying angle, and the two others."""
        angles = relative(sample, reference)
        return angles[self._carrying], (angles[self._beside], angles[self._across])

    def zero_here(self) -> None:
        """The reference of the start posture holds the zero."""

    def forget(self) -> None:
        """Nothing is kept from tick to tick."""


class HeightCarry:
    """The height of the lower back, with an upright trunk.

    A slide of 0.25 m is 14 degrees to the detector, and a centimetre half a degree, so what it
    takes for noise, for near and for slow fits both units.
    """

    unit = Unit.METRE

    def __init__(self, before: Sequence[TrunkSample]) -> None:
        self.displacement = VerticalDisplacement()
        for earlier, sample in pairwise(before):
            self._climb(sample, sample.time_s - earlier.time_s)

    def feed(self, sample: TrunkSample, step_s: float, band: float) -> bool:
        """Integrate; known after a quiet moment."""
        moved = self.displacement
        self._climb(sample, step_s)
        if not moved.known(sample.time_s):
            return False
        if moved.quiet and abs(moved.height_m) < band:
            # A low-pass of first order takes the height of rest for the new zero.
            moved.height_m -= step_s / FOLLOW_S * moved.height_m
        return True

    def measure(self, sample: TrunkSample, reference: Reference) -> Measured:
        """The height, and the two angles that gravity shows."""
        flexion, lateral, _ = relative(sample, reference)
        return self.displacement.height_m, (flexion, lateral)

    def zero_here(self) -> None:
        """Heights count from here."""
        self.displacement.height_m = 0.0

    def forget(self) -> None:
        """The speed and the height are not known any more."""
        self.displacement.forget()

    def _climb(self, sample: TrunkSample, step_s: float) -> None:
        self.displacement.step(sample.time_s, sample.vertical_mps2, step_s)


def carry_of(axis: Axis, before: Sequence[TrunkSample]) -> Carry:
    """What carries a movement along an axis; ``before`` are the ticks of about the last second."""
    return HeightCarry(before) if axis is Axis.VERTICAL else AngleCarry(axis)
