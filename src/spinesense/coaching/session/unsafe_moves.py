"""What is noticed at the moment it happens, whether or not a repetition comes of it.

The faults of an exercise that have no repetition to be judged from, and three movements that are
never part of a routine: a toe touch, a full sit-up, and raising both legs.
"""

import math
from dataclasses import dataclass, field

from spinesense.coaching.exercises.schema import Exercise, Fault, Measure
from spinesense.model.movement import StartPosture
from spinesense.model.readings import Readings

NOTICED_S = 0.2
"""A movement of the trunk lasts longer; a knock on the sensor does not."""
OVER_SHARE = 0.5
"""Of the threshold: back within this, the next one is a new one."""
STILL_S = 4.0
STILL_RAD = math.radians(1.5)
"""Quiet standing sways by about a degree from side to side in this time; circling arms take the
trunk along by some three."""
WAY_SHARE = 0.3
"""Of the smallest range: back within this, a way is over."""

TOE_TOUCH_DEG = 60.0
"""A pelvis that tips this far is on its way to the toes: the knees are reached at 45°, and the
bow of the calibration is about 40°."""
SIT_UP_DEG = 30.0
"""A third of the way to sitting. With the low back down, curling up tips the pelvis the other way,
and a bridge does too, so nothing else in lying comes near."""


@dataclass(frozen=True, slots=True)
class Guard:
    """A movement that is never part of a routine, and the kind words for it."""

    id: str
    threshold_deg: float
    words: str


TOE_TOUCH = Guard(
    "toe_touch",
    TOE_TOUCH_DEG,
    "That is nearly a toe touch, which overstretches your back. Stay higher, at your knees.",
)
SIT_UP = Guard(
    "sit_up",
    SIT_UP_DEG,
    "A full sit-up strains your back. Roll to your side to get up, and curl up only a little.",
)
UPRIGHT = (StartPosture.STANDING, StartPosture.SITTING)


@dataclass(frozen=True, slots=True)
class Noticed:
    """What is worth a word now."""

    id: str
    words: str
    at_s: float
    """When it showed; for a way that was left out, the end of the way that was gone."""
    urgent: bool = False
    """It strains the back now, so its words wait for nothing."""


@dataclass(slots=True)
class GuardState:
    """What the guards remember of a set."""

    known: bool = False
    """The start posture of this set is known, from which angles are measured."""
    over_since_s: float | None = None
    """Since when a limit is passed."""
    told: bool = False
    """It was noticed, and is not over yet."""
    sway: list[tuple[float, float]] = field(default_factory=list)
    """Times and lateral angles of the last ``STILL_S``."""
    way: int = 0
    """Sign of the way that is under way; 0 at rest."""
    last_way: int = 0
    last_way_s: float = 0.0
    """When that way was over."""


def check_guards(
    exercise: Exercise, watched: GuardState, readings: Readings, *, clock_runs: bool
) -> Noticed | None:
    """What begins to show now, or None."""
    seen = readings.carrying
    watched.known |= seen is not None
    if not watched.known:
        return None
    return (
        _tipped(exercise, watched, readings)
        or _one_side(exercise, watched, readings)
        or _stands_still(exercise, watched, readings, clock_runs=clock_runs)
    )


def _limits(exercise: Exercise) -> list[tuple[str, float, str, bool]]:
    """Id, threshold in degrees, words, and whether either direction counts; the nearest first.

    An exercise that names tipping forward as its own fault needs no guard against it.
    """
    found = [
        (fault.id, fault.threshold_deg or 0.0, fault.words, fault.measure is Measure.TIP)
        for fault in exercise.faults
        if fault.measure in (Measure.FORWARD, Measure.TIP)
    ]
    guard = TOE_TOUCH if exercise.start_posture in UPRIGHT else None
    if exercise.start_posture is StartPosture.SUPINE:
        guard = None if _fault_of(exercise, Measure.FORWARD) else SIT_UP
    if guard is not None:
        found.append((guard.id, guard.threshold_deg, guard.words, False))
    return sorted(found, key=lambda limit: limit[1])


def _tipped(exercise: Exercise, watched: GuardState, readings: Readings) -> Noticed | None:
    """A limit of tipping forward, or either way, that is passed for a moment: the furthest."""
    flexion_deg = math.degrees(readings.flexion_rad or 0.0)
    passed = None
    nearest_deg = math.inf
    for name, limit_deg, said, either in _limits(exercise):
        tipped_deg = abs(flexion_deg) if either else flexion_deg
        nearest_deg = min(nearest_deg, limit_deg)
        if tipped_deg > limit_deg:
            passed = name, said
    if passed is None:
        watched.over_since_s = None
        watched.told &= abs(flexion_deg) > OVER_SHARE * nearest_deg
        return None
    if watched.over_since_s is None:
        watched.over_since_s = readings.time_s
    if watched.told or readings.time_s - watched.over_since_s < NOTICED_S:
        return None
    watched.told = True
    return Noticed(*passed, readings.time_s, urgent=True)


def _one_side(exercise: Exercise, watched: GuardState, readings: Readings) -> Noticed | None:
    """Going out the same way twice."""
    fault = _fault_of(exercise, Measure.ONE_SIDE)
    look, carrying_rad = exercise.movement, readings.carrying_rad
    if fault is None or look is None or carrying_rad is None:
        return None
    if watched.way and watched.way * carrying_rad < WAY_SHARE * look.smallest:
        watched.last_way, watched.way = watched.way, 0
        watched.last_way_s = readings.time_s
    elif not watched.way and abs(carrying_rad) > look.smallest:
        watched.way = 1 if carrying_rad > 0 else -1
        if watched.way == watched.last_way:
            return Noticed(fault.id, fault.words, watched.last_way_s)
    return None


def _stands_still(
    exercise: Exercise, watched: GuardState, readings: Readings, *, clock_runs: bool
) -> Noticed | None:
    """Hardly swaying for a while, where the clock runs for moving."""
    fault = _fault_of(exercise, Measure.STILL)
    if fault is None or not clock_runs or readings.lateral_rad is None:
        watched.sway = []
        return None
    time_s = readings.time_s
    watched.sway = [one for one in watched.sway if one[0] >= time_s - STILL_S]
    watched.sway.append((time_s, readings.lateral_rad))
    angles_rad = [angle_rad for _, angle_rad in watched.sway]
    swayed_rad = max(angles_rad) - min(angles_rad)
    if swayed_rad > STILL_RAD or time_s - watched.sway[0][0] < STILL_S - 0.1:
        return None
    watched.sway = []
    return Noticed(fault.id, fault.words, time_s)


def _fault_of(exercise: Exercise, measure: Measure) -> Fault | None:
    return next((fault for fault in exercise.faults if fault.measure is measure), None)
