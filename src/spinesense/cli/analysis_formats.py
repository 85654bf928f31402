"""The formats in which an analysis is written: a function each, and its name."""

import math
from collections.abc import Callable, Mapping
from dataclasses import asdict
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from spinesense.cli.event_text import range_words, uncounted_words
from spinesense.cli.output import say, say_json
from spinesense.model.calibration import Calibration, CalibrationMethod
from spinesense.model.events import Bend, PartialMovement, Repetition
from spinesense.model.grade import GRADE_NOTES
from spinesense.model.readings import LeftOut
from spinesense.motion.trunk.lumbar import LumbarColumns
from spinesense.runner.batch.analysis import Analysis

LARGEST_SCATTER_RAD = math.radians(45.0)
"""Beyond it a direction called left is nearer to forward or back."""


def _rounded(value: float, digits: int = 3) -> float | None:
    """JSON knows no NaN: what is not known is null."""
    return round(value, digits) if math.isfinite(value) else None


def _repetition(repetition: Repetition) -> dict[str, Any]:
    return {
        "start_s": _rounded(repetition.start_s),
        "end_s": _rounded(repetition.end_s),
        "peak_s": _rounded(repetition.peak_s),
        "rom_deg": _rounded(math.degrees(repetition.range_rad), 2),
        "hold_s": _rounded(repetition.hold_s, 2),
    }


def _partial(partial: PartialMovement) -> dict[str, Any]:
    return {
        "start_s": _rounded(partial.start_s),
        "end_s": _rounded(partial.end_s),
        "peak_s": _rounded(partial.peak_s),
        "rom_deg": _rounded(math.degrees(partial.range_rad), 2),
        "why": partial.why.value,
    }


def _angles(found: Analysis) -> dict[str, Any] | None:
    if found.angles is None:
        return None
    columns = found.angles
    return {
        "time_s": [_rounded(value) for value in columns.time_s.tolist()],
        "flexion_deg": [_rounded(math.degrees(v), 2) for v in columns.flexion_rad.tolist()],
        "lateral_deg": [_rounded(math.degrees(v), 2) for v in columns.lateral_rad.tolist()],
        "rotation_deg": [_rounded(math.degrees(v), 2) for v in columns.rotation_rad.tolist()],
        "lumbar": _lumbar(columns.lumbar, columns.clock_lag_s) if columns.lumbar else None,
    }


def _lumbar(found: LumbarColumns, lag_s: float) -> dict[str, Any]:
    """Flexion between two sensors: null where one of them is missing."""
    return {
        "time_s": [_rounded(value) for value in found.time_s.tolist()],
        "flexion_deg": [_rounded(math.degrees(v), 2) for v in found.flexion_rad.tolist()],
        "clock_lag_s": _rounded(lag_s),
        "sd_deg": [_rounded(math.degrees(v), 2) for v in found.sd_rad.tolist()],
    }


def _mounting(calibration: Calibration) -> dict[str, Any]:
    return {
        "method": calibration.method.value,
        "axis_scatter_deg": _rounded(math.degrees(calibration.axis_scatter_rad), 2),
        "stillness_deg": _rounded(math.degrees(calibration.stillness_rad), 2),
        "bow_deg": _rounded(math.degrees(calibration.bow_rad), 2),
    }


def _bend(bend: Bend) -> dict[str, Any]:
    return {
        "start_s": _rounded(bend.start_s),
        "end_s": _rounded(bend.end_s),
        "depth_deg": _rounded(math.degrees(bend.depth_rad), 1),
        "share_of_own_range": _rounded(bend.share, 2),
        "fastest_dps": _rounded(math.degrees(bend.fastest_radps), 1),
        "held_s": _rounded(bend.held_s, 1),
        "seated": bend.seated,
    }


