"""What was tried, and what of it was lost, doubled or untrue."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from random import Random


@dataclass(frozen=True, slots=True)
class Run:
    """How much a question may try, and where."""

    folder: Path
    """An empty folder of the question's own."""
    chance: Random
    full: bool
    """All of it, which may take an hour; otherwise a sample of a minute at most."""

    def several(self, few: int, many: int) -> int:
        """How many tries: ``many`` of the full run."""
        return many if self.full else few


@dataclass(slots=True)
class Row:
    """One line of the table. Whatever is found is told in a sentence, which names the try."""

    question: str
    tried: int = 0
    lost: list[str] = field(default_factory=list)
    """Acknowledged and gone."""
    doubled: list[str] = field(default_factory=list)
    untrue: list[str] = field(default_factory=list)
    """Said and not so, a mistake of the program's own, or a next start that failed."""
    skipped: str = ""
    """Why nothing was tried; empty when something was."""

    def findings(self) -> Iterator[str]:
        """Every finding with its kind."""
        for kind, found in (
            ("lost", self.lost),
            ("doubled", self.doubled),
            ("untrue", self.untrue),
        ):
            yield from (f"{self.question}: {kind}: {sentence}" for sentence in found)


Ask = Callable[[Run], Iterator[Row]]
"""A question: gives a row for each thing that it tries."""


def lines(rows: list[Row]) -> Iterator[str]:
    """The table, and below it each finding."""
    width = max(len(row.question) for row in rows)
    yield f"{'':<{width}}  {'tried':>9} {'lost':>5} {'doubled':>8} {'untrue':>7}"
    for row in rows:
        if row.skipped:
            yield f"{row.question:<{width}}  not tried: {row.skipped}"
            continue
        yield (
            f"{row.question:<{width}}  {row.tried:>9,} {len(row.lost):>5} {len(row.doubled):>8}"
            f" {len(row.untrue):>7}"
        )
    for row in rows:
        yield from row.findings()
