"""``spinesense sit``: the sitting monitor."""

import click

from spinesense.cli.options import sensor_options
from spinesense.cli.voice import speaker


@click.command()
@sensor_options
@click.option(
    "--speed",
    default=1.0,
    type=click.FloatRange(min=0.1),
    show_default=True,
    help="Pace of the simulated sensor.",
)
@click.option("--seed", default=1, show_default=True, help="What the simulation varies by chance.")
@click.option("--quiet", is_flag=True, help="Say nothing aloud.")
def command(sensor: str, link: str, speed: float, seed: int, quiet: bool) -> None:
    """Watch sitting: posture now, time since the last shift, and a prompt to move."""
    from spinesense.cli.face import Opening, show
    from spinesense.cli.sensing import check_sensor, open_sensor
    from spinesense.tui.launch import Launch, LaunchKind

    check_sensor(open_sensor(sensor, link=link))
    opening = Opening(sensor=sensor, link=link, seed=seed, speed=speed)
    show(opening, Launch(LaunchKind.SIT), speaker(quiet))
