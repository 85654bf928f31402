"""The newest values of the signal core, as the coach and the snapshot need them."""

from dataclasses import dataclass, field

from spinesense.model.calibration import Calibration
from spinesense.model.events import LyingSide, Posture
from spinesense.model.movement import StartPosture, Unit
from spinesense.model.snapshot import CalibrationView


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Samples that came and were not used, by the reason."""

    impossible: int = 0
    """Beyond the range of any sensor."""
    not_a_number: int = 0
    repeated: int = 0
    """A frozen sensor's repetitions of its last reading."""

    @property
    def total(self) -> int:
        """All of them."""
        return self.impossible + self.not_a_number + self.repeated


@dataclass(frozen=True, slots=True, kw_only=True)
class Readings:
    """One moment of the signal core. Angles are None until a calibration is known."""

    time_s: float = 0.0
    """Data time of the newest tick."""
    rate_hz: float = 0.0
    """Measured sample rate; 0 until known."""
    samples: int = 0
    lost_samples: int = 0
    left_out: LeftOut = field(default_factory=LeftOut)
    calibration: Calibration | None = None
    calibration_view: CalibrationView = field(default_factory=CalibrationView)
    flexion_rad: float | None = None
    lateral_rad: float | None = None
    rotation_rad: float | None = None
    rotation_sd_rad: float | None = None
    lumbar_rad: float | None = None
    """Flexion of the upper sensor's segment against the lower one's, from the neutral stand; None
    without a second sensor."""
    lumbar_sd_rad: float | None = None
    carrying: float | None = None
    """How far the watched movement is from its start posture, positive in its direction."""
    carrying_unit: Unit = Unit.RADIAN
    holding: bool = False
    hold_s: float = 0.0
    """The running (or paused) hold clock; 0 when no hold has begun."""
    held_posture: StartPosture | None = None
    """The posture that gravity shows; sitting is told from standing by ``posture`` only, and an
    upright trunk is ``STANDING`` here."""
    still: bool = False
    """The trunk has not moved noticeably for the last half second."""
    posture: Posture = Posture.UNKNOWN
    lying_side: LyingSide | None = None
    posture_confidence: float = 0.0
    posture_since_s: float = 0.0
    steps: int = 0
    """Steps since the start."""

    @property
    def carrying_rad(self) -> float | None:
        """The same where an angle carries the movement; None where none does."""
        return self.carrying if self.carrying_unit is Unit.RADIAN else None
