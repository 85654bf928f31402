import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from spinesense.motion.maths.likelihood import log_density, log_density_around, log_mix, log_sum


@given(mean=st.floats(-5.0, 5.0), scale=st.floats(0.1, 3.0))
def test_densities_sum_to_one(mean: float, scale: float) -> None:
    places = mean + scale * np.linspace(-400.0, 400.0, 200_001)
    step = places[1] - places[0]
    along = sum(math.exp(log_density(float(x), mean, scale)) for x in places[::20]) * 20 * step
    assert along == pytest.approx(1.0, abs=1e-3)
    radii = scale * (np.arange(20_000) + 0.5) * 0.01
    rings = 2.0 * math.pi * radii * 0.01 * scale
    around = sum(
        math.exp(log_density_around(float(r), scale)) * ring
        for r, ring in zip(radii, rings, strict=True)
    )
    assert around == pytest.approx(1.0, abs=1e-3)


@given(st.floats(-600.0, 0.0), st.floats(-600.0, 0.0), st.floats(0.01, 0.99))
def test_sums_and_mixtures_of_likelihoods(one: float, other: float, share: float) -> None:
    assert log_sum(one, other) >= max(one, other)
    assert min(one, other) - 1e-9 <= log_mix(share, one, other) <= max(one, other) + 1e-9
    assert log_mix(0.0, one, other) == other


def test_a_reading_ten_times_as_far_off_is_not_impossible() -> None:
    assert log_density(1.0, 0.0, 0.1) > -12.0
