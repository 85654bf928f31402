"""The first paint waits for nothing heavy."""

import subprocess
import sys

HEAVY = {"numpy", "scipy", "bleak", "mcap", "msgspec", "sqlite3", "spinesense.runner"}


def test_the_face_loads_nothing_heavy() -> None:
    code = (
        "import sys\n"
        "from spinesense.tui import app, launch\n"
        "import spinesense.tui.screens.search\n"
        "import spinesense.tui.screens.asking\n"
        "import spinesense.tui.screens.day\n"
        "pages = {launch.LaunchKind.SENSOR, launch.LaunchKind.DAY}\n"
        "for kind in set(launch.LaunchKind) - pages: app.live_screen(kind)\n"
        "print(*sys.modules, sep='\\n')"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert HEAVY.isdisjoint(run.stdout.split())
