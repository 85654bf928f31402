"""The one sitting monitor of a person: its lock, what it shows, and what others ask of it.

One process writes; any number read. The lock belongs to the system, which releases it when the
process ends, however it ends.
"""

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from spinesense.model.errors import FileError, SpinesenseError
from spinesense.model.events import Posture
from spinesense.model.packets import Action
from spinesense.model.snapshot import Link, Snapshot
from spinesense.store import monitor_line
from spinesense.store.files import file_error, open_private
from spinesense.store.locks import EXERCISING_LOCK, MONITOR_LOCK, is_locked, lock
from spinesense.store.monitor_line import FRESH_S, span
from spinesense.store.places import data_folder

_TRIES, _WAIT_S = 4, 0.05
_MOST_ASKED = 100
"""Lines taken at once: whoever asks more than that in a second is no person."""
_MOST = 1e12
"""No figure of a watch is larger: seconds of 30 000 years."""
_MOST_PROCESS = 2**31


class MonitorStatus(msgspec.Struct, frozen=True):
    """What the monitor told last."""

    written_at: str
    """ISO 8601 with an offset."""
    process: int
    since: str
    """When the day of the figures began, ISO 8601 with an offset."""
    snapshot: Snapshot

    def age_s(self) -> float:
        """Seconds since it was told; 0 where the clock was set back meanwhile."""
        return _age_s(self.written_at)

    def fresh(self) -> bool:
        """Whether the monitor is still telling."""
        return self.age_s() <= FRESH_S


class _Asked(msgspec.Struct, frozen=True):
    """One thing that another process asked of the monitor."""

    action: Action
    value: str = ""
    asked_at: str = ""
    """ISO 8601 with an offset; empty from an earlier version."""


