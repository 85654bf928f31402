"""One routine with its past: all that the rules of progression look at."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

import msgspec

from spinesense.coaching.exercises.schema import Exercise, Kind
from spinesense.coaching.pain_limits import PainLimits
from spinesense.coaching.progression.frequency import PastSession
from spinesense.coaching.routines.entry import Routine
from spinesense.model.care import Change, Variable


class ProgressLimits(msgspec.Struct, frozen=True, kw_only=True):
    """How fast the dose may follow: ``[progress]`` of the settings."""

    sessions_in_a_row: Annotated[int, msgspec.Meta(ge=1, le=20)] = 2
    """One good day may be chance."""
    days_a_week: Annotated[int, msgspec.Meta(ge=1, le=7)] = 3
    """A few times a week to begin with."""
    days_step: Annotated[int, msgspec.Meta(ge=1, le=6)] = 2
    """Three, then five, then seven: two steps to daily."""
    repetitions_step: Annotated[int, msgspec.Meta(ge=1, le=10)] = 2
    """About a quarter of a usual set."""
    break_days: Annotated[int, msgspec.Meta(ge=3, le=90)] = 14
    """Strength and endurance begin to fade after two to four weeks (Mujika and Padilla 2000, doi
    10.2165/00007256-200030020-00002)."""
    lower_to: Annotated[float, msgspec.Meta(ge=0.3, le=0.9)] = 0.67
    """A step that is felt, and no new start."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingLog:
    """All that decides the next step of one routine."""

    routine: Routine
    """As its author wrote it."""
    catalogue: Mapping[str, Exercise]
    past: tuple[PastSession, ...]
    """Sessions of all routines, oldest first."""
    changes: tuple[Change, ...]
    """Of all routines, in the order in which they were made."""
    now: datetime
    pain: PainLimits
    limits: ProgressLimits

    @property
    def of_this_routine(self) -> tuple[PastSession, ...]:
        """Sessions of this routine in which something was done."""
        return tuple(one for one in self.past if one.routine == self.routine.id and one.done)

    @property
    def since_change(self) -> tuple[PastSession, ...]:
        """Those since the newest change of this routine: nothing is concluded from older ones.

        A change comes before its session, often within the second that both are stamped with.
        """
        made = [
            datetime.fromisoformat(moment)
            for change in self.changes
            if change.routine == self.routine.id
            for moment in (change.made_at, change.undone_at)
            if moment
        ]
        newest = max(made, default=None)
        return tuple(one for one in self.of_this_routine if newest is None or one.began >= newest)

    @property
    def strengthens(self) -> bool:
        """Whether it has a frequency to speak of: breaks at the desk have none."""
        return any(
            self.catalogue[entry.exercise].kind is Kind.STRENGTHEN for entry in self.routine.entries
        )

    def value(self, exercise: str, variable: Variable, base: float) -> float:
        """A dose with its changes, where the text says ``base``."""
        return base + sum(
            change.after - change.before
            for change in self.changes
            if change.holds
            and change.routine in ("", self.routine.id)
            and (change.exercise, change.variable, change.base) == (exercise, variable, base)
        )

    def refused(self, exercise: str, variable: Variable, before: float) -> bool:
        """Whether the step from here was undone."""
        return any(
            not change.holds
            and change.routine in ("", self.routine.id)
            and (change.exercise, change.variable, change.before) == (exercise, variable, before)
            for change in self.changes
        )

    def is_paused(self, exercise: str) -> bool:
        """Whether an exercise is left out at present."""
        return self.value(exercise, Variable.PAUSED, 0.0) > 0
