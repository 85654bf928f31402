"""``spinesense day``: one day, or a week, as it was worn."""

import dataclasses
from datetime import date, timedelta

import click

from spinesense.app.catch_up import catch_up
from spinesense.app.days import WEEK_DAYS, day_view, monday_of, newest_day, week_view
from spinesense.app.person import local_now
from spinesense.cli.output import complain, say, say_json
from spinesense.model.day import MINUTES_A_DAY, DayView, PainMark, Stay, Stretch
from spinesense.model.errors import SpinesenseError
from spinesense.tui.day_words import brief, duration
from spinesense.tui.words import counted

LETTERS = {
    Stay.LYING: "_",
    Stay.SITTING: "s",
    Stay.STANDING: "|",
    Stay.WALKING: ">",
    Stay.UNKNOWN: "?",
    Stay.NOT_WORN: "x",
}
"""One for five minutes. What is low lies low, what is upright stands, and what goes points on."""
KEY = "_ lying  s sitting  | standing  > walking  ? unknown  x not worn  . not watched"
LETTER_MIN = 5
HOUR_MIN = 60
BOUTS_SHOWN_MIN = 20
"""A bout of twenty minutes is what the sitting watch would prompt in."""
DAYS = {"today": 0, "yesterday": 1}
FIRST_YEAR, LAST_YEAR = 1970, 9998


@click.command()
@click.argument("day", default="today", metavar="[DATE]")
@click.option("--week", is_flag=True, help="The seven days from Monday on that hold DATE.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON: an object, or an array of them.")
@click.option("--simulated", is_flag=True, help="Days of the simulated sensor, a world apart.")
@click.option("--refine", is_flag=True, help="Re-analyse its recordings first.")
@click.option("--rebuild", is_flag=True, help="Re-analyse all recordings of all days first.")
@click.option("--as-heard", is_flag=True, help="As it was told at the time, though refined since.")
def command(
    day: str,
    week: bool,
    as_json: bool,
    simulated: bool,
    refine: bool,
    rebuild: bool,
    as_heard: bool,
) -> None:
    """Show a day: postures, sitting, shifts, walking, bends, pain, and how much was watched.

    DATE is today, yesterday, or a date as 2026-01-31. The exit code is 1 when nothing was watched.

    Sessions that a killed run left out of the history are entered first.

    With --refine postures, walking and bends are those that a whole recording shows at its end,
    instead of those that were told at the time.
    """
    wanted = _date(day, simulated=simulated)
    catch_up(complain)
    if refine or rebuild:
        _tell_anew(wanted, week=week, simulated=simulated, everything=rebuild)
    if week:
        views = week_view(wanted, simulated=simulated, as_heard=as_heard)
    else:
        views = (day_view(wanted, simulated=simulated, as_heard=as_heard),)
    if as_json:
        shown = [as_object(view) for view in views]
        say_json(shown if week else shown[0], indent=2)
    elif week:
        for line in week_lines(views):
            say(line)
    elif views[0].ribbon:
        for line in day_lines(views[0]):
            say(line)
    if not any(view.ribbon for view in views):
        say(f"spinesense: {_nothing(wanted, week=week, simulated=simulated)}", err=True)
        click.get_current_context().exit(1)


def _tell_anew(wanted: date, *, week: bool, simulated: bool, everything: bool) -> None:
    """Re-analyse a day, a week or everything, and say how it goes."""
    from spinesense.app import retell

    def tell(sentence: str) -> None:
        say(f"spinesense: {sentence}", err=True)

    if everything:
        retell.rebuild(tell)
        return
    first = monday_of(wanted) if week else wanted
    last = first + timedelta(days=WEEK_DAYS - 1) if week else wanted
    retell.refine(first, last, tell, simulated=simulated)


def as_object(view: DayView) -> dict[str, object]:
    """One day as JSON takes it."""
    return {**dataclasses.asdict(view), "longest_sitting_min": view.longest_sitting_min}


def day_lines(view: DayView) -> list[str]:
    """One day in words, within 80 columns."""
    return [
        f"{date.fromisoformat(view.date):%A, %d %B %Y}{_mark(view)}",
        f"worn {duration(view.worn_min)} of {duration(view.span_min)}{_unseen(view)}",
        "",
        *_hours(view.ribbon),
        KEY,
        "",
        *_figures(view),
    ]


def week_lines(views: tuple[DayView, ...]) -> list[str]:
    """A week in a table, a line a day, within 80 columns."""
    first, last = (date.fromisoformat(view.date) for view in (views[0], views[-1]))
    lines = [
        f"{first:%d %B} to {last:%d %B %Y}{_mark(views[0])}",
        "",
        f"{'':<7}{'worn of':>17}{'sat':>8}{'longest':>9}{'shifts/h':>9}{'walked':>8}"
        f"{'steps':>7}{'bends':>6}{'pain':>6}",
    ]
    for view in views:
        name = f"{date.fromisoformat(view.date):%a %d}"
        if not view.ribbon:
            lines.append(f"{name:<7}{'not watched':>17}")
            continue
        worn = f"{brief(view.worn_min)} of {brief(view.span_min)}"
        rate = "-" if view.shifts_per_h is None else f"{view.shifts_per_h:.0f}"
        lines.append(
            f"{name:<7}{worn:>17}{brief(view.sitting_min):>8}{brief(view.longest_sitting_min):>9}"
            f"{rate:>9}{brief(view.walking_min):>8}{view.counts.steps:>7}{view.counts.bends:>6}{_worst(view):>6}"
        )
    walked, goal = (
        sum(view.walking_min for view in views),
        sum(view.walking_goal_min for view in views),
    )
    return [
        *lines,
        "",
        f"Walked {duration(walked)} of the {duration(goal)} that are the goal of a week.",
    ]


