"""Lets a sitting watch go on as it was left: what was put off, learned and calibrated."""

import math
from collections.abc import Callable
from datetime import datetime, timedelta

from spinesense.coaching.sitting.limits import SittingLimits
from spinesense.model.calibration import Calibration
from spinesense.model.errors import FileError
from spinesense.model.intent_values import Snooze, clock_value
from spinesense.model.packets import Action
from spinesense.runner.daily import Carried, Said
from spinesense.runner.engine import Engine
from spinesense.store.monitor_memory import Memory, remember, remembered

WORN_ON = timedelta(hours=2)
"""Longer after the end of a watch the sensor was probably taken off, and sits otherwise."""
SEEN_EVERY = timedelta(minutes=5)
"""How old the file may get while nothing changes."""
SAME_MOMENT = timedelta(seconds=5)
"""A snooze whose end moves by less is the same one: data time and the wall drift apart."""


class WatchMemory:
    """Keeps what holds beyond the end of a watch, and gives it to the next one.

    Parameters
    ----------
    sensor
        Name of the sensor in use.
    limits
        How long a snooze is at most.
    now
        The local time.
    """

    def __init__(self, sensor: str, limits: SittingLimits, now: Callable[[], datetime]) -> None:
        self._sensor, self._limits, self._now = sensor, limits, now
        self._kept: Memory | None = None
        self._looked_s = math.inf
        self.trouble = ""
        """What cannot be kept or was not understood, in one sentence; empty when all is well."""

    def carried(self) -> Carried:
        """What the watch begins with; nothing where that cannot be read, which is then said."""
        try:
            memory = remembered()
        except FileError as problem:
            self.trouble = f"What the last sitting watch left is not taken over: {problem}"
            return Carried()
        if memory is None:
            return Carried()
        now = self._now()
        left_s = snooze_left_s(memory.snoozed_until, now, self._limits)
        said: list[Said] = [(Action.CLOCK, clock_value(now))]
        if memory.slouch and memory.sensor == self._sensor:
            said.append((Action.OWN_SLOUCH, memory.slouch))
        if memory.paused:
            said.append((Action.PAUSE, ""))
        if left_s > 0:
            said.append((Action.MARK, Snooze(left_s).to_value()))
        return Carried(self._still_worn(memory, now), tuple(said))

    def look(self, engine: Engine) -> None:
        """Keep what has changed, once in a second of data."""
        time_s = engine.readings.time_s
        if not self._looked_s <= time_s < self._looked_s + 1.0:
            self.keep(engine)
            self._looked_s = time_s

    def keep(self, engine: Engine) -> None:
        """Keep what has changed; before there are data nothing has."""
        if engine.readings.time_s <= 0.0:
            return
        now, first = self._now(), self._kept is None
        memory = self._memory(engine, now)
        if self._kept is not None and _same(memory, self._kept, now):
            return
        self._kept = memory
        try:
            remember(memory)
        except FileError as problem:
            self.trouble = f"A restart of this watch will not know what was asked: {problem}"
        else:
            self.trouble = self.trouble if first else ""

    def _memory(self, engine: Engine, now: datetime) -> Memory:
        said = dict(engine.carry_over())
        snooze = Snooze.from_value(said.get(Action.MARK, ""))
        left_s = snooze.left_s if snooze else None
        until = None if left_s is None else now + timedelta(seconds=left_s)
        return Memory(
            seen_at=now.isoformat(timespec="seconds"),
            sensor=self._sensor,
            calibration=engine.readings.calibration,
            snoozed_until=until.isoformat(timespec="seconds") if until else "",
            paused=Action.PAUSE in said,
            slouch=said.get(Action.OWN_SLOUCH, ""),
        )

    def _still_worn(self, memory: Memory, now: datetime) -> Calibration | None:
        """The calibration, where the sensor has not been taken off since, as far as one knows."""
        gone = now - datetime.fromisoformat(memory.seen_at)
        same = memory.sensor == self._sensor and gone <= WORN_ON
        return memory.calibration if same else None


def snooze_left_s(until: str, now: datetime, limits: SittingLimits) -> float:
    """What is left of a snooze by the clock on the wall; 0 when it is over or there was none.

    Never more than a whole snooze, whatever was done to the clock.
    """
    if not until:
        return 0.0
    left_s = (datetime.fromisoformat(until) - now).total_seconds()
    return min(max(0.0, left_s), 60.0 * limits.snooze_min)


def snoozed_since(value: str, age_s: float, limits: SittingLimits) -> tuple[Said, ...]:
    """A snooze that was asked for some time ago, as what is left of it; nothing when it is over."""
    if Snooze.from_value(value) != Snooze() or age_s < 1.0:
        return ((Action.MARK, value),)
    left_s = 60.0 * limits.snooze_min - age_s
    return ((Action.MARK, Snooze(left_s).to_value()),) if math.floor(left_s) > 0 else ()


def _same(new: Memory, kept: Memory, now: datetime) -> bool:
    """Whether nothing has changed that is worth a new file."""
    rest = (new.sensor, new.calibration, new.paused, new.slouch)
    if rest != (kept.sensor, kept.calibration, kept.paused, kept.slouch):
        return False
    if now - datetime.fromisoformat(kept.seen_at) >= SEEN_EVERY:
        return False
    if not (new.snoozed_until and kept.snoozed_until):
        return new.snoozed_until == kept.snoozed_until
    moved = datetime.fromisoformat(new.snoozed_until) - datetime.fromisoformat(kept.snoozed_until)
    return abs(moved) < SAME_MOMENT
