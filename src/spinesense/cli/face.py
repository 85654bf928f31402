"""Starts the terminal interface and hands it what it may open."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from spinesense.model.errors import SpinesenseError
from spinesense.tui.app import SpinesenseApp
from spinesense.tui.launch import Choice, HomeView, Launch, LaunchKind, Run

Speaker = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Opening:
    """How to open a session: the choices of the command line."""

    sensor: str = "sim"
    seed: int = 1
    speed: float = 1.0


def show(opening: Opening, first: Launch | None, speak: Speaker | None) -> None:
    """Show the interface until the person leaves it."""
    app = SpinesenseApp(lambda launch: _open_run(opening, launch), _home, first, speak)
    app.run()


def show_home() -> None:
    """Show the home screen."""
    from spinesense.cli.voice import speaker

    show(Opening(), None, speaker(quiet=False))


def _open_run(opening: Opening, launch: Launch) -> Run:
    """Put a launch together. Runs in a thread: it imports the signal core."""
    from spinesense.cli import assemble

    if launch.kind is LaunchKind.REPLAY:
        return assemble.replay_run(Path(launch.target), speed=opening.speed)
    sits = launch.kind is LaunchKind.SIT
    source = assemble.open_sensor(
        "sim:desk" if sits and opening.sensor == "sim" else opening.sensor,
        seed=opening.seed,
        speed=opening.speed,
        answers=launch.kind is LaunchKind.DEMO,
    )
    return assemble.sit_run(source) if sits else assemble.coach_run(source, launch.target or "demo")


def _home() -> HomeView:
    """Look up routines, recordings and past sessions. Runs in a thread."""
    from spinesense.coaching.safety import NOTICE

    return HomeView(
        routines=_routines(),
        recordings=_recordings(),
        history=_history(),
        sensor="the simulated sensor",
        notice=NOTICE,
    )


def _routines() -> tuple[Choice, ...]:
    from spinesense.cli.assemble import load_routine
    from spinesense.coaching.routines import shipped_routines

    choices = []
    for name in shipped_routines():
        if name == "demo":
            continue  # the home screen offers it by itself, with a person who answers
        routine, _ = load_routine(name)
        detail = f"{len(routine.entries)} exercises"
        choices.append(Choice(Launch(LaunchKind.COACH, name), routine.title, detail))
    return tuple(choices)


def _recordings() -> tuple[Choice, ...]:
    from spinesense.store.places import recordings_folder

    files = sorted(recordings_folder().glob("*.mcap"), reverse=True)[:20]
    return tuple(
        Choice(
            Launch(LaunchKind.REPLAY, str(path)), path.stem, f"{path.stat().st_size / 1e3:.0f} kB"
        )
        for path in files
    )


def _history() -> tuple[str, ...]:
    from spinesense.cli.history import line_of
    from spinesense.store.history import History
    from spinesense.store.places import history_path

    try:
        with History.open(history_path()) as history:
            return tuple(line_of(line) for line in history.sessions(limit=5))
    except SpinesenseError as error:
        return (str(error),)
