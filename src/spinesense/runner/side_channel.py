"""What is heard besides the sensor: the clock on the wall, the desktop, and other processes."""

from collections.abc import AsyncIterator, Callable, Sequence

from spinesense.model.packets import Action, DeviceProfile, Intent, Item, Packet
from spinesense.sensors.source import Source

LISTEN_S = 1.0
"""A second process is answered within this time."""

Said = tuple[Action, str]


class IntentInjector:
    """A source that puts between the packets what is said alongside, so that it is recorded too.

    Parameters
    ----------
    source
        Where the packets come from.
    listen
        Called once in a second of data; gives what was said since.
    """

    def __init__(self, source: Source, listen: Callable[[], Sequence[Said]]) -> None:
        self._source = source
        self._listen = listen

    @property
    def profile(self) -> DeviceProfile:
        """That of the source."""
        return self._source.profile

    async def items(self) -> AsyncIterator[Item]:
        """The items of the source with what was said before each packet."""
        next_s = 0.0
        async for item in self._source.items():
            if isinstance(item, Packet) and item.arrival_s >= next_s:
                next_s = item.arrival_s + LISTEN_S
                for action, value in self._listen():
                    yield Intent(item.arrival_s, action, value)
            yield item

    async def close(self) -> None:
        """Close the source."""
        await self._source.close()
