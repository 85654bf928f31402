"""The program as a person meets it: in a terminal, by its keys, to the end."""

import shutil
from pathlib import Path

import pytest
from tests.paths import RECORDINGS
from tests.terminal.tmux import answered, terminal

from spinesense.store.recordings.read import read_recording

pytestmark = pytest.mark.skipif(shutil.which("tmux") is None, reason="tmux is not installed")

ROUTINE = 'id = "my"\ntitle = "My own"\n[[entry]]\nexercise = "bridge"\nrepetitions = 2\n'


def kept(folder: Path) -> Path:
    """The one recording of a session, finished and undamaged."""
    (path,) = (folder / "recordings").glob("*.mcap")
    assert read_recording(path).damage == ""
    return path


def test_the_demo_runs_from_calibration_to_the_summary(tmp_path: Path) -> None:
    with terminal(tmp_path, 80, 24, "demo", "--speed", "16", "--quiet") as window:
        window.until("Bows: ", "SIMULATED")
        window.until("How much does your back hurt")
        window.until("Rep 3 of 4")
        window.until("Holding: ", "Esc Stop")
        counted = ("4 of 4", "3 of 3", "2 of 2")
        window.until("What you did", *counted, "Well done today", "nobody moved")
        window.press("Enter")
        window.until("9 reps", "Demo (simulated)")
        window.press("q")
        window.until("exit code 0")
    kept(tmp_path)


def test_a_replay_pauses_seeks_and_says_its_damage(tmp_path: Path) -> None:
    with terminal(tmp_path, 80, 24, "replay", str(RECORDINGS / "damaged.mcap")) as window:
        window.until("intact, up to")
        window.until("playing")
        window.press("Space")
        window.until("paused")
        window.press("Home")
        window.until("0:00 of")
        window.press("Right", "Right")
        window.until(lambda screen: "0:10 of" in screen or "0:09 of" in screen)
        window.press("Home")
        window.until("0:00 of")
        window.press("Space", "+", "+", "+", "+")
        window.until("at the end")
        window.press("Escape")
        window.until("Sitting watch")


def test_the_coach_takes_the_answer_to_the_pain_question(tmp_path: Path) -> None:
    (tmp_path / "my.toml").write_text(ROUTINE)
    answered(tmp_path)
    with terminal(tmp_path, 80, 24, "coach", str(tmp_path / "my.toml"), "--quiet") as window:
        window.until("A word about", "put a stretch before it")
        window.press("Enter")
        window.until("Standing still")
        window.press("n")
        window.until("0 is no pain")
        window.press("3")
        window.until("3 of 10: mild", "Enter Answer")
        window.press("Enter")
        window.until("2 repetitions: take your position")
        window.press("Escape")
        window.until("STOP HERE?", "Enter or Esc Stop here", "Space Go on")
        window.press("2", "Escape")
        window.until("What you did", "Pain before  3 of 10", "Pain after  2 of 10")
        window.press("C-c")
        window.until("exit code 0")
    kept(tmp_path)


def test_the_first_questions_lock_and_unlock_the_coach_but_not_the_demo(tmp_path: Path) -> None:
    with terminal(tmp_path, 80, 24, "coach", "--quiet") as window:
        window.until("Before the first time", "thin bones (osteoporosis)?")
        window.press("y", "n", "n", "n", "n", "n", "n", "n", "n", "Enter")
        window.until("See a doctor today", "Call your doctor")
        window.press("Escape")
        window.until("1  Daily")
        window.press("1")
        window.until("saddle numb? (urgent)")
        window.press("Escape")
        window.until("Sitting watch")
        window.press("d")
        window.until("Bows: ")
        window.press("Escape")
        window.until("STOP HERE?")
        window.press("Enter")
        window.until("What you did")
        window.press("Enter")
        window.until("Sitting watch")
        window.press("1")
        window.until("See a doctor today")
        window.press("c")
        window.until("Standing still")
        window.press("C-c")
        window.until("exit code 0")


def test_ctrl_c_in_the_middle_finishes_the_recording(tmp_path: Path) -> None:
    with terminal(tmp_path, 80, 24, "sit", "--speed", "10", "--quiet") as window:
        window.until("samples a second")
        window.press("C-c")
        window.until("exit code 0")
    assert len(read_recording(kept(tmp_path)).items) > 10


def test_a_terminal_that_is_too_small_says_so_and_can_be_left(tmp_path: Path) -> None:
    with terminal(tmp_path, 50, 15) as window:
        window.until("60 x 20", "50 x 15")
        window.do("resize-window", "-x", "80", "-y", "24")
        window.until("Enter Open")
        window.press("q")
        window.until("exit code 0")


def test_a_home_with_strange_files_is_still_a_home(tmp_path: Path) -> None:
    folder = tmp_path / "recordings"
    folder.mkdir()
    (folder / "0000-99-01_00-00-00_no-date.mcap").write_text("no recording")
    (folder / "gone.mcap").symlink_to(tmp_path / "nowhere")
    (tmp_path / "history.sqlite3").write_text("no database")
    with terminal(tmp_path, 80, 24) as window:
        window.until("this is no history")
        window.press("r", "Enter")
        window.until("This did not work")
        window.press("Escape")
        home = window.until("0000-99-01", "this is no history", "Q Quit")
        assert "gone" not in home


def log_of(folder: Path) -> str:
    log = folder / "mistakes.log"
    assert log.stat().st_mode & 0o777 == 0o600
    return log.read_text()


def test_a_defect_while_running_is_one_sentence_and_loses_nothing(tmp_path: Path) -> None:
    sabotage = (
        "import spinesense.coaching.sitting.rule as s; s.SittingMonitor.feed = lambda *_: 1 / 0"
    )
    with terminal(tmp_path, 80, 24, "sit", "--quiet", sabotage=sabotage) as window:
        # A path is wider than a line: it is folded, never cut.
        screen = window.until(
            "spinesense itself made a mistake (ZeroDivisionError",
            lambda screen: "mistakes.log" in "".join(screen.split()),
        )
        assert "Traceback" not in screen
        window.press("Escape")
        window.until("Enter Open")
    assert "Traceback" in log_of(tmp_path)
    assert read_recording(kept(tmp_path)).items


def test_a_defect_of_a_screen_ends_in_one_sentence_and_loses_nothing(tmp_path: Path) -> None:
    sabotage = (
        "import spinesense.tui.words as w; old = w.clock\n"
        "def clock(s): return old(s) if not 2 < s < 100 else 1 / 0\n"
        "w.clock = clock"
    )
    words = ("sit", "--speed", "20", "--quiet")
    with terminal(tmp_path, 120, 40, *words, sabotage=sabotage) as window:
        screen = window.until("exit code 2", "spinesense itself made a mistake (ZeroDivisionError")
        assert "Traceback" not in screen
        assert "│" not in screen
    assert "Traceback" in log_of(tmp_path)
    assert len(read_recording(kept(tmp_path)).items) > 10


def test_a_home_folder_that_cannot_be_used_is_said_and_nothing_is_looked_for(
    tmp_path: Path,
) -> None:
    taken = tmp_path / "taken"
    taken.write_text("no folder")
    with terminal(tmp_path, 80, 24, home=taken) as window:
        window.until("cannot be used as a folder", "routines and recordings cannot be read")
        assert "Looking for" not in window.screen()
        window.press("d")
        window.until("This did not work", "cannot be used as a folder")
        window.press("Escape")
        window.until("routines and recordings cannot be read")
        window.press("q")
        window.until("exit code 0")
