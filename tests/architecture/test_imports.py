"""What a fresh interpreter loads: the linter sees imports, not when they happen."""

import subprocess
import sys

import pytest

LIGHT = [
    ("spinesense.motion", {"textual", "bleak", "scipy.signal", "sqlite3"}),
    ("spinesense.cli", {"numpy", "scipy", "textual", "bleak", "mcap", "asyncio"}),
    ("spinesense.tui.app", {"numpy", "scipy", "bleak", "mcap", "sqlite3"}),
    ("spinesense.runner.engine", {"textual", "bleak", "mcap", "sqlite3", "scipy.signal"}),
    ("spinesense.model.snapshot", {"numpy"}),
]


@pytest.mark.parametrize(("module", "heavy"), LIGHT, ids=[name for name, _ in LIGHT])
def test_import_loads_nothing_heavy(module: str, heavy: set[str]) -> None:
    code = f"import sys, {module}; print(*sys.modules, sep='\\n')"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert heavy.isdisjoint(run.stdout.split())


def test_help_imports_no_command() -> None:
    code = (
        "import sys; sys.argv = ['spinesense', '--help']\n"
        "from spinesense.cli import main\n"
        "try:\n    main()\nfinally:\n"
        "    print(*[name for name in sys.modules if name.startswith('spinesense.')])"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert set(run.stdout.splitlines()[-1].split()) == {
        "spinesense.cli",
        "spinesense.cli.output",
        "spinesense.model",
        "spinesense.model.errors",
        "spinesense.model.plain_text",
    }
