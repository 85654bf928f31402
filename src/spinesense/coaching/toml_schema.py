"""Texts written by people, checked entry by entry so that every mistake is named at once."""

import difflib
import re
import tomllib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import EnumType
from types import UnionType
from typing import Annotated, Any, TypeVar, get_args, get_origin

import msgspec

from spinesense.model.errors import TextError

Entry = TypeVar("Entry", bound=msgspec.Struct)
Path = tuple[str | int, ...]
"""Keys and list positions (from 0) from the top of the file to a value."""

_NAMES_OF_KINDS = {
    "`int`": "a whole number",
    "`float`": "a number",
    "`str`": "text in quotes",
    "`bool`": "true or false",
    "`array`": "a list",
    "`object`": "a table",
}


@dataclass(frozen=True, slots=True)
class Problem:
    """One mistake in a text: where, what, and what to do about it."""

    path: Path
    what: str
    remedy: str


Check = Callable[[Mapping[str, Any]], Iterable[Problem]]
"""Finds what types alone cannot in one table, from those of its values that fit their types, so
that one mistake does not hide another. The paths it gives start at that table."""


def read_text(
    text: str, file: str, kind: type[Entry], checks: Mapping[type[msgspec.Struct], Check]
) -> Entry:
    """Read a TOML text as one record.

    Parameters
    ----------
    text
        The whole text.
    file
        What to call it in errors.
    kind
        The record that the text should be. Unknown keys are mistakes.
    checks
        What to check beyond the types, by the kind of record.

    Raises
    ------
    TextError
        When the text is no TOML, or for its mistakes: all of them, a line each.
    """
    table = _parse(text, file)
    reading = _Reading(checks)
    reading.take_table(table, kind, ())
    if reading.problems:
        raise _error(reading.problems, text, file)
    return msgspec.convert(table, kind)


def nearest(word: str, known: Sequence[str]) -> str:
    """The remedy for a word that is not known: the word that was probably meant, or all."""
    close = difflib.get_close_matches(word, known, n=1)
    return f"perhaps {close[0]} was meant" if close else f"known are {', '.join(sorted(known))}"


def line_of(text: str, path: Path) -> int | None:
    """Line (from 1) of the key that a path leads to, or of the table that should hold it.

    Found by searching the text for headers and keys, since the parser keeps no positions; None
    when neither is written the usual way, a line of its own.
    """
    tables, key = _tables_and_key(path)
    lines = text.splitlines()
    start = 0
    for name, number in tables:
        places = _header_lines(lines, name, start)
        if number >= len(places):
            return None
        start = places[number] + 1
    wanted = re.compile(rf"""\s*["']?{re.escape(key)}["']?\s*=""")
    for at, line in enumerate(lines[start:], start=start):
        if line.lstrip().startswith("["):
            break
        if wanted.match(line):
            return at + 1
    headers = [] if tables else _header_lines(lines, key, 0)
    return headers[0] + 1 if headers else start or None


def _header_lines(lines: Sequence[str], name: str, start: int) -> list[int]:
    header = re.compile(rf"\s*\[\[?\s*{re.escape(name)}\s*\]\]?\s*(#.*)?$")
    return [at for at, line in enumerate(lines) if at >= start and header.match(line)]


def _tables_and_key(path: Path) -> tuple[list[tuple[str, int]], str]:
    """Split a path into (table name, number among its like) pairs and the key below them."""
    tables: list[tuple[str, int]] = []
    key = ""
    for part in path:
        if isinstance(part, str):
            if key:
                tables.append((key, 0))
            key = part
        elif key:
            tables.append((key, part))
            key = ""
    return tables, key


MOST_PARTS = 50
"""Dots in one key. The parser needs the square of them, and no text here has more than two."""
MOST_CHARACTERS = 128 * 1024
MOST_PROBLEMS = 50
"""Mistakes that are named at once: whoever makes more has taken another file."""
_PART = r"""(?:(?<![\w-])[\w-]++|"[^"\n]*+"|'[^'\n]*+')"""
_MANY_PARTS = re.compile(rf"{_PART}(?:[ \t]*+\.[ \t]*+{_PART}){{{MOST_PARTS}}}")


def _parse(text: str, file: str) -> dict[str, Any]:
    if len(text) > MOST_CHARACTERS or _MANY_PARTS.search(text):
        raise TextError(
            "this is no text that can be meant: it is too long, or a key has too many dots",
            where=file,
            remedy="compare it with: spinesense routines new",
        )
    try:
        return tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        raise TextError(
            f"this is not a TOML text: {str(error) or 'nested too deeply'}",
            where=file,
            remedy="each line is a key, an equals sign and a value; put texts in quotes",
        ) from error


