"""The sitting monitor as a process of its own, and what others see of it."""

import json
import os
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest

from spinesense.cli.commands.status import as_object
from spinesense.store import monitor
from spinesense.store.places import HOME_VARIABLE


def command(*words: str) -> list[str]:
    return [sys.executable, "-m", "spinesense", *words]


def environment(home: Path) -> dict[str, str]:
    return {**os.environ, "SPINESENSE_HOME": str(home)}


def run(home: Path, *words: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        command(*words), capture_output=True, text=True, timeout=120, env=environment(home)
    )


@contextmanager
def watching(
    home: Path,
    largest_file: int | None = None,
    ignored: signal.Signals | None = None,
    sensor: Sequence[str] = ("sim", "--speed", "20"),
) -> "Iterator[subprocess.Popen[str]]":
    """A running monitor, with a limit on its files or a signal that it is to ignore."""

    def prepare() -> None:
        if largest_file is not None:
            resource.setrlimit(resource.RLIMIT_FSIZE, (largest_file, largest_file))
        if ignored is not None:
            signal.signal(ignored, signal.SIG_IGN)

    process = subprocess.Popen(
        command("sit", "--headless", "--quiet", "--sensor", *sensor),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment(home),
        preexec_fn=prepare,
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def status(home: Path) -> dict[str, object]:
    found: dict[str, object] = json.loads(run(home, "status", "--json").stdout)
    return found


def wait_for(home: Path, holds: Callable[[dict[str, object]], bool]) -> dict[str, object]:
    """The first status of which something holds; the processes of the test may be slow.

    It is the object that ``status --json`` prints, made here: to ask another process every time
    would take what the monitor needs.
    """
    end = time.monotonic() + 90.0
    while time.monotonic() < end:
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv(HOME_VARIABLE, str(home))
            now = monitor.told()
            found = as_object(now, starting=now is None and monitor.is_monitored())
        if holds(found):
            return found
        time.sleep(0.02)
    raise AssertionError(found)
