"""What every sensor, real, simulated or replayed, looks like from above."""

from collections.abc import AsyncIterator, Sequence
from typing import Protocol, runtime_checkable

from spinesense.model.packets import DeviceProfile, Item, Packet
from spinesense.model.samples import Decoded


class Source(Protocol):
    """One stream of items, in the order in which they happened."""

    @property
    def profile(self) -> DeviceProfile:
        """What is known about the sensor before its first packet."""
        ...

    def items(self) -> AsyncIterator[Item]:
        """Items as they arrive, until the recording ends or the sensor is closed.

        Raises
        ------
        SensorError
            When the sensor cannot be started.
        """
        ...

    async def close(self) -> None:
        """Stop the stream and let go of the sensor; closing twice is harmless."""
        ...


class Connectable(Source, Protocol):
    """A source that has to find its sensor first."""

    @property
    def status(self) -> str:
        """What is going on with the connection, in one sentence; empty when all is well."""
        ...

    async def open(self) -> None:
        """Find the sensor and start it; only then is its ``profile`` known.

        Raises
        ------
        SensorError
            When it cannot be found or started.
        """
        ...


@runtime_checkable
class Prefaced(Protocol):
    """What a decoder has besides that understands its packets only after certain others."""

    def is_preface(self, packet: Packet) -> bool:
        """Whether a decoder that joins the stream later has to be given this packet first."""
        ...


class Decoder(Protocol):
    """Turns the packets of one device into samples.

    A decoder remembers what a stream needs (half a frame, the last counter), so one decoder serves
    one stream. Bytes that it cannot use become a `BadPacket`, never an exception.
    """

    def decode(self, packets: Sequence[Packet]) -> Decoded:
        """Decode the next packets: one of them live, thousands in a batch.

        However the packets of a stream are grouped into calls, the samples, their numbers and the
        bad packets are equal.
        """
        ...
