"""A recording as a source: the same items, at the pace of their arrival times."""

import asyncio
import math
from collections.abc import AsyncIterator, Sequence

from spinesense.model.errors import SensorError
from spinesense.model.packets import DeviceProfile, Item

_BREATH_ITEMS = 256
"""Items given at once before others on the loop have a turn: a few milliseconds of decoding."""


class ReplaySource:
    """Replays items, however often and from wherever.

    Every call of ``items`` begins with the first item, since what follows from an item depends on
    all before it; everything before the sought position is given at once.

    Parameters
    ----------
    items
        A recording, in order of arrival.
    profile
        The sensor it was made with.
    speed
        Pace against the arrival times; 0 for as fast as the items are taken.
    paused
        Whether to begin paused.

    Raises
    ------
    SensorError
        When the speed is negative or not a number.
    """

    def __init__(
        self,
        items: Sequence[Item],
        profile: DeviceProfile,
        *,
        speed: float = 1.0,
        paused: bool = False,
    ) -> None:
        self._items = items
        self._profile = profile
        self._speed = _checked(speed)
        self._paused = paused
        self._next = 0
        self._sought_s = 0.0
        self._needs_restart = False
        self._closed = False
        self._changed = asyncio.Event()
        self._anchor_loop_s: float | None = None
        self._anchor_s = 0.0

    @property
    def profile(self) -> DeviceProfile:
        """The sensor of the recording."""
        return self._profile

    @property
    def length_s(self) -> float:
        """Arrival of the last item."""
        return self._items[-1].arrival_s if self._items else 0.0

    @property
    def position_s(self) -> float:
        """Arrival of the item given last, or the position sought if that lies further."""
        given_s = self._items[self._next - 1].arrival_s if self._next else 0.0
        return max(given_s, self._sought_s)

    @property
    def speed(self) -> float:
        """Pace against the arrival times."""
        return self._speed

    @property
    def paused(self) -> bool:
        """Whether the replay stands still."""
        return self._paused

    @property
    def needs_restart(self) -> bool:
        """Whether a position behind was sought: ``items`` ends, and is to be called again."""
        return self._needs_restart

    def set_speed(self, speed: float) -> None:
        """Go on at another pace from here.

        Raises
        ------
        SensorError
            When the speed is negative or not a number.
        """
        self._hold_position()
        self._speed = _checked(speed)

    def pause(self, paused: bool) -> None:
        """Stand still, or go on."""
        self._hold_position()
        self._paused = paused

    def seek(self, position_s: float) -> bool:
        """Go to a position, also while paused.

        Returns
        -------
        bool
            True when it lies ahead: the items up to it follow at once. False when it lies behind:
            ``items`` ends, and must be called again with everything downstream started afresh.
        """
        sought_s = min(max(position_s, 0.0), self.length_s)
        ahead = sought_s >= self.position_s
        self._sought_s = self._anchor_s = sought_s
        self._anchor_loop_s = None
        self._needs_restart = not ahead
        self._changed.set()
        return ahead

    async def items(self) -> AsyncIterator[Item]:
        """The items from the first on, paced; ends early on `close` and on seeking backwards."""
        self._needs_restart = False
        self._next = 0
        self._anchor_s, self._anchor_loop_s = self._sought_s, None
        while self._next < len(self._items):
            item = self._items[self._next]
            await self._wait_until_due(item.arrival_s)
            if self._closed or self._needs_restart:
                return
            self._next += 1
            yield item

    async def close(self) -> None:
        """End the replay."""
        self._closed = True
        self._changed.set()

    async def _wait_until_due(self, arrival_s: float) -> None:
        if self._next % _BREATH_ITEMS == 0:
            await asyncio.sleep(0)
        while not (self._closed or self._needs_restart):
            wait_s = self._wait_s(arrival_s)
            if wait_s <= 0:
                return
            self._changed.clear()
            try:
                async with asyncio.timeout(None if math.isinf(wait_s) else wait_s):
                    await self._changed.wait()
            except TimeoutError:
                continue

    def _wait_s(self, arrival_s: float) -> float:
        """Seconds until an arrival is due: none for what is sought, no end while paused."""
        if arrival_s <= self._sought_s:
            return 0.0
        if self._paused:
            return math.inf
        if not self._speed:
            return 0.0
        return (arrival_s - self._head_s()) / self._speed

    def _head_s(self) -> float:
        """Where the replay should stand now by the clock of the loop."""
        now_s = asyncio.get_running_loop().time()
        if self._anchor_loop_s is None:
            self._anchor_loop_s = now_s
        return self._anchor_s + (now_s - self._anchor_loop_s) * self._speed

    def _hold_position(self) -> None:
        """Go on from here, not from where a replay that lags behind should stand."""
        if self._anchor_loop_s is not None and not self._paused and self._next < len(self._items):
            due_s = self._items[self._next].arrival_s
            self._anchor_s = max(self.position_s, min(self._head_s(), due_s))
        self._anchor_loop_s = None
        self._changed.set()


def _checked(speed: float) -> float:
    if not (speed >= 0 and math.isfinite(speed)):
        raise SensorError(f"a replay cannot run at speed {speed}", remedy="give 0 or more")
    return speed
