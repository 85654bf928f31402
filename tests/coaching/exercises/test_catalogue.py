"""The exercises that ship, and what a mistake in an exercise's text brings."""

import math
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spinesense.coaching.exercises.catalogue import load_catalogue, parse_exercise
from spinesense.coaching.exercises.schema import Exercise, Grade, Kind, Sides
from spinesense.model.errors import TextError
from spinesense.model.movement import Axis, Pattern, Side, StartPosture

CATALOGUE = load_catalogue()

GOOD = """\
id = "nod"
title = "Nod"
kind = "stretch"
start_posture = "standing"
start_words = "Stand tall."
steps = ["Nod.", "Look up again."]
breathing = "Breathe."
feel = "Your neck."
not_feel = "Pain."
easier = "Nod less."
harder = "Nod longer."
contraindications = []
grades = ["R", "F"]

[dose]
repetitions = [3, 5]

[tempo]
out_s = 2
back_s = 2

[movement]
name = "nod"
axis = "flexion"
pattern = "positive"
smallest_range_deg = 5
expected_range_deg = 20
shortest_repetition_s = 1
longest_repetition_s = 20

[target]
low_deg = 10
high_deg = 30

[[faults]]
id = "turns"
measure = "off_axis"
threshold_deg = 10
words = "Straight."
"""


def message_of(text: str, file: str = "nod.toml") -> str:
    with pytest.raises(TextError) as caught:
        parse_exercise(text, file)
    return str(caught.value)


def changed(old: str, new: str) -> str:
    assert GOOD.count(old) == 1
    return GOOD.replace(old, new)


def test_the_exercises_that_ship() -> None:
    assert list(CATALOGUE) == [
        "aerobic",
        "arm_circles",
        "ball_march",
        "bird_dog",
        "bridge",
        "cat_stretch",
        "childs_pose",
        "forward_bend",
        "hamstring_stretch",
        "knees_to_chest",
        "leg_press_guard",
        "partial_crunch",
        "pelvic_tilt",
        "seated_twist",
        "side_leg_raise",
        "single_leg_raise",
        "standing_extension",
        "walk",
        "wall_sit",
        "wrist_wave",
    ]


@pytest.mark.parametrize(("name", "posture", "axis", "pattern", "sides"), [
    ("pelvic_tilt", StartPosture.SUPINE, Axis.FLEXION, Pattern.NEGATIVE, Sides.NONE),
    ("bridge", StartPosture.SUPINE, Axis.FLEXION, Pattern.NEGATIVE, Sides.NONE),
    ("partial_crunch", StartPosture.SUPINE, Axis.FLEXION, Pattern.NEGATIVE, Sides.NONE),
    ("standing_extension", StartPosture.STANDING, Axis.FLEXION, Pattern.NEGATIVE, Sides.NONE),
    ("cat_stretch", StartPosture.HANDS_AND_KNEES, Axis.FLEXION, Pattern.BOTH, Sides.NONE),
    ("bird_dog", StartPosture.HANDS_AND_KNEES, Axis.ROTATION, Pattern.EITHER, Sides.ALTERNATING),
    ("hamstring_stretch", StartPosture.SUPINE, Axis.STILLNESS, Pattern.EITHER, Sides.EACH),
    ("leg_press_guard", StartPosture.SITTING, Axis.STILLNESS, Pattern.EITHER, Sides.NONE),
    ("arm_circles", StartPosture.STANDING, Axis.STILLNESS, Pattern.EITHER, Sides.NONE),
    ("wall_sit", StartPosture.STANDING, Axis.VERTICAL, Pattern.NEGATIVE, Sides.NONE),
    ("ball_march", StartPosture.SITTING, Axis.LATERAL, Pattern.EITHER, Sides.ALTERNATING),
    ("childs_pose", StartPosture.HANDS_AND_KNEES, Axis.FLEXION, Pattern.NEGATIVE, Sides.NONE),
    ("wrist_wave", StartPosture.HANDS_AND_KNEES, Axis.FLEXION, Pattern.BOTH, Sides.NONE),
    ("single_leg_raise", StartPosture.SUPINE, Axis.ROTATION, Pattern.EITHER, Sides.EACH),
    ("side_leg_raise", StartPosture.SIDE_LYING, Axis.LATERAL, Pattern.EITHER, Sides.EACH),
    ("knees_to_chest", StartPosture.SUPINE, Axis.FLEXION, Pattern.NEGATIVE, Sides.NONE),
    ("seated_twist", StartPosture.SITTING, Axis.ROTATION, Pattern.EITHER, Sides.EACH),
    ("forward_bend", StartPosture.STANDING, Axis.FLEXION, Pattern.POSITIVE, Sides.NONE),
])  # fmt: skip
def test_each_exercise_is_looked_for_where_it_happens(
    name: str, posture: StartPosture, axis: Axis, pattern: Pattern, sides: Sides
) -> None:
    exercise = CATALOGUE[name]
    movement = exercise.watch_for(3.0)
    assert (movement.start_posture, movement.axis, movement.pattern) == (posture, axis, pattern)
    assert exercise.sides is sides
    assert movement.exercise == name
    assert movement.hold_s == 3.0
    assert 0 < movement.smallest_range <= movement.expected_range < math.pi / 2


