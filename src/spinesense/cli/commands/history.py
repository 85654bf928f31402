"""``spinesense history``: past sessions, newest first."""

import dataclasses

import click

from spinesense.app.catch_up import catch_up
from spinesense.app.interrupted import is_attempt
from spinesense.app.person import this_week
from spinesense.cli.output import complain, say, say_json
from spinesense.coaching.progression.aerobic import week_words
from spinesense.runner.keeping.entering import enter_missing
from spinesense.store.history.sessions import History, SessionLine
from spinesense.store.places import history_path, recordings_folder

LOOKED_AT = 1000
"""Sessions among which those to show are looked for: some years of them."""


@click.command()
@click.option("--limit", default=20, show_default=True, type=click.IntRange(min=1))
@click.option("--json", "as_json", is_flag=True, help="Print one JSON array.")
@click.option("--rebuild", is_flag=True, help="Enter all sessions again, from all recordings.")
@click.option("--attempts", is_flag=True, help="Show also what was left within a minute.")
def command(limit: int, as_json: bool, rebuild: bool, attempts: bool) -> None:
    """List past sessions, newest first.

    Sessions that the history does not have are entered from their recordings first. What was left
    within a minute, with nothing done, is in the JSON, and in the list with --attempts.
    """
    if rebuild:
        enter_missing(recordings_folder(), history_path(), rebuild=True, tell=complain)
    else:
        catch_up(complain)
    with History.open(history_path()) as history:
        sessions = history.sessions(limit=limit if as_json or attempts else LOOKED_AT)
    if as_json:
        say_json([dataclasses.asdict(line) for line in sessions], indent=2)
        return
    if not sessions:
        say("No sessions yet: spinesense demo makes the first.", err=True)
    shown = [line for line in sessions if attempts or not is_attempt(line)]
    for line in shown[:limit]:
        say(line_of(line))
    if hidden := len(sessions) - len(shown):
        left = f"{hidden} that were left within a minute, with nothing done"
        say(f"Not shown: {left}; see them with --attempts.", err=True)
    if (week := this_week()) is not None:
        say(f"This week: {week_words(week)}.")


def line_of(line: SessionLine) -> str:
    """One session in one line, for a list."""
    when = line.started_at[:16].replace("T", " ")
    pain = f", pain {_score(line.pain_before)} to {_score(line.pain_after)}"
    if line.pain_stop is not None:
        pain = f", pain {_score(line.pain_before)}, stopped at pain {line.pain_stop}"
    state = "finished" if line.finished else f"not finished: {line.reason}"
    state += f", {line.unrecorded}" if line.unrecorded else ""
    simulated = " (simulated)" if line.simulated else ""
    uncounted = f" and {line.uncounted} not counted" if line.uncounted else ""
    return (
        f"{when}  {line.routine}{simulated}: {line.sets} sets, {line.repetitions} repetitions"
        f"{uncounted}, {line.duration_s / 60:.1f} min{pain}, {state}"
    )


def _score(score: int | None) -> str:
    return "-" if score is None else str(score)
