"""An event loop whose time runs fast for all on it alike: minutes of Bluetooth in seconds."""

import asyncio
import selectors
import time
from collections.abc import Coroutine
from typing import Any, TypeVar

T = TypeVar("T")


LONGEST_STEP_S = 0.05
"""A machine that cannot keep up gets slower time, instead of sensors that seem to stutter."""


class _Sooner(selectors.DefaultSelector):
    """Waits a fraction of the time, and moves the clock on."""

    def __init__(self, speed: float) -> None:
        super().__init__()
        self._speed = speed
        self._real_s = time.monotonic()
        self.now_s = 0.0

    def select(self, timeout: float | None = None) -> Any:
        events = super().select(timeout if timeout is None else timeout / self._speed)
        real_s = time.monotonic()
        passed_s, self._real_s = (real_s - self._real_s) * self._speed, real_s
        self.now_s += min(passed_s, max(LONGEST_STEP_S, timeout or 0.0))
        return events


class FastLoop(asyncio.SelectorEventLoop):
    """Its clock runs up to ``speed`` times as fast as the wall's."""

    def __init__(self, speed: float) -> None:
        self._sooner = _Sooner(speed)
        super().__init__(self._sooner)

    def time(self) -> float:
        return self._sooner.now_s


def run_fast(speed: float, main: Coroutine[Any, Any, T]) -> T:
    """Run like `asyncio.run`, with time running fast."""
    with asyncio.Runner(loop_factory=lambda: FastLoop(speed)) as runner:
        return runner.run(main)
