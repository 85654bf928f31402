"""What the question of packets finds: faults that were planted, and none in the program."""

from collections.abc import Sequence
from pathlib import Path
from random import Random

import pytest
from benchmarks.faults import packets
from benchmarks.faults.packets import Chain
from benchmarks.faults.table import Row, Run
from tests.sensors.streams import WITMOTION

from spinesense.model.packets import Packet
from spinesense.model.samples import Decoded, ImuBlock
from spinesense.motion.signal.timeline import Timeline, TimelineParams
from spinesense.motion.signal.validity import ValidityParams
from spinesense.sensors.devices import decoder_for
from spinesense.sensors.source import Decoder

EVERYTHING = ValidityParams(largest_acc_mps2=1e9, largest_gyr_radps=1e9)


class Fails:
    """A decoder that takes for granted that a packet is long enough."""

    preamble = ()

    def decode(self, some: Sequence[Packet]) -> Decoded:
        assert [packet.payload[30] for packet in some]
        return Decoded(None)


class Scaled:
    """A decoder that gives a thousand times of what is sent."""

    preamble = ()

    def __init__(self, profile: str) -> None:
        self._decoder = decoder_for(profile)

    def decode(self, some: Sequence[Packet]) -> Decoded:
        block = self._decoder.decode(some).block
        if block is None:
            return Decoded(None)
        acc, gyr = block.acc_mps2 * 1e3, block.gyr_radps * 1e3
        return Decoded(ImuBlock(block.arrival_s, acc, gyr, block.index, counted=block.counted))


def fails(_: str) -> Decoder:
    return Fails()


def takes_everything(rate_hz: float) -> Timeline:
    return Timeline(rate_hz, TimelineParams(validity=EVERYTHING))


SOME = [Packet(number * 0.02, "ffe4", WITMOTION[:20]) for number in range(20)]


def test_every_decoder_takes_any_packet(tmp_path: Path) -> None:
    rows = list(packets.ask(Run(tmp_path, Random(1), full=False)))
    assert [sentence for row in rows for sentence in row.findings()] == []
    assert min(row.tried for row in rows) >= 1000


@pytest.mark.parametrize(
    ("chain", "words"),
    [
        (Chain(decoder=fails), "IndexError"),
        (Chain(decoder=Scaled, timeline=takes_everything), "acceleration that no sensor sends"),
        (Chain(decoder=Scaled, timeline=takes_everything), "rotation that no sensor sends"),
    ],
    ids=["fails", "acceleration", "rotation"],
)
def test_a_planted_fault_is_found(chain: Chain, words: str) -> None:
    row = Row("packets")
    packets.try_some("witmotion", SOME, row, chain)
    assert words in "".join(row.untrue)


def test_what_is_beyond_all_sensors_is_found_to_be_left_out() -> None:
    row = Row("packets")
    packets.try_some("witmotion", SOME, row, Chain(decoder=Scaled))
    assert not row.untrue
