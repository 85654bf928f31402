"""`spinesense bench`: the filters beside each other, trials with a known truth, sets counted."""

import json
import math
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.paths import SHARED

from spinesense.cli.bench.filters import (
    CAUSAL,
    FILTERS,
    Filter,
    missing_packages,
    ns_per_sample,
    rmse_deg,
    simulated_readings,
    times_quicker,
    up_of,
)
from spinesense.cli.bench.sets import COUNTED, SetResult, count, model_movement, rows, set_result
from spinesense.cli.bench.trials import Trial, broad_files, read_broad, simulated_trial
from spinesense.model.errors import FileError
from spinesense.model.events import Repetition
from spinesense.model.movement import Axis, Pattern, Side
from spinesense.motion.ticks import samples_per_tick
from spinesense.sensors.simulated.truth import Performed

BROAD = SHARED / "data/broad"
PUBLISHED_TRIALS = ("01", "10", "21", "24")
"""Those of the table in docs/algorithms/gravity-direction.md, for which the bounds stand."""
OURS = {"spinesense", "spinesense live", "spinesense offline"}
WITHOUT_PEERS = (
    "import sys\n"
    "sys.modules.update(vqf=None, imufusion=None, ahrs=None)\n"
    "from spinesense.cli import main\n"
    "main()\n"
)


def bench(*words: str) -> "subprocess.CompletedProcess[str]":
    """The command, as where no other filter is installed."""
    return subprocess.run(
        [sys.executable, "-c", WITHOUT_PEERS, "bench", "--rounds", "1", *words],
        capture_output=True,
        text=True,
        timeout=120,
    )


def test_it_works_without_the_other_filters_and_says_how_to_get_them() -> None:
    done = bench("--samples", "2000", "--sets", "2", "--json")
    assert done.returncode == 0, done.stderr
    assert "vqf, imufusion, ahrs" in done.stderr
    assert "uv run --group bench spinesense bench" in done.stderr
    found = json.loads(done.stdout)
    assert found["missing"] == ["vqf", "imufusion", "ahrs"]
    assert set(found["speed"]["by_rate_hz"]) == {"285.7", "100.0"}
    for table in found["speed"]["by_rate_hz"].values():
        assert set(table["ns_per_sample"]) == OURS
        assert all(value > 0 for value in table["ns_per_sample"].values())
        assert table["times_quicker"] == {}
    assert found["accuracy"]["simulated"] is True
    for row in found["accuracy"]["inclination_rmse_deg"].values():
        assert set(row) == OURS
        assert all(0 < value < 2 for value in row.values())
    assert found["sets"]["simulated"] is True
    assert [row["exercise"] for row in found["sets"]["exercises"]] == [*COUNTED[:2], "all"]


def test_the_tables_say_what_is_simulated() -> None:
    done = bench("--samples", "1000", "--sets", "1")
    assert done.returncode == 0, done.stderr
    assert "simulated exercises" in done.stdout
    assert "simulated persons" in done.stdout
    assert COUNTED[0] in done.stdout
    assert "speed" in done.stderr
    assert "exercise sets" in done.stderr


@pytest.mark.skipif(not BROAD.is_dir(), reason="the shared recordings are not here")
def test_real_trials_of_broad_are_scored(tmp_path: Path) -> None:
    files = [file for file in BROAD.glob("*.mat") if file.name[:2] in PUBLISHED_TRIALS]
    for file in files:
        (tmp_path / file.name).symlink_to(file)
    done = bench("--samples", "1000", "--sets", "0", "--broad", str(tmp_path), "--json")
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert found["sets"] is None
    assert found["accuracy"]["simulated"] is False
    table = found["accuracy"]["inclination_rmse_deg"]
    assert set(table) == {*(file.stem for file in files), "mean"}
    # Better than BasicVQF, which has 1.085 degrees on these four.
    assert table["mean"]["spinesense"] < 0.8
    assert table["mean"]["spinesense live"] < 0.8
    assert table["mean"]["spinesense offline"] < 0.55


