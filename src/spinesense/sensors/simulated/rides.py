"""A drive in a vehicle, and a body that is carried along by it. Simulated.

Speed and direction follow a plan of pulling away, driving, bends and braking. Shaking is a sum of
waves, strongest where springs and wheels bounce and growing with the speed; rails and holes knock.
"""

import math

import numpy as np

from spinesense.model.samples import Floats
from spinesense.sensors.simulated import rotations
from spinesense.sensors.simulated.body import Worn
from spinesense.sensors.simulated.trajectory import minimum_jerk
from spinesense.sensors.simulated.vehicles import Vehicle

_GRID_S = 0.05
"""Accelerations in the plane go on in straight lines between points of this distance."""
_WAVES = 48
_LOWEST_HZ, _HIGHEST_HZ = 0.5, 20.0
"""ISO 2631-1:1997 weighs vibration for health from 0.5 to 80 Hz; seats pass little above 20."""
_PEAK_OF_MEAN = 1.875
"""Highest over mean acceleration of a change of speed along minimum jerk."""


class Ride:
    """One drive in one vehicle.

    Parameters
    ----------
    vehicle
        How it moves.
    start_s, duration_s
        True time of the drive; outside of it the vehicle stands.
    seed
        Draws road, stops and bends.
    """

    def __init__(self, vehicle: Vehicle, start_s: float, duration_s: float, seed: int = 0) -> None:
        rng = np.random.default_rng(seed)
        self._vehicle, self._start_s = vehicle, start_s
        self.accelerations_mps2, self.speed_mps, self.turning_radps = _plan(
            vehicle, duration_s, rng
        )
        """On a grid of 0.05 s: (m, 2) forward and to the left, (m,) speed, (m,) turning."""
        heading_rad = np.cumsum(self.turning_radps) * _GRID_S
        self._plane = _Integrated(_turned(self.accelerations_mps2, heading_rad))
        self._heading, self._speed = _Curve(heading_rad), _Curve(self.speed_mps)
        self._forward, self._left = map(_Curve, self.accelerations_mps2.T)
        self._shaking = _Shaking(vehicle, rng)
        self._bounces = _bounces(vehicle, self.speed_mps, rng)

    def motion(self, time_s: Floats) -> tuple[Floats, Floats]:
        """(n, 4) vehicle to earth, and (n, 3) place in metres, at true times."""
        since_s = time_s - self._start_s
        share = self._speed.at(since_s) / self._vehicle.speed_mps[1]
        place_m = self._shaking.place_m(time_s) * share[:, None]
        place_m[:, :2] += self._plane.at(since_s)
        place_m[:, 2] += self._engine_m(time_s) + self._bounces.height_m(since_s)
        lean = self._vehicle.lean_rad_per_mps2
        forward, left = self._forward.at(since_s), self._left.at(since_s)
        nod, roll = (part * share for part in self._shaking.nod_rad(time_s))
        quat = rotations.about(2, self._heading.at(since_s))
        quat = rotations.product(quat, rotations.about(1, nod - lean * forward))
        return rotations.product(quat, rotations.about(0, roll + lean * left)), place_m

    def _engine_m(self, time_s: Floats) -> Floats:
        vehicle = self._vehicle
        if not vehicle.engine_hz:
            return np.zeros(len(time_s))
        rate_radps = 2.0 * math.pi * vehicle.engine_hz
        waves: Floats = vehicle.engine_mps2 / rate_radps**2 * np.sin(rate_radps * time_s)
        return waves


class Passenger:
    """A body in a vehicle.

    Parameters
    ----------
    body
        Who sits or stands in it.
    ride
        What the vehicle does.
    """

    def __init__(self, body: Worn, ride: Ride) -> None:
        self._body, self._ride = body, ride

    def pose(self, time_s: Floats) -> tuple[Floats, Floats]:
        """(n, 4) trunk to earth, and (n, 3) place of the sensor in metres, at ascending times."""
        quat, place_m = self._body.pose(time_s)
        carried, moved_m = self._ride.motion(time_s)
        return rotations.product(carried, quat), moved_m + rotations.rotate(carried, place_m)


