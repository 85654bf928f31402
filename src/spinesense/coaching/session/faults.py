"""Faults: which one a repetition showed, and whether it is time to say so."""

from dataclasses import dataclass

from spinesense.coaching.exercises.schema import Exercise, Fault, Measure
from spinesense.coaching.session.personal_range import PersonalRange, threshold_rad
from spinesense.coaching.session.phrases import HOLD_LONGER, SLOWER
from spinesense.model.events import Repetition

RUSHED_SHARE = 0.6
"""At home everybody moves faster than shown (Komaris 2022, s13102-022-00417-1): a repetition is
rushed only when clearly below the coached tempo."""
SHORT_HOLD_SHARE = 0.6
"""A hold clearly shorter than asked for; the detector itself is good to 0.3 s."""
HELD_FROM_S = 1.0
"""Held for this long, the person has arrived."""
REPETITIONS_BETWEEN = 3
"""Correcting at most every third movement leaves room to try."""
SECONDS_BETWEEN = 10.0
"""The same for one long hold: about two breaths."""
WARNINGS_BETWEEN_S = 3.0
"""A guard warns at every repetition of the machine: nobody can see their own low back."""


@dataclass(slots=True)
class FaultMemory:
    """What was said of faults in this set."""

    fault: str = ""
    """Id of the fault that was named last; empty once its correction was praised."""
    at_movement: int = -REPETITIONS_BETWEEN
    """How many movements had been answered by then, counted or not."""
    at_s: float = float("-inf")

    def may_name(self, exercise: Exercise, movements: int, time_s: float) -> bool:
        """Whether a fault may be named now."""
        if exercise.guarded:
            return time_s - self.at_s >= WARNINGS_BETWEEN_S
        if exercise.held_only:
            return time_s - self.at_s >= SECONDS_BETWEEN
        return movements - self.at_movement >= REPETITIONS_BETWEEN

    def name(self, fault: str, movements: int, time_s: float) -> None:
        """Note that a fault is named now."""
        self.fault = fault
        self.at_movement = movements
        self.at_s = time_s


def first_fault(
    exercise: Exercise, repetition: Repetition, hold_s: float, own: PersonalRange
) -> tuple[str, str] | None:
    """Id and words of the first fault of a repetition, or None; ``own`` is what is usual for them.

    Faults of the exercise come first, in the order of its file, then a rushed movement, then a
    short hold.
    """
    for fault in exercise.faults:
        if _shows(exercise, fault, repetition, own):
            return fault.id, fault.words
    if _moving_s(exercise, repetition, hold_s) < RUSHED_SHARE * exercise.repetition_s(0.0):
        return "too_fast", SLOWER
    if repetition.hold_s < SHORT_HOLD_SHARE * hold_s:
        return "short_hold", HOLD_LONGER
    return None


def loses_hold(exercise: Exercise, held_s: float, hold_s: float) -> tuple[str, str] | None:
    """Id and words for a hold that pauses after ``held_s`` of ``hold_s``, or None.

    The hold of a repetition may be a little short; a long hold is lost whenever it pauses. A
    moment's rest on the way is no hold yet.
    """
    if exercise.guarded:
        held_s = max(held_s, HELD_FROM_S)
    share = 1.0 if exercise.held_only else SHORT_HOLD_SHARE
    if not HELD_FROM_S <= held_s < share * hold_s:
        return None
    for fault in exercise.faults:
        if fault.measure is Measure.HOLD_LOST:
            return fault.id, fault.words
    return "hold_lost", HOLD_LONGER


def _shows(exercise: Exercise, fault: Fault, repetition: Repetition, own: PersonalRange) -> bool:
    """Whether a repetition shows a fault that is judged from whole repetitions."""
    measured_rad = {
        Measure.OFF_AXIS: repetition.off_axis_rad,
        Measure.RANGE: repetition.range_rad / exercise.excursions,
    }.get(fault.measure, 0.0)
    return measured_rad > threshold_rad(exercise, fault, own)


def _moving_s(exercise: Exercise, repetition: Repetition, hold_s: float) -> float:
    """Time moved out and back.

    The hold is taken off where one was asked for; without one, the turn at the peak is part of the
    movement.
    """
    held_s = repetition.hold_s if hold_s > 0.0 else 0.0
    return repetition.end_s - repetition.start_s - exercise.excursions * held_s
