"""From ticks to places of the trunk, and its angles while no movement is watched."""

import math
from dataclasses import dataclass

from spinesense.model.samples import Floats
from spinesense.motion.angles import (
    AnglesParams,
    Place,
    Reference,
    Regime,
    Triple,
    absolute,
    next_regime,
    relative,
    rotation_sd,
)
from spinesense.motion.ticks import Ticks

AngleRow = tuple[float, float, float, float, float]
"""Time, flexion, lateral, rotation and the uncertainty of rotation: a row of ``Angles``."""


@dataclass(slots=True)
class TrunkState:
    """Where the integration stands."""

    segment: int = -1
    time_s: float = 0.0
    up_sensor: Triple | None = None
    heading_rad: float = 0.0
    regime: Regime = Regime.UPRIGHT
    origin_s: float = 0.0
    origin_rad: float = 0.0
    """Time and heading from which rotation is measured while no movement is watched."""
    last_flexion_rad: float = 0.0


class Trunk:
    """Integrates the turn about the vertical, and measures angles from the calibrated neutral.

    Parameters
    ----------
    params
        Tunables.
    """

    def __init__(self, params: AnglesParams) -> None:
        self._params = params
        self.state = TrunkState()

    def places(self, ticks: Ticks, up_trunk: Floats) -> list[tuple[bool, Place]]:
        """One place a tick; True marks the first of a new segment, where heading starts at 0.

        Heading grows by the angular rate about up, taken in the middle of the tick.
        """
        state = self.state
        found = []
        rows = zip(
            ticks.time_s.tolist(),
            ticks.segment.tolist(),
            ticks.up_sensor.tolist(),
            ticks.gyr_sensor_radps.tolist(),
            up_trunk.tolist(),
            strict=True,
        )
        for time_s, segment, (sx, sy, sz), (gx, gy, gz), (ux, uy, uz) in rows:
            fresh = segment != state.segment or state.up_sensor is None
            if fresh:
                self._restart(segment, time_s)
            elif state.up_sensor is not None:
                px, py, pz = state.up_sensor
                turn_radps = 0.5 * (gx * (px + sx) + gy * (py + sy) + gz * (pz + sz))
                state.heading_rad += turn_radps * (time_s - state.time_s)
            state.time_s = time_s
            state.up_sensor = (sx, sy, sz)
            rate_radps = math.sqrt(gx * gx + gy * gy + gz * gz)
            found.append((fresh, Place(time_s, (ux, uy, uz), state.heading_rad, rate_radps)))
        return found

    def break_off(self) -> None:
        """Treat the next tick as the first of a segment."""
        self.state.up_sensor = None

    def neutral_row(self, place: Place) -> AngleRow:
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
        _, _, rotation = absolute(regime, sign, place.up, place.heading_rad - state.origin_rad)
        if regime is not Regime.ALONG_Y:
            flexion = math.atan2(-ux, uz)
            turns = round((state.last_flexion_rad - flexion) / (2.0 * math.pi))
            # An upright trunk is within half a turn of neutral, whatever way it came there.
            state.last_flexion_rad = flexion if uz > 0.5 else flexion + turns * 2.0 * math.pi
        lateral = math.asin(min(1.0, max(-1.0, uy)))
        sd = rotation_sd(params, regime, place.time_s - state.origin_s)
        return place.time_s, state.last_flexion_rad, lateral, rotation, sd

    def watched_row(self, place: Place, reference: Reference) -> AngleRow:
        """Angles from the start posture of a watched movement."""
        since_s = place.time_s - reference.place.time_s
        sd = rotation_sd(self._params, reference.regime, since_s)
        return (place.time_s, *relative(place, reference), sd)

    def _restart(self, segment: int, time_s: float) -> None:
        state = self.state
        state.segment = segment
        state.heading_rad = state.origin_rad = 0.0
        state.origin_s = time_s
