"""Speech through a program that the machine already has."""

import contextlib
import shutil
import subprocess

from spinesense.model.plain_text import spoken

PROGRAMS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("spd-say", ("--wait",)),
    ("espeak-ng", ()),
    ("say", ()),
)
"""Speech programs in order of preference, each with the options that make it end after speaking:
the desktop's speech service, the common synthesiser, and the one of macOS."""


def speech_program() -> str:
    """Name of the speech program found on this machine; empty when there is none."""
    return next((name for name, _ in PROGRAMS if shutil.which(name)), "")


class Voice:
    """Says one thing at a time; what is still being said gives way to what is new."""

    def __init__(self) -> None:
        self._command = next(((n, *o) for n, o in PROGRAMS if shutil.which(n)), None)
        self._speaking: subprocess.Popen[bytes] | None = None
        self._hushed: list[subprocess.Popen[bytes]] = []
        """Asked to end, and not yet seen to have ended."""

    def say(self, words: str) -> None:
        """Start saying ``words`` and return at once. Never raises: the caption says it too."""
        self.hush()
        sayable = spoken(words)
        if self._command is None or not sayable:
            return
        with contextlib.suppress(OSError):
            self._speaking = subprocess.Popen(
                [*self._command, "--", sayable],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )

    def hush(self) -> None:
        """Ask what is being said to end; a program that takes its time keeps nobody waiting."""
        if self._speaking is not None:
            self._speaking.terminate()  # harmless when it has ended
            self._hushed.append(self._speaking)
        self._speaking = None
        self._hushed = [one for one in self._hushed if one.poll() is None]
