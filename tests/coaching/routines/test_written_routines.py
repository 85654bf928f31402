"""What is written can be read: routines as they are after adaptation, and settings."""

import math
import tomllib
from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.coaching.histories import CATALOGUE, START, at, course

from spinesense.coaching.progression.adapted_routine import adapted
from spinesense.coaching.progression.progression import next_step
from spinesense.coaching.routines.entry import Routine, RoutineEntry
from spinesense.coaching.routines.parse import parse_routine, shipped_routines
from spinesense.coaching.routines.review import in_order
from spinesense.coaching.routines.write import write_routine
from spinesense.coaching.settings import Settings, parse_settings, write_settings
from spinesense.coaching.toml_values import toml_value
from spinesense.model.care import Change, Variable

TEXTS = shipped_routines() | {
    name: f'id = "{name}"\ntitle = "One"\n[[entry]]\nexercise = "{name}"\n' for name in CATALOGUE
}
ROUTINES = {name: parse_routine(text, name, CATALOGUE) for name, text in TEXTS.items()}


def check_reads_as_written(routine: Routine) -> None:
    text = write_routine(routine)
    again = parse_routine(text, "again.toml", CATALOGUE)
    assert (again.id, again.title, again.entries) == (routine.id, routine.title, routine.entries)
    assert write_routine(again) == text


def as_done(routine: Routine, changes: tuple[Change, ...]) -> Routine:
    done = adapted(course([], 30.0, changes, routine))
    return replace(done, entries=in_order(done.entries, CATALOGUE))


@pytest.mark.parametrize("name", ROUTINES)
def test_every_routine_and_exercise_reads_as_it_is_done(name: str) -> None:
    check_reads_as_written(as_done(ROUTINES[name], ()))


@pytest.mark.parametrize("name", ROUTINES)
def test_every_step_of_the_ladder_reads_as_it_is_done(name: str) -> None:
    """Up until nothing grows any more, then down as far as it goes."""
    routine, changes = ROUTINES[name], tuple[Change, ...]()
    for step in range(200):
        made = tuple(_next(routine, changes, step))
        if not made:
            break
        changes += made
        check_reads_as_written(as_done(routine, changes))
    else:
        pytest.fail("the ladder has no end")
    for share in (0.67, 0.45, 0.1):
        check_reads_as_written(as_done(routine, (*changes, lowered(name, share))))


def _next(routine: Routine, changes: tuple[Change, ...], step: int) -> list[Change]:
    found = next_step(course([], 30.0, changes, routine))
    return [] if found is None else [replace(found, id=step + 1)]


def lowered(routine: str, share: float) -> Change:
    return Change(
        made_at=START.isoformat(),
        routine=routine,
        exercise="",
        variable=Variable.SHARE,
        base=1.0,
        before=1.0,
        after=share,
        reason="because",
    )


@st.composite
def histories(draw: st.DrawFn) -> tuple[Routine, tuple[Change, ...]]:
    """A routine with doses that its author may have written, and any changes of it."""
    routine = ROUTINES[draw(st.sampled_from(sorted(ROUTINES)))]
    entries = tuple(draw(doses(entry)) for entry in routine.entries)
    routine = replace(routine, entries=entries)
    made = draw(st.lists(st.sampled_from(entries).flatmap(changes_of), max_size=6))
    shares = draw(st.lists(st.floats(0.01, 1.5), max_size=1))
    lower = [lowered(routine.id, share) for share in shares]
    return routine, tuple(replace(one, id=n + 1) for n, one in enumerate([*made, *lower]))


def doses(entry: RoutineEntry) -> st.SearchStrategy[RoutineEntry]:
    held = CATALOGUE[entry.exercise].held_only
    return st.builds(
        replace,
        st.just(entry),
        repetitions=st.integers(1, 100) if entry.repetitions else st.just(0),
        hold_s=st.just(entry.hold_s) if entry.minutes else st.floats(0.1 if held else 0.0, 600.0),
        minutes=st.floats(0.1, 180.0) if entry.minutes else st.just(0.0),
        note=st.text(st.characters(codec="utf-8"), max_size=300),
    )


