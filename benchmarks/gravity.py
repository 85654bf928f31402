"""gravity_direction against VQF: speed in one process, and accuracy on the BROAD trials.

Run ``uv run --group bench python -m benchmarks.gravity [--broad DIR] [--json]``. Rounds alternate
between the filters, so that a busy machine slows all alike; the median over the rounds counts, of
the processor time of each filter and of the ratios within a round.
"""

import argparse
import json
import math
import statistics
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from vqf import VQF, BasicVQF, offlineVQF

from spinesense.model.samples import Floats
from spinesense.motion import gravity_direction

SAMPLES = 1_000_000
ROUNDS = 9
RATES_HZ = (2000.0 / 7.0, 100.0)
"""That of BROAD, and that of the usual sensor."""
NAMES = ("causal", "offline", "BasicVQF", "VQF", "offlineVQF")
COMPARED = (("causal", "BasicVQF"), ("causal", "VQF"), ("offline", "offlineVQF"))

Filter = Callable[[Floats, Floats, float], Floats]


def up_of(quat: Floats) -> Floats:
    """Up in the sensor frame from (n, 4) rotations of the sensor to the earth."""
    w, x, y, z = quat.T
    return np.stack([2 * (x * z - w * y), 2 * (y * z + w * x), 1 - 2 * (x * x + y * y)], axis=1)


FILTERS: dict[str, Filter] = {
    "causal": lambda acc, gyr, rate_hz: gravity_direction(acc, gyr, rate_hz, causal=True),
    "offline": lambda acc, gyr, rate_hz: gravity_direction(acc, gyr, rate_hz),
    "BasicVQF": lambda acc, gyr, rate_hz: BasicVQF(1 / rate_hz).updateBatch(gyr, acc)["quat6D"],
    "VQF": lambda acc, gyr, rate_hz: VQF(1 / rate_hz).updateBatch(gyr, acc)["quat6D"],
    "offlineVQF": lambda acc, gyr, rate_hz: offlineVQF(gyr, acc, None, 1 / rate_hz)["quat6D"],
}


def readings(count: int, rate_hz: float) -> tuple[Floats, Floats]:
    """A simulated trunk that bends and turns, with noise and bias: force and angular rate."""
    rng = np.random.default_rng(1)
    time_s = np.arange(count) / rate_hz
    gyr = np.stack([np.sin(speed * time_s) for speed in (0.9, 1.7, 0.3)], axis=1)
    lean = 0.5 * np.sin(0.9 * time_s)
    acc = 9.81 * np.stack([np.sin(lean), np.zeros(count), np.cos(lean)], axis=1)
    acc += rng.normal(0.0, 0.5, (count, 3))
    return acc, gyr + rng.normal(0.0, 0.01, (count, 3)) + 0.005


def speed(rate_hz: float) -> dict[str, dict[str, float]]:
    """Nanoseconds a sample of each filter, and how many times quicker ours are than others."""
    acc, gyr = readings(SAMPLES, rate_hz)
    rounds: dict[str, list[float]] = {name: [] for name in NAMES}
    for counts in [False] + [True] * ROUNDS:
        for name in NAMES:
            before_s = time.process_time()
            FILTERS[name](acc, gyr, rate_hz)
            if counts:
                rounds[name].append((time.process_time() - before_s) / SAMPLES * 1e9)
    return {
        "ns_per_sample": {name: statistics.median(taken) for name, taken in rounds.items()},
        "times_quicker": {
            f"{ours}_vs_{other}": statistics.median(
                theirs / own for theirs, own in zip(rounds[other], rounds[ours], strict=True)
            )
            for ours, other in COMPARED
        },
    }


def accuracy(folder: Path) -> dict[str, dict[str, float]]:
    """Inclination RMSE in degrees of each filter, over the movement phases of each trial."""
    from scipy.io import loadmat

    table = {}
    for file in sorted(folder.glob("*.mat")):
        trial = loadmat(file)
        truth = up_of(trial["opt_quat"])
        scored = trial["movement"].ravel().astype(bool) & np.isfinite(truth).all(axis=1)
        acc, gyr = (
            np.ascontiguousarray(trial[name], dtype=float) for name in ("imu_acc", "imu_gyr")
        )
        rate_hz = float(trial["sampling_rate"].item())
        table[file.stem] = {
            name: rmse_deg(FILTERS[name](acc, gyr, rate_hz)[scored], truth[scored])
            for name in NAMES
        }
    if table:
        means = {name: float(np.mean([row[name] for row in table.values()])) for name in NAMES}
        table["mean"] = means
    return table


def rmse_deg(found: Floats, truth: Floats) -> float:
    """Root mean square angle between directions up; quaternions are turned to such."""
    up = found if found.shape[1] == 3 else up_of(found)
    sines = np.linalg.norm(np.cross(up, truth), axis=1)
    angles = np.degrees(np.arctan2(sines, (up * truth).sum(axis=1)))
    return math.sqrt(float(np.mean(angles**2)))


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--broad", type=Path, help="folder of BROAD .mat files")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    options = parser.parse_args()
    result: dict[str, dict[str, dict[str, float]]] = {}
    for rate_hz in RATES_HZ:
        result[f"{rate_hz:.1f} Hz"] = speed(rate_hz)
    if options.broad:
        result["inclination_rmse_deg"] = accuracy(options.broad)
    if options.json:
        print(json.dumps(result, indent=2))
        return
    for title, tables in result.items():
        print(title)
        for name, row in tables.items():
            figures = "  ".join(f"{key} {value:.3g}" for key, value in row.items())
            print(f"  {name}: {figures}")


if __name__ == "__main__":
    main()
