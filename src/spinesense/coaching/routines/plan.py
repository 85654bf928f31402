"""A routine laid out as the sets to do, one after another."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from spinesense.coaching.exercises.schema import Exercise, Sides
from spinesense.coaching.pain_limits import EASIER_SHARE
from spinesense.coaching.routines.entry import Routine, RoutineEntry


@dataclass(frozen=True, slots=True, kw_only=True)
class SetPlan:
    """One set of one exercise, on one side where sides are done apart."""

    position: int
    """Which exercise of the routine this is, from 1."""
    exercise: Exercise
    set_number: int
    sets: int
    side: str
    """``left``, ``right`` or empty."""
    goal: int
    """Repetitions of the whole set, of both sides together when they alternate; 0 when held."""
    hold_s: float
    """Of each repetition, of the one long hold, or of the walk."""
    rest_s: float
    """Afterwards."""
    note: str
    level: int = 0
    """Which of the exercise's levels, from 0; always 0 where there are none."""

    @property
    def steps(self) -> tuple[str, ...]:
        """What to do; the first step is that of the level."""
        levels, steps = self.exercise.levels, self.exercise.steps
        return (levels[self.level].step, *steps[1:]) if levels else steps

    @property
    def level_name(self) -> str:
        """What the level is called; empty where there are none."""
        levels = self.exercise.levels
        return levels[self.level].name if levels else ""


def plan_of(routine: Routine, catalogue: Mapping[str, Exercise]) -> tuple[SetPlan, ...]:
    """All sets of a routine in order. After the last set there is no rest."""
    sets: list[SetPlan] = []
    for position, entry in enumerate(routine.entries, start=1):
        sets.extend(_sets_of(position, entry, catalogue[entry.exercise]))
    sets[-1] = replace(sets[-1], rest_s=0.0)
    return tuple(sets)


def _sets_of(position: int, entry: RoutineEntry, exercise: Exercise) -> list[SetPlan]:
    """Sets of one entry. Between the two sides of a set there is no rest: the other side rests."""
    sides = ("left", "right") if exercise.sides is Sides.EACH else ("",)
    sides_in_set = 2 if exercise.sides is Sides.ALTERNATING else 1
    return [
        SetPlan(
            position=position,
            exercise=exercise,
            set_number=number,
            sets=entry.sets,
            side=side,
            goal=entry.repetitions * sides_in_set,
            hold_s=60.0 * entry.minutes if exercise.walked else entry.hold_s,
            rest_s=entry.rest_s if side == sides[-1] else 0.0,
            note=entry.note,
            level=max(0, min(number, len(exercise.levels)) - 1),
        )
        for number in range(1, entry.sets + 1)
        for side in sides
    ]


READY_S = 20.0
"""Getting into position for an exercise while it is explained, and the countdown."""
TURN_S = 6.0
"""The same for a further set or the other side."""


def usual_s(plan: Sequence[SetPlan]) -> float:
    """How long a routine takes somebody who follows its tempo, without calibration."""
    total_s = 0.0
    for one in plan:
        first = one.set_number == 1 and one.side != "right"
        moving_s = one.hold_s
        if one.goal:
            moving_s = one.goal * one.exercise.repetition_s(one.hold_s)
        total_s += (READY_S if first else TURN_S) + moving_s + one.rest_s
    return total_s


def made_easier(plan: SetPlan) -> SetPlan:
    """The same set with fewer repetitions, or a shorter hold where it is only held.

    Where there are levels, it is done one lower.
    """
    plan = replace(plan, level=max(0, plan.level - 1))
    if plan.exercise.clocked:
        return replace(plan, hold_s=max(1.0, float(round(plan.hold_s * EASIER_SHARE))))
    sides = 2 if plan.exercise.sides is Sides.ALTERNATING else 1
    return replace(plan, goal=sides * max(1, math.floor(plan.goal / sides * EASIER_SHARE)))
