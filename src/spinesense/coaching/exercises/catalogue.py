"""The catalogue of exercises: one text file each, read and checked."""

import math
from collections.abc import Iterator, Mapping
from importlib.resources import files
from typing import Any

import msgspec

from spinesense.coaching.exercises.schema import (
    CarryingMovement,
    Dose,
    Exercise,
    Fault,
    Grade,
    Measure,
    Sides,
    Target,
)
from spinesense.coaching.toml_schema import Check, Problem, read_text
from spinesense.model.movement import Axis, Pattern, Unit

_PLACES = {Axis.FLEXION: 0, Axis.LATERAL: 1, Axis.ROTATION: 2}
"""Places of the axes in the turn to a peak."""


def load_catalogue() -> dict[str, Exercise]:
    """All exercises that ship with the project, by id in alphabetical order.

    Raises
    ------
    TextError
        When a shipped file breaks its schema.
    """
    found = {}
    for file in files("spinesense.coaching.exercises").joinpath("shipped").iterdir():
        if file.name.endswith(".toml"):
            exercise = parse_exercise(file.read_text("utf-8"), file.name)
            found[exercise.id] = exercise
    return dict(sorted(found.items()))


def parse_exercise(text: str, file: str) -> Exercise:
    """Read one exercise.

    Parameters
    ----------
    text
        The TOML text.
    file
        Its name, for errors; when it ends in ``.toml``, the id must be the rest of the name.

    Raises
    ------
    TextError
        Naming every mistake of the text with its line and key.
    """

    def check_name(fitting: Mapping[str, Any]) -> Iterator[Problem]:
        name = fitting.get("id")
        if name and file.endswith(".toml") and file != f"{name}.toml":
            yield Problem(("id",), f"the id is {name} but the file is {file}", "name both alike")
        yield from _whole_problems(fitting)

    checks: dict[type[msgspec.Struct], Check] = {
        Exercise: check_name,
        Dose: _dose_problems,
        CarryingMovement: _movement_problems,
        Target: _target_problems,
        Fault: _fault_problems,
    }
    return read_text(text, file, Exercise, checks)


def _dose_problems(fitting: Mapping[str, Any]) -> Iterator[Problem]:
    ranges = {key: value for key, value in fitting.items() if isinstance(value, tuple)}
    for key, (least, most) in ranges.items():
        if least > most:
            what = f"the least, {least:g}, is above the most, {most:g}"
            yield Problem((key,), what, "write the smaller number first")


def _movement_problems(fitting: Mapping[str, Any]) -> Iterator[Problem]:
    axis = fitting.get("axis")
    in_metres = isinstance(axis, Axis) and axis.unit is Unit.METRE
    unit, other = ("m", "deg") if in_metres else ("deg", "m")
    for size in ("smallest_range", "expected_range") if "axis" in fitting else ():
        if f"{size}_{unit}" not in fitting:
            what = "this key is missing"
            yield Problem((f"{size}_{unit}",), what, f"add {size}_{unit} = …")
        if f"{size}_{other}" in fitting:
            what = f"this axis has its ranges in {unit}"
            yield Problem((f"{size}_{other}",), what, f"write {size}_{unit}")
    pairs = (
        (f"smallest_range_{unit}", f"expected_range_{unit}"),
        ("shortest_repetition_s", "longest_repetition_s"),
    )
    yield from _peak_problems(fitting)
    for small, large in pairs:
        if small in fitting and large in fitting and fitting[small] > fitting[large]:
            yield Problem((small,), f"this is above {large}", "write a smaller number")


def _peak_problems(fitting: Mapping[str, Any]) -> Iterator[Problem]:
    axis = fitting.get("axis")
    if not isinstance(axis, Axis) or axis not in _PLACES:
        return
    for way, sign in (("positive", 1.0), ("negative", -1.0)):
        peak = fitting.get(f"{way}_peak_deg")
        if peak is not None and sign * peak[_PLACES[axis]] <= 0.0:
            what = f"this does not go the {way} way of {axis.value}"
            order = "flexion, to the side, about the long axis"
            yield Problem((f"{way}_peak_deg",), what, f"write the turn in this order: {order}")


def _target_problems(fitting: Mapping[str, Any]) -> Iterator[Problem]:
    if fitting.get("low_deg", 0.0) >= fitting.get("high_deg", math.inf):
        yield Problem(("low_deg",), "the target has no width", "write a number below high_deg")


def _fault_problems(fitting: Mapping[str, Any]) -> Iterator[Problem]:
    measure = fitting.get("measure")
    has_threshold = fitting.get("threshold_deg") is not None
    place = ("threshold_deg",)
    without = {
        Measure.HOLD_LOST: "hold_lost has the limits of the hold clock",
        Measure.ONE_SIDE: "one_side has the ranges of the movement",
        Measure.STILL: "still needs no angle",
    }
    if measure in without and has_threshold:
        yield Problem(place, without[measure], "leave this out")
    elif measure is not None and measure not in without and not has_threshold:
        yield Problem(place, f"{measure} needs a threshold", "add threshold_deg = …")


def _whole_problems(fitting: Mapping[str, Any]) -> Iterator[Problem]:
    if "dose" in fitting:
        yield from _kind_of_dose_problems(fitting.get("movement"), fitting["dose"])
    if "movement" in fitting:
        look = fitting["movement"]
        either = look.pattern is Pattern.EITHER
        sided = fitting.get("sides", Sides.NONE) is not Sides.NONE
        if either != sided and look.axis is not Axis.STILLNESS:
            what = "sides and the pattern either go together"
            yield Problem(("sides",), what, "use both or none")
    faults = fitting.get("faults", ())
    for number, fault in enumerate(faults):
        too_low = "target" in fitting and (fault.threshold_deg or 0) <= fitting["target"].high_deg
        if fault.measure is Measure.RANGE and too_low:
            place = ("faults", number, "threshold_deg")
            yield Problem(
                place, "this fault begins within the target", "write a number above target.high_deg"
            )
    if faults and Grade.FAULTS not in fitting.get("grades", (Grade.FAULTS,)):
        yield Problem(("grades",), "faults are named but the grade F is missing", 'add "F"')


def _kind_of_dose_problems(look: CarryingMovement | None, dose: Dose) -> Iterator[Problem]:
    if dose.minutes[1] > 0:
        if look is not None:
            what = "what is done in minutes is carried by steps"
            yield Problem(("movement",), what, "leave this table out")
        return
    if look is None:
        yield Problem(("movement",), "this key is missing", "add a table [movement]")
        return
    if look.axis is not Axis.STILLNESS:
        if dose.repetitions[0] < 1:
            what = "a dose of no repetitions is none"
            yield Problem(("dose", "repetitions"), what, "write at least 1")
        return
    if dose.repetitions != (0, 0):
        what = "an exercise of stillness has no repetitions"
        yield Problem(("dose", "repetitions"), what, "leave them out and give hold_s")
    if dose.hold_s[0] <= 0:
        what = "an exercise of stillness needs a hold"
        yield Problem(("dose", "hold_s"), what, "give the seconds from least to most")
