"""Flexion between two segments from directions of gravity that are known."""

import math
from itertools import cycle, islice, pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

from spinesense.model.calibration import Calibration, CalibrationMethod
from spinesense.model.samples import Floats
from spinesense.motion.ticks import EMPTY_TICKS, Ticks
from spinesense.motion.trunk.lumbar import Lumbar, LumbarColumns, clock_lag_s, flexion_between

STRAIGHT = Calibration((1.0, 0.0, 0.0, 0.0), CalibrationMethod.STAND_AND_BOW, 0.7, 0.0, 0.0)
TURNED = Calibration((math.sqrt(0.5), 0.0, 0.0, math.sqrt(0.5)), STRAIGHT.method, 0.7, 0.0, 0.0)
"""Turned by a quarter about z: the sensor's x is the trunk's y."""


def ticks(time_s: Floats, flexion_rad: Floats, *, turned: bool = False) -> Ticks:
    """A segment that is so far flexed, as its sensor sees it."""
    ahead, up = -np.sin(flexion_rad), np.cos(flexion_rad)
    nothing = np.zeros(len(time_s))
    columns = (nothing, -ahead, up) if turned else (ahead, nothing, up)
    rate_radps = np.gradient(flexion_rad, time_s)
    return Ticks(
        time_s,
        np.zeros(len(time_s), dtype=np.int64),
        np.column_stack(columns),
        9.81 * np.column_stack(columns),
        np.column_stack([nothing, rate_radps, nothing]),
    )


def pelvis(time_s: Floats) -> Floats:
    return 0.6 * np.sin(time_s) ** 2


def chest(time_s: Floats) -> Floats:
    return 1.1 * np.sin(time_s) ** 2


LOWER_S = np.arange(0.0, 12.0, 0.04)
UPPER_S = np.arange(0.013, 12.0, 0.0403)


def test_the_difference_is_exact_whatever_the_mounting() -> None:
    upper = ticks(UPPER_S, chest(UPPER_S), turned=True)
    found = flexion_between(ticks(LOWER_S, pelvis(LOWER_S)), STRAIGHT, upper, TURNED)
    known = np.isfinite(found.flexion_rad)
    assert known.sum() >= len(LOWER_S) - 4
    expected = (chest(LOWER_S) - pelvis(LOWER_S))[known]
    assert_allclose(found.flexion_rad[known], expected, atol=math.radians(0.05))


def test_nothing_is_made_up_across_a_gap() -> None:
    upper = ticks(UPPER_S, chest(UPPER_S))
    late = (UPPER_S < 4.0) | (UPPER_S > 4.2)
    upper = Ticks(
        UPPER_S[late],
        (UPPER_S[late] > 4.0).astype(np.int64),
        upper.up_sensor[late],
        upper.acc_sensor_mps2[late],
        upper.gyr_sensor_radps[late],
    )
    found = flexion_between(ticks(LOWER_S, pelvis(LOWER_S)), STRAIGHT, upper, STRAIGHT)
    inside = (found.time_s > 4.02) & (found.time_s < 4.18)
    assert inside.any()
    assert np.isnan(found.flexion_rad[inside]).all()


def test_a_trunk_on_its_side_has_no_flexion() -> None:
    lying = ticks(UPPER_S, chest(UPPER_S))
    lying.up_sensor[:] = (0.0, 1.0, 0.0)
    found = flexion_between(ticks(LOWER_S, pelvis(LOWER_S)), STRAIGHT, lying, STRAIGHT)
    assert np.isnan(found.flexion_rad).all()


def test_quick_movement_is_less_certain() -> None:
    upper = ticks(UPPER_S, chest(UPPER_S))
    found = flexion_between(ticks(LOWER_S, pelvis(LOWER_S)), STRAIGHT, upper, STRAIGHT)
    at = np.searchsorted(LOWER_S, [math.pi / 2, math.pi / 4])  # the peak, and halfway there
    still, quick = found.sd_rad[at]
    assert quick > still > math.radians(1.0)


@pytest.mark.parametrize("lag_s", [-0.2, -0.03, 0.0, 0.05, 0.3])
def test_the_bows_show_how_far_the_clocks_are_apart(lag_s: float) -> None:
    upper = ticks(UPPER_S, chest(UPPER_S - lag_s))
    assert clock_lag_s(ticks(LOWER_S, pelvis(LOWER_S)), upper, 12.0) == pytest.approx(
        lag_s, abs=0.01
    )


@settings(deadline=None)
@given(st.lists(st.integers(1, 20), min_size=1, max_size=40))
def test_cut_anywhere(cuts: list[int]) -> None:
    """However both streams are cut, each tick is paired once, and to the same bits."""
    lower, upper = ticks(LOWER_S, pelvis(LOWER_S)), ticks(UPPER_S, chest(UPPER_S))
    bounds = np.minimum(np.cumsum([0, *islice(cycle(cuts), 295)]), 295)
    lumbar, parts = Lumbar(), list[LumbarColumns]()
    for begin, end in pairwise(bounds.tolist()):
        for step in (
            (lower.rows(begin, end), EMPTY_TICKS),
            (EMPTY_TICKS, upper.rows(begin, end)),
        ):
            found = lumbar.feed(step[0], STRAIGHT, step[1], STRAIGHT)
            if found is not None:
                parts.append(found)
    whole = flexion_between(lower, STRAIGHT, upper.rows(0, 295), STRAIGHT)
    paired = np.concatenate([part.flexion_rad for part in parts])
    assert len(paired) > 280
    assert_array_equal(paired, whole.flexion_rad[: len(paired)])
    assert lumbar.newest(float(LOWER_S[len(paired)])) is not None
