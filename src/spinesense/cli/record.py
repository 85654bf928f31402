"""``spinesense record``: packets into a file, without coaching."""

import asyncio
import math
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from spinesense.runner.live import LiveRun


@click.command()
@click.option(
    "--sensor",
    default="sim",
    show_default=True,
    help="sim, or sim:desk for a simulated person at a desk.",
)
@click.option("--seconds", type=click.FloatRange(min=0.1), help="Stop after so much data.")
@click.option(
    "--speed",
    default=1.0,
    type=click.FloatRange(min=0.0),
    show_default=True,
    help="Pace of the simulated sensor; 0 is as fast as possible.",
)
@click.option("--seed", default=1, show_default=True, help="What the simulation varies by chance.")
@click.option("--to", "target", type=click.Path(path_type=Path), help="Where to write it.")
def command(
    sensor: str, seconds: float | None, speed: float, seed: int, target: Path | None
) -> None:
    """Record a sensor until Ctrl-C, or for --seconds of data. Prints the path of the recording."""
    from spinesense.cli.assemble import open_sensor, record_run

    if seconds is not None and math.isnan(seconds):
        raise click.BadParameter("not a number", param_hint="--seconds")

    source = open_sensor(sensor, seed=seed, speed=speed, answers=False)
    run, path = record_run(source, target, stop_after_s=seconds or math.inf)
    try:
        asyncio.run(_announced(run))
    except KeyboardInterrupt:
        click.echo("spinesense: ended.", err=True)
    click.echo(path)


async def _announced(run: "LiveRun") -> None:
    """Run, and say so from inside the loop: from here on Ctrl-C ends the recording in order."""
    click.echo("spinesense: recording; Ctrl-C ends it.", err=True)
    await run.run(lambda _: None)
