"""Times of tables that are no times of samples."""

import numpy as np
import pytest

from spinesense.model.errors import FileError
from spinesense.model.samples import Floats
from spinesense.store.tables.sample_times import Tidied, tidied

RNG = np.random.default_rng(11)
COUNT = 6000


def laid(time_s: Floats) -> Tidied:
    return tidied(time_s, RNG.normal(size=(len(time_s), 6)), "a.csv")


@pytest.mark.parametrize("rate_hz", [1, 10, 25, 100, 1000])
@pytest.mark.parametrize("begin_s", [0.0, -5.0, 1.7e9])
def test_regular_times_stay_as_they_are(rate_hz: int, begin_s: float) -> None:
    time_s = begin_s + np.arange(COUNT) / rate_hz
    found = laid(time_s)
    assert np.array_equal(found.time_s, time_s)
    assert found.remarks == ()


@pytest.mark.parametrize("share", [0.01, 0.2])
def test_rows_that_are_missing_stay_missing(share: float) -> None:
    time_s = np.arange(COUNT)[RNG.random(COUNT) > share] / 100
    found = laid(time_s)
    assert np.array_equal(found.time_s, time_s)
    assert found.remarks == ()


TRUE_S = np.arange(COUNT) / 100
STAMPS = {
    "arrival, ten at once": 0.1 * np.ceil((np.arange(COUNT) + 1) / 10),
    "arrival, ten in 4 ms": 0.1 * (np.arange(COUNT) // 10) + 0.0004 * (np.arange(COUNT) % 10),
    "4 ms off": TRUE_S + RNG.uniform(-0.004, 0.004, COUNT),
    "whole seconds": np.floor(TRUE_S + 0.37),
    "hundredths at 100 Hz with drift": np.floor(TRUE_S * 0.9987 * 100) / 100,
    "drift in bursts": 0.1002 * np.ceil((np.arange(COUNT) + 1) / 10),
}


@pytest.mark.parametrize("name", STAMPS)
def test_other_times_are_laid_out_by_their_count_and_said(name: str) -> None:
    stamps_s = np.sort(STAMPS[name])
    found = laid(stamps_s)
    assert "laid out by their count" in found.remarks[0]
    steps_s = np.diff(found.time_s)
    whole_s = (stamps_s[-1] - stamps_s[0]) / (COUNT - 1)
    np.testing.assert_allclose(steps_s, whole_s, rtol=0.03)
    assert len(found.time_s) == COUNT


def test_a_hole_between_bursts_stays_a_hole() -> None:
    stamps_s = STAMPS["arrival, ten in 4 ms"].copy()
    stamps_s[3000:] += 3.0
    found = laid(stamps_s)
    steps_s = np.diff(found.time_s)
    assert steps_s.argmax() == 2999
    assert steps_s.max() == pytest.approx(3.01, abs=0.05)


def test_rows_out_of_order_are_sorted_and_counted() -> None:
    time_s = TRUE_S.copy()
    order = np.r_[:100, 110:120, 100:110, 120:COUNT]
    found = laid(time_s[order])
    assert np.array_equal(found.time_s, time_s)
    assert np.array_equal(found.rows, np.argsort(order))
    assert found.remarks == (f"10 of {COUNT} rows were out of order and were sorted.",)


def test_rows_that_came_twice_are_dropped_and_counted() -> None:
    order = np.sort(np.r_[:COUNT, 200:210])
    values = RNG.normal(size=(COUNT, 6))
    found = tidied(TRUE_S[order], values[order], "a.csv")
    assert np.array_equal(found.time_s, TRUE_S)
    assert found.remarks == (f"10 of {COUNT + 10} rows came twice and were left out.",)


def test_rows_without_numbers_are_counted() -> None:
    values = RNG.normal(size=(COUNT, 6))
    values[7:10, 2] = np.nan
    found = tidied(TRUE_S, values, "a.csv")
    assert len(found.time_s) == COUNT - 3
    assert found.remarks[0].startswith(f"3 of {COUNT} rows hold no number")


@pytest.mark.parametrize("back_s", [0.5, 2.0, 3600.0])
def test_a_clock_that_is_set_back_is_refused_with_the_place(back_s: float) -> None:
    time_s = TRUE_S.copy()
    time_s[3000:] -= back_s
    with pytest.raises(FileError, match=r"runs backwards at sample 3001, from 29.99 to .*part"):
        laid(time_s)


def test_times_that_stand_still_are_refused() -> None:
    with pytest.raises(FileError, match="stand still"):
        laid(np.zeros(100))
