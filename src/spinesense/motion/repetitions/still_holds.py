"""The hold clock of an exercise in which nothing should move."""

from dataclasses import dataclass, field

from spinesense.model.events import MotionEvent
from spinesense.model.movement import Movement
from spinesense.motion.repetitions.holds import HoldClock
from spinesense.motion.repetitions.start_posture import StartParams, StartReference
from spinesense.motion.trunk.angles import Place

RESUME_SHARE = 0.8
"""Of the allowed movement: the clock goes on once the person is back within this."""


@dataclass(slots=True)
class StillHoldState:
    """What the clock knows."""

    clock: HoldClock = field(default_factory=HoldClock)
    tilt_rad: float | None = None
    watched_since_s: float | None = None


class StillHold:
    """Runs while the trunk stays within the allowed movement of its start posture.

    The turn about the vertical is not part of it: gravity does not show it, and what is integrated
    drifts by as much as the movement allowed. A gap or a change of posture pauses the clock.

    Parameters
    ----------
    movement
        What is watched; its smallest range is the largest movement allowed.
    before
        The places of about the last second.
    params
        Tunables of the start posture.
    """

    def __init__(self, movement: Movement, before: list[Place], params: StartParams) -> None:
        self.movement = movement
        self._params = params
        self.start = StartReference(movement, before, params)
        self.state = StillHoldState()

    def carrying_rad(self) -> float | None:
        """Tilt from the start posture."""
        return self.state.tilt_rad

    def interrupt(self, time_s: float) -> list[MotionEvent]:
        """Samples are missing: pause until the person is seen still again."""
        self.start.distrust()
        self.state.tilt_rad = None
        return self._pause(time_s)

    def finish(self, time_s: float) -> list[MotionEvent]:
        """Watching ends, and the hold with it."""
        clock = self.state.clock
        return list(clock.end(time_s, time_s, clock.held_s(time_s)))

    def step(self, place: Place, step_s: float, still: bool | None = None) -> list[MotionEvent]:
        """Take one tick; ``still`` as for ``StartReference.step``."""
        state, time_s = self.state, place.time_s
        if state.watched_since_s is None:
            state.watched_since_s = time_s - step_s
        allowed = self.movement.smallest_range_rad
        was_trusted = self.start.state.trusted
        self.start.step(place, step_s, allowed, still)
        if not self.start.state.trusted:
            return []
        state.tilt_rad = self.start.tilt_rad(place)
        if state.tilt_rad > self.start.implausible_rad():
            return self.interrupt(time_s)
        if state.clock.running_since_s is not None:
            return self._pause(time_s) if state.tilt_rad > allowed else []
        if self.start.state.still_s >= self._params.return_s:
            self.start.move_here()
            state.tilt_rad = 0.0
        if state.tilt_rad <= RESUME_SHARE * allowed:
            still_s = 0.0 if was_trusted else self._params.still_s
            return list(state.clock.start(time_s, max(state.watched_since_s, time_s - still_s)))
        return []

    def _pause(self, time_s: float) -> list[MotionEvent]:
        clock = self.state.clock
        return list(clock.pause(time_s, clock.held_s(time_s)))
