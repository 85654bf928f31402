"""Ending tasks that wait on libraries of others."""

import asyncio
from typing import Any, Final

AGAIN_S: Final = 4.0
"""Longer than a task that heeds a cancellation needs to let go of a radio."""


async def cancelled(*tasks: "asyncio.Future[Any]") -> None:
    """Cancel tasks, and wait until they have ended.

    One cancellation is not enough: `asyncio.wait_for` of Python 3.11, which Bluetooth libraries
    use, loses one that comes in the same step of the loop as the answer it waits for. The task then
    goes on, and whoever waits for its end would wait for ever.
    """
    left = set(tasks)
    while left:
        for task in left:
            task.cancel()
        _, left = await asyncio.wait(left, timeout=AGAIN_S)
