"""Up along the spine of the standing person, and how well it is known."""

from dataclasses import dataclass, field
from enum import StrEnum

from spinesense.model.calibration import Vector
from spinesense.motion.maths.vectors import angle_between, mean_direction, towards

_TRUNK_UP: Vector = (0.0, 0.0, 1.0)


class AxisFrom(StrEnum):
    """Where the direction of the upright spine is known from, worst first."""

    FIRST_REST = "first_rest"
    RISING = "rising"
    WALKING = "walking"
    CALIBRATION = "calibration"


@dataclass(slots=True)
class UprightAxis:
    """Up along the upright spine: in the trunk frame once calibrated, else in the sensor frame."""

    up: Vector | None = None
    """None before the first rest."""
    known_from: AxisFrom = AxisFrom.FIRST_REST
    first_s: float | None = None
    """Time of the first tick, where the axis has to be guessed."""
    first_ups: list[Vector] = field(default_factory=list)
    """Up at the ticks of the rest that it is guessed from."""

    @property
    def guessed(self) -> bool:
        """Whether it is taken from the first rest, for want of anything better."""
        return self.known_from is AxisFrom.FIRST_REST

    @property
    def weak(self) -> bool:
        """Whether any walk is believed against it."""
        return self.known_from in (AxisFrom.FIRST_REST, AxisFrom.RISING)

    def begin(self, time_s: float) -> None:
        """The sensor is being put on from now on."""
        self.first_s = time_s

    def change_frame(self, *, calibrated: bool) -> None:
        """A calibration came, which knows it, or went."""
        self.up = _TRUNK_UP if calibrated else None
        self.known_from = AxisFrom.CALIBRATION if calibrated else AxisFrom.FIRST_REST
        self.first_ups = []

    def tilt_rad(self, up: Vector) -> float:
        """Inclination of the trunk from it; 0 while it is unknown."""
        return 0.0 if self.up is None else angle_between(up, self.up)

    def guess(self, up: Vector, tick_s: float, axis_s: float) -> Vector | None:
        """Take a tick of rest; gives the mean direction over ``axis_s`` on end once it is full."""
        self.first_ups.append(up)
        if len(self.first_ups) * tick_s < axis_s:
            return None
        mean = mean_direction(self.first_ups)
        self.first_ups = []
        return mean

    def know(self, up: Vector) -> None:
        """Be told it, from the walking of a whole recording."""
        self.up, self.known_from = up, AxisFrom.WALKING

    def rose(self, up: Vector) -> None:
        """The person rose from a seat: upright is where that ended."""
        self.up, self.known_from = up, AxisFrom.RISING

    def walked(self, ups: list[Vector]) -> None:
        """The person walks: upright is the mean of the walk."""
        self.up, self.known_from = mean_direction(ups), AxisFrom.WALKING

    def follow(self, up: Vector, share: float) -> None:
        """Move ``share`` of the way to up at one tick of a walk."""
        if self.up is not None:
            self.up = towards(self.up, up, share)
