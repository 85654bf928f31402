"""Ticks of a model person who stands, walks, sits and lies. Simulated throughout."""

import math
from dataclasses import dataclass, field

import numpy as np

from spinesense.model.samples import Floats
from spinesense.motion.ticks import Ticks

GRAVITY_MPS2 = 9.80665
RATE_HZ = 25.0
TICK_S = 1.0 / RATE_HZ
SEAT_M = 0.35
WALK_MPS2 = 2.0
"""Amplitude of the vertical acceleration of walking at a usual speed."""
WALK_RADPS = 0.4
"""Amplitude of the turning of the pelvis about the vertical, once a stride."""
SIDEWAYS_MPS2 = 0.65
"""Amplitude of the acceleration to the side meanwhile: 2 cm in a stride of 0.9 Hz."""


def smooth(count: int) -> Floats:
    """From 0 to 1 along a raised cosine."""
    return 0.5 * (1.0 - np.cos(np.pi * np.arange(1, count + 1) / count))


@dataclass
class Person:
    """Writes down flexion, lateral lean, height and the bounce of steps, tick by tick."""

    rows: list[Floats] = field(default_factory=list)
    """(k, 5): flexion_rad, lateral_rad, height_m, bounce_mps2, turning_radps."""
    now: tuple[float, float, float] = (0.0, 0.0, 0.0)

    @property
    def time_s(self) -> float:
        return sum(len(row) for row in self.rows) * TICK_S

    def go(
        self,
        seconds: float,
        flexion_deg: float | None = None,
        lateral_deg: float | None = None,
        height_m: float | None = None,
        lean_deg: float = 0.0,
    ) -> "Person":
        """Move smoothly to new values, leaning forward by ``lean_deg`` on the way."""
        share = smooth(round(seconds * RATE_HZ))
        flexion, lateral, height = self.now
        goal = (
            flexion if flexion_deg is None else math.radians(flexion_deg),
            lateral if lateral_deg is None else math.radians(lateral_deg),
            height if height_m is None else height_m,
        )
        lean = math.radians(lean_deg) * np.sin(np.pi * share) ** 2
        columns = [start + share * (end - start) for start, end in zip(self.now, goal, strict=True)]
        still = 0.0 * share
        self.rows.append(
            np.stack([columns[0] + lean, columns[1], columns[2], still, still], axis=1)
        )
        self.now = goal
        return self

    def stay(self, seconds: float) -> "Person":
        return self.go(seconds)

    def walk(self, steps: int, step_hz: float = 1.8) -> "Person":
        """Steps whose contacts are at the peaks of the bounce."""
        count = round(steps / step_hz * RATE_HZ)
        phase = 2.0 * np.pi * step_hz * np.arange(count) * TICK_S
        flexion, lateral, height = self.now
        still = np.ones(count)
        bounce = -WALK_MPS2 * np.cos(phase)
        turning = WALK_RADPS * np.cos(0.5 * phase)
        self.rows.append(
            np.stack([flexion * still, lateral * still, height * still, bounce, turning], axis=1)
        )
        return self

    def sway(self, seconds: float, radps: float) -> "Person":
        """Stay, while the pelvis turns about the vertical to and fro, half a time a second."""
        count = round(seconds * RATE_HZ)
        phase = np.pi * np.arange(count) * TICK_S
        places = [each * np.ones(count) for each in self.now]
        self.rows.append(np.stack([*places, 0.0 * phase, radps * np.sin(phase)], axis=1))
        return self

    def ride(self, seconds: float, rms_mps2: float, seed: int = 0) -> "Person":
        """Be shaken on a seat as a car's springs do, between 0.8 and 2.5 Hz."""
        count = round(seconds * RATE_HZ)
        hz = np.fft.rfftfreq(count, TICK_S)
        shaking = np.fft.rfft(np.random.default_rng(seed).normal(size=count))
        shaking[(hz < 0.8) | (hz > 2.5)] = 0.0
        bounce = np.fft.irfft(shaking, count)
        bounce *= rms_mps2 / bounce.std()
        still = np.ones(count)
        places = [each * still for each in self.now]
        # Pitching and rolling of 2° a second, as the springs have it.
        turning = math.radians(2.0) * bounce / rms_mps2
        self.rows.append(np.stack([*places, bounce, turning], axis=1))
        return self

    def sit_down(self, tilt_deg: float = -20.0) -> "Person":
        return self.go(2.0, flexion_deg=tilt_deg, height_m=-SEAT_M, lean_deg=35.0)

    def stand_up(self) -> "Person":
        return self.go(2.0, flexion_deg=0.0, height_m=0.0, lean_deg=35.0)

    def lie_down(self) -> "Person":
        return self.go(3.0, flexion_deg=-90.0, height_m=-SEAT_M - 0.05)

    def ticks(self, mounting: Floats | None = None, seed: int = 0) -> tuple[Ticks, Floats]:
        """Ticks in the frame of a sensor mounted by the rotation ``mounting`` (trunk to sensor).

        Also gives up in the trunk frame, (m, 3).
        """
        flexion, lateral, height, bounce, turning_radps = np.concatenate(self.rows).T
        count = len(flexion)
        up = np.stack(
            [
                -np.sin(flexion) * np.cos(lateral),
                np.sin(lateral),
                np.cos(flexion) * np.cos(lateral),
            ],
            axis=1,
        )
        rising: Floats = np.gradient(np.gradient(height, TICK_S), TICK_S) + bounce
        turning = np.stack(
            [np.gradient(lateral, TICK_S), np.gradient(flexion, TICK_S), turning_radps], axis=1
        )
        rng = np.random.default_rng(seed)
        sideways = np.outer(turning_radps, [0.0, SIDEWAYS_MPS2 / WALK_RADPS, 0.0])
        acc = up * (GRAVITY_MPS2 + rising)[:, None] + sideways + rng.normal(0.0, 0.01, (count, 3))
        gyr = turning + rng.normal(0.0, 0.002, (count, 3))
        turn = np.eye(3) if mounting is None else mounting
        time_s: Floats = np.arange(1.0, count + 1.0) * TICK_S
        segment = np.zeros(count, dtype=np.int64)
        return Ticks(time_s, segment, up @ turn.T, acc @ turn.T, gyr @ turn.T), up


def rotation(seed: int) -> Floats:
    """A rotation matrix, uniformly at random."""
    w, x, y, z = np.random.default_rng(seed).normal(size=4)
    w, x, y, z = np.array([w, x, y, z]) / math.sqrt(w * w + x * x + y * y + z * z)
    return np.array(
        [
            [1 - 2 * (y * y + z * z), 2 * (x * y - w * z), 2 * (x * z + w * y)],
            [2 * (x * y + w * z), 1 - 2 * (x * x + z * z), 2 * (y * z - w * x)],
            [2 * (x * z - w * y), 2 * (y * z + w * x), 1 - 2 * (x * x + y * y)],
        ]
    )


def with_gap(ticks: Ticks, at_s: float, length_s: float) -> Ticks:
    """The same ticks with the time after ``at_s`` put off by a gap."""
    late = ticks.time_s > at_s
    return Ticks(
        ticks.time_s + length_s * late,
        ticks.segment + late,
        ticks.up_sensor,
        ticks.acc_sensor_mps2,
        ticks.gyr_sensor_radps,
    )
