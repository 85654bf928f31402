"""Routines: the shipped ones, mistakes, warnings."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.paths import ROOT

from spinesense.coaching.exercises.catalogue import load_catalogue
from spinesense.coaching.exercises.schema import Exercise, Kind
from spinesense.coaching.routines.entry import Routine
from spinesense.coaching.routines.parse import parse_routine, shipped_routines
from spinesense.coaching.routines.plan import made_easier, plan_of
from spinesense.model.errors import TextError

CATALOGUE = load_catalogue()


def routine_of(*entries: str, catalogue: dict[str, Exercise] = CATALOGUE) -> Routine:
    text = 'id = "mine"\ntitle = "Mine"\n'
    for entry in entries:
        text += f"[[entry]]\n{entry}\n"
    return parse_routine(text, "mine.toml", catalogue)


def message_of(*entries: str) -> str:
    with pytest.raises(TextError) as caught:
        routine_of(*entries)
    return str(caught.value)


def test_the_shipped_routines_are_fit_to_be_done() -> None:
    texts = shipped_routines()
    assert texts.keys() == {"daily", "demo", "desk_break", "first_steps", "strength", "walk"}
    for name, text in texts.items():
        routine = parse_routine(text, f"{name}.toml", CATALOGUE)
        assert routine.id == name
        assert routine.warnings == ()


def test_every_exercise_has_a_place_in_a_shipped_routine() -> None:
    used = {
        entry.exercise
        for name, text in shipped_routines().items()
        for entry in parse_routine(text, f"{name}.toml", CATALOGUE).entries
    }
    alone = {name for name, one in CATALOGUE.items() if one.walked or one.kind is Kind.GUARD}
    assert used - alone == CATALOGUE.keys() - alone


@pytest.mark.parametrize("name", ["first_steps", "daily", "strength"])
def test_shipped_routines_stretch_before_they_strengthen(name: str) -> None:
    routine = parse_routine(shipped_routines()[name], f"{name}.toml", CATALOGUE)
    kinds = [CATALOGUE[entry.exercise].kind for entry in routine.entries]
    if kinds[-1] is Kind.WARM_UP:
        kinds[-1] = Kind.COOL_DOWN
    assert kinds == sorted(kinds, key=list(Kind).index)


@pytest.mark.parametrize("name", ["daily", "desk_break", "strength"])
def test_arm_circles_open_and_close_a_whole_routine(name: str) -> None:
    routine = parse_routine(shipped_routines()[name], f"{name}.toml", CATALOGUE)
    assert routine.entries[0].exercise == routine.entries[-1].exercise == "arm_circles"


def test_a_dose_that_is_left_out_is_the_least_of_the_usual_range() -> None:
    (entry,) = routine_of('exercise = "bridge"').entries
    assert (entry.repetitions, entry.hold_s, entry.sets, entry.rest_s) == (8, 3.0, 1, 30.0)


def test_five_mistakes_are_all_named_with_line_key_and_remedy() -> None:
    message = message_of(
        'exercise = "brigde"\nrepetitions = 0',
        'exercise = "bridge"\nhold_s = -1\nrepititions = 3',
        'exercise = "cat_stretch"\nsets = "two"',
    )
    for expected in (
        "line 4, entry 1, exercise: 'brigde' is not in the catalogue; perhaps bridge was meant",
        "line 5, entry 1, repetitions: 0 does not fit; write a whole number of at least 1",
        "line 8, entry 2, hold_s: -1 does not fit; write a number of at least 0",
        "line 9, entry 2, repititions: this key is unknown; perhaps repetitions was meant",
        "line 12, entry 3, sets: 'two' does not fit; write a whole number",
    ):
        assert expected in message
    assert message.startswith("mine.toml: 5 things to put right")


@pytest.mark.parametrize(("entry", "named"), [
    ('exercise = "toe_touch"', "use hamstring_stretch"),
    ('exercise = "sit_up"', "use partial_crunch"),
    ('exercise = "both_leg_raise"', "use single_leg_raise"),
    ('exercise = "xyz"', "known are aerobic, arm_circles, ball_march, bird_dog, bridge"),
    ('exercise = "hamstring_stretch"\nrepetitions = 3', "is held, not repeated"),
    ('exercise = "hamstring_stretch"\nhold_s = 0', "give the seconds of its hold"),
    ('exercise = "bridge"\nsets = 0', "line 5, entry 1, sets"),
    ('exercise = "bridge"\nrest_s = -5', "line 5, entry 1, rest_s"),
    ('exercise = "bridge"\nrepetitions = 2.5', "write a whole number"),
    ('exercise = "bridge"\nhold_s = nan', "line 5, entry 1, hold_s"),
    ("exercise = true", "true does not fit; write text in quotes"),
    ("sets = 1", "exercise: this key is missing"),
])  # fmt: skip
def test_one_mistake_is_named_in_one_sentence(entry: str, named: str) -> None:
    message = message_of(entry)
    assert named in message
    assert "\n" not in message


def test_a_routine_of_nothing_is_a_mistake() -> None:
    assert "entry" in message_of()
    for text in ('id = "mine"\ntitle = "Mine"\nentry = []', 'id = "a"\ntitle = "b"\nentry = 3'):
        with pytest.raises(TextError, match="entry"):
            parse_routine(text, "mine.toml", CATALOGUE)


@given(st.text(max_size=200))
def test_any_text_is_a_routine_or_a_clear_error(text: str) -> None:
    with pytest.raises(TextError, match=r"mine\.toml"):
        parse_routine(text, "mine.toml", CATALOGUE)


def with_kinds(**kinds: Kind) -> dict[str, Exercise]:
    """The catalogue with other kinds, to see each rule by itself."""
    return CATALOGUE | {
        name: msgspec.structs.replace(CATALOGUE[name], kind=kind) for name, kind in kinds.items()
    }


@pytest.mark.parametrize(("order", "warned"), [
    (["pelvic_tilt", "bridge"], []),
    (["bridge", "pelvic_tilt"], ["Bridge strengthens muscles that have not been stretched"]),
    (["bridge"], ["Bridge strengthens"]),
    (["pelvic_tilt", "bridge", "cat_stretch"], []),
    (["pelvic_tilt", "bird_dog"], ["Bird dog warms up: put it first"]),
    (["bird_dog", "pelvic_tilt", "bridge", "partial_crunch"], []),
    (["pelvic_tilt", "partial_crunch", "bridge"], ["Bridge comes after the cool-down"]),
    (["pelvic_tilt", "partial_crunch", "cat_stretch"], []),
])  # fmt: skip
def test_the_order_is_warned_about_with_a_reason(order: list[str], warned: list[str]) -> None:
    catalogue = with_kinds(bird_dog=Kind.WARM_UP, partial_crunch=Kind.COOL_DOWN)
    warnings = routine_of(*(f'exercise = "{one}"' for one in order), catalogue=catalogue).warnings
    assert len(warnings) == len(warned)
    for warning, start in zip(warnings, warned, strict=True):
        assert warning.startswith(start)


@pytest.mark.parametrize(("order", "warned"), [
    (["arm_circles", "cat_stretch", "bridge", "arm_circles"], []),
    (["arm_circles", "arm_circles", "cat_stretch", "bridge"], []),
    (["arm_circles", "bridge"], ["Bridge strengthens muscles that have not been stretched"]),
    (["cat_stretch", "bridge", "arm_circles", "childs_pose"], []),
    (["cat_stretch", "arm_circles", "bridge"], ["Bridge comes after the cool-down"]),
    (["wall_sit", "arm_circles"], ["Wall sit strengthens muscles that have not been stretched"]),
])  # fmt: skip
def test_the_order_of_the_real_exercises(order: list[str], warned: list[str]) -> None:
    warnings = routine_of(*(f'exercise = "{one}"' for one in order)).warnings
    assert len(warnings) == len(warned)
    for warning, start in zip(warnings, warned, strict=True):
        assert warning.startswith(start)


def test_a_dose_above_the_usual_is_warned_about() -> None:
    (warning,) = routine_of('exercise = "pelvic_tilt"\nrepetitions = 40').warnings
    assert warning.startswith("Pelvic tilt: 40 repetitions is more than the usual 15")


def test_sets_and_sides_are_laid_out_in_order() -> None:
    routine = routine_of(
        'exercise = "hamstring_stretch"\nsets = 2\nrest_s = 10', 'exercise = "bird_dog"'
    )
    plan = plan_of(routine, CATALOGUE)
    assert [(one.exercise.id, one.set_number, one.side, one.rest_s) for one in plan] == [
        ("hamstring_stretch", 1, "left", 0.0),
        ("hamstring_stretch", 1, "right", 10.0),
        ("hamstring_stretch", 2, "left", 0.0),
        ("hamstring_stretch", 2, "right", 10.0),
        ("bird_dog", 1, "", 0.0),
    ]
    assert [one.goal for one in plan] == [0, 0, 0, 0, 16]


@given(st.integers(1, 100), st.sampled_from(["bridge", "bird_dog", "cat_stretch"]))
def test_easier_is_fewer_but_never_none(repetitions: int, name: str) -> None:
    routine = routine_of(f'exercise = "{name}"\nrepetitions = {repetitions}')
    (plan,) = plan_of(routine, CATALOGUE)
    easier = made_easier(plan)
    assert 0 < easier.goal <= plan.goal
    assert easier.goal < plan.goal or repetitions == 1
    assert name != "bird_dog" or easier.goal % 2 == 0


def test_the_page_for_physiotherapists_shows_what_holds() -> None:
    page = ROOT.joinpath("docs/writing-a-routine.md").read_text("utf-8")
    example = page.split("```toml\n")[1].split("```")[0]
    assert parse_routine(example, "anna.toml", CATALOGUE).warnings == ()
    wrong = example.replace("pelvic_tilt", "pelvic_tlt").replace(
        "repetitions = 8", "repetitions = 0"
    )
    with pytest.raises(TextError) as caught:
        parse_routine(wrong.replace("hold_s = 15", "holds = 15"), "anna.toml", CATALOGUE)
    assert str(caught.value) in page
    assert all(f"| `{name}` |" in page for name in CATALOGUE)
