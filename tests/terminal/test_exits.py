"""However the program is ended: the terminal is usable, and what was done is kept with why."""

import os
import pty
import shutil
import signal
import subprocess
import sys
import termios
import time
from pathlib import Path

import pytest
from tests.terminal.tmux import Terminal, answered, terminal

from spinesense.store.history.sessions import History
from spinesense.store.recordings.read import read_recording

pytestmark = pytest.mark.skipif(shutil.which("tmux") is None, reason="tmux is not installed")

MODES = "#{alternate_on} #{mouse_any_flag} #{cursor_flag}"
ENDED, CLOSED = "the system ended the program", "the terminal was closed"
ROUTINE = 'id = "my"\ntitle = "My own"\n[[entry]]\nexercise = "bridge"\nrepetitions = 2\n'
INTERRUPTS_IGNORED = "import signal; signal.signal(signal.SIGINT, signal.SIG_IGN)"
HEADLESS = ("--sensor", "sim", "--headless", "--speed", "20", "--quiet")
TWO = """
id = "two"
title = "Two"
[[entry]]
exercise = "pelvic_tilt"
repetitions = 1
rest_s = 3
[[entry]]
exercise = "bridge"
"""


def program_in(window: Terminal) -> int:
    """The process that the shell of the window runs."""
    shell = window.do("display", "-p", "#{pane_pid}").strip()
    found = subprocess.run(["pgrep", "-P", shell], capture_output=True, text=True, check=True)
    return int(found.stdout.split()[0])


def reasons(folder: Path) -> list[str]:
    with History.open(folder / "history.sqlite3") as history:
        return [line.reason for line in history.sessions()]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
@pytest.mark.parametrize(
    ("words", "shown"),
    [
        (("demo", "--speed", "8", "--quiet"), "Rep 1 of"),
        (("sit", "--sensor", "sim", "--quiet"), "samples a second"),
        ((), "Enter Open"),
    ],
    ids=["demo", "sit", "home"],
)
def test_a_signal_leaves_a_usable_terminal(
    tmp_path: Path, number: int, words: tuple[str, ...], shown: str
) -> None:
    with terminal(tmp_path, 80, 24, *words) as window:
        window.until(shown)
        process = program_in(window)
        os.kill(process, number)
        os.kill(process, number)
        window.until("exit code 0")
        assert window.do("display", "-p", MODES).strip() == "0 0 1"
    for path in (tmp_path / "recordings").glob("*.mcap"):
        assert read_recording(path).damage == ""


def test_a_signal_at_the_summary_finds_everything_kept(tmp_path: Path) -> None:
    with terminal(tmp_path, 80, 24, "demo", "--speed", "8", "--quiet") as window:
        window.until("Rep 1 of")
        window.press("Escape")
        window.press("Escape")
        window.until("What you did")
        os.kill(program_in(window), signal.SIGTERM)
        window.until("exit code 0")
        assert window.do("display", "-p", MODES).strip() == "0 0 1"
    (path,) = (tmp_path / "recordings").glob("*.mcap")
    assert read_recording(path).damage == ""
    assert reasons(tmp_path) == ["You stopped here."]


@pytest.mark.parametrize("sabotage", ["", INTERRUPTS_IGNORED], ids=["", "in the background"])
def test_the_history_says_why_a_session_on_the_screen_ended(tmp_path: Path, sabotage: str) -> None:
    (tmp_path / "my.toml").write_text(ROUTINE)
    answered(tmp_path)
    words = ("coach", str(tmp_path / "my.toml"), "--sensor", "sim", "--quiet")
    with terminal(tmp_path, 80, 24, *words, sabotage=sabotage) as window:
        window.until("A word about")
        window.press("Enter")
        window.until("Standing still")
        window.press("n")
        window.until("0 is no pain")
        os.kill(program_in(window), signal.SIGTERM)
        window.until("exit code 0")
    assert reasons(tmp_path) == [f"left before its end: {ENDED}"]


def test_a_closed_window_enters_the_session(tmp_path: Path) -> None:
    with terminal(tmp_path, 80, 24, "demo", "--speed", "8", "--quiet") as window:
        window.until("Rep 1 of")
        process = program_in(window)
    end_s = time.monotonic() + 30.0
    while Path(f"/proc/{process}").exists() and time.monotonic() < end_s:
        time.sleep(0.05)
    assert not Path(f"/proc/{process}").exists()
    (path,) = (tmp_path / "recordings").glob("*.mcap")
    assert read_recording(path).damage == ""
    assert reasons(tmp_path) == [f"left before its end: {CLOSED}"]


