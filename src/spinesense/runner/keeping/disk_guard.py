"""A recording that leaves the disk some room, and a run that goes on without it."""

from collections.abc import Callable
from contextlib import suppress

from spinesense.model.errors import FileError
from spinesense.model.events import Event
from spinesense.model.packets import Item
from spinesense.runner.live import Recorder

RESERVE_BYTES = 300_000_000
"""A day of 16 hours at 100 Hz is recorded in some 140 MB and rewritten in 110 MB, beside the
first; a machine on which nothing else can be written any more is no help to anybody."""
SESSION_RESERVE_BYTES = 10_000_000
"""An hour of exercises at 100 Hz is rewritten in 7 MB, and the history has to find room beside."""
LOOK_EVERY = 1200
"""Items between two looks at the disk: a minute of most sensors, which fills 140 kB."""
NEARLY_FULL = FileError("the disk is nearly full", remedy="free some space")


class DiskGuardedRecorder:
    """Keeps items until the disk is nearly full or cannot be written; then only says so.

    Parameters
    ----------
    recorder
        What is written to; None where the recording could not begin.
    free_bytes
        Room on the disk.
    reserve_bytes
        Room that is left to others.
    activity
        What goes on without the recording, as a noun.
    why
        Why the recording could not begin, where there is none.
    """

    def __init__(
        self,
        recorder: Recorder | None,
        free_bytes: Callable[[], int],
        *,
        reserve_bytes: int = RESERVE_BYTES,
        activity: str = "watching",
        why: FileError = NEARLY_FULL,
    ) -> None:
        self.problem = ""
        """Why nothing is recorded any more, in one sentence; empty while all is."""
        self.missing = ""
        """From when on the recording has nothing, and why, for the history; empty while it has
        all."""
        self._recorder = self._unfinished = recorder
        self._free_bytes = free_bytes
        self._reserve_bytes = reserve_bytes
        self._activity = activity
        self._until_look = LOOK_EVERY
        self._kept_until_s = 0.0
        if recorder is None:
            self._stop(why)

    def append(self, item: Item) -> None:
        """Keep one item, as long as that can be done."""
        self._until_look -= 1
        if not self._until_look:
            self._until_look = LOOK_EVERY
            if self._recorder and self._free_bytes() < self._reserve_bytes:
                self._stop(NEARLY_FULL)
        if self._recorder:
            try:
                self._recorder.append(item)
                self._kept_until_s = item.arrival_s
            except FileError as problem:
                self._stop(problem)

    def note(self, event: Event) -> None:
        """Keep one event, as long as that can be done."""
        if self._recorder:
            try:
                self._recorder.note(event)
            except FileError as problem:
                self._stop(problem)

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

    def _stop(self, why: FileError) -> None:
        more = " any more" if self._recorder else ""
        self.problem = f"Nothing is recorded{more}, but {self._activity} goes on: {why}"
        minutes, seconds = divmod(int(self._kept_until_s), 60)
        until = f"recorded until {minutes}:{seconds:02} only" if self._recorder else "not recorded"
        self.missing = f"{until}: {why.what}"
        self._recorder = None
