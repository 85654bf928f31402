"""What is said while the person gets ready, moves and holds."""

import math
from dataclasses import replace

import pytest
from tests.coaching.person import CATALOGUE, Person, in_move, one_exercise, person_in, repetition

from spinesense.model.events import (
    Cue,
    GapFound,
    HoldBegan,
    HoldPaused,
    Priority,
    SignalFault,
    SignalSuspect,
)
from spinesense.model.movement import Side, StartPosture
from spinesense.model.packets import Action
from spinesense.model.snapshot import Phase


def test_an_unseen_position_is_admitted_and_does_not_block() -> None:
    person = person_in("demo", visible=False)
    person.say(Action.PAIN, "0")
    person.to(Phase.MOVE)
    assert any("cannot see your position" in words for words in person.words)


def test_start_goes_on_without_waiting() -> None:
    person = person_in("demo", visible=False)
    person.say(Action.PAIN, "0")
    person.live(1.0)
    person.say(Action.START)
    person.live(3.2)
    assert person.session.view().phase is Phase.MOVE


def test_nothing_is_counted_for_a_person_who_does_not_move() -> None:
    person = in_move("demo", lazy=True)
    person.live(300.0)
    assert person.session.view().repetitions == 0
    assert person.session.view().phase is Phase.MOVE
    assert sum(words.startswith("Whenever you are ready") for words in person.words) == 1
    assert sum("you can skip it" in words for words in person.words) == 1


def test_a_long_hold_is_done_when_its_clock_says_so_on_both_sides() -> None:
    person = in_move(one_exercise("hamstring_stretch", hold_s=15, sets=2))
    person.to(Phase.PAIN_AFTER)
    assert [(one.set_number, one.side) for one in person.sets] == [
        (1, "left"),
        (1, "right"),
        (2, "left"),
        (2, "right"),
    ]
    assert all(15.0 <= one.held_s < 15.2 for one in person.sets)
    assert {"Half way.", "Three more seconds.", "Change sides.", "Set 2 of 2."} <= {*person.words}


def test_getting_into_a_long_hold_is_no_part_of_it() -> None:
    person = in_move(one_exercise("hamstring_stretch", hold_s=15, sets=1))
    began_s = person.time_s
    person.live(30.0, lambda session: bool(session.state.done))
    into_s = CATALOGUE["hamstring_stretch"].tempo.out_s
    assert person.time_s - began_s >= into_s + 15.0
    hold = next(one for one in person.heard if isinstance(one, Cue) and one.words == "Hold.")
    assert hold.time_s - began_s > into_s


@pytest.mark.parametrize(("event", "named"), [
    (HoldPaused(0.0, 0.3), False),
    (HoldPaused(0.0, 1.5), True),
    (HoldPaused(0.0, 4.0), False),
])  # fmt: skip
def test_only_a_hold_that_began_and_was_lost_is_named(event: HoldPaused, named: bool) -> None:
    person = in_move(one_exercise("bridge", repetitions=3, hold_s=5), lazy=True)
    person.live(4.0)
    person.step(event)
    person.live(1.0)
    assert ("Lift your hips again." in person.words) == named


def test_a_gap_is_not_taken_for_a_lost_hold() -> None:
    person = in_move(one_exercise("hamstring_stretch", hold_s=15, sets=1))
    person.live(8.0)
    person.step(GapFound(0.0, 0.0, 0.5), HoldPaused(0.0, 6.0))
    person.live(1.0)
    assert "Let your pelvis rest heavy on the floor." not in person.words


def test_a_lost_hold_is_named() -> None:
    person = in_move(one_exercise("bridge", repetitions=3, hold_s=5), lazy=True)
    person.live(4.0)
    person.step(HoldPaused(person.time_s, 1.0))
    person.live(1.0)
    assert person.words[-1] == "Lift your hips again."


def test_sides_that_alternate_are_told_and_a_repeated_side_is_named() -> None:
    person = in_move(one_exercise("bird_dog", repetitions=3, hold_s=0))
    person.makes = lambda number, at_s, _: repetition(
        number, at_s, side=Side.POSITIVE, range_deg=5.0
    )
    assert person.session.view().side == "left"
    person.live(9.0)
    assert "Right next." in person.words
    assert "That was the same side again. Right next." in person.words
    assert person.session.view().repetition_goal == 6


