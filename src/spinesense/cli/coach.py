"""``spinesense coach``: a routine with a sensor."""

import click

from spinesense.cli.options import sensor_options
from spinesense.cli.voice import speaker


@click.command()
@click.argument("routine", default="first_steps")
@sensor_options
@click.option("--quiet", is_flag=True, help="Say nothing aloud; captions are always shown.")
def command(routine: str, sensor: str, link: str, quiet: bool) -> None:
    """Do ROUTINE: the id of one that ships with spinesense, or the path of a TOML file."""
    from spinesense.cli.assemble import load_routine
    from spinesense.cli.face import Opening, show
    from spinesense.cli.sensing import check_sensor, open_sensor
    from spinesense.tui.launch import Launch, LaunchKind

    load_routine(routine)
    check_sensor(open_sensor(sensor, link=link))
    show(Opening(sensor=sensor, link=link), Launch(LaunchKind.COACH, routine), speaker(quiet))
