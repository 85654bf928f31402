"""``spinesense history``: past sessions, newest first."""

import dataclasses

import click

from spinesense.app.person import this_week
from spinesense.cli.output import say, say_json
from spinesense.coaching.progression.aerobic import week_words
from spinesense.runner.keeping.entering import enter_missing
from spinesense.store.history.sessions import History, SessionLine
from spinesense.store.places import history_path, recordings_folder


@click.command()
@click.option("--limit", default=20, show_default=True, type=click.IntRange(min=1))
@click.option("--json", "as_json", is_flag=True, help="Print one JSON array.")
@click.option("--rebuild", is_flag=True, help="Enter all sessions anew, from all recordings.")
def command(limit: int, as_json: bool, rebuild: bool) -> None:
    """List past sessions, newest first.

    Sessions that the history does not have are entered from their recordings first.
    """
    enter_missing(recordings_folder(), history_path(), anew=rebuild, tell=_talk)
    with History.open(history_path()) as history:
        sessions = history.sessions(limit=limit)
    if as_json:
        say_json([dataclasses.asdict(line) for line in sessions], indent=2)
        return
    if not sessions:
        say("No sessions yet: spinesense demo makes the first.", err=True)
    for line in sessions:
        say(line_of(line))
    if (week := this_week()) is not None:
        say(f"This week: {week_words(week)}.")


def _talk(sentence: str) -> None:
    say(f"spinesense: {sentence}", err=True)


def line_of(line: SessionLine) -> str:
    """One session in one line, for a list."""
    when = line.started_at[:16].replace("T", " ")
    pain = f", pain {_score(line.pain_before)} to {_score(line.pain_after)}"
    if line.pain_stop is not None:
        pain = f", pain {_score(line.pain_before)}, stopped at pain {line.pain_stop}"
    state = "finished" if line.finished else f"not finished: {line.reason}"
    state += f", {line.unrecorded}" if line.unrecorded else ""
    simulated = " (simulated)" if line.simulated else ""
    return (
        f"{when}  {line.routine}{simulated}: {line.sets} sets, {line.repetitions} repetitions, "
        f"{line.duration_s / 60:.1f} min{pain}, {state}"
    )


def _score(score: int | None) -> str:
    return "-" if score is None else str(score)
