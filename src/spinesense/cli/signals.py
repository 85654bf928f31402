"""Ends what runs in order when the system asks for it: ``kill``, a closed terminal, Ctrl-C."""

import asyncio
import signal
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING

from spinesense.model.actions import Action
from spinesense.model.errors import SpinesenseError

if TYPE_CHECKING:
    from spinesense.model.run import Run
    from spinesense.model.snapshot import Snapshot

WHY = {
    "SIGINT": "",
    "SIGTERM": "the system ended the program",
    "SIGHUP": "the terminal was closed",
    "SIGQUIT": "the system ended the program",
}
"""Signals that ask for the end, and what they say of it; after Ctrl-C the person left."""


class Heeded:
    """Which signal asked for the end.

    Parameters
    ----------
    end
        Called once, in the running loop, with why the end comes. A second Ctrl-C ends at once.
    """

    def __init__(self, end: Callable[[str], None]) -> None:
        self._end = end
        self.number = 0
        """The first signal that came; 0 while none has."""
        main, loop = asyncio.current_task(), asyncio.get_running_loop()
        for name in WHY:
            number = getattr(signal, name, None)
            if number is None or signal.getsignal(number) is signal.SIG_IGN:  # as nohup wants it
                continue
            with suppress(NotImplementedError):  # Windows has none
                loop.add_signal_handler(number, self._take, name, number, main)

    def _take(self, name: str, number: int, main: "asyncio.Task[None] | None") -> None:
        if not self.number:
            self.number = number
            self._end(WHY[name])
        elif name == "SIGINT" and main is not None:
            main.cancel()

    def leave(self) -> None:
        """Leave the program as one that this signal has ended; do nothing where none came."""
        if self.number == signal.SIGINT:
            raise KeyboardInterrupt
        if self.number:
            raise SystemExit(128 + self.number)


async def until_asked(run: "Run", tell: "Callable[[Snapshot], None]") -> Heeded:
    """Run until the source ends or a signal asks for the end; the recording is finished then."""
    closing: set[asyncio.Task[None]] = set()

    def end(why: str) -> None:
        with suppress(SpinesenseError):  # where it cannot be recorded, the end comes all the same
            if why:
                run.say(Action.BREAK_OFF, why)
        closing.add(asyncio.ensure_future(run.close()))

    heeded = Heeded(end)
    with suppress(asyncio.CancelledError):  # by a second Ctrl-C
        await run.run(tell)
    return heeded
