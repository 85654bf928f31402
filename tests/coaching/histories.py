"""Literal histories: sessions by the day, in a few letters each."""

from datetime import datetime, timedelta, timezone

from spinesense.coaching.exercises.catalogue import load_catalogue
from spinesense.coaching.pain_limits import PainLimits
from spinesense.coaching.progression.frequency import PastSession
from spinesense.coaching.progression.training_log import ProgressLimits, TrainingLog
from spinesense.coaching.routines.entry import Routine
from spinesense.coaching.routines.parse import parse_routine
from spinesense.model.care import Change, NextDay
from spinesense.model.events import PainMoment, PainReported

CATALOGUE = load_catalogue()
START = datetime(2026, 3, 2, 18, 0, tzinfo=timezone(timedelta(hours=1)))
"""A Monday evening."""
TEXT = """
id = "mine"
title = "Mine"
[[entry]]
exercise = "cat_stretch"
repetitions = 8
hold_s = 5
[[entry]]
exercise = "bridge"
repetitions = 8
hold_s = 5
[[entry]]
exercise = "bird_dog"
repetitions = 8
hold_s = 5
"""
ROUTINE = parse_routine(TEXT, "mine.toml", CATALOGUE)


def at(day: float) -> datetime:
    return START + timedelta(days=day)


def session(
    day: float,
    kind: str = "good",
    *,
    before: int = 2,
    after: int | None = None,
    during: tuple[tuple[str, int], ...] = (),
    next_day: NextDay | None = None,
    routine: str = "mine",
    done: tuple[str, ...] = ("cat_stretch", "bridge", "bird_dog"),
) -> PastSession:
    """``good``, ``left`` early, ``worse`` after it, or ``none`` done."""
    after = (before + 2 if kind == "worse" else before) if after is None else after
    reports = [PainReported(1.0, before, PainMoment.BEFORE, "", None)]
    reports += [
        PainReported(100.0 + place, score, PainMoment.DURING, name, 0.1)
        for place, (name, score) in enumerate(during)
    ]
    if kind != "left":
        reports.append(PainReported(900.0, after, PainMoment.AFTER, "", None))
    return PastSession(
        id=round(100 * day) + 1,
        began=at(day),
        routine=routine,
        done=() if kind == "none" else done,
        strengthens=kind != "none" and "bridge" in done,
        complete=kind in ("good", "worse"),
        pain=tuple(reports),
        next_day=next_day,
        next_day_on=at(day + 1).date() if next_day else None,
    )


def course(
    past: list[PastSession],
    now_day: float,
    changes: tuple[Change, ...] = (),
    routine: Routine = ROUTINE,
    **limits: float,
) -> TrainingLog:
    return TrainingLog(
        routine=routine,
        catalogue=CATALOGUE,
        past=tuple(past),
        changes=changes,
        now=at(now_day),
        pain=PainLimits(),
        limits=ProgressLimits(**limits),  # type: ignore[arg-type]
    )