@pytest.mark.parametrize(("changes", "words"), [
    ({"off_axis_deg": 12.0}, "One. Tilt straight, both sides alike."),
    ({"range_deg": 25.0}, "One. Keep your seat on the floor."),
    ({"moving_s": 1.5}, "One. A little slower."),
])  # fmt: skip
def test_a_fault_is_named_at_most_every_third_repetition(
    changes: dict[str, float], words: str
) -> None:
    person = in_move(one_exercise("pelvic_tilt", repetitions=9))
    person.makes = lambda number, at_s, _: repetition(number, at_s, **changes)  # type: ignore[arg-type]
    person.live(31.0)
    faults = [one for one in person.heard if isinstance(one, Cue) and one.priority == "fault"]
    assert faults[0].words == words
    assert [one.words.split(".")[0] for one in faults] == ["One", "Four", "Seven"]


def test_a_correction_is_praised_once() -> None:
    person = in_move(one_exercise("pelvic_tilt", repetitions=8))
    person.makes = lambda number, at_s, _: repetition(
        number, at_s, off_axis_deg=12.0 if number == 1 else 1.0
    )
    person.live(30.0)
    assert sum(words.startswith("Better") for words in person.words) == 1


def unpaced(person: Person) -> list[str]:
    """What was said besides the words of the pacer."""
    cues = [one for one in person.heard if isinstance(one, Cue)]
    return [one.words for one in cues if one.priority is not Priority.PACE]


def test_a_short_gap_passes_unsaid_and_a_suspect_signal_is_told_once() -> None:
    person = in_move("demo", lazy=True)
    person.live(3.0)
    before = len(unpaced(person))
    person.step(GapFound(person.time_s, person.time_s - 0.5, person.time_s))
    person.live(5.0)
    assert len(unpaced(person)) == before
    suspect = SignalSuspect(person.time_s, SignalFault.SHIFTED, "The sensor has moved.")
    gap = GapFound(person.time_s, person.time_s - 9.0, person.time_s)
    person.step(gap, suspect, suspect)
    person.step(suspect)
    person.live(9.0)
    assert unpaced(person)[before:] == [
        "The sensor was away for a moment. Carry on.",
        "The sensor has moved.",
    ]


def test_the_target_is_shown_in_the_carrying_direction() -> None:
    person = in_move("demo")
    view = person.session.view()
    assert view.target_low_rad == pytest.approx(math.radians(5))
    assert view.target_high_rad == pytest.approx(math.radians(15))
    assert (view.position, view.total, view.set_number, view.sets) == (1, 3, 1, 1)
    assert view.carrying_name == "pelvic tilt"
    assert view.step
    assert view.next_step


@pytest.mark.parametrize(("exercise", "dose", "shown_rad"), [
    ("single_leg_raise", {"repetitions": 1}, [0.1, -0.1]),
    ("hamstring_stretch", {"hold_s": 15, "sets": 1}, [0.1, 0.1]),
])  # fmt: skip
def test_the_angle_is_shown_towards_the_side_that_is_due(
    exercise: str, dose: dict[str, float], shown_rad: list[float]
) -> None:
    person = in_move(one_exercise(exercise, **dose))
    seen = []
    for side in ("left", "right"):
        person.live(90.0, lambda session, side=side: session.view().side == side)  # type: ignore[misc]
        person.to(Phase.MOVE)
        now = replace(person.readings(None, still=True), carrying=0.1)
        person.session.feed(now, [])
        seen.append(person.session.view().carrying_rad)
    assert seen == shown_rad


def test_another_fault_is_no_correction() -> None:
    person = in_move(one_exercise("pelvic_tilt", repetitions=5))
    person.makes = lambda number, at_s, _: (
        repetition(number, at_s, off_axis_deg=12.0)
        if number == 1
        else repetition(number, at_s, moving_s=1.0)
    )
    person.live(21.0)
    assert not any(words.startswith("Better") for words in person.words)


def test_of_what_cannot_be_seen_only_the_time_is_kept_and_that_is_said() -> None:
    person = in_move(one_exercise("arm_circles", hold_s=30, sets=1))
    person.live(10.0)
    assert person.session.view().step == CATALOGUE["arm_circles"].steps[0]
    person.to(Phase.PAIN_AFTER)
    for said in ("For 30 seconds.", "The time runs.", "Half way.", "And done. Well done."):
        assert said in person.words
    assert any(words.startswith("I cannot see this movement") for words in person.words)
    assert not {"Hold.", "And let go. Well done."} & {*person.words}
    (done,) = person.sets
    assert done.repetitions == ()
    assert done.held_s == pytest.approx(30.0, abs=0.2)


