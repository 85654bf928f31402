"""An imperfect IMU, as cheap ones are."""

import math
from dataclasses import dataclass

import numpy as np

from spinesense.model.calibration import Quaternion
from spinesense.model.samples import Floats
from spinesense.model.units import STANDARD_GRAVITY_MPS2
from spinesense.sensors.simulated import rotations
from spinesense.sensors.simulated.body import Worn


@dataclass(frozen=True, slots=True)
class ImuErrors:
    """Size of the errors of one kind of IMU: standard deviations over many of them.

    The values are of the order of the data sheets of the LSM6DS3TR-C and the BMI270 after the usual
    calibration at rest; noise is at 100 Hz and grows with the root of the rate.
    """

    gyr_bias_radps: float = math.radians(0.5)
    gyr_bias_walk_radps: float = math.radians(0.003)
    """Random walk of the bias over one second."""
    gyr_noise_radps: float = math.radians(0.1)
    acc_noise_mps2: float = 0.002 * STANDARD_GRAVITY_MPS2
    acc_offset_mps2: float = 0.010 * STANDARD_GRAVITY_MPS2
    acc_scale: float = 0.005


PERFECT = ImuErrors(0.0, 0.0, 0.0, 0.0, 0.0, 0.0)


class Imu:
    """One sensor on one body, sampling at the ticks of its own oscillator.

    Parameters
    ----------
    body
        What it is worn on.
    true_rate_hz
        Samples in a second of true time.
    mounting
        ``quat_sensor_to_trunk``.
    rng
        Draws its errors.
    begin_s
        True time at which it begins to sample.
    """

    def __init__(
        self,
        body: Worn,
        true_rate_hz: float,
        mounting: Quaternion,
        rng: np.random.Generator,
        errors: ImuErrors,
        begin_s: float = 0.0,
    ) -> None:
        self._body = body
        self._period_s = 1.0 / true_rate_hz
        self._trunk_to_sensor = rotations.matrix(mounting).T
        self._rng = rng
        self._errors = errors
        self._noise_scale = math.sqrt(true_rate_hz / 100.0)
        self._bias_radps = errors.gyr_bias_radps * rng.normal(size=3)
        self._offset_mps2 = errors.acc_offset_mps2 * rng.normal(size=3)
        self._scale = 1.0 + errors.acc_scale * rng.normal(size=3)
        self._next = 1 + round(begin_s * true_rate_hz)

    def sample(self, count: int) -> tuple[Floats, Floats, Floats]:
        """The next samples: (n,) true time, (n, 3) specific force, (n, 3) angular rate.

        The angular rate is the mean since the sample before, as an IMU that filters below its
        sample rate gives it: it integrates to the orientation without an error.
        """
        before = self._next - 1
        self._next += count
        time_s = self._period_s * np.arange(before, before + count + 2, dtype=np.float64)
        quat, place_m = self._body.pose(time_s)
        step = rotations.product(rotations.conjugate(quat[:-2]), quat[1:-1])
        gyr = rotations.rotation_vector(step) / self._period_s
        acc_earth = (place_m[2:] - 2 * place_m[1:-1] + place_m[:-2]) / self._period_s**2
        acc_earth[:, 2] += STANDARD_GRAVITY_MPS2
        acc = rotations.rotate(rotations.conjugate(quat[1:-1]), acc_earth)
        return time_s[1:-1], *self._imperfect(
            acc @ self._trunk_to_sensor.T, gyr @ self._trunk_to_sensor.T
        )

    def _imperfect(self, acc: Floats, gyr: Floats) -> tuple[Floats, Floats]:
        count = len(acc)
        errors = self._errors
        step = errors.gyr_bias_walk_radps * math.sqrt(self._period_s)
        bias = self._bias_radps + step * np.cumsum(self._rng.normal(size=(count, 3)), axis=0)
        self._bias_radps = bias[-1]
        noise = self._noise_scale * self._rng.normal(size=(count, 6))
        acc = acc * self._scale + self._offset_mps2 + errors.acc_noise_mps2 * noise[:, :3]
        return acc, gyr + bias + errors.gyr_noise_radps * noise[:, 3:]
