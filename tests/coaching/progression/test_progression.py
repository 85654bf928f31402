"""Progression as a table: what a history leads to, and what it never does."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.coaching.histories import CATALOGUE, ROUTINE, at, course, session

from spinesense.coaching.progression.adapted_routine import adapted, alternative_to, to_offer
from spinesense.coaching.progression.frequency import PastSession
from spinesense.coaching.progression.progression import (
    LEAST_SHARE,
    days_a_week,
    missing_sessions,
    next_changes,
    next_step,
)
from spinesense.coaching.progression.training_log import TrainingLog
from spinesense.coaching.routines.parse import parse_routine
from spinesense.model.care import Change, NextDay, Variable

WEEK = [session(0), session(2), session(4)]
"""Three days in a week: as often as one begins."""
UP = "because your last two sessions were complete and did not raise your pain."
Table = list[tuple[str, list[PastSession], float, list[str]]]

FIRST: Table = [
    ("nothing yet", [], 0, []),
    ("one good session", [session(0)], 1, []),
    ("two good, but not three days in the week", [session(0), session(1)], 2, []),
    ("two on one day are one day", [session(0), session(0.1), session(1)], 2, []),
    ("three days", WEEK, 5, [f"You may exercise on 5 days a week instead of 3, {UP}"]),
    ("three days long ago", WEEK, 13, []),
    ("the last one left early", [*WEEK, session(5, "left")], 6, []),
    ("one that hurt in between", [session(0), session(2, after=3), session(4)], 5, []),
    ("no pain told after", [*WEEK[:2], session(4, "left")], 5, []),
    ("only tried", [*WEEK[:2], session(4, "none")], 5, []),
    ("another routine", [session(day, routine="other") for day in (0, 2, 4)], 5, []),
    ("more pain after", [*WEEK, session(5, "worse")], 7,
     ["We do about 67 % of the usual dose for now, because your back was worse after the "
      "session on Saturday, 07 March."]),
    ("worse a day later", [*WEEK, session(5, next_day=NextDay.WORSE)], 7,
     ["We do about 67 % of the usual dose for now, because your back was worse after the "
      "session on Saturday, 07 March."]),
    ("worse after another routine", [*WEEK, session(5, "worse", routine="other")], 7,
     ["We do about 67 % of the usual dose for now, because your back was worse after the "
      "session on Saturday, 07 March."]),
    ("a break of two weeks", WEEK, 18, []),
    ("a longer break", WEEK, 19,
     ["We do about 67 % of the usual dose for now, because your last session was 15 days ago."]),
    ("a flare-up, then a walk on the day of rest",
     [*WEEK, session(5, "worse"), session(6, routine="walk", done=("walk",))], 7,
     ["We do about 67 % of the usual dose for now, because your back was worse after the "
      "session on Saturday, 07 March."]),
    ("a flare-up that two good sessions have answered",
     [session(0, "worse"), session(3), session(5)], 6,
     [f"You may exercise on 5 days a week instead of 3, {UP}"]),
    ("walks alone keep no strength up",
     [*WEEK, *(session(day, routine="walk", done=("walk",)) for day in (9, 14, 18))], 19,
     ["We do about 67 % of the usual dose for now, because your last session was 15 days ago."]),
    ("another routine that strengthens does", [*WEEK, session(12, routine="other")], 19, []),
    ("a break before a routine that is new", [session(0, routine="other")], 30, []),
    ("one exercise hurt once", [*WEEK[:2], session(4, during=(("bridge", 4),))], 5, []),
    ("one exercise hurt twice", [session(0, during=(("bridge", 4),)), session(2),
                                 session(4, during=(("bridge", 4),))], 5,
     ["Bridge is paused, because it raised your pain by 2 or more twice."]),
    ("two exercises hurt once each", [session(2, during=(("bridge", 4),)),
                                      session(4, during=(("bird_dog", 4),))], 5, []),
]  # fmt: skip


@pytest.mark.parametrize(("past", "now_day", "said"), [row[1:] for row in FIRST],
                         ids=[row[0] for row in FIRST])  # fmt: skip
def test_what_a_history_leads_to(past: list[PastSession], now_day: float, said: list[str]) -> None:
    assert [change.reason for change in next_changes(course(past, now_day))] == said


def lived(days: int, routine: object = ROUTINE, kind: str = "good") -> list[Change]:
    """Every evening a session, and every step that comes of it."""
    past: list[PastSession] = []
    made: list[Change] = []
    for day in range(days):
        now = course(past, day - 0.01, tuple(made))
        made += [replace(change, id=len(made) + 1) for change in next_changes(now)]
        past.append(session(day, kind))
    return made


def test_a_good_life_climbs_the_ladder_one_variable_at_a_time() -> None:
    made = lived(100)
    kinds = [change.variable for change in made]
    order = [Variable.DAYS, Variable.REPETITIONS, Variable.HOLD, Variable.VARIANT]
    assert kinds == sorted(kinds, key=order.index)
    told = [(one.exercise, one.variable.value, one.before, one.after) for one in made]
    assert told == [
        ("", "days", 3, 5),
        ("", "days", 5, 7),
        ("bridge", "repetitions", 8, 10),
        ("bird_dog", "repetitions", 8, 10),
        ("bridge", "repetitions", 10, 12),
        ("bird_dog", "repetitions", 10, 12),
        ("bridge", "variant", 0, 1),
        ("bird_dog", "variant", 0, 1),
    ]
    grown = adapted(course([], 100, tuple(made)))
    assert [entry.repetitions for entry in grown.entries] == [8, 12, 12]
    assert [entry.note for entry in grown.entries] == [
        "",
        CATALOGUE["bridge"].harder,
        CATALOGUE["bird_dog"].harder,
    ]
    moments = [change.made_at for change in made]
    assert len(set(moments)) == len(moments), "two steps at once"


def test_a_hold_grows_after_the_repetitions() -> None:
    routine = parse_routine(
        'id = "mine"\ntitle = "Mine"\n[[entry]]\nexercise = "hamstring_stretch"\nhold_s = 15\n'
        '[[entry]]\nexercise = "cat_stretch"\nrepetitions = 8\nhold_s = 3\n',
        "mine.toml",
        CATALOGUE,
    )
    past, made = [session(0), session(1)], list[Change]()
    for day in range(2, 12):
        now = course(past, day, tuple(made), routine)
        made += next_changes(now)
        past.append(session(day + 0.1))
    told = [(one.exercise, one.before, one.after) for one in made]
    assert told == [
        ("hamstring_stretch", 15, 20),
        ("cat_stretch", 3, 4),
        ("hamstring_stretch", 20, 25),
        ("cat_stretch", 4, 5),
        ("hamstring_stretch", 25, 30),
    ]


def test_a_life_of_pain_never_climbs() -> None:
    assert all(change.after < change.before for change in lived(40, kind="worse"))


def test_the_dose_goes_down_in_steps_and_comes_back_before_anything_grows() -> None:
    past = [session(0, "worse")]
    (first,) = next_changes(course(past, 2))
    assert (first.before, first.after) == (1.0, 0.67)
    assert next_changes(course(past, 2.1, (first,))) == (), "once is enough"
    past.append(session(2.2, "worse"))
    (second,) = next_changes(course(past, 4, (first,)))
    assert second.after == pytest.approx(0.449)
    past.append(session(4.1, "worse"))
    assert next_changes(course(past, 6, (first, second))) == ()
    past += [session(6), session(7), session(8)]
    (third,) = next_changes(course(past, 9, (first, second)))
    assert third.reason == f"We go back to about 67 % of the dose, {UP}"
    past += [session(9.1), session(10)]
    (fourth,) = next_changes(course(past, 11, (first, second, third)))
    assert fourth.reason == f"We go back to the whole dose, {UP}"
    every = (first, second, third, fourth)
    assert adapted(course(past, 11, every)).entries == ROUTINE.entries
    lowest = adapted(course(past, 11, every[:2]))
    assert [entry.repetitions for entry in lowest.entries] == [3, 3, 3]


def test_what_was_undone_is_not_done_again_and_the_rest_goes_on() -> None:
    (days,) = next_changes(course(WEEK, 5))
    undone = replace(days, id=1, undone_at=at(5).isoformat())
    held = course([*WEEK, session(6), session(7)], 8, (undone,))
    assert days_a_week(held) == 3
    (step,) = next_changes(held)
    assert (step.exercise, step.variable, step.after) == ("bridge", Variable.REPETITIONS, 10)
    refused = replace(step, id=2, undone_at=at(8).isoformat())
    later = course([*WEEK, session(9), session(10)], 11, (undone, refused))
    (other,) = next_changes(later)
    assert (other.exercise, other.after) == ("bird_dog", 10)
    assert adapted(later).entries == ROUTINE.entries


def test_a_new_dose_in_the_file_makes_older_changes_void() -> None:
    made = lived(12)
    assert any(one.exercise == "bridge" for one in made)
    written = replace(
        ROUTINE,
        entries=tuple(replace(one, repetitions=11) for one in ROUTINE.entries),
    )
    assert [one.repetitions for one in adapted(course([], 20, tuple(made), written)).entries] == [
        *(11, 11, 11)
    ]


def paused(exercise: str, number: int = 1) -> Change:
    past = [session(day, during=((exercise, 4),)) for day in (0, 2)]
    (change,) = next_changes(course(past, 3))
    assert change.routine == "", "a back does not know which routine it is in"
    return replace(change, id=number)


def test_a_paused_exercise_is_left_out_and_its_alternative_offered_once() -> None:
    pause = paused("bridge")
    now = course([session(2, during=(("bridge", 4),))], 3, (pause,))
    assert [entry.exercise for entry in adapted(now).entries] == ["cat_stretch", "bird_dog"]
    assert to_offer(now) == ((pause, "pelvic_tilt"),)
    for instead, there in (("pelvic_tilt", ["pelvic_tilt"]), ("", []), ("bridge", ["bridge"])):
        answer = replace(pause, id=2, variable=Variable.INSTEAD, instead=instead)
        answered = course([], 3, (pause, answer))
        assert to_offer(answered) == ()
        entries = adapted(answered).entries
        assert [entry.exercise for entry in entries] == ["cat_stretch", *there, "bird_dog"]
    assert CATALOGUE["bridge"].easier in entries[1].note
    undone = replace(pause, undone_at=at(4).isoformat())
    assert adapted(course([], 5, (undone,))).entries == ROUTINE.entries


def test_an_undone_pause_comes_back_only_when_it_hurts_twice_more() -> None:
    undone = replace(paused("bridge"), undone_at=at(4).isoformat())
    past = [session(day, during=(("bridge", 4),)) for day in (0, 2, 5)]
    assert next_changes(course(past, 6, (undone,))) == ()
    past.append(session(7, during=(("bridge", 4),)))
    (again,) = next_changes(course(past, 8, (undone,)))
    assert again.variable is Variable.PAUSED


def test_every_alternative_is_another_exercise_or_the_same_made_easier() -> None:
    for exercise in CATALOGUE.values():
        if exercise.alternative:
            assert exercise.alternative in CATALOGUE
            assert exercise.alternative != exercise.id
    full = parse_routine(
        'id = "mine"\ntitle = "Mine"\n'
        + "".join(
            f'[[entry]]\nexercise = "{name}"\n'
            for name in ("knees_to_chest", "childs_pose", "pelvic_tilt")
        ),
        "mine.toml",
        CATALOGUE,
    )
    now = course([], 0, (), full)
    assert alternative_to(now, "childs_pose") == "childs_pose"
    assert alternative_to(now, "bridge") not in {"knees_to_chest", "childs_pose", "pelvic_tilt"}


days = st.lists(
    st.tuples(
        st.floats(0.2, 20.0),
        st.sampled_from(["good", "worse", "left", "none"]),
        st.sampled_from([None, *NextDay]),
        st.integers(0, 6),
        st.booleans(),
    ),
    max_size=12,
)


@given(days)
def test_any_history_keeps_the_rules(
    story: list[tuple[float, str, NextDay | None, int, bool]],
) -> None:
    day, past, made = 0.0, list[PastSession](), list[Change]()
    for gap, kind, next_day, before, undo in story:
        day += gap
        now = course(past, day, tuple(made))
        found = next_changes(now)
        check(now, found)
        stamp = at(day).isoformat() if undo else ""
        made += [replace(one, id=len(made) + 1, undone_at=stamp) for one in found]
        entries = adapted(course(past, day, tuple(made))).entries
        for entry in entries:
            assert entry.repetitions >= 1
            assert entry.repetitions <= CATALOGUE[entry.exercise].dose.repetitions[1]
        past.append(session(day + 0.05, kind, before=before, next_day=next_day))


def check(now: TrainingLog, found: tuple[Change, ...]) -> None:
    ups = [one for one in found if one.variable is not Variable.PAUSED and one.after > one.before]
    assert len(ups) <= 1
    for one in found:
        assert one.reason.endswith(".")
        assert one.reason.count(". ") == 0, "one sentence"
        if one.variable is Variable.SHARE:
            assert LEAST_SHARE <= one.after <= 1.0
    if ups:
        assert missing_sessions(now) == 0
        assert all(session.went_well(now.pain) for session in now.since_change[-2:])
        assert ups == [next_step(now)]
