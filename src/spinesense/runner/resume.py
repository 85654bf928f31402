"""Goes on with a coached session that was broken off, from its recording.

The old items go through the same engine again and into the new recording, then the new ones follow.
So nothing is counted twice and nothing is lost, and a replay of the new recording is the whole
session.
"""

from collections.abc import AsyncIterator, Callable, Sequence

import msgspec

from spinesense.model.errors import SensorError
from spinesense.model.events import Event
from spinesense.model.packets import Action, DeviceProfile, Intent, Item
from spinesense.runner.engine import Engine
from spinesense.runner.live import Recorder
from spinesense.sensors.source import Source

BREAK_S = 5.0
"""Between the last old item and the first new one: longer than any gap that is bridged, and short
against the times of a session, which go on as if there had been no break."""


class ShiftedSource:
    """A source whose items arrive so much later."""

    def __init__(self, source: Source, by_s: float) -> None:
        self._source = source
        self._by_s = by_s

    @property
    def profile(self) -> DeviceProfile:
        """The sensor of the source."""
        return self._source.profile

    async def items(self) -> AsyncIterator[Item]:
        """The items of the source, later."""
        async for item in self._source.items():
            yield msgspec.structs.replace(item, arrival_s=item.arrival_s + self._by_s)

    async def close(self) -> None:
        """Close the source."""
        await self._source.close()


def fast_forward(
    engine: Engine,
    items: Sequence[Item],
    recorder: Recorder,
    listeners: Sequence[Callable[[Sequence[Event]], None]],
) -> float:
    """Bring an engine to where a session was broken off, and say that it goes on.

    Parameters
    ----------
    engine
        New, for the same routine and kind of sensor.
    items
        Of the old recording.
    recorder, listeners
        They take the old items and what came of them, as at the time.

    Returns
    -------
    float
        The arrival from which the new items follow.

    Raises
    ------
    FileError
        When the new recording cannot be written.
    """
    last_s = items[-1].arrival_s if items else 0.0
    again = Intent(last_s + BREAK_S, Action.CONTINUE)
    for item in (*items, again):
        recorder.append(item)
        events = engine.feed(item)
        for event in events:
            recorder.note(event)
        if events:
            for listener in listeners:
                listener(events)
    return again.arrival_s


def check_sensor(old: DeviceProfile, new: DeviceProfile) -> None:
    """See to it that one decoder fits both parts.

    Raises
    ------
    SensorError
        When the session was begun with another kind of sensor.
    """
    if (old.profile, old.nominal_rate_hz) != (new.profile, new.nominal_rate_hz):
        raise SensorError(
            f"the session was begun with {old.name}, another kind of sensor",
            where=new.name,
            remedy="go on with the same kind of sensor, or begin a new session",
        )
