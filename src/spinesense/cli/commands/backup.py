"""``spinesense backup``: all that is kept, in one file."""

from pathlib import Path

import click

from spinesense.cli.output import say


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
def command(file: Path) -> None:
    """Write history, diary, recordings, routines, settings and the chosen sensors into FILE.

    FILE is a zip file that only you can read. Put it back with: spinesense restore FILE
    """
    from spinesense.store.backup import write_backup
    from spinesense.store.monitor import is_exercising, is_monitored

    running = is_monitored() or is_exercising()
    held = write_backup(file)
    say(file)
    size = sum(each.size for each in held.files.values())
    say(f"spinesense: {len(held.files)} files, {size / 1e6:.1f} MB, checked.", err=True)
    if running:
        say(
            "spinesense: a session or the sitting monitor is running: of its recording the backup "
            "has what was there.",
            err=True,
        )
