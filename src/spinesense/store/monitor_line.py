"""The few words of the sitting monitor that a status bar shows.

A bar asks every few seconds, all day: this loads little more than Python itself does.
"""

import os
import time
from pathlib import Path

from spinesense.store.files import open_private
from spinesense.store.locks import MONITOR_LOCK, is_locked
from spinesense.store.places import data_folder

FRESH_S = 10.0
"""A monitor tells its news every few seconds; without any for so long it hangs or is suspended."""
SHOWN_ANEW_S = 5.0
"""Words that have not changed are written again so often: half of what is fresh."""
LONGEST = 60
"""Characters of the line."""
NO_MONITOR = "no monitor"
STARTING = "starting"
NAME = "monitor.line"


def show(folder: Path, words: str) -> None:
    """Let bars show ``words``; raises OSError when they cannot be written."""
    fresh = folder / f"{NAME}.new"
    descriptor = open_private(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(f"{time.time():.3f} {words}")
    fresh.replace(folder / NAME)


def shown() -> str:
    """What a bar shows now, in at most some 30 characters; ``NO_MONITOR`` when none runs."""
    folder = data_folder()
    if not is_locked(folder / MONITOR_LOCK):
        return NO_MONITOR
    try:
        written_s, _, words = (folder / NAME).read_text("utf-8").partition(" ")
        age_s = time.time() - float(written_s)
    except (OSError, ValueError):
        return STARTING
    return stale(age_s) if age_s > FRESH_S else _bare(words)


def _bare(words: str) -> str:
    """Words of a line that bars read each in its own way: no sign stays that one of them obeys."""
    return "".join(char for char in words[:LONGEST] if char.isalnum() or char in " ,:")


def stale(age_s: float) -> str:
    """What to show of a monitor that has told nothing for so long."""
    return f"no news for {span(age_s)}"


def span(seconds: float) -> str:
    """A length of time, such as ``42 min`` or ``3 h 05``."""
    minutes = int(seconds // 60)
    return f"{minutes} min" if minutes < 60 else f"{minutes // 60} h {minutes % 60:02}"
