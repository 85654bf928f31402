"""Makes an exercise of the person's own from a recording in which they show it."""

import math
import shutil
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import median

from spinesense.app.exercises import all_exercises, own_exercises
from spinesense.coaching.exercises.schema import (
    CarryingMovement,
    Dose,
    Exercise,
    Fault,
    Grade,
    Kind,
    Measure,
    Peak,
    Sides,
    Target,
    Tempo,
)
from spinesense.coaching.exercises.write import write_exercise
from spinesense.model.calibration import CalibrationMethod
from spinesense.model.errors import FileError
from spinesense.model.movement import Pattern, Side, StartPosture
from spinesense.motion.core import Mounting, mounting_in, recorded
from spinesense.motion.taught import Taught, TeachingError, learn
from spinesense.runner.batch.open_file import open_stored, samples_of
from spinesense.store.files import make_private_folder, replacing, write_text
from spinesense.store.places import exercises_folder

HELD_FROM_S = 1.0
"""A shorter rest at the peak is the turn of the movement."""
LITTLE_LESS, LITTLE_MORE = 0.8, 1.2
"""From the smallest to the largest that was shown: a day's difference."""
TOO_FAR = 1.5
"""Of the largest that was shown."""
BESIDE_DEG = 5.0
"""More than the largest about another axis that was shown; two of these are seen by gravity."""
START_WORDS = {
    StartPosture.STANDING: "Stand tall and keep still.",
    StartPosture.SITTING: "Sit tall and keep still.",
    StartPosture.SUPINE: "Lie on your back and keep still.",
    StartPosture.HANDS_AND_KNEES: "Come onto your hands and knees and keep still.",
    StartPosture.SIDE_LYING: "Lie on your side and keep still.",
}


@dataclass(frozen=True, slots=True)
class NewExercise:
    """An exercise that was learned and written."""

    exercise: Exercise
    taught: Taught
    path: Path
    guessed: bool
    """No stand-and-bow was seen, so that which way is forward is a guess."""


def teach(
    exercise_id: str,
    title: str,
    shown_in: Path,
    *,
    start_posture: StartPosture | None = None,
    from_s: float = 0.0,
    to_s: float = math.inf,
    again: bool = False,
) -> NewExercise:
    """Learn an exercise from a recording and write it; the recording is kept beside it.

    Parameters
    ----------
    exercise_id, title
        What it is called.
    shown_in
        The recording. A stand-and-bow is looked for in all of it.
    start_posture
        What it starts from; None for what gravity shows.
    from_s, to_s
        The part in which it is shown.
    again
        Whether it may take the place of one of the person's own of this name.

    Raises
    ------
    FileError
        When the name is taken, or a file cannot be read or written.
    TeachingError
        When what was shown makes no exercise.
    """
    check_free(exercise_id, again=again)
    taught, mounting = _learned(shown_in, start_posture, from_s, to_s)
    guessed = mounting.calibration.method is not CalibrationMethod.STAND_AND_BOW
    exercise = exercise_of(exercise_id, title, taught)
    folder = exercises_folder()
    make_private_folder(folder)
    with shown_in.open("rb") as source, replacing(folder / f"{exercise_id}{shown_in.suffix}") as to:
        shutil.copyfileobj(source, to)
    path = folder / f"{exercise_id}.toml"
    write_text(path, write_exercise(exercise, _notes(taught, shown_in, guessed=guessed)))
    return NewExercise(exercise, taught, path, guessed)


def check_free(exercise_id: str, *, again: bool) -> None:
    """Raise FileError when the name cannot be given."""
    own = own_exercises()
    if exercise_id in own and not again:
        raise FileError(
            "there is an exercise of this name already",
            where=str(own[exercise_id]),
            remedy="choose another name, or add --again to learn it anew",
        )
    if exercise_id not in own and exercise_id in all_exercises():
        raise FileError(
            "an exercise of this name ships with spinesense",
            where=exercise_id,
            remedy="choose another name",
        )


