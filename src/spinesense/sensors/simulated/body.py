"""Orientation and place of the sensor on the lower back of a moving person."""

import math
from typing import Protocol

import numpy as np

from spinesense.model.samples import Floats
from spinesense.sensors.simulated import rotations
from spinesense.sensors.simulated.trajectory import Channel, Trajectory

# The skin over L5/S1 lies about 10 cm above and 9 cm behind the axis of the hip joints.
SENSOR_FROM_HIP_M = (-0.09, 0.0, 0.10)

BREATH_HZ = 0.25
# The lower back tips by 0.5-1° with each breath at rest, peak to peak.
_BREATH_RAD = math.radians(0.35)

# Sway of quiet standing is slow: nearly all of it lies below 0.7 Hz.
_SWAY_HZ = np.array([0.05, 0.11, 0.19, 0.31, 0.47, 0.68])
_SWAY_RMS_RAD = math.radians(0.3)
# About the vertical a standing pelvis turns over hips, knees and ankles: so far that its rate
# changes by 1 °/s within half a second, as at the waists of SBHAR/HAPT. A seat holds it.
_TURN_RMS_RAD = math.radians(0.5)

# The heart throws the trunk by some 3 mg at each beat (Inan et al. 2015, IEEE J-BHI 19:1414); a
# keystroke shakes it less than a breath turns it, some five times a second.
_HEART_HZ = 1.1
_HEART_RISE_M = ((1, 2e-4, 0.0), (4, 4e-5, 0.7))
_TYPING_HZ = 5.0
_TYPING_RAD = math.radians(0.03)

STEP_HZ = 1.8
"""Usual cadence of comfortable walking, 108 steps a minute."""

# Amplitudes of one gait cycle at the lower back. The trunk rises and falls by 4 cm at each step and
# sways by 4 cm over each stride (Zijlstra & Hof 2003, Gait & Posture 18:1); the harmonics of the
# step make the landing that an accelerometer sees (Kavanagh & Menz 2008, Gait & Posture 28:1).
_RISE_M = ((2, 0.018, 0.0), (4, 0.002, 0.9), (6, 0.0006, 1.7))
_SURGE_M = ((2, 0.009, 0.3), (4, 0.0015, 1.1))
_SIDEWAYS_M = ((1, 0.02, 0.0),)
# The pelvis turns and drops by a few degrees to alternate sides (Perry & Burnfield, Gait Analysis).
_TURN_RAD = ((1, math.radians(5.0), 0.0),)
_DROP_RAD = ((1, math.radians(3.5), 0.6),)
_NOD_RAD = ((2, math.radians(1.5), 0.4),)

LUMBAR_SHARE = 0.6
"""Lumbar flexion for each radian that the pelvis tips. Through a forward bend it falls from two to
a half (Esola et al. 1996, Spine 21:71)."""

_UPPER_FROM_LOWER_M = (-0.01, 0.0, 0.16)
"""From L5/S1 to T12/L1 along a lumbar spine of some 16 to 18 cm."""


class Worn(Protocol):
    """What a sensor is worn on."""

    def pose(self, time_s: Floats) -> tuple[Floats, Floats]:
        """(n, 4) trunk to earth, and (n, 3) place of the sensor in metres, at ascending times."""
        ...


