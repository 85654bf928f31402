"""Tests run in the background of a shell, where Ctrl-C is ignored: programs still heed it."""

import subprocess
import sys

import pytest
from tests.conftest import SIGNALS
from tests.paths import ROOT

IGNORED = "import signal as s; print(*[n.name for n in s.Signals if s.getsignal(n) is s.SIG_IGN])"
BY_PYTHON = {"SIGPIPE", "SIGXFSZ"}
"""It ignores these from its start."""


def test_a_program_under_test_ignores_no_signal() -> None:
    done = subprocess.run([sys.executable, "-c", IGNORED], capture_output=True, text=True)
    assert set(done.stdout.split()) <= BY_PYTHON


@pytest.mark.skipif(sys.platform == "win32", reason="a background as on Unix")
def test_nor_does_it_where_the_tests_themselves_run_in_the_background() -> None:
    shell = ["sh", "-c", f'trap "" {" ".join(SIGNALS)}; exec "$@"'.replace("SIG", ""), "sh"]
    test = f"{__file__}::{test_a_program_under_test_ignores_no_signal.__name__}"
    words = [sys.executable, "-m", "pytest", "-n", "0", "-p", "no:cacheprovider", test]
    done = subprocess.run([*shell, *words], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout
