"""What goes for the decoders of all devices: battery levels beside the data, and the preface."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from spinesense.model.packets import BATTERY_CHANNEL, BadPacket, Packet
from spinesense.model.samples import Decoded
from spinesense.sensors.source import Decoder, Prefaced

_LONGEST_PREFACE = 32
"""Packets; the longest there is has some six."""


class DeviceStream:
    """Reads the battery channel and leaves all other packets to the decoder of the device."""

    def __init__(self, decoder: Decoder) -> None:
        self._decoder = decoder
        self._preface: dict[tuple[str, bytes], Packet] = {}

    @property
    def preamble(self) -> tuple[Packet, ...]:
        """What a fresh decoder of the same stream has to be given first."""
        return tuple(self._preface.values())

    def decode(self, packets: Sequence[Packet]) -> Decoded:
        """Samples of these packets; see `spinesense.sensors.source.Decoder`."""
        if isinstance(self._decoder, Prefaced):
            self._keep_preface(filter(self._decoder.is_preface, packets))
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

    def _keep_preface(self, packets: Iterable[Packet]) -> None:
        for packet in packets:
            key = packet.channel, bytes(packet.payload)
            self._preface.pop(key, None)
            self._preface[key] = packet
            if len(self._preface) > _LONGEST_PREFACE:
                del self._preface[next(iter(self._preface))]
