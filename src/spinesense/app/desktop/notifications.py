"""Notifications of the desktop, where the extra ``notify`` is installed."""

import asyncio
import logging
import threading
from collections.abc import Callable
from concurrent.futures import Future
from importlib.util import find_spec
from typing import TYPE_CHECKING

from spinesense.model.plain_text import without_markup

if TYPE_CHECKING:
    from desktop_notifier import DesktopNotifier

_PATIENCE_S = 5.0
"""A desktop that takes longer has no one who shows it."""
TITLE = "Time to move"


def notifier(complain: Callable[[str], None]) -> Callable[[str], object] | None:
    """Return what shows a sentence on the desktop; None where the extra is not installed.

    ``complain`` takes the first failure as a sentence.
    """
    if find_spec("desktop_notifier") is None:
        return None
    return Notifier(complain).show


class Notifier(logging.Handler):
    """Shows sentences from a thread of its own, which keeps its connection: a desktop may be slow.

    The library logs what goes wrong and raises nothing: here it becomes one sentence, told once.
    """

    def __init__(self, complain: Callable[[str], None]) -> None:
        super().__init__(logging.WARNING)
        self._tell = complain
        self._complained = False
        self._desktop: DesktopNotifier | None = None
        logger = logging.getLogger("desktop_notifier")
        logger.propagate = False
        logger.handlers = [self]
        self._loop = asyncio.new_event_loop()
        threading.Thread(target=self._loop.run_forever, daemon=True).start()

    def show(self, words: str) -> "Future[None]":
        """Begin to show ``words`` and return at once; never raises, and neither does the result."""
        return asyncio.run_coroutine_threadsafe(self._show(words), self._loop)

    def emit(self, record: logging.LogRecord) -> None:
        """Take what the library logs of trouble."""
        problem = record.exc_info[1] if record.exc_info else None
        self._complain(str(problem or record.getMessage()))

    async def _show(self, words: str) -> None:
        try:
            if self._desktop is None:
                from desktop_notifier import DesktopNotifier

                self._desktop = DesktopNotifier(app_name="spinesense")
            await asyncio.wait_for(
                self._desktop.send(title=TITLE, message=without_markup(words)), _PATIENCE_S
            )
        except Exception as problem:  # noqa: BLE001  # whatever a desktop does, the watch goes on
            self._complain(str(problem) or type(problem).__name__)

    def _complain(self, reason: str) -> None:
        if not self._complained:
            self._complained = True
            self._tell(f"the desktop shows no notifications: {reason}")
