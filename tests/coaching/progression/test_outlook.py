"""What is said of the next step."""

from dataclasses import replace

from tests.coaching.histories import CATALOGUE, ROUTINE, course, session

from spinesense.coaching.progression.progression import next_changes, next_step, next_step_text
from spinesense.model.care import Change


def test_the_outlook_says_how_often_what_and_after_what() -> None:
    assert next_step_text(course([], 0)) == (
        "on 3 days a week; next: exercise on 5 days a week instead of 3, after 2 more sessions in "
        "a row without more pain and 3 more days of exercise within a week (3 in all)."
    )
    week = [session(0), session(2), session(4)]
    assert next_step_text(course(week, 5)).endswith("instead of 3, at the next session.")
    (days,) = next_changes(course(week, 5))
    undone = replace(days, undone_at=days.made_at)
    assert next_step_text(course([*week, session(6)], 7, (undone,))) == (
        "on 3 days a week; next: Bridge: 10 repetitions instead of 8, after one more session in a "
        "row without more pain."
    )


def test_the_end_of_the_ladder_is_said() -> None:
    past, made = [session(0)], list[Change]()
    now = course(past, 1)
    while (step := next_step(now)) is not None:
        made.append(step)
        now = course(past, 1, tuple(made))
    assert (
        next_step_text(now)
        == "every day; every dose is at the most that is usual, and stays there."
    )
    desk = replace(ROUTINE, entries=ROUTINE.entries[:1])
    assert CATALOGUE[desk.entries[0].exercise].kind == "stretch"
    assert next_step_text(course([], 0, (), desk)).startswith("every dose")
