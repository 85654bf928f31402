"""Starts the terminal interface and hands it what it may open."""

import asyncio
import io
import os
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from spinesense.app.crash_log import report
from spinesense.app.home import home_view
from spinesense.app.tui_services import SessionOptions
from spinesense.model.errors import SpinesenseError
from spinesense.model.run import Run
from spinesense.tui.app import SpinesenseApp
from spinesense.tui.launch import Launch, LaunchKind

if TYPE_CHECKING:
    from spinesense.runner.care import Consultation

Speaker = Callable[[str], None]


def show(opening: SessionOptions, first: Launch | None, speak: Speaker | None) -> None:
    """Show the interface until the person leaves it.

    Raises
    ------
    SpinesenseError
        When this is no terminal to show it on.
    """
    from spinesense.app.tui_services import DayLookup, SensorInUse

    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        raise SpinesenseError(
            "there is no terminal to show the screens on",
            remedy="run it in a terminal window, or with --headless where a command offers that",
        )
    wearing = SensorInUse(opening)
    app = SpinesenseApp(
        lambda launch: open_run(wearing.opening, launch, speak),
        lambda: home_view(wearing.words()),
        first,
        report,
        lambda launch: _consult(wearing.opening, launch),
        search=wearing.search,
        days=DayLookup(lambda: wearing.opening),
    )
    asyncio.run(_show(app))
    if app.return_code:
        sys.exit(app.return_code)


class _Output(io.TextIOWrapper):
    """A terminal that may be closed at any time: what is written afterwards goes nowhere.

    The thread that writes the screens would end with the first failure, and the program wait for
    it for ever.
    """

    def write(self, text: str, /) -> int:
        """Write, to the terminal or to nowhere."""
        try:
            return super().write(text)
        except OSError:
            self._go_nowhere()
            return len(text)

    def flush(self) -> None:
        """Flush, to the terminal or to nowhere."""
        try:
            super().flush()
        except OSError:
            self._go_nowhere()

    def _go_nowhere(self) -> None:
        os.dup2(os.open(os.devnull, os.O_WRONLY), self.fileno())


async def _show(app: SpinesenseApp) -> None:
    from spinesense.cli.signals import Heeded

    output = sys.__stderr__  # what textual writes to
    if output is not None:
        lasting = _Output(output.buffer, output.encoding, output.errors)
        setattr(sys, "__stderr__", lasting)  # noqa: B010  # typed as final
    Heeded(app.end)
    with suppress(asyncio.CancelledError):  # by a second Ctrl-C
        await app.run_async()


def show_home() -> None:
    """Show the home screen."""
    from spinesense.cli.output import speaker

    show(SessionOptions(), None, speaker(quiet=False))


def open_run(opening: SessionOptions, launch: Launch, speak: Speaker | None) -> Run:
    """Put a launch together. Runs in a thread: it imports the signal core.

    What is told while it runs is said by ``speak``; a replay is silent.
    """
    from spinesense.app import sessions
    from spinesense.app.desktop.announcer import Announcer
    from spinesense.app.sensors import check_sensor_free, open_sensor, when_connected

    if launch.kind is LaunchKind.REPLAY:
        return sessions.replay_run(Path(launch.target), speed=opening.speed)
    shown = launch.kind is LaunchKind.DEMO
    if launch.kind is LaunchKind.SIT:
        from spinesense.app.desktop.notifications import notifier
        from spinesense.app.sitting_monitor import open_watch
        from spinesense.cli.output import complain

        return open_watch(
            opening.sensor,
            link=opening.link,
            seed=opening.seed,
            speed=opening.speed,
            listeners=[Announcer(speak, notifier(complain)).take],
        )
    if not shown:
        check_sensor_free(opening.sensor, opening.link)
    source = open_sensor(
        "sim" if shown else opening.sensor,
        link="" if shown else opening.link,
        seed=opening.seed,
        speed=opening.speed,
        answers=shown,
        upper="" if shown else opening.upper,
    )
    aloud = [Announcer(speak).take]
    if launch.kind is LaunchKind.CONTINUE:
        interrupted = Path(launch.target)
        return when_connected(source, lambda: sessions.continued_run(source, interrupted, aloud))
    return when_connected(
        source, lambda: sessions.coach_run(source, launch.target or "demo", aloud, demo=shown)
    )


def _consult(opening: SessionOptions, launch: Launch) -> "Consultation | None":
    """What is asked before a launch; nothing before what nobody takes part in."""
    from spinesense.app.routines import consultation
    from spinesense.app.sensors import is_simulated

    if launch.kind is not LaunchKind.COACH:
        return None
    return consultation(launch.target, simulated=is_simulated(opening.sensor, opening.link))