@pytest.mark.parametrize("exercise", CATALOGUE.values(), ids=lambda one: one.id)
def test_words_are_short_and_kind(exercise: Exercise) -> None:
    spoken = [exercise.start_words, exercise.breathing, *exercise.steps]
    spoken += [fault.words for fault in exercise.faults]
    for words in spoken:
        assert len(words.split()) <= 16
        assert words.endswith(".")
    everything = " ".join([*spoken, exercise.feel, exercise.not_feel]).lower()
    assert not re.search(r"\b(bad|wrong|damag\w*|patient|treat\w*|cure\w*)\b", everything)


@pytest.mark.parametrize("exercise", CATALOGUE.values(), ids=lambda one: one.id)
def test_what_is_asked_for_can_be_seen(exercise: Exercise) -> None:
    look = exercise.movement
    if look is None:
        assert (exercise.target, exercise.grades) == (None, (Grade.MINUTES,))
        assert exercise.dose.minutes[0] >= 10
        return
    if not exercise.held_only:
        assert 0.0 < look.smallest < look.expected
        if look.axis is not Axis.VERTICAL:
            target = exercise.target
            assert target is not None
            assert target.low_deg <= math.degrees(look.expected) <= target.high_deg
        assert look.shortest_repetition_s < exercise.repetition_s(0.0) < look.longest_repetition_s
    watched = exercise.kind is Kind.GUARD
    keeps_time = Grade.HOLD in exercise.grades or exercise.time_only or watched
    assert (exercise.dose.hold_s[0] > 0) <= keeps_time
    if exercise.time_only:
        assert exercise.held_only
        assert not {Grade.REPETITIONS, Grade.HOLD, Grade.SIDES} & {*exercise.grades}
    assert exercise.contraindications


def test_walking_is_not_watched_for() -> None:
    with pytest.raises(ValueError, match="walk is carried by steps"):
        CATALOGUE["walk"].watch_for(0.0)


def test_holds_lengthen_the_longest_repetition() -> None:
    cat = CATALOGUE["cat_stretch"]
    longer = cat.watch_for(5.0).longest_repetition_s - cat.watch_for(0.0).longest_repetition_s
    assert longer == 10.0


def test_each_set_is_looked_for_anew() -> None:
    bridge = CATALOGUE["bridge"]
    assert bridge.watch_for(3.0) == bridge.watch_for(3.0)
    assert bridge.watch_for(3.0) is not bridge.watch_for(3.0)


def test_sides_follow_the_signs() -> None:
    assert CATALOGUE["bird_dog"].side_of(Side.POSITIVE) == "left"
    assert CATALOGUE["bird_dog"].side_of(Side.NEGATIVE) == "right"
    assert CATALOGUE["side_leg_raise"].side_of(Side.POSITIVE) == "left"
    assert CATALOGUE["wrist_wave"].side_of(Side.BOTH) == ""
    assert CATALOGUE["bridge"].side_of(Side.NEGATIVE) == ""


