"""Two streams of one sensor, joined by time."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from spinesense.sensors.decoding.join_by_time import LONGEST_WAIT_S, JoinByTime, Pairs


def column(times_s: list[float]) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    return np.repeat(np.array(times_s, dtype=np.float64)[:, None], 3, axis=1)


def left(pairing: JoinByTime, *times_s: float) -> Pairs:
    return pairing.add_left(np.array(times_s), column(list(times_s)), 0.02)


def right(pairing: JoinByTime, *times_s: float) -> Pairs:
    return pairing.add_right(np.array(times_s), column(list(times_s)))


def test_partners_are_the_nearest_in_time() -> None:
    pairing = JoinByTime()
    assert not len(left(pairing, 0.00, 0.02, 0.04, 0.06).time_s)
    pairs = right(pairing, 0.003, 0.023, 0.043, 0.063)
    # Whether 0.06 has a nearer partner is known with the next right sample only.
    assert pairs.time_s.tolist() == [0.0, 0.02, 0.04]
    assert pairs.right[:, 0].tolist() == [0.003, 0.023, 0.043]
    assert right(pairing, 0.083).time_s.tolist() == [0.06]


def test_what_has_no_partner_is_left_out_and_told() -> None:
    pairing = JoinByTime()
    left(pairing, 0.00, 0.02, 0.04, 0.06, 0.08)
    pairs = right(pairing, 0.00, 0.04, 0.06, 0.08, 0.10)
    assert pairs.time_s.tolist() == [0.0, 0.04, 0.06, 0.08]
    assert (pairs.lone_left, pairs.lone_right) == (1, 0)


def test_a_faster_stream_is_thinned_out_and_that_is_told() -> None:
    pairing = JoinByTime()
    left(pairing, 0.00, 0.02, 0.04)
    pairs = right(pairing, 0.000, 0.009, 0.018, 0.027, 0.036, 0.045, 0.054)
    assert pairs.right[:, 0].tolist() == [0.0, 0.018, 0.036]
    assert pairs.lone_right == 3


def test_what_came_before_both_ran_is_no_loss() -> None:
    pairing = JoinByTime()
    left(pairing, 0.00, 0.02, 0.04, 0.06)
    pairs = right(pairing, 0.041, 0.061, 0.081)
    assert pairs.time_s.tolist() == [0.04, 0.06]
    assert (pairs.lone_left, pairs.lone_right) == (0, 0)


def test_a_stream_that_stops_is_not_waited_for_without_end() -> None:
    pairing = JoinByTime()
    left(pairing, 0.00, 0.02)
    right(pairing, 0.00, 0.02, 0.04)
    times_s = np.arange(0.04, 0.04 + LONGEST_WAIT_S + 1.0, 0.02)
    pairs = pairing.add_left(times_s, column(times_s.tolist()), 0.02)
    assert not len(pairs.time_s)
    assert pairs.lone_left == pytest.approx(50, abs=2)


@given(
    st.lists(st.floats(0.012, 0.05), min_size=1, max_size=40),
    st.lists(st.floats(0.005, 0.05), min_size=1, max_size=40),
    st.data(),
)
def test_no_sample_is_used_twice_or_made_up(
    left_steps: list[float], right_steps: list[float], data: st.DataObject
) -> None:
    sides = {"left": np.cumsum(left_steps).tolist(), "right": np.cumsum(right_steps).tolist()}
    pairing = JoinByTime()
    found: list[Pairs] = []
    given_left, given_right = list(sides["left"]), list(sides["right"])
    while given_left or given_right:
        taken = data.draw(st.integers(1, 6))
        if given_left and (not given_right or data.draw(st.booleans())):
            found.append(left(pairing, *given_left[:taken]))
            given_left = given_left[taken:]
        else:
            found.append(right(pairing, *given_right[:taken]))
            given_right = given_right[taken:]
    lefts = np.concatenate([pairs.left[:, 0] for pairs in found]).tolist()
    rights = np.concatenate([pairs.right[:, 0] for pairs in found]).tolist()
    assert lefts == sorted(set(lefts) & set(sides["left"]))
    assert rights == sorted(set(rights) & set(sides["right"]))
    assert all(abs(a - b) <= 0.01 + 1e-12 for a, b in zip(lefts, rights, strict=True))
