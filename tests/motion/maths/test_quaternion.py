import math
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.motion.exact import same

from spinesense.motion.inclination.rotation_product import RotationProduct
from spinesense.motion.maths.quaternion import (
    IDENTITY,
    Quat,
    Vec,
    components,
    conjugate,
    exponential,
    matrix,
    multiply,
    normalised,
    rotate,
    unit,
)

parts = st.floats(-1.0, 1.0)
quats = (
    st.tuples(parts, parts, parts, parts)
    .filter(lambda q: sum(part * part for part in q) > 1e-3)
    .map(normalised)
)
directions = quats.map(lambda q: rotate(q, (0.0, 0.0, 1.0)))


@given(quats, quats, directions)
def test_a_product_rotates_as_its_factors_one_after_the_other(
    p: Quat[float], q: Quat[float], v: Vec[float]
) -> None:
    assert rotate(multiply(p, q), v) == pytest.approx(rotate(p, rotate(q, v)), abs=1e-12)
    assert rotate(conjugate(p), rotate(p, v)) == pytest.approx(v, abs=1e-12)
    assert matrix(p) @ np.array(v) == pytest.approx(np.array(rotate(p, v)), abs=1e-12)


@given(st.lists(st.tuples(parts, parts, parts), min_size=1, max_size=9), st.floats(1e-6, 6.0))
def test_the_exponential_is_right_at_any_angle_and_the_same_in_any_company(
    vectors: list[Vec[float]], scale: float
) -> None:
    halves = np.array(vectors) * scale
    together = np.stack(exponential(*halves.T), axis=1)
    for row, half in zip(together, halves, strict=True):
        alone = np.stack(exponential(*half[:, None]), axis=1)[0]
        assert (row == alone).all()
        angle = math.sqrt(float(half @ half))
        sine = math.sin(angle) / angle if angle else 1.0
        assert row == pytest.approx([math.cos(angle), *(sine * half)], abs=1e-10)


def test_positive_rotation_about_z_takes_x_to_y() -> None:
    w, x, y, z = exponential(np.zeros(1), np.zeros(1), np.full(1, math.pi / 4))
    turned = rotate((float(w[0]), float(x[0]), float(y[0]), float(z[0])), (1.0, 0.0, 0.0))
    assert turned == pytest.approx((0.0, 1.0, 0.0), abs=1e-9)


def test_a_vector_of_no_length_gets_a_direction() -> None:
    assert np.stack(unit((np.zeros(2), np.zeros(2), np.zeros(2)))).T.tolist() == [[0, 0, 1]] * 2


@given(st.integers(0, 100), st.lists(st.integers(0, 100), max_size=6), st.sampled_from([1, 8, 16]))
def test_a_chain_does_not_depend_on_the_cut(count: int, cuts: list[int], group_rows: int) -> None:
    rng = np.random.default_rng(count)
    turns = np.stack(exponential(*rng.normal(0.0, 0.2, (3, count))))
    whole, pieces = RotationProduct(group_rows), RotationProduct(group_rows)
    before, after = whole.feed(components(turns))
    bounds = [0, *sorted(cut % (count + 1) for cut in cuts), count]
    fed = [pieces.feed(components(turns[:, a:b])) for a, b in pairwise(bounds)]
    assert same(np.stack(before), np.concatenate([np.stack(part[0]) for part in fed], axis=1))
    assert same(np.stack(after), np.concatenate([np.stack(part[1]) for part in fed], axis=1))
    assert same(whole, pieces)
    run: Quat[float] = IDENTITY
    for column in turns.T.tolist():
        run = multiply(run, (column[0], column[1], column[2], column[3]))
    if count:
        assert np.stack(after)[:, -1] == pytest.approx(np.array(run), abs=1e-9)


def test_same_tells_values_apart_to_the_last_bit() -> None:
    value = {"a": [1.0, math.nan], "b": (np.array([1.0, math.nan]),)}
    assert same(value, {"a": [1.0, math.nan], "b": (np.array([1.0, math.nan]),)})
    assert not same(value, {"a": [1.0, math.nan], "b": (np.array([1.0 + 2**-52, math.nan]),)})
    assert not same(np.zeros(2), np.zeros(2, dtype=np.float32))
    assert not same(1, 1.0)
    assert not same(RotationProduct(8), RotationProduct(16))
