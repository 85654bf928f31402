"""Whether the stream of a connection is to be given up, though packets come."""

from typing import Final

from spinesense.model.packets import DeviceProfile, Packet
from spinesense.sensors.battery import DeviceStream
from spinesense.sensors.decoding.alive import Alive
from spinesense.sensors.devices import decoder_for

PATIENCE_S: Final = (0.0, 30.0, 120.0)
"""So long a connection whose stream is dead is kept for the first, second and any later time in a
row: a sensor that is broken is not connected again every few seconds."""

HEALTHY_S: Final = 60.0
"""A connection whose stream lived for so long counts as good; the next death is a first one."""


class StreamWatch:
    """Looks into the packets of one connection after the other. Times are those of arrival."""

    def __init__(self) -> None:
        self._alive: Alive | None = None
        self._decoder: DeviceStream | None = None
        self._begun_s: float | None = None
        self._dead_since_s: float | None = None
        self._deaths = 0
        """Connections in a row that were given up."""

    @property
    def fault(self) -> str:
        """What is dead now, as the end of a sentence; empty while the stream lives."""
        return self._alive.fault if self._alive else ""

    def begin(self, profile: DeviceProfile) -> None:
        """A connection was made; the sensor sends as this says."""
        self._alive = Alive(profile.nominal_rate_hz)
        self._decoder = decoder_for(profile.profile)
        self._begun_s = self._dead_since_s = None

    def take(self, packet: Packet) -> None:
        """Look into the next packet."""
        if self._alive is None or self._decoder is None:
            return
        if self._begun_s is None:
            self._begun_s = packet.arrival_s
        self._alive.feed(packet.arrival_s, self._decoder.decode([packet]).block)
        if not self._alive.fault:
            self._dead_since_s = None
            if packet.arrival_s - self._begun_s > HEALTHY_S:
                self._deaths = 0
        elif self._dead_since_s is None:
            self._dead_since_s = packet.arrival_s

    def gives_up(self, now_s: float) -> bool:
        """Whether the stream has been dead for longer than that is borne."""
        if self._dead_since_s is None:
            return False
        if now_s - self._dead_since_s < PATIENCE_S[min(self._deaths, len(PATIENCE_S) - 1)]:
            return False
        self._deaths += 1
        return True
