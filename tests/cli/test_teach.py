"""An exercise is shown in a file, written, and then counted, listed, checked and coached."""

from pathlib import Path

import numpy as np
import pytest
from tests.cli.here import run_here
from tests.cli.test_commands import assert_one_sentence
from tests.motion.synthetic import Body, readings

from spinesense.app.exercises import all_exercises
from spinesense.app.teaching import exercise_of
from spinesense.coaching.exercises.catalogue import load_catalogue, parse_exercise
from spinesense.coaching.exercises.write import write_exercise
from spinesense.model.movement import Axis, StartPosture
from spinesense.store.places import HOME_VARIABLE

HEADER = "time_s,acc_x_mps2,acc_y_mps2,acc_z_mps2,gyr_x_dps,gyr_y_dps,gyr_z_dps"


def leaning(times: int) -> Body:
    body = Body().begin(StartPosture.STANDING).stand_and_bow().still(3.0)
    return body.repeat(Axis.LATERAL, 0.35, times=times).still(3.0)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return table(tmp_path / "shown.csv", leaning(4))


def table(path: Path, body: Body) -> Path:
    block = readings(body)
    rows = np.column_stack([block.arrival_s, block.acc_mps2, np.degrees(block.gyr_radps)])
    np.savetxt(path, rows, delimiter=",", header=HEADER, comments="", fmt="%.6f")
    return path


def test_what_is_shown_becomes_an_exercise(tmp_path: Path, file: Path) -> None:
    home = tmp_path / "home"
    made = run_here(home, "teach", "Lean right", str(file))
    assert made.returncode == 0, made.stderr
    assert "seen 4 times, 20 to 20 degrees" in made.stdout
    written = home / "exercises" / "lean_right.toml"
    assert made.stdout.splitlines()[-1] == str(written)
    assert written.with_suffix(".csv").read_bytes() == file.read_bytes()
    found = run_here(home, "analyse", str(file), "--exercise", "lean_right").stdout
    assert found.count("repetition ") == 4
    assert "Lean right (lean_right)" in run_here(home, "routines", "show", "lean_right").stdout
    routine = tmp_path / "mine.toml"
    routine.write_text('id = "mine"\ntitle = "Mine"\n[[entry]]\nexercise = "lean_right"\n')
    assert "mine.toml: fine" in run_here(home, "routines", "check", str(routine)).stdout
    words = ("coach", str(routine), "--sensor", "sim", "--headless", "--quiet", "--speed", "0")
    coached = run_here(home, *words)
    assert coached.returncode == 0, coached.stderr
    assert "lean right: 0 of 5, skipped" in coached.stdout
    assert_one_sentence(run_here(home, "teach", "Lean right", str(file)), "--again")
    assert run_here(home, "teach", "Lean right", str(file), "--again").returncode == 0


@pytest.mark.parametrize(
    ("name", "words"), [("bridge", "ships with spinesense"), ("!", "begins with a letter")]
)
def test_a_name_that_cannot_be_given_is_one_sentence(
    tmp_path: Path, file: Path, name: str, words: str
) -> None:
    assert_one_sentence(run_here(tmp_path / "home", "teach", name, str(file)), words)


def test_too_little_is_one_sentence_and_writes_nothing(tmp_path: Path) -> None:
    file, home = table(tmp_path / "two.csv", leaning(2)), tmp_path / "home"
    assert_one_sentence(run_here(home, "teach", "Lean", str(file)), "two movements were seen")
    assert not (home / "exercises").exists()


def test_one_with_mistakes_is_named_and_stops_no_other(tmp_path: Path, file: Path) -> None:
    assert run_here(tmp_path, "teach", "Lean", str(file)).returncode == 0
    path = tmp_path / "exercises" / "lean.toml"
    path.write_text(path.read_text().replace('axis = "lateral"', 'axis = "sideways"'))
    listed = run_here(tmp_path, "routines")
    assert "daily" in listed.stdout
    assert listed.stderr.count("lean.toml") == 1
    assert_one_sentence(run_here(tmp_path, "coach", "lean", "--headless"), "lean.toml")


@pytest.mark.parametrize("exercise", load_catalogue().values(), ids=lambda one: one.id)
def test_each_shipped_exercise_is_written_as_it_is_read(exercise: object) -> None:
    from spinesense.coaching.exercises.schema import Exercise

    assert isinstance(exercise, Exercise)
    assert parse_exercise(write_exercise(exercise, ["A note."]), "text") == exercise


def test_one_that_was_learned_is_read_as_it_was_made(
    tmp_path: Path, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from spinesense.app.teaching import teach

    monkeypatch.setenv(HOME_VARIABLE, str(tmp_path / "home"))
    made = teach("lean", "Lean", file)
    assert all_exercises()["lean"] == made.exercise == exercise_of("lean", "Lean", made.taught)
    movement = made.exercise.watch_for(0.0)
    assert movement.positive_peak_rad is not None
    assert movement.negative_peak_rad is None
