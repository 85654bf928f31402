"""``spinesense analyse``: postures, walking and repetitions of recordings."""

import sys
from pathlib import Path

import click

from spinesense.app.exercises import all_exercises
from spinesense.cli.analysis_formats import FORMATS
from spinesense.cli.output import complain
from spinesense.model.errors import SpinesenseError
from spinesense.runner.batch.analysis import analyse, movement_of


@click.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "--format",
    "form",
    type=click.Choice(list(FORMATS)),
    default="text",
    show_default=True,
    help="How to print what is found.",
)
@click.option("--json", "form", flag_value="json", help="The same as --format json.")
@click.option("--exercise", metavar="ID", help="Look for repetitions of this exercise.")
@click.option("--angles", is_flag=True, help="Include the trunk angles.")
@click.option("--as-heard", is_flag=True, help="Postures as told at the time, not in hindsight.")
def command(
    files: tuple[Path, ...], form: str, exercise: str | None, angles: bool, as_heard: bool
) -> None:
    """Say what FILES (recordings or CSV) hold: postures, walking, repetitions, angles.

    A file that cannot be read is named, the others are analysed; the exit code is then 2.
    """
    catalogue = all_exercises()
    movement_of(exercise, catalogue)  # a word that no file can be analysed for
    failed = False
    for path in files:
        try:
            found = analyse(
                path, exercise=exercise, angles=angles, as_heard=as_heard, catalogue=catalogue
            )
        except SpinesenseError as problem:
            failed = True
            complain(str(problem))
            continue
        if found.damage:
            complain(f"{path}: {found.damage}")
        FORMATS[form](path, found)
    if failed:
        sys.exit(2)
