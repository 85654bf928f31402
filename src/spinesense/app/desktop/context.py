"""What the sitting monitor hears of the machine it runs on."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

from spinesense.model.intent_values import clock_value
from spinesense.model.packets import Action

CLOCK_EVERY = timedelta(minutes=10)
SET_BY = timedelta(seconds=60)
"""A clock that is off by so much was set, or the machine slept."""
BUSY_EVERY = timedelta(seconds=20)
"""A call is noticed within this time; looking takes some 10 ms."""
_ASKING_S = 2.0

Said = tuple[Action, str]


class DeskNews:
    """Tells the time now and then, whether the person is busy, and what others asked.

    Parameters
    ----------
    asked
        What other processes asked since it was last called.
    now, busy
        The time with an offset, and why the person is not to be disturbed: empty when they may be.
    """

    def __init__(
        self,
        asked: Callable[[], tuple[Said, ...]],
        now: Callable[[], datetime],
        busy: Callable[[], str],
    ) -> None:
        self._asked, self._now, self._busy = asked, now, busy
        self._told_at: datetime | None = None
        self._looked_at: datetime | None = None
        self._last: datetime | None = None
        self._held_off = ""

    def __call__(self) -> tuple[Said, ...]:
        """What there is to say."""
        now = self._now()
        return (*self._clock(now), *self._hold_off(now), *self._asked())

    def _clock(self, now: datetime) -> Iterator[Said]:
        told, last, self._last = self._told_at, self._last, now
        jumped = last is not None and (now < last or now - last > SET_BY)
        moved = last is not None and now.utcoffset() != last.utcoffset()
        if told is None or jumped or moved or now - told >= CLOCK_EVERY:
            self._told_at = now
            yield Action.CLOCK, clock_value(now)

    def _hold_off(self, now: datetime) -> Iterator[Said]:
        looked = self._looked_at
        if looked is not None and looked <= now < looked + BUSY_EVERY:
            return
        self._looked_at = now
        busy = self._busy()
        if busy != self._held_off:
            self._held_off = busy
            yield Action.HOLD_OFF, busy


def local_now() -> datetime:
    """The time by the clock on the wall."""
    return datetime.now(UTC).astimezone()


def busy_with(root: Path = Path("/")) -> str:
    """Why the person is not to be disturbed, where the system can be asked; otherwise empty.

    Parameters
    ----------
    root
        Where ``proc`` and ``dev`` are: Linux shows there who uses the microphone and the camera.
    """
    if sys.platform.startswith("linux"):
        if _microphone(root):
            return "microphone in use"
        if _camera(root):
            return "camera in use"
    return "do not disturb" if _do_not_disturb() else ""


def _microphone(root: Path) -> bool:
    """Whether a capture stream of ALSA, on which the sound servers sit, is running."""
    for status in root.glob("proc/asound/card*/pcm*c/sub*/status"):
        with suppress(OSError):
            if "state: RUNNING" in status.read_text():
                return True
    return False


def _camera(root: Path) -> bool:
    """Whether a process of this person has a video device open."""
    if not any(root.glob("dev/video*")):
        return False
    for link in root.glob("proc/[0-9]*/fd/*"):
        with suppress(OSError):
            if link.readlink().name.startswith("video") and "/dev/" in str(link.readlink()):
                return True
    return False


def _do_not_disturb() -> bool:
    """Whether the desktop keeps notifications back: GNOME's switch, or dunst's."""
    if shutil.which("gsettings") and "GNOME" in os.environ.get("XDG_CURRENT_DESKTOP", ""):
        answer = _answer("gsettings", "get", "org.gnome.desktop.notifications", "show-banners")
        return answer == "false"
    return bool(shutil.which("dunstctl")) and _answer("dunstctl", "is-paused") == "true"


def _answer(*command: str) -> str:
    """What a program says; nothing when it fails or hangs."""
    with suppress(OSError, subprocess.TimeoutExpired):
        done = subprocess.run(
            command, capture_output=True, text=True, timeout=_ASKING_S, check=False
        )
        return done.stdout.strip()
    return ""
