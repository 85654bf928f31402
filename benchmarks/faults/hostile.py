"""Texts that mean harm, in all that the program reads: nothing of them reaches a terminal raw."""

import sys
from collections.abc import Iterator

from benchmarks.faults.table import Row, Run

_MISTAKES = (b"Traceback", b"made a mistake")


def ask(run: Run) -> Iterator[Row]:
    """One row for commands, and one for screens."""
    commands, screens = Row("hostile texts in commands"), Row("hostile texts on screens")
    if sys.platform == "win32":
        commands.skipped = screens.skipped = "it takes a pseudo-terminal"
        yield from (commands, screens)
        return
    from tests.terminal.hostile_home import make_home, try_commands, try_screens

    places = run.folder / "commands", run.folder / "screens"
    for place in places:
        place.mkdir()
    make_home(places[1])
    for row, tried in (
        (commands, try_commands(places[0], quick=not run.full)),
        (screens, try_screens(places[1])),
    ):
        for one in tried:
            judge(one.name, one.raw, one.shown, row)
        if not any(b"HOSTILE" in one.shown for one in tried):
            row.untrue.append("no hostile text was shown at all: nothing was tried")
        yield row


def judge(name: str, raw: tuple[str, ...], shown: bytes, row: Row) -> None:
    """Note what one command or screen showed that it should not have."""
    row.tried += 1
    if raw:
        row.untrue.append(f"{name!r}: shown raw: {sorted(set(raw))}")
    row.untrue += [f"{name!r}: {word.decode()}" for word in _MISTAKES if word in shown]
