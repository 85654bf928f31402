"""Reads the folders of recordings with a reference that the posture benchmarks score."""

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from spinesense.model.events import MotionEvent
from spinesense.model.samples import Floats, ImuBlock
from spinesense.motion.pipeline import Pipeline
from spinesense.motion.posture import PostureStage
from spinesense.motion.posture_refine import axis_from_walking, refine_postures
from spinesense.motion.ticks import concatenate, samples_per_tick

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


def run(rate_hz: float, start_s: float, acc_mps2: Floats, gyr_radps: Floats) -> Result:
    """One recording through the whole signal core, without a calibration."""
    count = len(acc_mps2)
    time_s = start_s + np.arange(count) / rate_hz
    pipeline = Pipeline(rate_hz)
    block = ImuBlock(time_s, acc_mps2, gyr_radps, np.arange(count), False, time_s)
    first, last = pipeline.feed(block), pipeline.finish()
    ticks = concatenate([first.ticks, last.ticks])
    tick_rate_hz = rate_hz / samples_per_tick(rate_hz)
    stage = PostureStage(tick_rate_hz=tick_rate_hz)
    axis = axis_from_walking(ticks, tick_rate_hz=tick_rate_hz)
    if axis is not None:
        stage.know_axis(axis)
    return Result(
        float(time_s[-1]),
        [*first.events, *last.events],
        stage.feed(ticks, None) + stage.finish(),
        refine_postures(ticks, None, tick_rate_hz=tick_rate_hz),
    )


def run_postures(folder: Path, name: str, *, gyro: bool = True, every: int = 1) -> Result:
    """One recording of the SBHAR/HAPT folder, as a lesser sensor would give it if asked for.

    Without its gyroscope, or with the mean of ``every`` samples in place of them.
    """
    with np.load(folder / f"{name}.npz") as data:
        rate_hz = float(data["rate_hz"]) / every
        acc_mps2 = _means(data["acc_g"].astype(float) * GRAVITY_MPS2, every)
        gyr_radps = _means(data["gyr_radps"].astype(float), every)
    return run(rate_hz, 0.0, acc_mps2, gyr_radps if gyro else np.full_like(gyr_radps, np.nan))


def _means(rows: Floats, every: int) -> Floats:
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
    return run(round(rate_hz, 2), float(rows[0, 0]), rows[:, 1:4], np.radians(rows[:, 4:7]))


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
