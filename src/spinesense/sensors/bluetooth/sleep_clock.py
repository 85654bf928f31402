"""How long the machine has slept: a sensor goes on while the computer's own clock stands."""

import time

_ALL_TIME = getattr(time, "CLOCK_BOOTTIME", getattr(time, "CLOCK_MONOTONIC", None))
"""A clock that counts sleep: Linux has one of its own, and on macOS the monotonic clock of the
system counts it while Python's and asyncio's does not. Elsewhere theirs does."""


def slept_s() -> float:
    """Seconds asleep, from a beginning of its own: differences are what it is for."""
    if _ALL_TIME is None:
        return 0.0
    return time.clock_gettime(_ALL_TIME) - time.monotonic()
