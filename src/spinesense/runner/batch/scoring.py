"""What was counted against what a simulated person really did."""

from collections.abc import Sequence
from dataclasses import dataclass

from spinesense.model.events import Event, SetDone
from spinesense.model.movement import Unit
from spinesense.sensors.simulated.truth import Performed, Walked


@dataclass(frozen=True, slots=True)
class SetScore:
    """One set: counted and performed repetitions, and the largest errors among the matched."""

    exercise: str
    set_number: int
    side: str
    counted: int
    performed: int
    held_s: float
    """Time held over the set, as the coach told it."""
    performed_hold_s: float
    worst_hold_error_s: float
    worst_range_error_rad: float
    held_only: bool

    @property
    def exact(self) -> bool:
        """Whether every performed repetition was counted and none was invented."""
        return self.held_only or self.counted == self.performed


def score_sets(
    events: Sequence[Event], performed: Sequence[Performed], walks: Sequence[Walked] = ()
) -> tuple[SetScore, ...]:
    """Score every finished set of a simulated session.

    Parameters
    ----------
    events
        All events of the session, in order.
    performed
        What the simulated person did (`SimulatedPerson.performed`).
    walks
        Where they walked.
    """
    done = [event for event in events if isinstance(event, SetDone) and not event.skipped]
    return tuple(
        _held(event, performed, walks) if not event.repetitions else _counted(event, performed)
        for event in done
    )


def _counted(event: SetDone, performed: Sequence[Performed]) -> SetScore:
    """A set of repetitions: those performed in it have their peak in it."""
    truths = [rep for rep in performed if event.start_s <= rep.peak_s <= event.time_s]
    pairs = list(zip(event.repetitions, truths, strict=False))
    return SetScore(
        exercise=event.exercise,
        set_number=event.set_number,
        side=event.side,
        counted=len(event.repetitions),
        performed=len(truths),
        held_s=event.held_s,
        performed_hold_s=sum(truth.hold_s for truth in truths),
        worst_hold_error_s=max(
            (abs(rep.hold_s - truth.hold_s) for rep, truth in pairs), default=0.0
        ),
        worst_range_error_rad=max(
            (
                abs(rep.range_rad - truth.range_rad)
                for rep, truth in pairs
                if rep.unit is Unit.RADIAN
            ),
            default=0.0,
        ),
        held_only=False,
    )


def _held(event: SetDone, performed: Sequence[Performed], walks: Sequence[Walked]) -> SetScore:
    """A set that is one hold or a walk, of which only the part that lies in the set counts.

    The coach ends such a set when the hold clock has run out, whatever the person does then.
    """
    spans = [(rep.peak_s - rep.hold_s / 2, rep.peak_s + rep.hold_s / 2) for rep in performed]
    spans += [(walk.start_s, walk.end_s) for walk in walks]
    parts_s = [min(to_s, event.time_s) - max(from_s, event.start_s) for from_s, to_s in spans]
    held = [part_s for part_s in parts_s if part_s > 0.0]
    return SetScore(
        exercise=event.exercise,
        set_number=event.set_number,
        side=event.side,
        counted=0,
        performed=len(held),
        held_s=event.held_s,
        performed_hold_s=sum(held),
        worst_hold_error_s=abs(event.held_s - sum(held)),
        worst_range_error_rad=0.0,
        held_only=True,
    )
