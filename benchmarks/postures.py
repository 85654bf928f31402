"""Postures by second and transitions against labels: ``python -m benchmarks.postures --data DIR``.

``DIR`` holds the recordings of SBHAR/HAPT (Reyes-Ortiz et al. 2016, Neurocomputing 171:754-767) as
``*.npz`` and ``truth.json``: a phone at the waist, no calibration.
"""

import argparse
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.posture_data import Interval, posture_truth, run_postures
from spinesense.model.events import MotionEvent, Posture, PostureChanged, TransitionMade

NAMES = ("lying", "sitting", "standing", "walking")
TOLERANCE_S = 1.5
"""Its ends are a matter of opinion: a transition is found if its middle is this near."""


@dataclass
class Score:
    """Counts over recordings."""

    seconds: Counter[tuple[str, str]] = field(default_factory=Counter)
    """By label and posture found."""
    labelled: Counter[str] = field(default_factory=Counter)
    hits: Counter[str] = field(default_factory=Counter)
    found: Counter[str] = field(default_factory=Counter)
    elsewhere: Counter[str] = field(default_factory=Counter)
    """Of these, those where nothing is labelled: the sensor is put on, or taken off."""

    def f1(self, name: str) -> float:
        """F1 by second, over the seconds that are labelled with a posture."""
        both = self.seconds[name, name]
        either = sum(n * ((a == name) + (b == name)) for (a, b), n in self.seconds.items())
        return 2 * both / either if either else float("nan")


def add(score: Score, length_s: float, events: list[MotionEvent], truth: list[Interval]) -> None:
    """Score one recording."""
    found = by_second(length_s, events)
    for each in truth:
        name = "walking" if each.label.startswith("walking") else each.label
        if name in NAMES:
            for second, posture in enumerate(found):
                if each.start_s <= second + 0.5 < each.end_s:
                    score.seconds[name, posture] += 1
    transitions = [event for event in events if isinstance(event, TransitionMade)]
    labels = [each for each in truth if "_to_" in each.label]
    for label in labels:
        score.labelled[label.label] += 1
        score.hits[label.label] += any(_same(event, label) for event in transitions)
    for event in transitions:
        score.found[event.kind] += 1
        near = any(_overlap(event, each) for each in truth)
        score.elsewhere[event.kind] += not near and not any(_same(event, x) for x in labels)


def by_second(length_s: float, events: list[MotionEvent]) -> list[str]:
    """Posture in the middle of every second."""
    changes = [event for event in events if isinstance(event, PostureChanged)]
    postures = [str(Posture.UNKNOWN)] * (int(length_s) + 1)
    for change in changes:
        for second in range(max(0, round(change.start_s)), len(postures)):
            if second + 0.5 >= change.start_s:
                postures[second] = str(change.posture)
    return postures


def _same(event: TransitionMade, label: Interval) -> bool:
    """Whether a transition is the labelled one: of its kind, with its middle."""
    apart_s = 0.5 * (event.start_s + event.end_s - label.start_s - label.end_s)
    return str(event.kind) == label.label and abs(apart_s) <= TOLERANCE_S


def _overlap(event: TransitionMade, label: Interval) -> bool:
    return event.start_s < label.end_s and event.end_s > label.start_s


def score_folder(
    folder: Path, limit: int | None = None, *, gyro: bool = True, every: int = 1
) -> dict[str, Score]:
    """Scores of the first ``limit`` recordings.

    As heard from the first second without a calibration; as heard when it is known from the start
    how the sensor sits, as after a calibration; and with hindsight.
    """
    scores = {"as heard": Score(), "as heard, upright known": Score(), "with hindsight": Score()}
    for name, truth in list(posture_truth(folder).items())[:limit]:
        result = run_postures(folder, name, gyro=gyro, every=every)
        add(scores["as heard"], result.length_s, result.heard, truth)
        add(scores["as heard, upright known"], result.length_s, result.mounted, truth)
        add(scores["with hindsight"], result.length_s, result.refined, truth)
    return scores


def show(title: str, score: Score) -> None:
    print(title)
    for name in NAMES:
        row = {b: n for (a, b), n in sorted(score.seconds.items()) if a == name}
        print(f"  {name:9} F1 {score.f1(name):.3f}  seconds found as {row}")
    for kind, labelled in sorted(score.labelled.items()):
        hits, found = score.hits[kind], score.found[kind]
        apart = f" ({score.elsewhere[kind]} where nothing is labelled)"
        print(f"  {kind:13} recall {hits}/{labelled}  precision {hits}/{found}{apart}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--no-gyro", action="store_true", help="leave the gyroscope out")
    parser.add_argument("--every", type=int, default=1, help="join so many samples: 2 gives 25 Hz")
    asked = parser.parse_args()
    scores = score_folder(asked.data, gyro=not asked.no_gyro, every=asked.every)
    for title, score in scores.items():
        show(title, score)


if __name__ == "__main__":
    main()
