"""A sensor's firmware and its Bluetooth link: samples in, packets at the host out."""

from collections.abc import Sequence

import numpy as np

from spinesense.model.packets import Packet
from spinesense.model.samples import Floats
from spinesense.sensors.devices import open_format

# One packet in twenty meets a stalled link; on real hosts notifications come 0.5-240 ms apart
# (recording of a WT901BLE at 100 Hz, RGu0/WT901).
_STALL_CHANCE = 0.05
_STALL_S = (0.03, 0.25)
_DELAY_S = (0.0005, 0.015)
PACKET_S = 0.05
"""Time that one packet spans: short enough for a live cue, long enough to spare the battery."""
_MTU, _LARGEST_MTU = 247, 517
"""ATT MTUs that hosts of the last ten years agree on, and that some do. The larger one is for
packets that are longer on purpose."""


class LossyRadio:
    """Packs the samples of one sensor and sends them over an unreliable link.

    Parameters
    ----------
    device_rate_hz
        Rate by the sensor's own clock.
    clock_us
        Reading of that clock at sample 0.
    rng
        Draws delays, losses and repetitions.
    lost_fraction, repeated_fraction
        Share of packets that never arrive, or arrive twice.
    dropouts
        (start, duration) in seconds of times when the link is down; what is sent then is lost.
    packet_s
        Time that one packet spans, as far as the samples fit into it.
    """

    def __init__(
        self,
        device_rate_hz: float,
        clock_us: int,
        rng: np.random.Generator,
        *,
        lost_fraction: float = 0.0,
        repeated_fraction: float = 0.0,
        dropouts: Sequence[tuple[float, float]] = (),
        packet_s: float = PACKET_S,
    ) -> None:
        self._period_us = round(1e6 / device_rate_hz)
        self._clock_us = clock_us
        self._rng = rng
        self._lost_fraction = lost_fraction
        self._repeated_fraction = repeated_fraction
        self._dropouts = tuple(dropouts)
        mtu = _MTU if packet_s <= PACKET_S else _LARGEST_MTU
        wanted = max(1, round(device_rate_hz * packet_s))
        self.samples_per_packet = min(wanted, open_format.samples_that_fit(mtu))
        self._number = 0
        self._stalled_until_s = 0.0
        self._last_arrival_s = 0.0

    def send(self, time_s: Floats, acc_mps2: Floats, gyr_radps: Floats) -> list[Packet]:
        """The packets of these samples that arrive, in order; whole packets of samples only."""
        arrived: list[Packet] = []
        for start in range(0, len(time_s), self.samples_per_packet):
            stop = start + self.samples_per_packet
            payload = open_format.encode(
                self._number,
                self._clock_us + self._number * self._period_us,
                acc_mps2[start:stop],
                gyr_radps[start:stop],
                period_us=self._period_us,
                battery_percent=self._battery_percent(),
            )
            self._number += self.samples_per_packet
            arrived.extend(self._carry(float(time_s[stop - 1]), payload))
        return arrived

    def _battery_percent(self) -> int:
        """A coin cell or small accumulator that lasts 20 hours."""
        hours = self._number * self._period_us / 3.6e9
        return max(1, round(95 - 5 * hours))

    def _carry(self, ready_s: float, payload: bytes) -> list[Packet]:
        stalls, lost, repeated, delay, stall = self._rng.uniform(size=5)
        if stalls < _STALL_CHANCE:
            self._stalled_until_s = ready_s + _STALL_S[0] + stall * (_STALL_S[1] - _STALL_S[0])
        if lost < self._lost_fraction or self._is_down(ready_s):
            return []
        delay_s = _DELAY_S[0] + delay * (_DELAY_S[1] - _DELAY_S[0])
        copies = 2 if repeated < self._repeated_fraction else 1
        return [
            Packet(self._arrival_s(ready_s + delay_s), open_format.CHANNEL, payload)
            for _ in range(copies)
        ]

    def _arrival_s(self, earliest_s: float) -> float:
        self._last_arrival_s = max(
            earliest_s, self._stalled_until_s, self._last_arrival_s + _DELAY_S[0]
        )
        return self._last_arrival_s

    def _is_down(self, time_s: float) -> bool:
        return any(at_s <= time_s < at_s + duration_s for at_s, duration_s in self._dropouts)
