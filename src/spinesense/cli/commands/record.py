"""``spinesense record``: packets into a file, without coaching."""

import asyncio
import math
from pathlib import Path
from typing import TYPE_CHECKING

import click

from spinesense.cli.options import SEED, sensor_options, upper_option
from spinesense.cli.output import say

if TYPE_CHECKING:
    from spinesense.cli.signals import Heeded
    from spinesense.model.run import Run
    from spinesense.model.snapshot import Snapshot
    from spinesense.runner.live import LiveRun


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
    from spinesense.app.sensors import check_sensor_free, open_sensor, when_connected
    from spinesense.app.sessions import record_run

    check_sensor_free(sensor, link)
    if seconds is not None and math.isnan(seconds):
        raise click.BadParameter("not a number", param_hint="--seconds")

    source = open_sensor(sensor, link=link, seed=seed, speed=speed, upper=upper)
    paths: list[Path] = []

    def begin() -> "LiveRun":
        run, path = record_run(source, target, stop_after_s=seconds or math.inf)
        paths.append(path)
        return run

    try:
        if asyncio.run(_announced(when_connected(source, begin))).number:
            say("spinesense: ended.", err=True)
    finally:
        for path in paths:
            say(path)


async def _announced(run: "Run") -> "Heeded":
    """Run, and say from inside the loop what is going on.

    Once "recording" is said, Ctrl-C ends the recording in order.
    """
    from spinesense.cli.signals import until_asked

    said = ""

    def tell(snapshot: "Snapshot") -> None:
        nonlocal said
        sensor = snapshot.sensor
        begun = f"recording {sensor.name}; Ctrl-C ends it." if sensor.name else ""
        news = sensor.message or begun
        if news and news != said:
            said = news
            say(f"spinesense: {news}", err=True)

    return await until_asked(run, tell)
