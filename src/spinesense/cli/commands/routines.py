"""``spinesense routines``: see, check, begin and change what there is to do."""

from collections.abc import Iterable, Mapping
from pathlib import Path

import click

from spinesense.app.exercises import all_exercises, mistakes
from spinesense.app.routines import load_routine, own_routines, routine_text
from spinesense.cli.naming import id_and_title
from spinesense.cli.output import say, say_error, say_json, say_wrapped
from spinesense.coaching.exercises.schema import Exercise
from spinesense.coaching.routines.describe import exercise_lines, routine_lines, unsensed_words
from spinesense.coaching.routines.entry import Routine
from spinesense.coaching.routines.parse import shipped_routines
from spinesense.coaching.routines.plan import plan_of, usual_s
from spinesense.coaching.routines.review import in_order
from spinesense.coaching.routines.write import new_routine
from spinesense.model.errors import FileError, SpinesenseError
from spinesense.store.files import write_text
from spinesense.store.places import routines_folder

WIDTH = 92


@click.group(invoke_without_command=True)
@click.pass_context
def command(ctx: click.Context) -> None:
    """See, check, begin and change routines. Without a word: the list."""
    if ctx.invoked_subcommand is None:
        ctx.invoke(list_all)


@command.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON array.")
def list_all(as_json: bool) -> None:
    """List all routines: your own first, then those that ship with spinesense."""
    catalogue = all_exercises()
    own = own_routines()
    rows = []
    for name in dict.fromkeys((*own, *shipped_routines())):
        try:
            routine, _ = load_routine(name)
        except SpinesenseError as error:
            say_error(error)
            continue
        minutes = usual_s(plan_of(routine, catalogue)) / 60.0
        rows.append((name, routine.title, len(routine.entries), minutes, name in own))
    for problem in mistakes().values():
        say_error(problem)
    if as_json:
        keys = ("id", "title", "exercises", "minutes", "own")
        say_json([dict(zip(keys, row, strict=True)) for row in rows], indent=2)
        return
    for name, title, count, minutes, is_own in rows:
        exercises = f"{count} exercise{'' if count == 1 else 's'}"
        mine = "   your own" if is_own else ""
        say(f"{name:<20} {title:<26} {exercises:>13} {minutes:>5.0f} min{mine}")


@command.command()
@click.argument("name")
def show(name: str) -> None:
    """Show a routine as it will be done, or an exercise of the catalogue. NAME may be a file."""
    catalogue = all_exercises()
    known = name in own_routines() or name in shipped_routines() or Path(name).is_file()
    if name in catalogue and not known:
        _print(exercise_lines(catalogue[name]))
        return
    routine, _ = load_routine(name)
    _print(routine_lines(routine, catalogue))
    _tell(routine, catalogue)


@command.command()
@click.argument("names", nargs=-1, required=True)
def check(names: tuple[str, ...]) -> int:
    """Look for mistakes in routines: NAMES or files.

    Exit code 1 when something would be better otherwise, 2 when a routine cannot be done.
    """
    catalogue = all_exercises()
    return max(_check(name, catalogue) for name in names)


def _check(name: str, catalogue: Mapping[str, Exercise]) -> int:
    try:
        routine, _ = load_routine(name)
    except SpinesenseError as error:
        say_error(error)
        return 2
    if name in own_routines() and routine.id != name:
        what = f"the id is {routine.id} but the file is {name}.toml"
        say(f"spinesense: {what}; name both alike, so that its history is found.", err=True)
        return 2
    count = len(routine.warnings)
    found = "fine" if not count else f"{count} thing{'s' if count > 1 else ''} to think about"
    say(f"{name}: {found}")
    return 1 if _tell(routine, catalogue) else 0


def _tell(routine: Routine, catalogue: Mapping[str, Exercise]) -> bool:
    """Print what would be better otherwise, and what is not sensed; gives whether there is any."""
    for warning in routine.warnings:
        _print([f"- {warning}."])
    better = in_order(routine.entries, catalogue)
    if better != routine.entries:
        names = ", ".join(entry.exercise for entry in better)
        _print([f"  In order, and so it is coached: {names}"])
    if words := unsensed_words(routine, catalogue):
        _print([words])
    return bool(routine.warnings)


@command.command()
@click.argument("name", default="my_routine")
@click.option("--edit", "then_edit", is_flag=True, help="Open it in your editor at once.")
def new(name: str, then_edit: bool) -> int:
    """Begin a routine of your own, gentle and in order, with notes beside each number.

    NAME is what you call it, such as "Anna, week 1".
    """
    routine_id, title = id_and_title(name, "a routine", "anna_week_1")
    path = routines_folder() / f"{routine_id}.toml"
    if path.exists():
        raise FileError(
            "there is a routine of this name already",
            where=str(path),
            remedy=f"change it with spinesense routines edit {routine_id}, or choose another name",
        )
    write_text(path, new_routine(routine_id, title, all_exercises()))
    say(str(path))
    if then_edit:
        return _edit(routine_id, path)
    say(f"Change it with: spinesense routines edit {routine_id}", err=True)
    say(f"Do it with:     spinesense coach {routine_id}", err=True)
    return 0


@command.command()
@click.argument("name")
def edit(name: str) -> int:
    """Open a routine in your editor (EDITOR), and check it afterwards.

    Of one that ships with spinesense you get a copy of your own, which then takes its place. Exit
    codes as of check.
    """
    own = own_routines()
    if name in own:
        path = own[name]
    elif name in shipped_routines():
        path = routines_folder() / f"{name}.toml"
        write_text(path, routine_text(name)[0])
        say(f"This is your own copy now: {path}", err=True)
    elif Path(name).is_file():
        path = Path(name)
    else:
        raise FileError(
            "there is no routine of this name",
            where=name,
            remedy=f"begin it with spinesense routines new {name}",
        )
    return _edit(name, path)


def _edit(name: str, path: Path) -> int:
    from spinesense.cli.editor import open_editor

    open_editor(path)
    return _check(name, all_exercises())


def _print(lines: Iterable[str]) -> None:
    """Print lines, folded at the width of a page under their own indent."""
    for line in lines:
        indent = " " * (len(line) - len(line.lstrip()))
        if line.lstrip().startswith("- "):
            indent += "  "
        say_wrapped(line, WIDTH, indent=indent)
