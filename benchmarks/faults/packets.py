"""Packets that no sensor sends, through every decoder and the check of its samples."""

import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from random import Random

import numpy as np
from tests.sensors.streams import STREAMS, Stream

from benchmarks.faults.table import Row, Run
from spinesense.model.packets import Packet
from spinesense.model.units import STANDARD_GRAVITY_MPS2
from spinesense.motion.signal.timeline import Timeline
from spinesense.sensors.devices import decoder_for
from spinesense.sensors.source import Decoder

RATE_HZ = 100.0
AT_ONCE = 20
"""Packets for one decoder, before another is begun."""
LARGEST_MPS2 = 33.0 * STANDARD_GRAVITY_MPS2
LARGEST_RADPS = 71.0
"""No sensor goes beyond ±32 g and ±4000 °/s."""
_WAITS_S = (0.0, 0.01, 0.08, 0.08, 0.08, 3.0, 500.0)
_EXTREMES = (
    b"\x00",
    b"\xff",
    b"\x7f\x80",
    b"\x00\x00\xc0\x7f",
    b"\xff\xff\x7f\x7f",
    b"1e308",
    b"-",
)
"""Among them no number, infinity and the largest of the floats."""


@dataclass(frozen=True, slots=True)
class Chain:
    """What is asked: the program's own, or one with a fault that must be found."""

    decoder: Callable[[str], Decoder] = decoder_for
    timeline: Callable[[float], Timeline] = Timeline


def ask(run: Run, chain: Chain = Chain()) -> Iterator[Row]:
    """One row a decoder."""
    count = run.several(1_000, 110_000)
    for profile in sorted({stream.profile for stream in STREAMS}):
        row = Row(f"packets of {profile}")
        streams = [stream for stream in STREAMS if stream.profile == profile]
        while row.tried < count:
            stream = run.chance.choice(streams)
            row.tried += AT_ONCE
            try_some(stream.profile, _fuzzed(stream, run.chance), row, chain)
        yield row


def _fuzzed(stream: Stream, chance: Random) -> list[Packet]:
    """Packets of a stream in their order, some of them changed, cut, mixed up or made up."""
    arrival_s, packets = 0.0, []
    for number in range(AT_ONCE):
        arrival_s += chance.choice(_WAITS_S)
        channel, payload = stream.packets[number % len(stream.packets)]
        packets.append(Packet(arrival_s, channel, chance.choice(_CHANGES)(payload, chance)))
    return packets


def _whole(payload: bytes, _: Random) -> bytes:
    return payload


def _cut(payload: bytes, chance: Random) -> bytes:
    return payload[: chance.randrange(len(payload) + 1)]


def _flipped(payload: bytes, chance: Random) -> bytes:
    data = bytearray(payload)
    for _ in range(chance.choice((1, 1, 1, 2, 8))):
        data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
    return bytes(data)


def _extreme(payload: bytes, chance: Random) -> bytes:
    """Values in the place of others."""
    what = chance.choice(_EXTREMES) * chance.choice((1, 2, 6))
    place = chance.randrange(len(payload))
    return payload[:place] + what + payload[place + len(what) :]


def _made_up(_: bytes, chance: Random) -> bytes:
    return chance.randbytes(chance.choice((0, 1, 7, 20, 40, 244)))


def _begins_right(payload: bytes, chance: Random) -> bytes:
    kept = payload[: chance.randrange(min(len(payload), 16) + 1)]
    return kept + chance.randbytes(chance.choice((1, 6, 20, 232)))


def _nested(payload: bytes, chance: Random) -> bytes:
    """Text within text, more deeply than any program looks."""
    if payload[:1] != b"{":
        return _flipped(payload, chance)
    place = payload.find(b":", chance.randrange(len(payload))) + 1
    return payload[:place] + chance.choice((b"[", b'{"a":')) * chance.choice((3, 50_000))


_CHANGES = (_whole, _whole, _cut, _flipped, _flipped, _extreme, _made_up, _begins_right, _nested)


def try_some(profile: str, packets: list[Packet], row: Row, chain: Chain) -> None:
    """Decode packets one by one, and look at the samples that are told as good."""
    decoder, timeline = chain.decoder(profile), chain.timeline(RATE_HZ)
    for packet in packets:
        try:
            with warnings.catch_warnings(action="error"):  # a person would be shown it
                decoded = decoder.decode([packet])
                blocks = timeline.feed(decoded.block).blocks if decoded.block is not None else ()
        except Exception as mistake:  # noqa: BLE001  # whatever it is, it is a finding
            row.untrue.append(f"{_named(packet)}: {mistake!r}")
            return
        for block in blocks:
            if not _possible(block.acc_mps2, LARGEST_MPS2, blind=False):
                row.untrue.append(f"{_named(packet)}: an acceleration that no sensor sends")
            if not _possible(block.gyr_radps, LARGEST_RADPS, blind=True):
                row.untrue.append(f"{_named(packet)}: a rotation that no sensor sends")


def _possible(values: np.ndarray, largest: float, *, blind: bool) -> bool:
    """Whether all these rows (n, 3) are such as a sensor sends, or say that there is none."""
    known = values[~np.isnan(values).all(axis=1)] if blind else values
    return bool((np.abs(known) <= largest).all())


def _named(packet: Packet) -> str:
    shown = packet.payload[:300].hex()
    return f"{packet.channel} after {packet.arrival_s:.2f} s, {shown} ({len(packet.payload)} bytes)"
