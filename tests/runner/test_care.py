"""From what is kept to the pages before a session and the dose of the next one."""

import sqlite3
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from tests.coaching.histories import CATALOGUE, ROUTINE, at

from spinesense.coaching.settings import USUAL
from spinesense.model.asking import AskKind
from spinesense.model.events import PainMoment, PainReported, SetDone, WalkingBout
from spinesense.model.packets import DeviceProfile
from spinesense.model.recording import RecordingInfo
from spinesense.runner.care import Care, Consultation, FirstQuestions
from spinesense.runner.keeping.keepers import WalkKeeper
from spinesense.store.history.diary import Diary
from spinesense.store.history.sessions import History, SessionRecord


class Person:
    """Somebody with a history, and a clock that stands where the test puts it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.moment = at(0)
        self.simulated = False

    def now(self) -> datetime:
        return self.moment

    @property
    def care(self) -> Care:
        return Care(self.path, USUAL, CATALOGUE, self.now, simulated=self.simulated)

    def consult(self) -> Consultation:
        return Consultation(self.care, ROUTINE)

    def exercise(
        self, after: int = 2, during: tuple[tuple[str, int], ...] = (), skipped: bool = False
    ) -> None:
        """One session of what the routine is by now, two hours before the present moment."""
        entries = self.care.adapted(ROUTINE).entries
        reports = [PainReported(1.0, 2, PainMoment.BEFORE, "", None)]
        reports += [
            PainReported(2.0, score, PainMoment.DURING, name, 0.2) for name, score in during
        ]
        reports.append(PainReported(9.0, after, PainMoment.AFTER, "", None))
        record = SessionRecord(
            started_at=(self.moment - timedelta(hours=2)).isoformat(),
            routine="mine",
            device="sensor",
            simulated=self.simulated,
            recording="",
            duration_s=600.0,
            finished=True,
            reason="",
            sets=tuple(
                SetDone(5.0, one.exercise, 1, "", one.repetitions, (), 0.0, 1.0, skipped)
                for one in entries
            ),
            pain=tuple(reports),
        )
        with History.open(self.path) as history:
            history.add_session(record)

    def pages(self, answer: Callable[[str], str]) -> list[str]:
        """Titles of all pages, each answered."""
        consult = self.consult()
        titles = []
        while (ask := consult.next()) is not None:
            titles.append(ask.title)
            if ask.kind is AskKind.CLOSED:
                break
            consult.answer(ask, answer(ask.id))
        return titles


@pytest.fixture
def person(tmp_path: Path) -> Person:
    return Person(tmp_path / "history.sqlite3")


@pytest.fixture
def healthy(person: Person) -> Person:
    with Diary.open(person.path) as diary:
        diary.add_screening(at(0).isoformat(), ())
    return person


def kindly(page: str) -> str:
    return {"flags": "", "next_day": "same"}.get(page.split(":")[0], "go on")


def test_the_first_questions_come_once(person: Person) -> None:
    assert person.pages(kindly) == ["Before the first time"]
    assert person.pages(kindly) == []


def test_a_yes_locks_until_a_professional_has_cleared_it(person: Person) -> None:
    consult = person.consult()
    ask = consult.next()
    assert ask is not None
    consult.answer(ask, "fever saddle")
    for fresh in (consult, person.consult()):
        locked = fresh.next()
        assert locked is not None
        assert locked.urgent
        assert locked.title == "See a doctor today"
        assert "saddle numb? (urgent)" in locked.text[1]
    locked = FirstQuestions(person.path, person.now).next()
    assert locked is not None
    consult.answer(locked, "cleared")
    assert consult.next() is None
    assert person.pages(kindly) == []


def test_a_mistaken_yes_can_be_answered_anew(person: Person) -> None:
    answers = iter(["fever", "again", ""])
    assert person.pages(lambda _: next(answers)) == [
        "Before the first time",
        "Ask a professional first",
        "Before the first time",
    ]


def test_three_good_days_make_a_step_that_can_be_refused(healthy: Person) -> None:
    for day in (1, 3, 5):
        healthy.moment = at(day)
        assert "What changes today" not in healthy.pages(kindly)
        healthy.exercise()
    healthy.moment = at(6)
    assert healthy.pages(kindly) == ["Since last time", "What changes today"]
    assert [one.after for one in healthy.care.course(ROUTINE).changes] == [5.0]
    for day in (6, 7, 8):
        healthy.moment = at(day)
        healthy.exercise()
    healthy.moment = at(9)
    refuse = {"changes": "undo"}
    titles = healthy.pages(lambda page: refuse.get(page, kindly(page)))
    assert titles == ["Since last time", "What changes today"]
    course = healthy.care.course(ROUTINE)
    assert [one.holds for one in course.changes] == [True, False]


def test_the_next_session_is_done_with_the_new_dose(healthy: Person) -> None:
    """Frequency is met, so repetitions follow; then a flare-up takes a third of them."""
    doses = []
    for day in range(1, 14):
        healthy.moment = at(day)
        healthy.pages(kindly)
        doses.append([one.repetitions for one in healthy.care.adapted(ROUTINE).entries])
        healthy.exercise()
    assert doses[0] == [8, 8, 8]
    assert [8, 10, 8] in doses
    assert doses.index([8, 10, 8]) < doses.index([8, 10, 10])
    last = doses[-1]
    worse = {"next_day": "worse"}
    healthy.moment = at(14)
    titles = healthy.pages(lambda page: worse.get(page.split(":")[0], kindly(page)))
    assert titles == ["Since last time", "Enough for now"]
    healthy.moment = at(15)
    assert healthy.pages(kindly) == ["What changes today"]
    lowered = [one.repetitions for one in healthy.care.adapted(ROUTINE).entries]
    assert lowered == [int(repetitions * 0.67) for repetitions in last]


def test_what_hurts_twice_is_replaced_when_the_person_wants_it(healthy: Person) -> None:
    for day in (1, 3):
        healthy.moment = at(day)
        healthy.exercise(during=(("bridge", 4),))
    healthy.moment = at(4)
    answers = {"instead": "yes"}
    titles = healthy.pages(lambda page: answers.get(page.split(":")[0], kindly(page)))
    assert titles == ["Since last time", "Bridge is paused"]
    assert [one.exercise for one in healthy.care.adapted(ROUTINE).entries] == [
        *("cat_stretch", "pelvic_tilt", "bird_dog")
    ]
    assert healthy.pages(kindly) == []


def test_what_is_paused_can_be_done_all_the_same(healthy: Person) -> None:
    for day in (1, 3):
        healthy.moment = at(day)
        healthy.exercise(during=(("bridge", 4),))
    healthy.moment = at(4)
    answers = {"instead": "undo"}
    healthy.pages(lambda page: answers.get(page.split(":")[0], kindly(page)))
    assert healthy.care.adapted(ROUTINE).entries == ROUTINE.entries
    assert healthy.pages(kindly) == []


def test_a_third_session_of_a_day_is_closed_but_not_for_the_simulated_sensor(
    healthy: Person,
) -> None:
    healthy.moment = at(0.1)
    for _ in range(2):
        healthy.exercise()
    assert healthy.pages(kindly) == ["Enough for now"]
    ask = healthy.consult().next()
    assert ask is not None
    assert ask.kind is AskKind.CLOSED
    healthy.simulated = True
    assert healthy.pages(kindly) == [], "simulated sessions are a world of their own"
    for _ in range(2):
        healthy.exercise()
    ask = healthy.consult().next()
    assert ask is not None
    assert (ask.kind, ask.text[1][:29]) == (AskKind.CHOICE, "With the simulated sensor nob")


def test_a_routine_out_of_order_is_put_in_order_and_said_so(healthy: Person) -> None:
    shuffled = replace(ROUTINE, entries=tuple(reversed(ROUTINE.entries)))
    assert [one.exercise for one in healthy.care.adapted(shuffled).entries] == [
        *("cat_stretch", "bird_dog", "bridge")
    ]
    ask = Consultation(healthy.care, shuffled).next()
    assert ask is not None
    assert ask.title == "In another order today"
    assert ask.text[0].startswith("Bird dog strengthens muscles that have not been stretched")


def test_a_walk_is_entered_when_it_is_over_or_as_soon_as_the_history_is_free(
    tmp_path: Path,
) -> None:
    path = tmp_path / "history.sqlite3"
    profile = DeviceProfile("open", "sensor", 100.0)
    keeper = WalkKeeper(RecordingInfo(device=profile, started_at=at(0).isoformat()), path)
    bout = WalkingBout(700.0, 60.0, 690.0, 1100, 105.0)
    keeper.take((bout,))
    with Diary.open(path) as diary:
        (walk,) = diary.walks(simulated=False)
        assert (walk.minutes, walk.started_at[:16]) == (10.5, "2026-03-02T18:01")
    holder = sqlite3.connect(path, isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    keeper.take((replace(bout, start_s=900.0, end_s=1500.0),))
    holder.execute("ROLLBACK")
    holder.close()
    keeper.finish()
    keeper.finish()
    with Diary.open(path) as diary:
        assert [walk.minutes for walk in diary.walks(simulated=False)] == [10.5, 10.0]
