"""Run the real program, on a whole disk or on one that fails."""

import os
import shutil
import signal
import struct
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

SHIM = Path(__file__).with_name("shim.c")
OPERATIONS = ("open", "write", "fsync", "rename", "unlink", "mkdir", "truncate", "mmap")
_HEAD = struct.Struct("<IIIIQq")
_MISTAKES = ("Traceback", "itself made a mistake", "Exception ignored", "Warning:")


@dataclass(frozen=True, slots=True)
class Fault:
    """What the shim does to one call; see shim.c."""

    operation: str
    nth: int
    what: str
    """A number of errno, ``short``, ``kill`` or ``tear``."""
    on: bool = False
    """Whether all later calls fail too."""


@dataclass(frozen=True, slots=True)
class Call:
    """One call that the shim noted."""

    operation: str
    path: str
    second: str
    inode: int
    at: int
    """Offset or size; of an open 1 where the file is new."""
    data: bytes


@dataclass(frozen=True, slots=True)
class Done:
    """What a command said and how it ended."""

    code: int
    out: str
    err: str

    @property
    def killed(self) -> bool:
        """Whether it was ended by SIGKILL."""
        return self.code == -signal.SIGKILL

    def mistake(self) -> str:
        """What a person should never have been shown; empty when all is well."""
        said = self.out + self.err
        return next((f"{said.strip()[-300:]!r}" for word in _MISTAKES if word in said), "")


def built_shim(folder: Path) -> Path | None:
    """The library of shim.c; None where it cannot be built: only Linux with a compiler."""
    compiler = next((name for name in ("cc", "gcc", "clang") if shutil.which(name)), None)
    if compiler is None and shutil.which("g++"):
        compiler = "g++"
    if compiler is None or sys.platform != "linux":
        return None
    library = folder / "shim.so"
    language = ["-fpermissive", "-w"] if compiler == "g++" else []
    command = [compiler, *language, "-shared", "-fPIC", "-O1", str(SHIM), "-o", str(library)]
    subprocess.run([*command, "-ldl"], check=True)
    return library


@dataclass(frozen=True, slots=True)
class Program:
    """The program with a data folder of its own."""

    home: Path
    shim: Path | None = None

    def run(
        self,
        *arguments: str | Path,
        fault: Fault | None = None,
        log: Path | None = None,
        said: str = "",
        timeout_s: float = 300.0,
    ) -> Done:
        """Run one command to its end."""
        environment = {**os.environ, "SPINESENSE_HOME": str(self.home), **self._of(fault, log)}
        done = subprocess.run(
            [sys.executable, "-m", "spinesense", *map(str, arguments)],
            env=environment,
            input=said,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=timeout_s,
            check=False,
        )
        return Done(done.returncode, done.stdout, done.stderr)

    def killed(self, *arguments: str | Path, after_s: float) -> Done:
        """Run one command, and end it by SIGKILL after so long, unless it was over before."""
        with subprocess.Popen(
            [sys.executable, "-m", "spinesense", *map(str, arguments)],
            env={**os.environ, "SPINESENSE_HOME": str(self.home)},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            errors="replace",
        ) as program:
            try:
                out, err = program.communicate(timeout=after_s)
            except subprocess.TimeoutExpired:
                program.kill()
                out, err = program.communicate()
        return Done(program.returncode, out, err)

    def _of(self, fault: Fault | None, log: Path | None) -> dict[str, str]:
        if self.shim is None or (fault is None and log is None):
            return {}
        found = {"LD_PRELOAD": str(self.shim), "FAULT_UNDER": str(self.home)}
        if log:
            found["FAULT_LOG"] = str(log)
        if fault:
            found |= {
                "FAULT_OP": fault.operation,
                "FAULT_AT": str(fault.nth),
                "FAULT_DO": fault.what,
                **({"FAULT_ON": "1"} if fault.on else {}),
            }
        return found


def calls(log: Path) -> Iterator[Call]:
    """What the shim noted, in order."""
    data, at = log.read_bytes(), 0
    names = ("", *OPERATIONS)
    while at < len(data):
        operation, first, second, size, inode, where = _HEAD.unpack_from(data, at)
        at += _HEAD.size
        path, other = data[at : at + first], data[at + first : at + first + second]
        at += first + second
        yield Call(
            names[operation],
            os.fsdecode(path),
            os.fsdecode(other),
            inode,
            where,
            data[at : at + size],
        )
        at += size
