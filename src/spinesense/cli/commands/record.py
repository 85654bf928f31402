"""``spinesense record``: packets into a file, without coaching."""

import math
from pathlib import Path

import click

from spinesense.cli.options import SEED, sensor_options, upper_option


@click.command()
@sensor_options
@upper_option
@click.option("--seconds", type=click.FloatRange(min=0.1), help="Stop after so much data.")
@click.option(
    "--speed",
    default=1.0,
    type=click.FloatRange(min=0.0),
    show_default=True,
    help="Pace of the simulated sensor; 0 is as fast as possible.",
)
@click.option(
    "--seed", default=1, type=SEED, show_default=True, help="What the simulation varies by chance."
)
@click.option("--to", "target", type=click.Path(path_type=Path), help="Where to write it.")
def command(
    sensor: str,
    link: str,
    upper: str,
    seconds: float | None,
    speed: float,
    seed: int,
    target: Path | None,
) -> None:
    """Record a sensor until Ctrl-C, or for --seconds of data. Prints the path of the recording."""
    from spinesense.app.sensors import check_sensor_free, open_sensor
    from spinesense.cli.recording import record_until_asked

    check_sensor_free(sensor, link)
    if seconds is not None and math.isnan(seconds):
        raise click.BadParameter("not a number", param_hint="--seconds")
    source = open_sensor(sensor, link=link, seed=seed, speed=speed, upper=upper)
    record_until_asked(source, target, seconds)
