from itertools import pairwise

import numpy as np
import pytest
from benchmarks.walking_false import SCENES, count
from hypothesis import given
from hypothesis import strategies as st
from tests.motion.exact import same

from spinesense.motion.posture.vehicle import VehicleDetector, VehicleParams

RATE_HZ = 25.0


def feed(riding: VehicleDetector, shaken: list[bool]) -> list[bool]:
    """Half a second's values of each tick: shaken and not turning, or at rest."""
    spread = np.where(np.array(shaken, dtype=bool), 0.3, 0.02)
    return [bool(each) for each in riding.feed(spread, np.full(len(spread), 0.05))]


def test_it_begins_after_a_while_and_outlasts_a_red_light() -> None:
    told = feed(
        VehicleDetector(VehicleParams(), RATE_HZ), [True] * 1000 + [False] * 750 + [True] * 25
    )
    assert told.index(True) == pytest.approx(0.3 * 60 * RATE_HZ, abs=1)
    assert all(told[told.index(True) :])


def test_it_ends() -> None:
    told = feed(VehicleDetector(VehicleParams(), RATE_HZ), [True] * 1000 + [False] * 2000)
    assert told[1000]
    assert not told[-1]


def test_a_trunk_that_turns_moves_itself() -> None:
    riding = VehicleDetector(VehicleParams(), RATE_HZ)
    assert not riding.feed(np.full(3000, 0.5), np.full(3000, 0.3)).any()


@given(
    runs=st.lists(st.tuples(st.booleans(), st.integers(1, 700)), min_size=1, max_size=8),
    cuts=st.lists(st.integers(0, 4000), max_size=6),
)
def test_cut_anywhere(runs: list[tuple[bool, int]], cuts: list[int]) -> None:
    shaken = [each for each, length in runs for _ in range(length)]
    whole, parts = (
        VehicleDetector(VehicleParams(), RATE_HZ),
        VehicleDetector(VehicleParams(), RATE_HZ),
    )
    expected = feed(whole, shaken)
    found: list[bool] = []
    for start, stop in pairwise([0, *sorted(min(cut, len(shaken)) for cut in cuts), len(shaken)]):
        found += feed(parts, shaken[start:stop])
    assert found == expected
    assert same(parts.state, whole.state)


@pytest.mark.parametrize("name", ["a car", "a bus, standing"])
def test_brakes_and_bends_are_no_shifts(name: str) -> None:
    (scene,) = [scene for scene in SCENES if scene.name == name]
    found = count(scene, seed=7)
    assert found.shifts <= 4
    assert found.transitions <= 2
