"""The real program on a disk that fails: what was there stays, and the next start works."""

import errno
from pathlib import Path
from random import Random

import pytest
from benchmarks.faults import injected
from benchmarks.faults.program import Fault, Program, built_shim
from benchmarks.faults.table import Row, Run

SCENES = {scene.name: scene for scene in injected.SCENES}


@pytest.fixture(scope="module")
def shim(tmp_path_factory: pytest.TempPathFactory) -> Path:
    found = built_shim(tmp_path_factory.mktemp("shim"))
    if found is None:
        pytest.skip("a failing disk takes Linux with a C compiler (cc, gcc, clang or g++)")
    return found


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("prepared") / "home"
    injected.prepare(Program(home))
    return home


def test_the_shim_fails_the_call_that_it_is_told_to(shim: Path, tmp_path: Path) -> None:
    program = Program(tmp_path / "home", shim)
    full = program.run("log", "swim", "30", fault=Fault("write", 1, str(errno.ENOSPC), on=True))
    assert full.code == 2
    assert program.run("log", "swim", "30", fault=Fault("write", 1, "kill")).killed
    assert program.run("log", "swim", "30", fault=Fault("write", 100_000, "kill")).code == 0


@pytest.mark.parametrize(
    ("name", "fault"),
    [
        ("log", Fault("fsync", 1, str(errno.EIO))),
        ("log", Fault("write", 2, "tear")),
        ("record", Fault("write", 20, str(errno.ENOSPC), on=True)),
        ("record", Fault("write", 20, "short")),
        ("record", Fault("write", 20, "tear")),
        ("routines new", Fault("rename", 1, "kill")),
        ("import", Fault("fsync", 1, str(errno.EIO))),
    ],
    ids=str,
)
def test_one_failing_call_loses_nothing(
    name: str, fault: Fault, shim: Path, prepared: Path, tmp_path: Path
) -> None:
    row = Row(name)
    injected.try_one(tmp_path / "home", prepared, shim, SCENES[name], fault, row)
    assert not list(row.findings())


@pytest.mark.slow
def test_hundreds_of_failing_calls_lose_nothing(shim: Path, tmp_path: Path) -> None:
    rows = list(injected.ask(Run(tmp_path, Random(1), full=True)))
    assert not [sentence for row in rows for sentence in row.findings()]
