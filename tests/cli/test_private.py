"""Everything that is kept is open to its owner only, whatever the umask."""

import os
import stat
from pathlib import Path

import pytest
from tests.cli.here import run_here

from spinesense.app.crash_log import report
from spinesense.store import monitor
from spinesense.store.monitor import exercising
from spinesense.store.places import HOME_VARIABLE

COMMANDS = (
    ("demo", "bridge", "--headless", "--speed", "0", "--seed", "1"),
    ("record", "--sensor", "sim", "--seconds", "1", "--speed", "0"),
    ("import", "table.csv"),
    ("routines", "new", "mine"),
    ("settings", "--edit"),
    ("log", "walk", "20"),
    ("safety",),
    ("history", "--rebuild"),
    ("day", "--refine"),
    ("backup", "kept.zip"),
)


@pytest.mark.parametrize("umask", [0o000, 0o077])
def test_whatever_a_command_keeps_belongs_to_its_owner_only(
    umask: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home, editor = tmp_path / "home", tmp_path / "editor"
    editor.write_text("#!/bin/sh\nexit 0\n")
    editor.chmod(0o700)
    monkeypatch.setenv("EDITOR", str(editor))
    monkeypatch.setenv(HOME_VARIABLE, str(home))
    monkeypatch.chdir(tmp_path)
    header = "time_s,acc_x_mps2,acc_y_mps2,acc_z_mps2\n"
    (tmp_path / "table.csv").write_text(
        header
        + "".join(f"{row / 100},0.{row % 7},0.{row % 5},9.8{row % 3}\n" for row in range(500))
    )
    before = os.umask(umask)
    try:
        for words in COMMANDS:
            run_here(home, *words)
        with monitor.monitoring():
            exercising()()
        report(ZeroDivisionError("a defect"))
    finally:
        os.umask(before)
    kept = [path for path in home.rglob("*") if not path.is_symlink()]
    open_to_others = {
        str(path.relative_to(tmp_path)): oct(mode)
        for path in (home, *kept)
        if (mode := stat.S_IMODE(path.stat().st_mode)) != (0o700 if path.is_dir() else 0o600)
    }
    assert open_to_others == {}
    assert stat.S_IMODE((tmp_path / "kept.zip").stat().st_mode) == 0o600
    names = {path.name for path in kept}
    assert {"history.sqlite3", "settings.toml", "mine.toml", "monitor.lock"} <= names
    assert sum(path.suffix == ".mcap" for path in kept) >= 3
