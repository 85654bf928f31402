"""Brings the history up to date before it is shown."""

from collections.abc import Callable

from spinesense.model.errors import FileError
from spinesense.runner.keeping.entering import enter_missing
from spinesense.store.history.sessions import History
from spinesense.store.places import history_path, recordings_folder


def catch_up(complain: Callable[[str], None]) -> None:
    """Enter the sessions that a killed run left out of the history; each is entered once.

    Parameters
    ----------
    complain
        Takes one sentence where that cannot be done; what the history has can still be shown.

    Raises
    ------
    FileError
        When the history cannot be read.
    """
    path = history_path()
    with History.open(path) as history:
        history.recordings()
    try:
        enter_missing(recordings_folder(), path, tell=complain)
    except FileError as problem:
        complain(f"sessions that are not in the history yet cannot be entered: {problem}")