def _learned(
    path: Path, start_posture: StartPosture | None, from_s: float, to_s: float
) -> tuple[Taught, Mounting]:
    stored = open_stored(path)
    whole = recorded(samples_of(stored, path), stored.profile.nominal_rate_hz)
    known = stored.calibration
    mounting = Mounting(known) if known else mounting_in(whole, guess=True)
    if mounting is None:
        raise TeachingError(
            "how the sensor sits is not seen",
            where=str(path),
            remedy="stand still, bow forward twice, and then show the movement",
        )
    time_s = whole.ticks.time_s
    first, last = time_s.searchsorted([from_s, to_s]).tolist()
    try:
        part = replace(whole, ticks=whole.ticks.rows(first, last))
        return learn(part, mounting, start_posture), mounting
    except TeachingError as problem:
        raise TeachingError(problem.what, where=str(path), remedy=problem.remedy) from problem


def exercise_of(exercise_id: str, title: str, taught: Taught) -> Exercise:
    """What was shown as an exercise of the catalogue; its words are to be changed by hand."""
    hold_s = round(taught.hold_s, 1) if taught.hold_s >= HELD_FROM_S else 0.0
    sides = Sides.ALTERNATING if taught.pattern is Pattern.EITHER else Sides.NONE
    grades = [Grade.REPETITIONS, Grade.FAULTS]
    grades += [Grade.HOLD] if hold_s else []
    grades += [Grade.SIDES] if sides is not Sides.NONE else []
    ranges_deg = sorted(math.degrees(each) for each in taught.ranges_rad)
    beside_deg = max(math.degrees(one.off_axis_rad) for one in taught.repetitions)
    return Exercise(
        id=exercise_id,
        title=title,
        kind=Kind.STRETCH,
        sides=sides,
        start_posture=taught.start_posture,
        start_words=START_WORDS[taught.start_posture],
        steps=("Do the movement as you showed it.",),
        breathing="Breathe out on the way out, and in on the way back.",
        feel="What your physiotherapist told you to feel.",
        not_feel="Pain that gets sharper, or pain that runs down a leg.",
        easier="Go less far.",
        harder="Do more of them.",
        contraindications=("Pain that gets worse while you do it: leave this one out.",),
        grades=tuple(grades),
        dose=Dose(
            repetitions=(5, 10), hold_s=(hold_s, 2.0 * hold_s), sets=(1, 3), rest_s=(15.0, 60.0)
        ),
        tempo=Tempo(out_s=_tenths(taught.out_s), back_s=_tenths(taught.back_s)),
        movement=_movement(exercise_id, title, taught),
        target=Target(
            low_deg=round(LITTLE_LESS * ranges_deg[0], 1),
            high_deg=round(LITTLE_MORE * ranges_deg[-1], 1),
        ),
        faults=(
            Fault(
                id="too_far",
                measure=Measure.RANGE,
                threshold_deg=round(TOO_FAR * ranges_deg[-1], 1),
                words="Not quite so far.",
            ),
            Fault(
                id="turned",
                measure=Measure.OFF_AXIS,
                threshold_deg=round(TOO_FAR * beside_deg + BESIDE_DEG, 1),
                words="Straight, as you showed it.",
            ),
        ),
    )


def _movement(exercise_id: str, title: str, taught: Taught) -> CarryingMovement:
    look = taught.movement(exercise_id)
    return CarryingMovement(
        name=title.lower(),
        axis=look.axis,
        pattern=look.pattern,
        smallest_range_deg=round(math.degrees(look.smallest_range), 1),
        expected_range_deg=round(math.degrees(look.expected_range), 1),
        shortest_repetition_s=_tenths(look.shortest_repetition_s),
        longest_repetition_s=_tenths(look.longest_repetition_s),
        positive_peak_deg=_peak(taught, Side.POSITIVE),
        negative_peak_deg=_peak(taught, Side.NEGATIVE),
    )


def _peak(taught: Taught, side: Side) -> Peak | None:
    peak = taught.peaks_rad.get(side)
    if peak is None:
        return None
    flexion, lateral, rotation = (round(math.degrees(each), 1) for each in peak)
    return flexion, lateral, rotation


def _tenths(time_s: float) -> float:
    return max(0.2, round(time_s, 1))


def _notes(taught: Taught, shown_in: Path, *, guessed: bool) -> list[str]:
    usual_deg = math.degrees(median(taught.ranges_rad))
    notes = [
        f"Learned from {shown_in.name}, kept beside this file: {len(taught.repetitions)} movements,"
        f" {usual_deg:.0f} degrees.",
        "Everything here may be changed: the words that are said, the dose, the limits of a fault.",
    ]
    if guessed:
        notes.append("No stand-and-bow was seen: which way is forward is a guess.")
    return notes
