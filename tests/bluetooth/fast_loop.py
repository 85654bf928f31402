"""An event loop whose time runs fast for all on it alike: minutes of Bluetooth in seconds."""

import asyncio
import selectors
from collections.abc import Coroutine
from typing import Any, TypeVar

T = TypeVar("T")


class _Sooner(selectors.DefaultSelector):
    """Waits a fraction of the time."""

    def __init__(self, speed: float) -> None:
        super().__init__()
        self._speed = speed

    def select(self, timeout: float | None = None) -> Any:
        return super().select(timeout if timeout is None else timeout / self._speed)


class FastLoop(asyncio.SelectorEventLoop):
    """Its clock runs ``speed`` times as fast as the wall's."""

    def __init__(self, speed: float) -> None:
        self._speed = speed
        super().__init__(_Sooner(speed))

    def time(self) -> float:
        return super().time() * self._speed


def run_fast(speed: float, main: Coroutine[Any, Any, T]) -> T:
    """Run like `asyncio.run`, with time running fast."""
    with asyncio.Runner(loop_factory=lambda: FastLoop(speed)) as runner:
        return runner.run(main)
