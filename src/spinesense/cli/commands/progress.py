"""``spinesense progress``: the steps of the dose, why they were taken, and undoing them."""

import dataclasses

import click

from spinesense.app.catch_up import catch_up
from spinesense.app.exercises import all_exercises
from spinesense.app.person import care_of, local_now
from spinesense.app.routines import load_routine
from spinesense.cli.options import NUMBER
from spinesense.cli.output import complain, say, say_json, say_wrapped
from spinesense.coaching.progression.progression import next_step_text
from spinesense.coaching.routines.parse import shipped_routines
from spinesense.model.care import Change
from spinesense.model.errors import FileError
from spinesense.runner.care import Care, pain_stop_words
from spinesense.store.history.diary import Diary
from spinesense.store.places import history_path

WIDTH = 92


simulated_world = click.option(
    "--simulated", is_flag=True, help="The steps of the simulated sensor, which are a world apart."
)


@click.group(invoke_without_command=True)
@simulated_world
@click.pass_context
def command(ctx: click.Context, simulated: bool) -> None:
    """Show the steps of the dose, and undo them. Without a word: show."""
    if ctx.invoked_subcommand is None:
        ctx.invoke(show, simulated=simulated)


@command.command()
@click.argument("routine", default="")
@simulated_world
@click.option("--json", "as_json", is_flag=True, help="Print one JSON array.")
def show(routine: str, simulated: bool, as_json: bool) -> None:
    """Show all steps, or those of ROUTINE, the sessions that pain stopped, and what comes next."""
    catch_up(complain)
    care = care_of(all_exercises(), simulated=simulated)
    with Diary.open(history_path()) as diary:
        changes, past = diary.changes(simulated=simulated), diary.past(simulated=simulated)
    if routine:
        changes = tuple(one for one in changes if one.routine in ("", routine))
        past = tuple(one for one in past if one.routine == routine)
    if as_json:
        say_json([dataclasses.asdict(one) for one in changes], indent=2)
        return
    coming = [
        f"{name}: {next_step_text(care.course(load_routine(name)[0]))}"
        for name in ((routine,) if routine else _done_lately(care))
    ]
    if not changes:
        say("No steps yet: the dose is as it is written.", err=True)
    stopped = [
        f"     {one.started_at[:10]}  {one.routine}: {pain_stop_words(one)}."
        for one in past
        if one.pain_stop is not None
    ]
    for line in (*map(_line, changes), *stopped, *coming):
        _print(line)


def _done_lately(care: Care) -> tuple[str, ...]:
    """Routines with a past, as far as they are still there."""
    routine, _ = load_routine(next(iter(shipped_routines())))
    names = dict.fromkeys(one.routine for one in care.course(routine).past if one.done)
    known = []
    for name in names:
        try:
            load_routine(name)
        except FileError:
            continue
        known.append(name)
    return tuple(known)


@command.command()
@click.argument("number", type=NUMBER)
def undo(number: int) -> None:
    """Undo step NUMBER: the dose is as if it had not been taken, and it is not taken again."""
    with Diary.open(history_path()) as diary:
        diary.mark_undone(number, local_now().isoformat(timespec="seconds"))
    _report(number)


@command.command()
@click.argument("number", type=NUMBER)
def redo(number: int) -> None:
    """Put step NUMBER in force again."""
    with Diary.open(history_path()) as diary:
        diary.mark_undone(number, "")
    _report(number)


def _report(number: int) -> None:
    with Diary.open(history_path()) as diary:
        for simulated in (False, True):
            for change in diary.changes(simulated=simulated):
                if change.id == number:
                    _print(_line(change))


def _line(change: Change) -> str:
    where = change.routine or "all routines"
    undone = "" if change.holds else f" (undone on {change.undone_at[:10]})"
    return f"{change.id:>3}  {change.made_at[:10]}  {where}: {change.reason}{undone}"


def _print(line: str) -> None:
    say_wrapped(line, WIDTH, indent="     ")
