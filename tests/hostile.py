"""Texts that mean harm, the program in a pseudo-terminal, and what of them came through."""

import fcntl
import os
import pty
import re
import select
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Sequence
from pathlib import Path

MARK = "HOSTILE"
"""Stands in every hostile text, so that what comes of it can be found."""
HOSTILE = (
    "\x1b]0;HOSTILE\x07",
    "\x1b[2J\x1b[31mHOSTILE",
    "\x9b31mHOSTILE",
    "HOSTILE\x08\x08\x00\x7f",
    "HOSTILE\u202e\u2066\u2069",
    "HOSTILE\u2028\u2029\u200b\ufeff",
    "[red]HOSTILE[/nope][@click=app.quit]x[/]",
)
# The last one sets the shape of the pointer.
_OURS = re.compile(
    rb"\x1b\[[0-9;?<>=$]*[A-Za-z]|\x1b[=>78]|\x1b\(B"
    rb"|\x1b[_P][^\x1b]*\x1b\\|\x1b\]22;[a-z]*\x07"
)
_INVISIBLE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200b\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff]"
)


def hostile_in(text: str) -> list[str]:
    """Characters that should not have come through."""
    return _INVISIBLE.findall(text)


def raw_of_command(shown: bytes) -> list[str]:
    """What a command that has no screen showed raw."""
    return hostile_in(shown.decode(errors="replace"))


def raw_of_screen(shown: bytes) -> list[str]:
    """What a screen showed raw: whatever is left when its own sequences are taken out.

    A sequence of a hostile text is told by what it does: a title, or a screen that is cleared.
    """
    left = _OURS.sub(b"", shown).replace(b"\x0f", b"")
    worst = [name for name in (b"\x1b]0;", b"\x1b]2;", b"\x9b31m") if name in shown]
    return [repr(name) for name in worst] + hostile_in(left.decode(errors="replace"))


def in_terminal(
    home: Path | str,
    words: Sequence[str | bytes],
    *,
    keys: Sequence[tuple[str, bytes]] = (),
    extra: dict[str, str] | None = None,
    patience_s: float = 60.0,
) -> tuple[int, bytes]:
    """Run the program with a terminal of its own; gives its exit code and all that it showed.

    Parameters
    ----------
    keys
        What is typed once these words have been seen, in order.
    """
    master, slave = pty.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 120, 0, 0))
    environment = {**os.environ, "SPINESENSE_HOME": str(home), "TERM": "xterm-256color"}
    environment.update(extra or {})
    program = subprocess.Popen(
        [sys.executable, "-m", "spinesense", *words],
        stdin=slave, stdout=slave, stderr=slave, env=environment, start_new_session=True,
    )  # fmt: skip
    os.close(slave)
    shown, seen, waiting, end_s = b"", 0, list(keys), time.monotonic() + patience_s
    while time.monotonic() < end_s:
        if select.select([master], [], [], 0.1)[0]:
            try:
                chunk = os.read(master, 65536)
            except OSError:
                break
            if not chunk:
                break
            shown += chunk
        if waiting and waiting[0][0].encode() in _OURS.sub(b"", shown[seen:]):
            os.write(master, waiting.pop(0)[1])
            seen = len(shown)
    if program.poll() is None and time.monotonic() >= end_s:
        program.kill()
    os.close(master)
    return program.wait(), shown
