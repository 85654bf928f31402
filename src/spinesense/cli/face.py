"""Starts the terminal interface and hands it what it may open."""

import asyncio
import io
import os
import re
import sys
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from spinesense.cli.defects import report
from spinesense.model.errors import SpinesenseError
from spinesense.tui.app import SpinesenseApp
from spinesense.tui.launch import Choice, HomeView, Launch, LaunchKind, Run

if TYPE_CHECKING:
    from spinesense.runner.care import Consultation
    from spinesense.store.history import SessionLine

Speaker = Callable[[str], None]
RECORDING_NAME = re.compile(r"(\d{4}-\d\d-\d\d_\d\d-\d\d-\d\d)_(.+)")
"""How ``store.places`` names a recording: when it began, and what it is about."""
SHOWN_RECORDINGS = 20
LOOKED_AT = 100
SHOWN_SESSIONS = 8
"""As many as the largest screen has room for."""


@dataclass(frozen=True, slots=True)
class Opening:
    """How to open a session: the choices of the command line."""

    sensor: str = ""
    link: str = ""
    upper: str = ""
    seed: int = 1
    speed: float = 1.0


def show(opening: Opening, first: Launch | None, speak: Speaker | None) -> None:
    """Show the interface until the person leaves it.

    Raises
    ------
    SpinesenseError
        When this is no terminal to show it on.
    """
    from spinesense.cli.shown_days import ShownDays
    from spinesense.cli.wearing import Wearing

    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        raise SpinesenseError(
            "there is no terminal to show the screens on",
            remedy="run it in a terminal window, or with --headless where a command offers that",
        )
    wearing = Wearing(opening)
    app = SpinesenseApp(
        lambda launch: _open_run(wearing.opening, launch),
        lambda: _home(wearing.words()),
        first,
        speak,
        report,
        lambda launch: _consult(wearing.opening, launch),
        search=wearing.search,
        days=ShownDays(lambda: wearing.opening),
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
    from spinesense.cli.ending import Heeded

    output = sys.__stderr__  # what textual writes to
    if output is not None:
        lasting = _Output(output.buffer, output.encoding, output.errors)
        setattr(sys, "__stderr__", lasting)  # noqa: B010  # typed as final
    Heeded(app.end)
    with suppress(asyncio.CancelledError):  # by a second Ctrl-C
        await app.run_async()


def show_home() -> None:
    """Show the home screen."""
    from spinesense.cli.voice import speaker

    show(Opening(), None, speaker(quiet=False))


def _open_run(opening: Opening, launch: Launch) -> Run:
    """Put a launch together. Runs in a thread: it imports the signal core."""
    from spinesense.cli import assemble
    from spinesense.cli.sensing import open_sensor, when_connected
    from spinesense.cli.taken import check_not_taken

    if launch.kind is LaunchKind.REPLAY:
        return assemble.replay_run(Path(launch.target), speed=opening.speed)
    shown = launch.kind is LaunchKind.DEMO
    if launch.kind is LaunchKind.SIT:
        from spinesense.cli.watching import open_watch

        return open_watch(opening.sensor, link=opening.link, seed=opening.seed, speed=opening.speed)
    if not shown:
        check_not_taken(opening.sensor, opening.link)
    source = open_sensor(
        "sim" if shown else opening.sensor,
        link="" if shown else opening.link,
        seed=opening.seed,
        speed=opening.speed,
        answers=shown,
        upper="" if shown else opening.upper,
    )
    if launch.kind is LaunchKind.CONTINUE:
        return when_connected(source, lambda: assemble.continued_run(source, Path(launch.target)))
    return when_connected(
        source, lambda: assemble.coach_run(source, launch.target or "demo", demo=shown)
    )


def _consult(opening: Opening, launch: Launch) -> "Consultation | None":
    """What is asked before a launch; nothing before what nobody takes part in."""
    from spinesense.cli.choosing import consultation
    from spinesense.cli.sensing import is_simulated

    if launch.kind is not LaunchKind.COACH:
        return None
    return consultation(launch.target, simulated=is_simulated(opening.sensor, opening.link))


def _home(sensor: str) -> HomeView:
    """Look up routines, recordings and past sessions. Runs in a thread."""
    from spinesense.cli.interrupted import is_attempt
    from spinesense.coaching.pain_limits import NOTICE

    sessions, trouble = _sessions()
    whole = [line for line in sessions if not is_attempt(line)]
    interrupted, trouble = (None, trouble) if trouble else _interrupted()
    week, trouble = ("", trouble) if trouble else _week()
    return HomeView(
        interrupted=interrupted,
        routines=_routines(),
        recordings=_recordings({line.recording: line.duration_s for line in sessions}),
        history=tuple(session_words(line) for line in whole[:SHOWN_SESSIONS]),
        week=week,
        trouble=trouble,
        sensor=sensor,
        notice=NOTICE,
    )


def _week() -> tuple[str, str]:
    """The aerobic minutes of this week, or why they cannot be told."""
    from spinesense.cli.caring import this_week

    try:
        week = this_week()
    except SpinesenseError as error:
        return "", str(error)
    if week is None:
        return "", ""
    return f"{week.minutes:.0f} of {week.goal_min:.0f} aerobic minutes this week", ""


def _interrupted() -> tuple[Choice | None, str]:
    """The session to go on with, or why it cannot be told."""
    from spinesense.cli.interrupted import interrupted_recording

    try:
        path = interrupted_recording()
    except SpinesenseError as error:
        return None, str(error)
    if path is None:
        return None, ""
    what = _recording(path, None)
    launch = Launch(LaunchKind.CONTINUE, str(path))
    return Choice(launch, "Go on where you stopped", what.title), ""


def _routines() -> tuple[Choice, ...]:
    from spinesense.cli.choosing import load_routine, own_routines
    from spinesense.coaching.exercises.catalogue import load_catalogue
    from spinesense.coaching.routines.parse import shipped_routines
    from spinesense.coaching.routines.plan import plan_of, usual_s

    choices = []
    catalogue = load_catalogue()
    own = own_routines()
    for name in dict.fromkeys((*own, *shipped_routines())):
        if name == "demo":
            continue  # the home screen offers it by itself, with a person who answers
        launch = Launch(LaunchKind.COACH, name)
        try:
            routine, _ = load_routine(name)
        except SpinesenseError:
            choices.append(Choice(launch, name, "has mistakes: open it to see them"))
            continue
        minutes = usual_s(plan_of(routine, catalogue)) / 60.0
        mine = ", your own" if name in own else ""
        detail = f"about {minutes:.0f} minutes{mine}"
        choices.append(Choice(launch, routine.title, detail))
    return tuple(choices)


def _recordings(durations_s: dict[str, float]) -> tuple[Choice, ...]:
    """The newest recordings; those of coached sessions with their length."""
    from spinesense.runner.entering import sessions_among
    from spinesense.store.places import recordings_folder

    folder = recordings_folder()
    parts = {name for one in sessions_among(folder) for name in one.before}
    found = (path for path in folder.glob("*.mcap") if path.is_file() and path.name not in parts)
    files = sorted(found, reverse=True)[:SHOWN_RECORDINGS]
    return tuple(_recording(path, durations_s.get(str(path))) for path in files)


def _recording(path: Path, duration_s: float | None) -> Choice:
    from spinesense.store.recording import is_being_recorded

    size = f"{path.stat().st_size / 1e6:.1f} MB" if duration_s is None else _minutes(duration_s)
    if is_being_recorded(path):
        size = "running in another window"
    launch = Launch(LaunchKind.REPLAY, str(path))
    named = RECORDING_NAME.fullmatch(path.stem)
    if named is None:
        return Choice(launch, path.stem, size)
    try:
        begun = datetime.strptime(named[1], "%Y-%m-%d_%H-%M-%S")  # noqa: DTZ007  # local, as named
    except ValueError:
        return Choice(launch, path.stem, size)
    title = named[2].replace("-", " ").replace("_", " ")
    return Choice(launch, title[:1].upper() + title[1:], f"{begun:%d %b %Y %H:%M}   {size}")


def _sessions() -> tuple[tuple["SessionLine", ...], str]:
    """The newest sessions, or why they cannot be told."""
    from spinesense.runner.entering import enter_missing
    from spinesense.store.history import History
    from spinesense.store.places import history_path, recordings_folder

    try:
        enter_missing(recordings_folder(), history_path())
        with History.open(history_path()) as history:
            return history.sessions(limit=LOOKED_AT), ""
    except SpinesenseError as error:
        return (), str(error)


def session_words(line: "SessionLine") -> str:
    """One session in at most 76 characters, in columns."""
    name = line.routine.replace("_", " ")
    mark = " (simulated)" if line.simulated else ""
    title = name[:1].upper() + name[1 : 24 - len(mark)] + mark
    pain = ""
    if line.pain_before is not None and line.pain_after is not None:
        pain = f"pain {line.pain_before} to {line.pain_after}"
    end = pain if line.finished else "left early"
    begun = f"{datetime.fromisoformat(line.started_at):%d %b %H:%M}"
    return (
        f"{begun}   {title:<24}{line.repetitions:>4} reps  {_minutes(line.duration_s):>9}   {end}"
    )


def _minutes(duration_s: float) -> str:
    return f"{duration_s / 60:.1f} min" if duration_s >= 60 else f"{duration_s:.0f} s"