def test_a_folder_without_trials_and_a_foreign_file_get_one_sentence(tmp_path: Path) -> None:
    for folder in (tmp_path, tmp_path / "none"):
        with pytest.raises(FileError, match="no trials of BROAD"):
            broad_files(folder)
    letter = tmp_path / "letter.mat"
    letter.write_text("Dear friend, this is not a recording, but it is long enough for a header.")
    assert broad_files(tmp_path) == (letter,)
    with pytest.raises(FileError, match=r"letter\.mat: is no trial of BROAD"):
        read_broad(letter)
    done = bench("--broad", str(tmp_path / "none"))
    assert done.returncode == 2
    assert done.stdout == ""
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("chosen", FILTERS, ids=[each.name for each in FILTERS])
def test_every_filter_finds_up_in_the_same_frame(chosen: Filter) -> None:
    if chosen.package in missing_packages():
        pytest.skip(f"{chosen.package} is not installed")
    trial = first_rows(simulated_trial(3), 3000)
    found = chosen.run(trial.acc_mps2, trial.gyr_radps, trial.rate_hz)
    assert found.shape == trial.up.shape
    told = np.isfinite(found).all(axis=1)
    assert told.sum() >= len(found) // samples_per_tick(trial.rate_hz)
    assert np.linalg.norm(found[told], axis=1) == pytest.approx(1.0, abs=1e-5)
    # Standing and bowing by 40 degrees: a wrong frame or unit would show as tens of degrees.
    assert rmse_deg(found[500:], trial.up[500:]) < 5.0


def first_rows(trial: Trial, count: int) -> Trial:
    return replace(
        trial,
        acc_mps2=trial.acc_mps2[:count],
        gyr_radps=trial.gyr_radps[:count],
        up=trial.up[:count],
        scored=trial.scored[:count],
    )


def test_the_truth_of_a_simulated_trial_is_where_the_sensor_at_rest_points() -> None:
    trial, again = simulated_trial(5), simulated_trial(5)
    assert np.array_equal(trial.acc_mps2, again.acc_mps2)
    assert np.array_equal(trial.up, again.up)
    assert np.linalg.norm(trial.up, axis=1) == pytest.approx(1.0)
    standing = trial.acc_mps2[50:350].mean(axis=0)
    # An offset of 10 mg tips the reading of a cheap accelerometer by 0.6 degrees a standard
    # deviation.
    level = standing / np.linalg.norm(standing)
    assert rmse_deg(level[None], trial.up[200:201]) < 2.5


def test_samples_of_which_a_filter_tells_nothing_are_not_scored() -> None:
    truth = np.tile([0.0, 0.0, 1.0], (3, 1))
    found = np.array([[0.0, 0.0, 1.0], [np.nan] * 3, [1.0, 0.0, 0.0]])
    assert rmse_deg(found, truth) == pytest.approx(math.sqrt(0.5) * 90.0)


@given(angle_deg=st.floats(0.0, 180.0))
def test_rmse_is_the_angle_between_two_directions(angle_deg: float) -> None:
    angle = math.radians(angle_deg)
    up = np.array([[0.0, 0.0, 1.0]])
    tipped = up_of(np.array([[math.cos(angle / 2), math.sin(angle / 2), 0.0, 0.0]]))
    assert rmse_deg(tipped, up) == pytest.approx(angle_deg, abs=1e-6)


def test_each_filter_is_timed_every_round_on_no_more_than_it_can_bear() -> None:
    seen: list[tuple[str, int]] = []

    def noting(name: str) -> Filter:
        def run(acc: np.ndarray, gyr: np.ndarray, rate_hz: float) -> np.ndarray:
            seen.append((name, len(acc)))
            return CAUSAL.run(acc, gyr, rate_hz)

        return Filter(name, run, most_samples=300 if name == "slow" else 10_000)

    found = ns_per_sample([noting("quick"), noting("slow")], 100.0, 1000, 2, lambda: None)
    assert seen[2:] == [("quick", 1000), ("slow", 300)] * 2
    assert {name for name, _ in seen[:2]} == {"quick", "slow"}
    assert set(found) == {"quick", "slow"}
    assert all(0 < value < math.inf for value in found.values())


