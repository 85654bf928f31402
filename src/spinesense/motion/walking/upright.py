"""Up along the upright spine, from walking: nobody leans for long while they walk."""

import numpy as np

from spinesense.model.calibration import Vector
from spinesense.model.events import WalkingBout
from spinesense.model.units import STANDARD_GRAVITY_MPS2
from spinesense.motion.maths.vectors import mean_direction, row_dot, segments
from spinesense.motion.ticks import TICK_RATE_HZ, Ticks
from spinesense.motion.walking.steps import Gait, GaitParams


def axis_from_walking(
    ticks: Ticks, params: GaitParams | None = None, tick_rate_hz: float = TICK_RATE_HZ
) -> Vector | None:
    """Up along the upright spine in the sensor frame, from all the walking of a recording.

    For a second look at a recording without a calibration: the median of up while walking, or
    None where nobody walks for long enough to be believed.
    """
    params = params or GaitParams()
    gait = Gait(params, tick_rate_hz)
    # v = a · u - g.
    vertical = row_dot(ticks.acc_sensor_mps2, ticks.up_sensor) - STANDARD_GRAVITY_MPS2
    bouts: list[WalkingBout | None] = []
    for start, stop in segments(ticks.segment):
        times_s = ticks.time_s[start:stop]
        waves_mps2 = gait.wave(ticks.rows(start, stop), vertical[start:stop])
        bouts += [
            gait.tick(*each) for each in zip(times_s.tolist(), waves_mps2.tolist(), strict=True)
        ]
        bouts.append(gait.restart(float(times_s[-1])))
    walking = np.zeros(len(ticks), dtype=bool)
    for bout in bouts:
        # Getting into a bed shakes the trunk as a few steps do.
        if bout is not None and bout.steps >= params.convincing_steps:
            walking |= (ticks.time_s >= bout.start_s) & (ticks.time_s <= bout.end_s)
    if not walking.any():
        return None
    # The median by component, of length 1.
    x, y, z = (float(each) for each in np.median(ticks.up_sensor[walking], axis=0))
    return mean_direction([(x, y, z)])
