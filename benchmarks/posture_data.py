"""Reads the folders of recordings with a reference that the posture benchmarks score."""

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from spinesense.model.events import MotionEvent
from spinesense.model.samples import Floats, ImuBlock
from spinesense.motion.pipeline import Pipeline
from spinesense.motion.posture.hindsight.refine import refine_postures
from spinesense.motion.posture.stage import PostureStage
from spinesense.motion.ticks import Ticks, concatenate, samples_per_tick
from spinesense.motion.walking.upright import axis_from_walking

GRAVITY_MPS2 = 9.80665


@dataclass(frozen=True)
class Interval:
    start_s: float
    end_s: float
    label: str
    steps: int = 0


@dataclass(frozen=True)
class Result:
    """Events of one recording: as told, as told when upright is known beforehand, and refined."""

    length_s: float
    heard: list[MotionEvent]
    mounted: list[MotionEvent]
    refined: list[MotionEvent]


@dataclass(frozen=True)
class Samples:
    """What one sensor read."""

    rate_hz: float
    acc_mps2: Floats
    gyr_radps: Floats
    start_s: float = 0.0

    def cut(self, first: int, last: int) -> "Samples":
        """Samples ``first`` to ``last`` (exclusive), as a recording of their own."""
        return Samples(self.rate_hz, self.acc_mps2[first:last], self.gyr_radps[first:last])


@dataclass(frozen=True)
class Sensed:
    ticks: Ticks
    events: list[MotionEvent]
    tick_rate_hz: float


def to_ticks(samples: Samples) -> Sensed:
    """One recording through the whole signal core, without a calibration."""
    count = len(samples.acc_mps2)
    time_s = samples.start_s + np.arange(count) / samples.rate_hz
    pipeline = Pipeline(samples.rate_hz)
    block = ImuBlock(time_s, samples.acc_mps2, samples.gyr_radps, np.arange(count), False, time_s)
    first, last = pipeline.feed(block), pipeline.finish()
    tick_rate_hz = samples.rate_hz / samples_per_tick(samples.rate_hz)
    ticks = concatenate([first.ticks, last.ticks])
    return Sensed(ticks, [*first.events, *last.events], tick_rate_hz)


def run(samples: Samples) -> Result:
    """Events of one recording, without a calibration."""
    sensed = to_ticks(samples)
    ticks, tick_rate_hz = sensed.ticks, sensed.tick_rate_hz
    stage = PostureStage(tick_rate_hz=tick_rate_hz)
    axis = axis_from_walking(ticks, tick_rate_hz=tick_rate_hz)
    if axis is not None:
        stage.set_upright_axis(axis)
    return Result(
        samples.start_s + (len(samples.acc_mps2) - 1) / samples.rate_hz,
        sensed.events,
        stage.feed(ticks, None) + stage.finish(),
        refine_postures(ticks, None, tick_rate_hz=tick_rate_hz),
    )


def run_postures(folder: Path, name: str, *, gyro: bool = True, every: int = 1) -> Result:
    """One recording of the SBHAR/HAPT folder, as a lesser sensor would give it if asked for.

    Without its gyroscope, or with the mean of ``every`` samples in place of them.
    """
    samples = posture_samples(folder, name)
    gyr_radps = means(samples.gyr_radps, every)
    if not gyro:
        gyr_radps = np.full_like(gyr_radps, np.nan)
    return run(Samples(samples.rate_hz / every, means(samples.acc_mps2, every), gyr_radps))


def posture_samples(folder: Path, name: str) -> Samples:
    """What was read in one recording of the SBHAR/HAPT folder."""
    with np.load(folder / f"{name}.npz") as data:
        acc_mps2 = data["acc_g"].astype(float) * GRAVITY_MPS2
        return Samples(float(data["rate_hz"]), acc_mps2, data["gyr_radps"].astype(float))


def means(rows: Floats, every: int) -> Floats:
    """Means of ``every`` successive rows (n, 3)."""
    count = len(rows) // every
    return np.asarray(rows[: count * every].reshape(count, every, 3).mean(axis=1))


def posture_truth(folder: Path) -> dict[str, list[Interval]]:
    """Labels by recording."""
    labels = json.loads((folder / "truth.json").read_text())
    return {
        name: [Interval(each["start_s"], each["end_s"], each["label"]) for each in intervals]
        for name, intervals in labels.items()
    }


def run_walking(folder: Path, name: str) -> Result:
    """One trial of the lower-back walking folder."""
    rows = np.loadtxt(folder / f"{name}.csv", delimiter=",", skiprows=1)
    rate_hz = 1.0 / float(np.median(np.diff(rows[:, 0])))
    start_s = float(rows[0, 0])
    return run(Samples(round(rate_hz, 2), rows[:, 1:4], np.radians(rows[:, 4:7]), start_s))


def walking_truth(folder: Path) -> dict[str, list[Interval]]:
    """Micro walking bouts of INDIP, or of Stereophoto in a trial where INDIP has none."""
    trials = json.loads((folder / "truth.json").read_text())
    truth = {}
    for name, trial in trials.items():
        references = trial["references"]
        bouts = references["INDIP"]["MicroWB"] or references["Stereophoto"]["MicroWB"]
        truth[name] = [
            Interval(each["start_s"], each["end_s"], "walking", len(each["initial_contacts_s"]))
            for each in bouts
        ]
    return truth
