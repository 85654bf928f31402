"""The sitting watch: the one monitor, or a look at it from another terminal."""

import asyncio
import signal
from collections.abc import Callable, Sequence
from contextlib import ExitStack, suppress
from datetime import datetime

import click

from spinesense.cli import desk
from spinesense.cli.notifying import notifier
from spinesense.cli.sensing import open_sensor, when_connected
from spinesense.cli.sitting_days import sit_run
from spinesense.cli.telling import words_of
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
from spinesense.runner.monitored import AttachedRun, MonitoredRun
from spinesense.store import monitor

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
        listen = desk.DeskNews(here.asked, desk.local_now, desk.busy_with)
        follower = on_events or on_the_desktop(notifier())
        run = when_connected(source, lambda: sit_run(source, listen, follower))
        return MonitoredRun(run, here.tell, opening.pop_all().close)


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
                click.echo(f"{self._now():%Y-%m-%d %H:%M:%S}  {words}")
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
    with suppress(KeyboardInterrupt):
        asyncio.run(_follow(run))


async def _follow(run: MonitoredRun | AttachedRun) -> None:
    said = ""

    def tell(snapshot: Snapshot) -> None:
        nonlocal said
        sensor = snapshot.sensor
        news = sensor.message or (f"watching with {sensor.name}" if sensor.name else "")
        if news and news != said:
            said = news
            click.echo(f"spinesense: {news}", err=True)

    loop = asyncio.get_running_loop()
    ending: set[asyncio.Task[None]] = set()
    with suppress(NotImplementedError):  # Windows has no such signal
        loop.add_signal_handler(
            signal.SIGTERM, lambda: ending.add(asyncio.ensure_future(run.close()))
        )
    await run.run(tell)


def snooze() -> None:
    """Put prompts of the running monitor off; see ``SittingLimits.snooze_min``."""
    from spinesense.coaching.prompting import SNOOZE

    monitor.ask(Action.MARK, SNOOZE)
