"""``spinesense sit``: the sitting monitor."""

import click

from spinesense.cli.options import SEED, sensor_options
from spinesense.cli.output import complain, speaker


@click.command()
@sensor_options
@click.option(
    "--speed",
    default=1.0,
    type=click.FloatRange(min=0.0),
    show_default=True,
    help="Pace of the simulated sensor; 0 (headless) is as fast as possible.",
)
@click.option(
    "--seed", default=1, type=SEED, show_default=True, help="What the simulation varies by chance."
)
@click.option("--quiet", is_flag=True, help="Say nothing aloud.")
@click.option("--headless", is_flag=True, help="No screen: run for days, a line for what happens.")
@click.option("--snooze", is_flag=True, help="Put the prompts of the monitor that runs off.")
@click.option("--stop", is_flag=True, help="End the monitor that runs, as before exercises.")
def command(
    sensor: str,
    link: str,
    speed: float,
    seed: int,
    quiet: bool,
    headless: bool,
    snooze: bool,
    stop: bool,
) -> None:
    """Watch sitting: posture now, time since the last shift, and a prompt to move.

    One monitor runs at a time; a second one shows the first. See what it says with
    ``spinesense status``.
    """
    from spinesense.app.desktop.announcer import Announcer
    from spinesense.app.desktop.notifications import notifier
    from spinesense.app.sitting_monitor import open_watch
    from spinesense.cli import follow_monitor

    if stop:
        follow_monitor.stop()
        return
    if snooze:
        follow_monitor.snooze()
        return
    if headless:
        follow_monitor.follow(
            open_watch(
                sensor,
                link=link,
                seed=seed,
                speed=speed,
                listeners=[
                    follow_monitor.Watcher().take,
                    Announcer(speaker(quiet), notifier(complain)).take,
                ],
                headless=True,
            )
        )
        return
    from spinesense.app.sensors import check_sensor, open_sensor
    from spinesense.app.tui_services import SessionOptions
    from spinesense.cli.tui_launcher import show
    from spinesense.store.monitor import is_monitored
    from spinesense.tui.launch import Launch, LaunchKind

    if sensor or not is_monitored():
        check_sensor(open_sensor(sensor, link=link))
    opening = SessionOptions(sensor=sensor, link=link, seed=seed, speed=speed or 1.0)
    show(opening, Launch(LaunchKind.SIT), speaker(quiet))
