"""Movements to and fro that are no walking. Simulated."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from spinesense.model.movement import StartPosture
from spinesense.sensors.simulated.trajectory import Channel


@dataclass(frozen=True, slots=True)
class Rocking:
    """A trunk that goes to and fro while its person stays in one place."""

    posture: StartPosture
    hz: float
    sizes: Mapping[Channel, float]
    """From the middle to each side."""


def _rocking(
    posture: StartPosture, hz: float, *, height_m: float = 0.0, **angles_deg: float
) -> Rocking:
    sizes = {Channel[name.upper()]: math.radians(deg) for name, deg in angles_deg.items()}
    return Rocking(posture, hz, MappingProxyType({**sizes, Channel.HEIGHT: height_m}))


_STANDING, _SITTING = StartPosture.STANDING, StartPosture.SITTING

# An arm has 5 % of the body (Winter, Biomechanics and Motor Control, table 4.1): on straight
# legs the trunk gives way to it by millimetres, and turns by some degrees.
ROCKINGS: Final[Mapping[str, Rocking]] = MappingProxyType(
    {
        "brushing teeth": _rocking(_STANDING, 4.0, rotation=0.4, lateral=0.2, height_m=0.0002),
        "stirring": _rocking(_STANDING, 1.5, rotation=2.5, lateral=1.0, height_m=0.001),
        "scrubbing": _rocking(_STANDING, 2.0, rotation=4.0, flexion=2.0, height_m=0.002),
        "swinging the arms": _rocking(_STANDING, 0.9, rotation=7.0, lateral=1.5, height_m=0.004),
        "ironing": _rocking(_STANDING, 0.6, rotation=8.0, lateral=4.0, flexion=3.0),
        "typing": _rocking(_SITTING, 5.0, rotation=0.05, lateral=0.05, height_m=0.00005),
        "a restless leg": _rocking(_SITTING, 5.0, lateral=0.4, height_m=0.0005),
        "a rocking chair": _rocking(_SITTING, 0.45, pitch=7.0, height_m=0.01),
        "bouncing on a ball": _rocking(_SITTING, 1.6, flexion=1.5, height_m=0.02),
        "rocking a child": _rocking(_STANDING, 1.0, lateral=5.0, rotation=4.0, height_m=0.012),
    }
)
"""A ball gives a bounce of 4 cm, as high as a step's; a carer sways from foot to foot."""
