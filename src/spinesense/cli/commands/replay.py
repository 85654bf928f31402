"""``spinesense replay``: a recording through the same pipeline again."""

import asyncio
from pathlib import Path

import click

from spinesense.cli.output import say


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--speed",
    default=1.0,
    type=click.FloatRange(min=0.0),
    show_default=True,
    help="Seconds of the recording in a second; 0 (headless) as fast as possible.",
)
@click.option("--headless", is_flag=True, help="Print the events; no screen.")
def command(file: Path, speed: float, headless: bool) -> None:
    """Replay FILE: a recording, or a CSV file of samples."""
    from spinesense.app.sessions import replay_run

    if headless:
        from spinesense.cli.event_text import Teller

        teller = Teller()
        run = replay_run(file, speed=speed, listeners=[teller.take])
        for sentence in (*([run.damage] if run.damage else []), *run.remarks):
            say(f"spinesense: {sentence}", err=True)
        asyncio.run(run.run_once(lambda _: None))
        return
    from spinesense.app.tui_services import SessionOptions
    from spinesense.cli.tui_launcher import show
    from spinesense.runner.batch.open_file import open_stored
    from spinesense.tui.launch import Launch, LaunchKind

    open_stored(file)
    show(SessionOptions(speed=speed or 1.0), Launch(LaunchKind.REPLAY, str(file)), None)
