"""Seeded sets of every exercise by simulated persons: what is counted against what was done."""

import math
import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass

import numpy as np

from spinesense.coaching.exercises.catalogue import load_catalogue
from spinesense.coaching.exercises.schema import Exercise
from spinesense.model.events import HoldEnded, HoldPaused, MotionEvent, Repetition
from spinesense.model.movement import Axis, Movement, Pattern, Unit
from spinesense.model.packets import Packet
from spinesense.model.samples import ImuBlock
from spinesense.motion.pipeline import Pipeline
from spinesense.sensors.devices import decoder_for
from spinesense.sensors.simulated.exercises import EXERCISES, ModelExercise, Repeating
from spinesense.sensors.simulated.person import REACTION_S
from spinesense.sensors.simulated.script import StandAndBow
from spinesense.sensors.simulated.source import SimulatedSource
from spinesense.sensors.simulated.trajectory import Channel
from spinesense.sensors.simulated.truth import Performed

GUARDED = "leg_press_guard"
COUNTED = tuple(
    name
    for name, model in EXERCISES.items()
    if model.kind is Repeating.REPEATED and name != GUARDED
)
"""Exercises of repetitions or holds; of walking and swaying only the time is kept, and what is
guarded is not counted."""

HOLD_WITHIN_S = 0.3
"""How good the time of a hold is to be."""

READY_S = 3.0
"""Rest in the start posture before the set, and after it."""
SMALLEST_SHARE = 0.4
"""Of the model person's excursion, for an exercise that no catalogue entry describes: what the
detector asks of a person whose range it knows."""
REPETITIONS, HOLD_S = (5, 10), (0, 5)
"""Dose of an exercise that the catalogue does not describe."""
_AXES = {
    Channel.FLEXION: Axis.FLEXION,
    Channel.LATERAL: Axis.LATERAL,
    Channel.ROTATION: Axis.ROTATION,
}


@dataclass(frozen=True, slots=True)
class SetResult:
    """One set. Errors are of the repetitions (or the one long hold) found where one was done."""

    exercise: str
    performed: int
    invented: int
    missed: int
    range_errors_rad: tuple[float, ...]
    hold_errors_s: tuple[float, ...]
    """Of repetitions that ask for a hold."""


def set_result(task: tuple[str, int]) -> SetResult:
    """Let the simulated person of a seed do one set of an exercise, and watch them.

    The seed also draws how the sensor is mounted, the number of repetitions and the hold. The
    person calibrates, takes the start posture, and hears the start before they begin.
    """
    exercise, seed = task
    rng = np.random.default_rng([COUNTED.index(exercise), seed])
    model, entry = EXERCISES[exercise], load_catalogue().get(exercise)
    repetitions, hold_s = _dose(rng, model, entry)
    side = str(rng.choice(("left", "right"))) if model.sided else ""
    source = SimulatedSource(int(rng.integers(1 << 32)), script=(StandAndBow(),), speed=0)
    performance = source.person.performance
    performance.take(model.posture, side)
    performance.wait(READY_S)
    # One waits for the end of a hold to be said.
    waits_s = hold_s + rng.uniform(0.3, REACTION_S) if hold_s else 0.0
    performance.perform(exercise, repetitions, waits_s, side)
    performance.wait(READY_S)
    movement = entry.watch_for(hold_s) if entry else model_movement(exercise, hold_s)
    block = _samples(source)
    watch_s = source.person.performed[0].start_s - REACTION_S
    events = _watched(block, source.profile.nominal_rate_hz, movement, watch_s)
    if movement.axis is Axis.STILLNESS:
        return _held(exercise, events, float(block.arrival_s[-1]) - watch_s)
    return count(exercise, events, source.person.performed, held=hold_s > 0)


def model_movement(exercise: str, hold_s: float) -> Movement:
    """What to look for in an exercise, from how the model person does it."""
    model = EXERCISES[exercise]
    first = model.excursions[0]
    expected_rad = min(abs(excursion.size_rad) for excursion in model.excursions)
    moving_s = len(model.excursions) * (model.out_s + model.back_s)
    return Movement(
        exercise=exercise,
        start_posture=model.posture,
        axis=_AXES[first.channel],
        pattern=_pattern(model),
        smallest_range=SMALLEST_SHARE * expected_rad,
        expected_range=expected_rad,
        shortest_repetition_s=moving_s / 2,
        longest_repetition_s=2 * moving_s + len(model.excursions) * hold_s,
        hold_s=hold_s,
    )


def _pattern(model: ModelExercise) -> Pattern:
    if len(model.excursions) > 1:
        return Pattern.BOTH
    if model.sided:
        return Pattern.EITHER
    return Pattern.POSITIVE if model.excursions[0].size_rad > 0 else Pattern.NEGATIVE


