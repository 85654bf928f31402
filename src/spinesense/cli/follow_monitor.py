"""The sitting watch: the one monitor, or a look at it from another terminal."""

import asyncio
import os
import signal
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import datetime

from spinesense.app.desktop import context
from spinesense.cli.event_text import words_of
from spinesense.cli.output import say
from spinesense.cli.signals import until_asked
from spinesense.model.errors import SpinesenseError
from spinesense.model.events import (
    Event,
    PacketRejected,
    Posture,
    PostureChanged,
)
from spinesense.model.packets import Action
from spinesense.model.snapshot import Snapshot
from spinesense.runner.monitored import AttachedRun, MonitoredRun
from spinesense.store import monitor

_ENDING_S = 60.0
"""The recording of a day is finished in some ten seconds."""


class Watcher:
    """Prints a line for what happens to a monitor that has no screen.

    Parameters
    ----------
    now
        The time that stands before a line.
    """

    def __init__(self, now: Callable[[], datetime] = context.local_now) -> None:
        self._now = now

    def take(self, events: Sequence[Event]) -> None:
        """Tell the news of one item."""
        for event in events:
            words = _words(event)
            if words:
                _print(f"{self._now():%Y-%m-%d %H:%M:%S}  {words}")


def _words(event: Event) -> str:
    """One event as a line of the day; a clock stands before it, so without data times."""
    if isinstance(event, PostureChanged):
        return "" if event.posture is Posture.TRANSITION else event.posture.value
    return "" if isinstance(event, PacketRejected) else words_of(event)


def follow(run: MonitoredRun | AttachedRun) -> None:
    """Run until the source ends, Ctrl-C, or the system asks for the end."""
    asyncio.run(_follow(run))


async def _follow(run: MonitoredRun | AttachedRun) -> None:
    said = unrecorded = ""

    def tell(snapshot: Snapshot) -> None:
        nonlocal said, unrecorded
        sensor = snapshot.sensor
        news = sensor.message or (f"watching with {sensor.name}" if sensor.name else "")
        if news and news != said:
            said = news
            _print(f"spinesense: {news}", err=True)
        if snapshot.unrecorded not in ("", unrecorded):
            unrecorded = snapshot.unrecorded
            _print(f"spinesense: {unrecorded}", err=True)

    await until_asked(run, tell)


def _print(line: str, *, err: bool = False) -> None:
    """Print a line; that nobody can read any more ends no watch."""
    try:
        say(line, err=err)
    except OSError:
        stream = sys.stderr if err else sys.stdout
        # What is still buffered goes nowhere, instead of failing again.
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def stop() -> None:
    """End the running monitor in order, and wait until it has.

    Raises
    ------
    SpinesenseError
        When none is running, or it does not end.
    """
    told = monitor.told()
    if told is None:
        raise SpinesenseError(
            "no sitting monitor can be ended: none has told anything yet",
            remedy="see with: spinesense status",
        )
    with suppress(ProcessLookupError):
        os.kill(told.process, signal.SIGTERM)
    end_s = time.monotonic() + _ENDING_S
    while monitor.is_monitored():
        if time.monotonic() > end_s:
            raise SpinesenseError(
                f"the sitting monitor (process {told.process}) does not end",
                remedy="its recording may still be being finished; look again in a minute",
            )
        time.sleep(0.1)


def snooze() -> None:
    """Put prompts of the running monitor off; see ``SittingLimits.snooze_min``."""
    from spinesense.model.intent_values import Snooze

    monitor.ask(Action.MARK, Snooze().to_value())
