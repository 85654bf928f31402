"""The pacer: its stages follow the tempo, and the person when they do otherwise."""

from dataclasses import replace

import pytest
from tests.coaching.person import CATALOGUE, repetition

from spinesense.coaching.routines.plan import SetPlan
from spinesense.coaching.session import pacer
from spinesense.coaching.session.pacer import Pace
from spinesense.model.events import HoldBegan, MotionEvent
from spinesense.model.readings import Readings
from spinesense.model.snapshot import PaceStage

STEP_S = 0.1


def plan(exercise: str, hold_s: float = 0.0) -> SetPlan:
    return SetPlan(
        position=1,
        exercise=CATALOGUE[exercise],
        set_number=1,
        sets=1,
        side="",
        goal=8,
        hold_s=hold_s,
        rest_s=0.0,
        note="",
    )


def paced(
    asked: SetPlan, seconds: float, happens: dict[float, MotionEvent] | None = None
) -> list[Pace]:
    """The pacer at every tenth of a second, with what happens at these times."""
    pace = pacer.begun(asked, 0.0)
    assert pace is not None
    stages = []
    for step in range(round(seconds / STEP_S)):
        time_s = round(step * STEP_S, 6)
        events = [event for at_s, event in (happens or {}).items() if at_s == time_s]
        pace = pacer.followed(pace, asked, Readings(time_s=time_s), events)
        stages.append(pace)
    return stages


def runs(stages: list[Pace]) -> list[tuple[str, float]]:
    """Stages in order with their length in seconds."""
    found: list[tuple[str, float]] = []
    for pace in stages:
        name = pace.stage.value + (" other" if pace.other_way else "")
        if found and found[-1][0] == name:
            found[-1] = (name, found[-1][1] + STEP_S)
        else:
            found.append((name, STEP_S))
    return found


def test_a_bridge_goes_up_holds_and_comes_down_in_its_tempo() -> None:
    stages = runs(paced(plan("bridge", 3.0), 20.0))[1:5]
    assert [name for name, _ in stages] == ["out", "hold", "back", "rest"]
    for (_, lasted_s), meant_s in zip(stages, (2.0, 3.0, 2.0, pacer.LATE_S), strict=True):
        assert lasted_s == pytest.approx(meant_s, abs=0.11)


def test_without_a_hold_the_way_back_follows_at_once() -> None:
    assert [name for name, _ in runs(paced(plan("pelvic_tilt"), 12.0))][:4] == [
        "rest",
        "out",
        "back",
        "rest",
    ]


def test_both_ways_of_a_cat_stretch_are_one_repetition() -> None:
    names = [name for name, _ in runs(paced(plan("cat_stretch", 3.0), 20.0))]
    assert names[:8] == [
        "rest",
        "out",
        "hold",
        "back",
        "out other",
        "hold other",
        "back other",
        "rest",
    ]


def test_the_person_leads() -> None:
    early = HoldBegan(1.5, 1.4)
    stages = paced(plan("bridge", 3.0), 8.0, {1.5: early, 6.0: repetition(1, 6.0, hold_s=3.0)})
    assert stages[15].stage is PaceStage.HOLD
    assert stages[60].stage is PaceStage.REST
    assert (stages[59].done, stages[60].done) == (0, 1)


def test_whoever_sets_off_early_is_not_waited_for() -> None:
    asked = plan("bridge", 3.0)
    resting = Pace(PaceStage.REST, 0.0)
    away = Readings(time_s=0.2, carrying=0.3)
    assert pacer.followed(resting, asked, away, []).stage is PaceStage.OUT


def test_a_hold_that_is_under_way_is_waited_for_but_not_for_ever() -> None:
    asked = plan("bridge", 3.0)
    holding = Pace(PaceStage.HOLD, 0.0)
    late = Readings(time_s=4.0, hold_s=2.0, holding=True)
    assert pacer.followed(holding, asked, late, []) == holding
    given_up = replace(late, time_s=6.5)
    assert pacer.followed(holding, asked, given_up, []).stage is PaceStage.BACK


def test_a_slower_person_is_waited_for() -> None:
    asked = plan("pelvic_tilt")
    early = paced(asked, 5.5)[-1]
    assert (early.stage, early.early) == (PaceStage.REST, True)
    coming = Readings(time_s=early.since_s + 1.0, carrying=0.1)
    assert pacer.followed(early, asked, coming, []) == early
    told = pacer.followed(early, asked, coming, [repetition(1, coming.time_s)])
    assert (told.early, told.done) == (False, 1)
    late = replace(coming, time_s=early.since_s + pacer.LATE_S)
    assert pacer.followed(early, asked, late, []).stage is PaceStage.OUT


@pytest.mark.parametrize("exercise", ["hamstring_stretch", "arm_circles", "walk"])
def test_what_is_only_held_or_walked_is_not_paced(exercise: str) -> None:
    assert pacer.begun(plan(exercise, 20.0), 0.0) is None


def test_what_is_shown_goes_out_and_comes_back() -> None:
    asked = plan("pelvic_tilt")
    out = [
        pacer.view_of(Pace(PaceStage.OUT, 0.0), asked, at_s).share for at_s in (0.0, 1.0, 2.0, 3.0)
    ]
    back = [pacer.view_of(Pace(PaceStage.BACK, 0.0), asked, at_s).share for at_s in (0.0, 1.0, 2.0)]
    assert out == [0.0, 0.5, 1.0, 1.0]
    assert back == [1.0, 0.5, 0.0]


def test_the_breath_goes_with_the_way_as_the_exercise_says() -> None:
    tilt, wave = plan("pelvic_tilt"), plan("wrist_wave")
    out, back = Pace(PaceStage.OUT, 0.0), Pace(PaceStage.BACK, 0.0)
    up = Pace(PaceStage.OUT, 0.0, other_way=True)
    assert pacer.view_of(out, tilt, 0.0).words == "Press down, breathe out"
    assert pacer.view_of(back, tilt, 0.0).words == "And let go, breathe in"
    assert pacer.view_of(out, wave, 0.0).words == "Hips down, breathe in"
    assert pacer.view_of(up, wave, 0.0).words == "Seat up, breathe out"


def test_the_breath_is_said_twice_and_the_way_always() -> None:
    asked = plan("pelvic_tilt")
    said = [
        pacer.said_at(
            Pace(PaceStage.REST, 0.0, done=done),
            Pace(PaceStage.OUT, 1.0, done=done),
            asked,
            Readings(time_s=1.0),
        )
        for done in range(4)
    ]
    assert said == ["Press down, breathe out."] * 2 + ["Press down."] * 2


def test_where_sides_take_turns_the_side_is_said_instead() -> None:
    rest, out = Pace(PaceStage.REST, 0.0), Pace(PaceStage.OUT, 1.0)
    assert pacer.said_at(rest, out, plan("bird_dog", 3.0), Readings(time_s=1.0)) == ""
