"""``spinesense sit``: the sitting monitor."""

import click

from spinesense.cli.voice import speaker


@click.command()
@click.option("--sensor", default="sim", show_default=True, help="The sensor to use: sim.")
@click.option(
    "--speed",
    default=1.0,
    type=click.FloatRange(min=0.1),
    show_default=True,
    help="Pace of the simulated sensor.",
)
@click.option("--seed", default=1, show_default=True, help="What the simulation varies by chance.")
@click.option("--quiet", is_flag=True, help="Say nothing aloud.")
def command(sensor: str, speed: float, seed: int, quiet: bool) -> None:
    """Watch sitting: posture now, time since the last shift, and a prompt to move."""
    from spinesense.cli.assemble import open_sensor
    from spinesense.cli.face import Opening, show
    from spinesense.tui.launch import Launch, LaunchKind

    open_sensor(sensor, seed=seed, speed=speed, answers=False)
    opening = Opening(sensor=sensor, seed=seed, speed=speed)
    show(opening, Launch(LaunchKind.SIT), speaker(quiet))
