"""kill -9 of the real program at random moments: what the next start makes of what is left."""

import shutil
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from benchmarks.faults import injected
from benchmarks.faults.program import Done, Program
from benchmarks.faults.table import Row, Run
from spinesense.coaching.exercises.catalogue import load_catalogue
from spinesense.coaching.routines.parse import parse_routine
from spinesense.coaching.routines.plan import plan_of
from spinesense.model.errors import FileError
from spinesense.model.packets import Item, Packet
from spinesense.store.history.days import Days
from spinesense.store.history.diary import Diary
from spinesense.store.history.sessions import History, SessionRecord
from spinesense.store.recordings.read import read_info, read_recording

SHORT = """
id = "short"
title = "Short"
[[entry]]
exercise = "bird_dog"
repetitions = 2
sets = 1
rest_s = 3
"""
SIM = ("--sensor", "sim", "--headless", "--quiet")
LONGEST_S = 8.0
"""Kills come no later: the monitor has no end."""
ROWS = 600
"""Of the table that is imported."""

Start = Callable[[Program, tuple[str, ...]], Done]
"""How the next start is made: the program's own, or one with a fault that must be found."""


def start(program: Program, arguments: tuple[str, ...]) -> Done:
    """Run one command of the program to its end."""
    return program.run(*arguments)


@dataclass(frozen=True, slots=True)
class Kept:
    """What a killed program left, before the next start touched it."""

    items: dict[str, tuple[Item, ...]]
    """Of each recording, by name."""
    minutes: frozenset[str]
    """That are told of the simulated days."""

    @classmethod
    def of(cls, home: Path) -> "Kept":
        """Read a data folder."""
        items = {}
        for path in (home / "recordings").glob("*.mcap"):
            try:
                items[path.name] = read_recording(path).items
            except FileError:  # killed before its head was written
                continue
        return cls(items, frozenset(_minutes(home)))


Holds = Callable[[Program, Start], Iterator[tuple[str, str]]]
"""Gives what does not hold after the next start: ``lost``, ``doubled`` or ``untrue``, and what."""


@dataclass(frozen=True, slots=True)
class Scene:
    """One command, the start after it was killed, and what must hold then."""

    name: str
    arguments: tuple[str, ...]
    next_start: tuple[str, ...]
    holds: Holds


def ask(run: Run, by: Start = start) -> Iterator[Row]:
    """One row a command, killed at moments from its start to its end."""
    prepared = run.folder / "prepared"
    prepare(Program(prepared), run.folder)
    for scene in SCENES:
        row = Row(f"kill -9: {scene.name}")
        program = Program(run.folder / "home")
        fresh(program.home, prepared)
        begun_s = time.monotonic()
        program.killed(*_words(scene, program.home), after_s=LONGEST_S)
        lasts_s = time.monotonic() - begun_s
        (run.folder / "new.zip").unlink(missing_ok=True)
        count = run.several(2, 40)
        for _ in range(3 * count):
            if row.tried == count:
                break
            fresh(program.home, prepared)
            row.tried += try_one(program, scene, run.chance.uniform(0.2, 1.0) * lasts_s, row, by)
        if row.tried < count:
            row.untrue.append(f"{row.tried} kills of {count} came before the end")
        yield row


def prepare(program: Program, folder: Path) -> None:
    """Have something that could be lost, and a backup of it."""
    injected.prepare(program)
    (program.home / "routines" / "short.toml").write_text(SHORT)
    for after_s in (5.0, 10.0, 20.0, 40.0):  # a busy machine is still starting after 5 s
        program.killed("sit", *SIM, "--speed", "60", after_s=after_s)
        program.run("day", "--simulated")
        if _minutes(program.home):
            break
    else:
        raise TimeoutError("the monitor told no minute of a day")
    for arguments in (("backup", str(folder / "before.zip")), ("log", "swim", "47")):
        done = program.run(*arguments)
        assert not done.code, done.err


def fresh(home: Path, prepared: Path) -> None:
    shutil.rmtree(home, ignore_errors=True)
    shutil.copytree(prepared, home)


