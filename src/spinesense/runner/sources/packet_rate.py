"""How fast and how evenly a sensor really sends, by the arrival of its packets."""

from collections import deque
from typing import Final

import numpy as np

from spinesense.model.events import SignalFault, SignalSuspect
from spinesense.model.samples import ImuBlock

WINDOW_S: Final = 5.0
"""Long against the bursts of a healthy link (0.25 s) and the fullest packets (0.7 s, Polar)."""

LARGEST_DEPARTURE: Final = 0.15
"""Share by which a rate may differ from the one agreed on. The oscillators of IMUs are off by some
per cent; a sensor that was not set, or a link that drops packets nobody counts, by far more."""

SHORTEST_S: Final = 3.8
FAR_BELOW: Final = 0.5
"""A rate below this share is certain sooner: no healthy link brings less than half for so long. So
it is said within 5 s, whenever in a window it falls."""

PAUSE_S: Final = 1.0
"""After so long without a packet the window begins again: the link was interrupted."""

JITTER_PACKETS: Final = 100


class PacketRateMonitor:
    """Watches one stream. Equal packets give equal results, whenever they are fed.

    Parameters
    ----------
    name, nominal_rate_hz
        The sensor, and what it said it would send.
    """

    def __init__(self, name: str, nominal_rate_hz: float) -> None:
        self._name = name
        self._nominal_rate_hz = nominal_rate_hz
        self._begun: tuple[float, int] | None = None
        self._arrival_s = 0.0
        self._gaps_s: deque[float] = deque(maxlen=JITTER_PACKETS)
        self.message = ""
        """What is wrong with the rate and what to do; empty while it is right."""

    @property
    def jitter_s(self) -> float:
        """How much longer than the mean the longest of twenty gaps between packets is."""
        if len(self._gaps_s) < JITTER_PACKETS:
            return 0.0
        gaps_s = np.array(self._gaps_s)
        return float(np.percentile(gaps_s, 95) - gaps_s.mean())

    def feed(self, block: ImuBlock) -> list[SignalSuspect]:
        """Take the samples of the next packet; tells when the rate is found to be wrong."""
        arrival_s, index = float(block.arrival_s[-1]), int(block.index[-1])
        gap_s, self._arrival_s = arrival_s - self._arrival_s, arrival_s
        if self._begun is None or gap_s > PAUSE_S or index < self._begun[1]:
            self._begun = arrival_s, index
            return []
        self._gaps_s.append(gap_s)
        begun_s, first = self._begun
        duration_s = arrival_s - begun_s
        if duration_s < SHORTEST_S:
            return []
        rate_hz = (index - first) / duration_s
        if duration_s < WINDOW_S and rate_hz >= FAR_BELOW * self._nominal_rate_hz:
            return []
        self._begun = arrival_s, index
        return self._judge(rate_hz, arrival_s)

    def _judge(self, rate_hz: float, time_s: float) -> list[SignalSuspect]:
        if abs(rate_hz / self._nominal_rate_hz - 1.0) <= LARGEST_DEPARTURE:
            self.message = ""
            return []
        news = not self.message
        self.message = (
            f"{self._name} sends {rate_hz:.0f} samples a second instead of "
            f"{self._nominal_rate_hz:.0f}, so movements are not measured well; "
            "bring it near, or switch it off and on."
        )
        return [SignalSuspect(time_s, SignalFault.WRONG_RATE, self.message)] if news else []
