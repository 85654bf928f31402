"""Trials with a known inclination: recordings of BROAD, or simulated back exercises."""

import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from spinesense.cli.bench.filters import Filter, Progress, rmse_deg, up_of
from spinesense.model.errors import FileError
from spinesense.model.samples import Floats
from spinesense.sensors.simulated import rotations
from spinesense.sensors.simulated.imu import Imu, ImuErrors
from spinesense.sensors.simulated.performance import Performance
from spinesense.sensors.simulated.script import ExerciseSet, Script, StandAndBow, Walk, act

PERSONS = 4
RATE_HZ = 100.0
EXERCISES: Script = (
    StandAndBow(),
    Walk(20.0),
    ExerciseSet("standing_extension", 3, 3.0),
    ExerciseSet("bridge", 4, 3.0),
    ExerciseSet("side_leg_raise", 4, side="left"),
    ExerciseSet("cat_stretch", 3, 3.0),
    ExerciseSet("bird_dog", 4, 3.0, "left"),
    Walk(20.0),
)
"""Upright, lying on back and side, on all fours, and shaken by steps: some three minutes."""


@dataclass(frozen=True, slots=True)
class Trial:
    """One recording with its truth."""

    name: str
    rate_hz: float
    acc_mps2: Floats
    """(n, 3)"""
    gyr_radps: Floats
    """(n, 3)"""
    up: Floats
    """(n, 3) true direction up in the sensor frame; NaN where it is not known."""
    scored: NDArray[np.bool_]
    """(n,) samples that count."""


def broad_files(folder: Path) -> tuple[Path, ...]:
    """The trials of BROAD in a folder.

    Raises
    ------
    FileError
        When there is none.
    """
    files = tuple(sorted(folder.glob("*.mat"))) if folder.is_dir() else ()
    if not files:
        raise FileError(
            "holds no trials of BROAD (*.mat)",
            where=str(folder),
            remedy="fetch github.com/dlaidig/broad and give its folder data_mat",
        )
    return files


def read_broad(file: Path) -> Trial:
    """One trial of BROAD (Laidig et al. 2021, Data 6:72), scored in its phases of movement.

    Raises
    ------
    FileError
        When the file is none.
    """
    from scipy.io import loadmat
    from scipy.io.matlab import MatReadError

    try:
        table = loadmat(file)
        up = up_of(np.asarray(table["opt_quat"], dtype=float))
        moving = np.asarray(table["movement"]).ravel().astype(bool)
        return Trial(
            file.stem,
            float(table["sampling_rate"].item()),
            np.ascontiguousarray(table["imu_acc"], dtype=float),
            np.ascontiguousarray(table["imu_gyr"], dtype=float),
            up,
            moving & np.isfinite(up).all(axis=1),
        )
    except (
        OSError,
        LookupError,
        TypeError,
        ValueError,
        NotImplementedError,
        MatReadError,
        zlib.error,
    ) as error:
        raise FileError(
            "is no trial of BROAD", where=str(file), remedy="fetch the file again"
        ) from error


def _performance(seed: int) -> Performance:
    performance = Performance(np.random.default_rng(seed))
    for segment in EXERCISES:
        act(performance, segment)
    return performance


def simulated_trial(seed: int) -> Trial:
    """One simulated person who exercises and walks, the sensor mounted anyhow.

    The samples come straight from the sensor, without a radio between. All of them count.
    """
    rng = np.random.default_rng([seed, 1])
    mounting = rotations.random_quaternion(rng)
    performance = _performance(seed)
    imu = Imu(performance.body, RATE_HZ, mounting, rng, ImuErrors())
    time_s, acc, gyr = imu.sample(round(performance.at_s * RATE_HZ))
    # A body is asked for ascending times only: its twin tells where the first one was.
    trunk_to_earth, _ = _performance(seed).body.pose(time_s)
    up = up_of(trunk_to_earth) @ rotations.matrix(mounting)
    return Trial(f"person {seed}", RATE_HZ, acc, gyr, up, np.ones(len(up), dtype=np.bool_))


def trials(files: Sequence[Path]) -> Iterator[Trial]:
    """The trials in these files; without files, the simulated ones."""
    if files:
        yield from (read_broad(file) for file in files)
    else:
        yield from (simulated_trial(seed) for seed in range(1, PERSONS + 1))


def errors_deg(
    filters: Sequence[Filter], files: Sequence[Path], progress: Progress
) -> dict[str, dict[str, float]]:
    """Inclination RMSE in degrees by trial and filter, and their mean over the trials."""
    table: dict[str, dict[str, float]] = {}
    for trial in trials(files):
        row = table[trial.name] = {}
        for each in filters:
            found = each.run(trial.acc_mps2, trial.gyr_radps, trial.rate_hz)
            row[each.name] = rmse_deg(found[trial.scored], trial.up[trial.scored])
            progress()
    means = {
        each.name: float(np.mean([row[each.name] for row in table.values()])) for each in filters
    }
    return {**table, "mean": means}
