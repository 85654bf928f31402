"""Forward bends of an upright trunk through the day: how deep, how long, how fast.

Depth is the tilt of the trunk from upright towards the front, and its share of what this person has
shown they can do. Upright is the calibrated neutral, corrected by walking when the belt has tipped;
without a calibration it is the mean of a walk. The whole tilt counts and not its part in one plane:
a belt that has slid round the waist shows a forward bend obliquely. The lean of standing up, of
sitting and of lying down belongs to that movement and is no bend.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from spinesense.model.calibration import Calibration, Vector
from spinesense.model.events import (
    Bend,
    CalibrationFound,
    MotionEvent,
    Posture,
    PostureChanged,
    TransitionMade,
)
from spinesense.model.samples import Floats
from spinesense.motion.maths.quaternion import matrix
from spinesense.motion.maths.vectors import angle_between

Change = PostureChanged | TransitionMade | CalibrationFound


@dataclass(frozen=True, slots=True)
class BendParams:
    """What counts as a bend."""

    from_rad: float = math.radians(20)
    """ISO 11226:2000 accepts a trunk inclination of up to 20° for any length of time."""
    until_rad: float = math.radians(15)
    """A bend is over below this: sway and steps move a trunk by 3-6° about its place."""
    least_own_rad: float = math.radians(40)
    """A person's range is at least two thirds of the healthy median of 59° (Laird et al. 2019), so
    that a polite bow at the calibration does not make every bend a deep one."""
    held_band_rad: float = math.radians(5)
    """A trunk that stays this near to where it came is held there."""
    known_after_s: float = 3.0
    """A change of posture is told within this time, and takes the bend with it."""
    gap_s: float = 0.5
    """Ticks come every 0.04 s; a bend is not followed across a hole."""
    walk_s: float = 8.0
    """So long a walk shows what is upright: the beginning and the end of it lean."""
    tipped_rad: float = math.radians(10)
    """A belt that shows walking so far from upright has tipped: walkers lean by some 5°, up stairs
    by 10°."""


@dataclass(slots=True)
class Bending:
    """A bend under way."""

    start_s: float
    deepest_rad: float
    fastest_radps: float
    held_rad: float
    """Where the trunk is held now, since ``held_since_s``."""
    held_since_s: float
    seated: bool = False
    held_s: float = 0.0


@dataclass(slots=True)
class BendState:
    """Everything that the next tick depends on. Vectors are in the sensor frame."""

    own_rad: float
    """The largest bend of this person so far."""
    upright: Vector | None = None
    """Up when the person is upright; None until that is known."""
    forward: Vector | None = None
    """Forward of the trunk; None without a calibration."""
    posture: Posture = Posture.UNKNOWN
    walk_total: Vector = (0.0, 0.0, 0.0)
    """Sum of up over the walk under way, since ``walk_since_s``."""
    walk_since_s: float = math.inf
    time_s: float = -math.inf
    tilt_rad: float = 0.0
    bending: Bending | None = None
    waiting: list[Bend] = field(default_factory=list)
    """Bends that may yet turn out to be part of a change of posture; their share is still 0."""


class Bends:
    """Finds bends.

    Parameters
    ----------
    calibration
        How the sensor sits on the trunk; None where that is not known.
    params
        Thresholds.
    """

    def __init__(
        self, calibration: Calibration | None = None, params: BendParams | None = None
    ) -> None:
        self.params = params or BendParams()
        self.state = BendState(self.params.least_own_rad)
        if calibration is not None:
            self._take_calibration(calibration)

    def feed(self, time_s: Floats, up_sensor: Floats, told: Sequence[MotionEvent]) -> list[Bend]:
        """Take the next ticks; gives the bends that are certain by then.

        Parameters
        ----------
        time_s, up_sensor
            (m,) times, and (m, 3) directions of up in the sensor frame.
        told
            What was told of postures and calibrations in these ticks, in order.
        """
        found: list[Bend] = []
        done = 0
        for change in (e for e in told if isinstance(e, Change)):
            stop = int(np.searchsorted(time_s, change.time_s))
            found += self._stretch(time_s[done:stop], up_sensor[done:stop])
            done = max(done, stop)
            self._take_change(change)
        return [*found, *self._stretch(time_s[done:], up_sensor[done:])]

    def finish(self) -> list[Bend]:
        """End of the stream: what waits is told; a bend under way is not."""
        state = self.state
        state.bending = None
        waiting, state.waiting = state.waiting, []
        return [self._tell(bend, state.time_s) for bend in waiting]

    def _take_calibration(self, calibration: Calibration) -> None:
        """The bows were bends of another kind, measured in another frame."""
        state = self.state
        state.own_rad = max(state.own_rad, calibration.bow_rad)
        state.forward, state.upright = _axes(calibration)
        state.bending, state.waiting = None, []

    def _take_change(self, change: Change) -> None:
        state = self.state
        if isinstance(change, CalibrationFound):
            self._take_calibration(change.calibration)
        elif isinstance(change, TransitionMade):
            state.waiting = [
                bend
                for bend in state.waiting
                if bend.end_s < change.start_s or bend.start_s > change.end_s
            ]
            if state.bending and state.bending.start_s <= change.end_s:
                state.bending = None
        elif change.posture is not Posture.TRANSITION:
            if state.posture is Posture.WALKING:
                self._learn_upright()
            state.posture = change.posture
            state.walk_total, state.walk_since_s = (0.0, 0.0, 0.0), math.inf
            seated = change.posture is Posture.SITTING
            if state.bending and state.bending.start_s >= change.start_s:
                state.bending.seated = seated
            state.waiting = [
                replace(bend, seated=seated) if bend.start_s >= change.start_s else bend
                for bend in state.waiting
            ]
            if not self._may_bend():
                state.bending = None

    def _may_bend(self) -> bool:
        """Whether a tilt would be a bend. Who sits leans back: that must be told from forward."""
        state = self.state
        if state.posture is Posture.SITTING:
            return state.forward is not None
        return state.posture in (Posture.STANDING, Posture.WALKING)

    def _learn_upright(self) -> None:
        """A walk is over: people walk upright."""
        state, params = self.state, self.params
        # The mean direction of up over the walk.
        x, y, z = state.walk_total
        size = math.sqrt(x * x + y * y + z * z)
        if not size or state.time_s - state.walk_since_s < params.walk_s:
            return
        walked = (x / size, y / size, z / size)
        if state.upright is None or angle_between(walked, state.upright) > params.tipped_rad:
            state.upright, state.bending, state.waiting = walked, None, []

    def _stretch(self, time_s: Floats, up: Floats) -> list[Bend]:
        """Take ticks between two changes of what is known."""
        state = self.state
        if not len(time_s):
            return []
        if state.posture is Posture.WALKING:
            state.walk_since_s = min(state.walk_since_s, float(time_s[0]))
            # Added one by one, wherever the stream is cut.
            x, y, z = np.cumsum(np.vstack([state.walk_total, up]), axis=0)[-1].tolist()
            state.walk_total = (x, y, z)
        tilts = self._tilts(up)
        found: list[Bend] = []
        if state.bending or state.waiting or (tilts > self.params.from_rad).any():
            for now_s, tilt_rad in zip(time_s.tolist(), tilts.tolist(), strict=True):
                found += self._tick(now_s, tilt_rad)
                state.time_s, state.tilt_rad = now_s, tilt_rad
        state.time_s, state.tilt_rad = float(time_s[-1]), float(tilts[-1])
        return found

    def _tilts(self, up: Floats) -> Floats:
        """(m,) tilts from upright, negative to the back; 0 while upright is not known."""
        state = self.state
        if state.upright is None:
            return np.zeros(len(up))
        # θ = angle between up and upright, negative where the trunk leans back.
        tilts: Floats = np.arccos(np.clip(_along(up, state.upright), -1.0, 1.0))
        if state.forward is None:
            return tilts
        return np.where(_along(up, state.forward) < 0.0, tilts, -tilts)

    def _tick(self, now_s: float, tilt_rad: float) -> list[Bend]:
        state, params = self.state, self.params
        # A gap ends a bend; θ that rises through 20° begins one.
        passed_s = now_s - state.time_s
        if passed_s > params.gap_s:
            state.bending = None
        elif self._may_bend() and state.tilt_rad <= params.from_rad < tilt_rad:
            seated = state.posture is Posture.SITTING
            state.bending = state.bending or Bending(now_s, tilt_rad, 0.0, tilt_rad, now_s, seated)
        if state.bending:
            self._follow(state.bending, now_s, tilt_rad, passed_s)
        certain = [b for b in state.waiting if now_s - b.end_s >= params.known_after_s]
        state.waiting = state.waiting[len(certain) :]
        return [self._tell(bend, now_s) for bend in certain]

    def _follow(self, bending: Bending, now_s: float, tilt_rad: float, passed_s: float) -> None:
        """Take one tick of a bend under way."""
        state, params = self.state, self.params
        # |dθ/dt|, the deepest θ, and how long θ has stayed within 5° of one place.
        speed_radps = abs(tilt_rad - state.tilt_rad) / passed_s
        bending.fastest_radps = max(bending.fastest_radps, speed_radps)
        bending.deepest_rad = max(bending.deepest_rad, tilt_rad)
        # Dwell: θ within 5° of where it came to; further on it begins again.
        if abs(tilt_rad - bending.held_rad) > params.held_band_rad:
            bending.held_rad, bending.held_since_s = tilt_rad, now_s
        bending.held_s = max(bending.held_s, now_s - bending.held_since_s)
        # Over below 15°.
        if tilt_rad < params.until_rad:
            state.bending = None
            state.waiting.append(
                Bend(
                    now_s,
                    bending.start_s,
                    now_s,
                    bending.deepest_rad,
                    0.0,
                    bending.fastest_radps,
                    bending.held_s,
                    bending.seated,
                )
            )

    def _tell(self, bend: Bend, now_s: float) -> Bend:
        """The bend as it is told, with its share of the person's range."""
        state = self.state
        state.own_rad = max(state.own_rad, bend.depth_rad)
        # Depth over the largest bend so far, this one included.
        return replace(bend, time_s=now_s, share=bend.depth_rad / state.own_rad)


def _axes(calibration: Calibration) -> tuple[Vector, Vector]:
    """Forward and up of the trunk in the sensor frame."""
    rows = matrix(calibration.quat_sensor_to_trunk)
    forward, upright = ((row[0], row[1], row[2]) for row in (rows[0].tolist(), rows[2].tolist()))
    return forward, upright


def _along(up: Floats, direction: Vector) -> Floats:
    """(m,) parts of (m, 3) vectors along a direction, summed in the same order for any cut."""
    x, y, z = direction
    part: Floats = up[:, 0] * x + up[:, 1] * y + up[:, 2] * z
    return part