class _Curve:
    """Values (m,) of the grid and between, without a kink in their speed (cubic Hermite)."""

    def __init__(self, values: Floats) -> None:
        self._values, self._slopes = values, np.gradient(values)

    def at(self, since_s: Floats) -> Floats:
        """(n,) values; before the first point and after the last it stays."""
        row = np.clip((since_s / _GRID_S).astype(int), 0, len(self._values) - 2)
        s = np.clip(since_s / _GRID_S - row, 0.0, 1.0)
        square, cube = s * s, s * s * s
        curve: Floats = (
            (2 * cube - 3 * square + 1) * self._values[row]
            + (cube - 2 * square + s) * self._slopes[row]
            + (3 * square - 2 * cube) * self._values[row + 1]
            + (cube - square) * self._slopes[row + 1]
        )
        return curve


class _Integrated:
    """Place after (m, 2) accelerations that go on in straight lines from point to point."""

    def __init__(self, accelerations_mps2: Floats) -> None:
        h, a = _GRID_S, accelerations_mps2
        self._a = a
        self._v = np.concatenate([np.zeros((1, 2)), np.cumsum(0.5 * h * (a[:-1] + a[1:]), axis=0)])
        steps = h * self._v[:-1] + h * h * (2.0 * a[:-1] + a[1:]) / 6.0
        self._x = np.concatenate([np.zeros((1, 2)), np.cumsum(steps, axis=0)])

    def at(self, since_s: Floats) -> Floats:
        """(n, 2) places; before the first point and after the last it goes on at its speed."""
        row = np.clip((since_s / _GRID_S).astype(int), 0, len(self._a) - 2)
        s = np.clip(since_s - row * _GRID_S, 0.0, None)[:, None]
        inside = np.minimum(s, _GRID_S)
        a, b = self._a[row], self._a[row + 1]
        slope = (b - a) / _GRID_S
        place = self._x[row] + self._v[row] * inside + a * inside**2 / 2 + slope * inside**3 / 6
        last: Floats = place + self._v[-1] * (s - inside)
        return last


class _Shaking:
    """Waves in three directions and two tilts, their sizes after a mass on springs."""

    def __init__(self, vehicle: Vehicle, rng: np.random.Generator) -> None:
        hz = np.geomspace(_LOWEST_HZ, _HIGHEST_HZ, _WAVES) * rng.uniform(0.97, 1.03, _WAVES)
        self._rate_radps = 2.0 * math.pi * hz
        bounce = _resonance(hz, vehicle.springs_hz, vehicle.damping)
        bounce += 0.4 * _resonance(hz, vehicle.wheels_hz, 0.3)
        self._size_mps2 = _scaled(bounce, vehicle.shake_mps2)
        tilt = _resonance(hz, vehicle.springs_hz, vehicle.damping)
        self._tilt_rad = _scaled(tilt, vehicle.nod_radps) / self._rate_radps
        self._phases_rad = rng.uniform(0.0, 2.0 * math.pi, (5, _WAVES))

    def place_m(self, time_s: Floats) -> Floats:
        """(n, 3) at full speed. To the sides it shakes half as much as up and down."""
        size_m = self._size_mps2 / self._rate_radps**2
        waves = [self._waves(time_s, axis, size_m) for axis in range(3)]
        return np.column_stack([0.5 * waves[0], 0.5 * waves[1], waves[2]])

    def nod_rad(self, time_s: Floats) -> tuple[Floats, Floats]:
        """(n,) nodding and rolling at full speed."""
        return self._waves(time_s, 3, self._tilt_rad), self._waves(time_s, 4, self._tilt_rad)

    def _waves(self, time_s: Floats, row: int, size: Floats) -> Floats:
        phase = np.outer(time_s, self._rate_radps) + self._phases_rad[row]
        waves: Floats = np.sin(phase) @ size
        return waves


class _Bounces:
    """Single knocks that ring on the springs."""

    def __init__(self, vehicle: Vehicle, times_s: Floats, sizes_mps2: Floats) -> None:
        self._times_s, self._sizes_mps2 = times_s, sizes_mps2
        self._rate_radps = 2.0 * math.pi * vehicle.springs_hz
        self._fade_per_s = vehicle.damping * self._rate_radps

    def height_m(self, since_s: Floats) -> Floats:
        """(n,) height that is left of all knocks so far."""
        height_m = np.zeros(len(since_s))
        if not len(self._times_s):
            return height_m
        first, last = np.searchsorted(self._times_s, [since_s[0] - 6.0, since_s[-1]])
        for knock_s, size in zip(
            self._times_s[first:last], self._sizes_mps2[first:last], strict=True
        ):
            passed_s = np.maximum(since_s - knock_s, 0.0)
            # It comes on over a tenth of a second: tyres and seats are no hammers.
            onset = minimum_jerk(passed_s / 0.1)
            ringing = np.exp(-self._fade_per_s * passed_s) * np.sin(self._rate_radps * passed_s)
            height_m += size / self._rate_radps**2 * onset * ringing
        return height_m