def test_the_good_text_is_good() -> None:
    exercise = parse_exercise(GOOD, "nod.toml")
    assert exercise.kind is Kind.STRETCH
    assert exercise.dose.sets == (1, 1)


@pytest.mark.parametrize(("old", "new", "named"), [
    ('title = "Nod"\n', "", "title: this key is missing"),
    ('kind = "stretch"', 'kind = "strech"', "line 3, kind: 'strech' does not fit"),
    ("repetitions = [3, 5]", "repetitions = [5, 3]", "line 16, dose, repetitions: the least, 5,"),
    ("repetitions = [3, 5]", "repetitions = [0, 5]", "a dose of no repetitions is none"),
    ("repetitions = [3, 5]", "repetitions = [3]", "line 16, dose, repetitions"),
    ("smallest_range_deg = 5", "smallest_range_deg = 25", "above expected_range_deg"),
    ("smallest_range_deg = 5", "smallest_range_deg = nan", "line 26, movement, smallest_range_deg"),
    ("high_deg = 30", "high_deg = 9", "the target has no width"),
    ("high_deg = 30", "high_deg = inf", "line 33, target, high_deg"),
    ("threshold_deg = 10\n", "", "line 35, faults 1, threshold_deg: off_axis needs a threshold"),
    ('measure = "off_axis"', 'measure = "range"', "this fault begins within the target"),
    ('measure = "off_axis"', 'measure = "hold_lost"', "leave this out"),
    ('grades = ["R", "F"]', 'grades = ["R"]', "the grade F is missing"),
    ('grades = ["R", "F"]', "grades = []", "line 13, grades"),
    ('pattern = "positive"', 'pattern = "either"', "go together"),
    ('pattern = "positive"', 'patern = "positive"', "perhaps pattern was meant"),
    ("repetitions = [3, 5]", "minutes = [10, 20]", "done in minutes is carried by steps"),
    ('axis = "flexion"', 'axis = "vertical"', "smallest_range_m: this key is missing"),
    ("smallest_range_deg = 5", "smallest_range_m = 0.5", "smallest_range_deg: this key is missing"),
    ("[movement]", "[movements]", "movement: this key is missing; add a table [movement]"),
    ('axis = "flexion"', 'axis = "stillness"', "an exercise of stillness has no repetitions"),
    ('id = "nod"', 'id = "nodding"', "name both alike"),
    ('id = "nod"', 'id = "No way"', "line 1, id"),
    ('id = "nod"', "id = nod", "not a TOML text"),
    ('id = "nod"', "id = " + "[" * 5000, "not a TOML text"),
    ("[tempo]", "[[tempo]]", "line 18, tempo: [{'out_s'"),
])  # fmt: skip
def test_a_mistake_is_named_with_its_place(old: str, new: str, named: str) -> None:
    message = message_of(changed(old, new))
    assert named in message
    assert message.startswith("nod.toml")


def test_all_mistakes_are_named_at_once() -> None:
    text = changed('kind = "stretch"', 'kind = "warm"')
    text = text.replace("out_s = 2", "out_s = -2").replace("low_deg = 10", 'low_deg = "ten"')
    text = text.replace('title = "Nod"', "titel = 4").replace("threshold_deg = 10", "")
    message = message_of(text)
    for key in ("titel", "title", "kind", "tempo, out_s", "target, low_deg", "threshold_deg"):
        assert f"{key}: " in message, key
    assert "6 things to put right" in message


@given(st.integers(0, len(GOOD)), st.integers(0, 40), st.text(max_size=20))
def test_any_damage_to_a_text_is_harmless_or_a_clear_error(at: int, cut: int, put: str) -> None:
    text = GOOD[:at] + put + GOOD[at + cut :]
    try:
        outcome = parse_exercise(text, "nod.toml").id
    except TextError as error:
        outcome = str(error)
    assert outcome.startswith("nod")
