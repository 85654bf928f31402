"""From ticks to places of the trunk, and its angles while no movement is watched."""

import math
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from spinesense.model.calibration import Vector
from spinesense.model.samples import Flags, Floats
from spinesense.motion.ticks import Ticks
from spinesense.motion.trunk.angles import (
    Angles,
    AnglesParams,
    Reference,
    Regime,
    TrunkSample,
    absolute,
    next_regime,
    relative,
    rotation_sd,
)

AngleRow = tuple[float, float, float, float, float]
"""Time, flexion, lateral, rotation and the uncertainty of rotation: a row of ``Angles``."""


@dataclass(slots=True)
class TrunkState:
    """Where the integration stands."""

    segment: int = -1
    time_s: float = 0.0
    up_sensor: Vector | None = None
    heading_rad: float = 0.0
    regime: Regime = Regime.UPRIGHT
    origin_s: float = 0.0
    origin_rad: float = 0.0
    """Time and heading from which rotation is measured while no movement is watched."""
    last_flexion_rad: float = 0.0


class TrunkColumns:
    """Columns with one row a tick: where the trunk is, before any angle is formed."""

    def __init__(
        self,
        time_s: Floats,
        fresh: Flags,
        up_trunk: Floats,
        heading_rad: Floats,
        rate_radps: Floats,
        vertical_mps2: Floats,
    ) -> None:
        self.rates = rate_radps
        self.times = time_s
        self.starts = [*np.flatnonzero(fresh).tolist(), len(time_s)]
        """Rows at which a segment begins, where heading starts at 0, and the number of rows."""
        self.time_s: list[float] = time_s.tolist()
        self.x, self.y, self.z = (column.tolist() for column in up_trunk.T)
        """Unit up in the trunk frame."""
        self.heading_rad: list[float] = heading_rad.tolist()
        self.rate_radps: list[float] = rate_radps.tolist()
        self.vertical_mps2: list[float] = vertical_mps2.tolist()

    def __len__(self) -> int:
        return len(self.time_s)

    def place(self, row: int) -> TrunkSample:
        """One row."""
        values = (
            self.time_s[row],
            (self.x[row], self.y[row], self.z[row]),
            self.heading_rad[row],
            self.rate_radps[row],
            self.vertical_mps2[row],
        )
        return tuple.__new__(TrunkSample, values)  # past the call that a named tuple makes of it


class HeadingIntegrator:
    """Integrates the turn about the vertical, and measures angles from the calibrated neutral.

    Parameters
    ----------
    params
        Tunables.
    """

    def __init__(self, params: AnglesParams) -> None:
        self._params = params
        self.state = TrunkState()

    def follow(self, ticks: Ticks, up_trunk: Floats) -> TrunkColumns:
        """Where the trunk is at each tick; heading starts at 0 with every segment.

        Heading grows by the angular rate about up, taken in the middle of the tick.
        """
        state = self.state
        fresh = np.diff(ticks.segment, prepend=state.segment) != 0
        if state.up_sensor is None and len(fresh):
            fresh[0] = True
        before = np.array([state.up_sensor or (0.0, 0.0, 0.0)])
        gx, gy, gz = ticks.gyr_sensor_radps.T
        mx, my, mz = (ticks.up_sensor + np.concatenate([before, ticks.up_sensor[:-1]])).T
        # w · u, with u in the middle of the tick: half of the sum of both ends.
        turn_radps = 0.5 * (gx * mx + gy * my + gz * mz)
        turns_rad = turn_radps * np.diff(ticks.time_s, prepend=state.time_s)
        # heading = ∫ w · u dt, tick by tick, from 0 at the start of each segment.
        heading_rad = np.empty(len(ticks))
        bounds = [0, *np.flatnonzero(fresh).tolist(), len(ticks)]
        for start, stop in pairwise(bounds):
            if start == stop:
                continue
            if fresh[start]:
                state.heading_rad = turns_rad[start] = 0.0
            turns_rad[start] += state.heading_rad
            heading_rad[start:stop] = np.cumsum(turns_rad[start:stop])
            state.heading_rad = float(heading_rad[stop - 1])
        if len(ticks):
            state.segment, state.time_s = int(ticks.segment[-1]), float(ticks.time_s[-1])
            x, y, z = ticks.up_sensor[-1].tolist()
            state.up_sensor = (x, y, z)
        rate_radps = np.sqrt(gx * gx + gy * gy + gz * gz)
        # a · u, the vertical part of the specific force.
        vertical_mps2 = (ticks.acc_sensor_mps2 * ticks.up_sensor).sum(axis=1)
        return TrunkColumns(ticks.time_s, fresh, up_trunk, heading_rad, rate_radps, vertical_mps2)

    def mark_gap(self) -> None:
        """Treat the next tick as the first of a segment."""
        self.state.up_sensor = None

    def begin(self, time_s: float) -> None:
        """Measure rotation from the first tick of a segment, where heading is 0."""
        self.state.origin_s, self.state.origin_rad = time_s, 0.0

    def neutral_row(self, place: TrunkSample) -> AngleRow:
        """Angles from the calibrated neutral; rotation from where the present regime began.

        Side-lying, gravity shows no flexion, so the last one stands.
        """
        state, params = self.state, self._params
        regime = next_regime(state.regime, place.up, params.regime_margin)
        if regime is not state.regime:
            state.regime = regime
            state.origin_s, state.origin_rad = place.time_s, place.heading_rad
        ux, uy, uz = place.up
        sign = math.copysign(1.0, place.up[regime])
        # Heading from where this regime began; where gravity shows the rotation, it is not used.
        _, _, rotation = absolute(regime, sign, place.up, place.heading_rad - state.origin_rad)
        if regime is not Regime.ALONG_Y:
            flexion = math.atan2(-ux, uz)
            # Continued over ±180°: with the number of whole turns that comes closest to the last
            # flexion.
            turns = round((state.last_flexion_rad - flexion) / (2.0 * math.pi))
            # An upright trunk is within half a turn of neutral, whatever way it came there.
            state.last_flexion_rad = flexion if uz > 0.5 else flexion + turns * 2.0 * math.pi
        lateral = math.asin(min(1.0, max(-1.0, uy)))
        sd = rotation_sd(params, regime, place.time_s - state.origin_s)
        return place.time_s, state.last_flexion_rad, lateral, rotation, sd

    def watched_row(self, place: TrunkSample, reference: Reference) -> AngleRow:
        """Angles from the start posture of a watched movement."""
        since_s = place.time_s - reference.place.time_s
        sd = rotation_sd(self._params, reference.regime, since_s)
        return (place.time_s, *relative(place, reference), sd)


def angle_columns(rows: list[AngleRow]) -> Angles:
    """Rows as columns."""
    table = np.array(rows, dtype=np.float64).reshape(-1, 5)
    return Angles(*(column.copy() for column in table.T))
