"""The real program in a real terminal: tmux holds the screen and types the keys."""

import os
import shlex
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from spinesense.store.history.diary import Diary

MISLEADING = ("NO_COLOR", "COLUMNS", "LINES")
"""Variables of whoever runs the tests that would hide the terminal's own size and colours."""
PATIENCE_S = 30.0
"""No screen takes so long; a machine under load may take a good part of it."""


class Terminal:
    """One window of a tmux server of its own."""

    def __init__(self, socket: Path) -> None:
        self._tmux = ("tmux", "-S", str(socket), "-f", "/dev/null")

    def do(self, *words: str) -> str:
        """Run one tmux command; gives what it prints."""
        done = subprocess.run([*self._tmux, *words], capture_output=True, text=True, check=True)
        return done.stdout

    def screen(self) -> str:
        """What can be read now."""
        return self.do("capture-pane", "-p")

    def press(self, *keys: str) -> None:
        """Type keys, named as tmux names them."""
        self.do("send-keys", *keys)

    def until(self, *wanted: "str | Callable[[str], bool]") -> str:
        """Wait until all of this is on one screen; gives that screen.

        A screen is painted piece by piece: of what was not waited for, nothing may be asserted.
        Words may be folded over lines. What is no text holds where it gives True for the screen.
        """
        end_s = time.monotonic() + PATIENCE_S
        missing, screen = list(wanted), ""
        while time.monotonic() < end_s:
            screen = self.screen()
            missing = [one for one in wanted if not _holds(one, screen)]
            if not missing:
                return screen
            time.sleep(0.05)
        raise AssertionError(f"{missing} never came:\n{screen}")


def _holds(wanted: "str | Callable[[str], bool]", screen: str) -> bool:
    if not isinstance(wanted, str):
        return wanted(screen)
    return wanted in screen or wanted in " ".join(screen.split())


def answered(folder: Path) -> None:
    """Answer the questions before the first use with no."""
    with Diary.open(folder / "history.sqlite3") as diary:
        diary.add_screening("2026-01-31T09:30:00+01:00", ())


@contextmanager
def terminal(
    folder: Path,
    columns: int,
    rows: int,
    *words: str,
    sabotage: str = "",
    inside: Sequence[str] = (),
    home: Path | None = None,
) -> Iterator[Terminal]:
    """Show ``spinesense`` with these words in a terminal; its exit code is the last thing there.

    The data folder is ``home``, or else ``folder``. ``sabotage`` is Python that breaks the program
    beforehand; ``inside`` goes before the words of the command.
    """
    window = Terminal(folder / "tmux")
    code = f"{sabotage}\nfrom spinesense.__main__ import main\nmain()"
    program = shlex.join([*inside, sys.executable, "-c", code, *words])
    line = (
        f"SPINESENSE_HOME={shlex.quote(str(home or folder))} {program}; echo exit code $?; sleep 60"
    )
    size = ("-x", str(columns), "-y", str(rows))
    environment = {name: text for name, text in os.environ.items() if name not in MISLEADING}
    subprocess.run(
        [*window._tmux, "new-session", "-d", *size, "sh", "-c", line], check=True, env=environment
    )
    try:
        yield window
    finally:
        window.do("kill-server")
