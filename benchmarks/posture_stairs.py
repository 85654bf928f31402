"""Whether stairs can be told from level walking: ``benchmarks.posture_stairs --data DIR``.

Each labelled bout of SBHAR/HAPT shows three things: how far the trunk leans from its direction in
all walking, how much it bounces, and how fast it climbs by a strapdown integration from the rest
before to the rest after. Their levels are fitted to all persons but the one who is scored.
"""

import argparse
import math
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from benchmarks.posture_data import Interval
from benchmarks.posture_studies import Recording, recordings
from spinesense.model.samples import Floats
from spinesense.motion.maths.vectors import angles_to
from spinesense.motion.posture.hindsight.stays import Segmenter
from spinesense.motion.posture.params import PostureParams
from spinesense.motion.walking.upright import axis_from_walking

LABELS = ("walking", "walking_upstairs", "walking_downstairs")
SHOWN = ("lean", "bounce", "climb")
NEAR_S = 8.0
"""A rest that is farther from the bout than this bounds something else too."""


@dataclass(frozen=True)
class Bout:
    person: str
    label: str
    shown: tuple[float, float, float]
    """Lean in radians, logarithm of the bounce, climb in m/s or NaN without rests around it."""


def bouts_of(each: Recording) -> list[Bout]:
    """The labelled bouts of one recording."""
    axis = axis_from_walking(each.ticks, tick_rate_hz=each.tick_rate_hz)
    if axis is None:
        return []
    tick_s = 1.0 / each.tick_rate_hz
    cutter = Segmenter(
        each.ticks, each.ticks.up_sensor, axis, PostureParams(), tick_s, calibrated=False
    )
    lean_rad = angles_to(each.ticks.up_sensor, axis)
    found = []
    for label in each.truth:
        if label.label in LABELS:
            first, last = np.searchsorted(each.ticks.time_s, (label.start_s, label.end_s))
            bounce = math.log(float(cutter.rows.vertical_mps2[first:last].std()))
            lean = float(np.median(lean_rad[first:last]))
            climb = climb_mps(cutter, label, tick_s)
            found.append(Bout(each.person, label.label, (lean, bounce, climb)))
    return found


def climb_mps(cutter: Segmenter, label: Interval, tick_s: float) -> float:
    """Mean vertical speed from the rest before a bout to the rest after it."""
    near, some = round(NEAR_S / tick_s), round(1.0 / tick_s)
    first, last = round(label.start_s / tick_s), round(label.end_s / tick_s)
    before = [stop for _, stop in cutter.rests if first - near < stop <= first + some]
    after = [start for start, _ in cutter.rests if last - some <= start < last + near]
    if not before or not after:
        return math.nan
    start, stop = before[-1], after[0]
    vertical_mps2 = cutter.rows.vertical_mps2[start:stop]
    share = np.linspace(0.0, 1.0, len(vertical_mps2))
    rest_mps2 = [
        cutter.rows.vertical_mps2[row - some // 4 : row + 1].mean() for row in (start, stop)
    ]
    offset_mps2 = rest_mps2[0] * (1.0 - share) + rest_mps2[1] * share
    speed_mps = np.cumsum(vertical_mps2 - offset_mps2) * tick_s
    speed_mps -= speed_mps[-1] * share
    return float(speed_mps.sum()) * tick_s / (label.end_s - label.start_s)


def told(bouts: list[Bout], columns: list[int]) -> list[str]:
    """The likeliest label of each bout, by the levels of everybody else."""
    shown = np.array([bout.shown for bout in bouts])[:, columns]
    labels = np.array([bout.label for bout in bouts])
    people = np.array([bout.person for bout in bouts])
    found = np.empty(len(bouts), dtype=labels.dtype)
    for person in set(people):
        others = people != person
        means = [np.nanmean(shown[others & (labels == label)], axis=0) for label in LABELS]
        off = np.concatenate(
            [
                shown[others & (labels == label)] - mean
                for label, mean in zip(LABELS, means, strict=True)
            ]
        )
        away: Floats = (shown[~others][:, None] - np.array(means)) / np.nanstd(off, axis=0)
        logs = np.nansum(-2.5 * np.log1p(away * away / 4.0), axis=2)
        found[~others] = np.array(LABELS)[logs.argmax(axis=1)]
    return [str(each) for each in found]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    bouts = [bout for each in recordings(parser.parse_args().data) for bout in bouts_of(each)]
    labels = [bout.label for bout in bouts]
    for columns in ([0], [1], [2], [0, 1], [0, 1, 2]):
        guesses = told(bouts, columns)
        f1 = []
        for label in LABELS:
            both = sum(a == b == label for a, b in zip(labels, guesses, strict=True))
            f1.append(2 * both / (labels.count(label) + guesses.count(label)))
        title = " and ".join(SHOWN[column] for column in columns)
        row = "  ".join(f"{label} {each:.2f}" for label, each in zip(LABELS, f1, strict=True))
        print(f"  {title:24} F1 by bout: {row}")


if __name__ == "__main__":
    main()