class _Reading:
    """One pass over a parsed text that notes every mistake."""

    def __init__(self, checks: Mapping[type[msgspec.Struct], Check]) -> None:
        self.problems: list[Problem] = []
        self._checks = checks

    def take_table(self, table: Mapping[str, Any], kind: type[msgspec.Struct], path: Path) -> None:
        """Note the mistakes of one table."""
        fields = msgspec.structs.fields(kind)
        names = [field.name for field in fields]
        for key in table:
            if len(self.problems) >= MOST_PROBLEMS:
                return
            if key not in names:
                self._note(Problem((*path, key), "this key is unknown", nearest(key, names)))
        fitting = {}
        for field in fields:
            place = (*path, field.name)
            if field.name not in table:
                if field.required:
                    self._note(Problem(place, "this key is missing", f"add {field.name} = …"))
            elif self._fits(table[field.name], field.type, place):
                fitting[field.name] = msgspec.convert(table[field.name], field.type)
        for problem in self._checks.get(kind, _nothing)(fitting):
            place = (*path, *problem.path)
            if not self._noted_in(place):
                self._note(Problem(place, problem.what, problem.remedy))

    def _fits(self, value: object, kind: Any, path: Path) -> bool:
        """Note the mistakes of one value and tell whether there are none."""
        before = len(self.problems)
        bare = get_args(kind)[0] if get_origin(kind) in (Annotated, UnionType) else kind
        entries = get_args(bare)[0] if get_origin(bare) is tuple else None
        if _is_record(bare) and isinstance(value, dict):
            self.take_table(value, bare, path)
        elif _is_record(entries) and isinstance(value, list) and value:
            for number, entry in enumerate(value):
                if len(self.problems) >= MOST_PROBLEMS:
                    break
                self._fits(entry, entries, (*path, number))
        else:
            try:
                msgspec.convert(value, kind)
            except msgspec.ValidationError as error:
                remedy = _in_plain_words(str(error), bare)
                self._note(Problem(path, f"{_shown(value)} does not fit", remedy))
        return len(self.problems) == before

    def _noted_in(self, place: Path) -> bool:
        """Whether a mistake there, or inside, is known: what follows from it needs no word."""
        return any(problem.path[: len(place)] == place for problem in self.problems)

    def _note(self, problem: Problem) -> None:
        self.problems.append(problem)


def _nothing(_: Mapping[str, Any]) -> Iterable[Problem]:
    return ()


def _is_record(kind: object) -> bool:
    return isinstance(kind, type) and issubclass(kind, msgspec.Struct)


def _shown(value: object) -> str:
    """A value as a person recognises it, cut to a length that fits a line."""
    shown = str(value).lower() if isinstance(value, bool) else repr(value)
    return shown if len(shown) <= 40 else shown[:39] + "…"


def _in_plain_words(message: str, kind: object) -> str:
    if message.startswith("Invalid enum value"):
        choices = list(map(str, kind.__members__.values())) if isinstance(kind, EnumType) else []
        return f"choose one of {', '.join(choices)}" if choices else message.lower()
    message = message.replace(" | null", "")
    for name, plain in _NAMES_OF_KINDS.items():
        message = message.replace(name, plain)
    message = re.sub(r" - at `.*`$", "", message)
    message = re.sub(r", got .*$", "", message)
    message = re.sub(r"\.0\b", "", message)
    return (
        message.replace("Expected", "write")
        .replace(">=", "of at least")
        .replace("<=", "of at most")
    )


def _error(problems: Sequence[Problem], text: str, file: str) -> TextError:
    problems = sorted(problems, key=lambda problem: line_of(text, problem.path) or 0)
    if len(problems) == 1:
        problem = problems[0]
        return TextError(
            problem.what,
            where=f"{file}, {_place(problem.path, text)}",
            remedy=problem.remedy,
        )
    lines = [
        f"\n  {_place(problem.path, text)}: {problem.what}; {problem.remedy}"
        for problem in problems
    ]
    return TextError(
        f"{len(problems)} things to put right",
        where=file,
        remedy="correct these and check the file again:" + "".join(lines),
    )


def _place(path: Path, text: str) -> str:
    line = line_of(text, path)
    words = ""
    for part in path:
        words += f" {part + 1}" if isinstance(part, int) else f", {part}" if words else part
    return f"line {line}, {words}" if line else words
