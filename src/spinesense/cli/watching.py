"""The sitting watch: the one monitor, or a look at it from another terminal."""

import asyncio
import os
import signal
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack, suppress
from datetime import datetime

from spinesense.cli import desk
from spinesense.cli.ending import until_asked
from spinesense.cli.notifying import notifier
from spinesense.cli.output import say
from spinesense.cli.sensing import open_sensor, when_connected
from spinesense.cli.sitting_days import sit_run
from spinesense.cli.status import moment
from spinesense.cli.telling import words_of
from spinesense.model.errors import SpinesenseError
from spinesense.model.events import (
    Event,
    PacketRejected,
    Posture,
    PostureChanged,
    SittingAlert,
    WalkSuggested,
)
from spinesense.model.packets import Action
from spinesense.model.snapshot import Snapshot
from spinesense.runner.live import PUBLISH_S
from spinesense.runner.monitored import TELL_S, AttachedRun, MonitoredRun
from spinesense.store import monitor
from spinesense.store.exercising import is_exercising

_ENDING_S = 60.0
"""The recording of a day is finished in some ten seconds."""
ALOUD, ON_THE_DESKTOP = 2, 3
"""Levels of a prompt from which on it is said, and shown by the desktop."""

Listener = Callable[[Sequence[Event]], None]


def open_watch(
    sensor: str,
    *,
    link: str = "",
    seed: int = 1,
    speed: float = 1.0,
    on_events: Listener | None = None,
) -> MonitoredRun | AttachedRun:
    """The sitting watch; a look at the one that runs already, where no sensor is named.

    Raises
    ------
    SpinesenseError
        When one runs already and a sensor is named, or the sensor cannot be opened.
    """
    if not sensor and on_events is None and monitor.is_monitored():
        return AttachedRun(_shown, monitor.ask)
    with ExitStack() as opening:
        here = opening.enter_context(monitor.monitoring())
        source = open_sensor(sensor, link=link, seed=seed, speed=speed, at_desk=True)
        listen = desk.DeskNews(here.asked, desk.local_now, _busy)
        follower = on_events or on_the_desktop(notifier())
        run = when_connected(
            source,
            lambda: sit_run(
                source,
                listen,
                follower,
                begun=here.begin_day,
                # Who has no screen needs pictures for other processes only.
                picture_s=TELL_S if on_events else PUBLISH_S,
            ),
        )
        return MonitoredRun(
            run, lambda snapshot: here.tell(snapshot, moment(snapshot)), opening.pop_all().close
        )


def _busy() -> str:
    """Why the person is not to be disturbed."""
    return "exercising" if is_exercising() else desk.busy_with()


def _shown() -> Snapshot | None:
    """What the monitor of another process shows; at its very beginning nothing yet."""
    told = monitor.told()
    if told is not None:
        return told.snapshot
    return Snapshot() if monitor.is_monitored() else None


def on_the_desktop(notify: Callable[[str], object] | None) -> Listener | None:
    """What shows strong prompts on the desktop, beside a screen that shows and says them all."""
    if notify is None:
        return None

    def take(events: Sequence[Event]) -> None:
        for event in events:
            if isinstance(event, SittingAlert) and event.level >= ON_THE_DESKTOP:
                notify(event.reason)

    return take


class Watcher:
    """Follows a monitor that has no screen: a line for what happens, and the prompts.

    Parameters
    ----------
    speak
        Says a prompt aloud; None for nobody.
    notify
        Shows it on the desktop; None where that cannot be done.
    now
        The time that stands before a line.
    """

    def __init__(
        self,
        speak: Callable[[str], None] | None,
        notify: Callable[[str], object] | None,
        now: Callable[[], datetime] = desk.local_now,
    ) -> None:
        self._speak, self._notify, self._now = speak, notify, now

    def take(self, events: Sequence[Event]) -> None:
        """Tell the news of one item."""
        for event in events:
            words = _words(event)
            if words:
                _print(f"{self._now():%Y-%m-%d %H:%M:%S}  {words}")
            if isinstance(event, SittingAlert):
                self._prompt(event.reason, event.level)
            elif isinstance(event, WalkSuggested):
                self._prompt(event.words, ALOUD)

    def _prompt(self, words: str, level: int) -> None:
        if level >= ALOUD and self._speak:
            self._speak(words)
        if level >= ON_THE_DESKTOP and self._notify:
            self._notify(words)


def _words(event: Event) -> str:
    """One event as a line of the day; a clock stands before it, so without data times."""
    if isinstance(event, PostureChanged):
        return "" if event.posture is Posture.TRANSITION else event.posture.value
    return "" if isinstance(event, PacketRejected) else words_of(event)


def follow(run: MonitoredRun | AttachedRun) -> None:
    """Run until the source ends, Ctrl-C, or the system asks for the end."""
    asyncio.run(_follow(run))


async def _follow(run: MonitoredRun | AttachedRun) -> None:
    said = ""

    def tell(snapshot: Snapshot) -> None:
        nonlocal said
        sensor = snapshot.sensor
        news = sensor.message or (f"watching with {sensor.name}" if sensor.name else "")
        if news and news != said:
            said = news
            _print(f"spinesense: {news}", err=True)

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
    from spinesense.coaching.sitting.prompter import SNOOZE

    monitor.ask(Action.MARK, SNOOZE)
