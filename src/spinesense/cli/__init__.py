"""The command line: one module a command, imported only when its command runs.

Data goes to stdout and talk to stderr. Exit codes: 0 done, 1 done with a finding that the command
documents, 2 wrong input or a failure said in one sentence, 130 interrupted.
"""

import importlib
import os
import sys
from typing import Any

import click

from spinesense.cli.output import prepare, say, say_error, say_usage
from spinesense.model.errors import SpinesenseError

COMMANDS = {
    "demo": ("demo", "Be coached on the simulated sensor: no hardware needed."),
    "scan": ("scan", "Show the Bluetooth sensors around and choose one."),
    "coach": ("coach", "Do a routine with a sensor."),
    "sit": ("sit", "Watch sitting and be prompted to move."),
    "status": ("status", "What the running sitting monitor says, for you or a status bar."),
    "day": ("day", "A day or a week as it was worn: sitting, shifts, walking, bends."),
    "record": ("record", "Record a sensor without coaching."),
    "replay": ("replay", "Play a recording back through the same pipeline."),
    "analyse": ("analyse", "Postures, walking and repetitions of recordings."),
    "import": ("import_csv", "Turn a table of samples, or an app's export, into a recording."),
    "routines": ("routines", "See, check, begin and change routines."),
    "teach": ("teach", "Make an exercise of your own by showing it."),
    "progress": ("progress", "Show or undo the steps of the dose."),
    "log": ("log", "Enter endurance by hand; show the minutes of the week."),
    "safety": ("safety", "Answer the questions before the first use."),
    "settings": ("settings", "Show or edit the limits."),
    "history": ("history", "List past sessions."),
    "backup": ("backup", "Write all that is kept into one file."),
    "restore": ("restore", "Put a backup in the place of what is kept."),
    "bench": ("bench", "Measure speed and accuracy on this machine."),
    "doctor": ("doctor", "Check what this machine has."),
    "virtual-sensor": ("virtual_sensor", "Be a software Bluetooth sensor, to try things with."),
}
"""Command name: (module in this package, the line that ``--help`` shows).

The lines stand here and not in the modules so that ``--help`` imports none of them.
"""


class LazyGroup(click.Group):
    """A group whose commands are modules, imported when they run."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Names in the order of a first use."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import the module of a command and return its ``command``."""
        if cmd_name not in COMMANDS:
            return None
        module = importlib.import_module(f"spinesense.cli.commands.{COMMANDS[cmd_name][0]}")
        command: click.Command = module.command
        return command

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; that the reader of a pipe goes away (``| head``) is no failure."""
        try:
            return super().invoke(ctx)
        except BrokenPipeError:
            # What is still buffered goes nowhere, instead of failing again when Python ends.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            ctx.exit(0)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the list of commands without importing any."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, line) for name, (_, line) in COMMANDS.items()])


@click.group(
    cls=LazyGroup,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="Wellness software, not a medical device. Everything stays on this machine.",
)
@click.version_option(package_name="spinesense")
@click.pass_context
def group(ctx: click.Context) -> None:
    """Coach a sore lower back with one IMU worn on it. Without a command: the home screen."""
    if ctx.invoked_subcommand is None:
        from spinesense.cli.tui_launcher import show_home

        show_home()


def main() -> None:
    """Run the command line and turn every failure a person can act on into one sentence."""
    prepare()
    try:
        code = group.main(prog_name="spinesense", standalone_mode=False)
    except SpinesenseError as error:
        say_error(error)
        sys.exit(2)
    except click.ClickException as error:
        say_usage(error)
        sys.exit(2)
    except (click.Abort, KeyboardInterrupt):
        say("spinesense: stopped.", err=True)
        sys.exit(130)
    except Exception as error:  # noqa: BLE001  # the person gets a sentence, the log the rest
        from spinesense.app.crash_log import report

        say_error(report(error))
        sys.exit(2)
    sys.exit(code if isinstance(code, int) else 0)
