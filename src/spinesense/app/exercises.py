"""The exercises that there are: those that ship with the project, and the person's own."""

from pathlib import Path

from spinesense.coaching.exercises.catalogue import load_catalogue, parse_exercise
from spinesense.coaching.exercises.schema import Exercise
from spinesense.model.errors import SpinesenseError, TextError
from spinesense.store.files import read_text
from spinesense.store.places import exercises_folder


def all_exercises() -> dict[str, Exercise]:
    """The shipped exercises and the person's own, by id in alphabetical order.

    Without those of their own that have mistakes: these are no reason not to do the others.
    """
    return dict(sorted((load_catalogue() | _own()[0]).items()))


def mistakes() -> dict[str, SpinesenseError]:
    """What is wrong with those of the person's own exercises that cannot be done, by id."""
    return _own()[1]


def own_exercises() -> dict[str, Path]:
    """The files of the person's own exercises by id, which is the name of the file."""
    return {path.stem: path for path in sorted(exercises_folder().glob("*.toml"))}


def _own() -> tuple[dict[str, Exercise], dict[str, SpinesenseError]]:
    shipped = load_catalogue()
    found: dict[str, Exercise] = {}
    wrong: dict[str, SpinesenseError] = {}
    for name, path in own_exercises().items():
        try:
            if name in shipped:
                raise TextError(
                    "an exercise of this name ships with spinesense",
                    where=str(path),
                    remedy="give the file and its id another name",
                )
            found[name] = parse_exercise(read_text(path), path.name)
        except SpinesenseError as problem:
            wrong[name] = problem
    return found, wrong
