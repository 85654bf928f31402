"""A data folder on a real disk that is small: a file system in memory, in its own namespace."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

MOUNT = 'mount -t tmpfs -o size="$2" tmpfs "$1" && echo ready && exec sleep 600'


def can_mount() -> bool:
    """Whether this system lets a test have a disk of its own."""
    if shutil.which("unshare") is None or shutil.which("nsenter") is None:
        return False
    tried = subprocess.run(
        ["unshare", "-rm", "mount", "-t", "tmpfs", "tmpfs", "/mnt"], capture_output=True
    )
    return tried.returncode == 0


@dataclass(frozen=True, slots=True)
class SmallDisk:
    """A folder that only processes that are started with ``inside`` see as a disk."""

    folder: Path
    inside: tuple[str, ...]
    """What goes before the words of a command."""

    def run(self, *words: str) -> "subprocess.CompletedProcess[str]":
        """Run a command with the data folder on this disk."""
        return subprocess.run(
            [*self.inside, *words],
            capture_output=True,
            text=True,
            timeout=120,
            stdin=subprocess.DEVNULL,
            env={**os.environ, "SPINESENSE_HOME": str(self.folder)},
        )

    def fill(self) -> None:
        """Fill it to the last byte."""
        self.run("dd", "if=/dev/zero", f"of={self.folder / 'ballast'}", "bs=4k")

    def clear(self) -> None:
        """Take away what filled it."""
        self.run("rm", str(self.folder / "ballast"))


@contextmanager
def small_disk(folder: Path, size: str) -> Iterator[SmallDisk]:
    """A disk of this size, such as ``20m``, at a folder that is made."""
    folder.mkdir()
    holder = subprocess.Popen(
        ["unshare", "-rm", "sh", "-c", MOUNT, "sh", str(folder), size],
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "ready\n"
        enter = ("nsenter", "-t", str(holder.pid), "-U", "-m", "--preserve-credentials")
        yield SmallDisk(folder, enter)
    finally:
        holder.kill()
        holder.communicate()
