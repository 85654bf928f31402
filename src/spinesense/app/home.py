"""What the home screen shows: routines, recordings, past sessions and the week."""

import re
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from spinesense.model.errors import SpinesenseError
from spinesense.tui.launch import Choice, HomeView, Launch, LaunchKind

if TYPE_CHECKING:
    from spinesense.store.history.sessions import SessionLine

RECORDING_NAME = re.compile(r"(\d{4}-\d\d-\d\d_\d\d-\d\d-\d\d)_(.+)")
"""How ``store.places`` names a recording: when it began, and what it is about."""
SHOWN_RECORDINGS = 20
LOOKED_AT = 100
SHOWN_SESSIONS = 8
"""As many as the largest screen has room for."""


def home_view(sensor: str) -> HomeView:
    """Look up routines, recordings and past sessions. Runs in a thread."""
    from spinesense.app.interrupted import is_attempt
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
    from spinesense.app.person import this_week

    try:
        week = this_week()
    except SpinesenseError as error:
        return "", str(error)
    if week is None:
        return "", ""
    return f"{week.minutes:.0f} of {week.goal_min:.0f} aerobic minutes this week", ""


def _interrupted() -> tuple[Choice | None, str]:
    """The session to go on with, or why it cannot be told."""
    from spinesense.app.interrupted import interrupted_session

    try:
        found = interrupted_session()
    except SpinesenseError as error:
        return None, str(error)
    if found is None:
        return None, ""
    launch = Launch(LaunchKind.CONTINUE, str(found.path), found.words)
    return Choice(launch, "Go on where you stopped", found.title), ""


def _routines() -> tuple[Choice, ...]:
    from spinesense.app.exercises import all_exercises
    from spinesense.app.routines import load_routine, own_routines
    from spinesense.coaching.routines.parse import shipped_routines
    from spinesense.coaching.routines.plan import plan_of, usual_s

    choices = []
    catalogue = all_exercises()
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
    from spinesense.runner.keeping.entering import sessions_among
    from spinesense.store.places import recordings_folder

    folder = recordings_folder()
    parts = {name for one in sessions_among(folder) for name in one.before}
    found = (path for path in folder.glob("*.mcap") if path.is_file() and path.name not in parts)
    files = sorted(found, reverse=True)[:SHOWN_RECORDINGS]
    return tuple(_recording(path, durations_s.get(str(path))) for path in files)


def _recording(path: Path, duration_s: float | None) -> Choice:
    from spinesense.store.recordings.recording import is_being_recorded

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
    from spinesense.runner.keeping.entering import enter_missing
    from spinesense.store.history.sessions import History
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
    if line.pain_stop is not None:
        end = f"ended, pain {line.pain_stop}"
    begun = f"{datetime.fromisoformat(line.started_at):%d %b %H:%M}"
    return (
        f"{begun}   {title:<24}{line.repetitions:>4} reps  {_minutes(line.duration_s):>9}   {end}"
    )


def _minutes(duration_s: float) -> str:
    return f"{duration_s / 60:.1f} min" if duration_s >= 60 else f"{duration_s:.0f} s"
