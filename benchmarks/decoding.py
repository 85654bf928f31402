"""How fast each decoder is, in frames a second of processor time.

``uv run python -m benchmarks.decoding [--frames 50000] [--json]``

A frame is what the device calls one: 20 bytes of a WitMotion byte stream, one reading of a DOT, one
notification or message otherwise. A recording is decoded at once, and live each by itself.
"""

import argparse
import json
import time
from collections.abc import Callable

from tests.sensors.streams import (
    POLAR_ACC_DELTA,
    POLAR_GYRO_DELTA,
    STREAMS,
    Stream,
    phyphox_reply,
    polar_at,
    push_message,
)

from spinesense.model.packets import Packet
from spinesense.sensors.devices import decoder_for
from spinesense.sensors.devices.phyphox import GET_CHANNEL
from spinesense.sensors.devices.polar.decoder import DATA_CHANNEL
from spinesense.sensors.devices.sensorlogger import CHANNEL as PUSH_CHANNEL

POLAR_STEP_NS = 40_000_000


def polar_packet(row: int, kinds: tuple[bytes, ...]) -> tuple[str, bytes]:
    frame = kinds[row % len(kinds)]
    return DATA_CHANNEL, polar_at(frame, POLAR_STEP_NS * (1 + row // len(kinds)))


def going_on(stream: Stream) -> Callable[[int], tuple[str, bytes]] | None:
    """What makes the packets of a device that counts or tells the time: none comes twice."""
    if stream.profile == "sensorlogger":
        return lambda row: (PUSH_CHANNEL, push_message(row))
    if stream.profile == "phyphox":
        return lambda row: (GET_CHANNEL, phyphox_reply(10 * row))
    if stream.profile == "polar":
        has_gyro = any(payload[:3] == b"\xf0\x02\x05" for _, payload in stream.packets)
        kinds = (POLAR_ACC_DELTA, POLAR_GYRO_DELTA) if has_gyro else (POLAR_ACC_DELTA,)
        return lambda row: polar_packet(row, kinds)
    return None


def packets_of(stream: Stream, count: int) -> list[Packet]:
    """So many packets: the stream over and over, or going on where it cannot be repeated."""
    make = going_on(stream)
    if make:
        return [Packet(0.02 * row, *make(row)) for row in range(min(count, 5000))]
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
        "frame_bytes": len(packets[-1].payload) // per_packet,
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
