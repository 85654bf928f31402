"""What holds for every test."""

import os
import signal
import sys

import pytest

# Some machines forbid it; every program under test would compile all its modules again.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False

SIGNALS = ("SIGHUP", "SIGINT", "SIGQUIT", "SIGTERM", "SIGTSTP")
SLOW_LIMIT_S = 3600.0
"""A slow proof takes minutes; this long only one that hangs."""


@pytest.fixture(scope="session", autouse=True)
def signals_of_programs() -> None:
    """Give programs under test the usual signals, however the tests were started.

    A program inherits the signals that are ignored here, as of a shell that put the tests into the
    background. One that is handled becomes the usual one in a new program; here it stays without
    effect.
    """
    for name in SIGNALS:
        number = getattr(signal, name, None)
        if number is not None and signal.getsignal(number) is signal.SIG_IGN:
            signal.signal(number, lambda *_: None)


def pytest_xdist_auto_num_workers() -> int | None:
    """Two for each processor: half of their time tests wait for programs, radios and clocks."""
    if "PYTEST_XDIST_AUTO_NUM_WORKERS" in os.environ:
        return None  # xdist itself reads it
    if hasattr(os, "sched_getaffinity"):
        return 2 * len(os.sched_getaffinity(0))
    return 2 * (os.cpu_count() or 1)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Give slow proofs the time they take."""
    for item in items:
        if item.get_closest_marker("slow"):
            item.add_marker(pytest.mark.timeout(SLOW_LIMIT_S))
