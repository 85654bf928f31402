"""What the question of hostile texts finds: a program that shows them as they are."""

import sys
from pathlib import Path

import pytest
from benchmarks.faults.hostile import judge
from benchmarks.faults.table import Row

if sys.platform == "win32":
    pytest.skip("it takes a pseudo-terminal", allow_module_level=True)

from tests.terminal.hostile_home import make_home, try_command

CARELESS = """
import spinesense.model.plain_text as plain_text
plain_text.plain = lambda text, **_: str(text)
"""
SHOW = ("routines", "show", "evil")


@pytest.fixture
def home(tmp_path: Path) -> Path:
    place = tmp_path / "home"
    place.mkdir()
    make_home(place)
    return place


def judged(home: Path, extra: dict[str, str]) -> Row:
    row, one = Row("hostile"), try_command(home, SHOW, extra)
    assert b"HOSTILE" in one.shown
    judge(one.name, one.raw, one.shown, row)
    assert row.tried == 1
    return row


def test_a_careful_program_is_no_finding(home: Path) -> None:
    assert not list(judged(home, {}).findings())


def test_a_program_that_shows_texts_as_they_are_is_found(home: Path, tmp_path: Path) -> None:
    (tmp_path / "sitecustomize.py").write_text(CARELESS)
    row = judged(home, {"PYTHONPATH": str(tmp_path)})
    assert "shown raw" in row.untrue[0]


def test_a_mistake_of_the_program_is_found() -> None:
    row = Row("hostile")
    judge("day", (), b"Traceback (most recent call last):", row)
    assert row.untrue == ["'day': Traceback"]
