"""An exercise as text, which ``parse_exercise`` reads as the same one."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from spinesense.coaching.exercises.schema import Exercise
from spinesense.coaching.toml_values import toml_value


def write_exercise(exercise: Exercise, notes: Sequence[str] = ()) -> str:
    """Write an exercise, with ``notes`` as comments at its head; what is left out has defaults."""
    fields = _written(exercise)
    lines = [*(f"# {note}".rstrip() for note in notes), *([""] if notes else [])]
    lines += _lines_of(fields)
    for key, value in fields.items():
        if isinstance(value, dict):
            lines += ["", f"[{key}]", *_lines_of(value)]
        for table in value if _is_list_of_tables(value) else ():
            lines += ["", f"[[{key}]]", *_lines_of(table)]
    return "\n".join(lines) + "\n"


def _written(record: msgspec.Struct) -> dict[str, Any]:
    """The fields that differ from their defaults, as what TOML can hold."""
    found: dict[str, Any] = {}
    for field in msgspec.structs.fields(record):
        value = getattr(record, field.name)
        if field.required or value != field.default:
            found[field.name] = _plain(value)
    return found


def _plain(value: Any) -> Any:
    if isinstance(value, msgspec.Struct):
        return _written(value)
    if isinstance(value, tuple):
        return [_plain(each) for each in value]
    return msgspec.to_builtins(value)


def _lines_of(fields: Mapping[str, Any]) -> list[str]:
    return [
        f"{key} = {toml_value(value)}"
        for key, value in fields.items()
        if not isinstance(value, dict) and not _is_list_of_tables(value)
    ]


def _is_list_of_tables(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and isinstance(value[0], dict)
