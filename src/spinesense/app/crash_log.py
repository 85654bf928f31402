"""What is said and kept when the program itself is at fault."""

import errno
import os
import traceback
from datetime import UTC, datetime

from spinesense.model.errors import SpinesenseError
from spinesense.model.plain_text import plain
from spinesense.store.files import open_private
from spinesense.store.places import data_folder
from spinesense.store.swapping import CRASH_LOG

LONGEST_NAME = 60
"""Characters of a name that is too long, to know it again by."""
LONGEST_LOG = 100_000
"""Characters of one entry."""


def report(error: BaseException) -> str:
    """Keep the traceback of a failure that nobody foresaw, and put it into one sentence.

    Returns
    -------
    str
        What happened and where the details are. Never raises: where the log cannot be written,
        the sentence says so.
    """
    if isinstance(error, OSError) and error.errno == errno.ENAMETOOLONG:
        return (
            f"{str(error.filename)[:LONGEST_NAME]}…: this name is too long; choose a shorter one."
        )
    refused = isinstance(error, OSError)
    blame = "the system refused something" if refused else "spinesense itself made a mistake"
    try:
        kept = f"report this with the details in {_log(error)}"
    except (OSError, SpinesenseError):
        kept = "report this (its details could not be written down)"
    return (
        f"{blame} ({type(error).__name__}: {error}). "
        f"What was recorded is kept; start again, and if it happens once more, {kept}."
    )


def _log(error: BaseException) -> str:
    """Append a traceback to the log, which only its owner can read; gives its path."""
    path = data_folder() / CRASH_LOG
    descriptor = open_private(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    with os.fdopen(descriptor, "a", encoding="utf-8") as log:
        log.write(f"{datetime.now(UTC).isoformat(timespec='seconds')}\n")
        log.write(
            plain("".join(traceback.format_exception(error)), lines=True, longest=LONGEST_LOG)
        )
        log.write("\n")
    return str(path)