def _dose(
    rng: np.random.Generator, model: ModelExercise, entry: Exercise | None
) -> tuple[int, float]:
    """Repetitions and hold in whole seconds, from the catalogue's dose where there is one."""
    least, most = entry.dose.repetitions if entry else REPETITIONS
    hold = entry.dose.hold_s if entry else HOLD_S
    hold_s = float(rng.integers(round(hold[0]), round(hold[1]), endpoint=True))
    sides = 2 if model.alternates else 1
    return max(1, sides * int(rng.integers(least, most, endpoint=True))), hold_s


def _samples(source: SimulatedSource) -> ImuBlock:
    packets: list[Packet] = []
    while not source.ended:
        packets += [item for item in source.step() if isinstance(item, Packet)]
    block = decoder_for(source.profile.profile).decode(packets).block
    if block is None:
        raise RuntimeError("the simulated sensor sent no samples")
    return block


def _watched(
    block: ImuBlock, rate_hz: float, movement: Movement, watch_s: float
) -> list[MotionEvent]:
    """Calibrate from the beginning, and watch a movement from a time on."""
    pipeline = Pipeline(rate_hz)
    pipeline.calibrate()
    row = int(np.searchsorted(block.arrival_s, watch_s))
    events = list(pipeline.feed(block.rows(0, row)).events)
    pipeline.watch(movement)
    return [*events, *pipeline.feed(block.rows(row, len(block))).events, *pipeline.finish().events]


def count(
    exercise: str, events: Sequence[MotionEvent], performed: Sequence[Performed], *, held: bool
) -> SetResult:
    """A repetition is found when its peak lies within the one that was done."""
    found = [event for event in events if isinstance(event, Repetition)]
    pairs: list[tuple[Repetition, Performed]] = []
    for truth in performed:
        fits = next((rep for rep in found if truth.start_s <= rep.peak_s <= truth.end_s), None)
        if fits is not None:
            found.remove(fits)
            pairs.append((fits, truth))
    return SetResult(
        exercise,
        len(performed),
        invented=len(found),
        missed=len(performed) - len(pairs),
        range_errors_rad=tuple(
            abs(rep.range_rad - truth.range_rad) for rep, truth in pairs if rep.unit is Unit.RADIAN
        ),
        hold_errors_s=tuple(abs(rep.hold_s - truth.hold_s) for rep, truth in pairs if held),
    )


def _held(exercise: str, events: Sequence[MotionEvent], watched_s: float) -> SetResult:
    """An exercise of stillness is one unbroken hold, from the start of watching to its end."""
    holds = [event.held_s for event in events if isinstance(event, HoldEnded)]
    broken = len(holds) != 1 or any(isinstance(event, HoldPaused) for event in events)
    return SetResult(
        exercise,
        1,
        invented=0,
        missed=int(broken),
        range_errors_rad=(),
        hold_errors_s=tuple(abs(held_s - watched_s) for held_s in holds[:1]),
    )


def all_results(sets: int) -> Iterator[SetResult]:
    """So many sets, spread evenly over the exercises, by as many processes as there are cores.

    Equal numbers give equal results, in the same order.
    """
    tasks = [(COUNTED[number % len(COUNTED)], number // len(COUNTED)) for number in range(sets)]
    with ProcessPoolExecutor(min(os.cpu_count() or 1, max(1, sets))) as pool:
        yield from pool.map(set_result, tasks)


def rows(results: Sequence[SetResult]) -> list[dict[str, object]]:
    """One row an exercise and one for all; percentiles are over repetitions, None without any."""
    names = dict.fromkeys(result.exercise for result in results)
    table = [_row(name, [each for each in results if each.exercise == name]) for name in names]
    return [*table, _row("all", results)]


def _row(name: str, results: Sequence[SetResult]) -> dict[str, object]:
    ranges_deg = [math.degrees(error) for each in results for error in each.range_errors_rad]
    holds_s = [error for each in results for error in each.hold_errors_s]
    return {
        "exercise": name,
        "catalogued": name == "all" or name in load_catalogue(),
        "sets": len(results),
        "exact": sum(not each.invented and not each.missed for each in results),
        "performed": sum(each.performed for each in results),
        "invented": sum(each.invented for each in results),
        "missed": sum(each.missed for each in results),
        "range_error_deg_p90": _p90(ranges_deg),
        "hold_error_s_p90": _p90(holds_s),
        "holds_within_0.3_s": _share([error <= HOLD_WITHIN_S for error in holds_s]),
    }


def _share(flags: Sequence[bool]) -> float | None:
    return round(sum(flags) / len(flags), 3) if flags else None


def _p90(errors: Sequence[float]) -> float | None:
    return round(float(np.percentile(errors, 90)), 3) if errors else None
