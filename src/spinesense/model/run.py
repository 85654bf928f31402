"""A session that is running, whatever feeds it: what its front end may do with it."""

from collections.abc import Callable
from typing import Protocol

from spinesense.model.actions import Action
from spinesense.model.snapshot import Snapshot


class Run(Protocol):
    """A run of a live sensor, unless it says otherwise: a replay can do more."""

    async def run(self, publish: Callable[[Snapshot], None]) -> None:
        """Publish snapshots until the source ends or ``close`` is called.

        Raises
        ------
        SpinesenseError
            The run could not start or go on; its sentence is shown to the person.
        """

    def say(self, action: Action, value: str = "") -> None:
        """Tell the session what the person wants, as an `Intent`."""

    async def close(self) -> None:
        """End the run and finish its recording; harmless when it has ended already."""

    def pause(self, paused: bool) -> None:
        """Pause or resume the session, since a live sensor cannot be stopped."""
        self.say(Action.PAUSE if paused else Action.RESUME)

    def set_speed(self, speed: float) -> None:
        """Set how many seconds of a replay pass in one second; a live sensor has one pace."""
        return

    def seek(self, position_s: float) -> None:
        """Go to a position of a replay; a live sensor has no past to go to."""
        return