def changes_of(entry: RoutineEntry) -> st.SearchStrategy[Change]:
    bases = {
        Variable.REPETITIONS: float(entry.repetitions),
        Variable.HOLD: entry.hold_s,
        Variable.VARIANT: 0.0,
        Variable.PAUSED: 0.0,
        Variable.INSTEAD: 0.0,
    }

    def change(variable: Variable, after: float, instead: str) -> Change:
        return Change(
            made_at=at(1.0).isoformat(),
            routine="",
            exercise=entry.exercise,
            variable=variable,
            base=bases[variable],
            before=bases[variable],
            after=after,
            instead=instead if variable is Variable.INSTEAD else "",
            reason="because",
        )

    return st.builds(
        change,
        st.sampled_from(sorted(bases)),
        st.floats(-50.0, 900.0),
        st.sampled_from(sorted(CATALOGUE)),
    )


@settings(max_examples=150, deadline=None)
@given(histories())
def test_whatever_was_changed_reads_as_it_is_done(
    history: tuple[Routine, tuple[Change, ...]],
) -> None:
    routine, changes = history
    done = as_done(routine, changes)
    if done.entries:  # where all is paused, no session begins
        check_reads_as_written(done)


@pytest.mark.parametrize(("key", "value"), [
    ("repetitions", True), ("repetitions", 3.0), ("repetitions", np.int64(3)), ("repetitions", 101),
    ("sets", True), ("sets", 0), ("hold_s", math.nan), ("hold_s", math.inf), ("hold_s", None),
    ("hold_s", np.float64(1.0)), ("hold_s", True), ("rest_s", "3"), ("note", Path("note")),
    ("exercise", None),
])  # fmt: skip
def test_what_could_not_be_read_is_not_written(key: str, value: Any) -> None:
    routine = ROUTINES["strength"]
    changed = replace(routine.entries[0], **{key: value})
    with pytest.raises(TypeError):
        write_routine(replace(routine, entries=(changed,)))


def bounded(kind: Any) -> st.SearchStrategy[Any]:
    """Any value that a field of a section takes."""
    meta = next((one for one in getattr(kind, "__metadata__", ()) if hasattr(one, "ge")), None)
    bare = getattr(kind, "__origin__", kind) if meta else kind
    low = None if meta is None else meta.ge if meta.ge is not None else meta.gt
    high = None if meta is None else meta.le if meta.le is not None else meta.lt
    if bare is int:
        return st.integers(low, high)
    if bare is float:
        return st.floats(low, high, exclude_min=bool(meta and meta.gt is not None))
    return st.from_type(bare)


PLAIN = (int, float, bool)


def section(kind: type[msgspec.Struct]) -> st.SearchStrategy[msgspec.Struct]:
    fields = {
        field.name: bounded(field.type)
        for field in msgspec.structs.fields(kind)
        if getattr(field.type, "__origin__", field.type) in PLAIN
    }
    return st.builds(kind, **fields)


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_whatever_settings_are_chosen_come_back(data: st.DataObject) -> None:
    sections = {
        field.name: data.draw(section(field.type)) for field in msgspec.structs.fields(Settings)
    }
    chosen = msgspec.structs.replace(Settings(), **sections)
    text = write_settings(chosen)
    tables = tomllib.loads(text)
    assert msgspec.convert(tables, Settings) == chosen


def test_a_session_keeps_the_settings_that_the_person_wrote() -> None:
    mine = parse_settings("[pain]\nstop_from = 6\nlongest_min = 12.5", "settings.toml")
    assert parse_settings(write_settings(mine), "again.toml") == mine


@pytest.mark.parametrize("value", [None, np.float64(1.0), np.int64(1), Path("x"), {"a": 1}, b"x"])
def test_toml_takes_nothing_but_its_own_kinds(value: object) -> None:
    with pytest.raises(TypeError):
        toml_value(value)
    with pytest.raises(TypeError):
        toml_value([value])


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf, [math.nan]])
def test_toml_takes_no_number_that_is_none(value: object) -> None:
    with pytest.raises(ValueError, match="is no number"):
        toml_value(value)


SCALARS = st.one_of(
    st.text(st.characters(codec="utf-8")),
    st.booleans(),
    st.integers(-(2**62), 2**62),
    st.floats(allow_nan=False, allow_infinity=False),
)


@given(st.recursive(SCALARS, lambda of: st.lists(of, max_size=3)))
def test_toml_reads_what_was_written(value: object) -> None:
    assert tomllib.loads(f"key = {toml_value(value)}") == {"key": value}
