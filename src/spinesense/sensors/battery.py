"""Battery levels that were asked for, as packets of a channel of their own beside the data."""

from collections.abc import Sequence
from dataclasses import replace

from spinesense.model.packets import BATTERY_CHANNEL, BadPacket, Packet
from spinesense.model.samples import Decoded
from spinesense.sensors.source import Decoder


class BatteryAside:
    """Reads the battery channel and leaves all other packets to the decoder of the device."""

    def __init__(self, decoder: Decoder) -> None:
        self._decoder = decoder

    def decode(self, packets: Sequence[Packet]) -> Decoded:
        """Samples of these packets; see `spinesense.sensors.source.Decoder`."""
        levels = [packet for packet in packets if packet.channel == BATTERY_CHANNEL]
        if not levels:
            return self._decoder.decode(packets)
        decoded = self._decoder.decode([p for p in packets if p.channel != BATTERY_CHANNEL])
        good = [p.payload[0] for p in levels if len(p.payload) == 1 and p.payload[0] <= 100]
        bad = tuple(
            BadPacket(packet.arrival_s, "no battery level between 0 and 100 %")
            for packet in levels
            if len(packet.payload) != 1 or packet.payload[0] > 100
        )
        newest = good[-1] if good else decoded.battery_percent
        return replace(decoded, bad=(*decoded.bad, *bad), battery_percent=newest)
