"""The questions before the first use and the limits, as a person types them."""

import json
import os
import sqlite3
import subprocess
from pathlib import Path

import pytest
from tests.cli.here import run_here
from tests.cli.test_commands import assert_one_sentence

from spinesense.app.sensors import is_simulated
from spinesense.store.history.diary import Diary


def run(
    home: Path, *words: str, stdin: str = "", editor: str = ""
) -> "subprocess.CompletedProcess[str]":
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("EDITOR", editor)
        patch.setenv("VISUAL", "")
        return run_here(home, *words, stdin=stdin)


def test_a_yes_locks_the_coach_and_is_unlocked_by_a_professional(tmp_path: Path) -> None:
    asked = run(tmp_path, "safety", stdin="n\nyes\nperhaps\n" + 7 * "N\n")
    assert asked.returncode == 1, asked.stderr
    assert "Please type y for yes or n for no." in asked.stderr
    assert "wellness software" in asked.stderr
    assert "Has your control over bladder or bowel changed? (urgent)" in asked.stdout
    assert "This needs a doctor today" in asked.stdout
    again = run(tmp_path, "safety")
    assert (again.returncode, again.stdout) == (1, asked.stdout)
    cleared = run(tmp_path, "safety", "--cleared")
    assert cleared.returncode == 0
    assert "Cleared on" in cleared.stdout
    anew = run(tmp_path, "safety", "--again", stdin=9 * "n\n")
    assert anew.returncode == 0
    assert "no to all" in anew.stdout


def test_answers_that_end_too_early_are_one_sentence(tmp_path: Path) -> None:
    done = run(tmp_path, "safety", stdin="n\nn\n")
    assert done.returncode == 2
    assert "not all answered; answer them in a terminal" in done.stderr
    assert "Traceback" not in done.stderr


def test_settings_show_what_holds_and_what_was_changed(tmp_path: Path) -> None:
    usual = run(tmp_path, "settings")
    assert "stop_from = 6\n" in usual.stdout
    assert "not there: all is as usual" in usual.stderr
    (tmp_path / "settings.toml").write_text("[pain]\nstop_from = 5\n")
    mine = run(tmp_path, "settings")
    assert "stop_from = 5            * usual: 6" in mine.stdout
    assert json.loads(run(tmp_path, "settings", "--json").stdout)["pain"]["stop_from"] == 5


def test_settings_are_written_edited_and_checked(tmp_path: Path) -> None:
    path = tmp_path / "settings.toml"
    assert run(tmp_path, "settings", "--edit", editor="sed -i s/stop_from.*/stop_from=5/") \
        .returncode == 0  # fmt: skip
    assert path.stat().st_mode & 0o777 == 0o600
    assert "stop_from=5" in path.read_text()
    assert "smallest that people with low back pain" in path.read_text()
    wrong = run(tmp_path, "settings", "--edit", editor="sed -i s/stop_from.*/stop_from=55/")
    assert wrong.returncode == 2
    assert "pain, stop_from: 55 does not fit; write a whole number of at most 10" in wrong.stderr
    assert "stop_from=55" in path.read_text(), "what was typed is not lost"
    none = run(tmp_path, "settings", "--edit", editor="no-such-editor")
    assert none.returncode == 2
    assert "set EDITOR" in none.stderr


@pytest.mark.parametrize(("text", "named"), [
    ("[pain]\nstop_from = 11\n", "stop_from: 11 does not fit"),
    ("[pain", "no TOML text"),
    ("[pian]\n", "perhaps pain was meant"),
])  # fmt: skip
def test_wrong_settings_are_one_sentence_wherever_they_matter(
    tmp_path: Path, text: str, named: str
) -> None:
    (tmp_path / "settings.toml").write_text(text)
    for words in (("settings",), ("demo", "--headless", "--speed", "0")):
        done = run(tmp_path, *words)
        assert named.replace("no TOML", "not a TOML") in done.stderr
        assert_one_sentence(done, "settings.toml")


@pytest.mark.parametrize(("sensor", "link", "simulated"), [
    ("sim", "", True),
    ("sim:desk", "", True),
    ("", "", True),
    ("ble", "tcp:9000", True),
    ("ble", "", False),
    ("ble:Spine One", "", False),
    ("phone:sensorlogger", "", False),
])  # fmt: skip
def test_only_what_is_surely_simulated_is_a_world_apart(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, sensor: str, link: str, simulated: bool
) -> None:
    monkeypatch.setenv("SPINESENSE_HOME", str(tmp_path))
    assert is_simulated(sensor, link) is simulated


def test_a_locked_history_is_one_sentence_and_nothing_is_half_kept(tmp_path: Path) -> None:
    path = tmp_path / "history.sqlite3"
    with Diary.open(path) as diary:
        assert diary.screening() is None
    holder = sqlite3.connect(path, isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    try:
        for words, stdin in ((("safety",), 9 * "n\n"), (("log", "swim", "30"), "")):
            done = run(tmp_path, *words, stdin=stdin)
            assert done.returncode == 2
            assert "another program keeps the history locked" in done.stderr
            assert "Traceback" not in done.stderr
    finally:
        holder.close()
    with Diary.open(path) as diary:
        assert diary.screening() is None
        assert diary.activities() == ()


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everything")
def test_settings_that_cannot_be_written_are_one_sentence(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    try:
        done = run(tmp_path, "settings", "--edit", editor="true")
        assert_one_sentence(done, "cannot be written")
    finally:
        tmp_path.chmod(0o700)


def test_settings_that_cannot_be_read_are_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "settings.toml").mkdir()
    assert_one_sentence(run(tmp_path, "settings"), "name a file: this is a folder")
    (tmp_path / "settings.toml").rmdir()
    (tmp_path / "settings.toml").write_bytes(b"\xff\xfe")
    assert_one_sentence(run(tmp_path, "settings"), "UTF-8")
