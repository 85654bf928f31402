"""How likely an upright person sits, by movements, tilt and sway, and how this person does."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from spinesense.model.calibration import Vector
from spinesense.model.events import Posture
from spinesense.motion.posture.sit_stand.evidence import PersonalTilt, SwayParams, sway_log_odds

STOPPED_ODDS = -3.0
"""Log odds that somebody who stopped walking sits: a seat is rarely reached without a rest."""


@dataclass(slots=True)
class SitStandBelief:
    """Log odds of sitting, against standing."""

    moved_odds: float = 0.0
    """From the movements that led here."""
    tilt_odds: float = 0.0
    """From the tilt in which the person came to rest."""
    nothing_seen: bool = False
    """Whether the present posture is the first, and nothing but its sway tells what it is."""
    personal_sitting: PersonalTilt = field(default_factory=PersonalTilt)
    personal_standing: PersonalTilt = field(default_factory=PersonalTilt)
    """How this person sat and stood so far, where that was sure."""
    sway_sum: float = 0.0
    """Of the logarithms of the sway at the rests of the present posture."""
    sway_ticks: int = 0
    sway_due: int = 0
    """At so many of them the sway is looked at again; 0 for the first time."""

    @property
    def odds(self) -> float:
        """From movements and tilt."""
        return self.moved_odds + self.tilt_odds

    def set(self, moved_odds: float, tilt_odds: float, *, nothing_seen: bool) -> None:
        """Take what a movement and the tilt after it say."""
        self.moved_odds, self.tilt_odds = moved_odds, tilt_odds
        self.nothing_seen = nothing_seen

    def sway_odds(self, params: SwayParams, tick_s: float, first_odds: float) -> float:
        """What the sway says in all rests of the present posture.

        Until anything is seen of the person, standing and sitting are even; but less than
        ``first_odds`` of sway is not enough to tell a seat from the stand in which a belt is put
        on.
        """
        if not self.sway_ticks:
            return 0.0
        # s, and L_s from it; 3 : 1 against a seat while nothing else was seen.
        mean_log = self.sway_sum / self.sway_ticks
        odds = sway_log_odds(mean_log, self.sway_ticks * tick_s, params)
        return odds - first_odds if odds and self.nothing_seen else odds

    def add_sway(self, sway_log: float, first_due: int) -> bool:
        """Take the sway at one tick of an upright rest; gives whether to look at it now."""
        self.sway_due = self.sway_due or first_due
        self.sway_sum += sway_log
        self.sway_ticks += 1
        if self.sway_ticks < self.sway_due:
            return False
        self.sway_due *= 2
        return True

    def add_sways(self, sway_logs: Sequence[float]) -> None:
        """Take the sway at several ticks, between two looks at it."""
        self.sway_sum = float(np.cumsum([self.sway_sum, *sway_logs])[-1])
        self.sway_ticks += len(sway_logs)

    def restart_sway(self) -> None:
        """Another posture has begun."""
        self.sway_sum, self.sway_ticks, self.sway_due = 0.0, 0, 0

    def stop_walking(self) -> None:
        """The person walked, and so stands."""
        self.moved_odds, self.tilt_odds, self.nothing_seen = STOPPED_ODDS, 0.0, False

    def learn(self, posture: Posture, up: Vector, share: float) -> None:
        """Remember how the person took an upright posture."""
        sits = posture is Posture.SITTING
        (self.personal_sitting if sits else self.personal_standing).add(up, share)

    def forget_person(self) -> None:
        """The sensor sits otherwise: how the person sat and stood says nothing any more."""
        self.personal_sitting, self.personal_standing = PersonalTilt(), PersonalTilt()
