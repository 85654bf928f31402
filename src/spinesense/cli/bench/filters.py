"""The filters that `spinesense bench` runs side by side: ours and those of other packages.

Each is run as its own documentation shows it, with its default settings, on samples in m/s² and
rad/s. The other packages are no dependency of spinesense: those that are not there are left out.
"""

import importlib
import importlib.util
import math
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from spinesense.model.samples import Floats
from spinesense.model.units import STANDARD_GRAVITY_MPS2
from spinesense.motion import gravity_direction
from spinesense.motion.inclination.live import Orientation
from spinesense.motion.signal.timed_block import TimedBlock

WARM_UP_SAMPLES = 500

Run = Callable[[Floats, Floats, float], Floats]
"""(n, 3) specific force, (n, 3) angular rate, rate in hertz -> (n, 3) up in the sensor frame, NaN
at samples of which the filter tells nothing."""
Progress = Callable[[], object]
"""Called once a step."""


@dataclass(frozen=True, slots=True)
class Filter:
    """One way to find the direction of gravity."""

    name: str
    run: Run
    package: str = ""
    """Where it comes from; empty for ours."""
    looks_ahead: bool = False
    most_samples: int = 1_000_000_000
    """Timed on so many samples at most; filters called sample by sample are slow, and their cost
    grows in proportion."""


def up_of(quat: Floats) -> Floats:
    """(n, 3) up in the sensor frame from (n, 4) rotations of the sensor to an earth with z up."""
    w, x, y, z = quat.T
    return np.stack([2 * (x * z - w * y), 2 * (y * z + w * x), 1 - 2 * (x * x + y * y)], axis=1)


def rmse_deg(found: Floats, truth: Floats) -> float:
    """Root mean square of the angles between rows of unit vectors, where ``found`` is not NaN."""
    told = np.isfinite(found).all(axis=1)
    found, truth = found[told], truth[told]
    sines = np.linalg.norm(np.cross(found, truth), axis=1)
    angles_deg = np.degrees(np.arctan2(sines, (found * truth).sum(axis=1)))
    return math.sqrt(float(np.mean(angles_deg**2)))


def _ours(causal: bool) -> Run:
    return lambda acc, gyr, rate_hz: gravity_direction(acc, gyr, rate_hz, causal=causal)


def _live(acc: Floats, gyr: Floats, rate_hz: float) -> Floats:
    """The filter that coaches: it tells up at the last sample of each tick of some 0.04 s."""
    count = len(acc)
    time_s = np.arange(1, count + 1) / rate_hz
    orientation = Orientation(rate_hz)
    ticks = orientation.feed(TimedBlock(time_s, np.full(count, 1.0 / rate_hz), acc, gyr, 0))
    up = np.full((count, 3), np.nan)
    per = orientation.samples_per_tick
    up[per - 1 :: per] = ticks.up_sensor
    return up


def _vqf(name: str) -> Run:
    def run(acc: Floats, gyr: Floats, rate_hz: float) -> Floats:
        kind = getattr(importlib.import_module("vqf"), name)
        if name == "offlineVQF":
            return up_of(kind(gyr, acc, None, 1 / rate_hz)["quat6D"])
        return up_of(kind(1 / rate_hz).updateBatch(gyr, acc)["quat6D"])

    return run


def _imufusion(acc: Floats, gyr: Floats, rate_hz: float) -> Floats:
    """As in ``advanced_example.py`` of xioTechnologies/Fusion, without a magnetometer."""
    package = importlib.import_module("imufusion")
    settings = package.AhrsSettings(
        sample_rate=rate_hz,
        convention=package.CONVENTION_NWU,
        gain=0.5,
        gyroscope_range=2000.0,
        acceleration_rejection=10.0,
        rejection_timeout=5.0,
    )
    ahrs = package.Ahrs().set_settings(settings)
    bias = package.Bias().set_settings(package.BiasSettings(sample_rate=rate_hz))
    quat = np.empty((len(acc), 4))
    for row, (dps, g) in enumerate(zip(np.degrees(gyr), acc / STANDARD_GRAVITY_MPS2, strict=True)):
        ahrs.update_no_magnetometer(bias.update(dps), g)
        quat[row] = ahrs.get_quaternion()
    return up_of(quat)


