"""What a person would read on the screen."""

import html
import re
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from tests.tui.scenes import HOME, RememberingRun
from textual.pilot import Pilot

from spinesense.model.run import Run
from spinesense.model.snapshot import Snapshot
from spinesense.tui.app import SpinesenseApp
from spinesense.tui.launch import HomeView, Launch, LaunchKind

CELL_WIDTH = 12.2
"""Width of a character in the exported picture."""
TEXT = re.compile(r'<text[^>]*? x="([\d.]+)"[^>]*line-(\d+)\)"[^>]*>([^<]*)</text>')


def screen_lines(app: SpinesenseApp) -> list[str]:
    """The words on the screen, one string a row, read from the exported picture."""
    lines = [""] * app.size.height
    for x, row, text in TEXT.findall(app.export_screenshot(simplify=True)):
        column = round(float(x) / CELL_WIDTH)
        words = html.unescape(text).replace("\xa0", " ").rstrip("\n")
        lines[int(row)] = lines[int(row)].ljust(column) + words
    return lines


def screen_text(app: SpinesenseApp) -> str:
    """All words on the screen, rows joined by line ends."""
    return "\n".join(screen_lines(app))


async def until(pilot: Pilot[None], holds: Callable[[], bool]) -> None:
    """Let the app work until something holds; fails when it never does."""
    for _ in range(200):
        await pilot.pause(0.01)
        if holds():
            return
    raise AssertionError(screen_text(pilot.app))  # type: ignore[arg-type]


@asynccontextmanager
async def showing(
    kind: LaunchKind, snapshot: Snapshot, size: tuple[int, int] = (80, 24)
) -> AsyncIterator[tuple[SpinesenseApp, RememberingRun, Pilot[None]]]:
    """An app that shows this snapshot, with its run and the hands on its keys."""
    run = RememberingRun([snapshot])
    app = opened(lambda _: run, Launch(kind))
    async with app.run_test(size=size) as pilot:
        await until(pilot, lambda: run.publish is not None)
        await pilot.pause(0.1)
        yield app, run, pilot


def opened(
    open_run: Callable[[Launch], Run],
    first: Launch | None = None,
    home: Callable[[], HomeView] = lambda: HOME,
) -> SpinesenseApp:
    """An app over the given run."""
    return SpinesenseApp(open_run, home, first)
