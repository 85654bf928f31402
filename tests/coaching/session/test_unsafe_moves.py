"""What is noticed at the moment it happens."""

import math

import pytest
from tests.coaching.person import CATALOGUE

from spinesense.coaching.session.unsafe_moves import STILL_S, GuardState, check_guards
from spinesense.model.readings import Readings

STEP_S = 0.04


def seen(
    exercise: str, flexion_deg: list[float], *, carrying_deg: list[float] | None = None
) -> list[str]:
    """Ids of what is noticed in these angles, 25 a second."""
    watched, found = GuardState(), []
    for row, flexion in enumerate(flexion_deg):
        carrying = carrying_deg[row] if carrying_deg else flexion
        readings = Readings(
            time_s=row * STEP_S,
            flexion_rad=math.radians(flexion),
            lateral_rad=0.0,
            carrying=math.radians(carrying),
        )
        one = check_guards(CATALOGUE[exercise], watched, readings, clock_runs=True)
        found += [one.id] if one else []
    return found


def out_and_back(peak: float, seconds: float = 3.0) -> list[float]:
    rows = round(seconds / STEP_S)
    return [peak * math.sin(math.pi * row / rows) for row in range(rows)] + [0.0] * 25


@pytest.mark.parametrize(("exercise", "peak_deg", "expected"), [
    ("partial_crunch", -10.0, []),
    ("partial_crunch", 20.0, ["sits_up"]),
    ("pelvic_tilt", 60.0, ["sit_up"]),
    ("bridge", -40.0, []),
    ("standing_extension", 75.0, ["toe_touch"]),
    ("forward_bend", 45.0, []),
    ("forward_bend", 80.0, ["toe_touch"]),
    ("single_leg_raise", 12.0, ["both_legs"]),
    ("single_leg_raise", -12.0, ["both_legs"]),
    ("single_leg_raise", 5.0, []),
    ("childs_pose", -40.0, []),
])  # fmt: skip
def test_what_is_never_part_of_a_routine_is_noticed(
    exercise: str, peak_deg: float, expected: list[str]
) -> None:
    assert seen(exercise, out_and_back(peak_deg)) == expected


def test_it_is_noticed_once_each_time() -> None:
    assert seen("pelvic_tilt", out_and_back(60.0) * 3) == ["sit_up"] * 3
    assert seen("pelvic_tilt", [60.0] * 200) == ["sit_up"]


def test_a_knock_is_no_movement() -> None:
    assert seen("pelvic_tilt", [0.0] * 10 + [60.0] * 3 + [0.0] * 50) == []


def test_nothing_is_noticed_before_the_start_posture_is_known() -> None:
    unknown = Readings(time_s=1.0, flexion_rad=1.5)
    watched = GuardState()
    for _ in range(50):
        assert check_guards(CATALOGUE["pelvic_tilt"], watched, unknown, clock_runs=True) is None


def test_the_same_way_twice_is_one_way() -> None:
    both = out_and_back(-20.0) + out_and_back(15.0)
    assert seen("cat_stretch", both * 3) == []
    assert seen("cat_stretch", out_and_back(-20.0) * 3) == ["one_way"] * 2


def test_standing_still_in_a_movement_to_and_fro() -> None:
    watched, told = GuardState(), []
    for row in range(round(12.0 / STEP_S)):
        time_s = row * STEP_S
        moves = time_s < 5.0
        readings = Readings(
            time_s=time_s,
            flexion_rad=0.0,
            carrying=0.0,
            lateral_rad=math.radians(1.5) * math.sin(math.pi * time_s) if moves else 0.0,
        )
        if check_guards(CATALOGUE["arm_circles"], watched, readings, clock_runs=True):
            told.append(time_s)
    assert 5.0 + STILL_S - 1.1 < told[0] < 5.0 + STILL_S + 0.5
