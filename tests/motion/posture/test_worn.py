import math
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.motion.exact import same
from tests.motion.tick_streams import TICK_S, with_gap

from spinesense.model.events import WornChanged
from spinesense.motion.posture.worn import Wear
from spinesense.motion.ticks import Ticks


def turning(*parts: tuple[float, float]) -> Ticks:
    """Ticks that turn by so many degrees a second (rms) for so many seconds, part by part."""
    rng = np.random.default_rng(0)
    gyr = np.concatenate(
        [
            rng.normal(0.0, math.radians(dps) / math.sqrt(3), (round(s / TICK_S), 3))
            for dps, s in parts
        ]
    )
    count = len(gyr)
    up = np.tile([0.0, 0.0, 1.0], (count, 1))
    time_s = TICK_S * np.arange(1.0, count + 1.0)
    return Ticks(time_s, np.zeros(count, dtype=np.int64), up, 9.81 * up, gyr)


def test_a_sensor_on_a_chair_is_noticed_and_so_is_putting_it_on() -> None:
    off, on = Wear(TICK_S).feed(turning((1.0, 60.0), (0.08, 900.0), (20.0, 60.0)))
    assert (off.worn, on.worn) == (False, True)
    assert off.start_s == pytest.approx(60.0, abs=10.1)
    assert off.time_s - off.start_s == pytest.approx(300.0, abs=0.1)
    assert on.start_s == pytest.approx(960.0, abs=10.1)


@pytest.mark.parametrize("dps", [0.33, 1.0])
def test_a_person_who_holds_still_breathes(dps: float) -> None:
    assert Wear(TICK_S).feed(turning((dps, 3600.0))) == []


def test_a_gap_and_a_missing_gyroscope_claim_nothing() -> None:
    ticks = turning((0.08, 590.0))
    gaps = ticks
    for at_s in (200.0, 401.0):
        gaps = with_gap(gaps, at_s, 1.0)
    assert Wear(TICK_S).feed(gaps) == []
    still = Ticks(
        ticks.time_s, ticks.segment, ticks.up_sensor, ticks.acc_sensor_mps2, 0.0 * ticks.up_sensor
    )
    assert Wear(TICK_S).feed(still) == []


@settings(max_examples=10, deadline=None)
@given(cuts=st.lists(st.integers(0, 11000), max_size=8))
def test_cut_anywhere(cuts: list[int]) -> None:
    ticks = turning((1.0, 30.0), (0.08, 350.0), (1.0, 60.0))
    whole, parts = Wear(TICK_S), Wear(TICK_S)
    expected = whole.feed(ticks)
    found: list[WornChanged] = []
    for start, stop in pairwise([0, *sorted(cuts), len(ticks)]):
        found += parts.feed(ticks.rows(start, stop))
    assert found == expected
    assert same(parts.state, whole.state)
    assert len(expected) == 2
