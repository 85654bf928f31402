"""The history where no memory can be shared, and where it may only be read."""

import os
import shutil
import sqlite3
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from benchmarks.faults.program import Fault, Program, built_shim

from spinesense.store.history.database import connect

NO_MAP = Fault("mmap", 1, "19", on=True)


def test_without_shared_memory_a_rollback_journal_serves(tmp_path: Path) -> None:
    shim = built_shim(tmp_path)
    if shim is None:
        pytest.skip("a folder without shared memory takes Linux with a C compiler")
    home = tmp_path / "home"
    program = Program(home, shim)
    for minutes in ("30", "31"):
        done = program.run("log", "swim", minutes, fault=NO_MAP)
        assert done.code == 0, done.err
    with sqlite3.connect(home / "history.sqlite3") as plain:
        assert plain.execute("PRAGMA journal_mode").fetchone()[0] == "delete"
        assert plain.execute("SELECT count(*) FROM activities").fetchone()[0] == 2


def test_a_history_in_wal_moves_to_where_no_memory_can_be_shared(tmp_path: Path) -> None:
    shim = built_shim(tmp_path)
    if shim is None:
        pytest.skip("a folder without shared memory takes Linux with a C compiler")
    program = Program(tmp_path / "home", shim)
    assert program.run("log", "swim", "30").code == 0
    done = program.run("log", fault=NO_MAP)
    assert (done.code, "30 min" in done.out) == (0, True), done.err


def in_a_home_to_read(home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a command without the rights by which root passes over the modes of files."""
    drop = ["setpriv", "--bounding-set=-dac_override,-dac_read_search", "--inh-caps=-all"]
    if os.geteuid() == 0 and not shutil.which("setpriv"):
        pytest.skip("root may write everything, and setpriv is not here")
    return subprocess.run(
        [*(drop if os.geteuid() == 0 else []), sys.executable, "-m", "spinesense", *arguments],
        env={**os.environ, "SPINESENSE_HOME": str(home)},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no modes of folders")
def test_a_home_that_may_only_be_read_can_be_read(tmp_path: Path) -> None:
    home = tmp_path / "home"
    program = Program(home)
    assert program.run("log", "swim", "30").code == 0
    made = program.run("record", "--sensor", "sim", "--speed", "0", "--seconds", "2")
    writing = connect(home / "history.sqlite3", 1.0)  # keeps a WAL that is not in the database
    writing.execute(
        "INSERT INTO activities (started_at, kind, minutes) VALUES (?, 'swim', 77)",
        (datetime.now(UTC).astimezone().isoformat(timespec="seconds"),),
    )
    folders = [home, *(path for path in home.rglob("*") if path.is_dir())]
    try:
        for folder in folders:
            folder.chmod(0o500)
        log = in_a_home_to_read(home, "log")
        assert ("30 min" in log.stdout, log.returncode) == (True, 0), log.stderr
        assert "77 min" in log.stdout
        for arguments in (
            ("history",),
            ("day", "--simulated"),
            ("analyse", made.out.strip()),
            ("replay", made.out.strip(), "--headless", "--speed", "0"),
        ):
            done = in_a_home_to_read(home, *arguments)
            assert (done.returncode, "cannot" in done.stderr) == (0, False), (arguments, done)
        assert in_a_home_to_read(home, "status").returncode == 1  # no monitor runs
        refused = in_a_home_to_read(home, "log", "swim", "30")
        assert refused.returncode == 2
        assert "cannot be written" in refused.stderr
    finally:
        writing.close()
        for folder in folders:
            folder.chmod(0o700)
