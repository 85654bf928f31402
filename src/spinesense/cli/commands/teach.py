"""``spinesense teach``: an exercise of one's own, learned from how it is shown."""

import math
from pathlib import Path
from typing import TYPE_CHECKING

import click

from spinesense.cli.options import sensor_options
from spinesense.cli.output import say
from spinesense.model.movement import StartPosture

if TYPE_CHECKING:
    from spinesense.app.teaching import NewExercise

GUIDE = """Stand still for 3 seconds, then bow forward slowly, twice: it shows how the sensor sits.
Take the start position, be still for 3 seconds, and do the movement three to five times.
Rest for 3 seconds, then press Ctrl-C."""


@click.command()
@click.argument("name")
@click.argument("shown_in", required=False, type=click.Path(path_type=Path))
@sensor_options
@click.option("--from", "from_s", default=0.0, help="From which second of SHOWN_IN on it is shown.")
@click.option("--to", "to_s", default=math.inf, help="Until which second.")
@click.option(
    "--start",
    type=click.Choice([posture.value for posture in StartPosture]),
    help="The posture it starts from, by default what gravity shows: sitting must be named.",
)
@click.option("--again", is_flag=True, help="Learn an exercise of your own anew.")
def command(
    name: str,
    shown_in: Path | None,
    sensor: str,
    link: str,
    from_s: float,
    to_s: float,
    start: str | None,
    again: bool,
) -> None:
    """Make the exercise NAME by showing it: live, or in the recording or CSV file SHOWN_IN.

    It is done three to five times. What it starts from, its direction, range, time and hold are
    learned and written to a text file, in which all may be changed; it can then stand in every
    routine.
    """
    from spinesense.app.sensors import check_sensor_free, open_sensor
    from spinesense.app.teaching import check_free, teach
    from spinesense.cli.naming import id_and_title
    from spinesense.cli.recording import record_until_asked

    exercise_id, title = id_and_title(name, "an exercise", "side_bend")
    check_free(exercise_id, again=again)
    if shown_in is None:
        check_sensor_free(sensor, link)
        recorded = record_until_asked(open_sensor(sensor, link=link), None, None, GUIDE)
        if not recorded:
            return
        shown_in = recorded[0]
    made = teach(
        exercise_id,
        title,
        shown_in,
        start_posture=StartPosture(start) if start else None,
        from_s=from_s,
        to_s=to_s,
        again=again,
    )
    _tell(made)


def _tell(made: "NewExercise") -> None:
    """What was learned, and what to do with it."""
    taught, exercise = made.taught, made.exercise
    ranges_deg = [math.degrees(each) for each in taught.ranges_rad]
    ways = {"positive": "one way", "negative": "one way"}.get(taught.pattern, "both ways")
    posture = taught.start_posture.replace("_", " ")
    say(f"{exercise.title}, from {posture}: {taught.axis.value}, {ways}")
    say(f"  seen {len(ranges_deg)} times, {min(ranges_deg):.0f} to {max(ranges_deg):.0f} degrees")
    held = f", held {taught.hold_s:.1f} s" if exercise.dose.hold_s[0] else ""
    say(f"  {taught.out_s:.1f} s out, {taught.back_s:.1f} s back{held}")
    say(str(made.path))
    if made.guessed:
        warning = "no stand-and-bow was seen, so which way is forward is a guess: bow twice first"
        say(f"spinesense: {warning}.", err=True)
    say("Change its words and numbers in that file.", err=True)
    say(f"See it with: spinesense routines show {exercise.id}", err=True)
    say(f"Do it with:  spinesense coach {exercise.id}", err=True)
