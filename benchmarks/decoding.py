"""How fast each decoder is, in frames a second of processor time.

``uv run python -m benchmarks.decoding [--frames 50000] [--json]``

A frame is what the device calls one: 20 bytes of a WitMotion byte stream, one reading of a DOT, one
notification otherwise. A recording is decoded at once, and live each notification by itself.
"""

import argparse
import json
import time
from collections.abc import Callable

from tests.sensors.streams import STREAMS, Stream

from spinesense.model.packets import Packet
from spinesense.sensors.devices import decoder_for


def packets_of(stream: Stream, count: int) -> list[Packet]:
    """The stream over and over, up to so many packets."""
    once = stream.arrived()
    span_s = once[-1].arrival_s + stream.spacing_s
    rounds = -(-count // len(once))
    return [
        Packet(turn * span_s + each.arrival_s, each.channel, each.payload)
        for turn in range(rounds)
        for each in once
    ][:count]


def spent_s(run: Callable[[], object]) -> float:
    """Processor time of the fastest of three runs."""
    times_s = []
    for _ in range(3):
        begin_s = time.process_time()
        run()
        times_s.append(time.process_time() - begin_s)
    return min(times_s)


def one_by_one(profile: str, packets: list[Packet]) -> None:
    decoder = decoder_for(profile)
    for packet in packets:
        decoder.decode([packet])


def measured(stream: Stream, frames: int) -> dict[str, str | int | float]:
    # The WitMotion stream has two frames in a notification.
    per_packet = 2 if stream.profile == "witmotion" else 1
    packets = packets_of(stream, frames // per_packet)
    few = packets[:2000]
    at_once_s = spent_s(lambda: decoder_for(stream.profile).decode(packets))
    live_s = spent_s(lambda: one_by_one(stream.profile, few))
    return {
        "device": stream.profile,
        "frame_bytes": len(stream.packets[-1][1]) // per_packet,
        "frames_per_s": round(len(packets) * per_packet / at_once_s),
        "live_us_per_notification": round(live_s / len(few) * 1e6, 1),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--frames", type=int, default=50_000)
    parser.add_argument("--json", action="store_true")
    wanted = parser.parse_args()
    rows = [measured(stream, wanted.frames) for stream in STREAMS]
    if wanted.json:
        print(json.dumps(rows))
        return
    print(f"{'device':<12}{'bytes':>6}{'frames/s, a recording':>24}{'µs a notification, live':>26}")
    for row in rows:
        print(
            f"{row['device']:<12}{row['frame_bytes']:>6}{row['frames_per_s']:>24,}"
            f"{row['live_us_per_notification']:>26}"
        )


if __name__ == "__main__":
    main()