def _words(scene: Scene, home: Path) -> tuple[str, ...]:
    return tuple(
        part.replace("HOME", str(home)).replace("AROUND", str(home.parent))
        for part in scene.arguments
    )


def try_one(program: Program, scene: Scene, after_s: float, row: Row, by: Start) -> bool:
    """Kill one command, start the next, and note what does not hold.

    Gives whether it was still running when it was killed.
    """
    done = program.killed(*_words(scene, program.home), after_s=after_s)
    named = f"{scene.name} after {after_s:.2f} s"
    if done.mistake() or (not done.killed and done.code):
        row.untrue.append(f"{named}: ended with {done.code}: {done.mistake() or done.err[-300:]}")
    before = Kept.of(program.home)
    after = by(program, scene.next_start)
    if after.mistake() or after.code not in (0, 1):
        row.untrue.append(f"{named}: the next start: {after.mistake() or after.err[-300:]}")
    for kind, what in (*_changed(before, program.home), *scene.holds(program, by)):
        getattr(row, kind).append(f"{named}: {what}")
    return done.killed


def _changed(before: Kept, home: Path) -> Iterator[tuple[str, str]]:
    """What was kept before the next start and is no more, or comes twice."""
    after = Kept.of(home)
    for name, items in before.items.items():
        found = after.items.get(name, ())
        if found[: len(items)] != items:
            yield "lost", f"{name}: {len(items)} items before the next start, {len(found)} after"
        elif found and (damage := read_recording(home / "recordings" / name).damage):
            yield "untrue", f"{name}: {damage}"
    if before.minutes - after.minutes:
        yield "lost", f"{len(before.minutes - after.minutes)} minutes of the day"
    with Days.open(home / "history.sqlite3") as days:
        watches = Counter((each.recording, each.refined) for each in days.watches())
    if max(watches.values(), default=1) > 1:  # two recordings may share a minute of the clock
        yield "doubled", f"the day of a recording: {watches.most_common(1)}"
    with Diary.open(home / "history.sqlite3") as diary:
        entries = Counter(each.minutes for each in diary.activities())
    if entries[injected.MINUTES] != 1:
        yield ("doubled" if entries[injected.MINUTES] else "lost"), "the entry of before"
    if not (home / "routines" / "mine.toml").is_file():
        yield "lost", "the routine of before"


def _minutes(home: Path) -> list[str]:
    today = datetime.now(UTC).astimezone().date()
    with Days.open(home / "history.sqlite3") as days:
        found = days.minutes(today - timedelta(days=2), today + timedelta(days=2), simulated=True)
    return [minute.at for minute in found]


def _sessions(home: Path) -> list[SessionRecord]:
    with History.open(home / "history.sqlite3") as history:
        return [history.session(line.id) for line in history.sessions()]


def _counts_once(program: Program, by: Start) -> Iterator[tuple[str, str]]:
    """A session enters the history once, and goes on to be one whole."""
    sessions, coached = _sessions(program.home), _coached(program.home)
    if len(sessions) > coached:
        yield "doubled", f"{len(sessions)} sessions of {coached} recordings"
    if len(sessions) < coached:
        yield "lost", f"{len(sessions)} sessions of {coached} recordings"
    if not sessions or sessions[0].finished:
        return
    went_on = by(program, ("coach", "--continue", *SIM, "--speed", "0"))
    if went_on.code or went_on.mistake():
        yield "untrue", f"--continue: {went_on.mistake() or went_on.err[-300:]}"
        return
    sessions = _sessions(program.home)
    if len(sessions) != 1:
        yield ("doubled" if sessions else "lost"), f"{len(sessions)} sessions after --continue"
        return
    catalogue = load_catalogue()
    text = read_info(Path(sessions[0].recording)).routine
    plan = plan_of(parse_routine(text, "the recording", catalogue), catalogue)
    wanted = Counter((one.exercise.id, one.set_number, one.side) for one in plan)
    found = Counter((one.exercise, one.set_number, one.side) for one in sessions[0].sets)
    if wanted - found:
        yield "lost", f"sets of the session: {wanted - found}"
    if found - wanted:
        yield "doubled", f"sets of the session: {found - wanted}"