class Monitor:
    """What the process that monitors keeps for others to see. Made by ``monitoring``."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._status, self._asked = folder / "monitor.json", folder / "monitor.asked"
        self._encoder = msgspec.json.Encoder()
        self._words, self._shown_s = "", 0.0
        self._since = datetime.now(UTC).astimezone().isoformat(timespec="seconds")

    def begin_day(self, since: str) -> None:
        """Let the figures that are told from now on be those of a day that began at ``since``."""
        self._since = since

    def tell(self, snapshot: Snapshot, words: str) -> None:
        """Show a moment to other processes, without its trace, and in a few words to bars.

        Raises
        ------
        FileError
            When it cannot be written.
        """
        now = datetime.now(UTC).isoformat(timespec="milliseconds")
        bare = replace(snapshot, trace_s=(), trace_rad=())
        fresh = self._status.with_name(self._status.name + ".new")
        try:
            descriptor = open_private(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
            with os.fdopen(descriptor, "wb") as file:
                file.write(self._encoder.encode(MonitorStatus(now, os.getpid(), self._since, bare)))
            fresh.replace(self._status)
            self._show(words)
        except OSError as problem:
            raise file_error(problem, self._status, "written") from problem

    def _show(self, words: str) -> None:
        now_s = time.monotonic()
        if words != self._words or now_s >= self._shown_s + monitor_line.SHOWN_ANEW_S:
            monitor_line.show(self._folder, words)
            self._words, self._shown_s = words, now_s

    def asked(self) -> tuple[tuple[Action, str, float], ...]:
        """What others asked since the last call, and how many seconds ago.

        What cannot be read is nothing.
        """
        taken = self._asked.with_name(self._asked.name + ".taken")
        try:
            self._asked.replace(taken)
            lines = taken.read_bytes().splitlines()[:_MOST_ASKED]
            taken.unlink()
        except OSError:
            return ()
        found = []
        for line in lines:
            with suppress(msgspec.MsgspecError, ValueError, RecursionError):
                one = msgspec.json.decode(line, type=_Asked)
                found.append((one.action, one.value, _age_s(one.asked_at)))
        return tuple(found)

    def forget(self) -> None:
        """Take away what was shown; what was asked of a watch that was killed is for this one."""
        for path in (self._status, self._folder / monitor_line.NAME):
            with suppress(OSError):
                path.unlink(missing_ok=True)


@contextmanager
def monitoring() -> Iterator[Monitor]:
    """Be the one monitor of this person until the end of the block.

    Raises
    ------
    FileError
        When another process is, or the lock cannot be opened.
    """
    path = _lock_path()
    try:
        descriptor = open_private(path, os.O_RDWR | os.O_CREAT)
    except OSError as problem:
        raise file_error(problem, path, "opened") from problem
    try:
        if not any(_lock_soon(descriptor) for _ in range(_TRIES)):
            raise FileError(
                "the sitting monitor is running already",
                where=str(path),
                remedy="see it with: spinesense status; or end that one first",
            )
        monitor = Monitor(path.parent)
        monitor.forget()
        try:
            yield monitor
        finally:
            monitor.forget()
    finally:
        os.close(descriptor)


def is_monitored() -> bool:
    """Whether a monitor is running."""
    return is_locked(_lock_path())


def told() -> MonitorStatus | None:
    """What the running monitor told last; None when none is running or it has told nothing yet."""
    path = data_folder() / "monitor.json"
    if not is_monitored():
        return None
    try:
        found = msgspec.json.decode(path.read_bytes(), type=MonitorStatus)
        _check(found)
    except FileNotFoundError:
        return None
    except OSError as problem:
        raise file_error(problem, path, "read") from problem
    except (msgspec.MsgspecError, ValueError, RecursionError) as problem:
        raise FileError(
            f"was written by another version ({problem})",
            where=str(path),
            remedy="end the sitting monitor and start it again",
        ) from problem
    return found


def _check(found: MonitorStatus) -> None:
    """Raise ValueError for what JSON allows and no monitor tells.

    A number of a process is used to end it, and some name many.
    """
    for moment in (found.written_at, found.since):
        if datetime.fromisoformat(moment).tzinfo is None:
            raise ValueError("a moment has no offset")
    if not 1 < found.process < _MOST_PROCESS:
        raise ValueError("no process has this number")
    for number in _numbers(msgspec.to_builtins(found.snapshot)):
        if not abs(number) < _MOST:
            raise ValueError("a number is too large")


def _numbers(value: object) -> Iterator[float]:
    if isinstance(value, int | float):
        yield value
    elif isinstance(value, dict):
        for one in value.values():
            yield from _numbers(one)
    elif isinstance(value, list | tuple):
        for one in value:
            yield from _numbers(one)


def ask(action: Action, value: str = "") -> None:
    """Ask something of the running monitor.

    Raises
    ------
    SpinesenseError
        When none is running, or it cannot be asked.
    """
    if not is_monitored():
        raise SpinesenseError(
            "no sitting monitor is running", remedy="start one with: spinesense sit"
        )
    path = data_folder() / "monitor.asked"
    try:
        descriptor = open_private(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        with os.fdopen(descriptor, "ab") as file:
            asked = _Asked(action, value, datetime.now(UTC).isoformat(timespec="milliseconds"))
            file.write(msgspec.json.encode(asked) + b"\n")
    except OSError as problem:
        raise file_error(problem, path, "written") from problem


def _age_s(moment: str) -> float:
    """Seconds since a moment; 0 where the clock was set back meanwhile, or none is known."""
    if not moment:
        return 0.0
    return max(0.0, (datetime.now(UTC) - datetime.fromisoformat(moment)).total_seconds())


def _lock_soon(descriptor: int) -> bool:
    """Lock at once or after a moment: who only asks whether there is a monitor locks briefly."""
    if lock(descriptor):
        return True
    time.sleep(_WAIT_S)
    return lock(descriptor)


def _lock_path() -> Path:
    return data_folder() / MONITOR_LOCK


def moment(snapshot: Snapshot) -> str:
    """The most important of a picture in at most some 30 characters."""
    view = snapshot.posture
    if snapshot.sensor.link is not Link.STREAMING:
        return "sensor lost" if snapshot.sensor.link is Link.LOST else "connecting"
    if not view.worn:
        return "not worn"
    if view.alert:
        return f"MOVE: still for {span(view.still_s)}"
    if view.posture is Posture.SITTING and view.quiet_until:
        return f"sitting {span(view.sitting_s)}, snoozed"
    if view.posture is Posture.SITTING:
        return f"sitting {span(view.sitting_s)}, shift {span(view.still_s)} ago"
    return f"{view.posture.value} {span(max(0.0, snapshot.time_s - view.since_s))}"


def exercising() -> Callable[[], None]:
    """Let the monitor know of exercises, until what is returned is called or the process ends.

    Raises
    ------
    FileError
        When the file of the lock cannot be opened.
    """
    path = _exercising_path()
    try:
        descriptor = open_private(path, os.O_RDWR | os.O_CREAT)
    except OSError as problem:
        raise file_error(problem, path, "opened") from problem
    lock(descriptor)  # where another session has it, it is known already
    return lambda: os.close(descriptor)


def is_exercising() -> bool:
    """Whether a coached session is running."""
    return is_locked(_exercising_path())


def _exercising_path() -> Path:
    return data_folder() / EXERCISING_LOCK
