"""Postures by second and transitions against labels: ``python -m benchmarks.postures --data DIR``.

``DIR`` holds the recordings of SBHAR/HAPT (Reyes-Ortiz et al. 2016, Neurocomputing 171:754-767) as
``*.npz`` and ``truth.json``: a phone at the waist, no calibration.
"""

import argparse
from pathlib import Path

from benchmarks.posture_data import posture_truth, run_postures
from benchmarks.posture_scores import NAMES, Score, add
from benchmarks.posture_studies import STUDIES, recordings


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
    for tenth in range(5, 10):
        right, wrong = score.sure[tenth, True], score.sure[tenth, False]
        if right + wrong:
            share = right / (right + wrong)
            print(f"  confidence 0.{tenth}: {share:.3f} of {right + wrong} s are right")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--no-gyro", action="store_true", help="leave the gyroscope out")
    parser.add_argument("--every", type=int, default=1, help="join so many samples: 2 gives 25 Hz")
    for name, study in STUDIES.items():
        parser.add_argument(f"--{name}", action="store_true", help=study.__doc__)
    asked = parser.parse_args()
    wanted = [study for name, study in STUDIES.items() if getattr(asked, name.replace("-", "_"))]
    if wanted:
        found = recordings(asked.data)
        for study in wanted:
            study(found)
        return
    scores = score_folder(asked.data, gyro=not asked.no_gyro, every=asked.every)
    for title, score in scores.items():
        show(title, score)


if __name__ == "__main__":
    main()
