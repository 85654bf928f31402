"""What is measured of one excursion that is over."""

import math
from bisect import bisect_left
from collections.abc import Sequence

from spinesense.model.calibration import Vector
from spinesense.model.events import PartialMovement, Repetition, Uncounted
from spinesense.model.movement import Side
from spinesense.motion.repetitions.excursions import Excursion, ExcursionTrace
from spinesense.motion.repetitions.holds import Plateau, plateaus
from spinesense.motion.repetitions.onsets import log_dimensionless_jerk


def measured(found: Excursion, time_s: float, error_rad: float) -> Repetition:
    """An excursion as a repetition without a number, known at ``time_s``.

    ``error_rad`` is the uncertainty (one standard deviation) of the carrying angle.
    """
    trace = found.trace
    held = plateaus(trace.time_s, trace.carry_rad)
    top = max(held, key=lambda stretch: stretch.level_rad)
    rows = [
        place for place, row_s in enumerate(trace.time_s) if found.start_s <= row_s <= found.end_s
    ]
    offs = [trace.off_rad[place] for place in rows] or [(0.0, 0.0)]
    # The largest change of the two other angles since the start.
    off_rad = max(max(abs(a - offs[0][0]), abs(b - offs[0][1])) for a, b in offs)
    return Repetition(
        time_s=time_s,
        number=0,
        start_s=found.start_s,
        peak_s=min(found.end_s, max(found.start_s, _peak_s(found, top))),
        end_s=found.end_s,
        range_rad=top.level_rad,
        hold_s=sum(stretch.held_s for stretch in held),
        side=Side.POSITIVE if found.direction > 0.0 else Side.NEGATIVE,
        off_axis_rad=off_rad,
        smoothness=_smoothness(found, held),
        # sd² = (error of the angle)² + (unrest on the plateau)².
        range_sd_rad=math.hypot(error_rad, top.spread_rad),
    )


def peak_angles(found: Excursion, peak_s: float, carrying: int) -> Vector:
    """Flexion, lateral and rotation at the peak, from the middle between start and end.

    ``carrying`` is the place of the carrying angle among them.
    """
    trace = found.trace
    start, peak, end = (
        min(bisect_left(trace.time_s, time_s), len(trace.time_s) - 1)
        for time_s in (found.start_s, peak_s, found.end_s)
    )

    def rise(values: Sequence[float]) -> float:
        return values[peak] - 0.5 * (values[start] + values[end])

    beside, across = (rise([row[which] for row in trace.off_rad]) for which in (0, 1))
    angles = [beside, across]
    angles.insert(carrying, found.direction * rise(trace.carry_rad))
    return angles[0], angles[1], angles[2]


def one_way(half: Repetition, time_s: float) -> PartialMovement:
    """One way of a movement that goes both ways, given up at ``time_s``."""
    return PartialMovement(
        time_s, half.start_s, half.peak_s, half.end_s, half.range_rad, Uncounted.ONE_WAY
    )


def held_s(trace: ExcursionTrace) -> float:
    """Time held so far, judged from the whole trace."""
    return sum(stretch.held_s for stretch in plateaus(trace.time_s, trace.carry_rad))


def _peak_s(found: Excursion, top: Plateau) -> float:
    """Time of the highest point, or the middle of the plateau: there all points are equal."""
    if top.held_s > 0.0:
        return 0.5 * (top.start_s + top.end_s)
    trace = found.trace
    return max(zip(trace.carry_rad, trace.time_s, strict=True))[1]


def _smoothness(found: Excursion, held: list[Plateau]) -> float:
    """Mean smoothness of the ways out and back; holding still is neither smooth nor jerky."""
    trace = found.trace
    step_s = (trace.time_s[-1] - trace.time_s[0]) / max(1, len(trace.time_s) - 1)
    ways = ((found.start_s, held[0].start_s), (held[-1].end_s, found.end_s))
    values = []
    for begin_s, end_s in ways:
        rows = [
            value
            for row_s, value in zip(trace.time_s, trace.carry_rad, strict=True)
            if begin_s <= row_s <= end_s
        ]
        smoothness = log_dimensionless_jerk(rows, step_s)
        if not math.isnan(smoothness):
            values.append(smoothness)
    if values:
        return sum(values) / len(values)
    return log_dimensionless_jerk(trace.carry_rad, step_s)


def joined(first: Repetition, second: Repetition) -> Repetition:
    """One repetition of two opposite excursions."""
    return Repetition(
        time_s=second.time_s,
        number=0,
        start_s=first.start_s,
        peak_s=first.peak_s,
        end_s=second.end_s,
        range_rad=first.range_rad + second.range_rad,
        hold_s=min(first.hold_s, second.hold_s),
        side=Side.BOTH,
        off_axis_rad=max(first.off_axis_rad, second.off_axis_rad),
        smoothness=0.5 * (first.smoothness + second.smoothness),
        range_sd_rad=math.hypot(first.range_sd_rad, second.range_sd_rad),
    )
