"""Everything a session remembers: values that compare, copy and print."""

from dataclasses import dataclass, field

from spinesense.coaching.routines.plan import SetPlan
from spinesense.coaching.session.cues import CueQueue
from spinesense.coaching.session.faults import FaultMemory
from spinesense.coaching.session.pacer import Pace
from spinesense.coaching.session.personal_range import PersonalRange
from spinesense.coaching.session.unsafe_moves import GuardState
from spinesense.model.events import PartialMovement, Repetition, SetDone, SignalFault
from spinesense.model.movement import Movement
from spinesense.model.readings import Readings
from spinesense.model.snapshot import CalibrationStep, Phase


@dataclass(slots=True)
class WalkProgress:
    """A walk under way."""

    banked_s: float = 0.0
    """Walked before the last pause."""
    since_s: float | None = None
    """Since when the person walks; None while they do not."""
    until_s: float = float("-inf")
    """When they last stopped."""
    steps: tuple[tuple[float, int], ...] = ()
    """Times and step counts of the last seconds of this stretch."""
    paused: bool = False
    """The pause was noticed."""
    pauses: int = 0

    def walked_s(self, time_s: float) -> float:
        """Walked up to a moment, without pauses."""
        running_s = 0.0 if self.since_s is None else max(0.0, time_s - self.since_s)
        return self.banked_s + running_s

    @property
    def cadence_spm(self) -> float | None:
        """Steps a minute over the last seconds; None before there are enough."""
        if not self.steps:
            return None
        (from_s, first), (to_s, last) = self.steps[0], self.steps[-1]
        return 60.0 * (last - first) / (to_s - from_s) if to_s - from_s >= 5.0 else None


@dataclass(slots=True)
class SetProgress:
    """One set under way; it outlives a pause."""

    repetitions: list[Repetition] = field(default_factory=list)
    uncounted: list[PartialMovement] = field(default_factory=list)
    """What was done meanwhile and is no repetition."""
    start_s: float | None = None
    """When its movement first began."""
    armed_s: float = float("-inf")
    """From when on the signal core looks for its movement: what is older does not count."""
    progress_s: float = 0.0
    """When something last came of it."""
    banked_s: float = 0.0
    """Held before an interruption, where only a hold is asked for."""
    hold_s: float = 0.0
    """The running hold clock."""
    lead_s: float = 0.0
    """Of the hold clock: the time for getting into the position, which is not held yet."""
    hold_told: int = 0
    """How many of the words of this hold are said."""
    next_side: str = "left"
    """Which side is due, where sides alternate."""
    side_named: bool = False
    """It was said that the other side was seen, where sides are done apart."""
    reminded: bool = False
    skip_offered: bool = False
    faults: FaultMemory = field(default_factory=FaultMemory)
    watched: GuardState = field(default_factory=GuardState)
    walk: WalkProgress = field(default_factory=WalkProgress)
    pace: Pace | None = None
    """The pacer; None where nothing is paced."""

    @property
    def attempts(self) -> int:
        """Movements that were answered, counted or not."""
        return len(self.repetitions) + len(self.uncounted)

    @property
    def held_s(self) -> float:
        """Held in all, where only a hold is asked for."""
        return self.banked_s + max(0.0, self.hold_s - self.lead_s)


@dataclass(slots=True)
class Readying:
    """How getting ready for a set goes."""

    told_s: float | None = None
    """When all instructions had been said."""
    settled_s: float | None = None
    """Since when the person has been in the start posture and still."""
    corrected: bool = False
    """It was said that another position is seen."""
    unseen: bool = False
    """It was said that the position cannot be seen."""
    hurry: bool = False
    """The person said that they are ready."""
    countdown_from_s: float | None = None
    counted: int = 0
    """How many numbers of the countdown were said."""


@dataclass(slots=True)
class SessionState:
    """A session at one moment."""

    plan: tuple[SetPlan, ...]
    phase: Phase
    place: int = 0
    """Which set of the plan is due or under way; past the end when all are done."""
    last_place: int = 0
    """The set that was done last."""
    since_s: float | None = None
    """When the phase began; None until the first reading in it, since the time before may lie on
    the other side of a gap."""
    script: tuple[str, ...] = ()
    """Sentences still to be said, one whenever it is quiet."""
    desk: CueQueue = field(default_factory=CueQueue)
    progress: SetProgress = field(default_factory=SetProgress)
    readying: Readying = field(default_factory=Readying)
    rest_s: float = 0.0
    wanted: Movement | None = None
    wants_calibration: bool = False
    calibration_step: CalibrationStep = CalibrationStep.NONE
    refusal: str = ""
    resume_to: Phase = Phase.NONE
    paused: bool = False
    """The person asked for a pause."""
    sensor_lost: bool = False
    eased: bool = False
    pain_before: int | None = None
    pain_after: int | None = None
    pain_worst: int | None = None
    """The highest score that was given during the exercises."""
    pain_last: int | None = None
    """The newest score."""
    pain_stop: int | None = None
    """The score that ended the session; None where pain did not."""
    pain_high_since_s: float | None = None
    """Since when more than mild pain has been reported."""
    pain_asked: bool = False
    """It was asked whether that pain is still there."""
    own: dict[str, PersonalRange] = field(default_factory=dict)
    """What is usual for the person, by exercise and level."""
    signal_told: frozenset[SignalFault] = frozenset()
    done: list[SetDone] = field(default_factory=list)
    ended_because: str = ""
    left_because: str = ""
    """Why the program ended before the session did; empty while it goes on."""
    readings: Readings = field(default_factory=Readings)

    @property
    def set_plan(self) -> SetPlan:
        """The set that is due or under way; the last one when all are done."""
        return self.plan[min(self.place, len(self.plan) - 1)]

    @property
    def own_now(self) -> PersonalRange:
        """What is usual for the person in the set that is due."""
        plan = self.set_plan
        return self.own.setdefault(f"{plan.exercise.id} {plan.level}", PersonalRange())
