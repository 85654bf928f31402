"""A live file brought to the disk while it is written."""

import os
import threading
from io import FileIO

SYNC_EVERY_S = 5.0
"""What a power cut costs of a live file at most."""


class Syncing:
    """Has the system bring an open file to the disk every few seconds, in a thread of its own.

    Who writes never waits for the disk. Linux, macOS and Windows let a file be synced while another
    thread writes into it.
    """

    def __init__(self, file: FileIO) -> None:
        self._file = file
        self._written = False
        self._problem: OSError | None = None
        self._ending = threading.Event()
        self._thread = threading.Thread(target=self._run, name="sync", daemon=True)
        self._thread.start()

    def note(self) -> None:
        """Something is about to be written.

        Raises
        ------
        OSError
            What the disk refused since this was last called: what was written may be lost.
        """
        self._written = True
        problem, self._problem = self._problem, None
        if problem is not None:
            raise problem

    def end(self) -> None:
        """Sync no more; to be called before the file is closed."""
        self._ending.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._ending.wait(SYNC_EVERY_S):
            if self._written:
                self._written = False
                try:
                    os.fsync(self._file.fileno())
                except OSError as problem:
                    self._problem = problem
