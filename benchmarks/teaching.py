"""Exercises that were shown: ``python -m benchmarks.teaching --data DIR [--json]``.

``DIR`` holds ``trunk_movements``. Each kind of movement of a recording (bends, side bends, turns)
is shown once, after a simulated stand-and-bow, and learned; then it is counted in the whole of
each other recording of the same person, among the other movements. A recording is exact when
every peak lies within 0.8 s of one of the reference and there is no other.
"""

import argparse
import json
from pathlib import Path

import numpy as np

from benchmarks.counting import STOOL_LEFT, Score, Trial, bowed, repetitions, trunk_movements
from spinesense.model.movement import StartPosture
from spinesense.model.samples import ImuBlock
from spinesense.motion.core import mounting_in, recorded
from spinesense.motion.taught import Taught, TeachingError, learn

PEAKS = {
    "bends": "forward_peaks_s",
    "side bends": "side_peaks_s",
    "turns": "turn_peaks_s",
}


def part(trial: Trial, movement: str) -> Trial:
    """The part of a recording in which one kind of movement is made."""
    truth = trial.truth
    edges_s = (0.0, truth["side_bends_begin_s"], truth["turns_begin_s"], truth["duration_s"])
    place = list(PEAKS).index(movement)
    cut = slice(*(round(edge_s * trial.rate_hz) for edge_s in edges_s[place : place + 2]))
    return Trial(trial.rate_hz, trial.acc_mps2[cut], trial.gyr_radps[cut], truth)


def taught_from(trial: Trial) -> Taught | None:
    """What is learned of one movement; None where it is not seen three times."""
    whole, _ = bowed(trial, STOOL_LEFT)
    time_s = np.arange(len(whole.acc_mps2)) / whole.rate_hz
    rows = np.arange(len(time_s), dtype=np.int64)
    block = ImuBlock(time_s, whole.acc_mps2, whole.gyr_radps, rows, counted=False)
    recording = recorded([block], whole.rate_hz)
    mounting = mounting_in(recording, guess=True)
    try:
        return None if mounting is None else learn(recording, mounting, StartPosture.SITTING)
    except TeachingError:
        return None


def scored(movement: str, by_person: dict[str, list[Trial]]) -> tuple[Score, int]:
    """Taught from each recording, counted in the others of the person; and how many taught none."""
    score, nothing = Score(), 0
    for trials in by_person.values():
        for shown in trials:
            taught = taught_from(part(shown, movement))
            nothing += taught is None
            for other in (each for each in trials if each is not shown):
                peaks_s: list[float] = []
                if taught is not None:
                    whole, offset_s = bowed(other, STOOL_LEFT)
                    found = repetitions(whole, taught.movement("shown"), offset_s)
                    peaks_s = [one.peak_s - offset_s for one in found]
                score.add(peaks_s, other.truth[PEAKS[movement]])
    return score, nothing


def main() -> None:
    """Score the set."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    folder = given.data / "trunk_movements"
    names = json.loads((folder / "truth.json").read_text())["trials"]
    by_person: dict[str, list[Trial]] = {}
    for name, trial in zip(names, trunk_movements(folder), strict=True):
        by_person.setdefault(name.partition("_")[0], []).append(trial)
    figures: dict[str, float] = {}
    for movement in PEAKS:
        score, nothing = scored(movement, by_person)
        figures[f"{movement}: recordings exact"] = score.exact / score.recordings
        figures[f"{movement}: F1"] = score.f1
        figures[f"{movement}: shown and not seen three times"] = nothing
    lines = "\n".join(f"{value:8.2f}  {name}" for name, value in figures.items())
    print(json.dumps(figures) if given.json else lines)


if __name__ == "__main__":
    main()
