"""A recording that leaves the disk some room, and a watch that goes on without it."""

from collections.abc import Callable
from contextlib import suppress

from spinesense.model.errors import FileError
from spinesense.model.events import Event
from spinesense.model.packets import Item
from spinesense.runner.live import Recorder

RESERVE_BYTES = 300_000_000
"""A day of 16 hours at 100 Hz is recorded in some 140 MB and rewritten in 110 MB, beside the
first; a machine on which nothing else can be written any more is no help to anybody."""
LOOK_EVERY = 1200
"""Items between two looks at the disk: a minute of most sensors, which fills 140 kB."""


class SparingRecorder:
    """Keeps items until the disk is nearly full or cannot be written; then only says so.

    Parameters
    ----------
    recorder
        What is written to; None where the recording could not begin.
    free_bytes
        Room on the disk.
    problem
        Why nothing is recorded from the start; empty when something is.
    """

    def __init__(
        self, recorder: Recorder | None, free_bytes: Callable[[], int], problem: str = ""
    ) -> None:
        self.problem = problem
        """Why nothing is recorded any more, in one sentence; empty while all is."""
        self._recorder = self._unfinished = recorder
        self._free_bytes = free_bytes
        self._until_look = LOOK_EVERY

    def append(self, item: Item) -> None:
        """Keep one item, as long as that can be done."""
        self._until_look -= 1
        if not self._until_look:
            self._until_look = LOOK_EVERY
            if self._recorder and self._free_bytes() < RESERVE_BYTES:
                self._stop(NEARLY_FULL)
        if self._recorder:
            try:
                self._recorder.append(item)
            except FileError as problem:
                self._stop(without_recording(problem))

    def note(self, event: Event) -> None:
        """Keep one event, as long as that can be done."""
        if self._recorder:
            try:
                self._recorder.note(event)
            except FileError as problem:
                self._stop(without_recording(problem))

    def close(self) -> None:
        """Take no more; what is left to do with the file is for ``finish``."""
        self._recorder = None

    def finish(self) -> None:
        """Finish the recording, which takes a while; once. May run in a thread of its own.

        Raises
        ------
        FileError
            When it cannot be finished, unless that is no news. It can be read as it is.
        """
        unfinished, self._unfinished = self._unfinished, None
        if unfinished is None:
            return
        with suppress(*((FileError,) if self.problem else ())):
            unfinished.close()

    def _stop(self, problem: str) -> None:
        self.problem = problem
        self._recorder = None


NEARLY_FULL = (
    "The disk is nearly full: nothing is recorded any more, but watching goes on; free some space."
)


def without_recording(problem: FileError) -> str:
    """What to say of a watch that cannot record."""
    return f"Nothing is recorded any more, but watching goes on: {problem}"
