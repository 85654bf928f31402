"""Events as lines of text, one each, and a summary of the sets."""

import math
from collections.abc import Callable, Sequence

from spinesense.cli.output import say
from spinesense.model.events import (
    Bend,
    CalibrationFound,
    CalibrationRefused,
    Cue,
    Event,
    FaultSeen,
    GapFound,
    HoldEnded,
    PacketRejected,
    PainReported,
    PartialMovement,
    PostureChanged,
    PostureShift,
    Repetition,
    SessionEnded,
    SessionLeft,
    SetDone,
    SignalSuspect,
    SittingAlert,
    TransitionMade,
    WalkingBout,
    WalkSuggested,
    WornChanged,
)
from spinesense.model.movement import Unit


def _degrees(angle_rad: float) -> str:
    return f"{math.degrees(angle_rad):.1f}°"


def _calibration(event: CalibrationFound) -> str:
    found = event.calibration
    return (
        f"calibrated: bow {_degrees(found.bow_rad)}, "
        f"axis scatter {_degrees(found.axis_scatter_rad)}"
    )


def range_words(event: Repetition) -> str:
    """How far a repetition went: an angle, or a height in centimetres."""
    return f"{100 * event.range:.0f} cm" if event.unit is Unit.METRE else _degrees(event.range)


def _repetition(event: Repetition) -> str:
    held = f", held {event.hold_s:.1f} s" if event.hold_s else ""
    return (
        f"repetition {event.number}: {range_words(event)}{held} "
        f"({event.start_s:.1f} to {event.end_s:.1f} s)"
    )


def uncounted_words(event: PartialMovement) -> str:
    """What was no repetition, and why."""
    size = "" if math.isnan(event.range_rad) else f" of {_degrees(event.range_rad)}"
    return f"movement{size}, not counted: {event.why.words}"


def _set(event: SetDone) -> str:
    side = f" {event.side}" if event.side else ""
    state = "skipped" if event.skipped else f"{len(event.repetitions)} of {event.goal}"
    state += f", {len(event.uncounted)} not counted" if event.uncounted else ""
    return f"set {event.set_number} of {event.exercise}{side}: {state}, held {event.held_s:.1f} s"


def _pain(score: int | None) -> str:
    return "" if score is None else f" (pain {score} of 10)"


_WORDS: dict[type, Callable[..., str]] = {
    Cue: lambda e: f'"{e.words}"',
    CalibrationFound: _calibration,
    CalibrationRefused: lambda e: f"calibration refused: {e.reason}",
    Repetition: _repetition,
    PartialMovement: lambda e: f"{uncounted_words(e)} ({e.start_s:.1f} to {e.end_s:.1f} s)",
    HoldEnded: lambda e: f"hold {e.held_s:.1f} s ({e.start_s:.1f} to {e.end_s:.1f} s)",
    FaultSeen: lambda e: f"fault at {e.at_s:.1f} s: {e.fault.replace('_', ' ')}",
    SetDone: _set,
    PainReported: lambda e: f"pain {e.moment.value}: {e.score} of 10",
    SessionEnded: lambda e: "finished" if e.finished else f"ended: {e.reason}{_pain(e.pain)}",
    SessionLeft: lambda e: f"left before its end: {e.reason}" if e.reason else "gone on with",
    SittingAlert: lambda e: f"alert{f' ({e.level})' if e.level > 1 else ''}: {e.reason}",
    WalkSuggested: lambda e: f"suggestion: {e.words}",
    GapFound: lambda e: f"gap from {e.start_s:.2f} to {e.end_s:.2f} s",
    PacketRejected: lambda e: f"packet rejected: {e.reason}",
    SignalSuspect: lambda e: f"sensor: {e.message}",
    PostureChanged: lambda e: (
        f"{e.posture.value} since {e.start_s:.1f} s (confidence {e.confidence:.2f})"
    ),
    TransitionMade: lambda e: e.kind.value.replace("_", " "),
    WalkingBout: lambda e: (
        f"walked {e.steps} steps at {e.cadence_spm:.0f} a minute "
        f"({e.start_s:.1f} to {e.end_s:.1f} s)"
    ),
    PostureShift: lambda e: f"postural shift of {_degrees(e.size_rad)}",
    WornChanged: lambda e: "worn again" if e.worn else "not worn: nothing moves, not even a breath",
    Bend: lambda e: f"bend of {_degrees(e.depth_rad)}, {e.share:.0%} of the largest",
}


def words_of(event: Event) -> str:
    """One event in words; empty for one that is not told."""
    words = _WORDS.get(type(event))
    return words(event) if words else ""


class Teller:
    """Prints events as they come, and remembers them."""

    def __init__(self, *, silent: bool = False) -> None:
        self.events: list[Event] = []
        self._silent = silent

    def take(self, events: Sequence[Event]) -> None:
        """Print and keep the news of one item."""
        self.events.extend(events)
        for event in () if self._silent else events:
            words = words_of(event)
            if words:
                say(f"{event.time_s:8.2f} s  {words}")