def _date(day: str, *, simulated: bool) -> date:
    """The day that is meant; simulated days may be ahead of the clock on the wall.

    Raises
    ------
    SpinesenseError
        When it is none, or has not come yet.
    """
    today = local_now().date()
    try:
        found = today - timedelta(days=DAYS[day]) if day in DAYS else date.fromisoformat(day)
    except ValueError:
        found = date.min
    if (found > today and not simulated) or not FIRST_YEAR <= found.year <= LAST_YEAR:
        raise SpinesenseError(
            "this day is in the future or not a date",
            where=day,
            remedy="write today, yesterday, or a date as 2026-01-31",
        )
    return found


def _nothing(wanted: date, *, week: bool, simulated: bool) -> str:
    """That nothing was watched, and what to do."""
    when = f"in the week of {wanted}" if week else f"on {wanted}"
    sensor = "no simulated sensor" if simulated else "no sensor"
    newest = newest_day(simulated=simulated)
    if newest is not None:
        return f"{sensor} was worn {when}; the newest day is {newest}."
    if not simulated and (other := newest_day(simulated=True)) is not None:
        return (
            f"{sensor} was worn {when}; a simulated one was on {other}: add --simulated, or wear "
            "one with spinesense sit."
        )
    return f"{sensor} was worn {when}; wear one with spinesense sit."


def _mark(view: DayView) -> str:
    return " (simulated)" if view.simulated else ""


def _unseen(view: DayView) -> str:
    """Why worn is less than the span."""
    off, hole = view.watched_min - view.worn_min, view.span_min - view.watched_min
    parts = [
        *([f"not worn {duration(off)}"] if off >= 1.0 else []),
        *([f"not watched {duration(hole)}"] if hole >= 1.0 else []),
    ]
    return f" ({', '.join(parts)})" if parts else ""


def _hours(ribbon: tuple[Stretch, ...]) -> list[str]:
    """The ribbon, an hour a line, each letter what most of five minutes was."""
    minutes: list[Stay | None] = [None] * MINUTES_A_DAY
    for one in ribbon:
        minutes[one.start_min : one.end_min] = [one.stay] * (one.end_min - one.start_min)
    letters = ["." for _ in range(MINUTES_A_DAY // LETTER_MIN)]
    for place in range(len(letters)):
        part = [one for one in minutes[place * LETTER_MIN : (place + 1) * LETTER_MIN] if one]
        if part:
            letters[place] = LETTERS[max(part, key=part.count)]
    first, last = ribbon[0].start_min // HOUR_MIN, (ribbon[-1].end_min - 1) // HOUR_MIN
    lines = []
    for hour in range(first, last + 1):
        place = hour * HOUR_MIN // LETTER_MIN
        lines.append(f"{hour:02}:00 " + "".join(letters[place : place + HOUR_MIN // LETTER_MIN]))
    return lines


def _figures(view: DayView) -> list[str]:
    counts = view.counts
    rate = (
        "too little sitting for a rate"
        if view.shifts_per_h is None
        else f"{view.shifts_per_h:.0f} in an hour of sitting"
    )
    return [
        f"sat        {duration(view.sitting_min)}, longest {duration(view.longest_sitting_min)}, "
        f"{counted(counts.stand_ups, 'stand-up')}, {counted(view.alerts, 'prompt')}",
        *_long_bouts(view.sitting_bouts),
        f"shifts     {counts.shifts}, {rate}",
        f"on feet    {duration(view.standing_min + view.walking_min)}",
        f"walked     {duration(view.walking_min)}{_goal(view)}, {counted(counts.steps, 'step')}",
        f"lay        {duration(view.lying_min)}",
        f"bends      {counts.bends}, {counts.deep_bends} deep, {counts.held_bends} held",
        *([f"pain       {', '.join(map(_pain, view.pain))}"] if view.pain else []),
    ]


def _long_bouts(bouts: tuple[Stretch, ...]) -> list[str]:
    """The bouts that were long, each with its times."""
    return [
        f"           {_time(one.start_min)} to {_time(one.end_min)}, "
        f"{duration(one.end_min - one.start_min)}"
        for one in bouts
        if one.end_min - one.start_min >= BOUTS_SHOWN_MIN
    ]


def _goal(view: DayView) -> str:
    return f" of {duration(view.walking_goal_min)}" if view.walking_goal_min else ""


def _pain(mark: PainMark) -> str:
    return f"{mark.score} at {_time(mark.at_min)}"


def _worst(view: DayView) -> str:
    return str(max(one.score for one in view.pain)) if view.pain else "-"


def _time(minute: int) -> str:
    return f"{minute // HOUR_MIN:02}:{minute % HOUR_MIN:02}"
