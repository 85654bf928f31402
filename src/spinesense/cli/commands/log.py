"""``spinesense log``: endurance that no sensor saw, and the minutes of the week."""

import dataclasses
from datetime import datetime, timedelta

import click

from spinesense.app.catch_up import catch_up
from spinesense.app.person import load_settings, local_now
from spinesense.cli.options import NUMBER
from spinesense.cli.output import complain, say, say_json
from spinesense.coaching.progression.aerobic import (
    KINDS,
    AerobicLimits,
    Bout,
    joined,
    week_of,
    week_words,
)
from spinesense.coaching.toml_schema import nearest
from spinesense.model.care import Activity
from spinesense.model.errors import SpinesenseError
from spinesense.runner.care import bouts_of, pain_stop_words
from spinesense.store.history.diary import Diary, PastRow
from spinesense.store.places import history_path

LONGEST_MIN = 600.0
"""Ten hours: more in one piece is a slip of the finger."""
DAYS = {"today": 0, "yesterday": 1}
WEEKS = 4
"""Shown: about a month."""


@click.command()
@click.argument("kind", default="")
@click.argument("minutes", default="")
@click.option("--on", "day", default="today", help="today, yesterday, or a date as 2026-01-31.")
@click.option("--remove", type=NUMBER, help="Forget the entry with this number.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def command(kind: str, minutes: str, day: str, remove: int | None, as_json: bool) -> None:
    """Enter MINUTES of KIND (swim, cycle, water_walk, …); without words, show the weeks.

    Walking with a sensor enters itself. Bouts of ten minutes or more count. Sessions that pain
    stopped are shown, too.
    """
    now = local_now()
    catch_up(complain)
    with Diary.open(history_path()) as diary:
        if remove is not None:
            diary.remove_activity(remove)
        if kind:
            moment = _moment(day, now).isoformat(timespec="seconds")
            diary.add_activity(
                Activity(started_at=moment, kind=_kind(kind), minutes=_minutes(minutes))
            )
        activities, walks = diary.activities(), diary.walks(simulated=False)
        past = diary.past(simulated=False)
    limits = load_settings().aerobic
    bouts = bouts_of(activities, walks)
    days = [now.date() - timedelta(weeks=back) for back in reversed(range(WEEKS))]
    weeks = [week_of(bouts, one, limits) for one in days]
    if as_json:
        shown = [{**dataclasses.asdict(week), "monday": str(week.monday)} for week in weeks]
        entries = [dataclasses.asdict(one) for one in activities]
        say_json({"weeks": shown, "entries": entries, "stopped": _stopped(past)}, indent=2)
        return
    for bout in joined(bouts, limits):
        if bout.began.date() >= weeks[0].monday:
            say(_line(bout, limits))
    for row in past:
        began = datetime.fromisoformat(row.started_at)
        if row.pain_stop is not None and began.date() >= weeks[0].monday:
            say(f"{began:%a %d %b}   {row.routine}: {pain_stop_words(row)}")
    for week in weeks[:-1]:
        if week.minutes or week.short_min:
            say(f"Week of {week.monday:%d %b}: {week_words(week)}.")
    say(f"This week: {week_words(weeks[-1])}.")


def _stopped(past: tuple[PastRow, ...]) -> list[dict[str, object]]:
    """The sessions that pain stopped, as JSON takes them."""
    return [
        {"started_at": row.started_at, "routine": row.routine, "pain": row.pain_stop}
        for row in past
        if row.pain_stop is not None
    ]


def _line(bout: Bout, limits: AerobicLimits) -> str:
    how = "seen by the sensor" if bout.seen else f"entry {bout.id}"
    short = "" if bout.minutes >= limits.shortest_min else ", too short to count"
    when = f"{bout.began:%a %d %b}"
    return f"{when}   {KINDS[bout.kind]:<18}{bout.minutes:>4.0f} min   {how}{short}"


def _kind(word: str) -> str:
    name = word.lower().replace("-", "_").replace(" ", "_")
    if name not in KINDS:
        raise SpinesenseError(
            "this kind of endurance is not known", where=word, remedy=nearest(name, list(KINDS))
        )
    return name


def _minutes(text: str) -> float:
    try:
        minutes = float(text)
    except ValueError:
        minutes = -1.0
    if not 0 < minutes <= LONGEST_MIN:
        raise SpinesenseError(
            "not a number of minutes",
            where=text or "nothing",
            remedy=f"give a number up to {LONGEST_MIN:.0f}, such as: spinesense log swim 30",
        )
    return minutes


def _moment(day: str, now: datetime) -> datetime:
    """Noon of the day, so that a change of the clock's offset leaves it in its day; now for today.

    Raises
    ------
    SpinesenseError
        When the day is none, or has not come yet.
    """
    if day == "today":
        return now
    try:
        that = now - timedelta(days=DAYS[day]) if day in DAYS else datetime.fromisoformat(day)
    except ValueError:
        that = now + timedelta(days=1)
    if that.date() > now.date():
        raise SpinesenseError(
            "this day is in the future or not a date",
            where=day,
            remedy="write today, yesterday, or a date as 2026-01-31",
        )
    noon = that.replace(hour=12, minute=0, second=0, microsecond=0, tzinfo=None)
    return noon.astimezone()
