"""The commands as a newcomer types them: what they print, what they leave, how they fail."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from tests.cli.here import run_here
from tests.paths import RECORDINGS, SHARED

WALKING = SHARED / "data/lower_back_walking"
KEYS = {
    "recording": {
        "duration_s",
        "rate_hz",
        "samples",
        "gaps",
        "calibration",
        "grade",
        "warnings",
        "damage",
        "left_out",
    },
    "postures": {"start_s", "end_s", "posture", "confidence"},
    "transitions": {"start_s", "end_s", "kind"},
    "walking_bouts": {"start_s", "end_s", "steps", "cadence_spm"},
    "bends": {"start_s", "end_s", "depth_deg", "share_of_own_range", "fastest_dps", "held_s"},
    "reps": {"start_s", "end_s", "peak_s", "rom_deg", "hold_s"},
    "uncounted": {"start_s", "end_s", "peak_s", "rom_deg", "why"},
    "angles": {"time_s", "flexion_deg", "lateral_deg", "rotation_deg"},
}


def run(home: Path, *words: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "spinesense", *words],
        capture_output=True,
        text=True,
        timeout=120,
        env={**os.environ, "SPINESENSE_HOME": str(home)},
    )


def analysed(home: Path, *words: str) -> dict[str, object]:
    done = run(home, "analyse", *words, "--json")
    assert done.returncode == 0, done.stderr
    (line,) = done.stdout.splitlines()
    found: dict[str, object] = json.loads(line)
    return found


TWO = """
id = "two"
title = "Two"
[[entry]]
exercise = "pelvic_tilt"
repetitions = 1
rest_s = 4
[[entry]]
exercise = "bridge"
repetitions = 2
rest_s = 0
"""


@pytest.mark.parametrize(
    ("routine", "counted"),
    [
        ("two", {"pelvic_tilt": 1, "bridge": 2}),
        pytest.param(
            "demo", {"pelvic_tilt": 4, "bridge": 3, "cat_stretch": 2}, marks=pytest.mark.slow
        ),
    ],
)
def test_demo_counts_leaves_a_recording_and_enters_the_history(
    tmp_path: Path, routine: str, counted: dict[str, int]
) -> None:
    (tmp_path / "routines").mkdir()
    (tmp_path / "routines" / "two.toml").write_text(TWO)
    done = run(tmp_path, "demo", routine, "--headless", "--speed", "0", "--seed", "2", "--json")
    assert done.returncode == 0, done.stderr
    score = json.loads(done.stdout)
    assert score["simulated"] is True
    assert {row["exercise"]: row["counted"] for row in score["sets"]} == counted
    repetitions = sum(counted.values())
    (recording,) = (tmp_path / "recordings").glob("*.mcap")
    assert recording.stat().st_mode & 0o777 == 0o600
    (line,) = run(tmp_path, "history").stdout.splitlines()
    assert f"{routine} (simulated): {len(counted)} sets, {repetitions} repetitions" in line
    (entry,) = json.loads(run(tmp_path, "history", "--json").stdout)
    assert entry["recording"] == str(recording)

    replayed = run(tmp_path, "replay", str(recording), "--headless", "--speed", "0")
    assert replayed.returncode == 0
    assert "finished" in replayed.stdout
    again = analysed(tmp_path, str(recording))
    assert len(again["reps"]) == repetitions  # type: ignore[arg-type]


def test_analyse_prints_the_promised_keys(tmp_path: Path) -> None:
    found = analysed(tmp_path, str(RECORDINGS / "coached_set.mcap"), "--angles")
    assert found.pop("file") == str(RECORDINGS / "coached_set.mcap")
    assert set(found) == set(KEYS)
    for name, keys in KEYS.items():
        entry = found[name]
        rows = entry if isinstance(entry, list) else [entry]
        for row in rows:
            assert isinstance(row, dict)
            assert keys <= set(row)
    assert len(found["reps"]) == 4  # type: ignore[arg-type]
    assert analysed(tmp_path, str(RECORDINGS / "damaged.mcap"))["angles"] is None


def test_analyse_with_an_exercise_finds_it_without_the_coach(tmp_path: Path) -> None:
    found = analysed(tmp_path, str(RECORDINGS / "coached_set.mcap"), "--exercise", "bridge")
    assert len(found["reps"]) == 4  # type: ignore[arg-type]


def test_a_damaged_recording_gives_its_intact_beginning(tmp_path: Path) -> None:
    done = run(tmp_path, "analyse", str(RECORDINGS / "damaged.mcap"), "--json")
    assert done.returncode == 0
    assert "intact" in done.stderr
    assert json.loads(done.stdout)["recording"]["samples"] > 1000


@pytest.mark.skipif(not WALKING.is_dir(), reason="the shared recordings are not here")
@pytest.mark.parametrize("trial", sorted(WALKING.glob("*.csv")), ids=lambda path: path.stem)
def test_walking_is_found_in_real_recordings(tmp_path: Path, trial: Path) -> None:
    truth = json.loads((WALKING / "truth.json").read_text())[trial.stem]["references"]
    bouts = truth.get("INDIP", {}).get("MicroWB") or truth["Stereophoto"]["MicroWB"]
    found = analysed(tmp_path, str(trial))["walking_bouts"]
    assert isinstance(found, list)
    steps = sum(bout["steps"] for bout in found)
    contacts = sum(len(bout["initial_contacts_s"]) for bout in bouts)
    if bouts:
        assert steps == pytest.approx(contacts, rel=0.15)
    for bout in found:
        assert 50 < bout["cadence_spm"] < 150


@pytest.mark.skipif(not WALKING.is_dir(), reason="the shared recordings are not here")
def test_an_imported_table_is_what_the_csv_was(tmp_path: Path) -> None:
    trial = WALKING / "HA_001_TimeMeasure1_Test5_Trial1.csv"
    target = tmp_path / "imported.mcap"
    done = run(tmp_path, "import", str(trial), "--to", str(target))
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == str(target)
    imported, direct = analysed(tmp_path, str(target)), analysed(tmp_path, str(trial))
    assert (imported.pop("file"), direct.pop("file")) == (str(target), str(trial))
    assert imported == direct


def write(folder: Path, name: str, text: str) -> str:
    path = folder / name
    path.write_text(text)
    return str(path)


HEADER = "time_s,acc_x_mps2,acc_y_mps2,acc_z_mps2,gyr_x_dps,gyr_y_dps,gyr_z_dps\n"
ENTRY = 'id = "x"\ntitle = "X"\n[[entry]]\nexercise = "bridge"\n'
BAD_FILES = {
    "empty.csv": ("", "empty"),
    "column.csv": ("time_s,acc_x_mps2,acc_y_mps2\n0,0,9\n", "acc_z"),
    "text.csv": (HEADER + "0,0,0,9.8,0,0,0\n0.01,0,zero,9.8,0,0,0\n", "line 3"),
    "nan.csv": (HEADER + "0,0,0,9.8,0,0,0\n0.01,0,nan,9.8,0,0,0\n", "line 3"),
    "back.csv": (HEADER + "9.01,0,0,9.8,0,0,0\n0,0,0,9.8,0,0,0\n", "sample 2"),
    "foreign.mcap": ("this is a letter to a friend", "no column time_s"),
    "empty.mcap": ("", "empty"),
}
BAD_ROUTINES = {
    "unknown_key.toml": (ENTRY + "repetition = 3\n", "repetitions"),
    "zero.toml": (ENTRY + "repetitions = 0\n", "repetitions"),
    "nobody.toml": ('id = "x"\ntitle = "X"\n[[entry]]\nexercise = "bridg"\n', "bridge"),
    "broken.toml": ('id = "x\n', "line 1"),
}


def assert_one_sentence(done: "subprocess.CompletedProcess[str]", word: str) -> None:
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    assert done.stdout == ""
    assert word in done.stderr
    assert done.stderr.startswith("spinesense: ")
    assert done.stderr.rstrip().endswith(".")


@pytest.mark.parametrize("name", BAD_FILES)
def test_bad_files_get_one_sentence(tmp_path: Path, name: str) -> None:
    text, word = BAD_FILES[name]
    assert_one_sentence(run_here(tmp_path, "analyse", write(tmp_path, name, text)), word)


def test_a_missing_and_a_truncated_file_get_one_sentence(tmp_path: Path) -> None:
    assert_one_sentence(run_here(tmp_path, "analyse", str(tmp_path / "none.mcap")), "none.mcap")
    stub = tmp_path / "stub.mcap"
    stub.write_bytes((RECORDINGS / "coached_set.mcap").read_bytes()[:60])
    assert_one_sentence(run_here(tmp_path, "replay", str(stub), "--headless"), "stub.mcap")


@pytest.mark.parametrize("name", BAD_ROUTINES)
def test_bad_routines_get_one_sentence(tmp_path: Path, name: str) -> None:
    text, word = BAD_ROUTINES[name]
    assert_one_sentence(run_here(tmp_path, "demo", write(tmp_path, name, text), "--headless"), word)


def test_an_unknown_exercise_or_sensor_is_named(tmp_path: Path) -> None:
    file = str(RECORDINGS / "coached_set.mcap")
    assert_one_sentence(run_here(tmp_path, "analyse", file, "--exercise", "toe_touch"), "toe_touch")
    assert_one_sentence(run_here(tmp_path, "coach", "--sensor", "blue:Thing"), "blue:Thing")


def test_a_recording_is_never_overwritten(tmp_path: Path) -> None:
    target = tmp_path / "kept.mcap"
    words = ("record", "--seconds", "1", "--speed", "0", "--to", str(target))
    assert run(tmp_path, *words).returncode == 0
    before = target.read_bytes()
    again = run(tmp_path, *words)
    assert again.returncode == 2
    assert "Traceback" not in again.stderr
    assert target.read_bytes() == before


@pytest.mark.parametrize(
    "words",
    [("coach", "--headless"), ("replay", "--headless"), ("analyse",), ("import",)]
    + [("routines", each) for each in ("show", "new", "edit", "check")],
)
def test_a_name_that_is_too_long_is_one_sentence(tmp_path: Path, words: tuple[str, ...]) -> None:
    assert_one_sentence(run_here(tmp_path, *words, "n" * 300), "shorter one")
    assert not (tmp_path / "mistakes.log").exists()
