"""``spinesense coach``: a routine with a sensor."""

import sys
from typing import TYPE_CHECKING

import click

from spinesense.cli.options import sensor_options, upper_option
from spinesense.cli.output import say, speaker

if TYPE_CHECKING:
    from spinesense.app.interrupted import Interrupted


@click.command()
@click.argument("routine", default="first_steps")
@sensor_options
@upper_option
@click.option("--quiet", is_flag=True, help="Say nothing aloud; captions are always shown.")
@click.option("--headless", is_flag=True, help="No screen: what is said as lines, answers typed.")
@click.option("--continue", "again", is_flag=True, help="Go on with the session broken off last.")
@click.option(
    "--speed",
    default=1.0,
    type=click.FloatRange(min=0.0, max=60.0),
    show_default=True,
    help="Pace of the simulated sensor; 0 (headless) is as fast as possible.",
)
def command(
    routine: str,
    sensor: str,
    link: str,
    upper: str,
    quiet: bool,
    headless: bool,
    again: bool,
    speed: float,
) -> None:
    """Do ROUTINE: one that ships with spinesense, the path of a TOML file, or one exercise.

    leg_press_guard watches your low back while you train on the machine.
    """
    from spinesense.app.interrupted import required_session
    from spinesense.app.routines import load_routine
    from spinesense.app.sensors import check_sensor_free

    check_sensor_free(sensor, link)
    interrupted = required_session() if again else None
    if interrupted is None:
        load_routine(routine)
    if headless:
        _headless(routine, sensor, link, upper, quiet, interrupted, speed)
        return
    from spinesense.app.sensors import check_sensor, open_sensor
    from spinesense.app.tui_services import SessionOptions
    from spinesense.cli.tui_launcher import show
    from spinesense.tui.launch import Launch, LaunchKind

    check_sensor(open_sensor(sensor, link=link, upper=upper))
    launch = Launch(LaunchKind.COACH, routine)
    if interrupted is not None:
        launch = Launch(LaunchKind.CONTINUE, str(interrupted.path), interrupted.words)
    show(
        SessionOptions(sensor=sensor, link=link, upper=upper, speed=speed or 1.0),
        launch,
        speaker(quiet),
    )


def _headless(
    routine: str,
    sensor: str,
    link: str,
    upper: str,
    quiet: bool,
    interrupted: "Interrupted | None",
    speed: float,
) -> None:
    """Follow a session by its captions; a simulated person answers where nobody can type."""
    from spinesense.app.desktop.announcer import Announcer
    from spinesense.app.sensors import open_sensor, when_connected
    from spinesense.app.sessions import coach_run, continued_run
    from spinesense.cli.captions import HELP, follow, print_captions

    listeners = [print_captions, Announcer(speaker(quiet)).take]
    answers = not sys.stdin.isatty()
    source = open_sensor(sensor, link=link, speed=speed, answers=answers, upper=upper)
    if interrupted is None and not _may_begin(routine, sensor, link, answers=answers):
        return
    say(HELP, err=True)
    if interrupted is not None:
        say(f"spinesense: going on with {interrupted.words}.", err=True)
    if interrupted is None:
        run = when_connected(source, lambda: coach_run(source, routine, listeners))
    else:
        run = when_connected(source, lambda: continued_run(source, interrupted.path, listeners))
    follow(run)


def _may_begin(routine: str, sensor: str, link: str, *, answers: bool) -> bool:
    """Ask what is to be asked before a session; a simulated person answers for themselves."""
    from spinesense.app.routines import consultation
    from spinesense.app.sensors import is_simulated
    from spinesense.cli.questions import ask_all, rehearse

    simulated = is_simulated(sensor, link)
    rehearsal = answers and simulated and not link
    consult = consultation(routine, simulated=simulated, rehearsal=rehearsal)
    if rehearsal:
        rehearse(consult)
        return True
    return ask_all(consult)
