"""What a run of a sensor looks like to whoever shows it."""

from collections.abc import Callable
from typing import Protocol

from spinesense.model.packets import Action
from spinesense.model.snapshot import Snapshot


class Running(Protocol):
    """A run, whatever it is of."""

    async def run(self, publish: Callable[[Snapshot], None]) -> None:
        """Run until the source ends or ``close`` is called."""

    def say(self, action: Action, value: str = "") -> None:
        """Say something to the session."""

    def pause(self, paused: bool) -> None:
        """Pause or resume."""

    def set_speed(self, speed: float) -> None:
        """Set the pace, where there is more than one."""

    def seek(self, position_s: float) -> None:
        """Go to a moment, where there is a past."""

    async def close(self) -> None:
        """End the run."""


class Unwound:
    """What a replay can do, and a run of a sensor that is live cannot."""

    def pause(self, paused: bool) -> None:
        """Pause or resume the session, since a live sensor cannot be stopped."""
        self.say(Action.PAUSE if paused else Action.RESUME)

    def set_speed(self, speed: float) -> None:
        """Do nothing: a live sensor has one pace."""

    def seek(self, position_s: float) -> None:
        """Do nothing: a live sensor has no past to go to."""

    def say(self, action: Action, value: str = "") -> None:
        """Say something to the session."""
        raise NotImplementedError
