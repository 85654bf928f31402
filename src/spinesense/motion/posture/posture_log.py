"""The present posture, and the events that tell of every change of it."""

from dataclasses import dataclass, field

from spinesense.model.events import (
    LyingSide,
    MotionEvent,
    Posture,
    PostureChanged,
    TransitionKind,
    TransitionMade,
)
from spinesense.motion.posture.sit_stand.transitions import Travel

KINDS = {
    (Posture.SITTING, Posture.STANDING): TransitionKind.SIT_TO_STAND,
    (Posture.STANDING, Posture.SITTING): TransitionKind.STAND_TO_SIT,
    (Posture.LYING, Posture.SITTING): TransitionKind.LIE_TO_SIT,
    (Posture.SITTING, Posture.LYING): TransitionKind.SIT_TO_LIE,
    (Posture.STANDING, Posture.LYING): TransitionKind.STAND_TO_LIE,
    (Posture.LYING, Posture.STANDING): TransitionKind.LIE_TO_STAND,
}


@dataclass(slots=True)
class PostureLog:
    """The present posture. Events wait until they are taken."""

    posture: Posture = Posture.UNKNOWN
    since_s: float = 0.0
    confidence: float = 0.0
    lying_side: LyingSide | None = None
    waiting_s: float | None = None
    """Since when a posture waits to be decided."""
    rolling_to: LyingSide | None = None
    rolling_s: float = 0.0
    """The side that a lying person has rolled to, and since when; told once that lasts."""
    events: list[MotionEvent] = field(default_factory=list)

    def take(self) -> list[MotionEvent]:
        """What was told since this was last called."""
        found, self.events = self.events, []
        return found

    def wait(self, time_s: float) -> float:
        """Wait for a posture to be decided; gives since when."""
        if self.waiting_s is None:
            self.waiting_s = time_s
        return self.waiting_s

    def begin(
        self,
        posture: Posture,
        time_s: float,
        start_s: float,
        confidence: float,
        side: LyingSide | None = None,
    ) -> None:
        """Tell a new posture. Postures never begin before the one before them."""
        self.posture, self.since_s = posture, max(self.since_s, start_s)
        self.confidence, self.lying_side = confidence, side
        self.events.append(PostureChanged(time_s, self.since_s, posture, confidence, side))

    def transition(self, time_s: float, movement: Travel, before: Posture, after: Posture) -> None:
        """Tell a transition; walking comes from and goes to standing."""
        kind = KINDS.get((Posture.STANDING if before is Posture.WALKING else before, after))
        if kind is not None:
            self.events.append(TransitionMade(time_s, movement.start_s, movement.end_s, kind))

    def roll(self, side: LyingSide | None, time_s: float, turned_s: float) -> bool:
        """Take the side of a lying person; gives whether they have rolled over for long enough."""
        if side is self.lying_side:
            self.rolling_to = None
        elif side is not self.rolling_to:
            self.rolling_to, self.rolling_s = side, time_s
        elif time_s - self.rolling_s >= turned_s:
            self.rolling_to = None
            return True
        return False
