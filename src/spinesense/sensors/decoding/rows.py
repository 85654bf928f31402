"""From packets to rows of samples."""

from collections.abc import Callable, Sequence

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from spinesense.model.packets import BadPacket, Packet
from spinesense.model.samples import Floats, Ints


def sift(
    packets: Sequence[Packet], fault: Callable[[bytes], str]
) -> tuple[list[Packet], tuple[BadPacket, ...]]:
    """Part packets by what is wrong with their bytes; ``fault`` says nothing of a good one."""
    good, bad = [], []
    for packet in packets:
        reason = fault(packet.payload)
        if reason:
            bad.append(BadPacket(packet.arrival_s, reason))
        else:
            good.append(packet)
    return good, tuple(bad)


def rows_of(counts: Ints) -> tuple[Ints, Ints]:
    """For each sample of packets that hold so many: which packet, and which sample within it."""
    packet = np.repeat(np.arange(len(counts)), counts)
    within = np.arange(len(packet)) - np.repeat(np.cumsum(counts) - counts, counts)
    return packet, within


def gathered(data: NDArray[np.uint8], start: Ints, width: int) -> NDArray[np.uint8]:
    """(n, width) bytes that begin at these n places."""
    if len(data) < width:
        return np.empty((0, width), dtype=np.uint8)
    return sliding_window_view(data, width)[start]


def newer_than(last_s: float, time_s: Floats) -> NDArray[np.bool_]:
    """Which times are larger than all before them, the last known one included."""
    before_s = np.maximum.accumulate(np.concatenate([[last_s], time_s]))[:-1]
    newer: NDArray[np.bool_] = time_s > before_s
    return newer


def doubles(raw: NDArray[np.float32]) -> Floats:
    """The same numbers as float64; what is none stays none, without a warning."""
    with np.errstate(invalid="ignore"):
        return raw.astype(np.float64)
