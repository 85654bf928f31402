"""What is left out of a stream, and what only looks as if it should be."""

import itertools
import math
from collections.abc import Callable
from dataclasses import astuple, fields

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from spinesense.model.events import SignalFault
from spinesense.model.readings import LeftOut
from spinesense.model.samples import Floats, ImuBlock, concatenate
from spinesense.motion.signal.validity import ValidityCheck

RATE_HZ = 100.0
COUNT = 1000
FIRST, AFTER = 300, 700
"""The rows that are spoilt."""

Spoil = Callable[[Floats, Floats], None]


def stream(*spoils: Spoil) -> ImuBlock:
    rng = np.random.default_rng(4)
    acc = rng.normal((0.1, 0.2, 9.8), 0.02, (COUNT, 3))
    gyr = rng.normal(0.0, 0.01, (COUNT, 3))
    for spoil in spoils:
        spoil(acc[FIRST:AFTER], gyr[FIRST:AFTER])
    rows = np.arange(COUNT)
    return ImuBlock(rows / RATE_HZ, acc, gyr, rows, False, rows / RATE_HZ)


def through(block: ImuBlock, cuts: list[int]) -> tuple[ImuBlock, list[SignalFault], ValidityCheck]:
    validity = ValidityCheck(RATE_HZ)
    bounds = [0, *sorted(cuts), len(block)]
    parts, faults = [], []
    for start, stop in itertools.pairwise(bounds):
        part = block.rows(start, stop)
        checked = validity.feed(part, part.arrival_s)
        parts.append(checked.block)
        faults += [fault for _, fault in checked.faults]
    return concatenate(parts), list(dict.fromkeys(faults)), validity


def freeze(table: Floats) -> None:
    table[:] = table[0]


def freeze_acc(acc: Floats, gyr: Floats) -> None:
    freeze(acc)


def freeze_gyr(acc: Floats, gyr: Floats) -> None:
    freeze(gyr)


def no_acc(acc: Floats, gyr: Floats) -> None:
    acc[:] = 0.0


def no_gyr(acc: Floats, gyr: Floats) -> None:
    gyr[:] = 0.0


def one(column: int, value: float) -> Spoil:
    def spoil(acc: Floats, gyr: Floats) -> None:
        (acc if column < 3 else gyr)[100, column % 3] = value

    return spoil


STUCK, IMPOSSIBLE, NOT_A_NUMBER = (
    SignalFault.STUCK,
    SignalFault.IMPOSSIBLE,
    SignalFault.NOT_A_NUMBER,
)
KEPT_S = 0.5
FROZEN = AFTER - FIRST - round(KEPT_S * RATE_HZ) - 1

CASES: dict[str, tuple[tuple[Spoil, ...], LeftOut, list[SignalFault]]] = {
    "nothing": ((), LeftOut(), []),
    "acceleration frozen": ((freeze_acc,), LeftOut(repeated=FROZEN), [STUCK]),
    "rate frozen": ((freeze_gyr,), LeftOut(repeated=FROZEN), [STUCK]),
    "both frozen": ((freeze_acc, freeze_gyr), LeftOut(repeated=FROZEN), [STUCK]),
    "all zeros": ((no_acc, no_gyr), LeftOut(repeated=FROZEN), [STUCK]),
    "a gyroscope with a dead band": ((no_gyr,), LeftOut(), []),
    "33.5 g": ((one(2, 33.5 * 9.80665),), LeftOut(impossible=1), [IMPOSSIBLE]),
    "32 g": ((one(2, -32.0 * 9.80665),), LeftOut(), []),
    "72 rad/s": ((one(4, -72.0),), LeftOut(impossible=1), [IMPOSSIBLE]),
    "4000 dps": ((one(4, math.radians(4000.0)),), LeftOut(), []),
    "NaN": ((one(1, math.nan),), LeftOut(not_a_number=1), [NOT_A_NUMBER]),
    "infinite": ((one(5, math.inf),), LeftOut(not_a_number=1), [NOT_A_NUMBER]),
}


@pytest.mark.parametrize("name", CASES)
@given(cuts=st.lists(st.integers(0, COUNT), max_size=6))
@settings(deadline=None, max_examples=25)
def test_what_is_left_out_and_told_is_the_same_for_every_cut(name: str, cuts: list[int]) -> None:
    spoils, left_out, faults = CASES[name]
    block = stream(*spoils)
    kept, told, validity = through(block, cuts)
    whole, _, once = through(block, [])
    assert validity.state.left_out == left_out
    assert sorted(told) == faults
    assert len(kept) == COUNT - sum(astuple(left_out))
    assert np.array_equal(kept.index, whole.index)
    for field in fields(validity.state):
        one, other = getattr(validity.state, field.name), getattr(once.state, field.name)
        assert np.array_equal(one, other) if field.name == "last" else one == other


def test_readings_in_coarse_steps_may_repeat_for_a_minute() -> None:
    rng = np.random.default_rng(1)
    count = 12_000
    acc = np.round(rng.normal((0.0, 0.0, 9.8), 0.3, (count, 3)), 1)
    acc[1000:] = acc[999]
    gyr = np.zeros((count, 3))
    rows = np.arange(count)
    block = ImuBlock(rows / RATE_HZ, acc, gyr, rows, False, rows / RATE_HZ)
    kept, _, _ = through(block, [])
    assert len(kept) == 1000 + 6000


def test_a_short_hold_is_left_out_and_not_told() -> None:
    def hold(acc: Floats, gyr: Floats) -> None:
        freeze(acc[:100])
        freeze(gyr[:100])

    _, told, validity = through(stream(hold), [])
    assert validity.state.left_out == LeftOut(repeated=49)
    assert told == []


def test_what_never_was_anything_but_constant_is_left_out() -> None:
    block = stream()
    block.acc_mps2[:] = [0.0, 0.0, 9.80665]
    block.gyr_radps[:] = 0.0
    kept, _, validity = through(block, [])
    assert len(kept) == round(KEPT_S * RATE_HZ) + 1
    assert validity.state.pending == (STUCK,)


@pytest.mark.parametrize("value", [math.inf, 1.7e308])
def test_a_stream_that_begins_with_the_largest_numbers_is_checked_without_a_warning(
    value: float,
) -> None:
    block = stream()
    for table in (block.acc_mps2, block.gyr_radps):
        table[:4] = value
        table[2] = -value
    left, _, _ = through(block, [])
    assert np.array_equal(left.index, np.arange(4, COUNT))
