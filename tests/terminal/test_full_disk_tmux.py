"""A disk that gets full under a session on the screen."""

import shutil
import sys
from pathlib import Path

import pytest
from tests.small_disk import can_mount, small_disk
from tests.terminal.tmux import terminal

pytestmark = pytest.mark.skipif(
    shutil.which("tmux") is None or not can_mount(), reason="takes tmux and a disk to mount"
)


def test_the_screen_says_at_once_and_at_the_end_that_nothing_is_recorded(tmp_path: Path) -> None:
    (tmp_path / "window").mkdir()
    with (
        small_disk(tmp_path / "home", "24m") as disk,
        terminal(
            tmp_path / "window",
            80,
            24,
            *("demo", "--speed", "10", "--quiet"),
            inside=disk.inside,
            home=disk.folder,
        ) as window,
    ):
        window.until("Rep 1 of 3")
        disk.fill()
        screen = " ".join(window.until("Nothing is recorded any more").split())
        assert "but coaching goes on" in screen
        assert "SIMULATED" in screen
        disk.clear()
        summary = " ".join(window.until("What you did").split())
        assert "You finished the routine." in summary
        assert "Nothing is recorded any more" in summary
        assert "2 of 2" in summary
        window.press("Enter")
        window.until("9 reps")
        window.press("q")
        window.until("exit code 0")
        listed = disk.run(sys.executable, "-m", "spinesense", "history").stdout
        assert "finished, recorded until " in listed
