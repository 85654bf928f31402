"""What comes over the air, before anyone has understood it, and what a person says meanwhile.

A recording is a sequence of these items in the order in which they happened; the live path, the
replay and the batch read the same sequence.
"""

from dataclasses import dataclass
from typing import Final

import msgspec

from spinesense.model.actions import Action as Action  # a word of the stream as well

BATTERY_CHANNEL: Final = "battery"
"""Channel of packets that no sensor sends: the connection puts the battery level that it has asked
for into the stream, one byte, per cent."""

UPPER_PREFIX: Final = "upper/"
"""Before the channels of the second sensor, which sits higher on the back than the first."""


class Packet(msgspec.Struct, frozen=True, gc=False):
    """One notification as it arrived.

    This and `Intent` are structs and no dataclasses, which take five times as long to make and are
    looked through by the garbage collector: a day of recording has two million items.
    """

    arrival_s: float
    """Host time of arrival, in seconds since the recording began; never runs backwards."""
    channel: str
    """Name of the characteristic the bytes came from, as the device module calls it."""
    payload: bytes


class Intent(msgspec.Struct, frozen=True, gc=False):
    """One thing said to the session, recorded between the packets so that a replay repeats it."""

    arrival_s: float
    action: Action
    value: str = ""
    """The pain score for ``PAIN`` ("0" to "10"), free text for ``MARK``, what ``Action`` says of
    others, otherwise empty."""


Item = Packet | Intent


def is_upper(item: Item) -> bool:
    """Whether this is a packet of the second sensor."""
    return isinstance(item, Packet) and item.channel.startswith(UPPER_PREFIX)


def as_upper(packet: Packet) -> Packet:
    """A packet of the second sensor, as it stands in the stream of both."""
    return msgspec.structs.replace(packet, channel=UPPER_PREFIX + packet.channel)


def of_upper(packet: Packet) -> Packet:
    """A packet of the second sensor, as its own decoder knows it."""
    return msgspec.structs.replace(packet, channel=packet.channel.removeprefix(UPPER_PREFIX))


@dataclass(frozen=True, slots=True)
class DeviceProfile:
    """What is known about a sensor before its first packet."""

    profile: str
    """Name of the device module that decodes its packets, such as ``open`` or ``witmotion``."""
    name: str
    """Name to show to a person, such as the advertised one."""
    nominal_rate_hz: float
    has_gyro: bool = True
    simulated: bool = False


@dataclass(frozen=True, slots=True)
class BadPacket:
    """A packet that could not be decoded: counted and shown, never guessed at."""

    arrival_s: float
    reason: str