def test_a_filter_is_compared_with_ours_of_its_kind() -> None:
    ns = {"spinesense": 100.0, "spinesense offline": 50.0, "VQF": 300.0, "offlineVQF": 600.0}
    assert times_quicker(ns) == {"VQF": 3.0, "offlineVQF": 12.0}


def test_readings_for_speed_are_plausible() -> None:
    acc, gyr = simulated_readings(5000, 100.0)
    assert acc.shape == gyr.shape == (5000, 3)
    assert np.linalg.norm(acc, axis=1).mean() == pytest.approx(9.8, abs=0.3)


@pytest.mark.parametrize("exercise", ["bridge", "cat_stretch", "hamstring_stretch", "ball_march"])
def test_a_set_is_counted_exactly_and_the_same_again(exercise: str) -> None:
    result = set_result((exercise, 1))
    assert result == set_result((exercise, 1))
    assert result != set_result((exercise, 2))
    assert result.performed > 0
    assert (result.invented, result.missed) == (0, 0)
    assert all(error < math.radians(5) for error in result.range_errors_rad)


@pytest.mark.parametrize("exercise", COUNTED)
def test_what_the_model_person_does_can_be_looked_for(exercise: str) -> None:
    movement = model_movement(exercise, 3.0)
    assert movement.axis is not Axis.STILLNESS
    assert 0 < movement.smallest_range < movement.expected_range
    assert movement.shortest_repetition_s < movement.longest_repetition_s
    assert movement.hold_s == 3.0


def test_patterns_follow_the_model_person() -> None:
    patterns = {name: model_movement(name, 0.0).pattern for name in COUNTED}
    assert patterns["cat_stretch"] is Pattern.BOTH
    assert patterns["bird_dog"] is Pattern.EITHER
    assert patterns["forward_bend"] is Pattern.POSITIVE
    assert patterns["bridge"] is Pattern.NEGATIVE


def counted(peak_s: float, range_deg: float = 10.0, hold_s: float = 2.0) -> Repetition:
    return Repetition(
        time_s=peak_s + 2,
        number=1,
        start_s=peak_s - 2,
        peak_s=peak_s,
        end_s=peak_s + 2,
        range_rad=math.radians(range_deg),
        hold_s=hold_s,
        side=Side.POSITIVE,
        off_axis_rad=0.0,
        smoothness=-6.0,
        range_sd_rad=0.0,
    )


def done(peak_s: float) -> Performed:
    return Performed(
        "bridge",
        start_s=peak_s - 2,
        peak_s=peak_s,
        end_s=peak_s + 2,
        range_rad=math.radians(9.0),
        hold_s=2.5,
        side=Side.POSITIVE,
        returns_s=peak_s + 1,
    )


def test_missed_and_invented_repetitions_are_told_apart() -> None:
    found = [counted(10.0), counted(10.5), counted(40.0)]
    result = count("bridge", found, [done(10.0), done(20.0)], held=True)
    assert (result.performed, result.missed, result.invented) == (2, 1, 2)
    assert np.degrees(result.range_errors_rad) == pytest.approx([1.0])
    assert result.hold_errors_s == pytest.approx([0.5])
    assert count("bridge", found, [done(10.0)], held=False).hold_errors_s == ()


def test_rows_add_up() -> None:
    results = [
        SetResult("bridge", 4, 0, 0, (0.01, 0.02), (0.1,)),
        SetResult("bridge", 4, 1, 0, (), ()),
        SetResult("walk_about", 2, 0, 2, (), ()),
    ]
    bridge, other, every = rows(results)
    assert (bridge["sets"], bridge["exact"], bridge["invented"]) == (2, 1, 1)
    assert other["range_error_deg_p90"] is None
    assert not other["catalogued"]
    assert (every["performed"], every["missed"], every["exact"]) == (10, 2, 1)
