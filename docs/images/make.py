"""Draw the pictures of the README from the real program: ``uv run python docs/images/make.py``.

The simulated person is coached faster than life; a picture is taken when the screen shows what it
is about. Needs ``chromium`` to turn what textual exports into PNG files.
"""

import asyncio
import math
import os
import re
import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path

from day_at_work import keep_day_at_work
from textual.app import App

from spinesense.app import sensors, sessions
from spinesense.app.tui_services import ShownDays
from spinesense.cli import tui_launcher
from spinesense.model.events import Posture
from spinesense.model.snapshot import Phase, Snapshot
from spinesense.tui.app import SpinesenseApp
from spinesense.tui.launch import Launch, LaunchKind
from spinesense.tui.screens.live import LiveScreen

HERE = Path(__file__).parent
SIZE = (100, 30)
LARGE = (100, 34)
"""With room for the large numbers of a day."""


def holding(now: Snapshot) -> bool:
    """In the second bridge, well into the hold."""
    coach = now.coach
    return (
        coach.phase is Phase.MOVE
        and coach.exercise == "bridge"
        and coach.repetitions >= 1
        and coach.holding
        and coach.hold_s > 1.6
        and math.degrees(coach.carrying_rad or 0.0) > 20
    )


def sitting(now: Snapshot) -> bool:
    """Some minutes into the day, and still for a while."""
    view = now.posture
    return view.posture is Posture.SITTING and view.sitting_s > 400 and view.still_s > 60


async def picture(
    name: str,
    speed: float,
    first: Launch | None,
    ready: Callable[[App[None]], bool],
    size: tuple[int, int] = SIZE,
) -> None:
    """Run the program until the screen is ready, and keep it as a PNG file."""
    opening = tui_launcher.Opening(speed=speed)
    app = SpinesenseApp(
        lambda launch: tui_launcher._open_run(opening, launch),
        lambda: tui_launcher._home("the simulated sensor"),
        first,
        days=ShownDays(lambda: opening),
    )
    async with app.run_test(size=size) as pilot:
        while not ready(app):
            await pilot.pause(0.02)
        await pilot.pause(0.05)
        drawing = app.export_screenshot(title="spinesense")
        await app.action_quit()
    to_png(drawing, HERE / f"{name}.png")


def shows_steps(app: App[None]) -> bool:
    """Whether the page of a day has its figures."""
    return "Steps" in app.export_screenshot()


def shows(ready: Callable[[Snapshot], bool]) -> Callable[[App[None]], bool]:
    """Whether the running screen shows such a moment."""
    return lambda app: isinstance(app.screen, LiveScreen) and ready(app.screen.snapshot)


def to_png(drawing: str, target: Path) -> None:
    """Let chromium draw an SVG; the fonts are those of this machine.

    Textual leaves 24.4 pixels a row and writes at 20; at 21 the blocks of usual fonts (1.16 of
    their size) all but meet, as they do in a terminal.
    """
    drawing = drawing.replace("font-size: 20px", "font-size: 21px")
    size = re.search(r'viewBox="0 0 ([\d.]+) ([\d.]+)"', drawing)
    assert size is not None
    pixels = ",".join(str(math.ceil(float(length))) for length in size.groups())
    with tempfile.TemporaryDirectory() as folder:
        page = Path(folder) / "page.html"
        page.write_text(
            f"<style>body{{margin:0;background:#0e1416}}svg{{display:block}}</style>{drawing}"
        )
        subprocess.run(
            [
                "chromium",
                "--headless",
                "--no-sandbox",
                "--hide-scrollbars",
                f"--window-size={pixels}",
                f"--screenshot={target}",
                str(page),
            ],
            check=True,
            capture_output=True,
        )


async def main() -> None:
    """Draw them all, with a data folder of their own."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ["SPINESENSE_HOME"] = folder
        person = sensors.open_sensor("sim", seed=1, speed=0, answers=True)
        await sessions.coach_run(person, "demo").run(lambda _: None)
        await picture("home", 1.0, None, lambda app: "wellness" in app.export_screenshot())
        await picture("coach", 6.0, Launch(LaunchKind.DEMO, "demo"), shows(holding))
        await picture("sit", 60.0, Launch(LaunchKind.SIT), shows(sitting))
    with tempfile.TemporaryDirectory() as folder:
        os.environ["SPINESENSE_HOME"] = folder
        keep_day_at_work()
        await picture("day", 1.0, Launch(LaunchKind.DAY), shows_steps, LARGE)


if __name__ == "__main__":
    asyncio.run(main())
