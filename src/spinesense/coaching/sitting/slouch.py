"""How far a person is slumped, on their own scale from sitting tall to their own slump.

Never in degrees: usual office sitting is at 43-79 % of the own range (doi
10.1016/j.apergo.2024.104374).
"""

import math
from dataclasses import dataclass
from enum import StrEnum

from spinesense.model.intent_values import SlouchScale
from spinesense.model.readings import Readings

HOLD_S = 5.0
"""Tall, and slumped, are each held for so long: one breath."""
SMALLEST_RAD = math.radians(5.0)
"""A slump that is smaller cannot be told from sway and the error of the inclination."""
PATIENCE_S = 60.0
"""Learning takes a minute at most."""


class SlouchStep(StrEnum):
    """Where the learning stands."""

    NONE = "none"
    TALL = "tall"
    SLUMP = "slump"


HINTS = {
    SlouchStep.NONE: "",
    SlouchStep.TALL: "Sit tall and hold still",
    SlouchStep.SLUMP: "Now slump as far as you usually would, and hold still",
}


@dataclass(slots=True)
class SlouchState:
    """What was learned, and what is being learned."""

    tall_rad: float | None = None
    slump_rad: float | None = None
    step: SlouchStep = SlouchStep.NONE
    began_s: float = 0.0
    new_tall_rad: float = 0.0
    held_rad: float = 0.0
    held_since_s: float = 0.0
    hint: str = ""


class Slouch:
    """Learns the scale, and reads it."""

    state: SlouchState

    def __init__(self) -> None:
        self.state = SlouchState()

    def learn(self, readings: Readings) -> None:
        """Begin to learn, if there is an inclination to learn from."""
        state = self.state
        if readings.flexion_rad is None:
            state.hint = "Calibrate first: stand tall and bow twice"
            return
        state.step, state.began_s = SlouchStep.TALL, readings.time_s
        state.hint = HINTS[state.step]
        self._hold(readings, readings.flexion_rad)

    def know(self, words: str) -> None:
        """Take the scale as it was learned earlier; what cannot be read is nothing."""
        scale = SlouchScale.from_value(words)
        if scale is not None and abs(scale.slump_rad - scale.tall_rad) >= SMALLEST_RAD:
            self.state.tall_rad, self.state.slump_rad = scale.tall_rad, scale.slump_rad

    def forget(self) -> None:
        """The sensor sits otherwise than when the scale was learned, which so measures nothing."""
        if self.learned():
            self.state.tall_rad = self.state.slump_rad = None
            self.state.hint = "The sensor has moved: calibrate, and learn your slump again"

    def learned(self) -> str:
        """The scale, as ``know`` reads it; empty when there is none."""
        state = self.state
        if state.tall_rad is None or state.slump_rad is None:
            return ""
        return SlouchScale(state.tall_rad, state.slump_rad).to_value()

    def feed(self, readings: Readings) -> None:
        """Take the newest readings."""
        state = self.state
        flexion_rad = readings.flexion_rad
        if state.step is SlouchStep.NONE:
            return
        if flexion_rad is None or readings.time_s - state.began_s > PATIENCE_S:
            state.step = SlouchStep.NONE
            state.hint = "Nothing was learned: sit tall, then slump, and hold each for 5 seconds"
            return
        if not readings.still or abs(flexion_rad - state.held_rad) > SMALLEST_RAD / 2:
            self._hold(readings, flexion_rad)
        elif readings.time_s - state.held_since_s >= HOLD_S:
            self._held(readings, state.held_rad)

    def share(self, readings: Readings) -> float | None:
        """How far the person is slumped: 0 tall, 1 as in their own slump; None if not learned."""
        state, flexion_rad = self.state, readings.flexion_rad
        if state.tall_rad is None or state.slump_rad is None or flexion_rad is None:
            return None
        return (flexion_rad - state.tall_rad) / (state.slump_rad - state.tall_rad)

    def _hold(self, readings: Readings, flexion_rad: float) -> None:
        self.state.held_rad, self.state.held_since_s = flexion_rad, readings.time_s

    def _held(self, readings: Readings, flexion_rad: float) -> None:
        """One of the two was held for long enough."""
        state = self.state
        if state.step is SlouchStep.TALL:
            state.new_tall_rad, state.step = flexion_rad, SlouchStep.SLUMP
            state.hint = HINTS[state.step]
            self._hold(readings, flexion_rad)
        elif abs(flexion_rad - state.new_tall_rad) >= SMALLEST_RAD:
            # The pelvis rolls back in one slump and the whole trunk comes forward in another.
            state.tall_rad, state.slump_rad = state.new_tall_rad, flexion_rad
            state.step, state.hint = SlouchStep.NONE, ""
