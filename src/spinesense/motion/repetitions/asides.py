"""Excursions that an exercise does not ask for: the other way, or about another axis."""

import math
from dataclasses import dataclass, field, replace

from spinesense.model.events import PartialMovement, Uncounted


@dataclass(slots=True)
class Aside:
    """One angle that does not carry the movement. Every field is state."""

    sign: float = 0.0
    """Side of the excursion under way; 0 at rest."""
    start_s: float = 0.0
    peak_s: float = 0.0
    peak_rad: float = 0.0
    low_rad: float = math.inf
    """Lowest point of the way back; infinite before it."""
    low_s: float = 0.0

    def step(
        self, time_s: float, angle_rad: float, band_rad: float, back_share: float
    ) -> "Aside | None":
        """Take one tick; gives the excursion that it completes.

        One is over within the rest band, or where the way back turns outwards again.
        """
        if not self.sign:
            if abs(angle_rad) >= band_rad:
                self._begin(time_s, time_s, angle_rad)
            return None
        outward = self.sign * angle_rad
        if outward < band_rad:
            found = replace(self)
            self.sign = 0.0
            return found
        if outward < min(self.low_rad, back_share * self.peak_rad):
            self.low_rad, self.low_s = outward, time_s
        elif outward > self.low_rad + band_rad:
            found = replace(self)
            self._begin(self.low_s, time_s, angle_rad)
            return found
        elif outward > self.peak_rad:
            self.peak_s, self.peak_rad = time_s, outward
        return None

    def _begin(self, start_s: float, time_s: float, angle_rad: float) -> None:
        self.sign = math.copysign(1.0, angle_rad)
        self.start_s, self.peak_s, self.peak_rad = start_s, time_s, abs(angle_rad)
        self.low_rad = math.inf


@dataclass(slots=True)
class Asides:
    """The angles beside the movement. Every field is state.

    They are the carrying one in the sense that does not count, and of the two others those that
    gravity shows.
    """

    shown: tuple[bool, bool]
    """Whether gravity shows each of the two others: what is integrated turns with the person."""
    angles: tuple[Aside, Aside, Aside] = field(default_factory=lambda: (Aside(), Aside(), Aside()))
    busy_s: float = -math.inf
    """When the movement itself was last under way: what comes with it is part of it."""

    @property
    def at_rest(self) -> bool:
        """Whether none of them is out."""
        return not any(angle.sign for angle in self.angles)

    def forget(self) -> None:
        """The start posture is another now, or samples are missing."""
        for angle in self.angles:
            angle.sign = 0.0

    def step(
        self,
        time_s: float,
        values_rad: tuple[float, float, float],
        band_rad: float,
        required_rad: float,
        back_share: float,
    ) -> list[PartialMovement]:
        """Take one tick: the carrying angle against its sense, and the two others."""
        against_rad, first_rad, second_rad = values_rad
        rows = (
            max(0.0, against_rad),
            first_rad if self.shown[0] else 0.0,
            second_rad if self.shown[1] else 0.0,
        )
        told: list[PartialMovement] = []
        for angle, value in zip(self.angles, rows, strict=True):
            found = angle.step(time_s, value, band_rad, back_share)
            if found and found.peak_rad >= required_rad and found.start_s > self.busy_s:
                self.busy_s = time_s
                told.append(
                    PartialMovement(
                        time_s,
                        found.start_s,
                        found.peak_s,
                        time_s,
                        found.peak_rad,
                        Uncounted.OTHER_DIRECTION,
                    )
                )
        return told