def as_object(found: Analysis) -> dict[str, Any]:
    """The object that ``--json`` prints. Its keys are an interface: extend, don't rename."""
    return {
        "recording": {
            "duration_s": _rounded(found.duration_s),
            "rate_hz": _rounded(found.rate_hz, 2),
            "samples": found.samples,
            "gaps": [
                {"start_s": _rounded(gap.start_s), "end_s": _rounded(gap.end_s)}
                for gap in found.gaps
            ],
            "calibration": _mounting(found.calibration) if found.calibration else None,
            "grade": found.grade.value,
            "warnings": list(found.warnings),
            "left_out": asdict(found.left_out),
            "damage": found.damage,
        },
        "postures": [
            {
                "start_s": _rounded(span.start_s),
                "end_s": _rounded(span.end_s),
                "posture": span.posture.value,
                "confidence": _rounded(span.confidence, 2),
            }
            for span in found.postures
        ],
        "transitions": [
            {"start_s": _rounded(t.start_s), "end_s": _rounded(t.end_s), "kind": t.kind.value}
            for t in found.transitions
        ],
        "walking_bouts": [
            {
                "start_s": _rounded(bout.start_s),
                "end_s": _rounded(bout.end_s),
                "steps": bout.steps,
                "cadence_spm": _rounded(bout.cadence_spm, 1),
            }
            for bout in found.walking_bouts
        ],
        "bends": [_bend(bend) for bend in found.bends],
        "reps": [_repetition(repetition) for repetition in found.repetitions],
        "uncounted": [_partial(partial) for partial in found.uncounted],
        "angles": _angles(found),
    }


def _mounting_words(calibration: Calibration | None) -> str:
    """Return how the mounting was found and how sure it is, on one line."""
    if calibration is None:
        return "not found: no angles"
    up = f"up within {math.degrees(calibration.stillness_rad):.1f}°"
    left = f"left within {math.degrees(calibration.axis_scatter_rad):.1f}°"
    if calibration.method is CalibrationMethod.STAND_AND_BOW:
        return f"from a stand-and-bow of {math.degrees(calibration.bow_rad):.0f}°: {up}, {left}"
    if calibration.axis_scatter_rad > LARGEST_SCATTER_RAD:
        return f"inferred without a stand-and-bow: {up}, forward and left are not known"
    return f"inferred without a stand-and-bow: {up}, {left} (or the other way round)"


def left_out_words(left_out: LeftOut) -> str:
    """Return how many samples came and were not used, and why."""
    reasons = (
        (left_out.repeated, "that repeat the same reading"),
        (left_out.impossible, "beyond the range of a sensor"),
        (left_out.not_a_number, "that are no numbers"),
    )
    return ", ".join(f"{count} {why}" for count, why in reasons if count)


def write_text(path: Path, found: Analysis) -> None:
    """Print it to be read."""
    say(f"{path}")
    say(
        f"  {found.duration_s:.1f} s, {found.samples} samples at {found.rate_hz:.2f} Hz, "
        f"{len(found.gaps)} gaps"
    )
    say(f"  mounting   {_mounting_words(found.calibration)}")
    if note := GRADE_NOTES[found.grade]:
        say(f"  grade      {note}")
    if found.left_out.total:
        say(f"  left out   samples: {left_out_words(found.left_out)}")
    for warning in found.warnings:
        say(f"  warning    {warning}")
    for span in found.postures:
        say(
            f"  {span.start_s:8.1f} to {span.end_s:8.1f} s  {span.posture.value:<10} "
            f"(confidence {span.confidence:.2f})"
        )
    for bout in found.walking_bouts:
        say(
            f"  {bout.start_s:8.1f} to {bout.end_s:8.1f} s  {bout.steps} steps "
            f"at {bout.cadence_spm:.0f} a minute"
        )
    for bend in found.bends:
        say(
            f"  {bend.start_s:8.1f} to {bend.end_s:8.1f} s  "
            f"bend of {math.degrees(bend.depth_rad):.0f}°, {bend.share:.0%} of the largest"
            + (f", held {bend.held_s:.0f} s" if bend.held else "")
            + (", seated" if bend.seated else "")
        )
    for repetition in found.repetitions:
        say(
            f"  {repetition.start_s:8.1f} to {repetition.end_s:8.1f} s  "
            f"repetition {repetition.number}: {range_words(repetition)}, "
            f"held {repetition.hold_s:.1f} s"
        )
    for partial in found.uncounted:
        say(f"  {partial.start_s:8.1f} to {partial.end_s:8.1f} s  {uncounted_words(partial)}")


def write_json(path: Path, found: Analysis) -> None:
    """Print it as one JSON object on a line."""
    say_json({"file": str(path), **as_object(found)})


FORMATS: Final[Mapping[str, Callable[[Path, Analysis], None]]] = MappingProxyType(
    {"text": write_text, "json": write_json}
)
"""How each format prints the analysis of a file."""
