"""The next step: up after sessions that went well, down after a break or a flare-up.

One variable at a time, in this order: days a week, repetitions, hold, a harder variant. Every
change is a value with its reason, and can be undone; what was undone is not done again.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from spinesense.coaching.exercises.schema import Kind
from spinesense.coaching.progression.frequency import PastSession, date_words
from spinesense.coaching.progression.training_log import TrainingLog
from spinesense.coaching.routines.entry import RoutineEntry
from spinesense.model.care import Change, Variable

LEAST_SHARE = 0.4
"""Two steps down from the whole dose. Less than this would be a warm-up."""
SHORT_HOLD_S, LONG_HOLD_S = 1.0, 5.0
LONG_FROM_S = 10.0
"""A hold of up to ten seconds grows by one, the longer hold of a stretch by five."""
EVERY_DAY = 7.0
WEEK = timedelta(days=7)


def next_changes(course: TrainingLog) -> tuple[Change, ...]:
    """What changes before the next session: what hurts goes first, then down, then one step up."""
    paused = tuple(_pauses(course))
    lowered = _lowered(course)
    if paused or lowered:
        return (*paused, *filter(None, (lowered,)))
    if missing_sessions(course):
        return ()
    step = next_step(course)
    if step is None or (step.variable is Variable.DAYS and days_missing(course)):
        return ()
    return (step,)


def missing_sessions(course: TrainingLog) -> int:
    """How many sessions in a row still have to go well before a step up."""
    well = 0
    for session in reversed(course.since_change):
        if not session.went_well(course.pain):
            break
        well += 1
    return max(0, course.limits.sessions_in_a_row - well)


def days_a_week(course: TrainingLog) -> int:
    """On how many days a week to exercise."""
    base = float(course.limits.days_a_week)
    return round(course.value("", Variable.DAYS, base))


def days_missing(course: TrainingLog) -> int:
    """Days that the last seven are short of the frequency, which is to be met before it grows."""
    recent = {
        one.day for one in course.of_this_routine if course.now - WEEK < one.began <= course.now
    }
    return max(0, days_a_week(course) - len(recent))


def next_step(course: TrainingLog) -> Change | None:
    """The next step up of the ladder, whether or not it is time for it; None at its end."""
    steps = (_fuller_share, _more_days, _more_repetitions, _longer_hold, _harder_variant)
    return next((step for find in steps for step in find(course)), None)


def _made(course: TrainingLog, exercise: str, variable: Variable, **rest: float | str) -> Change:
    values = {"base": 0.0, "before": 0.0, "after": 1.0, **rest}
    return Change(
        made_at=course.now.isoformat(timespec="seconds"),
        routine=course.routine.id,
        exercise=exercise,
        variable=variable,
        **values,  # type: ignore[arg-type]
    )


def _because(course: TrainingLog) -> str:
    row = course.limits.sessions_in_a_row
    last = {1: "session was", 2: "two sessions were"}.get(row, f"{row} sessions were")
    return f"because your last {last} complete and did not raise your pain."


def _pauses(course: TrainingLog) -> Iterator[Change]:
    """Exercises that raised pain often enough, each once until they do so again."""
    for name in dict.fromkeys(entry.exercise for entry in course.routine.entries):
        known = [
            moment
            for change in course.changes
            if change.exercise == name and change.variable is Variable.PAUSED
            for moment in (change.made_at, change.undone_at)
            if moment
        ]
        newest = max((datetime.fromisoformat(moment) for moment in known), default=None)
        raised = [
            one
            for one in course.past
            if name in one.raised(course.pain) and (newest is None or one.began >= newest)
        ]
        if len(raised) >= course.pain.raised_twice and not course.is_paused(name):
            times = "twice" if len(raised) == 2 else f"{len(raised)} times"
            title = course.catalogue[name].title
            reason = (
                f"{title} is paused, because it raised your pain by {course.pain.worse_by} or more "
                f"{times}."
            )
            yield replace(_made(course, name, Variable.PAUSED, reason=reason), routine="")


def _lowered(course: TrainingLog) -> Change | None:
    """A smaller share after a flare-up or a break, unless it was lowered since."""
    share = course.value("", Variable.SHARE, 1.0)
    lower = round(share * course.limits.lower_to, 3)
    flare, rest = _unanswered_flare(course), _break_days(course)
    if lower < LEAST_SHARE or not (flare or rest):
        return None
    if flare:
        why = f"because your back was worse after the session on {date_words(flare.day)}."
    else:
        why = f"because your last session was {rest} days ago."
    reason = f"We do about {percent(lower)} of the usual dose for now, {why}"
    return _made(course, "", Variable.SHARE, base=1.0, before=share, after=lower, reason=reason)


def _lowered_after(course: TrainingLog, moment: datetime) -> bool:
    """Whether the share was lowered later than that."""
    return any(
        change.routine == course.routine.id
        and change.variable is Variable.SHARE
        and change.after < change.before
        and datetime.fromisoformat(change.made_at) > moment
        for change in course.changes
    )


def _unanswered_flare(course: TrainingLog) -> PastSession | None:
    """The newest session that flared up, from the last of this routine on, if nothing was lowered.

    Whatever was done: a back does not know which routine it is in.
    """
    from_moment = (
        course.of_this_routine[-1].began
        if course.of_this_routine
        else datetime.min.replace(tzinfo=UTC)
    )
    flares = (
        one
        for one in course.past
        if one.began >= from_moment
        and one.flared(course.pain)
        and not _lowered_after(course, one.began)
    )
    return max(flares, key=lambda one: one.began, default=None)


def _break_days(course: TrainingLog) -> int:
    """Days since the last session, when they are more than a break and nothing was lowered; or 0.

    A routine that strengthens is kept up by sessions that do.
    """
    kept_up = [
        one for one in course.past if one.done and (one.strengthens or not course.strengthens)
    ]
    if not course.of_this_routine or not kept_up:
        return 0
    gone_days = (course.now.date() - kept_up[-1].day).days
    lowered = _lowered_after(course, kept_up[-1].began)
    return gone_days if gone_days > course.limits.break_days and not lowered else 0


def percent(share: float) -> str:
    """A share in per cent."""
    return f"{100 * share:.0f} %"


def _fuller_share(course: TrainingLog) -> Iterator[Change]:
    share = course.value("", Variable.SHARE, 1.0)
    fuller = min(1.0, round(share / course.limits.lower_to, 3))
    if fuller >= 0.99:
        fuller = 1.0
    if share < 0.99 and not course.refused("", Variable.SHARE, share):
        whole = "the whole dose" if fuller == 1.0 else f"about {percent(fuller)} of the dose"
        reason = f"We go back to {whole}, {_because(course)}"
        yield _made(course, "", Variable.SHARE, base=1.0, before=share, after=fuller, reason=reason)


def _more_days(course: TrainingLog) -> Iterator[Change]:
    days = days_a_week(course)
    more = min(int(EVERY_DAY), days + course.limits.days_step)
    if not course.strengthens or more <= days or course.refused("", Variable.DAYS, days):
        return
    often = "every day" if more == EVERY_DAY else f"on {more} days a week"
    reason = f"You may exercise {often} instead of {days}, {_because(course)}"
    base = float(course.limits.days_a_week)
    yield _made(course, "", Variable.DAYS, base=base, before=days, after=more, reason=reason)


def _growing(course: TrainingLog, kinds: tuple[Kind, ...]) -> list[RoutineEntry]:
    """Entries whose dose may grow, one of each exercise, in the order of the routine."""
    entries: dict[str, RoutineEntry] = {}
    for entry in course.routine.entries:
        exercise = course.catalogue[entry.exercise]
        if exercise.kind in kinds and not exercise.walked and not course.is_paused(exercise.id):
            entries.setdefault(entry.exercise, entry)
    return list(entries.values())


_TRAINS = (Kind.STRETCH, Kind.STRENGTHEN)


def _least_grown(steps: Iterable[tuple[float, Change]]) -> Iterator[Change]:
    """The step of the exercise that has grown least so far; the first of equals."""
    yield from (change for _, change in sorted(steps, key=lambda step: step[0])[:1])


def _more_repetitions(course: TrainingLog) -> Iterator[Change]:
    steps = []
    for entry in _growing(course, _TRAINS):
        exercise = course.catalogue[entry.exercise]
        base, most = float(entry.repetitions), float(exercise.dose.repetitions[1])
        now = course.value(exercise.id, Variable.REPETITIONS, base)
        more = min(most, now + course.limits.repetitions_step)
        if more <= now or course.refused(exercise.id, Variable.REPETITIONS, now):
            continue
        reason = f"{exercise.title}: {more:g} repetitions instead of {now:g}, {_because(course)}"
        change = _made(
            course,
            exercise.id,
            Variable.REPETITIONS,
            base=base,
            before=now,
            after=more,
            reason=reason,
        )
        steps.append((now - base, change))
    yield from _least_grown(steps)


def _longer_hold(course: TrainingLog) -> Iterator[Change]:
    steps = []
    for entry in _growing(course, _TRAINS):
        exercise = course.catalogue[entry.exercise]
        base, most = float(entry.hold_s), float(exercise.dose.hold_s[1])
        now = course.value(exercise.id, Variable.HOLD, base)
        step_s = LONG_HOLD_S if now >= LONG_FROM_S else SHORT_HOLD_S
        more = min(most, now + step_s)
        if more <= now or course.refused(exercise.id, Variable.HOLD, now):
            continue
        reason = f"{exercise.title}: hold {more:g} seconds instead of {now:g}, {_because(course)}"
        change = _made(
            course, exercise.id, Variable.HOLD, base=base, before=now, after=more, reason=reason
        )
        steps.append(((now - base) / step_s, change))
    yield from _least_grown(steps)


def _harder_variant(course: TrainingLog) -> Iterator[Change]:
    for entry in _growing(course, (Kind.STRENGTHEN,)):
        exercise = course.catalogue[entry.exercise]
        harder = course.value(exercise.id, Variable.VARIANT, 0.0) > 0
        if harder or course.refused(exercise.id, Variable.VARIANT, 0.0):
            continue
        reason = f"{exercise.title} in its harder form, {_because(course)}"
        yield _made(course, exercise.id, Variable.VARIANT, reason=reason)
        return


def next_step_text(course: TrainingLog) -> str:
    """How often, what comes next and what it waits for, in one sentence."""
    days = days_a_week(course)
    often = "every day; " if days == EVERY_DAY else f"on {days} days a week; "
    return (often if course.strengthens else "") + _coming(course)


def _coming(course: TrainingLog) -> str:
    step = next_step(course)
    if step is None:
        return "every dose is at the most that is usual, and stays there."
    what = step.reason.split(", because")[0].removeprefix("You may ")
    waits = []
    if missing := missing_sessions(course):
        sessions = "one more session" if missing == 1 else f"{missing} more sessions"
        waits.append(f"{sessions} in a row without more pain")
    if step.variable is Variable.DAYS and (short := days_missing(course)):
        days = "one more day" if short == 1 else f"{short} more days"
        waits.append(f"{days} of exercise within a week ({days_a_week(course)} in all)")
    after = f", after {' and '.join(waits)}" if waits else ", at the next session"
    return f"next: {what}{after}."
