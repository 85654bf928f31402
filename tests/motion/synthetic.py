"""Streams of an IMU on a model trunk that moves by raised-cosine ramps. Simulated throughout."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
from hypothesis import strategies as st

from spinesense.model.calibration import Calibration, CalibrationMethod, Quaternion
from spinesense.model.events import MotionEvent
from spinesense.model.movement import Axis, Movement, Pattern, StartPosture
from spinesense.model.samples import Floats, ImuBlock
from spinesense.motion.maths.quaternion import matrix
from spinesense.motion.pipeline import Pipeline

GRAVITY_MPS2 = 9.80665
ACC_NOISE_MPS2 = 0.003 * GRAVITY_MPS2
"""3 mg rms, a usual figure of the data sheets at 100 Hz."""
GYR_NOISE_RADPS = math.radians(0.1)
BASE_FLEXION = {
    StartPosture.STANDING: 0.0,
    StartPosture.SITTING: math.radians(-12.0),
    StartPosture.SUPINE: -math.pi / 2.0,
    StartPosture.HANDS_AND_KNEES: math.pi / 2.0,
    StartPosture.SIDE_LYING: 0.0,
}
COLUMN = {Axis.FLEXION: 0, Axis.LATERAL: 1, Axis.ROTATION: 2}


@dataclass
class Truth:
    """One out-and-back as it was performed."""

    start_s: float
    end_s: float
    range_rad: float
    hold_s: float
    direction: float


@dataclass
class Body:
    """Writes down trunk angles (flexion, lateral, rotation) sample by sample."""

    rate_hz: float = 100.0
    rows: list[Floats] = field(default_factory=lambda: [np.zeros((1, 3))])
    performed: list[Truth] = field(default_factory=list)

    @property
    def now_s(self) -> float:
        return sum(len(row) for row in self.rows) / self.rate_hz

    @property
    def place(self) -> Floats:
        return np.asarray(self.rows[-1][-1])

    def begin(self, posture: StartPosture) -> "Body":
        """Start over, in the middle of a start posture."""
        self.rows = [posture_angles(posture)[None]]
        return self

    def still(self, duration_s: float) -> "Body":
        count = round(duration_s * self.rate_hz)
        if count:
            self.rows.append(np.tile(self.place, (count, 1)))
        return self

    def ramp(self, change: Sequence[float] | Floats, duration_s: float) -> "Body":
        """Move every angle by ``change`` along half a cosine."""
        count = round(duration_s * self.rate_hz)
        share = 0.5 - 0.5 * np.cos(np.pi * np.arange(1, count + 1) / count)
        self.rows.append(self.place + share[:, None] * np.asarray(change))
        return self

    def go(self, axis: Axis, size_rad: float, duration_s: float) -> "Body":
        change = np.zeros(3)
        change[COLUMN[axis]] = size_rad
        return self.ramp(change, duration_s)

    def take(self, posture: StartPosture, duration_s: float = 3.0) -> "Body":
        """Change from wherever to the middle of a start posture."""
        return self.ramp(posture_angles(posture) - self.place, duration_s)

    def repeat(
        self,
        axis: Axis,
        size_rad: float,
        *,
        ramp_s: float = 1.5,
        hold_s: float = 0.0,
        rest_s: float = 1.5,
        times: int = 1,
    ) -> "Body":
        """Out and back, and rest."""
        for _ in range(times):
            start_s = self.now_s
            self.go(axis, size_rad, ramp_s).still(hold_s).go(axis, -size_rad, ramp_s)
            self.performed.append(
                Truth(start_s, self.now_s, abs(size_rad), hold_s, math.copysign(1.0, size_rad))
            )
            self.still(rest_s)
        return self

    def stand_and_bow(self, size_rad: float = math.radians(40.0)) -> "Body":
        self.still(4.0)
        for _ in range(2):
            self.go(Axis.FLEXION, size_rad, 1.5).go(Axis.FLEXION, -size_rad, 1.5).still(0.5)
        return self

    def breathe(self, size_rad: float = math.radians(0.5), rate_hz: float = 0.25) -> "Body":
        """Add breathing to the flexion of everything so far."""
        angles = np.concatenate(self.rows)
        time_s = np.arange(len(angles)) / self.rate_hz
        angles[:, 0] += size_rad * np.sin(2.0 * np.pi * rate_hz * time_s)
        self.rows = [angles]
        return self

    def angles(self) -> Floats:
        """(n, 3) flexion, lateral, rotation."""
        return np.concatenate(self.rows)


def posture_angles(posture: StartPosture) -> Floats:
    """(3,) angles of the trunk in the middle of a start posture."""
    lateral = math.pi / 2.0 if posture is StartPosture.SIDE_LYING else 0.0
    return np.array([BASE_FLEXION[posture], lateral, 0.0])


def trunk_to_earth(angles: Floats) -> Floats:
    """(n, 3, 3): flexion about y, then lateral about the new x, then rotation about the new z."""
    flexion, lateral, rotation = angles.T
    return np.asarray(_turn(1, flexion) @ _turn(0, lateral) @ _turn(2, rotation))


def _turn(axis: int, angle: Floats) -> Floats:
    first, second = (axis + 1) % 3, (axis + 2) % 3
    turn = np.zeros((len(angle), 3, 3))
    turn[:, axis, axis] = 1.0
    turn[:, first, first] = turn[:, second, second] = np.cos(angle)
    turn[:, first, second] = -np.sin(angle)
    turn[:, second, first] = np.sin(angle)
    return turn


def readings(
    body: Body,
    *,
    quat_sensor_to_trunk: tuple[float, float, float, float] = (1.0, 0.0, 0.0, 0.0),
    seed: int = 0,
    noise: float = 1.0,
    bias_dps: Sequence[float] = (0.2, -0.3, 0.1),
) -> ImuBlock:
    """What a sensor on this body reads; sample k is taken at time k / rate."""
    random = np.random.default_rng(seed)
    turns = trunk_to_earth(body.angles())
    relative = np.swapaxes(turns[:-1], 1, 2) @ turns[1:]
    vee = 0.5 * np.stack(
        [
            relative[:, 2, 1] - relative[:, 1, 2],
            relative[:, 0, 2] - relative[:, 2, 0],
            relative[:, 1, 0] - relative[:, 0, 1],
        ],
        axis=1,
    )
    gyr_trunk = np.concatenate([np.zeros((1, 3)), vee * body.rate_hz])
    acc_trunk = turns[:, 2, :] * GRAVITY_MPS2
    mounting = matrix(quat_sensor_to_trunk)
    count = len(turns)
    acc = acc_trunk @ mounting + noise * ACC_NOISE_MPS2 * random.standard_normal((count, 3))
    gyr = gyr_trunk @ mounting + noise * GYR_NOISE_RADPS * random.standard_normal((count, 3))
    time_s = np.arange(count) / body.rate_hz
    return ImuBlock(
        arrival_s=time_s.copy(),
        acc_mps2=acc,
        gyr_radps=gyr + noise * np.radians(np.asarray(bias_dps)),
        index=np.arange(count),
        counted=True,
        device_time_s=time_s,
    )


def without(block: ImuBlock, start_s: float, end_s: float) -> ImuBlock:
    """The block with the samples of this time lost."""
    assert block.device_time_s is not None
    keep = (block.device_time_s < start_s) | (block.device_time_s >= end_s)
    return ImuBlock(
        block.arrival_s[keep],
        block.acc_mps2[keep],
        block.gyr_radps[keep],
        block.index[keep],
        block.counted,
        block.device_time_s[keep],
    )


def pieces(block: ImuBlock, cuts: Sequence[int]) -> Iterator[ImuBlock]:
    """The block cut before these rows."""
    edges = [0, *sorted(cut % (len(block) + 1) for cut in cuts), len(block)]
    for start, stop in pairwise(edges):
        yield block.rows(start, stop)


def movement(
    axis: Axis = Axis.FLEXION,
    pattern: Pattern = Pattern.POSITIVE,
    start_posture: StartPosture = StartPosture.STANDING,
    *,
    smallest_deg: float = 4.0,
    expected_deg: float = 20.0,
    shortest_s: float = 0.8,
    longest_s: float = 40.0,
    hold_s: float = 0.0,
) -> Movement:
    """A movement with usual figures."""
    return Movement(
        exercise="synthetic",
        start_posture=start_posture,
        axis=axis,
        pattern=pattern,
        smallest_range=math.radians(smallest_deg),
        expected_range=math.radians(expected_deg),
        shortest_repetition_s=shortest_s,
        longest_repetition_s=longest_s,
        hold_s=hold_s,
    )


QUATERNIONS = (
    st.tuples(*[st.floats(-1.0, 1.0)] * 4)
    .filter(lambda q: sum(part * part for part in q) > 0.1)
    .map(lambda q: _unit(q))
)


def _unit(q: tuple[float, ...]) -> Quaternion:
    size = math.sqrt(sum(part * part for part in q))
    return (q[0] / size, q[1] / size, q[2] / size, q[3] / size)


def known(quat: Quaternion = (1.0, 0.0, 0.0, 0.0)) -> Calibration:
    return Calibration(quat, CalibrationMethod.STAND_AND_BOW, 0.7, 0.02, 0.01)


def run(pipeline: Pipeline, block: ImuBlock, watched: Movement, from_s: float) -> list[MotionEvent]:
    """Feed packets of ten samples, and watch from a time on."""
    assert block.device_time_s is not None
    first = int(np.searchsorted(block.device_time_s, from_s))
    events: list[MotionEvent] = []
    for row in range(0, first, 10):
        events += pipeline.feed(block.rows(row, min(first, row + 10))).events
    pipeline.watch(watched)
    for row in range(first, len(block), 10):
        events += pipeline.feed(block.rows(row, row + 10)).events
    return [*events, *pipeline.finish().events]
