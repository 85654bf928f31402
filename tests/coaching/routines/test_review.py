"""What must not be in a routine, and what puts one in order."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.coaching.routines.test_parse import CATALOGUE, message_of, routine_of

from spinesense.coaching.exercises.schema import Kind
from spinesense.coaching.routines.describe import dose_words, unsensed_words
from spinesense.coaching.routines.parse import parse_routine, shipped_routines
from spinesense.coaching.routines.plan import plan_of, usual_s
from spinesense.coaching.routines.review import in_order, order_warnings, parts
from spinesense.coaching.routines.write import new_routine, write_routine

ORDERLY = sorted(
    name for name, one in CATALOGUE.items() if one.kind not in (Kind.AEROBIC, Kind.GUARD)
)


@pytest.mark.parametrize(("name", "reason", "instead"), [
    ("toe_touch", "overstretches", "hamstring_stretch"),
    ("toetouches", "overstretches", "hamstring_stretch"),
    ("sit_up", "full bend", "partial_crunch"),
    ("full_sit_ups", "full bend", "partial_crunch"),
    ("situps", "full bend", "partial_crunch"),
    ("both_leg_raise", "loads the low back heavily", "single_leg_raise"),
    ("double_leg_raises", "loads the low back heavily", "single_leg_raise"),
    ("leg_lifts", "loads the low back heavily", "single_leg_raise"),
    ("overhead_press", "great force", "bird_dog"),
    ("shoulder_press", "great force", "bridge"),
    ("lift_above_waist", "great force", "bridge"),
    ("deadlift", "great force", "bridge"),
    ("leg_press", "lifts off the pad", "leg_press_guard"),
])  # fmt: skip
def test_what_must_not_be_there_is_named_with_its_reason_and_what_to_do_instead(
    name: str, reason: str, instead: str
) -> None:
    message = message_of(f'exercise = "{name}"')
    assert "\n" not in message
    assert reason in message
    assert instead in message


@pytest.mark.parametrize(("note", "named"), [
    ("Afterwards touch your toes.", "a toe touch"),
    ("Then ten full sit-ups!", "a full sit-up"),
    ("Now raise both legs.", "raising both legs"),
    ("With an overhead press in between.", "lifting heavy weight above the waist"),
    ("Do not touch your toes.", ""),
    ("This is no sit-up: your low back stays down.", ""),
    ("Never lift both legs.", ""),
    ("Slowly.", ""),
])  # fmt: skip
def test_a_note_that_asks_for_it_is_named_too_but_not_one_that_warns_of_it(
    note: str, named: str
) -> None:
    warnings = routine_of(f'exercise = "pelvic_tilt"\nnote = "{note}"').warnings
    assert (f"the note asks for {named}" in warnings[0]) if named else not warnings


@given(st.lists(st.sampled_from(ORDERLY), min_size=1, max_size=9))
def test_a_routine_put_in_order_keeps_all_and_lacks_only_what_is_not_there(
    names: list[str],
) -> None:
    entries = routine_of(*(f'exercise = "{name}"' for name in names)).entries
    ordered = in_order(entries, CATALOGUE)
    assert sorted(entry.exercise for entry in ordered) == sorted(names)
    left = list(order_warnings(ordered, CATALOGUE))
    kinds = parts([CATALOGUE[entry.exercise] for entry in ordered])
    assert not left or Kind.STRETCH not in kinds
    assert all("not been stretched" in warning for warning in left)
    assert in_order(ordered, CATALOGUE) == ordered


def test_only_what_has_to_move_is_moved() -> None:
    fine = ["arm_circles", "cat_stretch", "bridge", "childs_pose", "arm_circles"]
    entries = routine_of(*(f'exercise = "{name}"' for name in fine)).entries
    assert in_order(entries, CATALOGUE) == entries


@pytest.mark.parametrize("name", sorted(shipped_routines()))
def test_a_routine_comes_back_from_its_text(name: str) -> None:
    routine = parse_routine(shipped_routines()[name], f"{name}.toml", CATALOGUE)
    assert parse_routine(write_routine(routine), "again.toml", CATALOGUE) == routine


@given(st.text(st.characters(codec="utf-8"), max_size=300))
def test_any_note_comes_back_from_its_text(note: str) -> None:
    routine = routine_of('exercise = "bridge"\nhold_s = 3.25')
    noted = replace(routine, entries=(replace(routine.entries[0], note=note),), warnings=())
    again = parse_routine(write_routine(noted), "mine.toml", CATALOGUE)
    assert again.entries == noted.entries


def test_a_new_routine_can_be_done_as_it_is_and_says_what_each_number_means() -> None:
    text = new_routine("anna", "Anna", CATALOGUE)
    routine = parse_routine(text, "anna.toml", CATALOGUE)
    assert (routine.id, routine.title, routine.warnings) == ("anna", "Anna", ())
    for line in text.splitlines():
        assert len(line) <= 96, line
        if "=" in line and not line.startswith("#"):
            assert "  # " in line or line.startswith("title"), line
    assert all(name in text for name in ORDERLY)


def test_the_lengths_are_what_the_routines_promise() -> None:
    minutes = {
        name: usual_s(plan_of(parse_routine(text, name, CATALOGUE), CATALOGUE)) / 60
        for name, text in shipped_routines().items()
    }
    assert 4.0 <= minutes["desk_break"] <= 6.0
    assert minutes["demo"] < minutes["first_steps"] < minutes["daily"] < minutes["strength"] < 30


def test_the_desk_break_needs_no_floor() -> None:
    routine = parse_routine(shipped_routines()["desk_break"], "desk_break.toml", CATALOGUE)
    postures = {CATALOGUE[entry.exercise].start_posture.value for entry in routine.entries}
    assert postures == {"standing", "sitting"}


def test_what_is_coached_by_time_says_so() -> None:
    nothing_seen = routine_of('exercise = "arm_circles"')
    assert "all of it is coached by time" in unsensed_words(nothing_seen, CATALOGUE)
    some = routine_of('exercise = "arm_circles"', 'exercise = "cat_stretch"')
    assert unsensed_words(some, CATALOGUE).endswith("says so: Arm circles.")
    assert unsensed_words(routine_of('exercise = "cat_stretch"'), CATALOGUE) == ""


@pytest.mark.parametrize(("entry", "words"), [
    ('exercise = "bridge"\nrepetitions = 1\nhold_s = 1\nrest_s = 0', "1 time, hold 1 second"),
    ('exercise = "cat_stretch"', "3 times, hold 3 seconds each way, then rest 15 seconds"),
    ('exercise = "bird_dog"\nsets = 2\nrest_s = 0',
     "8 times a side, in turn, hold 3 seconds, 2 sets"),
    ('exercise = "hamstring_stretch"\nsets = 1\nrest_s = 0', "15 seconds a side"),
    ('exercise = "walk"\nminutes = 12', "12 minutes"),
])  # fmt: skip
def test_doses_read_as_one_says_them(entry: str, words: str) -> None:
    routine = routine_of(entry)
    (one,) = routine.entries
    assert dose_words(one, CATALOGUE[one.exercise]) == words


@pytest.mark.parametrize(("entry", "named"), [
    ('exercise = "walk"\nrepetitions = 3', "walk is done in minutes; write minutes"),
    ('exercise = "walk"\nhold_s = 3', "walk is done in minutes; write minutes"),
    ('exercise = "walk"\nminutes = 0', "minutes: 0 does not fit"),
    ('exercise = "bridge"\nminutes = 3', "bridge is not done in minutes"),
])  # fmt: skip
def test_minutes_are_for_what_is_walked(entry: str, named: str) -> None:
    assert named in message_of(entry)