def _ahrs(name: str) -> Run:
    def run(acc: Floats, gyr: Floats, rate_hz: float) -> Floats:
        kind = getattr(importlib.import_module("ahrs.filters"), name)
        return up_of(np.asarray(kind(gyr=gyr, acc=acc, frequency=rate_hz).Q))

    return run


CAUSAL = Filter("spinesense", _ours(causal=True))
OFFLINE = Filter("spinesense offline", _ours(causal=False), looks_ahead=True)
FILTERS = (
    CAUSAL,
    Filter("spinesense live", _live),
    OFFLINE,
    Filter("BasicVQF", _vqf("BasicVQF"), "vqf"),
    Filter("VQF", _vqf("VQF"), "vqf"),
    Filter("offlineVQF", _vqf("offlineVQF"), "vqf", looks_ahead=True),
    Filter("imufusion", _imufusion, "imufusion", most_samples=50_000),
    Filter("Madgwick", _ahrs("Madgwick"), "ahrs", most_samples=5_000),
    Filter("Mahony", _ahrs("Mahony"), "ahrs", most_samples=5_000),
)


def available() -> tuple[Filter, ...]:
    """The filters that this environment can run."""
    gone = missing_packages()
    return tuple(each for each in FILTERS if each.package not in gone)


def missing_packages() -> tuple[str, ...]:
    """The packages of other filters that are not installed."""
    packages = dict.fromkeys(each.package for each in FILTERS if each.package)
    return tuple(name for name in packages if importlib.util.find_spec(name) is None)


def simulated_readings(samples: int, rate_hz: float) -> tuple[Floats, Floats]:
    """A trunk that bends by 30° and turns, with noise and bias: (n, 3) force and angular rate."""
    rng = np.random.default_rng(1)
    time_s = np.arange(samples) / rate_hz
    lean_rad = 0.5 * np.sin(0.9 * time_s)
    turning_radps = np.sin(1.7 * time_s)
    up = np.stack([-np.sin(lean_rad), np.zeros(samples), np.cos(lean_rad)], axis=1)
    gyr = turning_radps[:, None] * up
    gyr[:, 1] = 0.45 * np.cos(0.9 * time_s)
    acc = STANDARD_GRAVITY_MPS2 * up + rng.normal(0.0, 0.5, (samples, 3))
    return acc, gyr + rng.normal(0.0, 0.01, (samples, 3)) + 0.005


def ns_per_sample(
    filters: Sequence[Filter], rate_hz: float, samples: int, rounds: int, progress: Progress
) -> dict[str, float]:
    """Processor time of each filter: the quickest of some rounds.

    Rounds alternate between the filters, so that a busy machine slows all alike.
    """
    acc, gyr = simulated_readings(samples, rate_hz)
    best_ns = {each.name: math.inf for each in filters}
    for each in filters:  # what a first call imports and allocates is no cost of the filter
        each.run(acc[:WARM_UP_SAMPLES], gyr[:WARM_UP_SAMPLES], rate_hz)
    for _ in range(rounds):
        for each in filters:
            count = min(samples, each.most_samples)
            begin_ns = time.process_time_ns()
            each.run(acc[:count], gyr[:count], rate_hz)
            taken_ns = (time.process_time_ns() - begin_ns) / count
            best_ns[each.name] = min(best_ns[each.name], taken_ns)
            progress()
    return best_ns


def times_quicker(ns: dict[str, float]) -> dict[str, float]:
    """How many times quicker than each other filter ours of the same kind is."""
    return {
        each.name: ns[each.name] / ns[(OFFLINE if each.looks_ahead else CAUSAL).name]
        for each in FILTERS
        if each.package and each.name in ns
    }
