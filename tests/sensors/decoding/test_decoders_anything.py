"""What holds for every decoder: any bytes, cut or changed, and however they are grouped."""

from collections.abc import Iterable, Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.sensors.streams import STREAMS, Stream

from spinesense.model.packets import BadPacket, Packet
from spinesense.model.samples import Decoded, ImuBlock, concatenate
from spinesense.sensors.devices import _DECODERS, decoder_for

EACH = pytest.mark.parametrize(
    "stream", STREAMS, ids=[f"{each.profile}-{row}" for row, each in enumerate(STREAMS)]
)
_LONGEST_BINARY = 250
"""Bytes; longer ones of these packets are text."""
COLUMNS = ("arrival_s", "acc_mps2", "gyr_radps", "index", "device_time_s")


def joined(parts: Iterable[Decoded]) -> tuple[ImuBlock | None, tuple[BadPacket, ...], int | None]:
    """What several calls gave, as if it had been one."""
    parts = list(parts)
    blocks = [part.block for part in parts if part.block is not None]
    levels = [part.battery_percent for part in parts if part.battery_percent is not None]
    return (
        concatenate(blocks) if blocks else None,
        tuple(bad for part in parts for bad in part.bad),
        levels[-1] if levels else None,
    )


def understood(profile: str, packets: Sequence[Packet]) -> tuple[int, int]:
    """How many samples and how many bad packets there are."""
    decoded = decoder_for(profile).decode(packets)
    return (0 if decoded.block is None else len(decoded.block)), len(decoded.bad)


def assert_told(stream: Stream, row: int, payload: bytes) -> None:
    """With other bytes in its place, a packet gives samples or is named as bad."""
    packets = stream.arrived()
    rest = [*packets[:row], *packets[row + 1 :]]
    without, _ = understood(stream.profile, rest)
    packets[row] = Packet(packets[row].arrival_s, packets[row].channel, payload)
    found, bad = understood(stream.profile, packets)
    assert found > without or bad, payload.hex()


def with_samples(stream: Stream) -> list[int]:
    """Rows of the packets that bring samples, but for those at the end that only decide on them."""
    packets = stream.arrived()
    return [
        row
        for row in range(len(packets) - stream.tail)
        if understood(stream.profile, [*packets[:row], *packets[row + 1 :]])[0] < stream.samples
    ]


def places(payload: bytes) -> range:
    """All places in a packet of bytes, and some in one of text, which is hundreds of bytes long."""
    step = 1 if len(payload) <= _LONGEST_BINARY else len(payload) // 60
    return range(0, len(payload), step)


def test_every_decoder_is_tested_here() -> None:
    assert {stream.profile for stream in STREAMS} == set(_DECODERS)


@EACH
def test_a_whole_stream_gives_all_its_samples(stream: Stream) -> None:
    assert understood(stream.profile, stream.arrived()) == (stream.samples, 0)
    assert with_samples(stream)


@EACH
def test_every_truncation_gives_samples_or_a_reason(stream: Stream) -> None:
    for row in with_samples(stream):
        payload = stream.packets[row][1]
        for length in places(payload)[1:]:
            assert_told(stream, row, payload[:length])


@EACH
def test_every_changed_byte_gives_samples_or_a_reason(stream: Stream) -> None:
    row = with_samples(stream)[0]
    payload = stream.packets[row][1]
    for at in places(payload):
        for value in {0x00, 0xFF, *(payload[at] ^ 1 << bit for bit in range(8))} - {payload[at]}:
            assert_told(stream, row, payload[:at] + bytes([value]) + payload[at + 1 :])


@pytest.mark.slow
@EACH
def test_every_value_of_every_byte_gives_samples_or_a_reason(stream: Stream) -> None:
    for row in with_samples(stream):
        payload = stream.packets[row][1]
        if len(payload) > _LONGEST_BINARY:
            continue  # text: the test above changes what there is to change
        for at in range(len(payload)):
            for value in set(range(256)) - {payload[at]}:
                assert_told(stream, row, payload[:at] + bytes([value]) + payload[at + 1 :])


@EACH
@given(data=st.data())
@settings(max_examples=60)
def test_any_bytes_in_any_groups_give_the_same(stream: Stream, data: st.DataObject) -> None:
    channels = sorted({channel for channel, _ in stream.packets})
    mixed = st.one_of(
        st.sampled_from(stream.packets),
        st.tuples(st.sampled_from(channels), st.binary(max_size=260)),
        st.tuples(
            st.sampled_from(channels),
            st.builds(
                lambda payload, rest: payload[: len(payload) // 2] + rest,
                st.sampled_from([payload for _, payload in stream.packets]),
                st.binary(max_size=40),
            ),
        ),
    )
    chosen = data.draw(st.lists(mixed, max_size=14))
    waits_s = data.draw(
        st.lists(
            st.sampled_from([0.0, 0.01, 0.08, 3.0, 500.0]),
            min_size=len(chosen),
            max_size=len(chosen),
        )
    )
    arrivals_s = np.cumsum(waits_s).tolist()
    packets = [Packet(t, *item) for t, item in zip(arrivals_s, chosen, strict=True)]
    cut = data.draw(st.integers(0, len(packets)))
    whole = joined([decoder_for(stream.profile).decode(packets)])
    decoder = decoder_for(stream.profile)
    parts = joined([decoder.decode(packets[:cut]), *(decoder.decode([p]) for p in packets[cut:])])
    assert whole[1:] == parts[1:]
    assert (whole[0] is None) == (parts[0] is None)
    if whole[0] is not None and parts[0] is not None:
        for name in COLUMNS:
            one, other = getattr(whole[0], name), getattr(parts[0], name)
            assert (one is None) == (other is None), name
            if one is not None:
                np.testing.assert_array_equal(one, other, err_msg=name)


@EACH
def test_a_decoder_that_joins_later_understands_what_follows_its_preface(stream: Stream) -> None:
    packets = stream.arrived()
    middle = len(packets) // 2
    first = decoder_for(stream.profile)
    first.decode(packets[:middle])
    late = decoder_for(stream.profile).decode([*first.preamble, *packets[middle:]])
    alone = decoder_for(stream.profile).decode(packets[middle:])
    whole = decoder_for(stream.profile).decode(packets)
    assert whole.block is not None
    if late.block is None:
        assert len(packets) - middle <= 2
        return
    count = len(late.block)
    assert np.array_equal(late.block.acc_mps2, whole.block.acc_mps2[-count:])
    assert np.array_equal(late.block.gyr_radps, whole.block.gyr_radps[-count:], equal_nan=True)
    if not first.preamble:
        assert alone.block is not None
        assert len(alone.block) == count