class Body:
    """One person's body: the planned trajectory plus what no body leaves out.

    Parameters
    ----------
    trajectory
        What the person means to do.
    rng
        Draws the phases of sway, breath and gait.
    """

    def __init__(self, trajectory: Trajectory, rng: np.random.Generator) -> None:
        self._trajectory = trajectory
        self._sway_phase_rad = rng.uniform(0, 2 * math.pi, size=(2, len(_SWAY_HZ)))
        self._breath_phase_rad = rng.uniform(0, 2 * math.pi)
        (turning,) = rng.spawn(1)
        self._turn_phase_rad = turning.uniform(0, 2 * math.pi, size=len(_SWAY_HZ))
        self._step_hz = STEP_HZ * rng.uniform(0.95, 1.05)

    def follow(self, trajectory: Trajectory) -> None:
        """Do something else from the start."""
        self._trajectory = trajectory

    def pose(self, time_s: Floats) -> tuple[Floats, Floats]:
        """(n, 4) trunk to earth, and (n, 3) place of the sensor in metres, at ascending times."""
        values = self._trajectory.values(time_s)
        values[:, Channel.FLEXION] += self._breath(time_s)
        sway_flexion, sway_lateral, turn = self._sway(time_s)
        values[:, Channel.FLEXION] += values[:, Channel.SWAY] * sway_flexion
        values[:, Channel.LATERAL] += values[:, Channel.SWAY] * sway_lateral
        values[:, Channel.HEADING] += values[:, Channel.SWAY] * turn
        hip_m = np.column_stack(
            [values[:, Channel.FORWARD], np.zeros(len(time_s)), values[:, Channel.HEIGHT]]
        )
        if values[:, Channel.WORK].any():
            self._work(time_s, values, hip_m)
        if values[:, Channel.WALK].any():
            self._walk(time_s, values, hip_m)
        heading = rotations.about(2, values[:, Channel.HEADING])
        quat = heading
        for axis, channel in (
            (1, Channel.PITCH),
            (0, Channel.ROLL),
            (1, Channel.FLEXION),
            (0, Channel.LATERAL),
            (2, Channel.ROTATION),
        ):
            quat = rotations.product(quat, rotations.about(axis, values[:, channel]))
        lever_m = rotations.rotate(quat, np.array(SENSOR_FROM_HIP_M))
        return quat, rotations.rotate(heading, hip_m) + lever_m

    def lumbar_rad(self, time_s: Floats) -> Floats:
        """(n,) flexion of the lower thoracic spine against the pelvis, at ascending times."""
        values = self._trajectory.values(time_s)
        sway_flexion, _, _ = self._sway(time_s)
        flexion = values[:, Channel.FLEXION] + values[:, Channel.SWAY] * sway_flexion
        lumbar: Floats = LUMBAR_SHARE * flexion
        return lumbar

    def gait(self, time_s: Floats) -> tuple[Floats, Floats]:
        """(n,) how much of a full gait there is, and (n,) its phase: one turn a stride."""
        return self._trajectory.values(time_s)[:, Channel.WALK], self._stride_rad(time_s)

    def steps(self, start_s: float, end_s: float) -> int:
        """Steps that walking from ``start_s`` to ``end_s`` takes."""
        stride_rad = self._stride_rad(np.array([start_s, end_s]))
        return round(float(stride_rad[1] - stride_rad[0]) / math.pi)

    def _breath(self, time_s: Floats) -> Floats:
        return _BREATH_RAD * np.sin(2 * math.pi * BREATH_HZ * time_s + self._breath_phase_rad)

    def _sway(self, time_s: Floats) -> tuple[Floats, Floats, Floats]:
        """Flexion, lateral bend and heading of a person who stands, in radians."""
        phase_rad = 2 * math.pi * time_s[:, None] * _SWAY_HZ
        flexion, lateral, turn = (
            rms_rad * math.sqrt(2 / len(_SWAY_HZ)) * np.sin(phase_rad + offset_rad).sum(axis=1)
            for rms_rad, offset_rad in (
                (_SWAY_RMS_RAD, self._sway_phase_rad[0]),
                (_SWAY_RMS_RAD, self._sway_phase_rad[1]),
                (_TURN_RMS_RAD, self._turn_phase_rad),
            )
        )
        return flexion, lateral, turn

    def _stride_rad(self, time_s: Floats) -> Floats:
        """Phase of the gait cycle, two steps a turn, with a cadence that wanders by 2 %."""
        wander_rad = 0.1 * np.sin(2 * math.pi * 0.11 * time_s + self._breath_phase_rad)
        return math.pi * self._step_hz * time_s + wander_rad

    def _work(self, time_s: Floats, values: Floats, hip_m: Floats) -> None:
        amount = values[:, Channel.WORK]
        heart_rad = 2 * math.pi * _HEART_HZ * time_s + self._breath_phase_rad
        hip_m[:, 2] += amount * _harmonics(heart_rad, _HEART_RISE_M)
        typing_rad = 2 * math.pi * _TYPING_HZ * time_s
        values[:, Channel.FLEXION] += amount * _TYPING_RAD * np.sin(typing_rad)

    def _walk(self, time_s: Floats, values: Floats, hip_m: Floats) -> None:
        stride_rad = self._stride_rad(time_s)
        amount = values[:, Channel.WALK]
        hip_m[:, 0] += amount * _harmonics(stride_rad, _SURGE_M)
        hip_m[:, 1] += amount * _harmonics(stride_rad, _SIDEWAYS_M)
        hip_m[:, 2] += amount * _harmonics(stride_rad, _RISE_M)
        values[:, Channel.FLEXION] += amount * _harmonics(stride_rad, _NOD_RAD)
        values[:, Channel.LATERAL] += amount * _harmonics(stride_rad, _DROP_RAD)
        values[:, Channel.ROTATION] += amount * _harmonics(stride_rad, _TURN_RAD)


class UpperBack:
    """The lower thoracic spine of a body, where a second sensor sits."""

    def __init__(self, body: Body) -> None:
        self._body = body

    def pose(self, time_s: Floats) -> tuple[Floats, Floats]:
        """(n, 4) segment to earth, and (n, 3) place of the sensor in metres, at ascending times."""
        pelvis, place_m = self._body.pose(time_s)
        quat = rotations.product(pelvis, rotations.about(1, self._body.lumbar_rad(time_s)))
        return quat, place_m + rotations.rotate(quat, np.array(_UPPER_FROM_LOWER_M))


def _harmonics(phase_rad: Floats, terms: tuple[tuple[int, float, float], ...]) -> Floats:
    """Sum of (multiple of the phase, amplitude, offset in radians) waves."""
    total = np.zeros(len(phase_rad))
    for multiple, amplitude, offset_rad in terms:
        total += amplitude * np.sin(multiple * phase_rad + offset_rad)
    return total
