"""``spinesense coach``: a routine with a sensor."""

import click

from spinesense.cli.voice import speaker


@click.command()
@click.argument("routine", default="first_steps")
@click.option("--sensor", default="sim", show_default=True, help="The sensor to use: sim.")
@click.option("--quiet", is_flag=True, help="Say nothing aloud; captions are always shown.")
def command(routine: str, sensor: str, quiet: bool) -> None:
    """Do ROUTINE: the id of one that ships with spinesense, or the path of a TOML file."""
    from spinesense.cli.assemble import load_routine, open_sensor
    from spinesense.cli.face import Opening, show
    from spinesense.tui.launch import Launch, LaunchKind

    load_routine(routine)
    open_sensor(sensor, seed=1, answers=False)
    show(Opening(sensor=sensor), Launch(LaunchKind.COACH, routine), speaker(quiet))
