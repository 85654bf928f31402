"""A fault, or kill -9, at the n-th call of each kind to the disk, in the real program."""

import errno
import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from benchmarks.faults.program import Done, Fault, Program, built_shim, calls
from benchmarks.faults.table import Row, Run
from spinesense.model.errors import FileError
from spinesense.store.history.diary import Diary
from spinesense.store.history.sessions import History
from spinesense.store.recordings.read import read_recording

FAULTS = {
    "open": (errno.ENOSPC, errno.EIO, errno.EMFILE),
    "write": (errno.ENOSPC, errno.EIO, errno.EINTR, "short", "tear", "kill"),
    "fsync": (errno.EIO, errno.ENOSPC, "kill"),
    "rename": (errno.EIO, errno.ENOSPC, "kill"),
    "unlink": (errno.EIO, "kill"),
    "mkdir": (errno.ENOSPC, "kill"),
    "truncate": (errno.EIO, "kill"),
    "mmap": (errno.ENODEV, errno.ENOMEM),
}
TABLE = "time_s,acc_x_mps2,acc_y_mps2,acc_z_mps2,gyr_x_radps,gyr_y_radps,gyr_z_radps\n" + "".join(
    f"{number / 100:.2f},0.1,0.2,9.8,0.01,0.02,{number % 7 / 100}\n" for number in range(600)
)
MINUTES = 31.0
NEXT_START = ("record", "--sensor", "sim", "--speed", "0", "--seconds", "0.2")


@dataclass(frozen=True, slots=True)
class Scene:
    """One command with what must hold after it, however it ended."""

    name: str
    arguments: tuple[str, ...]
    holds: Callable[[Path, Done], Iterator[str]]
    """Gives what is untrue of the folder after this end."""


def ask(run: Run) -> Iterator[Row]:
    """One row a command: faults at every n-th call, and kills there."""
    shim = built_shim(run.folder)
    if shim is None:
        yield Row("a fault at every n-th call", skipped="it takes Linux with a C compiler")
        return
    prepared = run.folder / "prepared"
    prepare(Program(prepared))
    for scene in SCENES:
        row = Row(f"a fault at every n-th call: {scene.name}")
        for fault in _faults(run, shim, prepared, scene):
            row.tried += 1
            try_one(run.folder / "home", prepared, shim, scene, fault, row)
        yield row


def prepare(program: Program) -> None:
    """Have something that could be lost."""
    for arguments in (("log", "swim", f"{MINUTES:.0f}"), NEXT_START, ("routines", "new", "mine")):
        done = program.run(*arguments)
        assert not done.code, done.err
    (program.home / "table.csv").write_text(TABLE)


def _faults(run: Run, shim: Path, prepared: Path, scene: Scene) -> Iterator[Fault]:
    """All faults of a command that can be, or a sample of them."""
    home, log = run.folder / "home", run.folder / "calls"
    log.unlink(missing_ok=True)
    _copy(prepared, home)
    Program(home, shim).run(*_arguments(scene, home), log=log)
    counts = Counter(call.operation for call in calls(log))
    counts |= {"mmap": 2, "open": max(counts["open"], 12)}
    found = [
        Fault(operation, nth, str(what), on)
        for operation, whats in FAULTS.items()
        for nth in range(1, counts[operation] + 1)
        for what in whats
        for on in ((False, True) if what in (errno.ENOSPC, errno.EIO) else (False,))
    ]
    yield from run.chance.sample(found, min(len(found), run.several(6, 400)))


def _copy(prepared: Path, home: Path) -> None:
    shutil.rmtree(home, ignore_errors=True)
    shutil.copytree(prepared, home)


def _arguments(scene: Scene, home: Path) -> list[str]:
    return [part.replace("HOME", str(home)) for part in scene.arguments]


def try_one(home: Path, prepared: Path, shim: Path, scene: Scene, fault: Fault, row: Row) -> None:
    """Run one command with one fault, and note what does not hold afterwards."""
    _copy(prepared, home)
    done = Program(home, shim).run(*_arguments(scene, home), fault=fault)
    named = f"{scene.name} with {fault.operation} {fault.nth}: {fault.what}{' on' * fault.on}"
    if not done.killed and (done.code not in (0, 2) or done.mistake()):
        row.untrue.append(f"{named}: ended with {done.code}: {done.mistake() or done.err[-300:]}")
    after = Program(home).run(*NEXT_START)
    if after.code or after.mistake():
        row.untrue.append(f"{named}: the next start: {after.mistake() or after.err[-300:]}")
    row.lost += [f"{named}: {what}" for what in _missing(home)]
    row.untrue += [f"{named}: {what}" for what in scene.holds(home, done)]


def _missing(home: Path) -> Iterator[str]:
    """What was there before the command and is no more."""
    try:
        with Diary.open(home / "history.sqlite3") as diary:
            if sum(each.minutes == MINUTES for each in diary.activities()) != 1:
                yield "the entry of before is not there once"
        if not (home / "routines" / "mine.toml").is_file():
            yield "the routine of before is gone"
        for path in sorted((home / "recordings").glob("*.mcap")):
            if damage := read_recording(path).damage:
                yield f"{path.name}: {damage}"
    except FileError as problem:
        yield str(problem)


def _entered(home: Path, done: Done) -> Iterator[str]:
    with Diary.open(home / "history.sqlite3") as diary:
        found = sum(each.minutes == 47.0 for each in diary.activities())
    if (done.code == 0 and found != 1) or found > 1:
        yield f"ended with {done.code}, and the entry is there {found} times"


def _recorded(home: Path, done: Done) -> Iterator[str]:
    path = home / "recordings" / "new.mcap"
    if done.code == 0 and not path.is_file():
        yield "ended with 0 and left no recording"
    if done.code == 0 and len(read_recording(path).items) < 10:
        yield "ended with 0 and recorded next to nothing"


def _written(home: Path, done: Done) -> Iterator[str]:
    path = home / "routines" / "another.toml"
    if done.code == 0 and not path.is_file():
        yield "ended with 0 and wrote nothing"
    if path.is_file() and Program(home).run("routines", "check", "another").code:
        yield "the routine is written in part"
    if list(path.parent.glob("*.new")) and not done.killed:
        yield "something half written is left"


def _imported(home: Path, done: Done) -> Iterator[str]:
    path = home / "recordings" / "new.mcap"
    if done.code == 0 and not path.is_file():
        yield "ended with 0 and left no recording"
    if path.is_file():
        kept = sum(
            len(item.payload) for item in read_recording(path).items if hasattr(item, "payload")
        )
        if done.code == 0 and kept < 600 * 12:
            yield "ended with 0 and kept a part"


def _listed(home: Path, done: Done) -> Iterator[str]:
    with History.open(home / "history.sqlite3") as history:
        history.sessions()
    if done.code == 0 and "30" not in done.out and "31" not in done.out:
        yield "ended with 0 and did not show the entry"


SCENES = (
    Scene("log", ("log", "swim", "47"), _entered),
    Scene(
        "record",
        (*NEXT_START[:-1], "1", "--to", "HOME/recordings/new.mcap"),
        _recorded,
    ),
    Scene("routines new", ("routines", "new", "another"), _written),
    Scene("import", ("import", "HOME/table.csv", "--to", "HOME/recordings/new.mcap"), _imported),
    Scene("history", ("history",), _listed),
)
