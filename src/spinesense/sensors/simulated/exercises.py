"""How the model person performs each exercise, as seen by a sensor on the lower back.

The pelvis and the lower back turn by these signs (x forward, y left, z up along the spine):

==================  ==============  ==========  ===============================================
exercise            start posture   sign        why
==================  ==============  ==========  ===============================================
pelvic_tilt         supine          flexion -   the pelvis rolls backward, pubis towards ribs
partial_crunch      supine          flexion -   the same roll, smaller; a sit-up goes the other way
knees_to_chest      supine          flexion -   the thighs roll the pelvis backward
bridge              supine          flexion -   hips rise above the shoulders, z points downward:
                                                up = (cos a, 0, -sin a), beyond -90°
cat_stretch         hands, knees    flexion -+  rounding rolls the pelvis backward, sagging
                                                forward
childs_pose         hands, knees    flexion -   the tail sinks to the heels, below the ribs:
                                                up = (-cos a, 0, sin a), short of +90°
wrist_wave          hands, knees    flexion -+  hips sink below the shoulders, then rise above
standing_extension  standing        flexion -   backward bend
forward_bend        standing        flexion +   forward bend
wall_sit            standing        flexion -   hips slide down, the back flattens on the wall
leg_press_guard     sitting         flexion -   the pelvis rolls backward off the pad
hamstring_stretch   supine          flexion -   the leg pulls the pelvis backward; then still
bird_dog            hands, knees    rotation ±  the side of the lifted leg rises
single_leg_raise    supine          rotation ±  the weight of the leg rolls the pelvis to it
seated_twist        sitting         rotation ±  turning to the left is positive
ball_march          sitting         lateral ±   the trunk sways away from the lifted leg
side_leg_raise      side-lying      lateral ±   the hip of the upper leg hikes
arm_circles         standing        lateral ±   rhythmic sway
==================  ==============  ==========  ===============================================

Where there are sides, working with the left side is the positive direction.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum, auto
from types import MappingProxyType
from typing import Final

from spinesense.model.movement import StartPosture
from spinesense.sensors.simulated.trajectory import Channel


class Repeating(Enum):
    """How an exercise goes on."""

    REPEATED = auto()
    """Out, hold and back, with a rest between."""
    RHYTHM = auto()
    """To and fro without a stop, for as long as asked."""
    WALK = auto()


@dataclass(frozen=True, slots=True)
class MeantExcursion:
    """One way out of the start posture."""

    channel: Channel
    size_rad: float
    """For the left side where there are sides."""
    rise_m: float = 0.0
    """How much the hips rise with it."""


@dataclass(frozen=True, slots=True)
class Flaw:
    """How a repetition goes wrong. What is not named is as in good form."""

    scale: float = 1.0
    """Of the excursion: too far, beyond 1."""
    astray: MeantExcursion | None = None
    """A movement about another axis, out and back with the repetition."""
    slip: MeantExcursion | None = None
    """A movement during the hold, and back after a moment."""
    pace: float = 1.0
    """Of the times out and back: rushed, below 1."""
    ways: int = 2
    """How many of the ways out are gone."""
    rests_s: float = 0.0
    """How long a movement to and fro stops."""


GOOD_FORM: Final = Flaw()


@dataclass(frozen=True, slots=True)
class ModelExercise:
    """One exercise of the model person. Sizes and times are those of an average repetition."""

    posture: StartPosture
    excursions: tuple[MeantExcursion, ...]
    out_s: float
    back_s: float
    stay_s: float = 0.3
    """Time at the peak when no hold is asked for."""
    pause_s: float = 1.2
    """Rest in the start posture between repetitions."""
    sided: bool = False
    """The sign follows the side."""
    alternates: bool = False
    """Sides change with every repetition."""
    kind: Repeating = Repeating.REPEATED
    levels: tuple[float, ...] = (1.0,)
    """Of the size in good form, level by level."""
    flaws: Mapping[str, Flaw] = field(default_factory=dict)
    """By the id that the catalogue gives the fault."""


def _one(channel: Channel, size_deg: float, rise_m: float = 0.0) -> tuple[MeantExcursion, ...]:
    return (MeantExcursion(channel, math.radians(size_deg), rise_m),)


def _two(channel: Channel, first_deg: float, second_deg: float) -> tuple[MeantExcursion, ...]:
    return _one(channel, first_deg) + _one(channel, second_deg)


def _astray(channel: Channel, size_deg: float) -> Flaw:
    return Flaw(astray=_one(channel, size_deg)[0])


def _slip(channel: Channel, size_deg: float, rise_m: float = 0.0) -> Flaw:
    return Flaw(slip=_one(channel, size_deg, rise_m)[0])


_RUSHED = MappingProxyType({"too_fast": Flaw(pace=0.4)})
"""Jerked rather than moved: more than twice as fast as shown."""
_STANDING = StartPosture.STANDING
_SITTING = StartPosture.SITTING
_SUPINE = StartPosture.SUPINE
_ALL_FOURS = StartPosture.HANDS_AND_KNEES
_SIDE = StartPosture.SIDE_LYING

EXERCISES: Final[Mapping[str, ModelExercise]] = MappingProxyType(
    {
        "pelvic_tilt": ModelExercise(
            _SUPINE,
            _one(Channel.FLEXION, -10),
            1.7,
            1.7,
            stay_s=0.6,
            flaws={
                "pelvis_lifts": Flaw(scale=2.8),
                "pelvis_twists": _astray(Channel.ROTATION, 12),
                **_RUSHED,
            },
        ),
        "partial_crunch": ModelExercise(
            _SUPINE,
            _one(Channel.FLEXION, -9),
            1.6,
            1.6,
            flaws={
                "sits_up": Flaw(scale=-5.5),
                "twists": _astray(Channel.ROTATION, 12),
                **_RUSHED,
            },
        ),
        "knees_to_chest": ModelExercise(_SUPINE, _one(Channel.FLEXION, -18, 0.02), 3.0, 3.0),
        "bridge": ModelExercise(
            _SUPINE,
            _one(Channel.FLEXION, -32, 0.2),
            2.0,
            2.0,
            flaws={
                "hips_uneven": _astray(Channel.ROTATION, 12),
                "hips_sag": _slip(Channel.FLEXION, 16, -0.1),
                **_RUSHED,
            },
        ),
        "hamstring_stretch": ModelExercise(
            _SUPINE,
            _one(Channel.FLEXION, -3),
            2.5,
            2.5,
            pause_s=2.0,
            flaws={"pelvis_moves": _slip(Channel.FLEXION, -14, 0.05)},
        ),
        "cat_stretch": ModelExercise(
            _ALL_FOURS,
            _two(Channel.FLEXION, -20, 15),
            2.0,
            2.0,
            flaws={
                "one_way": Flaw(ways=1),
                "leans_sideways": _astray(Channel.ROTATION, 14),
                **_RUSHED,
            },
        ),
        "childs_pose": ModelExercise(_ALL_FOURS, _one(Channel.FLEXION, -35, -0.25), 4.0, 4.0),
        "wrist_wave": ModelExercise(
            _ALL_FOURS, _two(Channel.FLEXION, -35, 30), 3.0, 3.0, flaws=_RUSHED
        ),
        "standing_extension": ModelExercise(
            _STANDING,
            _one(Channel.FLEXION, -22),
            2.5,
            2.5,
            flaws={
                "leans_sideways": _astray(Channel.LATERAL, 15),
                "knees_bend": Flaw(scale=2.15),
                **_RUSHED,
            },
        ),
        "forward_bend": ModelExercise(
            _STANDING,
            _one(Channel.FLEXION, 36),
            3.0,
            3.0,
            flaws={"too_deep": Flaw(scale=1.8), **_RUSHED},
        ),
        "wall_sit": ModelExercise(
            _STANDING,
            _one(Channel.FLEXION, -4, -0.25),
            2.5,
            2.0,
            flaws={
                "leaves_wall": _slip(Channel.FLEXION, 20),
                "bounces": _slip(Channel.FLEXION, 1, 0.12),
            },
        ),
        "leg_press_guard": ModelExercise(
            _SITTING,
            _one(Channel.FLEXION, -4),
            2.0,
            2.5,
            flaws={"low_back_lifts": Flaw(scale=4.0)},
        ),
        "bird_dog": ModelExercise(
            _ALL_FOURS,
            _one(Channel.ROTATION, 6),
            2.0,
            2.0,
            sided=True,
            alternates=True,
            flaws={
                "hips_turn": Flaw(scale=2.4),
                "back_sags": _astray(Channel.FLEXION, 14),
                **_RUSHED,
            },
        ),
        "single_leg_raise": ModelExercise(
            _SUPINE,
            _one(Channel.ROTATION, 4),
            2.0,
            2.0,
            stay_s=1.0,
            sided=True,
            flaws={
                "pelvis_rolls": Flaw(scale=3.0),
                "both_legs": Flaw(scale=0.15, astray=_one(Channel.FLEXION, 12)[0]),
                **_RUSHED,
            },
        ),
        "seated_twist": ModelExercise(
            _SITTING,
            _one(Channel.ROTATION, 28),
            3.0,
            3.0,
            sided=True,
            flaws={"leans": _astray(Channel.FLEXION, 18)},
        ),
        "ball_march": ModelExercise(
            _SITTING,
            _one(Channel.LATERAL, 5),
            0.9,
            0.9,
            pause_s=0.5,
            sided=True,
            alternates=True,
            levels=(0.6, 1.0, 1.4),
            flaws={
                "leans_sideways": Flaw(scale=2.8),
                "leans_back": _astray(Channel.FLEXION, -14),
                **_RUSHED,
            },
        ),
        "side_leg_raise": ModelExercise(
            _SIDE,
            _one(Channel.LATERAL, 7),
            1.5,
            1.5,
            sided=True,
            flaws={"rocks": _astray(Channel.ROTATION, 13), **_RUSHED},
        ),
        "arm_circles": ModelExercise(
            _STANDING,
            _two(Channel.LATERAL, 1.5, -1.5),
            0.5,
            0.5,
            stay_s=0.0,
            pause_s=0.0,
            kind=Repeating.RHYTHM,
            flaws={"leans": _slip(Channel.LATERAL, 22), "stands_still": Flaw(rests_s=7.0)},
        ),
        "walk": ModelExercise(_STANDING, (), 0.0, 0.0, kind=Repeating.WALK),
        "aerobic": ModelExercise(_STANDING, (), 0.0, 0.0, kind=Repeating.WALK),
    }
)
