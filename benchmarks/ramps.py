"""How well a hold is timed, by the shape of its ramps and the depth of breathing. Simulated.

``uv run python -m benchmarks.ramps [--holds 300] [--json]``

Curves of an angle as the detector sees it: a ramp of 0.8 to 3 s, a hold of 1 to 8 s and a ramp
back, 5 to 40° high, with breathing at 0.25 Hz in any phase. No sensor is simulated: this is the
timing alone.
"""

import argparse
import json
import math
from collections.abc import Callable

import numpy as np

from spinesense.motion.repetitions.holds import plateaus
from spinesense.motion.ticks import TICK_RATE_HZ

Shape = Callable[[float], float]

SHAPES: dict[str, Shape] = {
    "half a cosine": lambda p: 0.5 - 0.5 * math.cos(math.pi * p),
    "minimum jerk": lambda p: p**3 * (10.0 - 15.0 * p + 6.0 * p * p),
    "constant speed": lambda p: p,
}
BREATHING_DEG = (0.0, 0.3, 0.5)
"""Amplitudes; a lower back at rest has 0.25 to 0.5°."""
BREATH_HZ = 0.25
REST_S = 1.0


def curve(
    rng: np.random.Generator, shape: Shape, breathing_deg: float
) -> tuple[float, list[float]]:
    """The hold, and the angle in radians at every tick."""
    out_s, back_s, hold_s = rng.uniform(0.8, 3.0), rng.uniform(0.8, 3.0), rng.uniform(1.0, 8.0)
    size_rad = math.radians(rng.uniform(5.0, 40.0))
    phase = rng.uniform(0.0, 2.0 * math.pi)
    leaves_s = REST_S + out_s + hold_s
    values = []
    for tick in range(round((leaves_s + back_s + REST_S) * TICK_RATE_HZ)):
        time_s = tick / TICK_RATE_HZ
        ahead, behind = (time_s - REST_S) / out_s, 1.0 - (time_s - leaves_s) / back_s
        breath = math.sin(2.0 * math.pi * BREATH_HZ * time_s + phase)
        way = shape(min(1.0, max(0.0, min(ahead, behind))))
        values.append(size_rad * way + math.radians(breathing_deg) * breath)
    return hold_s, values


def errors_s(shape: Shape, breathing_deg: float, holds: int) -> list[float]:
    """Measured less true hold of so many curves."""
    rng = np.random.default_rng(1)
    errors = []
    for _ in range(holds):
        hold_s, values = curve(rng, shape, breathing_deg)
        times_s = [tick / TICK_RATE_HZ for tick in range(len(values))]
        found_s = sum(stretch.held_s for stretch in plateaus(times_s, values))
        errors.append(found_s - hold_s)
    return errors


def rows(holds: int) -> list[dict[str, object]]:
    """Mean error, and size of the error in nine of ten and at worst."""
    table: list[dict[str, object]] = []
    for name, shape in SHAPES.items():
        for breathing_deg in BREATHING_DEG:
            errors = np.array(errors_s(shape, breathing_deg, holds))
            table.append(
                {
                    "ramps": name,
                    "breathing_deg": breathing_deg,
                    "mean_s": round(float(errors.mean()), 3),
                    "p90_s": round(float(np.percentile(np.abs(errors), 90)), 3),
                    "worst_s": round(float(np.abs(errors).max()), 3),
                }
            )
    return table


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--holds", type=int, default=300)
    parser.add_argument("--json", action="store_true")
    wanted = parser.parse_args()
    table = rows(wanted.holds)
    if wanted.json:
        print(json.dumps(table))
        return
    print(f"Error of the time held, {wanted.holds} simulated holds each:")
    for row in table:
        print(
            f"  {row['ramps']!s:15} breathing {row['breathing_deg']}°   mean {row['mean_s']:+} s"
            f"   p90 {row['p90_s']} s   worst {row['worst_s']} s"
        )


if __name__ == "__main__":
    main()
