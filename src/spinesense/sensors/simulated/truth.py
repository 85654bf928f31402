"""What the model person really did, to compare results with. Times are seconds of true time."""

from dataclasses import dataclass, field, replace

from spinesense.model.movement import Side, StartPosture


@dataclass(frozen=True, slots=True)
class Performed:
    """One repetition as it was really done, or one stretch of movement to and fro."""

    exercise: str
    start_s: float
    peak_s: float
    """Middle of the hold; of the first of two holds, or of the whole stretch to and fro."""
    end_s: float
    range_rad: float
    """Excursion meant, without breath and sway; from peak to peak where there are two."""
    hold_s: float
    """Time from arriving at the peak to leaving it; the shorter of two. A stretch to and fro is
    held from its start to its end."""
    side: Side
    returns_s: float
    """When the last way back began."""
    fault: str = ""
    """Id of the fault that it shows; empty for good form."""

    def until(self, time_s: float) -> "Performed":
        """The repetition as it becomes when the person breaks off at ``time_s``."""
        arrived_s = self.peak_s - self.hold_s / 2
        two_ways = self.side is Side.BOTH and self.returns_s < self.end_s
        if two_ways or not arrived_s < time_s < self.returns_s:
            return self
        held_s = time_s - arrived_s
        return replace(
            self,
            peak_s=arrived_s + held_s / 2,
            end_s=time_s + self.end_s - self.returns_s,
            hold_s=held_s,
            returns_s=time_s,
        )


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of time spent in one posture, walking included; changes lie between spans."""

    posture: StartPosture
    start_s: float
    end_s: float


@dataclass(frozen=True, slots=True)
class Walked:
    """One bout of walking, from and to half of the full gait."""

    start_s: float
    end_s: float
    steps: int


@dataclass(frozen=True, slots=True)
class Bent:
    """One forward bend of the trunk, on the feet or on a seat."""

    start_s: float
    end_s: float
    depth_rad: float
    """From the posture that it was made in."""
    held_s: float
    seated: bool


@dataclass(slots=True)
class Truth:
    """What has been done, and what is planned from here on."""

    performed: list[Performed] = field(default_factory=list)
    spans: list[Span] = field(default_factory=list)
    walks: list[Walked] = field(default_factory=list)
    shifts_s: list[float] = field(default_factory=list)
    """When postural shifts at the desk began."""
    bends: list[Bent] = field(default_factory=list)

    def forget_from(self, time_s: float) -> None:
        """Remove what was planned but has not come so far at ``time_s``.

        A repetition that is broken off in its hold was done, with a shorter hold.
        """
        kept = [rep.until(time_s) for rep in self.performed]
        self.performed = [rep for rep in kept if rep.returns_s <= time_s]
        self.walks = [walk for walk in self.walks if walk.end_s < time_s]
        self.bends = [bend for bend in self.bends if bend.end_s < time_s]
        self.shifts_s = [shift_s for shift_s in self.shifts_s if shift_s < time_s]
        self.spans = [span for span in self.spans if span.start_s < time_s]

    def stay(self, posture: StartPosture, time_s: float) -> None:
        """Note that the person is in this posture at ``time_s``."""
        if self.spans and self.spans[-1].posture is posture:
            self.spans[-1] = replace(self.spans[-1], end_s=time_s)
        else:
            self.spans.append(Span(posture, time_s, time_s))
