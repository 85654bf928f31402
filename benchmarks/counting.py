"""Repetitions of real people: ``python -m benchmarks.counting --data DIR [--json]``.

``DIR`` holds any of ``trunk_movements`` (three bends forward and backward on a stool) and
``daily_acts`` (single bends, walks). A repetition is right when its peak lies within 0.8 s of one
of the reference, one to one; a recording is exact when every one is right and there is no other.

Bends forward are looked for in whole recordings, with the mounting known (a simulated stand-and-bow
put before the samples) and inferred.
"""

import argparse
import json
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from spinesense.model.events import Repetition
from spinesense.model.movement import Movement
from spinesense.model.samples import Floats, ImuBlock
from spinesense.motion.core import Findings, analyse, mounting_in, recorded
from spinesense.runner.batch.analysis import movement_of

NEAR_S = 0.8
ACC_NOISE_MPS2, GYR_NOISE_RADPS = 0.03, math.radians(0.1)
"""A usual chip: without noise the bow would be a sensor that repeats itself."""
BOW_RAD = math.radians(40.0)
STOOL_LEFT, DAILY_LEFT = np.array([0.0, -1.0, 0.0]), np.array([-1.0, 0.0, 0.0])
"""The person's left as the sensor of each set sees it."""


@dataclass
class Score:
    """Repetitions against the reference."""

    recordings: int = 0
    exact: int = 0
    true: int = 0
    found: int = 0
    right: int = 0

    @property
    def f1(self) -> float:
        """Harmonic mean of precision and recall."""
        return 2.0 * self.right / (self.true + self.found) if self.true + self.found else math.nan

    def add(self, peaks_s: Sequence[float], true_s: Sequence[float]) -> None:
        """Take one recording."""
        right = matched(peaks_s, true_s)
        self.recordings += 1
        self.true += len(true_s)
        self.found += len(peaks_s)
        self.right += right
        self.exact += right == len(true_s) == len(peaks_s)


def matched(found_s: Sequence[float], true_s: Sequence[float]) -> int:
    """How many of the true times have a found one near them, one to one and in order."""
    left = sorted(found_s)
    count = 0
    for time_s in sorted(true_s):
        near = [each for each in left if abs(each - time_s) <= NEAR_S]
        if near:
            left.remove(min(near, key=lambda each: abs(each - time_s)))
            count += 1
    return count


@dataclass(frozen=True)
class Trial:
    """One recording and its reference."""

    rate_hz: float
    acc_mps2: Floats
    gyr_radps: Floats
    truth: dict[str, Any]


def trunk_movements(folder: Path) -> Iterable[Trial]:
    """The bends, side bends and turns on a stool."""
    for name, truth in json.loads((folder / "truth.json").read_text())["trials"].items():
        rows = np.loadtxt(folder / f"{name}.csv", delimiter=",", skiprows=1)
        yield Trial(50.0, rows[:, 1:4], np.radians(rows[:, 4:7]), truth)


def single_acts(folder: Path, what: str) -> Iterable[Trial]:
    """Each act of one kind as a recording of its own."""
    for person, acts in json.loads((folder / "truth.json").read_text()).items():
        stored = np.load(folder / f"{person}.npz")
        rate_hz = float(stored["rate_hz"])
        for act in acts:
            if act["what"] != what:
                continue
            cut = slice(round(act["start_s"] * rate_hz), round(act["end_s"] * rate_hz))
            yield Trial(rate_hz, stored["acc_mps2"][cut], stored["gyr_radps"][cut], act)


