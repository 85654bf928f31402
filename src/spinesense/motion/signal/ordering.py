"""Samples in the order in which they were taken, each once."""

from dataclasses import dataclass

import numpy as np

from spinesense.model.samples import ImuBlock, Ints, concatenate


@dataclass(frozen=True, slots=True)
class OrderingParams:
    """Tunables of the ordering."""

    longest_wait_s: float = 0.25
    """Arrival time that a late packet is waited for: a live cue has 300 ms."""
    restart_s: float = 2.0
    """A counter that falls back further than this belongs to a sensor that was restarted."""
    clock_restart_s: float = 1.0
    """Likewise for a clock; a smaller step back is a packet sent twice."""


@dataclass(slots=True)
class OrderingState:
    """What is being waited for. Arrays are replaced, never changed in place."""

    next_index: int | None = None
    held: ImuBlock | None = None
    """Samples that came before an earlier one, in the order of their numbers."""
    hole_since_s: float = 0.0
    """Arrival of the first sample held."""
    newest_clock_s: float | None = None
    dropped: int = 0
    """Samples that came twice, or too late to be put in order."""


class Ordering:
    """Puts late packets in order and drops what came twice.

    Devices that count their samples are put in order by the count; without one a device clock
    shows repetitions; without either the order of arrival is taken.
    """

    def __init__(self, nominal_rate_hz: float, params: OrderingParams | None = None) -> None:
        self._params = params or OrderingParams()
        self._restart_samples = round(self._params.restart_s * nominal_rate_hz)
        self.state = OrderingState()

    def feed(self, block: ImuBlock) -> ImuBlock:
        """The samples whose turn has come."""
        return self._by_clock(self._by_index(block) if block.counted else block)

    def finish(self) -> ImuBlock | None:
        """The samples still held; the stream has ended."""
        held, self.state.held = self.state.held, None
        return None if held is None else self._by_clock(held)

    def _by_index(self, block: ImuBlock) -> ImuBlock:
        """Put counted samples in order."""
        state = self.state
        held: dict[int, int] = {}
        if state.held is not None:
            held = {number: row for row, number in enumerate(state.held.index.tolist())}
            block = concatenate([state.held, block])
        row, count = len(held), len(block)
        run_ends = np.append(np.flatnonzero(np.diff(block.index) != 1) + 1, count)
        order: list[Ints] = []
        while row < count:
            number = int(block.index[row])
            if held or (state.next_index is not None and number != state.next_index):
                order.extend(self._place(number, row, float(block.arrival_s[row]), held))
                row += 1
            else:
                stop = int(run_ends[np.searchsorted(run_ends, row, side="right")])
                order.append(np.arange(row, stop))
                state.next_index = number + stop - row
                row = stop
        rows = np.array([held[number] for number in sorted(held)], dtype=np.int64)
        state.held = _taken(block, rows) if held else None
        turn = np.concatenate(order) if order else np.empty(0, dtype=np.int64)
        return block if np.array_equal(turn, np.arange(count)) else _taken(block, turn)

    def _place(self, number: int, row: int, arrival_s: float, held: dict[int, int]) -> list[Ints]:
        """Rows that one sample sets free, while a hole is open or about to be."""
        state = self.state
        out: list[Ints] = []
        if held and arrival_s - state.hole_since_s > self._params.longest_wait_s:
            out.append(self._release(held))
        ahead = number - (number if state.next_index is None else state.next_index)
        if ahead < -self._restart_samples:
            if held:
                out.append(self._release(held))
            ahead = 0
        if ahead < 0 or number in held:
            state.dropped += 1
        elif ahead > 0:
            state.hole_since_s = state.hole_since_s if held else arrival_s
            held[number] = row
        else:
            rows = [row]
            state.next_index = number + 1
            while state.next_index in held:
                rows.append(held.pop(state.next_index))
                state.next_index += 1
            out.append(np.array(rows))
        return out

    def _release(self, held: dict[int, int]) -> Ints:
        """Give up on the hole: all that was held, in order."""
        numbers = sorted(held)
        self.state.next_index = numbers[-1] + 1
        rows = np.array([held[number] for number in numbers])
        held.clear()
        return rows

    def _by_clock(self, block: ImuBlock) -> ImuBlock:
        """Drop samples whose clock does not advance, unless it started again."""
        clock, newest = block.device_time_s, self.state.newest_clock_s
        if clock is None or not len(block):
            return block
        if (newest is None or clock[0] > newest) and bool((clock[1:] > clock[:-1]).all()):
            self.state.newest_clock_s = float(clock[-1])
            return block
        kept = []
        for row, now in enumerate(clock.tolist()):
            if newest is None or now > newest or now < newest - self._params.clock_restart_s:
                kept.append(row)
                newest = now
        self.state.newest_clock_s = newest
        self.state.dropped += len(block) - len(kept)
        return _taken(block, np.array(kept, dtype=np.int64))


def _taken(block: ImuBlock, rows: Ints) -> ImuBlock:
    """Copies of some rows, in the order given."""
    clock = None if block.device_time_s is None else block.device_time_s[rows]
    return ImuBlock(
        block.arrival_s[rows],
        block.acc_mps2[rows],
        block.gyr_radps[rows],
        block.index[rows],
        block.counted,
        clock,
    )
