"""Joins what is kept of a person to the rules of safety and progression."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from spinesense.coaching.exercises.schema import Exercise, Kind
from spinesense.coaching.progression import before_session
from spinesense.coaching.progression.adapted_routine import adapted
from spinesense.coaching.progression.aerobic import Bout
from spinesense.coaching.progression.before_session import Situation, ask_about_flags, next_page
from spinesense.coaching.progression.frequency import PastSession
from spinesense.coaching.progression.progression import next_changes
from spinesense.coaching.progression.training_log import TrainingLog
from spinesense.coaching.routines.entry import Routine
from spinesense.coaching.routines.review import in_order
from spinesense.coaching.settings import Settings
from spinesense.model.asking import Ask
from spinesense.model.care import Activity, Change, NextDay, Variable
from spinesense.store.history.diary import Diary, PastRow


class Care:
    """What is known of a person, and what follows from it.

    Parameters
    ----------
    path
        The history; it need not exist.
    settings
        The limits.
    catalogue
        Exercises by id.
    now
        Tells the moment, with the offset of the person's clock.
    simulated
        Which world is meant: simulated sessions have a progression of their own, so that they never
        change what a real person does. The questions before the first use are shared.
    """

    def __init__(
        self,
        path: Path,
        settings: Settings,
        catalogue: Mapping[str, Exercise],
        now: Callable[[], datetime],
        *,
        simulated: bool,
    ) -> None:
        self.path = path
        self.settings = settings
        self.catalogue = catalogue
        self.now = now
        self.simulated = simulated

    def course(self, routine: Routine) -> TrainingLog:
        """A routine with everything that decides its next step."""
        with Diary.open(self.path) as diary:
            past = diary.past(simulated=self.simulated)
            changes = diary.changes(simulated=self.simulated)
        return TrainingLog(
            routine=routine,
            catalogue=self.catalogue,
            past=tuple(past_session(row, self.catalogue) for row in past),
            changes=changes,
            now=self.now(),
            pain=self.settings.pain,
            limits=self.settings.progress,
        )

    def adapted(self, routine: Routine) -> Routine:
        """The routine as it is to be done now: with its changes, and in order."""
        changed = adapted(self.course(routine))
        return replace(changed, entries=in_order(changed.entries, self.catalogue))

    def stamp(self) -> str:
        """The present moment as it is kept."""
        return self.now().isoformat(timespec="seconds")


class Consultation:
    """The pages before one session: ask ``next`` for a page, ``answer`` it, until there is none.

    Every method may wait for the database and raises FileError when that fails. In a rehearsal a
    simulated person answers for themselves, so the questions before the first use are left out.
    """

    def __init__(self, care: Care, routine: Routine, *, rehearsal: bool = False) -> None:
        self._care = care
        self._rehearsal = rehearsal
        self._routine = routine
        self._seen: frozenset[str] = frozenset()
        self._fresh: tuple[Change, ...] = ()
        self._decided = False

    def next(self) -> Ask | None:
        """The page that is due; None when the session may begin."""
        situation = self._situation()
        ask = self._due(situation)
        if self._decided or (ask is not None and ask.id.split(":")[0] in BEFORE_CHANGES):
            return ask
        self._decide(situation.course)
        return self._due(self._situation())

    def answer(self, ask: Ask, value: str) -> None:
        """Take the answer to a page."""
        self._seen |= {ask.id}
        about, _, rest = ask.id.partition(":")
        if about in ("flags", "locked"):
            take_about_flags(self._care.path, self._care.stamp(), ask, value)
        elif about == "changes" and value == before_session.UNDO:
            self._undo_fresh()
        elif about in ("next_day", "instead"):
            self._keep(about, rest, value)

    def _due(self, now: Situation) -> Ask | None:
        asked_first = None if self._rehearsal else ask_about_flags(now.screening)
        return asked_first or next_page(now)

    def _keep(self, about: str, rest: str, value: str) -> None:
        with Diary.open(self._care.path) as diary:
            if about == "next_day":
                diary.add_next_day(int(rest), self._care.stamp(), NextDay(value))
                return
            exercise, _, instead = rest.partition(":")
            if value == before_session.UNDO:
                for change in diary.changes(simulated=self._care.simulated):
                    if change.exercise == exercise and change.variable is Variable.PAUSED:
                        diary.mark_undone(change.id, self._care.stamp())
                return
            accepted = instead if value == before_session.YES else ""
            diary.add_change(self._replacement(exercise, accepted), simulated=self._care.simulated)

    def _replacement(self, exercise: str, instead: str) -> Change:
        title = self._care.catalogue[exercise].title
        if not instead:
            said = f"{title} is left out, as you chose."
        elif instead == exercise:
            said = f"{title} is done in its easier form, as you chose."
        else:
            said = (
                f"{self._care.catalogue[instead].title} takes the place of {title}, as you chose."
            )
        return Change(
            made_at=self._care.stamp(),
            routine="",
            exercise=exercise,
            variable=Variable.INSTEAD,
            base=0.0,
            before=0.0,
            after=1.0,
            instead=instead,
            reason=said,
        )

    def _situation(self) -> Situation:
        course = self._care.course(self._routine)
        with Diary.open(self._care.path) as diary:
            screening = diary.screening()
        return Situation(
            screening=screening,
            course=course,
            days=self._care.settings.days,
            simulated=self._care.simulated,
            fresh=self._fresh,
            seen=self._seen,
        )

    def _decide(self, course: TrainingLog) -> None:
        """Make the changes that are due, once."""
        self._decided = True
        with Diary.open(self._care.path) as diary:
            self._fresh = tuple(
                replace(change, id=diary.add_change(change, simulated=self._care.simulated))
                for change in next_changes(course)
            )

    def _undo_fresh(self) -> None:
        with Diary.open(self._care.path) as diary:
            for change in self._fresh:
                if change.variable is Variable.PAUSED:
                    continue  # its own page asks about it
                diary.mark_undone(change.id, self._care.stamp())


BEFORE_CHANGES = frozenset({"flags", "locked", "next_day", "limits"})
"""Pages whose answers may change what the next step is."""


class FirstQuestions:
    """The questions before the first use by themselves, for whoever wants to answer them now."""

    def __init__(self, path: Path, now: Callable[[], datetime]) -> None:
        self._path = path
        self._now = now

    def next(self) -> Ask | None:
        """The page that is due; None when coaching is open."""
        with Diary.open(self._path) as diary:
            return ask_about_flags(diary.screening())

    def answer(self, ask: Ask, value: str) -> None:
        """Take the answer to a page."""
        take_about_flags(self._path, self._now().isoformat(timespec="seconds"), ask, value)


def take_about_flags(path: Path, stamp: str, ask: Ask, value: str) -> None:
    """Keep the answer to the questions before the first use, or to the lock."""
    with Diary.open(path) as diary:
        if ask.id == "flags":
            diary.add_screening(stamp, value.split())
        elif value == before_session.CLEARED:
            diary.clear_screening(stamp)
        elif value == before_session.AGAIN:
            diary.forget_screening()


def past_session(row: PastRow, catalogue: Mapping[str, Exercise]) -> PastSession:
    """A session as the rules see it; exercises that the catalogue has lost strengthen nothing."""
    done = tuple(dict.fromkeys(name for name, skipped in row.sets if not skipped))
    return PastSession(
        id=row.id,
        began=datetime.fromisoformat(row.started_at),
        routine=row.routine,
        done=done,
        strengthens=any(
            name in catalogue and catalogue[name].kind is Kind.STRENGTHEN for name in done
        ),
        complete=row.finished and bool(done) and not any(skipped for _, skipped in row.sets),
        pain=row.pain,
        next_day=row.next_day,
        next_day_on=datetime.fromisoformat(row.next_day_at).date() if row.next_day_at else None,
    )


def pain_stop_words(row: PastRow) -> str:
    """Say which pain stopped a session, and in which exercise; empty where pain did not."""
    if row.pain_stop is None:
        return ""
    exercise = row.pain[-1].exercise.replace("_", " ") if row.pain else ""
    return f"stopped at pain {row.pain_stop} of 10" + (f", in {exercise}" if exercise else "")


def bouts_of(activities: tuple[Activity, ...], walks: tuple[Activity, ...]) -> tuple[Bout, ...]:
    """Entries by hand, and walking that the sensor saw, as the aerobic rules see them."""
    return tuple(
        Bout(
            began=datetime.fromisoformat(one.started_at),
            minutes=one.minutes,
            kind=one.kind,
            id=one.id,
            seen=seen,
        )
        for found, seen in ((activities, False), (walks, True))
        for one in found
    )
