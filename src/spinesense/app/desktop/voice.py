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
        """End what is being said."""
        if self._speaking is None:
            return
        if self._speaking.poll() is None:
            self._speaking.terminate()
        self._speaking.wait()
        self._speaking = None