@pytest.mark.parametrize(("exercise", "said"), [
    ("side_leg_raise", ("Left side up.", "Right side up.")),
    ("seated_twist", ("Left side.", "Right side.")),
])  # fmt: skip
def test_sides_done_apart_are_announced(exercise: str, said: tuple[str, str]) -> None:
    person = in_move(one_exercise(exercise, repetitions=2, hold_s=0, sets=1))
    person.makes = lambda number, at_s, _: repetition(
        number, at_s, side=Side.POSITIVE if not person.sets else Side.NEGATIVE
    )
    person.to(Phase.PAIN_AFTER)
    assert [one.side for one in person.sets] == ["left", "right"]
    assert {*said} <= {*person.words}
    assert "That looked like your other side." not in person.words


def test_the_other_side_is_counted_and_named_once() -> None:
    person = in_move(one_exercise("single_leg_raise", repetitions=5, hold_s=0, sets=1))
    person.makes = lambda number, at_s, _: repetition(
        number, at_s, side=Side.NEGATIVE, range_deg=4.0
    )
    person.live(30.0, lambda session: bool(session.state.done))
    assert len(person.sets[0].repetitions) == 5
    assert person.words.count("That looked like your other side.") == 1


@pytest.mark.parametrize(("held_s", "said"), [(3.0, "One. A little slower."), (6.0, "One.")])
def test_waiting_at_the_peak_does_not_hide_a_rushed_movement(held_s: float, said: str) -> None:
    person = in_move(one_exercise("bridge", repetitions=3, hold_s=3))
    moving_s = 1.5 if held_s == 3.0 else 4.0
    person.makes = lambda number, at_s, _: repetition(
        number, at_s, moving_s=moving_s, hold_s=held_s, range_deg=30.0
    )
    person.live(8.0)
    assert said in person.words


def test_a_guard_warns_at_every_lift_and_praises_the_correction() -> None:
    person = in_move(one_exercise("leg_press_guard", hold_s=60))
    person.live(3.0)
    assert "I watch your low back. Train as you like." in person.words
    for _ in range(2):
        person.step(HoldPaused(person.time_s, 2.0))
        person.live(4.0)
        person.step(HoldBegan(person.time_s, person.time_s))
        person.live(3.0)
    warning = "Your low back lifts. Less weight, and less depth."
    assert person.words.count(warning) == 2
    assert sum(words.startswith("Better") for words in person.words) == 2
    assert not any("Half way" in words for words in person.words)


def test_an_exercise_with_levels_goes_higher_from_set_to_set_but_not_when_it_hurts() -> None:
    routine = one_exercise("ball_march", repetitions=1, sets=3, rest_s=1)
    person = person_in(routine)
    person.do_all()
    steps = [level.step for level in CATALOGUE["ball_march"].levels]
    assert [one for one in person.words if one in steps] == steps
    hurt = in_move(routine)
    hurt.say(Action.PAIN, "4")
    hurt.live(90.0)
    assert [one for one in hurt.words if one in steps[1:]] == [steps[1]]


def test_another_position_is_named_once_and_nothing_begins_in_it() -> None:
    person = person_in("demo", shown=StartPosture.STANDING)
    person.say(Action.PAIN, "2")
    person.live(32.0)
    seen = "I see you upright. Lie on your back, knees bent, feet flat."
    assert person.words.count(seen) == 1
    assert "Begin." not in person.words
    person.shown = None
    person.live(8.0)
    assert "Begin." in person.words


def test_the_target_follows_what_earlier_sessions_showed() -> None:
    person = person_in("demo")
    person.say(Action.OWN_RANGE, "pelvic_tilt 0.14")
    for misunderstood in ("pelvic_tilt", "bridge nan", "bridge -1", "toe_touch 0.5", ""):
        person.say(Action.OWN_RANGE, misunderstood)
    person.say(Action.PAIN, "2")
    person.to(Phase.MOVE)
    view = person.session.view()
    assert view.target_low_rad == pytest.approx(0.7 * 0.14)
    assert view.target_high_rad == pytest.approx(1.15 * 0.14)
    assert person.session.state.own.keys() == {"pelvic_tilt 0"}
