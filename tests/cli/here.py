"""The program in the process of the test: all of it but the start of an interpreter.

For checks that are made with many files or words. That a command also works in a process of its own
is shown once for each, elsewhere.
"""

import sys
import warnings
from io import BytesIO, TextIOWrapper
from pathlib import Path
from subprocess import CompletedProcess

import pytest

from spinesense.__main__ import main
from spinesense.store.places import HOME_VARIABLE


def run_here(home: Path, *words: str, stdin: str = "") -> "CompletedProcess[str]":
    """Run ``spinesense`` with these words over a data folder; ``stdin`` is what it reads."""
    out, err = (TextIOWrapper(BytesIO(), encoding="utf-8") for _ in range(2))
    with warnings.catch_warnings(), pytest.MonkeyPatch.context() as patch:
        patch.setenv(HOME_VARIABLE, str(home))
        patch.setattr(sys, "argv", ["spinesense", *words])
        patch.setattr(sys, "stdin", TextIOWrapper(BytesIO(stdin.encode()), encoding="utf-8"))
        patch.setattr(sys, "stdout", out)
        patch.setattr(sys, "stderr", err)
        with pytest.raises(SystemExit) as left:
            main()
    code = left.value.code
    return CompletedProcess(words, code if isinstance(code, int) else 0, written(out), written(err))


def written(stream: TextIOWrapper) -> str:
    stream.seek(0)
    return stream.read()
