"""What is learned from a movement that a person shows: its axis, its ways, its range and its time.

The three angles of the trunk are searched one by one for excursions both ways. The one that goes
furthest carries the movement; what the others do meanwhile tells it apart from other movements.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from statistics import median

import numpy as np

from spinesense.model.calibration import Vector
from spinesense.model.errors import SpinesenseError
from spinesense.model.events import Repetition
from spinesense.model.movement import Axis, Movement, Pattern, Side, StartPosture
from spinesense.motion.core import Findings, Mounting, Recorded, analyse
from spinesense.motion.pipeline import held_posture
from spinesense.motion.trunk.angles import Angles, up_in_trunk

SEEN_RAD = math.radians(3.0)
"""Less is sway, and the wander of a cheap sensor's heading within a repetition."""
USUAL_RAD = math.radians(45.0)
"""Of a large movement: one that goes two and a half times as far is a change of posture."""
QUICKEST_S, SLOWEST_S = 0.8, 60.0
"""From 1.2 Hz, faster than anybody trains their back, to a hold of a minute on the way."""
FEWEST = 3
"""Fewer do not show how much the person varies."""
ALIKE_SHARE = 0.5
"""What goes less than half as far as the person's usual is none of the repetitions they showed; a
way that goes less than half as far as the other is the swing back."""
SMALLEST_SHARE = 0.5
"""Of the smallest that was shown: who trains or hurts does less than who shows."""
TIME_MARGIN = 2.0
"""Twice as long as the slowest is still the same movement."""


ANGLES = (Axis.FLEXION, Axis.LATERAL, Axis.ROTATION)
WAYS = (Side.POSITIVE, Side.NEGATIVE)


class TeachingError(SpinesenseError):
    """What was shown does not make an exercise."""


@dataclass(frozen=True, slots=True)
class Taught:
    """A movement as it was shown."""

    start_posture: StartPosture
    axis: Axis
    pattern: Pattern
    repetitions: tuple[Repetition, ...]
    """The excursions that were shown, each way by itself."""
    peaks_rad: Mapping[Side, Vector]
    """Mean flexion, lateral and rotation from the start posture to the peak, of each way."""

    @property
    def ranges_rad(self) -> list[float]:
        """How far each of them went."""
        return [one.range_rad for one in self.repetitions]

    @property
    def hold_s(self) -> float:
        """The usual hold."""
        return median(one.hold_s for one in self.repetitions)

    @property
    def out_s(self) -> float:
        """The usual way out, to the middle of the hold less half of it."""
        return median(one.peak_s - one.start_s - one.hold_s / 2.0 for one in self.repetitions)

    @property
    def back_s(self) -> float:
        """The usual way back."""
        return median(one.end_s - one.peak_s - one.hold_s / 2.0 for one in self.repetitions)

    def movement(self, name: str) -> Movement:
        """What to watch for."""
        ways = 2.0 if self.pattern is Pattern.BOTH else 1.0
        moving_s = [one.end_s - one.start_s - one.hold_s for one in self.repetitions]
        return Movement(
            exercise=name,
            start_posture=self.start_posture,
            axis=self.axis,
            pattern=self.pattern,
            smallest_range=SMALLEST_SHARE * min(self.ranges_rad),
            expected_range=median(self.ranges_rad),
            shortest_repetition_s=ways * min(moving_s),
            longest_repetition_s=ways * (TIME_MARGIN * max(moving_s) + self.hold_s),
            hold_s=self.hold_s,
            positive_peak_rad=self.peaks_rad.get(Side.POSITIVE),
            negative_peak_rad=self.peaks_rad.get(Side.NEGATIVE),
        )


