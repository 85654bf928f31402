"""The README tells no tales: its code runs, its commands and files exist."""

import re
import tomllib
from pathlib import Path

import pytest
from tests.paths import ROOT

from spinesense.cli import COMMANDS

ROOT = ROOT
README = (ROOT / "README.md").read_text(encoding="utf-8")
PAGES = [
    ROOT / "README.md",
    ROOT / "CONTRIBUTING.md",
    *sorted(ROOT.glob("docs/**/*.md")),
    *sorted(ROOT.glob("firmware_notes/**/*.md")),
]
LINK = re.compile(r"\]\((?!https?://|#)([^)#]+)[^)]*\)")
MODULE = re.compile(r"`(?:pytest )?([\w/]+\.py)`")
MODULES = [
    path.as_posix() for top in ("src", "tests", "benchmarks") for path in (ROOT / top).rglob("*.py")
]


@pytest.mark.parametrize("code", re.findall(r"```python\n(.*?)```", README, re.DOTALL))
def test_the_code_runs(code: str) -> None:
    exec(compile(code, "README.md", "exec"), {})


def test_every_command_is_in_the_table_and_every_command_named_exists() -> None:
    named = set(re.findall(r"`spinesense ([a-z-]+)", README))
    assert named == set(COMMANDS)


@pytest.mark.parametrize("page", PAGES, ids=[str(page.relative_to(ROOT)) for page in PAGES])
def test_links_lead_somewhere(page: Path) -> None:
    for target in LINK.findall(page.read_text(encoding="utf-8")):
        assert (page.parent / target).exists(), target


@pytest.mark.parametrize("page", PAGES, ids=[str(page.relative_to(ROOT)) for page in PAGES])
def test_modules_named_exist(page: Path) -> None:
    """A path may begin at any package; ``NAME`` stands for a module that is yet to come."""
    named = set(MODULE.findall(page.read_text(encoding="utf-8")))
    lost = {name for name in named if not any(path.endswith(f"/{name}") for path in MODULES)}
    assert {name for name in lost if "NAME" not in name} == set()


def test_the_flow_gives_the_layers_that_are_held() -> None:
    held = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    contracts = held["tool"]["importlinter"]["contracts"]
    layers = [" > ".join(each["layers"]) for each in contracts if each["type"] == "layers"]
    flow = (ROOT / "docs" / "the-flow.md").read_text(encoding="utf-8")
    assert layers
    assert [each for each in layers if each not in flow] == []


def test_ci_runs_the_check_and_the_check_runs_the_test_command() -> None:
    assert "./check" in (ROOT / ".ci/run").read_text()
    (command,) = re.findall(r"pip install uv && (uv run pytest)\n", README)
    assert f"\n{command}\n" in (ROOT / "check").read_text()
