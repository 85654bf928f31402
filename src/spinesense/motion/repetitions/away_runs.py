"""Many ticks at once of a person who is away from the start posture, moves, and does nothing new.

A trunk that walks or fidgets with another tilt than that of the start posture is neither at rest
nor in a repetition. The detector then adds to its trace and waits; ``wait`` does just that for a
run of ticks, with the same operations. Whatever else a tick may bring ends the run before it.
"""

import math
from collections.abc import Iterable, Iterator

from spinesense.motion.maths.vectors import wrapped
from spinesense.motion.repetitions.detector import Repetitions
from spinesense.motion.repetitions.excursions import Excursions, Phase
from spinesense.motion.trunk.angles import Reference

Row = tuple[bool, bool, float, float, float, float, float, float, float]
"""Whether still, whether slow, time, up, and the angles about the axis that carries the movement
and the other two."""
_Moved = tuple[float, float, tuple[float, float], float]
"""Time, carrying angle, the other two, and how long the person has been still."""


def waits(watch: Repetitions) -> bool:
    """Whether the detector waits, so that rows of movement may go by together.

    With a hold to be timed, or an excursion that counts already, each tick matters.
    """
    out = watch.excursions.state
    if watch.movement.hold_s > 0.0:
        return False
    if out.phase is Phase.OUT:
        return out.peak_rad < watch.state.required_rad
    return out.phase is Phase.AWAY


def wait(
    watch: Repetitions,
    reference: Reference,
    axes: tuple[int, int, int],
    rows: Iterable[Row],
    tick_s: float,
) -> int:
    """Take rows as long as the person moves on and the detector waits; gives how many they were.

    Parameters
    ----------
    watch, reference
        The detector, which waits, and where it measures from.
    axes
        The axis that carries the movement, and the other two.
    rows, tick_s
        What follows, tick by tick, and the length of a tick.
    """
    outward = watch.excursions.state.phase is Phase.OUT
    longest_s = watch.start.elsewhere_s if outward else watch.shortest_rest_s
    moved = _moved(watch, reference, axes, rows, tick_s, longest_s)
    take = _go_on_outward if outward else _stay_away
    last, count = take(watch.excursions, watch.state.required_rad, moved)
    if last is not None:
        _, watch.state.carrying_rad, _, watch.start.state.still_s = last
    return count


def _moved(
    watch: Repetitions,
    reference: Reference,
    axes: tuple[int, int, int],
    rows: Iterable[Row],
    tick_s: float,
    longest_s: float,
) -> Iterator[_Moved]:
    """The angles of the rows from the reference, until the person is elsewhere or was still."""
    still_s = watch.start.state.still_s
    rx, ry, rz = reference.place.up
    carry_then, first_then, second_then = (reference.angles[axis] for axis in axes)
    least_cosine, implausible_rad, pi = watch.least_cosine, watch.implausible_rad, math.pi
    for still, _, time_s, x, y, z, carry_now, first_now, second_now in rows:
        carry, first, second = (
            carry_now - carry_then,
            first_now - first_then,
            second_now - second_then,
        )
        if not -pi < carry < pi:
            carry = wrapped(carry)
        still_s = still_s + tick_s if still else 0.0
        if still_s >= longest_s:
            return
        if abs(carry) > implausible_rad or x * rx + y * ry + z * rz < least_cosine:
            return
        if not -pi < first < pi:
            first = wrapped(first)
        if not -pi < second < pi:
            second = wrapped(second)
        yield time_s, carry, (first, second), still_s


def _go_on_outward(
    excursions: Excursions, required_rad: float, moved: Iterator[_Moved]
) -> tuple[_Moved | None, int]:
    """An excursion too small to count, as long as it is neither large enough nor over.

    Gives the last row taken and how many they were, as does ``_stay_away``.
    """
    out, trace = excursions.state, excursions.state.trace
    least_rad = excursions.params.drop_share * required_rad
    last, count = None, 0
    for row in moved:
        time_s, carry_rad, off_rad, _ = row
        value = out.direction * carry_rad
        if not least_rad <= value < required_rad:
            break
        trace.add(time_s, value, off_rad)
        out.peak_rad = max(out.peak_rad, value)
        out.fastest_radps = max(out.fastest_radps, excursions.rate_radps())
        last, count = row, count + 1
    return last, count


def _stay_away(
    excursions: Excursions, required_rad: float, moved: Iterator[_Moved]
) -> tuple[_Moved | None, int]:
    """Waiting for the return to rest, as long as it neither comes nor an excursion begins."""
    out, params = excursions.state, excursions.params
    leave_rad = params.leave_share * required_rad
    again_rad = max(leave_rad, params.again_share * out.peak_rad)
    last, count = None, 0
    for row in moved:
        time_s, carry_rad, off_rad, _ = row
        outward = excursions.outward_rad(carry_rad)
        if outward < leave_rad:
            break
        if out.short_of_rest:
            if outward > min(out.low_rad, outward) + again_rad:
                break
            out.low_rad = min(out.low_rad, outward)
        out.trace.add(time_s, carry_rad, off_rad)
        last, count = row, count + 1
    if last is not None:
        out.trace.forget_before(last[0] - excursions.history_s)
    return last, count
