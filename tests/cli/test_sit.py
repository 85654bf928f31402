"""The sitting monitor as a person leaves it running: real processes, one writer, many readers."""

import signal
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from tests.cli.monitors import run, status, wait_for, watching

from spinesense.app.desktop.context import DeskNews, busy_with
from spinesense.cli.follow_monitor import Watcher
from spinesense.model.events import AlertKind, SittingAlert, WalkSuggested
from spinesense.model.packets import Action
from spinesense.runner.batch.open_file import open_stored


def test_one_monitor_runs_and_others_see_and_ask_it(tmp_path: Path) -> None:
    with watching(tmp_path) as process:
        found = wait_for(tmp_path, lambda now: now.get("posture") == "sitting")
        assert found["running"] is True
        assert found["process"] == process.pid
        assert found["sensor"]["simulated"] is True  # type: ignore[index]
        assert str(found["text"]).startswith("sitting")
        line = run(tmp_path, "status", "--line")
        assert (line.returncode, len(line.stdout.splitlines())) == (0, 1)
        assert "shifts" in run(tmp_path, "status").stdout

        second = run(tmp_path, "sit", "--headless", "--sensor", "sim")
        assert second.returncode == 2
        assert "running already" in second.stderr
        assert "Traceback" not in second.stderr

        assert run(tmp_path, "sit", "--snooze").returncode == 0
        wait_for(tmp_path, lambda now: now.get("quiet") == "snoozed")

        process.send_signal(signal.SIGTERM)
        out, _ = process.communicate(timeout=60)
        assert process.returncode == 0
        assert "sitting" in out
    over = run(tmp_path, "status")
    assert (over.returncode, "No sitting monitor" in over.stdout) == (1, True)
    (recording,) = (tmp_path / "recordings").glob("*.mcap")
    said = [item for item in open_stored(recording).items if hasattr(item, "action")]
    actions = {item.action for item in said}
    assert {Action.CLOCK, Action.MARK} <= actions


def test_a_monitor_that_was_killed_is_in_nobodys_way(tmp_path: Path) -> None:
    with watching(tmp_path) as first:
        wait_for(tmp_path, lambda now: bool(now["running"]) and "posture" in now)
        first.kill()
        first.wait()
        assert status(tmp_path) == {
            "running": False,
            "text": "no monitor",
            "tooltip": "No sitting monitor is running; start one with: spinesense sit",
            "class": "off",
        }
        with watching(tmp_path) as second:
            found = wait_for(tmp_path, lambda now: "posture" in now)
            assert found["process"] == second.pid


def test_snooze_needs_a_monitor(tmp_path: Path) -> None:
    done = run(tmp_path, "sit", "--snooze")
    assert done.returncode == 2
    assert "no sitting monitor is running" in done.stderr


class Machine:
    """A machine whose clock and calls are set by hand."""

    def __init__(self) -> None:
        self.time = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)
        self.call = ""
        self.asks: tuple[tuple[Action, str], ...] = ()
        self.news = DeskNews(lambda: self.asks, lambda: self.time, lambda: self.call)

    def after(self, seconds: float) -> tuple[tuple[Action, str], ...]:
        self.time += timedelta(seconds=seconds)
        return self.news()


def test_the_clock_is_told_now_and_then_and_when_it_was_set() -> None:
    machine = Machine()
    assert machine.news() == ((Action.CLOCK, "2026-11-25T09:00:00+00:00"),)
    told = [one for _ in range(1200) for one in machine.after(1.0)]
    assert [value[11:16] for _, value in told] == ["09:10", "09:20"]
    assert [action for action, _ in machine.after(-3600.0)] == [Action.CLOCK]
    assert [action for action, _ in machine.after(8 * 3600.0)] == [Action.CLOCK]


def test_a_call_is_told_when_it_begins_and_when_it_ends() -> None:
    machine = Machine()
    machine.news()
    machine.call = "microphone in use"
    told = [one for _ in range(60) for one in machine.after(1.0)]
    assert told == [(Action.HOLD_OFF, "microphone in use")]
    machine.call = ""
    told = [one for _ in range(60) for one in machine.after(1.0)]
    assert told == [(Action.HOLD_OFF, "")]
    machine.asks = ((Action.MARK, "snooze"),)
    assert machine.after(1.0) == ((Action.MARK, "snooze"),)


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="Linux shows it in /proc")
def test_linux_shows_who_uses_the_microphone_and_the_camera(tmp_path: Path) -> None:
    assert busy_with(tmp_path) == ""
    stream = tmp_path / "proc/asound/card0/pcm0c/sub0"
    stream.mkdir(parents=True)
    (stream / "status").write_text("closed\n")
    assert busy_with(tmp_path) == ""
    (stream / "status").write_text("state: RUNNING\nowner_pid   : 4711\n")
    assert busy_with(tmp_path) == "microphone in use"
    (stream / "status").unlink()
    (tmp_path / "dev").mkdir()
    (tmp_path / "dev/video0").touch()
    descriptors = tmp_path / "proc/4711/fd"
    descriptors.mkdir(parents=True)
    (descriptors / "0").symlink_to("/dev/null")
    assert busy_with(tmp_path) == ""
    (descriptors / "7").symlink_to("/dev/video0")
    assert busy_with(tmp_path) == "camera in use"


def test_what_happens_is_a_line_each(capsys: pytest.CaptureFixture[str]) -> None:
    watcher = Watcher(lambda: datetime(2026, 11, 25, tzinfo=UTC))
    watcher.take([SittingAlert(1.0, "move", AlertKind.STILL, 1), WalkSuggested(1.0, "a walk")])
    lines = capsys.readouterr().out.splitlines()
    assert [line[:21] for line in lines] == ["2026-11-25 00:00:00  "] * 2
