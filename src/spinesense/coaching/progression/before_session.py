"""What is asked and said before a session, one thing at a time, for any kind of screen."""

from dataclasses import dataclass
from datetime import date

from spinesense.coaching.progression import red_flags
from spinesense.coaching.progression.adapted_routine import adapted, to_offer
from spinesense.coaching.progression.frequency import (
    DayLimits,
    PastSession,
    closed_today,
    date_words,
    to_ask_about,
)
from spinesense.coaching.progression.training_log import TrainingLog
from spinesense.coaching.routines.review import in_order, order_warnings
from spinesense.model.asking import Ask, AskKind, Option
from spinesense.model.care import Change, NextDay, Screening, Variable

GO_ON = "go on"
UNDO = "undo"
CLEARED = "cleared"
AGAIN = "again"
YES, NO = "yes", "no"
_ON = Option("enter", "Go on", GO_ON)


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """All that decides what is asked before a session."""

    screening: Screening | None
    course: TrainingLog
    days: DayLimits
    simulated: bool
    """Nobody's back is at stake: a limit of days is said, and does not close."""
    fresh: tuple[Change, ...] = ()
    """Changes that the person has not seen."""
    seen: frozenset[str] = frozenset()
    """Ids of the pages that were seen already."""


def ask_about_flags(screening: Screening | None) -> Ask | None:
    """The questions before the first use, or why coaching is locked; None when all is well."""
    if screening is None:
        return Ask(
            id="flags",
            kind=AskKind.FLAGS,
            title="Before the first time",
            text=(red_flags.RED_FLAG_INTRO,),
        )
    if not screening.locks:
        return None
    urgent = red_flags.is_urgent(screening.flags)
    return Ask(
        id="locked",
        kind=AskKind.CHOICE,
        title="See a doctor today" if urgent else "Ask a professional first",
        text=(
            red_flags.advice_for(screening.flags),
            "You said yes to: " + " ".join(red_flags.flag_words(screening.flags)),
        ),
        options=(
            Option("a", "I made a mistake. Ask me again.", AGAIN),
            Option("c", red_flags.CLEARED, CLEARED),
        ),
        urgent=urgent,
    )


def next_page(now: Situation) -> Ask | None:
    """What is due once the first questions are answered."""
    for find in (_next_day, _limits, _empty, _changes, _offers, _order):
        ask = find(now)
        if ask is not None and ask.id not in now.seen:
            return ask
    return None


def _next_day(now: Situation) -> Ask | None:
    course = now.course
    session = to_ask_about(course.past, course.now, now.days)
    if session is None:
        return None
    return Ask(
        id=f"next_day:{session.id}",
        kind=AskKind.CHOICE,
        title="Since last time",
        text=(
            f"Your last session was {_day_words(session, course.now.date())}. How has your back "
            "been since, compared with before it?",
        ),
        options=(
            Option("b", "Better", NextDay.BETTER),
            Option("s", "The same", NextDay.SAME),
            Option("w", "Worse", NextDay.WORSE),
        ),
    )


def _day_words(session: PastSession, today: date) -> str:
    gone_days = (today - session.day).days
    said = {0: "today", 1: "yesterday"}.get(gone_days, f"{gone_days} days ago")
    return f"{said}, on {date_words(session.day)}"


def _limits(now: Situation) -> Ask | None:
    course = now.course
    if all(course.catalogue[entry.exercise].walked for entry in course.routine.entries):
        return None
    why = closed_today(
        course.past, course.now, course.pain, now.days, strengthens=course.strengthens
    )
    if not why:
        return None
    if now.simulated:
        why_not = "With the simulated sensor nobody's back is at stake, so you can go on."
        return Ask(
            id="limits",
            kind=AskKind.CHOICE,
            title="Enough for now",
            text=(why, why_not),
            options=(_ON,),
        )
    return Ask(id="limits", kind=AskKind.CLOSED, title="Enough for now", text=(why,))


def _empty(now: Situation) -> Ask | None:
    if to_offer(now.course) or adapted(now.course).entries:
        return None
    text = (
        "Everything in this routine is paused, because it raised your pain. Choose another "
        "routine, or see what was changed, and undo it, with: spinesense progress"
    )
    return Ask(id="empty", kind=AskKind.CLOSED, title="Nothing is left to do", text=(text,))


def _changes(now: Situation) -> Ask | None:
    shown = [change for change in now.fresh if change.variable is not Variable.PAUSED]
    if not shown:
        return None  # what is paused has a page of its own
    return Ask(
        id="changes",
        kind=AskKind.CHOICE,
        title="What changes today",
        text=tuple(change.reason for change in shown),
        options=(_ON, Option("u", "Leave it as it was", UNDO)),
    )


def _offers(now: Situation) -> Ask | None:
    for pause, instead in to_offer(now.course):
        exercise, other = now.course.catalogue[pause.exercise], now.course.catalogue[instead]
        if instead == pause.exercise:
            offer, yes = f"You can do it in its easier form: {exercise.easier}", "In this form"
        else:
            offer, yes = f"{other.title} can take its place: {other.feel}", f"{other.title} instead"
        return Ask(
            id=f"instead:{pause.exercise}:{instead}",
            kind=AskKind.CHOICE,
            title=f"{exercise.title} is paused",
            text=(pause.reason, offer),
            options=(
                Option("y", yes, YES),
                Option("n", "Leave it out", NO),
                Option("u", f"Do {exercise.title.lower()} all the same", UNDO),
            ),
        )
    return None


def _order(now: Situation) -> Ask | None:
    """What is done in another order than it is written, or would be better with more in it."""
    routine, catalogue = now.course.routine, now.course.catalogue
    warnings = tuple(order_warnings(routine.entries, catalogue))
    if not warnings:
        return None
    moved = in_order(routine.entries, catalogue) != routine.entries
    return Ask(
        id="order",
        kind=AskKind.CHOICE,
        title="In another order today" if moved else "A word about this routine",
        text=tuple(f"{warning}." for warning in warnings),
        options=(_ON,),
    )
