"""How far the lower back has gone up or down: vertical displacement.

The vertical acceleration, integrated twice, is good to a few centimetres over a movement of some
seconds, and to nothing over more. So every quiet moment, before and after the movement, sets the
speed to zero (a zero-velocity update).
"""

import math
from dataclasses import dataclass, field

QUIET_S = 0.6
"""A controlled movement changes its acceleration all the time: a slide of 0.25 m in 2.5 s has
0.23 m/s² at its steepest and no 0.6 s in which it would look quiet."""
QUIET_MPS2 = 0.04
"""Between the thirds of a quiet time. Breathing makes 0.01 m/s², and a sensor's noise less."""
AGREED_S = 1.2
"""Steady for so long is rest whatever the sensor shows: the top of an acceleration is shorter."""
UNQUIET_AFTER_S = 15.0
"""Without a quiet moment for so long the speed is not known any more."""
SETTLE_S = 1.0
"""Time constant with which the zero of the acceleration follows in quiet moments."""


@dataclass(slots=True)
class VerticalDisplacement:
    """The running height. Every field is state."""

    height_m: float = 0.0
    """From where the zero was taken; up is positive."""
    speed_mps: float = 0.0
    zero_mps2: float | None = None
    """What a sensor at rest shows; None until there was a quiet moment."""
    recent: list[tuple[float, float]] = field(default_factory=list)
    """Times and vertical accelerations of the last ``QUIET_S``."""
    agreed_s: float = 0.0
    """Length of the present steady time."""
    quiet: bool = False
    quiet_at_s: float = -math.inf

    def step(self, time_s: float, vertical_mps2: float, step_s: float) -> None:
        """Take one tick: the specific force along up, gravity included."""
        self.recent.append((time_s, vertical_mps2))
        while self.recent[0][0] < time_s - QUIET_S:
            del self.recent[0]
        mean = self._steady_mps2(step_s)
        self.agreed_s = 0.0 if mean is None else self.agreed_s + step_s
        was_quiet = self.quiet
        self.quiet = mean is not None and (
            self.zero_mps2 is None
            or self.agreed_s >= AGREED_S
            or abs(mean - self.zero_mps2) < QUIET_MPS2
        )
        if self.quiet:
            self._rest(time_s, step_s)
        else:
            # A movement has begun before it shows: what has come of it so far is made up for.
            for _, value in self.recent if was_quiet else self.recent[-1:]:
                self._climb(value, step_s)

    def forget(self) -> None:
        """Samples are missing: the speed and the height are not known."""
        self.height_m = self.speed_mps = 0.0
        self.zero_mps2 = None
        self.recent = []
        self.agreed_s = 0.0
        self.quiet = False

    def known(self, time_s: float) -> bool:
        """Whether there was a quiet moment recently enough."""
        return self.zero_mps2 is not None and time_s - self.quiet_at_s < UNQUIET_AFTER_S

    def _climb(self, vertical_mps2: float, step_s: float) -> None:
        if self.zero_mps2 is not None:
            # Integrated twice: speed, then height.
            self.speed_mps += (vertical_mps2 - self.zero_mps2) * step_s
            self.height_m += self.speed_mps * step_s

    def _rest(self, time_s: float, step_s: float) -> None:
        """Nothing moves: no speed, and the mean is the zero."""
        mean = math.fsum(value for _, value in self.recent) / len(self.recent)
        # The zero follows the mean with a time constant of 1 s, and the speed is 0: the
        # zero-velocity update.
        share = step_s / SETTLE_S
        zero = mean if self.zero_mps2 is None else self.zero_mps2
        self.zero_mps2 = zero + share * (mean - zero)
        self.speed_mps = 0.0
        self.quiet_at_s = time_s

    def _steady_mps2(self, step_s: float) -> float | None:
        """Mean of the last ``QUIET_S`` when its thirds agree."""
        rows = [value for _, value in self.recent]
        third = len(rows) // 3
        if not third or self.recent[-1][0] - self.recent[0][0] < QUIET_S - 1.5 * step_s:
            return None
        # Means of the three thirds, which differ little when nothing moves.
        means = [math.fsum(rows[at : at + third]) / third for at in (0, third, 2 * third)]
        return sum(means) / 3 if max(means) - min(means) < QUIET_MPS2 else None
