"""What is said while the person gets ready, moves and holds."""

import math

import pytest
from tests.coaching.person import CATALOGUE, in_move, one_exercise, person_in, repetition

from spinesense.model.events import (
    Cue,
    GapFound,
    HoldPaused,
    SignalFault,
    SignalSuspect,
)
from spinesense.model.movement import Side
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


def test_a_short_gap_passes_unsaid_and_a_suspect_signal_is_told_once() -> None:
    person = in_move("demo", lazy=True)
    person.live(3.0)
    before = len(person.words)
    person.step(GapFound(person.time_s, person.time_s - 0.5, person.time_s))
    person.live(5.0)
    assert len(person.words) == before
    suspect = SignalSuspect(person.time_s, SignalFault.SHIFTED, "The sensor has moved.")
    gap = GapFound(person.time_s, person.time_s - 9.0, person.time_s)
    person.step(gap, suspect, suspect)
    person.step(suspect)
    person.live(9.0)
    assert person.words[before:] == [
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


def test_another_fault_is_no_correction() -> None:
    person = in_move(one_exercise("pelvic_tilt", repetitions=5))
    person.makes = lambda number, at_s, _: (
        repetition(number, at_s, off_axis_deg=12.0)
        if number == 1
        else repetition(number, at_s, moving_s=1.0)
    )
    person.live(21.0)
    assert not any(words.startswith("Better") for words in person.words)