def _coached(home: Path) -> int:
    """How many recordings hold a session: a head with a routine, and packets."""
    found = 0
    for path in (home / "recordings").glob("*.mcap"):
        try:
            recording = read_recording(path)
        except FileError:  # killed before its head was written
            continue
        has_packets = any(isinstance(item, Packet) for item in recording.items)
        found += bool(recording.info.routine) and has_packets
    return found


def _recorded(program: Program, _: Start) -> Iterator[tuple[str, str]]:
    if list((program.home / "recordings").glob("*.new")):
        yield "untrue", "something half written is left"


def _imported(program: Program, by: Start) -> Iterator[tuple[str, str]]:
    path = program.home / "recordings" / "new.mcap"
    if not path.is_file():
        again = by(program, ("import", str(program.home / "table.csv"), "--to", str(path)))
        if again.code:
            yield "untrue", f"importing again: {again.err[-300:]}"
            return
    items = read_recording(path).items
    samples = sum(len(item.payload) for item in items if isinstance(item, Packet)) // 56
    if samples != ROWS:
        yield "lost", f"{samples} samples are kept of {ROWS}"


def _refined(program: Program, by: Start) -> Iterator[tuple[str, str]]:
    """Refining again gives what it gives to those who were not interrupted."""
    first = by(program, ("day", "--simulated", "--refine", "--json")).out
    second = by(program, ("day", "--simulated", "--refine", "--json")).out
    if not first or first != second:
        yield "untrue", "refining twice gives two days"


def _backed_up(program: Program, by: Start) -> Iterator[tuple[str, str]]:
    """A backup is whole or not there, and can be made again."""
    path = program.home.parent / "new.zip"
    if path.is_file():
        checked = by(program, ("restore", "--check", str(path)))
        if checked.code:
            yield "untrue", f"half a backup: {checked.err[-300:]}"
        path.unlink()
    again = by(program, ("backup", str(path)))
    if again.code:
        yield "untrue", f"a backup again: {again.err[-300:]}"
    path.unlink(missing_ok=True)
    for left in path.parent.glob("new.zip*"):  # what was half written goes with the next backup
        yield "untrue", f"left behind: {left.name}"
        left.unlink()


def _restored(program: Program, by: Start) -> Iterator[tuple[str, str]]:
    """All of one state or all of the other; and it can be restored afterwards."""
    again = by(program, ("restore", "--yes", str(program.home.parent / "before.zip")))
    if again.code:
        yield "untrue", f"restoring again: {again.err[-300:]}"
        return
    with Diary.open(program.home / "history.sqlite3") as diary:
        minutes = sorted(each.minutes for each in diary.activities())
    if minutes != [injected.MINUTES]:
        yield "untrue", f"restored, and entries of {minutes} minutes are there"


SCENES = (
    Scene("coach", ("coach", "short", *SIM, "--speed", "20"), ("history",), _counts_once),
    Scene(
        "demo", ("demo", "short", "--headless", "--quiet", "--speed", "20"), ("log",), _counts_once
    ),
    Scene(
        "record",
        ("record", "--sensor", "sim", "--speed", "20", "--seconds", "60"),
        injected.NEXT_START,
        _recorded,
    ),
    Scene(
        "import",
        ("import", "HOME/table.csv", "--to", "HOME/recordings/new.mcap"),
        injected.NEXT_START,
        _imported,
    ),
    Scene("sit", ("sit", *SIM, "--speed", "20"), ("day", "--simulated"), _recorded),
    Scene("day --refine", ("day", "--simulated", "--refine"), ("day", "--simulated"), _refined),
    Scene("backup", ("backup", "AROUND/new.zip"), ("history",), _backed_up),
    Scene("restore", ("restore", "--yes", "AROUND/before.zip"), ("history",), _restored),
)