def bowed(trial: Trial, left_hand: Floats) -> tuple[Trial, float]:
    """The trial after a simulated stand-and-bow, and how long that takes.

    The trunk stands as the trial begins, bows twice by 40 degrees to the front in half cosines, and
    stands again, so that nothing jumps.
    """
    step_s = 1.0 / trial.rate_hz
    first = trial.acc_mps2[: round(0.2 * trial.rate_hz)].mean(axis=0)
    # Left, as far as it is level.
    up = first / np.linalg.norm(first)
    level = left_hand - (left_hand @ up) * up
    left = level / np.linalg.norm(level)
    # θ: 6 s of rest, then twice down and up in 4 s, each with 3 s of rest after it.
    bow = BOW_RAD * 0.5 * (1.0 - np.cos(2.0 * np.pi * np.arange(0.0, 4.0, step_s) / 4.0))
    rest = np.zeros(round(3.0 * trial.rate_hz))
    angle = np.concatenate([rest, rest, bow, rest, bow, rest])
    rate = np.gradient(angle, step_s)
    # Rodrigues: up as the sensor sees it turns by -θ about left.
    along = left * (left @ first)
    across, side = first - along, np.cross(left, first)
    acc = along + np.cos(angle)[:, None] * across - np.sin(angle)[:, None] * side
    gyr = rate[:, None] * left
    noise = np.random.default_rng(0).normal(size=(2, len(angle), 3))
    acc, gyr = acc + ACC_NOISE_MPS2 * noise[0], gyr + GYR_NOISE_RADPS * noise[1]
    joined = Trial(
        trial.rate_hz,
        np.concatenate([acc, trial.acc_mps2]),
        np.concatenate([gyr, trial.gyr_radps]),
        trial.truth,
    )
    return joined, len(angle) * step_s


def findings(trial: Trial, movement: Movement) -> Findings:
    """What ``analyse`` finds in a trial."""
    time_s = np.arange(len(trial.acc_mps2)) / trial.rate_hz
    rows = np.arange(len(time_s), dtype=np.int64)
    block = ImuBlock(time_s, trial.acc_mps2, trial.gyr_radps, rows, counted=False)
    recording = recorded([block], trial.rate_hz)
    return analyse(
        recording, mounting_in(recording, movement, guess=True), movement, one_exercise=True
    )


def bends_on_a_stool(folder: Path, movement: Movement, *, known: bool) -> Score:
    """Bends forward among others, with the mounting known or inferred."""
    score = Score()
    for trial in trunk_movements(folder):
        whole, offset_s = bowed(trial, STOOL_LEFT) if known else (trial, 0.0)
        peaks_s = [found.peak_s - offset_s for found in repetitions(whole, movement, offset_s)]
        score.add(peaks_s, trial.truth["forward_peaks_s"])
    return score


def repetitions(trial: Trial, movement: Movement, since_s: float) -> list[Repetition]:
    """Those found in a trial after the bows."""
    found = [e for e in findings(trial, movement).tracked if isinstance(e, Repetition)]
    return [event for event in found if event.peak_s > since_s]


def counts(folder: Path, what: str, movement: Movement) -> tuple[list[int], float]:
    """Repetitions in each act of one kind, with the mounting known, and the hours of all."""
    found, hours = [], 0.0
    for trial in single_acts(folder, what):
        whole, offset_s = bowed(trial, DAILY_LEFT)
        found.append(len(repetitions(whole, movement, offset_s)))
        hours += len(trial.acc_mps2) / trial.rate_hz / 3600.0
    return found, hours


def main() -> None:
    """Score the sets that are there."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    movement = movement_of("forward_bend")
    figures: dict[str, float] = {}
    if (folder := given.data / "trunk_movements").exists():
        for name, known in (("known", True), ("inferred", False)):
            score = bends_on_a_stool(folder, movement, known=known)
            figures[f"bends on a stool, mounting {name}: exact"] = score.exact / score.recordings
            figures[f"bends on a stool, mounting {name}: F1"] = score.f1
    if (folder := given.data / "daily_acts").exists():
        single, _ = counts(folder, "forward_bend", movement)
        figures["single bends: exactly one repetition"] = single.count(1) / len(single)
        walked, hours = counts(folder, "walking", movement)
        figures["walking: false repetitions an hour"] = sum(walked) / hours
    lines = "\n".join(f"{value:8.2f}  {name}" for name, value in figures.items())
    print(json.dumps(figures) if given.json else lines)


if __name__ == "__main__":
    main()
