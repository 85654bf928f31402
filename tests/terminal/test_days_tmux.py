"""The pages of the day and the week in the real program, over a real history."""

import shutil
import signal
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from tests.terminal.test_streams import started
from tests.terminal.tmux import terminal

from spinesense.app.desktop.context import local_now
from spinesense.model.day import Counts, Minute
from spinesense.store.history.days import Days, WearPeriod

pytestmark = pytest.mark.skipif(shutil.which("tmux") is None, reason="tmux is not installed")


def keep_day(folder: Path, day: datetime, *, simulated: bool = True) -> None:
    """Five hours from eight o'clock on: sat, with ten minutes on foot in each."""
    begin = day.replace(hour=8, minute=0, second=0, microsecond=0)
    minutes = [
        Minute(
            at=(begin + timedelta(minutes=k)).isoformat(timespec="minutes"),
            sitting_s=60.0 if k % 60 < 50 else 0.0,
            walking_s=0.0 if k % 60 < 50 else 60.0,
            counts=Counts(
                shifts=int(k % 6 == 0),
                stand_ups=int(k % 60 == 50),
                steps=0 if k % 60 < 50 else 100,
            ),
        )
        for k in range(300)
    ]
    sensor = "model_spine" if simulated else "belt"
    watch = WearPeriod(
        recording=f"{day:%Y-%m-%d}_{sensor}.mcap",
        started_at=begin.isoformat(),
        simulated=simulated,
    )
    with Days.open(folder / "history.sqlite3") as days:
        days.keep(watch, minutes, ())


@pytest.mark.parametrize(("columns", "rows"), [(80, 24), (120, 40)])
def test_the_days_are_opened_by_key_from_home(tmp_path: Path, columns: int, rows: int) -> None:
    now = local_now()
    keep_day(tmp_path, now)
    keep_day(tmp_path, now, simulated=False)
    keep_day(tmp_path, now - timedelta(days=1))
    with terminal(tmp_path, columns, rows) as window:
        window.until("T  Your day and week")
        window.press("t")
        worn = "Worn all of 5 h, from 8:00 to 13:00"
        # SIMULATED: real days are another world.
        window.until(worn, f"Today, {now:%A}", "SIMULATED", "4 h 10 min", "5 000")
        window.press("w")
        window.until(f"› {now:%a}", "5:00 of 5:00")
        window.press("Escape", "Left")
        window.until(f"{now - timedelta(days=1):%A}")
        window.press("Left")
        window.until("Nothing was watched on this day.")
        window.press("t")
        window.until("Today, ")
        window.press("Escape")
        window.until("Enter Open")
        window.press("q")
        window.until("exit code 0")


def test_a_damaged_history_is_one_sentence_on_the_page(tmp_path: Path) -> None:
    (tmp_path / "history.sqlite3").write_text("no database")
    with terminal(tmp_path, 80, 24) as window:
        window.until("T  Your day and week")
        window.press("t")
        window.until("This did not work", "this is no history")
        window.press("w")
        window.until("This did not work")
        window.press("Escape", "Escape")
        window.until("Enter Open")


def test_the_day_opens_over_the_sitting_watch_which_goes_on(tmp_path: Path) -> None:
    with terminal(tmp_path, 80, 24, "sit", "--speed", "20", "--quiet") as window:
        window.until("samples a second")
        window.press("t")
        window.until("Worn ", "SIMULATED")  # a minute that is over shows by itself
        window.press("Escape")
        window.until("sat since you stood up")
        window.press("t")
        window.until("Today, ")
        window.press("C-c")
        window.until("exit code 0")
    (path,) = (tmp_path / "recordings").glob("*.mcap")
    assert path.stat().st_size


def test_a_watch_without_a_screen_is_looked_at_and_goes_on(tmp_path: Path) -> None:
    with started(tmp_path, "sit", "--headless", "--speed", "20", "--sensor", "sim") as program:
        try:
            assert program.stdout is not None
            assert program.stdout.readline()
            with terminal(tmp_path, 80, 24, "sit", "--quiet") as window:
                window.until("Another spinesense runs it")
                window.until("Esc Leave")
                window.press("t")
                window.until("Today, ")
                window.press("Escape")
                window.until("sat since you stood up")
                window.press("Escape")
                window.until("Enter Open")
            assert program.poll() is None
        finally:
            program.send_signal(signal.SIGTERM)
            program.communicate()
    assert program.returncode == 0
