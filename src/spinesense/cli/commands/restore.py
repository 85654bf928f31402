"""``spinesense restore``: a backup in the place of what is kept."""

from pathlib import Path

import click

from spinesense.cli.output import ask_line, say


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--check", is_flag=True, help="Only check FILE; change nothing.")
@click.option("--yes", is_flag=True, help="Replace what is kept here without asking.")
def command(file: Path, check: bool, yes: bool) -> None:
    """Put the backup FILE in the place of everything that is kept.

    FILE is checked before anything is replaced. What is replaced comes back if anything breaks.
    """
    from spinesense.store.backup import check_backup
    from spinesense.store.places import data_folder
    from spinesense.store.restoring import restore

    held = check_backup(file)
    said = f"{len(held.files)} files of {held.made_at[:16].replace('T', ' ')}"
    if check:
        say(f"spinesense: the backup is whole: {said}.", err=True)
        return
    folder = data_folder()
    kept = any(path.is_file() and path.suffix != ".lock" for path in folder.rglob("*"))
    if kept and not yes:
        answer = ask_line(f"Replace everything in {folder} by {said}? [y/N] ")
        if answer.strip().lower() not in ("y", "yes"):
            raise click.Abort
    restore(file)
    say(f"spinesense: restored {said} into {folder}.", err=True)