def learn(
    recording: Recorded, mounting: Mounting, start_posture: StartPosture | None = None
) -> Taught:
    """Learn from a recording in which one movement is done three times or more, and nothing else.

    The start posture is the one in which the person is most of the time, where none is given; to
    gravity sitting is standing.

    Raises
    ------
    TeachingError
        When no movement is seen three times, or the start posture is none that is known.
    """
    start_posture = start_posture or _start_posture(recording, mounting)
    looks = {axis: _look(recording, mounting, axis, start_posture) for axis in ANGLES}
    shown = {axis: _repeated(_repetitions(found)) for axis, found in looks.items()}
    # The axis that carries it: that about which most is done.
    axis = max(shown, key=lambda each: sum(one.range_rad for one in shown[each]))
    pattern, repetitions = _ways(axis, shown[axis])
    if len(repetitions) < FEWEST:
        times = ("no movement was", "one movement was", "two movements were")
        raise TeachingError(
            f"{times[len(repetitions)]} seen of 3° or more at the lower back",
            remedy="do it three to five times, with a moment of rest before and after, and nothing "
            "else meanwhile",
        )
    return Taught(
        start_posture, axis, pattern, tuple(repetitions), _peaks(repetitions, looks[axis].angles)
    )


def _start_posture(recording: Recorded, mounting: Mounting) -> StartPosture:
    ticks = recording.ticks
    rows = ticks.up_sensor[ticks.time_s > mounting.since_s]
    up = np.median(up_in_trunk(rows, mounting.calibration), axis=0) if len(rows) else np.zeros(3)
    found = held_posture(*up.tolist())
    if found is None:
        raise TeachingError(
            "the posture that the movement starts from is not seen",
            remedy="begin and end it upright, on your back, on your side or on hands and knees, or "
            "name the posture",
        )
    return found


def _look(
    recording: Recorded, mounting: Mounting, axis: Axis, start_posture: StartPosture
) -> Findings:
    """All excursions about one axis."""
    movement = Movement(
        exercise="",
        start_posture=start_posture,
        axis=axis,
        pattern=Pattern.EITHER,
        smallest_range=SEEN_RAD,
        expected_range=USUAL_RAD,
        shortest_repetition_s=QUICKEST_S,
        longest_repetition_s=SLOWEST_S,
        hold_s=0.0,
    )
    return analyse(recording, mounting, movement, angles=True, daily=False)


def _repetitions(found: Findings) -> list[Repetition]:
    return [event for event in found.tracked if isinstance(event, Repetition)]


def _repeated(found: Sequence[Repetition]) -> list[Repetition]:
    """Without those that are small beside the others."""
    usual_rad = _usual_rad(found)
    return [one for one in found if one.range_rad >= ALIKE_SHARE * usual_rad]


def _usual_rad(found: Sequence[Repetition]) -> float:
    """The median range of the larger half: between the movements there may be small ones."""
    ranges_rad = sorted(one.range_rad for one in found)
    return median(ranges_rad[len(ranges_rad) // 2 :]) if ranges_rad else 0.0


def _ways(axis: Axis, found: Sequence[Repetition]) -> tuple[Pattern, Sequence[Repetition]]:
    """Whether it goes one way or both, and the excursions of that."""
    by_side = {side: [one for one in found if one.side is side] for side in WAYS}
    main, other = sorted(by_side, key=lambda side: _usual_rad(by_side[side]), reverse=True)
    both = _usual_rad(by_side[other]) >= ALIKE_SHARE * _usual_rad(by_side[main]) and 2 * len(
        by_side[other]
    ) >= len(by_side[main])
    if both:
        # To the left and to the right each count; bent and arched in turn are one repetition.
        return Pattern.BOTH if axis is Axis.FLEXION else Pattern.EITHER, found
    one_way = Pattern.POSITIVE if main is Side.POSITIVE else Pattern.NEGATIVE
    return one_way, by_side[main]


def _peaks(found: Sequence[Repetition], columns: Sequence[Angles]) -> dict[Side, Vector]:
    """The mean of the angles at the peaks of each way, from the middle between start and end."""
    time_s = np.concatenate([part.time_s for part in columns])
    angles_rad = [
        np.concatenate([getattr(part, f"{axis.value}_rad") for part in columns]) for axis in ANGLES
    ]
    peaks: dict[Side, Vector] = {}
    for side in WAYS:
        rows = [one for one in found if one.side is side]
        if not rows:
            continue
        start, peak, end = (
            np.array([getattr(one, name) for one in rows])
            for name in ("start_s", "peak_s", "end_s")
        )
        flexion, lateral, rotation = (
            float(np.mean(at(peak) - 0.5 * (at(start) + at(end))))
            for at in (partial(np.interp, xp=time_s, fp=values) for values in angles_rad)
        )
        peaks[side] = (flexion, lateral, rotation)
    return peaks
