"""Opens a text in the person's editor."""

import os
import shlex
import shutil
import subprocess
from pathlib import Path

from spinesense.model.errors import SpinesenseError

USUAL = ("nano", "vi", "notepad")
"""What most machines have one of, the kindest first."""


def open_editor(path: Path) -> None:
    """Let the person edit a file, and wait until they have finished.

    Raises
    ------
    SpinesenseError
        When there is no editor, or it fails.
    """
    chosen = os.environ.get("VISUAL") or os.environ.get("EDITOR") or ""
    command = shlex.split(chosen) or [name for name in USUAL if shutil.which(name)][:1]
    if not command or shutil.which(command[0]) is None:
        raise SpinesenseError(
            "no editor is known",
            where=chosen,
            remedy=f"set EDITOR to the name of yours, or open {path} in any plain text editor",
        )
    code = subprocess.call([*command, str(path)])
    if code:
        raise SpinesenseError(
            f"the editor ended with code {code}",
            where=command[0],
            remedy=f"open {path} in another editor",
        )
