"""What the posture stage remembers from tick to tick, in parts that have one writer each."""

from dataclasses import dataclass, field

from spinesense.model.events import Posture
from spinesense.motion.maths.windows import TrailingWindow
from spinesense.motion.posture.posture_log import PostureLog
from spinesense.motion.posture.shifts import ShiftState
from spinesense.motion.posture.sit_stand.belief import SitStandBelief
from spinesense.motion.posture.sit_stand.rest_tracker import RestTracker
from spinesense.motion.posture.upright_axis import UprightAxis
from spinesense.motion.posture.vehicle import VehicleState
from spinesense.motion.walking.steps import GaitState

UPRIGHT = (Posture.SITTING, Posture.STANDING)


@dataclass(slots=True)
class PostureState:
    """Everything that the next tick depends on.

    Vectors are in the trunk frame once calibrated, before that in the sensor frame.
    """

    gait: GaitState
    shifts: ShiftState
    turn: TrailingWindow
    vertical: TrailingWindow
    vertical_square: TrailingWindow
    riding: VehicleState
    sway: TrailingWindow
    rest: RestTracker
    axis: UprightAxis = field(default_factory=UprightAxis)
    belief: SitStandBelief = field(default_factory=SitStandBelief)
    log: PostureLog = field(default_factory=PostureLog)
    in_vehicle: bool = False
    """Whether a vehicle carries the person."""
    segment: int | None = None
    time_s: float = 0.0
    calibrated: bool = False
    still: bool = False

    def donning(self, put_on_s: float) -> bool:
        """Whether, without a calibration, the sensor may still be being put on."""
        first_s = self.axis.first_s
        return not self.calibrated and first_s is not None and self.time_s - first_s <= put_on_s