def test_ctrl_z_suspends_and_fg_resumes(tmp_path: Path) -> None:
    window = Terminal(tmp_path / "tmux")
    home = {**os.environ, "SPINESENSE_HOME": str(tmp_path)}
    shell = ["new-session", "-d", "-x", "80", "-y", "24", "bash", "--norc", "--noprofile"]
    subprocess.run([*window._tmux, *shell], check=True, env=home)
    try:
        window.press(f"{sys.executable} -m spinesense sit --sensor sim --quiet", "Enter")
        window.until("samples a second")
        window.press("C-z")
        window.until("Stopped")
        assert window.do("display", "-p", MODES).strip() == "0 0 1"
        window.press("fg; echo exit code $?", "Enter")
        window.until("samples a second")
        window.press("C-c")
        window.until("exit code 0")
        assert window.do("display", "-p", MODES).strip() == "0 0 1"
    finally:
        window.do("kill-server")
    (path,) = (tmp_path / "recordings").glob("*.mcap")
    recording = read_recording(path)
    times = [item.arrival_s for item in recording.items]
    assert (recording.damage, times) == ("", sorted(times))


def ignore_interrupts() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # as a shell does for its background


@pytest.mark.parametrize(
    ("number", "code", "why"),
    [
        (signal.SIGTERM, 143, f": {ENDED}"),
        (signal.SIGHUP, 129, f": {CLOSED}"),
        (signal.SIGINT, 130, ""),
    ],
)
def test_a_session_without_a_screen_ends_in_order(
    tmp_path: Path, number: int, code: int, why: str
) -> None:
    routine = tmp_path / "two.toml"
    routine.write_text(TWO)
    with subprocess.Popen(
        [sys.executable, "-m", "spinesense", "coach", str(routine), *HEADLESS],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "SPINESENSE_HOME": str(tmp_path), "PYTHONUNBUFFERED": "1"},
        preexec_fn=ignore_interrupts if number == signal.SIGTERM else None,
    ) as program:
        assert program.stdout is not None
        while "[bridge" not in program.stdout.readline():
            pass
        program.send_signal(number)
        program.send_signal(number)
        said, trouble = program.communicate(timeout=60)
    assert program.returncode == code
    assert "Traceback" not in trouble
    assert "finished" not in said
    with History.open(tmp_path / "history.sqlite3") as history:
        (line,) = history.sessions()
    assert (line.finished, line.reason) == (False, f"left before its end{why}")
    assert line.sets >= 1
    assert read_recording(Path(line.recording)).damage == ""


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("record", "--sensor", "sim"), 0),
        (("sit", "--headless", "--sensor", "sim", "--quiet"), 0),
        (("virtual-sensor", "--link", "tcp:0"), -signal.SIGTERM),
    ],
    ids=["record", "sit", "virtual-sensor"],
)
def test_a_program_in_the_background_of_a_shell_ends_when_it_is_asked_to(
    tmp_path: Path, words: tuple[str, ...], code: int
) -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "spinesense", *words],
        stdin=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "SPINESENSE_HOME": str(tmp_path), "PYTHONUNBUFFERED": "1"},
        preexec_fn=ignore_interrupts,
    ) as program:
        assert program.stderr is not None
        assert program.stderr.readline()
        program.send_signal(signal.SIGINT)
        program.terminate()
        _, trouble = program.communicate(timeout=60)
    assert program.returncode == code
    assert "Traceback" not in trouble
    for path in (tmp_path / "recordings").glob("*.mcap"):
        assert read_recording(path).damage == ""


def test_a_terminal_waits_for_what_is_typed_after_a_session_in_it(tmp_path: Path) -> None:
    leader, follower = pty.openpty()
    before = termios.tcgetattr(follower)
    program = subprocess.Popen(
        [sys.executable, "-m", "spinesense", "coach", "demo", "--headless", "--quiet"],
        stdin=follower,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "SPINESENSE_HOME": str(tmp_path), "PYTHONUNBUFFERED": "1"},
    )
    assert program.stdout is not None
    answered(tmp_path)
    os.write(leader, b"\n\n\n")
    program.stdout.readline()
    program.terminate()
    program.communicate(timeout=60)
    assert os.get_blocking(follower)
    assert termios.tcgetattr(follower) == before
    os.close(leader)
    os.close(follower)


def test_a_replay_says_why_the_session_ended(tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "spinesense", "coach", "demo", *HEADLESS],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "SPINESENSE_HOME": str(tmp_path), "PYTHONUNBUFFERED": "1"},
    ) as program:
        assert program.stdout is not None
        program.stdout.readline()
        program.terminate()
        program.communicate(timeout=60)
    (path,) = (tmp_path / "recordings").glob("*.mcap")
    done = subprocess.run(
        [sys.executable, "-m", "spinesense", "replay", str(path), "--headless", "--speed", "0"],
        capture_output=True,
        text=True,
        env={**os.environ, "SPINESENSE_HOME": str(tmp_path)},
    )
    assert f"left before its end: {ENDED}" in done.stdout
