"""How much the resting pelvis turns about the vertical: hardly on a seat, freely on the feet.

A sitter's weight rests on the two sitting bones, some 12 cm apart, and friction holds them; a
stander's pelvis turns over hips, knees and ankles. It shows in any mounting, needs nothing to be
known of the person, and an accelerometer's offset does not touch it.
"""

import math
from dataclasses import dataclass

import numpy as np

from spinesense.model.samples import Floats
from spinesense.motion.maths.likelihood import log_density, log_mix
from spinesense.motion.maths.windows import TrailingWindow

LAG_S = 0.5
"""The turning rate is compared with what it was so long ago: the gyroscope's bias and slow turns
of the whole person fall out, and the stander's sway, below 1 Hz, is left."""
_NOTHING_RADPS = 1e-4


@dataclass(frozen=True, slots=True)
class SwayParams:
    """What the change of the turning rate over ``LAG_S`` is, as the mean of its logarithm.

    The levels and spreads are fitted to 15 persons of SBHAR/HAPT (60 seats, 60 stands).
    """

    sitting_radps: float = 0.0058
    standing_radps: float = 0.0167
    person_log_sd: float = 0.4
    """People sway more or less than others, sitting and standing alike."""
    moment_log_sd: float = 0.8
    """One person from moment to moment; over a rest of length t this is less by the root of
    1 + t / ``memory_s``."""
    memory_s: float = 5.0
    swivel_share: float = 0.1
    """One seat in ten turns about the vertical as a stander does."""
    least_radps: float = 0.002
    """Less than anybody's (0.0024 at least): a model, or a sensor that shows slow turns as 0."""


def sway_window(tick_rate_hz: float) -> TrailingWindow:
    """The change of the turning rate over ``LAG_S``."""
    lag = max(1, round(LAG_S * tick_rate_hz))
    return TrailingWindow((-1.0, *(0.0,) * (lag - 1), 1.0))


def sway_logs(changes_radps: Floats) -> Floats:
    """Logarithms of the changes of the turning rate; that of nothing is finite."""
    return np.asarray(np.log(np.maximum(np.abs(changes_radps), _NOTHING_RADPS)))


def sway_log_odds(mean_log: float, seen_s: float, params: SwayParams) -> float:
    """Log odds of sitting, against standing, from the sway of one rest.

    Parameters
    ----------
    mean_log
        Mean of the natural logarithm of the change of the turning rate, in rad/s.
    seen_s
        Over how long; 0 says nothing.
    """
    if seen_s <= 0.0 or mean_log < math.log(params.least_radps):
        return 0.0
    moment = params.moment_log_sd**2 / (1.0 + seen_s / params.memory_s)
    scale = math.sqrt(params.person_log_sd**2 + moment)
    sitting = log_density(mean_log, math.log(params.sitting_radps), scale)
    standing = log_density(mean_log, math.log(params.standing_radps), scale)
    return log_mix(params.swivel_share, standing, sitting) - standing
