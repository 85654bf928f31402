"""Finds the routine that a person names, and what is to be asked before it."""

from contextlib import suppress
from pathlib import Path

from spinesense.app.exercises import all_exercises, mistakes
from spinesense.app.person import care_of
from spinesense.coaching.exercises.schema import Exercise
from spinesense.coaching.routines.entry import Routine
from spinesense.coaching.routines.parse import parse_routine, shipped_routines
from spinesense.model.errors import FileError
from spinesense.runner.care import Consultation
from spinesense.runner.keeping.entering import enter_missing
from spinesense.store.files import read_text
from spinesense.store.places import history_path, recordings_folder, routines_folder


def routine_text(name: str) -> tuple[str, str]:
    """Return the TOML text of a routine and the place it came from.

    Parameters
    ----------
    name
        The id of one of the person's own routines or of a shipped one, the path of a TOML file, or
        the id of one exercise.

    Raises
    ------
    FileError
        When there is neither.
    """
    shipped = shipped_routines()
    own = own_routines()
    if name in own:
        return read_text(own[name]), str(own[name])
    if name in shipped:
        return shipped[name], f"{name}.toml"
    catalogue = all_exercises()
    if name in catalogue:
        return exercise_alone(catalogue[name]), f"{name}.toml"
    if name in (wrong := mistakes()):
        raise wrong[name]
    path = Path(name)
    if not path.is_file():
        known = ", ".join((*own, *shipped))
        raise FileError(
            "is neither a routine that is known nor a file that can be read",
            where=name,
            remedy=f"use one of {known}, an exercise such as bridge, or the path of a TOML file",
        )
    return read_text(path), str(path)


def own_routines() -> dict[str, Path]:
    """The person's own routines by id, which is the name of the file."""
    return {path.stem: path for path in sorted(routines_folder().glob("*.toml"))}


def exercise_alone(exercise: Exercise) -> str:
    """A routine of one exercise in its usual dose; what is watched is watched for the longest."""
    dose = f"hold_s = {exercise.dose.hold_s[1]:g}\n" if exercise.guarded else ""
    return (
        f'id = "{exercise.id}"\ntitle = "{exercise.title}"\n\n'
        f'[[entry]]\nexercise = "{exercise.id}"\n{dose}'
    )


def load_routine(name: str) -> tuple[Routine, str]:
    """Return a routine, checked against the catalogue, and its text."""
    text, place = routine_text(name)
    for exercise, problem in mistakes().items():
        if f'"{exercise}"' in text:
            raise problem
    return parse_routine(text, place, all_exercises()), text


def consultation(routine_name: str, *, simulated: bool, rehearsal: bool = False) -> Consultation:
    """What is to be asked before a session of a routine; in a rehearsal nobody real takes part."""
    routine, _ = load_routine(routine_name)
    with suppress(FileError):  # what cannot be entered now is entered at the next start
        enter_missing(recordings_folder(), history_path())
    care = care_of(all_exercises(), simulated=simulated)
    return Consultation(care, routine, rehearsal=rehearsal)