def _plan(
    vehicle: Vehicle, duration_s: float, rng: np.random.Generator
) -> tuple[Floats, Floats, Floats]:
    """Accelerations (m, 2), speed (m,) and turning (m,) of a drive, standing at both ends."""
    forward: list[Floats] = [np.zeros(1)]
    while sum(map(len, forward)) * _GRID_S < duration_s:
        speed_mps = rng.uniform(*vehicle.speed_mps)
        forward += [
            np.zeros(round(rng.uniform(*vehicle.stop_s) / _GRID_S)),
            _change_of_speed(speed_mps, rng.uniform(*vehicle.pull_mps2)),
            np.zeros(round(rng.uniform(*vehicle.cruise_s) / _GRID_S)),
            _change_of_speed(-speed_mps, rng.uniform(*vehicle.brake_mps2)),
        ]
    along = np.concatenate([*forward, np.zeros(2)])
    speed = np.maximum(np.cumsum(along) * _GRID_S, 0.0)
    left = np.zeros(len(along))
    place = 0
    while place < len(along):
        length = round(rng.uniform(3.0, 8.0) / _GRID_S)
        bend = slice(place, min(place + length, len(along)))
        if rng.random() < vehicle.corner_share:
            size = rng.uniform(-1.0, 1.0) * vehicle.corner_mps2
            left[bend] = size * np.sin(np.linspace(0.0, math.pi, length)[: bend.stop - place]) ** 2
        place += length
    left *= np.minimum(1.0, speed / vehicle.speed_mps[0])
    turning = left / np.maximum(speed, vehicle.speed_mps[0])
    return np.column_stack([along, left]), speed, turning


def _change_of_speed(change_mps: float, peak_mps2: float) -> Floats:
    """Acceleration along minimum jerk, so that its sum over the grid is the change."""
    length = max(4, round(_PEAK_OF_MEAN * abs(change_mps) / peak_mps2 / _GRID_S))
    speeds = change_mps * minimum_jerk(np.linspace(0.0, 1.0, length + 1))
    return np.asarray(np.diff(speeds) / _GRID_S)


def _bounces(vehicle: Vehicle, speed_mps: Floats, rng: np.random.Generator) -> _Bounces:
    """Knocks of the joints of the rails, or of holes some 150 m apart."""
    way_m = np.cumsum(speed_mps) * _GRID_S
    if vehicle.joint_m:
        at_m = np.arange(vehicle.joint_m, way_m[-1], vehicle.joint_m)
        sizes = vehicle.joint_mps2 * rng.uniform(0.6, 1.0, len(at_m))
    else:
        at_m = np.cumsum(rng.exponential(150.0, max(1, int(way_m[-1] / 150.0))))
        sizes = vehicle.hole_mps2 * rng.uniform(0.2, 1.0, len(at_m))
    at_m, sizes = at_m[at_m < way_m[-1]], sizes[at_m < way_m[-1]]
    rows = np.searchsorted(way_m, at_m)
    times_s: Floats = rows * _GRID_S
    return _Bounces(vehicle, times_s, sizes * speed_mps[rows] / vehicle.speed_mps[1])


def _resonance(hz: Floats, own_hz: float, damping: float) -> Floats:
    """What a mass on springs makes of a road that shakes all frequencies alike."""
    r = hz / own_hz
    size: Floats = np.sqrt(
        (1 + (2 * damping * r) ** 2) / ((1 - r * r) ** 2 + (2 * damping * r) ** 2)
    )
    return size


def _scaled(sizes: Floats, rms: float) -> Floats:
    """Amplitudes of waves in these proportions whose sum has this root mean square."""
    scaled: Floats = sizes * rms * math.sqrt(2.0 / float(sizes @ sizes))
    return scaled


def _turned(plane: Floats, heading_rad: Floats) -> Floats:
    cos, sin = np.cos(heading_rad), np.sin(heading_rad)
    x, y = plane.T
    return np.column_stack([cos * x - sin * y, sin * x + cos * y])
