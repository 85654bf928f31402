"""Start postures as channel values."""

import math
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from spinesense.model.movement import StartPosture
from spinesense.sensors.simulated.trajectory import Channel

Pose = Mapping[Channel, float]

# Heights of the hips of a person of average height; a seated pelvis leans back by some 12° against
# standing, and a body that is supported sways less.
_POSES: Final[Mapping[StartPosture, Pose]] = MappingProxyType(
    {
        StartPosture.STANDING: {Channel.HEIGHT: 0.95, Channel.SWAY: 1.0},
        StartPosture.SITTING: {
            Channel.PITCH: math.radians(-12),
            Channel.HEIGHT: 0.55,
            Channel.FORWARD: -0.25,
            Channel.SWAY: 0.3,
        },
        StartPosture.SUPINE: {
            Channel.PITCH: math.radians(-90),
            Channel.HEIGHT: 0.10,
            Channel.SWAY: 0.05,
        },
        StartPosture.HANDS_AND_KNEES: {
            Channel.PITCH: math.radians(90),
            Channel.HEIGHT: 0.50,
            Channel.SWAY: 0.3,
        },
        StartPosture.SIDE_LYING: {
            Channel.ROLL: math.radians(90),
            Channel.HEIGHT: 0.20,
            Channel.SWAY: 0.05,
        },
    }
)


def _at_rest(pose: Pose) -> Pose:
    """A value for every channel but the heading, which no posture prescribes."""
    return {
        channel: pose.get(channel, 0.0) for channel in Channel if channel is not Channel.HEADING
    }


SITTING_ON_THE_FLOOR: Final[Pose] = _at_rest(
    {Channel.PITCH: math.radians(-20), Channel.HEIGHT: 0.12, Channel.SWAY: 0.3}
)
"""On the way between standing and lying."""

UPRIGHT: Final = frozenset({StartPosture.STANDING, StartPosture.SITTING})
LYING: Final = frozenset({StartPosture.SUPINE, StartPosture.SIDE_LYING})


def pose_of(posture: StartPosture, side: str = "") -> Pose:
    """All channels in a posture; side-lying is on the side that does not work."""
    pose = dict(_POSES[posture])
    if posture is StartPosture.SIDE_LYING and side == "right":
        pose[Channel.ROLL] *= -1
    return _at_rest(pose)
