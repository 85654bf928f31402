"""Two streams without clock or counter, joined in the order in which they come."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from spinesense.model.samples import Floats
from spinesense.sensors.decoding.join_by_order import JoinByOrder, Joined


def numbered(first: int, count: int) -> Floats:
    return np.repeat(np.arange(first, first + count, dtype=np.float64)[:, None], 3, axis=1)


def join(in_step: JoinByOrder, packets: list[tuple[bool, Floats]]) -> Joined:
    empty = np.empty((0, 3))
    return in_step.join(
        np.concatenate([empty, *(values for is_left, values in packets if is_left)]),
        np.concatenate([empty, *(values for is_left, values in packets if not is_left)]),
        np.array([len(values) for _, values in packets], dtype=np.int64),
        [is_left for is_left, _ in packets],
    )


def alternating(packets: int) -> list[tuple[bool, Floats]]:
    return [(side, numbered(3 * row, 3)) for row in range(packets) for side in (True, False)]


def test_samples_of_equal_number_belong_together() -> None:
    joined = join(JoinByOrder(), alternating(5))
    assert joined.left[:, 0].tolist() == joined.right[:, 0].tolist() == list(range(15))
    assert joined.packet.tolist() == np.repeat([1, 3, 5, 7, 9], 3).tolist()
    assert not joined.lone


@given(st.lists(st.integers(0, 19), max_size=4))
def test_bursts_and_calls_change_nothing(cuts: list[int]) -> None:
    packets = alternating(10)
    # Some of one kind in a row, as a busy radio brings them.
    packets[4:12] = sorted(packets[4:12], key=lambda packet: packet[0])
    in_step, lefts, rights = JoinByOrder(), [], []
    for start, stop in zip([0, *sorted(cuts)], [*sorted(cuts), 20], strict=True):
        joined = join(in_step, packets[start:stop])
        lefts += joined.left[:, 0].tolist()
        rights += joined.right[:, 0].tolist()
        assert not joined.lone
    assert lefts == rights == list(range(30))


def test_after_a_lost_packet_they_are_in_step_again() -> None:
    packets = alternating(20)
    del packets[9]
    joined = join(JoinByOrder(), packets)
    assert joined.lone == ((19, True, 3),)
    apart = joined.left[:, 0] - joined.right[:, 0]
    assert apart[:12].tolist() == [0] * 12
    assert set(apart[12:].tolist()) == {-3.0, 0.0}
    assert not apart[-27:].any()


def test_a_stream_that_never_comes_leaves_nothing_to_join() -> None:
    joined = join(JoinByOrder(), [(True, numbered(row, 1)) for row in range(36)])
    assert not len(joined.packet)
    assert {side for _, side, _ in joined.lone} == {True}
