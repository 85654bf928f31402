"""Every exercise coached end to end: a simulated person, real packets, the whole signal core."""

import asyncio
from collections.abc import Sequence

import pytest

from spinesense.coaching.exercises.catalogue import load_catalogue
from spinesense.coaching.routines.entry import Routine, RoutineEntry
from spinesense.coaching.session.session import Session
from spinesense.model.events import Cue, Event, Priority, SetDone
from spinesense.runner.batch.scoring import score_sets
from spinesense.runner.engine import Engine
from spinesense.runner.live import LiveRun
from spinesense.sensors.simulated.source import SimulatedSource
from spinesense.sensors.simulated.truth import Performed

CATALOGUE = load_catalogue()


def coach(
    exercise: str, hold_s: float, repetitions: int = 2, fault: str = ""
) -> tuple[list[Event], Sequence[Performed]]:
    entry = RoutineEntry(
        exercise=exercise, repetitions=repetitions, hold_s=hold_s, sets=1, rest_s=3.0, note=""
    )
    routine = Routine(id="one", title="One", entries=(entry,))
    source = SimulatedSource(11, speed=0, fault=fault, packet_s=0.1)
    session = Session(routine, CATALOGUE)
    events: list[Event] = []
    run = LiveRun(
        source,
        Engine(source.profile, session=session),
        hear=source.hear,
        listeners=[events.extend],
        stop_after_s=600.0,
    )
    asyncio.run(run.run(lambda _: None))
    return events, source.person.performed


def faults_said(events: Sequence[Event]) -> list[str]:
    return [one.words for one in events if isinstance(one, Cue) and one.priority is Priority.FAULT]


def slowly(*values: object) -> object:
    return pytest.param(*values, marks=pytest.mark.slow)


@pytest.mark.parametrize(("exercise", "hold_s", "sides"), [
    ("ball_march", 0.0, [""]),
    ("childs_pose", 6.0, [""]),
    ("side_leg_raise", 0.0, ["left", "right"]),
    slowly("forward_bend", 0.0, [""]),
    slowly("knees_to_chest", 6.0, [""]),
    slowly("seated_twist", 6.0, ["left", "right"]),
    slowly("single_leg_raise", 0.0, ["left", "right"]),
    slowly("wall_sit", 6.0, [""]),
    slowly("wrist_wave", 0.0, [""]),
])  # fmt: skip
def test_good_form_is_counted_exactly_and_held_as_told(
    exercise: str, hold_s: float, sides: list[str]
) -> None:
    events, performed = coach(exercise, hold_s)
    sets = [event for event in events if isinstance(event, SetDone)]
    assert [one.side for one in sets] == sides
    assert not any(one.skipped for one in sets)
    for score in score_sets(events, performed):
        assert score.counted == score.performed == sets[0].goal
        assert hold_s == 0.0 or score.worst_hold_error_s < 0.5
    assert faults_said(events) == []
    for one in sets:
        seen = {CATALOGUE[exercise].side_of(rep.side) for rep in one.repetitions}
        assert seen == ({one.side} if one.side else seen)


def test_the_time_that_is_told_is_the_time_that_was_spent() -> None:
    events, performed = coach("arm_circles", 10.0, repetitions=0)
    (score,) = score_sets(events, performed)
    assert score.held_only
    assert score.worst_hold_error_s < 1.0
    assert faults_said(events) == []


@pytest.mark.parametrize(("exercise", "hold_s", "repetitions", "fault"), [
    ("bridge", 4.0, 4, "hips_sag"),
    slowly("side_leg_raise", 0.0, 4, "rocks"),
    slowly("forward_bend", 0.0, 4, "too_deep"),
])  # fmt: skip
def test_a_fault_that_is_shown_is_named(
    exercise: str, hold_s: float, repetitions: int, fault: str
) -> None:
    events, performed = coach(exercise, hold_s, repetitions, fault)
    assert fault in {one.fault for one in performed}
    words = next(one.words for one in CATALOGUE[exercise].faults if one.id == fault)
    assert faults_said(events)
    assert all(said.endswith(words) for said in faults_said(events))
