"""How cars, buses and trains move those who are in them. Simulated.

Each vehicle is a table of figures that ``rides`` makes a drive of.
"""

import math
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Vehicle:
    """How one kind of vehicle moves."""

    speed_mps: tuple[float, float]
    """Lowest and highest speed driven at, each stretch at another."""
    pull_mps2: tuple[float, float]
    """Lowest and highest peak of pulling away. Comfort ends at 2 m/s², hard braking at 4
    (Hoberock 1977, J Dyn Syst Meas Control 99:76)."""
    brake_mps2: tuple[float, float]
    cruise_s: tuple[float, float]
    stop_s: tuple[float, float]
    corner_mps2: float
    """Highest acceleration to the side in a bend of the road or the rails."""
    corner_share: float
    """Share of the drive spent in bends."""
    shake_mps2: float
    """Root mean square of the vertical acceleration at the seat at full speed. ISO 2631-1:1997,
    annex C: below 0.315 not uncomfortable, 0.5 to 1 fairly uncomfortable."""
    springs_hz: float
    """Where the body bounces on its springs: most of the shaking is near it."""
    damping: float
    wheels_hz: float
    """Where the wheels, or the flesh on a seat, bounce."""
    nod_radps: float
    """Root mean square of nodding and rolling on the springs at full speed."""
    joint_m: float = 0.0
    """Length of a rail; 0 on a road."""
    joint_mps2: float = 0.0
    """Peak of the bounce that a joint gives."""
    hole_mps2: float = 0.0
    """Peak of the bounce of a pothole or a bump, of which there is one in a while."""
    engine_hz: float = 0.0
    engine_mps2: float = 0.0
    """Of a four-cylinder at 800 turns a minute: two firings a turn."""
    lean_rad_per_mps2: float = 0.0
    """How far springs and person lean against an acceleration."""


CAR = Vehicle(
    speed_mps=(6.0, 22.0),
    pull_mps2=(1.0, 2.5),
    brake_mps2=(1.0, 3.0),
    cruise_s=(6.0, 45.0),
    stop_s=(3.0, 30.0),
    corner_mps2=3.0,
    corner_share=0.3,
    shake_mps2=0.4,
    springs_hz=1.3,
    damping=0.3,
    wheels_hz=11.0,
    nod_radps=math.radians(1.5),
    hole_mps2=4.0,
    engine_hz=26.7,
    engine_mps2=0.15,
    lean_rad_per_mps2=math.radians(0.8),
)
"""Springs at 1 to 1.5 Hz with 0.2 to 0.4 of critical damping, wheels at 10 to 12 Hz (Gillespie,
Fundamentals of Vehicle Dynamics, ch. 5); body roll of 3 to 7° in 1 g, some more of the trunk."""

ROUGH_ROAD = Vehicle(
    speed_mps=(5.0, 12.0),
    pull_mps2=(1.0, 2.0),
    brake_mps2=(1.0, 2.5),
    cruise_s=(10.0, 60.0),
    stop_s=(3.0, 15.0),
    corner_mps2=2.0,
    corner_share=0.4,
    shake_mps2=0.9,
    springs_hz=1.4,
    damping=0.25,
    wheels_hz=11.0,
    nod_radps=math.radians(3.5),
    hole_mps2=6.0,
    engine_hz=26.7,
    engine_mps2=0.15,
    lean_rad_per_mps2=math.radians(0.8),
)
"""A car on gravel or broken tarmac: near the 1 m/s² that few bear for an hour."""

BUS = Vehicle(
    speed_mps=(6.0, 14.0),
    pull_mps2=(1.0, 2.2),
    brake_mps2=(1.0, 2.5),
    cruise_s=(8.0, 30.0),
    stop_s=(10.0, 30.0),
    corner_mps2=2.0,
    corner_share=0.3,
    shake_mps2=0.5,
    springs_hz=1.1,
    damping=0.25,
    wheels_hz=9.0,
    nod_radps=math.radians(2.5),
    hole_mps2=3.0,
    engine_hz=20.0,
    engine_mps2=0.25,
    lean_rad_per_mps2=math.radians(2.0),
)
"""As CAR, on softer springs; one who stands holds on and leans more."""

TRAIN = Vehicle(
    speed_mps=(17.0, 33.0),
    pull_mps2=(0.3, 0.8),
    brake_mps2=(0.3, 0.9),
    cruise_s=(60.0, 240.0),
    stop_s=(30.0, 60.0),
    corner_mps2=0.8,
    corner_share=0.3,
    shake_mps2=0.2,
    springs_hz=1.1,
    damping=0.2,
    wheels_hz=6.0,
    nod_radps=math.radians(1.0),
    joint_m=18.3,
    joint_mps2=0.7,
    lean_rad_per_mps2=math.radians(0.5),
)
"""On jointed track of 60-foot rails: at 25 m/s a joint passes 1.4 times a second. Secondary springs
at about 1 Hz (Iwnicki, Handbook of Railway Vehicle Dynamics, ch. 3)."""
